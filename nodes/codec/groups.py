"""Octets explained: groups of octets that belong together, and the cursor that reads them one after another."""

from dataclasses import dataclass, replace
from typing import Final

from nodes.protocol.octets import DecodeError

NOT_3GPP: Final = "not defined by 3GPP"
EMPTY: Final = "empty"
"""What is said of a text without characters."""


@dataclass(frozen=True, slots=True)
class Group:
    """Octets that belong together: `offset` in the message, name and clause, and what they say, in words.

    `is_secret`: whoever reads them has a key, or the answer to a challenge before the UE has given it. `bits`, such as
    "8 to 5", where the group is less than its octet. `parts` make up the whole of it, or its bits.
    """

    name: str
    offset: int
    octets: bytes
    value: str
    clause: str
    is_secret: bool = False
    bits: str = ""
    parts: tuple["Group", ...] = ()

    @property
    def length(self) -> int:
        """In octets."""
        return len(self.octets)

    @property
    def is_defined(self) -> bool:
        """Whether a specification defines it."""
        return NOT_3GPP not in self.clause

    @property
    def leaves(self) -> tuple["Group", ...]:
        """The smallest groups of whole octets: every octet is in one of them."""
        parts = tuple(part for part in self.parts if not part.bits)
        return tuple(leaf for part in parts for leaf in part.leaves) if parts else (self,)

    def part(self, name: str) -> "Group":
        """The part of that name.

        Raises:
            KeyError: there is none.
        """
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)


def octets_in_words(octets: bytes) -> str:
    """How many there are."""
    return count_in_words(len(octets))


def count_in_words(count: int) -> str:
    """A number of octets."""
    return "1 octet" if count == 1 else f"{count} octets"


def first_difference(ours: bytes, theirs: bytes) -> int:
    """The first offset at which octets differ, or at which one of them ends."""
    pairs = zip(ours, theirs, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(ours), len(theirs)))


@dataclass(slots=True)
class Cursor:
    """Where a reader stands in octets; `end` is the first offset that is not its own."""

    octets: bytes
    at: int
    end: int

    @classmethod
    def over(cls, octets: bytes) -> "Cursor":
        return cls(octets, 0, len(octets))

    @property
    def left(self) -> int:
        return self.end - self.at

    @property
    def rest(self) -> bytes:
        """The octets that are left."""
        return self.octets[self.at : self.end]

    def first(self, name: str) -> int:
        """The next octet, without a step; errors as `take`."""
        return replace(self).take(1, name)[0]

    def take(self, length: int, name: str) -> bytes:
        """Read the next octets.

        Raises:
            DecodeError: there are fewer left.
        """
        if length > self.left:
            raise DecodeError(f"{name} is {count_in_words(length)} here, and {self.left} are left", self.at)
        self.at += length
        return self.octets[self.at - length : self.at]

    def inner(self, length: int, name: str) -> "Cursor":
        """A cursor over the next octets, which this one steps over; errors as `take`."""
        start = self.at
        self.take(length, name)
        return replace(self, at=start, end=self.at)

    def group(self, length: int, name: str, value: str, clause: str) -> Group:
        """Read the next octets as a group; errors as `take`."""
        start = self.at
        return Group(name, start, self.take(length, name), value, clause)

    def number(self, length: int, name: str, clause: str) -> Group:
        """Read the next octets as a group that is said in hexadecimal digits; errors as `take`."""
        group = self.group(length, name, "", clause)
        return replace(group, value=group.octets.hex())

    def since(self, start: int) -> bytes:
        """The octets from an offset up to here."""
        return self.octets[start : self.at]
