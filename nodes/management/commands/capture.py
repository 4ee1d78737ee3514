"""`manage.py capture`: the messages of a lab or a trace as a pcapng file on standard output. It stores nothing."""

import sys
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import CommandParser
from django.db import DatabaseError

from nodes.capture.capture import of_trace
from nodes.labs.forks import export_trace
from nodes.labs.labs import ServiceError
from nodes.management.console import refuse
from nodes.management.refusal import RefusingCommand
from nodes.management.trace_file import read_trace
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.runs.trace import Trace


def _trace(name: str) -> Trace:
    """The trace of a file, of standard input, or of the lab that has this key."""
    if name == "-" or Path(name).exists():
        return read_trace(name)
    try:
        return export_trace(name)
    except ServiceError as error:
        refuse(f"{name!r} is no trace file, and no lab to be captured: {error}.")
    except DatabaseError as error:
        refuse(f"{name!r} is no trace file, and no database says whether it is a lab: {error}.")


def _refuse_run(trace: Trace, error: Exception) -> NoReturn:
    model = "" if trace.same_model else f"; it was made by model version {trace.model}"
    refuse(f"This run cannot be taken again, so there is nothing to capture: {error}{model}.")


class Command(RefusingCommand):
    help = (
        "Write the messages of a run as a pcapng file, which Wireshark reads: "
        "python manage.py capture LAB > file.pcapng. What 3GPP does not define is marked so in the packet's comment."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "lab", metavar="LAB", help="the key of a lab, or a trace file; - reads one from standard input"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        if sys.stdout.isatty():
            refuse("A capture is octets and not text: write it to a file, with > file.pcapng.")
        trace = _trace(options["lab"])
        try:
            octets = of_trace(trace)
        except (CommandRefused, NoSuchAction) as error:
            _refuse_run(trace, error)
        sys.stdout.flush()
        sys.stdout.buffer.write(octets)
        sys.stdout.buffer.flush()
