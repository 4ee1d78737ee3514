"""`manage.py tidy`: what the workers do once an hour, at once."""

from typing import Any

from django.core.management import BaseCommand

from core.tidying import tidy


class Command(BaseCommand):
    help = (
        "Remove what nobody needs any more: labs without use, old explorations, expired sessions, ended tasks. "
        "A worker does so once an hour."
    )

    def handle(self, **_: Any) -> None:
        for name, count in tidy().items():
            self.stdout.write(f"{count:>6} {name}")
