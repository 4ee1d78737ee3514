"""What must be shown to hold (P1 to P8, `catalogue`), how each is judged, and what a run has shown (`observation`)."""
