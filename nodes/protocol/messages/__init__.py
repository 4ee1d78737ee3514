"""Messages between nodes and commands to them: frozen values, named as the standards name them."""
