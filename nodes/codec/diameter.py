"""Diameter messages (RFC 6733) read and explained, by the tables of commands and AVPs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from nodes.codec import diameter_avps as avps
from nodes.codec.diameter_avps import AVP, AVPS, IETF, OURS, TGPP
from nodes.codec.diameter_commands import APPLICATIONS, COMMANDS, Command
from nodes.codec.groups import EMPTY, NOT_3GPP, Cursor, Group, count_in_words, octets_in_words
from nodes.codec.nas_values import explain, guti_parts
from nodes.protocol.octets import DecodeError

VERSION: Final = 1
HEADER_LENGTH: Final = 20
REQUEST: Final = 0x80
PROXIABLE: Final = 0x40
VENDOR: Final = 0x80
MANDATORY: Final = 0x40
MULTIPLE: Final = 4
"""An AVP begins at a multiple of 4 octets, and is padded up to the next."""

_MOST_NESTED: Final = 8
_COMMAND_FLAGS: Final = MappingProxyType(
    {0x80: "request", 0x40: "proxiable", 0x20: "error", 0x10: "potentially retransmitted"}
)
_AVP_FLAGS: Final = MappingProxyType({0x80: "vendor-specific", 0x40: "mandatory", 0x20: "protected"})
_VENDORS: Final = MappingProxyType({IETF: "IETF", TGPP: "3GPP", OURS: f"documentation (RFC 5612), {NOT_3GPP}"})
_BY_KEY: Final[Mapping[tuple[int, int, bool], Command]] = MappingProxyType(
    {command.key: command for command in reversed(tuple(COMMANDS.values()))}
)
_PARTS: Final[Mapping[AVP, Callable[[Cursor], tuple[Group, ...]]]] = MappingProxyType(
    {
        avps.AUTN: lambda data: explain("§9.9.3.2", data)[1],
        avps.GUTI: guti_parts,
        avps.RE_SYNCHRONIZATION_INFO: lambda data: (
            data.group(16, "RAND", "of the challenge that was refused", "TS 29.272 §7.3.15"),
            *explain("§9.9.3.1", data)[1],
        ),
    }
)


@dataclass(frozen=True, slots=True)
class ReadAVP:
    """An AVP as it was read; `avp` is None where this product has none of its code and vendor."""

    code: int
    vendor: int
    flags: int
    avp: AVP | None
    value: Any
    group: Group
    members: tuple["ReadAVP", ...] = ()

    @property
    def name(self) -> str:
        return self.group.name

    @property
    def data(self) -> bytes:
        """The octets after the AVP's header, without padding."""
        start = 12 if self.flags & VENDOR else 8
        return self.group.octets[start : int.from_bytes(self.group.octets[5:8], "big")]


@dataclass(frozen=True, slots=True)
class Reading:
    """What octets are: the command, its flags, application and identifiers, every group of octets, and the AVPs."""

    name: str
    clause: str
    command: Command
    flags: int
    hop_by_hop: int
    end_to_end: int
    groups: tuple[Group, ...]
    avps: tuple[ReadAVP, ...]


def flags_in_words(flags: int) -> str:
    """The command flags that are set."""
    return ", ".join(name for bit, name in _COMMAND_FLAGS.items() if flags & bit) or "none"


def avp_flags_in_words(flags: int) -> str:
    """The AVP flags that are set."""
    return ", ".join(name for bit, name in _AVP_FLAGS.items() if flags & bit) or "none"


def read(octets: bytes) -> Reading:
    """Read one Diameter message.

    Raises:
        DecodeError: the octets are no complete message of a command that this product has.
    """
    cursor = Cursor.over(octets)
    head = _header(cursor)
    code, application = _number(head[3]), _number(head[4])
    flags = _number(head[2])
    command = _BY_KEY.get((code, application, bool(flags & REQUEST)))
    if command is None:
        known = APPLICATIONS.get(application, "unknown")
        raise DecodeError(f"Command {code} of application {application} ({known}) is none of this product's", 5)
    found = tuple(_avps(cursor, 0))
    command = _told_apart(command, found)
    name = command.name if NOT_3GPP not in command.clause else f"{command.name} ({NOT_3GPP})"
    return Reading(
        name,
        command.clause,
        command,
        flags,
        _number(head[5]),
        _number(head[6]),
        (*_named(head, command), *(each.group for each in found)),
        found,
    )


def _number(group: Group) -> int:
    return int.from_bytes(group.octets, "big")


