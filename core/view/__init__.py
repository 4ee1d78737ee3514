"""From a moment of a lab to its panels: pure functions, one module per panel. Markup is the templates'."""
