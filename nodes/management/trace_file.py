"""Trace files that commands read."""

import sys
from pathlib import Path

from nodes.management.console import refuse
from nodes.protocol.runs.trace import MOST_OCTETS, Trace, TraceError, from_text, text_in


def read_trace(name: str) -> Trace:
    """Read a trace file, or standard input where the name is -; end with one sentence if it is none."""
    try:
        if name == "-":
            if sys.stdin is None:
                refuse("Standard input cannot be read: it is closed.")
            octets = sys.stdin.buffer.read(MOST_OCTETS + 1)
        else:
            with Path(name).open("rb") as file:
                octets = file.read(MOST_OCTETS + 1)
        return from_text(text_in(octets))
    except OSError as error:
        refuse(f"{name!r} cannot be read: {error.strerror}.")
    except TraceError as error:
        refuse(str(error))
