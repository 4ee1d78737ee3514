"""The northbound API: key requests as HTTP/1.1 and JSON. Not defined by 3GPP, in the manner of AKMA's key retrieval.

What is wrong is answered as a problem (RFC 9457). TLS and authentication of the AS are left out.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from nodes.codec.between import Between
from nodes.codec.groups import EMPTY, NOT_3GPP, Cursor, Group, first_difference, octets_in_words
from nodes.codec.json_members import members as members_of
from nodes.protocol.identities import GUTI
from nodes.protocol.messages.key_requests import KeyResult, KeyRetrievalAnswer, KeyRetrievalRequest
from nodes.protocol.octets import KN, DecodeError, Ks

Message = KeyRetrievalRequest | KeyRetrievalAnswer

_PATH: Final = "/syncscope-ks/v1/retrieve"
_REQUEST_LINE: Final = f"POST {_PATH} HTTP/1.1"
_JSON: Final = "application/json"
_PROBLEM: Final = "application/problem+json"
_LINE_END: Final = b"\r\n"
_OURS: Final = f"this demonstrator, {NOT_3GPP}"
_HTTP: Final = "RFC 9112"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise DecodeError("a text is wanted")
    return value


def _octets(value: object) -> bytes:
    try:
        return bytes.fromhex(_text(value))
    except ValueError:
        raise DecodeError("hexadecimal digits are wanted, two an octet") from None


def _result(value: object) -> KeyResult:
    try:
        return KeyResult(value)
    except ValueError:
        raise DecodeError("the result is none of a key request") from None


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the JSON object: of a `field` of the message, left out where that is None."""

    name: str
    field: str
    to: Callable[[Any], str]
    back: Callable[[object], Any]
    clause: str = _OURS
    is_secret: bool = False


_ORIGIN: Final = (Member("afId", "origin", str, _text), Member("requestId", "request", str, _text))
MEMBERS: Final[Mapping[type[Message], tuple[Member, ...]]] = MappingProxyType(
    {
        KeyRetrievalRequest: (
            *_ORIGIN,
            Member("guti", "guti", str, lambda value: GUTI.decode(_octets(value))),
            Member("keyName", "key_name", bytes.hex, lambda value: KN(_octets(value))),
        ),
        KeyRetrievalAnswer: (
            *_ORIGIN,
            Member("result", "result", lambda result: result.value, _result),
            Member("ks", "ks", bytes.hex, lambda value: Ks(_octets(value)), is_secret=True),
        ),
    }
)
"""What the object of a request and of an answer has. A problem has title, status and detail besides."""


def encode(message: Message, between: Between) -> bytes:
    """Encode a request to, or an answer of, the destination or source.

    Raises:
        ValueError: a text is not Unicode.
    """
    members = {
        member.name: member.to(value)
        for member in MEMBERS[type(message)]
        if (value := getattr(message, member.field)) is not None
    }
    if isinstance(message, KeyRetrievalRequest):
        return _message((_REQUEST_LINE, f"Host: {between.host(between.destination)}"), _JSON, members)
    status = HTTPStatus(message.result.status)
    start = (f"HTTP/1.1 {status.value} {status.phrase}",)
    if message.result is KeyResult.OK:
        return _message(start, _JSON, members)
    problem = {"title": status.phrase, "status": status.value, "detail": message.result.words}
    return _message(start, _PROBLEM, problem | members)


def _message(start: tuple[str, ...], content_type: str, members: Mapping[str, str | int]) -> bytes:
    body = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
    lines = (*start, f"Content-Type: {content_type}", f"Content-Length: {len(body)}", "", "")
    return "\r\n".join(lines).encode() + body


# Reading


@dataclass(frozen=True, slots=True)
class Reading:
    """What octets are: request or answer, every group of octets, the headers and the JSON object's members."""

    kind: type[Message]
    groups: tuple[Group, ...]
    headers: Mapping[str, str]
    members: Mapping[str, tuple[object, int]]
    """Each with the offset at which it begins."""


