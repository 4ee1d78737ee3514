"""The arguments of `aka`. No refusal repeats a value, not even where the option's name is wrong: it may be a key."""

import codecs
import errno
import os
import re
import sys
from argparse import Action, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NoReturn

from nodes.management.aka_examples import EXAMPLES
from nodes.management.console import refuse
from nodes.protocol.aka.options import ALL_OPTIONS, GROUPS, describe

_DESCRIPTION: Final = """\
Compute every value of one run of EPS AKA, as one JSON object: what a captured AUTN or AUTS holds and whether its MAC
is right, the functions f1 to f5*, K_ASME, the NAS keys, K_eNB. Ks and K_APP are not defined by 3GPP.
Nothing is stored: no settings, no file and no database are used.

Octets are read as they are copied: with spaces, colons or brackets, with 0x, in groups, with a label in front.
@FILE reads a value from a file and - reads it from standard input, so that a key is in no list of processes.
What cannot be given is null, with the reason in "reasons"; "notes" says what else to know. A MAC that is wrong is an
answer: the exit status is 0, and "hint" says what to change. It is 2 for a wrong option."""

_MOST_OCTETS: Final = 64 * 1024
_BOMS: Final = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# What may be repeated of an argument that is no option: a name of some letters, of which no key is made.
_NAME: Final = re.compile(r"--?([a-z][a-z_-]{0,19})(?==|\Z)", re.IGNORECASE)
_LIKE_A_KEY: Final = re.compile(r"[a-f_-]{6}", re.IGNORECASE)
_SEE_HELP: Final = "aka --help shows the options"


class _Once(Action):
    """Keep the value; of two, neither is the right one."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        if getattr(namespace, self.dest) is not None:
            refuse(f"{option_string} is given twice.")
        # argparse takes the value out of "--amf=--".
        setattr(namespace, self.dest, values if isinstance(values, str) else "--")


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what argparse found, without the argument that some of its messages repeat."""
        option = re.match(r"argument --([a-z-]+): expected", message)
        if option and option[1] in ALL_OPTIONS:
            refuse(f"--{option[1]} has no value: {describe(option[1])}.")
        refuse(f"The options are not understood: {_SEE_HELP}.")


def make_parser() -> ArgumentParser:
    """Make the parser, whose help has the examples."""
    parser = _Parser(
        prog="python manage.py aka",
        usage="python manage.py aka [OPTION VALUE ...]",
        description=_DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for title, options in GROUPS.items():
        group = parser.add_argument_group(title)
        for option in options:
            group.add_argument(f"--{option}", action=_Once, help=describe(option), metavar="VALUE")
    return parser


def given_values(arguments: list[str]) -> dict[str, str]:
    """The value of each option that is given, read from where it is."""
    namespace, unknown = make_parser().parse_known_args(arguments)
    if unknown:
        _refuse_unknown(unknown[0], arguments)
    given = {name: value for name in ALL_OPTIONS if (value := getattr(namespace, name.replace("-", "_"))) is not None}
    from_input = [f"--{name}" for name, value in given.items() if value == "-" and name != "as-name"]
    if len(from_input) > 1:
        refuse(f"{' and '.join(from_input)}: standard input holds one value; read the others from files, with @FILE.")
    return {name: _value(name, value) for name, value in given.items()}


def _refuse_unknown(argument: str, arguments: list[str]) -> NoReturn:
    name = _NAME.match(argument)
    if name is None or _LIKE_A_KEY.search(name[1]):
        position = arguments.index(argument) + 1
        refuse(f"Argument {position} of aka is no option and no option's value: {_SEE_HELP}.")
    like = get_close_matches(name[1].lower().replace("_", "-"), ALL_OPTIONS, n=1, cutoff=0.5)
    advice = f"did you mean --{like[0]}? {describe(like[0])}" if like else _SEE_HELP
    refuse(f"{name[0]} is no option of aka: {advice}.")


def _value(name: str, text: str) -> str:
    if name == "as-name":
        return _as_utf_8(text)
    return _text(name, _octets(name, text)) if text == "-" or text.startswith("@") else text


def _as_utf_8(text: str) -> str:
    """What was typed as UTF-8 is UTF-8, also where Python was told of another encoding."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return os.fsencode(text).decode(errors="surrogateescape")
    return text


def _octets(name: str, place: str) -> bytes:
    try:
        if place == "-":
            return _from_input()
        with Path(place.removeprefix("@")).open("rb") as file:
            return file.read(_MOST_OCTETS + 1)
    except (OSError, ValueError) as error:
        # The file's name stays out as well: it may be a key behind an @ too many.
        reason = error.strerror if isinstance(error, OSError) else "it has no such name"
        what = "standard input" if place == "-" else "the file"
        refuse(f"--{name}: {what} cannot be read: {reason}.")


def _from_input() -> bytes:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    # Whoever types it ends it with a new line.
    read = sys.stdin.buffer.readline if sys.stdin.isatty() else sys.stdin.buffer.read
    return read(_MOST_OCTETS + 1)


def _text(name: str, octets: bytes) -> str:
    if len(octets) > _MOST_OCTETS:
        refuse(f"--{name}: more than {_MOST_OCTETS // 1024} kB are no value.")
    encoding = next((encoding for bom, encoding in _BOMS.items() if octets.startswith(bom)), "utf-8")
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError:
        refuse(f"--{name}: what was read is no text: the digits are wanted, not the octets themselves.")
