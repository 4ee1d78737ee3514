"""Transitions of the MME. One module per group of procedures; `table` joins them."""
