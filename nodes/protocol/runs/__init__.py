"""Runs from their first world: as a file, followed under other options, and compared."""
