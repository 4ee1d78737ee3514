#!/usr/bin/env python
"""The project's commands: `python manage.py help`."""

import os
import sys

from nodes.management.console import console


def main(arguments: list[str]) -> None:
    """Run a command: `aka` and `decode` need neither settings nor Django, whatever state they are in."""
    match arguments[1:]:
        case ["aka", *others]:
            aka(others)
        case ["help", "aka"]:
            aka(["--help"])
        case ["decode", *others]:
            decode(others)
        case ["help", "decode"]:
            decode(["--help"])
        case _:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
            django(arguments)


def aka(arguments: list[str]) -> None:
    from nodes.management.aka import main as run  # noqa: PLC0415 (so that help does not wait for it)

    run(arguments)


def decode(arguments: list[str]) -> None:
    from nodes.management.decode import main as run  # noqa: PLC0415 (as above)

    run(arguments)


def django(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (it takes longer than aka)

    from core.preflight.refusals import one_sentence  # noqa: PLC0415 (as above)

    with one_sentence():
        execute_from_command_line(arguments)


if __name__ == "__main__":
    with console():
        main(sys.argv)
