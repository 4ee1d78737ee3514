"""`manage.py replay`: take the actions of a trace file again and say what they lead to. It stores nothing."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from nodes.management.refusal import refuse
from nodes.management.replayed import object_of, text_of
from nodes.protocol.trace import MOST_OCTETS, Trace, TraceError, from_text, replay

IS_ANOTHER = 1


def _refuse_arguments(message: str) -> NoReturn:
    """Say what argparse found wrong in one sentence, without its dump of the usage."""
    refuse(f"Wrong arguments: {' '.join(message.split())}.")


def _read(name: str) -> Trace:
    try:
        if name == "-":
            octets = sys.stdin.buffer.read(MOST_OCTETS + 1)
        else:
            with Path(name).open("rb") as file:
                octets = file.read(MOST_OCTETS + 1)
        return from_text(octets.decode())
    except OSError as error:
        refuse(f"{name!r} cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        refuse(f"{name!r} is no trace: it is not UTF-8 text.")
    except TraceError as error:
        refuse(str(error))


class Command(BaseCommand):
    help = (
        "Replay a trace file: final state, verdicts and properties, and whether the result is the file's. "
        "Exit status 0: it is; 1: it is another one, or an action was refused; 2: no such trace."
    )
    requires_system_checks = []  # noqa: RUF012 (Django declares it as an attribute of the instance)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, allow_abbrev=False, **kwargs)
        # Django makes the parser itself and takes no class for it.
        parser.error = _refuse_arguments  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the trace file; - reads it from standard input")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: object, **options: Any) -> None:
        replayed = replay(_read(options["file"]))
        self.stdout.write(json.dumps(object_of(replayed)) if options["json"] else text_of(replayed))
        if not replayed.matches:
            raise SystemExit(IS_ANOTHER)
