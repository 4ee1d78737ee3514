"""Application messages between UE and AS as octets. Not defined by 3GPP: a format of this demonstrator's own.

The first octet is the type, with a bit for each name of a key; the nonce has the same session, direction and counter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from nodes.codec.groups import NOT_3GPP, Cursor, Group, count_in_words, octets_in_words
from nodes.codec.nas_values import explain
from nodes.protocol.identities import GUTI
from nodes.protocol.messages.application import ApplicationMessage, Direction, OpenSession, ProtectedMessage
from nodes.protocol.octets import KN, DecodeError, exactly

_OURS: Final = f"this demonstrator, {NOT_3GPP}"
_NAMES: Final = (("key_name", "Name of the key", 0x80), ("newest_name", "Name of a newer key", 0x40))
"""Of which key a name is, 8 octets, and the bit of the first octet that says that it follows."""
_ALL_NAMES: Final = 0xC0
_TAG_LENGTH: Final = 8
_NAME_LENGTH: Final = 8
_GUTI_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class Field:
    """A field of `length` octets, or all that is left; `decode` takes the octets and their offset."""

    name: str
    field: str
    length: int | None
    encode: Callable[[Any], bytes]
    decode: Callable[[bytes], Any]
    words: Callable[[Any], str] = str


def _number(length: int, name: str) -> Callable[[int], bytes]:
    def encode(value: int) -> bytes:
        if not 0 <= value < 1 << 8 * length:
            raise ValueError(f"{name} is {length} octets ({_OURS}), got {value}")
        return value.to_bytes(length, "big")

    return encode


def _from(octets: bytes) -> int:
    return int.from_bytes(octets, "big")


def _direction(octets: bytes) -> Direction:
    try:
        return Direction(octets[0])
    except ValueError:
        raise DecodeError("Direction is 0, uplink, or 1, downlink") from None


def _sealed(octets: bytes) -> bytes:
    if len(octets) < _TAG_LENGTH:
        raise DecodeError(f"A sealed message ends in a tag of {_TAG_LENGTH} octets, got {len(octets)}")
    return octets


_SESSION: Final = Field("Session", "session", 8, _number(8, "Session"), _from)
_TYPES: Final[Mapping[type[ApplicationMessage], tuple[int, str, tuple[Field, ...]]]] = MappingProxyType(
    {
        OpenSession: (
            1,
            "open session",
            (
                _SESSION,
                Field(
                    "EPS mobile identity",
                    "guti",
                    _GUTI_LENGTH,
                    lambda guti: guti.information_element,
                    GUTI.decode_information_element,
                    lambda guti: f"GUTI {guti}",
                ),
            ),
        ),
        ProtectedMessage: (
            2,
            "protected message",
            (
                _SESSION,
                Field(
                    "Direction",
                    "direction",
                    1,
                    lambda direction: bytes((direction.value,)),
                    _direction,
                    lambda direction: direction.name.lower(),
                ),
                Field("Counter", "counter", 4, _number(4, "Counter"), _from),
                Field("Sealed", "sealed", None, bytes, _sealed, octets_in_words),
            ),
        ),
    }
)
_BY_NUMBER: Final = MappingProxyType({row[0]: kind for kind, row in _TYPES.items()})


def encode(message: ApplicationMessage) -> bytes:
    """Encode an application message: type, the names of keys that it has, then its fields.

    Raises:
        ValueError: a field does not fit.
    """
    number, _, rows = _TYPES[type(message)]
    first, names = number, b""
    for field, _, bit in _NAMES:
        name = getattr(message, field, None)
        if name is not None:
            exactly("KN", name)
            first, names = first | bit, names + name
    return bytes((first,)) + names + b"".join(row.encode(getattr(message, row.field)) for row in rows)


@dataclass(frozen=True, slots=True)
class Reading:
    """What octets are: the message, and every group of octets."""

    name: str
    groups: tuple[Group, ...]
    message: ApplicationMessage


def read(octets: bytes) -> Reading:
    """Read and decode one application message.

    Raises:
        DecodeError: the octets are no complete application message.
    """
    cursor = Cursor.over(octets)
    first = cursor.first("Type")
    kind = _BY_NUMBER.get(first & ~_ALL_NAMES)
    if kind is None or (kind is OpenSession and first & _NAMES[1][2]):
        raise DecodeError(f"Type {first:02x} is no application message's ({_OURS})", 0)
    _, name, rows = _TYPES[kind]
    groups = [cursor.group(1, "Type", name, _OURS)]
    values: dict[str, Any] = {}
    groups += [_key_name(cursor, field, title, values) for field, title, bit in _NAMES if first & bit]
    groups += [_group(cursor, row, values) for row in rows]
    if cursor.left:
        raise DecodeError("The message is complete, but more follows", cursor.at)
    return Reading(name, tuple(groups), kind(**values))


def _key_name(cursor: Cursor, field: str, title: str, values: dict[str, Any]) -> Group:
    at = cursor.at
    octets = cursor.take(_NAME_LENGTH, title)
    values[field] = KN(octets)
    return Group(title, at, octets, octets.hex(), _OURS)


def _group(cursor: Cursor, row: Field, values: dict[str, Any]) -> Group:
    value = cursor.inner(cursor.left if row.length is None else row.length, row.name)
    start, octets = value.at, value.rest
    try:
        values[row.field] = row.decode(octets)
    except DecodeError as error:
        raise error.moved(start) from None
    return Group(row.name, start, octets, row.words(values[row.field]), _OURS, parts=_parts(value, row))


def _parts(value: Cursor, row: Field) -> tuple[Group, ...]:
    match row.field:
        case "guti":
            clause = "TS 24.301 §9.9.3.12"
            return (
                value.group(1, "Length", count_in_words(value.left - 1), clause),
                *explain("§9.9.3.12", value)[1],
            )
        case "sealed":
            text = value.group(value.left - _TAG_LENGTH, "Ciphertext", "AES-CCM-16-64-128", "RFC 9053 §4.2")
            return (text, value.group(_TAG_LENGTH, "Tag", f"{_TAG_LENGTH} octets", "RFC 9053 §4.2"))
        case _:
            return ()
