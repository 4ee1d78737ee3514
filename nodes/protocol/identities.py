"""Identities of networks, nodes and subscribers (TS 23.003), and their octets (TS 24.301 §9.9.3.12)."""

from dataclasses import dataclass
from typing import Final, NewType, Self

from nodes.protocol.octets import DecodeError

IMSI = NewType("IMSI", str)

_GUTI_CLAUSE: Final = "TS 24.301 §9.9.3.12"
_GUMMEI_CLAUSE: Final = "TS 23.003 §2.8.1"
_IMSI_DIGITS: Final = range(6, 16)
_MCC_DIGITS: Final = 3
_MNC_DIGITS: Final = (2, 3)
_HIGHEST_DIGIT: Final = 9
_FILLER: Final = 0xF
_GUTI_LENGTH: Final = 10
_GUMMEI_LENGTH: Final = 6
_PLMN_LENGTH: Final = 3
# Length of what follows, then "1111", even number of digits, type of identity GUTI.
_GUTI_HEADER: Final = b"\x0b\xf6"


def _is_digits(text: str) -> bool:
    # str.isdigit alone also takes digits of other scripts.
    return text.isascii() and text.isdigit()


def imsi(text: str) -> IMSI:
    """Check an IMSI, 6 to 15 decimal digits (TS 23.003 §2.2).

    Raises:
        ValueError: there are other characters, or too few or too many digits.
    """
    if not (_is_digits(text) and len(text) in _IMSI_DIGITS):
        raise ValueError(f"IMSI is 6 to 15 decimal digits (TS 23.003 §2.2), got {text!a}")
    return IMSI(text)


class _Identity:
    """A value that is its octets: compared and hashed by them; they are made once, with the value."""

    __slots__ = ("octets",)

    octets: bytes
    __match_args__: tuple[str, ...]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _Identity):
            return self.octets == other.octets
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.octets)

    def __str__(self) -> str:
        return self.octets.hex()

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        # Rebuilding runs the constructor, which makes the octets; the default would leave them out.
        return type(self), tuple(getattr(self, name) for name in self.__match_args__)

    def _set_octets(self, octets: bytes) -> None:
        # The attribute is no field: what walks the fields (replace, plain data) sees the numbers only.
        object.__setattr__(self, "octets", octets)


def _octets_of(name: str, value: int, length: int, clause: str) -> bytes:
    if not 0 <= value < 1 << 8 * length:
        raise ValueError(f"{name} is {8 * length} bits ({clause}), got {value}")
    return value.to_bytes(length, "big")


def _check_length(name: str, octets: bytes, length: int, clause: str) -> None:
    if len(octets) != length:
        raise DecodeError(f"{name} is {length} octets ({clause}), got {len(octets)}")


@dataclass(frozen=True, slots=True, eq=False)
class PLMNIdentity(_Identity):
    """MCC, 3 digits, and MNC, 2 or 3 digits: `octets` are 3, in BCD (TS 24.301 §9.9.3.12)."""

    mcc: str
    mnc: str

    def __post_init__(self) -> None:
        if not (_is_digits(self.mcc) and len(self.mcc) == _MCC_DIGITS):
            raise ValueError(f"MCC is 3 decimal digits (TS 23.003 §2.2), got {self.mcc!a}")
        if not (_is_digits(self.mnc) and len(self.mnc) in _MNC_DIGITS):
            raise ValueError(f"MNC is 2 or 3 decimal digits (TS 23.003 §2.2), got {self.mnc!a}")
        mcc_1, mcc_2, mcc_3 = (int(digit) for digit in self.mcc)
        mnc_1, mnc_2, mnc_3 = (*(int(digit) for digit in self.mnc), _FILLER)[:3]
        self._set_octets(bytes((mcc_2 << 4 | mcc_1, mnc_3 << 4 | mcc_3, mnc_2 << 4 | mnc_1)))

    def __str__(self) -> str:
        return self.mcc + self.mnc

    @classmethod
    def from_digits(cls, digits: str) -> Self:
        """Read MCC and MNC written together, 5 or 6 digits.

        Raises:
            ValueError: there are other characters, or fewer or more digits.
        """
        if not (_is_digits(digits) and len(digits) in {5, 6}):
            raise ValueError(f"PLMN identity is MCC and MNC, 5 or 6 decimal digits (TS 23.003 §2.2), got {digits!a}")
        return cls(digits[:3], digits[3:])

    @classmethod
    def decode(cls, octets: bytes) -> Self:
        """Decode 3 octets of BCD.

        Raises:
            DecodeError: there are not 3 octets, or a half octet is no decimal digit.
        """
        _check_length("PLMN identity", octets, _PLMN_LENGTH, _GUTI_CLAUSE)
        mcc_2, mcc_1, mnc_3, mcc_3, mnc_2, mnc_1 = (int(digit, 16) for digit in octets.hex())
        mnc = (mnc_1, mnc_2) if mnc_3 == _FILLER else (mnc_1, mnc_2, mnc_3)
        digits = (mcc_1, mcc_2, mcc_3, *mnc)
        if max(digits) > _HIGHEST_DIGIT:
            raise DecodeError(f"PLMN identity is decimal digits in BCD ({_GUTI_CLAUSE}), got digit {max(digits):X}")
        return cls.from_digits("".join(map(str, digits)))