def read(octets: bytes) -> Reading:
    """Read one HTTP message of the northbound API.

    Raises:
        DecodeError: the octets are no complete request or answer.
    """
    cursor = Cursor.over(octets)
    start = _line(cursor, "Start line")
    is_request = start.value == _REQUEST_LINE
    if not is_request and not start.value.startswith("HTTP/1.1 "):
        raise DecodeError(f"An HTTP message here begins {_REQUEST_LINE!r}, or with the status of HTTP/1.1", 0)
    groups, headers = [start], dict[str, str]()
    while cursor.octets[cursor.at : cursor.at + len(_LINE_END)] != _LINE_END:
        groups.append(_header(cursor, headers))
    groups.append(cursor.group(len(_LINE_END), "Empty line", "ends the headers", f"{_HTTP} §2.1"))
    length = headers.get("content-length", "")
    if length != str(cursor.left):
        raise DecodeError(
            f"Content-Length is {length or 'missing'}, but {octets_in_words(cursor.rest)} follow", cursor.at
        )
    kind = KeyRetrievalRequest if is_request else KeyRetrievalAnswer
    members: dict[str, tuple[object, int]] = {}
    groups.append(_body(cursor, {member.name: member for member in MEMBERS[kind]}, members))
    return Reading(kind, tuple(groups), MappingProxyType(headers), MappingProxyType(members))


def _line(cursor: Cursor, name: str) -> Group:
    end = cursor.octets.find(_LINE_END, cursor.at)
    if end < 0:
        raise DecodeError(f"{name} has no end: CR and LF are wanted ({_HTTP} §2.2)", cursor.at)
    start = cursor.at
    line = cursor.take(end - start, name)
    cursor.take(len(_LINE_END), name)
    if not line.isascii():
        raise DecodeError(f"{name} is ASCII ({_HTTP} §2.2)", start)
    return Group(name, start, cursor.since(start), line.decode() or EMPTY, f"{_HTTP} §2.1")


def _header(cursor: Cursor, headers: dict[str, str]) -> Group:
    line = _line(cursor, "Header")
    name, colon, value = line.value.partition(":")
    if not colon or not name or name.lower() in headers:
        raise DecodeError("A header is a name, a colon and a value, and comes once here", line.offset)
    headers[name.lower()] = value.strip()
    return Group(name, line.offset, line.octets, value.strip() or EMPTY, f"{_HTTP} §5")


def _body(cursor: Cursor, known: Mapping[str, Member], members: dict[str, tuple[object, int]]) -> Group:
    start = cursor.at
    try:
        text = cursor.rest.decode()
    except UnicodeDecodeError as error:
        raise DecodeError("JSON is UTF-8 (RFC 8259 §8.1)", start + error.start) from None
    parts, at, offset = [], 0, start
    for name, value, end in _members(text, start):
        octets = text[at:end].encode()
        member = known.get(name)
        clause = "RFC 9457 §3.1" if member is None else member.clause
        secret = member is not None and member.is_secret
        parts.append(Group(name or EMPTY, offset, octets, str(value) or EMPTY, clause, secret))
        if name in members:
            raise DecodeError(f"The JSON object has {name!r} twice", offset)
        members[name] = (value, offset)
        at, offset = end, offset + len(octets)
    cursor.take(cursor.left, "Body")
    is_secret = any(part.is_secret for part in parts)
    return Group("Body", start, cursor.since(start), "JSON object", "RFC 8259", is_secret, parts=tuple(parts))


def _members(text: str, start: int) -> list[tuple[str, object, int]]:
    try:
        return list(members_of(text))
    except DecodeError as error:
        raise error.moved(start) from None


def decode(octets: bytes) -> Message:
    """Decode one HTTP message to the value that `encode` made these octets of.

    Raises:
        DecodeError: the octets are no message of this product.
    """
    reading = read(octets)
    values = dict(_values(reading))
    missing = [f.name for f in fields(reading.kind) if f.default is MISSING and f.name not in values]
    if missing:
        raise DecodeError(f"The JSON object lacks what says {missing[0]}", reading.groups[-1].offset)
    message = reading.kind(**values)
    host, _, _ = reading.headers.get("host", "").partition(".")
    again = encode(message, Between("", host))
    if again != octets:
        raise DecodeError("Well formed, but this product's message goes on otherwise", first_difference(again, octets))
    return message


def _values(reading: Reading) -> Iterator[tuple[str, Any]]:
    for member in MEMBERS[reading.kind]:
        if member.name in reading.members:
            value, offset = reading.members[member.name]
            try:
                yield member.field, member.back(value)
            except DecodeError as error:
                raise DecodeError(f"{member.name}: {error}", offset) from None
