"""What the contribution states, and what is known of it."""
