"""`manage.py prove`: prove what holds for any number of runs, with the solvers there are. It stores nothing."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from nodes.management.console import INTERRUPTED, refuse
from nodes.management.proving import prove, table_of, tied, write_files
from nodes.management.refusal import RefusingCommand
from nodes.management.solving import Solver, installed
from nodes.proofs.model import Statement
from nodes.proofs.results import Results, to_plain
from nodes.proofs.statements import STATEMENTS
from nodes.proofs.ties import MOST_TRANSITIONS
from nodes.protocol.options import Solution

NO_SOLVER = (
    "No solver is installed, so nothing is proved: pip install z3-solver or cvc5, or write the files with --out and"
    " run a solver on them."
)


class Command(RefusingCommand):
    help = (
        "Prove properties of the abstract models for any number of runs, and refute their broken variants. "
        "Exit status 0: all is as expected; 1: something is not; 2: wrong arguments, or no solver is installed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        proved = list(dict.fromkeys(each.property_id.value for each in STATEMENTS))
        parser.add_argument("--property", nargs="+", choices=proved)
        parser.add_argument("--solution", type=int, nargs="+", choices=[int(each) for each in Solution])
        parser.add_argument("--out", type=Path, metavar="DIR", help="write the files that are solved, in SMT-LIB")
        parser.add_argument("--tie", action="store_true", help="hold transitions of the real nodes against the models")
        parser.add_argument(
            "--most-transitions", type=int, default=MOST_TRANSITIONS, metavar="N", help="of --tie, over all statements"
        )
        parser.add_argument("--json", action="store_true", help="print the results as JSON, as they are shipped")
        parser.add_argument("--quiet", action="store_true", help="do not tell how far it is")

    def handle(self, *_args: object, **options: Any) -> None:
        statements = _wanted(options)
        if not statements:
            refuse("Nothing to prove: there is no such property of that solution.")
        if options["most_transitions"] < 1:
            refuse("Wrong arguments: --most-transitions is 1 or more.")
        self._quiet = options["quiet"]
        if options["out"] is not None:
            self._write(statements, options["out"])
        solvers = installed()
        if not solvers:
            refuse(NO_SOLVER)
        try:
            results = self._results(statements, solvers, options["most_transitions"] if options["tie"] else 0)
        except KeyboardInterrupt:
            sys.stderr.write("\nStopped.\n")
            raise SystemExit(INTERRUPTED) from None
        self.stdout.write(_as_json(results) if options["json"] else table_of(results))
        if not all(each.is_as_expected for each in results.proofs):
            raise SystemExit(1)

    def _write(self, statements: tuple[Statement, ...], folder: Path) -> None:
        try:
            number = write_files(statements, folder)
        except OSError as error:
            refuse(f"{str(folder)!r} cannot be written: {error.strerror}.")
        self._tell(f"{number} files written to {folder}")

    def _results(self, statements: tuple[Statement, ...], solvers: tuple[Solver, ...], most: int) -> Results:
        self._tell(f"Solvers: {', '.join(f'{each.name} {each.version}' for each in solvers)}")
        proofs = []
        for statement in statements:
            proofs.append(prove(statement, solvers))
            self._tell(f"{statement.name} solved in {sum(proofs[-1].seconds.values()):.2f} s")
        if most:
            proofs = list(tied(statements, proofs, most, self._tell))
        today = datetime.now(UTC).date().isoformat()
        return Results(today, {each.name: each.version for each in solvers}, tuple(proofs))

    def _tell(self, line: str) -> None:
        if not self._quiet:
            sys.stderr.write(f"{line}\n")


def _wanted(options: dict[str, Any]) -> tuple[Statement, ...]:
    return tuple(
        each
        for each in STATEMENTS
        if (options["property"] is None or each.property_id.value in options["property"])
        and (options["solution"] is None or int(each.solution) in options["solution"])
    )


def _as_json(results: Results) -> str:
    return json.dumps(to_plain(results), ensure_ascii=False, indent=1)
