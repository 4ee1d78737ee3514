"""`manage.py explore`: search every interleaving within bounds and say what holds. It stores nothing."""

import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from nodes.explorer.answers import Answer
from nodes.explorer.asking import BOUNDS, questions_of, why_nothing
from nodes.explorer.matrix import Search, searches, wider_questions
from nodes.explorer.questions import LIMITS, Network
from nodes.explorer.records import to_cell
from nodes.explorer.repairs import following
from nodes.management.console import INTERRUPTED, refuse
from nodes.management.explored import status_of, table_of, wanted_of, write_traces
from nodes.management.refusal import RefusingCommand
from nodes.management.searching import Board, searched
from nodes.protocol.options import REPAIRS, ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID


def _as_json(answers: Iterable[Answer]) -> str:
    today = datetime.now(UTC).date().isoformat()
    return json.dumps([to_cell(answer, today) for answer in answers], ensure_ascii=False)


class Command(RefusingCommand):
    help = (
        "Explore every interleaving within bounds: which properties hold, and the shortest counterexamples. "
        "Exit status 0: all hold; 1: one is violated; 2: wrong arguments; 3: none is violated, one is incomplete."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--solution", type=int, nargs="+", choices=[int(each) for each in Solution])
        parser.add_argument("--property", nargs="+", choices=[each.value for each in PropertyID])
        parser.add_argument("--network", nargs="+", choices=[each.value for each in Network])
        parser.add_argument("--active-when", nargs="+", choices=[each.value for each in ActiveWhen])
        parser.add_argument("--m-tmsi-reuse", nargs="+", choices=[each.value for each in MTMSIReuse])
        parser.add_argument("--repair", nargs="+", choices=REPAIRS, help="repairs that are on, together")
        parser.add_argument("--mend", action="store_true", help="look for the smallest repairs of what is violated")
        parser.add_argument("--matrix", action="store_true", help="every cell of the verdict matrix")
        parser.add_argument(
            "--wider", action="store_true", help="the cells within wider bounds, beside --matrix or alone"
        )
        parser.add_argument("--json", action="store_true", help="print a list of cells as JSON")
        parser.add_argument("--trace-out", type=Path, metavar="DIR", help="write counterexamples as trace files")
        parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes, by default one a core")
        parser.add_argument("--quiet", action="store_true", help="do not tell how far the search is")
        for name in BOUNDS:
            least, most = LIMITS[name]
            parser.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N", help=f"{least} to {most}")

    def handle(self, *_args: object, **options: Any) -> None:
        try:
            is_asked = options["matrix"] or not options["wider"]
            asked = searches(questions_of(wanted_of(options)) if is_asked else ())
        except ValueError as error:
            refuse(f"Wrong arguments: {error}.")
        besides = searches(wider_questions() if options["wider"] else ())
        if not asked and not besides:
            refuse(f"Nothing to explore: {why_nothing(wanted_of(options))}.")
        try:
            answers = self._explored(asked, besides, options)
        except KeyboardInterrupt:
            sys.stderr.write("\nStopped.\n")
            raise SystemExit(INTERRUPTED) from None
        if options["trace_out"] is not None:
            try:
                write_traces(answers, options["trace_out"])
            except OSError as error:
                refuse(f"{str(options['trace_out'])!r} cannot be written: {error.strerror}.")
        self.stdout.write(_as_json(answers) if options["json"] else table_of(answers))
        status = status_of(answers)
        if status:
            raise SystemExit(status)

    def _explored(
        self, asked: tuple[Search, ...], besides: tuple[Search, ...], options: dict[str, Any]
    ) -> list[Answer]:
        """Answer what is asked, with `--mend` what mends it, and what is asked besides as it is."""
        found: list[Answer] = []
        with Board(is_quiet=options["quiet"]) as board:
            while asked:
                found += chain.from_iterable(searched(asked, options["jobs"], board))
                asked = searches(following(found)) if options["mend"] else ()
            found += chain.from_iterable(searched(besides, options["jobs"], board))
        return found
