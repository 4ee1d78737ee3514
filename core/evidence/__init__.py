"""The evidence page, and the same as one file to keep."""
