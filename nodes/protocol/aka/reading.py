"""From the text of an option to its value. No error repeats what was given: it may be a key."""

import re
from collections.abc import Callable
from typing import Final, TypeVar

from nodes.protocol.aka.hexadecimal import after_label, read_octets
from nodes.protocol.aka.options import (
    MAX_AS_NAME,
    MAX_SQN,
    NUMBERS,
    OPTIONS_OF,
    SYMBOLS,
    OptionError,
    Options,
    describe,
    length_of,
)
from nodes.protocol.aka.plmn import Read, read_plmn
from nodes.protocol.octets import SQN, DecodeError, sqn_from

_Value = TypeVar("_Value")

_ALGORITHM_NAMES: Final = {"eea": r"(?:(?:128-)?EEA)?", "eia": r"(?:(?:128-)?EIA)?"}
# int() of a very long text is slow, and beyond some length an error.
_DECIMAL: Final = r"0*([0-9]{1,20})"
_HEXADECIMAL: Final = re.compile(r"0x0*([0-9a-f]{1,16})", re.IGNORECASE)
_HOW_SQN_IS_WRITTEN: Final = (
    "hexadecimal digits are twelve, zeros in front included, and a number in decimal goes to --sqn-decimal"
)


def algorithm(options: Options) -> str:
    """Raises OptionError: it is not named, or not known."""
    given = _needed(options, "algorithm").strip(" \t\r\n\"'").lower()
    if given not in OPTIONS_OF:
        raise OptionError(f"--algorithm is unknown: {describe('algorithm')}.")
    return given


def octets(options: Options, name: str, algorithm_name: str = "tuak") -> bytes:
    """Raises OptionError: it is not given, or not of its length."""
    text = _needed(options, name, algorithm_name)
    return _named(name, lambda: read_octets(SYMBOLS[name], text, length_of(name, algorithm_name)))


def sqn(options: Options) -> SQN:
    """Raises OptionError: neither form of it is given, or it is no SQN."""
    if "sqn-decimal" in options:
        number = _decimal("sqn-decimal", options["sqn-decimal"])
        if number is None or number > MAX_SQN:
            raise OptionError(f"--sqn-decimal: {describe('sqn-decimal')}; hexadecimal digits go to --sqn.")
        return SQN(number)
    try:
        return sqn_from(octets(options, "sqn"))
    except OptionError as error:
        raise OptionError(f"{str(error).removesuffix('.')}: {_HOW_SQN_IS_WRITTEN}.") from None


def number(options: Options, name: str) -> int:
    """Raises OptionError: it is none of the numbers that are allowed."""
    allowed, default = NUMBERS[name]
    if name not in options:
        return default
    value = _decimal(name, options[name])
    if value is None or value not in allowed:
        raise OptionError(f"--{name}: {describe(name)}.")
    return value


def plmn(options: Options) -> Read | None:
    """Raises OptionError: it is no PLMN identity."""
    if "plmn" not in options:
        return None
    return _named("plmn", lambda: read_plmn(options["plmn"]))


def as_name(options: Options) -> str | None:
    """Raises OptionError: it is empty, too long or no UTF-8."""
    name = options.get("as-name")
    if name is None:
        return None
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise OptionError(f"--as-name: {describe('as-name')}, got octets that are none.") from None
    if not 1 <= length <= MAX_AS_NAME:
        raise OptionError(f"--as-name: {describe('as-name')}, got {length}.")
    return name


def one_of(options: Options, plain: str, derived: str) -> str:
    """Raises OptionError: both are given, or neither."""
    given = [name for name in (plain, derived) if name in options]
    if len(given) != 1:
        found = "both are given" if given else "both are missing"
        raise OptionError(
            f"--{plain} and --{derived}: {found}, one is needed, where {describe(plain)}, or {describe(derived)}."
        )
    return given[0]


def _needed(options: Options, name: str, algorithm_name: str = "tuak") -> str:
    text = options.get(name)
    if text is None:
        raise OptionError(f"--{name} is missing: {describe(name, algorithm_name)}.")
    return text


def _named(name: str, read: Callable[[], _Value]) -> _Value:
    try:
        return read()
    except DecodeError as error:
        raise OptionError(f"--{name}: {error}.") from None


def _decimal(name: str, text: str) -> int | None:
    """A number in decimal digits, or in hexadecimal ones behind 0x where it is a count; None if it is none."""
    written = text[after_label(text) :].strip(" \t\r\n\"'")
    hexadecimal = _HEXADECIMAL.fullmatch(written) if name == "nas-count" else None
    if hexadecimal:
        return int(hexadecimal[1], 16)
    decimal = re.fullmatch(_ALGORITHM_NAMES.get(name, "") + _DECIMAL, written, re.IGNORECASE)
    return int(decimal[1]) if decimal else None
