"""The glossary of octet strings: one type per symbol of the standards, their lengths, checks and XOR."""

from dataclasses import dataclass
from typing import Final, NewType

from nodes.protocol.errors import ProtocolError

K = NewType("K", bytes)
OP = NewType("OP", bytes)
OPc = NewType("OPc", bytes)
TOP = NewType("TOP", bytes)
TOPc = NewType("TOPc", bytes)
RAND = NewType("RAND", bytes)
AUTN = NewType("AUTN", bytes)
AUTS = NewType("AUTS", bytes)
RES = NewType("RES", bytes)
CK = NewType("CK", bytes)
IK = NewType("IK", bytes)
AK = NewType("AK", bytes)
SQN = NewType("SQN", int)
SQNxorAK = NewType("SQNxorAK", bytes)
AMF = NewType("AMF", bytes)
MACA = NewType("MACA", bytes)
MACS = NewType("MACS", bytes)
KASME = NewType("KASME", bytes)
KENB = NewType("KENB", bytes)
KNASint = NewType("KNASint", bytes)
KNASenc = NewType("KNASenc", bytes)
Ks = NewType("Ks", bytes)
KAPP = NewType("KAPP", bytes)
KN = NewType("KN", bytes)


_WORTH_A_RANGE: Final = 3


class DecodeError(ProtocolError, ValueError):
    """Octets or text are no value of the type that was asked for; the text says what the type wants.

    `offset` is where in the octets that were given, counted from 0.
    """

    def __init__(self, text: str, offset: int = 0) -> None:
        super().__init__(text)
        self.offset = offset

    def moved(self, by: int) -> "DecodeError":
        """The same, told of octets in which those that were given begin at offset `by`."""
        return DecodeError(str(self), self.offset + by)


@dataclass(frozen=True, slots=True)
class Length:
    """The lengths in octets that a type may have, and the clause that says so."""

    allowed: tuple[int, ...]
    clause: str

    def __str__(self) -> str:
        *others, last = _ranges(self.allowed)
        listed = f"{', '.join(others)} or {last}" if others else last
        return f"{listed} octets ({self.clause})"


def _ranges(numbers: tuple[int, ...]) -> list[str]:
    """Write a run of three or more numbers as "4 to 16"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words: list[str] = []
    for run in runs:
        words += [f"{run[0]} to {run[-1]}"] if len(run) >= _WORTH_A_RANGE else [str(number) for number in run]
    return words


_AUTHENTICATION: Final = "TS 33.102 §6.3.7"
_NOT_3GPP: Final = "this demonstrator, not defined by 3GPP"

# Type name, as the standards print it, to the lengths that some algorithm gives it. An algorithm
# that takes fewer of them (Milenage, EPS) checks that itself.
LENGTHS: Final[dict[str, Length]] = {
    "K": Length((16, 32), _AUTHENTICATION),
    "OP": Length((16,), "TS 35.206 §2.4"),
    "OPc": Length((16,), "TS 35.206 §2.4"),
    "TOP": Length((32,), "TS 35.231"),
    "TOPc": Length((32,), "TS 35.231"),
    "RAND": Length((16,), "TS 33.102 §6.3.2"),
    "AUTN": Length((16,), "TS 33.102 §6.3.2"),
    "AUTS": Length((14,), "TS 33.102 §6.3.3"),
    "RES": Length((*range(4, 17), 32), _AUTHENTICATION),
    "CK": Length((16, 32), _AUTHENTICATION),
    "IK": Length((16, 32), _AUTHENTICATION),
    "AK": Length((6,), _AUTHENTICATION),
    "SQN": Length((6,), _AUTHENTICATION),
    "SQN xor AK": Length((6,), "TS 33.102 §6.3.2"),
    "AMF": Length((2,), _AUTHENTICATION),
    "MAC-A": Length((8, 16, 32), "TS 35.231"),
    "MAC-S": Length((8, 16, 32), "TS 35.231"),
    "K_ASME": Length((32,), "TS 33.401 §A.2"),
    "K_eNB": Length((32,), "TS 33.401 §A.3"),
    "K_NASint": Length((16,), "TS 33.401 §A.7"),
    "K_NASenc": Length((16,), "TS 33.401 §A.7"),
    "Ks": Length((32,), _NOT_3GPP),
    "K_APP": Length((32,), _NOT_3GPP),
    "KN": Length((8,), _NOT_3GPP),
}

SQN_BITS: Final = 48


def exactly(name: str, value: bytes, length: Length | None = None) -> None:
    """Check the length of a value: `length`, or what LENGTHS says of `name`.

    Raises:
        ValueError: the length is none of the allowed ones.
    """
    wanted = length or LENGTHS[name]
    if len(value) not in wanted.allowed:
        raise ValueError(f"{name} is {wanted}, got {len(value)}")


def xor(a: bytes, b: bytes) -> bytes:
    """XOR of two octet strings of one length.

    Raises:
        ValueError: the lengths differ.
    """
    if len(a) != len(b):
        raise ValueError(f"XOR wants two strings of one length, got {len(a)} and {len(b)} octets")
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).to_bytes(len(a), "big")


def sqn_octets(sqn: SQN) -> bytes:
    """SQN as 6 octets.

    Raises:
        ValueError: SQN is negative or has more than 48 bits.
    """
    if not 0 <= sqn < 1 << SQN_BITS:
        raise ValueError(f"SQN is {SQN_BITS} bits ({_AUTHENTICATION}), got {sqn}")
    return sqn.to_bytes(6, "big")


def sqn_from(octets: bytes) -> SQN:
    """Read SQN from its 6 octets.

    Raises:
        ValueError: there are not 6 octets.
    """
    exactly("SQN", octets)
    return SQN(int.from_bytes(octets, "big"))
