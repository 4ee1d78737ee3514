"""How a command of Django's refuses wrong arguments: one sentence on stderr, no traceback, exit status 2."""

from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from nodes.management.console import refuse


class RefusingCommand(BaseCommand):
    """A command that takes its arguments by their whole names, and refuses wrong ones in one sentence."""

    requires_system_checks = []  # noqa: RUF012 (Django declares it as an attribute of the instance)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, allow_abbrev=False, **kwargs)
        # Django makes the parser itself and takes no class for it.
        parser.error = self.refuse_arguments  # type: ignore[method-assign]
        return parser

    def refuse_arguments(self, message: str) -> NoReturn:
        """Say what argparse found wrong, without its dump of the usage."""
        refuse(f"Wrong arguments: {' '.join(message.split())}.")