def _header(cursor: Cursor) -> tuple[Group, ...]:
    clause = "RFC 6733 §3"
    if cursor.first("Diameter header") != VERSION:
        raise DecodeError(f"Diameter is of version {VERSION} ({clause}), got {cursor.first('Version')}", 0)
    version = cursor.group(1, "Version", str(VERSION), clause)
    length = cursor.group(3, "Message Length", "", clause)
    if _number(length) != len(cursor.octets):
        raise DecodeError(f"Message Length is {_number(length)}, but {octets_in_words(cursor.octets)} are there", 1)
    flags = cursor.take(1, "Command Flags")
    return (
        version,
        Group(length.name, 1, length.octets, count_in_words(_number(length)), clause),
        Group("Command Flags", 4, flags, flags_in_words(flags[0]), clause),
        cursor.group(3, "Command Code", "", clause),
        cursor.group(4, "Application-ID", "", clause),
        cursor.number(4, "Hop-by-Hop Identifier", clause),
        cursor.number(4, "End-to-End Identifier", clause),
    )


def _named(head: tuple[Group, ...], command: Command) -> tuple[Group, ...]:
    """The header with command and application by their names."""
    *before, code, application, hop_by_hop, end_to_end = head
    of_command = command.clause if NOT_3GPP in command.clause else f"RFC 6733 §3, {command.clause}"
    number = f"{command.code}, {command.name}"
    named = f"{command.application}, {APPLICATIONS[command.application]}"
    return (
        *before,
        Group(code.name, code.offset, code.octets, number, of_command),
        Group(application.name, application.offset, application.octets, named, application.clause),
        hop_by_hop,
        end_to_end,
    )


def _told_apart(command: Command, found: tuple[ReadAVP, ...]) -> Command:
    """Of commands that share a code, that whose Push-Type this is."""
    values = [each.value for each in found if each.avp is avps.PUSH_TYPE]
    for other in COMMANDS.values():
        wanted = [row.constant for row in other.rows if row.avp is avps.PUSH_TYPE]
        if other.key == command.key and wanted == values:
            return other
    return command


# AVPs


def _avps(cursor: Cursor, nested: int) -> Iterator[ReadAVP]:
    if nested > _MOST_NESTED:
        raise DecodeError(f"AVPs are nested more than {_MOST_NESTED} deep", cursor.at)
    while cursor.left:
        yield _avp(cursor, nested)


def _avp(cursor: Cursor, nested: int) -> ReadAVP:
    start, clause = cursor.at, "RFC 6733 §4.1"
    code = cursor.group(4, "AVP Code", "", clause)
    flags = cursor.take(1, "AVP Flags")
    length = cursor.group(3, "AVP Length", "", clause)
    has_vendor = bool(flags[0] & VENDOR)
    data_length = _number(length) - (12 if has_vendor else 8)
    if data_length < 0:
        raise DecodeError(f"AVP Length is {_number(length)}, less than the AVP's header ({clause})", start + 5)
    vendor = cursor.group(4, "Vendor-Id", "", clause) if has_vendor else None
    number = IETF if vendor is None else _number(vendor)
    avp = AVPS.get((_number(code), number))
    name = f"AVP {_number(code)} of vendor {number}" if avp is None else avp.name
    head = [
        Group(code.name, start, code.octets, f"{_number(code)}, {name}", clause),
        Group("AVP Flags", start + 4, flags, avp_flags_in_words(flags[0]), clause),
        Group(length.name, start + 5, length.octets, count_in_words(_number(length)), clause),
    ]
    if vendor is not None:
        head.append(Group(vendor.name, start + 8, vendor.octets, f"{number}, {_VENDORS.get(number, '?')}", clause))
    data = cursor.inner(data_length, name)
    value, group, members = _data(data, avp, name, nested)
    padding = cursor.take(-cursor.at % MULTIPLE, f"Padding of {name}")
    parts = (*head, *((group,) if data_length else ()))
    if padding:
        parts += (Group("Padding", cursor.at - len(padding), padding, f"up to a multiple of {MULTIPLE}", clause),)
    whole = Group(name, start, cursor.since(start), group.value, group.clause, group.is_secret, parts=parts)
    return ReadAVP(_number(code), number, flags[0], avp, value, whole, members)


def _data(data: Cursor, avp: AVP | None, name: str, nested: int) -> tuple[Any, Group, tuple[ReadAVP, ...]]:
    start, octets = data.at, data.rest
    if avp is None:
        return octets, Group("Data", start, octets, octets_in_words(octets), "not of this product"), ()
    if avp.kind.name == "Grouped":
        members = tuple(_avps(data, nested + 1))
        words = ", ".join(member.name for member in members) or EMPTY
        parts = tuple(member.group for member in members)
        secret = any(member.group.is_secret for member in members)
        return octets, Group("Data", start, octets, words, avp.clause, secret, parts=parts), members
    try:
        value = avp.kind.decode(octets)
    except DecodeError as error:
        raise error.moved(start) from None
    parts = _PARTS[avp](data) if avp in _PARTS else ()
    return value, Group("Data", start, octets, avp.kind.words(value), avp.clause, avp.is_secret, parts=parts), ()
