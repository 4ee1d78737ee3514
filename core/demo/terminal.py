"""Ctrl-C under `make`.

The terminal interrupts every process of its foreground group, so make too would die, and report an error for
what was a clean stop. The demo therefore takes the terminal as a shell's job does, and gives it back.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_foreground() -> Iterator[None]:
    """Be the terminal's foreground group for a while, where another process leads the one we are in."""
    if not _is_led_by_another():
        yield
        return
    terminal = sys.stdin.fileno()
    group = os.getpgrp()
    # A stop (Ctrl-Z) would leave the shell waiting for make, which is not stopped.
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    # A group in the background that takes the terminal is stopped, unless it ignores that signal.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(terminal, os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(terminal, group)


def _is_led_by_another() -> bool:
    if not sys.stdin.isatty():
        return False
    return os.getpgrp() != os.getpid() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
