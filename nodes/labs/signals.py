"""What the app tells those who watch labs. Watchers only: no logic hangs on a signal."""

from django.dispatch import Signal

lab_changed = Signal()
"""Sent after the commit of a change, with `lab_key` (str, as in the lab's address) and `revision` (int)."""
