"""Octets as people write and copy them: spaces, colons, brackets, 0x, a label in front, a capture's header."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from nodes.protocol.octets import LENGTHS, DecodeError, Length

# Possessive (*+), so that a long run of spaces is read once and not from each of its places.
# A label has a letter that is neither a hexadecimal digit nor mistaken for one (I, L, O): "OO:11" is no label.
_LABEL: Final = re.compile(
    r"""[\s"'{]*+ (?=[^:=]*[ghjkmnp-z])
        (?: [a-z][\w .()/*-]{0,60} ["']? \s*+ [:=]
          | (?:k|ki|opc?|topc?|rand|autn|auts|sqn|amf|k_?asme) (?:\ value)? (?=\s) )""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_MARKS: Final = r"""[\s:;,.\-_'"()\[\]{}<>|\u200b\u2060\ufeff]"""
_TOKEN: Final = re.compile(
    rf"(?P<group>(?:0x|\\x)?(?P<digits>[0-9a-f]+))|(?P<marks>{_MARKS}+)|(?P<other>.)", re.IGNORECASE | re.DOTALL
)
_MOST_LINES: Final = 100
_CUT_OFF: Final = re.compile(r"…|\.\.\.")
_MISTAKEN: Final = {"o": "not the digit zero", "l": "not the digit one", "i": "not the digit one"}

# What stands before the value in a message: type and length of an information element (TS 24.301 §8.2.7,
# TS 24.008 §9.2.2, §9.2.3), or the header of an AVP of Vendor-Id 10415 with V and M set (TS 29.272 §7.3.53 to §7.3.56).
_HEADERS: Final = {
    "RAND": ("000005a7c000001c000028af",),
    "AUTN": ("10", "2010", "000005a9c000001c000028af"),
    "AUTS": ("0e", "300e"),
    "K_ASME": ("000005aac000002c000028af",),
}


def after_label(text: str) -> int:
    """Where the value begins in a text such as "RAND: 00 01 …"; 0 if there is no label."""
    found = _LABEL.match(text)
    return 0 if found is None else found.end()


def read_octets(name: str, text: str, length: Length | None = None) -> bytes:
    """Read the value called `name`; its digits stay out of the messages, since they may be a key.

    Of several lines, as a capture's tree is copied, the value is in the only labelled one that has its length.

    Raises:
        DecodeError: a character or a digit too few is in it, or the length is none of the allowed ones.
    """
    wanted = length or LENGTHS[name]
    try:
        return _read(name, text, wanted)
    except DecodeError:
        found = set(_read_lines(name, text, wanted))
        if len(found) != 1:
            raise
        return found.pop()


def read_all_octets(name: str, text: str) -> bytes:
    """Read octets of whatever length, as `read_octets` does.

    Raises:
        DecodeError: a character or a digit too few is in it.
    """
    return _joined(f"{name} is octets", text)


def _read_lines(name: str, text: str, wanted: Length) -> Iterator[bytes]:
    for line in text.splitlines()[:_MOST_LINES]:
        if after_label(line):
            with suppress(DecodeError):
                yield _read(name, line, wanted)


def _read(name: str, text: str, wanted: Length) -> bytes:
    value = _joined(f"{name} is {wanted}", text)
    for header in map(bytes.fromhex, _HEADERS.get(name, ())):
        if value.startswith(header) and len(value) - len(header) in wanted.allowed:
            return value[len(header) :]
    if len(value) not in wanted.allowed:
        raise DecodeError(f"{name} is {wanted}, got {len(value)}")
    return value


def _joined(rule: str, text: str) -> bytes:
    cut = _CUT_OFF.search(text)
    if cut:
        raise DecodeError(f"{rule}, but what was given is cut off at character {cut.start() + 1}")
    return bytes.fromhex("".join(_whole_groups(f"{rule}, two hexadecimal digits each", text)))


def _whole_groups(rule: str, text: str) -> list[str]:
    groups: list[tuple[int, str]] = []
    for token in _TOKEN.finditer(text, after_label(text)):
        position = token.start() + 1
        if token["other"]:
            raise DecodeError(f"{rule}, but character {position} is {_described(token['other'])}")
        if token["digits"]:
            groups.append((position, token["digits"]))
    for position, digits in groups:
        if len(digits) % 2:
            where = f", but the group at character {position} has" if len(groups) > 1 else ", got"
            raise DecodeError(f"{rule}{where} {len(digits)} digits: one is missing or too many")
    return [digits for _, digits in groups]


def _described(character: str) -> str:
    if not character.isascii():
        # Not which: a full-width digit is a digit of the key.
        return "a digit or letter of another script or width"
    mistaken = _MISTAKEN.get(character.lower())
    return f"the letter {character}, {mistaken}" if mistaken else f"{character!a}"
