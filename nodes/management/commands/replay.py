"""`manage.py replay`: take the actions of a trace file again and say what they lead to. It stores nothing."""

import json
from typing import Any

from django.core.management.base import CommandParser

from nodes.management.refusal import RefusingCommand
from nodes.management.replayed import object_of, text_of
from nodes.management.trace_file import read_trace
from nodes.protocol.runs.trace import replay

IS_ANOTHER = 1


class Command(RefusingCommand):
    help = (
        "Replay a trace file: final state, verdicts and properties, and whether the result is the file's. "
        "Exit status 0: it is; 1: it is another one, or an action was refused; 2: no such trace."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the trace file; - reads it from standard input")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: object, **options: Any) -> None:
        replayed = replay(read_trace(options["file"]))
        self.stdout.write(json.dumps(object_of(replayed)) if options["json"] else text_of(replayed))
        if not replayed.matches:
            raise SystemExit(IS_ANOTHER)
