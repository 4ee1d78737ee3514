"""Information elements read off octets and explained, by the rows that encode them (TS 24.301 §8.2, §9.9)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from nodes.codec.groups import Cursor, Group, count_in_words, octets_in_words
from nodes.codec.nas_optional import OPTIONAL, Optional
from nodes.codec.nas_values import explain, half_in_words
from nodes.protocol.messages import nas
from nodes.protocol.messages.nas_elements import Element, Format, Halves, Part
from nodes.protocol.messages.nas_octets import Layout
from nodes.protocol.octets import DecodeError

_COMPREHENSION_REQUIRED: Final = 0x10  # "IEI … bits 5, 6, 7 and 8 zero" (TS 24.007 §11.2.4, from memory)
_ONE_OCTET: Final = 0x80  # IEIs from here on share their octet with the value (TS 24.007 §11.2.4, from memory).
_TWO_OCTETS_OF_LENGTH: Final = range(0x78, 0x80)  # As above: type 6 elements.
_UNKNOWN: Final = "unknown information element"


def elements(cursor: Cursor, kind: type[nas.PlainNAS], layout: Layout, values: dict[str, Any]) -> Iterator[Group]:
    optional = {each.iei: each for each in layout.optional if each.iei is not None}
    for part in layout.parts:
        if part not in layout.optional:
            yield _imperative(cursor, part, values)
    yield from by_iei(cursor, optional, OPTIONAL.get(kind, {}), values)


def _imperative(cursor: Cursor, part: Part, values: dict[str, Any]) -> Group:
    return _halves(cursor, part, values) if isinstance(part, Halves) else _element(cursor, part, values)


def _halves(cursor: Cursor, part: Halves, values: dict[str, Any]) -> Group:
    at = cursor.at
    octet = cursor.take(1, part.high.name)
    pairs = ((part.high, octet[0] >> 4, "8 to 5"), (part.low, octet[0] & 0xF, "4 to 1"))
    parts = tuple(
        Group(half.name, at, octet, half_in_words(half.clause, number), f"TS 24.301 {half.clause}", bits=bits)
        for half, number, bits in pairs
    )
    values |= {half.field: half.value(number) for half, number, _ in pairs if half.field}
    low = f"{part.low.name[0].lower()}{part.low.name[1:]}" if part.low.name[1].islower() else part.low.name
    return Group(
        f"{part.high.name}, {low}",
        at,
        octet,
        "; ".join(each.value for each in parts),
        f"TS 24.301 {part.high.clause}, {part.low.clause}",
        parts=parts,
    )


def _element(cursor: Cursor, element: Element, values: dict[str, Any]) -> Group:
    at, clause = cursor.at, f"TS 24.301 {element.clause}"
    head = [] if element.iei is None else [cursor.group(1, "IEI", f"identifier of {element.name}", clause)]
    value = _value(cursor, element, head, clause)
    start = value.at
    words, parts = explain(element.clause, value)
    if element.field and element.decode is not None:
        values[element.field] = _decoded(element.decode, cursor.octets[start : cursor.at], start)
    return _whole(Group(element.name, at, cursor.since(at), words, clause, parts=parts), head, start)


def _decoded(decode: Callable[[bytes], object], value: bytes, at: int) -> object:
    """The field's value, or why well-formed octets are no value that this product has."""
    try:
        return decode(value)
    except DecodeError as error:
        return error.moved(at)


def _value(cursor: Cursor, element: Element, head: list[Group], clause: str) -> Cursor:
    """A cursor over the value, the octets that say its length being read."""
    length = element.most
    if counted := element.format.length_octets:
        at = cursor.at
        octets = cursor.take(counted, f"Length of {element.name}")
        length = int.from_bytes(octets, "big")
        head.append(Group("Length", at, octets, count_in_words(length), clause))
        if not element.least <= length <= element.most:
            wanted = str(element.least) if element.least == element.most else f"{element.least} to {element.most}"
            raise DecodeError(f"{element.name} is {wanted} octets ({clause}), got length {length}", at)
    return cursor.inner(length, element.name)


def _whole(group: Group, head: list[Group], start: int) -> Group:
    """An element with its head; one that has none is its value, and has that value's parts."""
    if not head:
        return group
    value = replace(group, name="Value", offset=start, octets=group.octets[start - group.offset :])
    return replace(group, parts=(*head, value))


def by_iei(
    cursor: Cursor, optional: Mapping[int, Element], others: Mapping[int, Optional], values: dict[str, Any]
) -> Iterator[Group]:
    """The elements that begin with an IEI, in whatever order; of one that comes twice the first counts."""
    while cursor.left:
        iei = cursor.first("IEI")
        element = optional.get(iei)
        if element is not None:
            yield _element(cursor, element, {} if element.field in values else values)
        else:
            yield _other(cursor, others.get(iei & 0xF0 if iei >= _ONE_OCTET else iei) or _not_known(iei, cursor.at))


def _not_known(iei: int, at: int) -> Optional:
    """An element that may be skipped, for its form follows from its IEI (TS 24.007 §11.2.4, from memory).

    Raises:
        DecodeError: it may not.
    """
    if iei < _COMPREHENSION_REQUIRED:
        raise DecodeError(f"IEI {iei:02x} is none of this message's, and has to be understood (TS 24.007 §11.2.4)", at)
    form = None if iei >= _ONE_OCTET else Format.TLV_E if iei in _TWO_OCTETS_OF_LENGTH else Format.TLV
    return Optional(iei, _UNKNOWN, "", form)


def _other(cursor: Cursor, element: Optional) -> Group:
    clause = f"TS 24.301 {element.clause}" if element.clause else "TS 24.007 §11.2.4, from memory"
    if element.format is None:
        octet = cursor.first(element.name)
        words = half_in_words(element.clause, octet & 0xF)
        return cursor.group(1, element.name, words, clause)
    at = cursor.at
    as_ours = Element(element.name, element.clause, element.format, 0, element.length or 0xFFFF, b"", iei=element.iei)
    head = [cursor.group(1, "IEI", f"identifier of {element.name}", clause)]
    value = _value(cursor, as_ours, head, clause)
    start = value.at
    try:
        words, parts = explain(element.clause, value)
    except DecodeError:
        words, parts = f"{octets_in_words(cursor.since(start))}, not of the form of its clause", ()
    return _whole(Group(element.name, at, cursor.since(at), words, clause, parts=parts), head, start)
