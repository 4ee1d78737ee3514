"""`manage.py aka`, without Django: values in, one JSON object out."""

import json
import sys

from nodes.management.aka_arguments import given_values
from nodes.management.console import refuse
from nodes.protocol.aka.answer import answer
from nodes.protocol.aka.options import OptionError


def main(arguments: list[str]) -> None:
    """Print the answer: for reading on a terminal, in one line of ASCII for programs elsewhere."""
    try:
        found = answer(given_values(arguments))
    except OptionError as error:
        refuse(str(error))
    is_read = sys.stdout.isatty()
    text = json.dumps(found, indent=2, ensure_ascii=False) if is_read else json.dumps(found)
    sys.stdout.write(f"{text}\n")
