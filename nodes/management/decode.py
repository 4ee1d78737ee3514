"""`manage.py decode`, without Django: octets in, one JSON object out."""

import json
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NoReturn

from nodes.codec.answers import diameter_answer, guti_answer, nas_answer
from nodes.management.console import refuse
from nodes.protocol.aka.hexadecimal import read_all_octets
from nodes.protocol.octets import DecodeError

_DESCRIPTION: Final = """\
Say what octets are, as one JSON object: a NAS message of TS 24.301, a GUTI, or a Diameter message of S6a. Messages of
T6a and S6t that this demonstrator made up are known too, and marked "not defined by 3GPP".
Octets are read as they are copied: with white space, colons, 0x. Nothing is stored, and no settings are used.
The exit status is 2, with one sentence, where the octets are not what they are said to be."""
_EXAMPLES: Final = """\
examples:
  python manage.py decode --nas 075501
  python manage.py decode --guti 50:0b:f6:00:f1:10:00:02:01:03:00:03:e6"""

# Option, what it wants, what it is called in a refusal, and what answers it.
_OPTIONS: Final[Mapping[str, tuple[str, str, Callable[[bytes], Mapping[str, Any]]]]] = MappingProxyType(
    {
        "nas": ("a NAS message, plain or security protected", "NAS message", nas_answer),
        "guti": ("a GUTI: 10 octets, or with its length, or with IEI 50 and its length", "GUTI", guti_answer),
        "diameter": ("a Diameter message, header and all", "Diameter message", diameter_answer),
    }
)
_SEE_HELP: Final = "decode --help shows how"


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        refuse(f"Give exactly one of --{', --'.join(_OPTIONS)} with its octets in hexadecimal digits: {_SEE_HELP}.")


def make_parser() -> ArgumentParser:
    """Make the parser, whose help has examples."""
    parser = _Parser(
        prog="python manage.py decode",
        usage="python manage.py decode --nas HEX | --guti HEX | --diameter HEX",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for option, (wanted, _, _) in _OPTIONS.items():
        parser.add_argument(f"--{option}", action="append", nargs="+", metavar="HEX", help=wanted)
    return parser


def main(arguments: list[str]) -> None:
    """Print the answer: for reading on a terminal, in one line of ASCII for programs elsewhere."""
    parser = make_parser()
    option, text = _given(parser, parser.parse_args(arguments))
    _, name, answer = _OPTIONS[option]
    try:
        found = answer(_octets(name, text))
    except DecodeError as error:
        refuse(f"This is no {name} of this product: at octet {error.offset}, {error}.")
    is_read = sys.stdout.isatty()
    written = json.dumps(found, indent=2, ensure_ascii=False) if is_read else json.dumps(found)
    sys.stdout.write(f"{written}\n")


def _given(parser: ArgumentParser, namespace: Namespace) -> tuple[str, str]:
    """The one option that is given, and its digits: groups of them may be words of their own."""
    given = [(option, words) for option in _OPTIONS for words in getattr(namespace, option) or ()]
    if len(given) != 1:
        parser.error("exactly one")
    option, words = given[0]
    return option, " ".join(words)


def _octets(name: str, text: str) -> bytes:
    try:
        return read_all_octets(name, text)
    except DecodeError as error:
        refuse(f"{error}.")
