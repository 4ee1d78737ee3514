"""The members of a JSON object with where each of them ends: the standard library's reader does not tell."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from nodes.protocol.octets import DecodeError

_SPACE: Final = " \t\r\n"


@dataclass(slots=True)
class _Scanner:
    text: str
    at: int = 0
    decoder: json.JSONDecoder = field(default_factory=json.JSONDecoder)

    def wrong(self, what: str, at: int) -> DecodeError:
        return DecodeError(f"JSON: {what} (RFC 8259)", len(self.text[:at].encode()))

    def skip_space(self) -> None:
        rest = self.text[self.at :]
        self.at += len(rest) - len(rest.lstrip(_SPACE))

    def one_of(self, wanted: str) -> str:
        """Step over white space and one of these characters."""
        self.skip_space()
        found = self.text[self.at : self.at + 1]
        if not found or found not in wanted:
            raise self.wrong(f"{' or '.join(wanted)} is wanted", self.at)
        self.at += 1
        return found

    def value(self) -> object:
        """Step over a value."""
        self.skip_space()
        try:
            found, self.at = self.decoder.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            raise self.wrong(error.msg, error.pos) from None
        except ValueError:  # Python refuses to read a number of thousands of digits.
            raise self.wrong("a number is too long", self.at) from None
        except RecursionError:
            raise self.wrong("it is nested too deeply", self.at) from None
        value: object = found
        return value


def members(text: str) -> Iterator[tuple[str, object, int]]:
    """Name and value of each member, and the end of what belongs to it: the comma, or the brace and the white space.

    Raises:
        DecodeError: the text is no JSON object; the offset counts octets of UTF-8.
    """
    scanner = _Scanner(text)
    scanner.one_of("{")
    while True:
        scanner.one_of('"')
        scanner.at -= 1
        name = str(scanner.value())
        scanner.one_of(":")
        value = scanner.value()
        if scanner.one_of(",}") == ",":
            yield name, value, scanner.at
            continue
        scanner.skip_space()
        if scanner.at < len(text):
            raise scanner.wrong("the object is complete, but more follows", scanner.at)
        yield name, value, len(text)
        return
