"""`manage.py test` is pytest: one suite, whichever way it is started."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings


class PytestRunner:
    """Django's test runner interface, over a pytest of its own process.

    This process has read the settings of a demo; the tests need those of a test.
    """

    def __init__(
        self,
        *,
        verbosity: int = 1,
        failfast: bool = False,
        keepdb: bool = False,
        keyword: str | None = None,
        **_: object,
    ) -> None:
        self.options = [
            *(["-q"] if verbosity == 0 else ["-v"] * (verbosity - 1)),
            *(["--exitfirst"] if failfast else []),
            *(["--reuse-db"] if keepdb else []),
            *(["-k", keyword] if keyword else []),
        ]

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Add to Django's own: labels, --failfast, --verbosity."""
        parser.add_argument("-k", dest="keyword", metavar="EXPRESSION", help="Only tests that pytest's -k selects.")
        parser.add_argument("--keepdb", action="store_true", help="Keep the test database (not with SQLite).")

    def run_tests(self, test_labels: Sequence[str], **_: object) -> int:
        """Run the tests and return pytest's exit code, 0 if all is well."""
        command = [sys.executable, "-m", "pytest", *self.options, *map(node_id, test_labels)]
        # The command is this interpreter's pytest with what the caller typed.
        return subprocess.run(  # noqa: S603
            command,
            cwd=settings.BASE_DIR,
            env=os.environ | {"SYNCSCOPE_ENV": "test"},
            check=False,
        ).returncode


def node_id(label: str) -> str:
    """Return pytest's name of a test for Django's: tests.labs.test_x.test_y is tests/labs/test_x.py::test_y."""
    if (settings.BASE_DIR / label.partition("::")[0]).exists():
        return label
    parts = label.split(".")
    if (settings.BASE_DIR / Path(*parts)).is_dir():
        return str(Path(*parts))
    for end in range(len(parts), 0, -1):
        file = Path(*parts[:end]).with_suffix(".py")
        if (settings.BASE_DIR / file).is_file():
            return "::".join([str(file), *parts[end:]])
    return label
