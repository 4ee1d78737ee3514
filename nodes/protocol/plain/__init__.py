"""Frozen dataclasses to plain data, ready for JSON, and back."""
