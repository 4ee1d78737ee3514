"""A lab beside the same procedures and faults under other options."""
