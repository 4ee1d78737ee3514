"""Diameter messages encoded from their tables (RFC 6733), and decoded to the values that they were made of."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from functools import cache
from hashlib import sha256
from typing import Any, Final, get_args, get_type_hints

from nodes.codec.between import Between, plmn_of_realm
from nodes.codec.diameter import (
    HEADER_LENGTH,
    MANDATORY,
    MULTIPLE,
    PROXIABLE,
    REQUEST,
    VENDOR,
    VERSION,
    ReadAVP,
    Reading,
    read,
)
from nodes.codec.diameter_avps import AVP, IETF
from nodes.codec.diameter_commands import COMMANDS, Command, Message, Row
from nodes.codec.groups import first_difference
from nodes.protocol.octets import DecodeError

_IDENTIFIER: Final = 4
_NUMBER: Final = re.compile(r"[0-9]{1,10}")


def encode(message: Message, between: Between) -> bytes:
    """Encode a Diameter message from one node to another.

    The identifiers of the header come out of the Session-Id, for this product keeps no connections: a request that is
    repeated has the same, and its answer too.

    Raises:
        ValueError: a field does not fit its AVP.
    """
    command = COMMANDS[type(message)]
    session = _session_id(command, message, between)
    values = _fields(message) | {
        "session": session,
        "origin_host": between.host(between.source),
        "destination_host": between.host(between.destination),
        "realm": between.realm,
        "plmn_id": between.plmn_id,
    }
    body = b"".join(_encoded(command.rows, values))
    identifiers = sha256(session.encode()).digest()[: 2 * _IDENTIFIER]
    flags = PROXIABLE | (REQUEST if command.is_request else 0)
    return b"".join(
        (
            bytes((VERSION,)),
            (HEADER_LENGTH + len(body)).to_bytes(3, "big"),
            bytes((flags,)),
            command.code.to_bytes(3, "big"),
            command.application.to_bytes(4, "big"),
            identifiers,
            body,
        )
    )


def _fields(value: object) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]


def _session_id(command: Command, message: Message, between: Between) -> str:
    """The Session-Id (RFC 6733 §8.8): who asks, two numbers, of which the low one counts, and what names the rest."""
    host = between.host(between.source if command.is_request else between.destination)
    number = getattr(message, command.number) if command.number else 0
    if not 0 <= number < 1 << 32:
        raise ValueError(f"Session-Id counts from 0 in 32 bits (RFC 6733 §8.8), got {number}")
    others = [getattr(message, name) for name in command.others]
    if any(";" in other for other in others[:-1]):
        raise ValueError(f"Session-Id separates its parts by semicolons (RFC 6733 §8.8), got one in {others[:-1]}")
    return ";".join((host, str(command.application), str(number), *others))


def _encoded(rows: tuple[Row, ...], values: Mapping[str, Any]) -> Iterator[bytes]:
    for row in rows:
        if row.rows:
            yield from (_avp(row.avp, data) for data in _groups(row, values))
        else:
            yield from (_avp(row.avp, row.avp.kind.encode(value)) for value in _values(row, values))


def _values(row: Row, values: Mapping[str, Any]) -> tuple[Any, ...]:
    if row.constant is not None:
        return (row.constant,)
    if row.many:
        return tuple(values[row.field])
    value = row.to(values[row.field])
    return () if value is None else (value,)


def _groups(row: Row, values: Mapping[str, Any]) -> Iterator[bytes]:
    if row.make is not None:
        found = values[row.field]
        items = found if row.many else () if found is None else (found,)
        for number, item in enumerate(items, 1):
            yield b"".join(_encoded(row.rows, _fields(item) | {"item": number}))
        return
    of_fields = tuple(member for member in row.rows if member.field)
    if not of_fields or any(_encoded(of_fields, values)):
        yield b"".join(_encoded(row.rows, values))


def _avp(avp: AVP, data: bytes) -> bytes:
    """Code, flags, length, vendor, data and padding (RFC 6733 §4.1); the length does not count the padding."""
    vendor = b"" if avp.vendor == IETF else avp.vendor.to_bytes(4, "big")
    flags = (VENDOR if vendor else 0) | (MANDATORY if avp.mandatory else 0)
    length = 8 + len(vendor) + len(data)
    head = avp.code.to_bytes(4, "big") + bytes((flags,)) + length.to_bytes(3, "big") + vendor
    return head + data + bytes(-length % MULTIPLE)


# Decoding


def decode(octets: bytes) -> tuple[Message, Between]:
    """Decode one Diameter message to the value that `encode` made these octets of, and the nodes between which it goes.

    Raises:
        DecodeError: the octets are no message of this product.
    """
    reading = read(octets)
    kind = next(kind for kind, command in COMMANDS.items() if command is reading.command)
    values: dict[str, Any] = {}
    _collect(reading.command.rows, reading.avps, values)
    _take_session(reading, values)
    message = _made(kind, values, 0)
    between = _between(reading, values)
    try:
        again = encode(message, between)
    except ValueError as error:
        raise DecodeError(str(error)) from None
    if again != octets:
        raise DecodeError(
            "Well formed, but this product's message of that type goes on otherwise", first_difference(again, octets)
        )
    return message, between


def _collect(rows: tuple[Row, ...], members: tuple[ReadAVP, ...], values: dict[str, Any]) -> None:
    for row in rows:
        found = [each for each in members if each.avp is row.avp]
        if row.make is not None or (row.field and not row.rows):
            each_value = tuple(_value(row, member) for member in found)
            if row.many:
                values[row.field] = each_value
            elif each_value:
                values[row.field] = each_value[0]
            continue
        for member in found:
            _collect(row.rows, member.members, values)


def _value(row: Row, member: ReadAVP) -> object:
    if row.make is not None:
        values: dict[str, Any] = {}
        _collect(row.rows, member.members, values)
        return _made(row.make, values, member.group.offset)
    try:
        return row.back(member.value)
    except ValueError as error:
        raise DecodeError(str(error), member.group.offset) from None


def _made(kind: type[Any], values: Mapping[str, Any], at: int) -> Any:  # noqa: ANN401 (of whatever kind)
    """A value of the fields that were found.

    Raises:
        DecodeError: a field is missing.
    """
    absent = _absent(kind)  # type: ignore[arg-type]  # A class can be hashed, which mypy does not see of type[Any].
    found = {**absent, **{field.name: values[field.name] for field in fields(kind) if field.name in values}}
    missing = [field.name for field in fields(kind) if field.default is MISSING and field.name not in found]
    if missing:
        raise DecodeError(f"{kind.__name__} lacks what says its {missing[0].replace('_', ' ')}", at)
    return kind(**found)


@cache
def _absent(kind: type[object]) -> dict[str, None]:
    """The fields that no AVP says where there is none."""
    return {name: None for name, hint in get_type_hints(kind).items() if type(None) in get_args(hint)}


def _take_session(reading: Reading, values: dict[str, Any]) -> None:
    """The fields that the Session-Id carries; those that have an AVP of their own are there twice."""
    command = reading.command
    parts = values.get("session", "").split(";", 2 + len(command.others))
    if len(parts) != 3 + len(command.others) or not _NUMBER.fullmatch(parts[2]):
        raise DecodeError(f"The Session-Id is no {command.name}'s of this product", HEADER_LENGTH)
    values["requester"] = parts[0]
    if command.number:
        values[command.number] = int(parts[2])
    values.update(zip(command.others, parts[3:], strict=True))


def _between(reading: Reading, values: Mapping[str, Any]) -> Between:
    realm = values.get("realm", "")
    plmn_id = values.get("plmn_id") or plmn_of_realm(realm)
    origin = values.get("origin_host", "")
    other = values.get("destination_host", "") if reading.command.is_request else values["requester"]
    return Between(origin.removesuffix(f".{realm}"), other.removesuffix(f".{realm}"), plmn_id)
