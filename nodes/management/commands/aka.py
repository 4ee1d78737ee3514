"""`manage.py aka`: f1 to f5*, AUTN, K_ASME, Ks and K_APP of one challenge. It stores nothing."""

import json
import re
from typing import Any, NoReturn

from django.core.management.base import CommandParser

from nodes.management.refusal import RefusingCommand, refuse
from nodes.protocol.aka import ALL_OPTIONS, OptionError, describe, run


class Command(RefusingCommand):
    help = (
        "Compute every value of one AKA run, as one JSON object. Keys given here are not stored. "
        "Ks and K_APP are not defined by 3GPP."
    )

    def refuse_arguments(self, message: str) -> NoReturn:
        option = re.match(r"argument --([a-z-]+)", message)
        if option and option[1] in ALL_OPTIONS:
            refuse(f"--{option[1]} has no value: {describe(option[1])}.")
        # An argument may hold line breaks.
        refuse(f"Wrong options: {' '.join(message.split())}.")

    def add_arguments(self, parser: CommandParser) -> None:
        for option in ALL_OPTIONS:
            parser.add_argument(f"--{option}", help=describe(option))

    def handle(self, *_args: object, **options: Any) -> None:
        given = {name: options[name.replace("-", "_")] for name in ALL_OPTIONS}
        try:
            results = run({name: value for name, value in given.items() if value is not None})
        except OptionError as error:
            refuse(str(error))
        self.stdout.write(json.dumps(results))