@dataclass(frozen=True, slots=True, eq=False)
class GUMMEI(_Identity):
    """PLMN, MME Group ID, 16 bits, and MME Code, 8 bits: `octets` are 6 (TS 23.003 §2.8.1)."""

    plmn_id: PLMNIdentity
    mme_group_id: int
    mme_code: int

    def __post_init__(self) -> None:
        group_id = _octets_of("MME Group ID", self.mme_group_id, 2, _GUMMEI_CLAUSE)
        code = _octets_of("MME Code", self.mme_code, 1, _GUMMEI_CLAUSE)
        self._set_octets(self.plmn_id.octets + group_id + code)

    @classmethod
    def decode(cls, octets: bytes) -> Self:
        """Decode 6 octets.

        Raises:
            DecodeError: there are not 6 octets, or the first three are no PLMN identity.
        """
        _check_length("GUMMEI", octets, _GUMMEI_LENGTH, _GUMMEI_CLAUSE)
        return cls(PLMNIdentity.decode(octets[:3]), int.from_bytes(octets[3:5], "big"), octets[5])


@dataclass(frozen=True, slots=True, eq=False)
class GUTI(_Identity):
    """GUMMEI and M-TMSI, 32 bits: `octets` are 10 (TS 23.003 §2.8.1)."""

    gummei: GUMMEI
    m_tmsi: int

    def __post_init__(self) -> None:
        self._set_octets(self.gummei.octets + _octets_of("M-TMSI", self.m_tmsi, 4, _GUMMEI_CLAUSE))

    @property
    def information_element(self) -> bytes:
        """EPS mobile identity as length and value, 12 octets, 0B F6 first (TS 24.301 §9.9.3.12)."""
        return _GUTI_HEADER + self.octets

    @property
    def s_tmsi(self) -> bytes:
        """MME Code and M-TMSI, 5 octets (TS 23.003 §2.9)."""
        return self.octets[5:]

    @classmethod
    def decode(cls, octets: bytes) -> Self:
        """Decode 10 octets.

        Raises:
            DecodeError: there are not 10 octets, or the first three are no PLMN identity.
        """
        _check_length("GUTI", octets, _GUTI_LENGTH, _GUMMEI_CLAUSE)
        return cls(GUMMEI.decode(octets[:6]), int.from_bytes(octets[6:], "big"))

    @classmethod
    def decode_information_element(cls, octets: bytes) -> Self:
        """Decode an EPS mobile identity that is a GUTI, length and value, 12 octets.

        Raises:
            DecodeError: it has another length or type, or its GUTI does not decode.
        """
        if not octets.startswith(_GUTI_HEADER):
            found = octets[: len(_GUTI_HEADER)].hex() or "nothing"
            raise DecodeError(f"EPS mobile identity of a GUTI begins 0bf6 ({_GUTI_CLAUSE}), got {found}")
        try:
            return cls.decode(octets[2:])
        except DecodeError as error:
            raise error.moved(2) from None
