"""`manage.py decode`, as Django's list of commands knows it. manage.py itself runs it without Django."""

from django.core.management.base import BaseCommand

from nodes.management.decode import main, make_parser


class Command(BaseCommand):
    def run_from_argv(self, argv: list[str]) -> None:
        main(argv[2:])

    def print_help(self, prog_name: str, subcommand: str) -> None:
        make_parser().print_help()
