"""A world as one integer: each part of it is interned to a small number, which has its own bits."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

Packed: TypeAlias = int
"""A world as one integer."""
Mask: TypeAlias = int
"""The bits of some parts in a packed world."""
MessageNumber: TypeAlias = int
"""Which message it is, among all that a search has seen."""

ValueT = TypeVar("ValueT", bound=Hashable)

FIRST_WIDTH = 10
MORE_BITS = 4


class Relayout(Exception):
    """A part has more values than its bits can tell apart, or a new part came up: the search begins anew."""


@dataclass(slots=True)
class Bits:
    """Where a part has its bits. `mask` has them all set."""

    width: int
    shift: int = 0
    mask: Mask = 0

    def place(self, shift: int) -> int:
        """Put the part at a bit; what follows it begins at the bit that is returned."""
        self.shift = shift
        self.mask = ((1 << self.width) - 1) << shift
        return shift + self.width

    def of(self, packed: Packed) -> int:
        """The number of the part's value in a packed world."""
        return (packed & self.mask) >> self.shift

    def put(self, packed: Packed, number: int) -> Packed:
        """The packed world with another value of the part."""
        return packed + ((number - self.of(packed)) << self.shift)


class Part(Generic[ValueT]):
    """A part whose values are interned in the order in which they come up; number 0 is the first world's value."""

    __slots__ = ("_numbers", "bits", "values")

    def __init__(self, first: ValueT, width: int = FIRST_WIDTH) -> None:
        self.bits = Bits(width)
        self.values: list[ValueT] = [first]
        self._numbers: dict[ValueT, int] = {first: 0}

    def number(self, value: ValueT) -> int:
        """The number of a value.

        Raises:
            Relayout: there is no bit left for it.
        """
        number = self._numbers.get(value)
        if number is None:
            number = len(self.values)
            self.values.append(value)
            self._numbers[value] = number
        if number >> self.bits.width:
            self.bits.width += MORE_BITS
            raise Relayout
        return number

    def of(self, packed: Packed) -> ValueT:
        """The part's value in a packed world."""
        return self.values[self.bits.of(packed)]

    def put(self, packed: Packed, value: ValueT) -> Packed:
        """The packed world with another value of the part."""
        return self.bits.put(packed, self.number(value))
