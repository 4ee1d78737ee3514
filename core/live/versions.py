"""What changed in an element since a page was told of it: as little as its parts allow.

An element is its tag, the text around its parts, and its parts. If that text changed, the whole element is sent.
Else only its tag, if that changed, the parts that came, the names of those that went, and what changed in the others.

Of what is sent there is much and each is small, so that it is as short as htmx allows: an id is a target, and where
nothing else is said it is morphed, as the page of a lab has it in its settings of htmx.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from core.live.snapshot import Element

MOST_GONE: Final = 100
"""Parts that went and are remembered; a page that is so far behind gets the whole element."""

_PLACE: Final = "\0"
"""Stands for parts in the text around them."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """An element without its parts; `places` says in which place each of them stands: several may stand in one."""

    tag: str
    text: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Gone:
    """A part that was there from one position on until it went at another."""

    id: str
    born: int
    at: int


@dataclass(frozen=True, slots=True)
class Version:
    """An element, and the positions since which it is there, is as it is, has its text, and has its tag."""

    element: Element
    frame: _Frame
    born: int
    since: int
    text_since: int
    tag_since: int
    parts: tuple["Version", ...] = ()
    gone: tuple[_Gone, ...] = ()


def first(element: Element, position: int) -> Version:
    """Take an element for new at a position."""
    parts = tuple(first(part, position) for part in element.parts)
    return Version(element, _frame(element), position, position, position, position, parts)


def follow(known: Version, element: Element, position: int) -> Version:
    """Note at a position what an element has become."""
    if element.html == known.element.html:
        return known
    frame = _frame(element)
    if frame.text != known.frame.text or not _keeps_order(known, element, frame):
        return replace(first(element, position), born=known.born)
    before = {part.element.id: part for part in known.parts}
    ids = {part.id for part in element.parts}
    parts = tuple(
        follow(before[part.id], part, position) if part.id in before else first(part, position)
        for part in element.parts
    )
    gone = (*known.gone, *(_Gone(name, part.born, position) for name, part in before.items() if name not in ids))
    forgotten, gone = gone[:-MOST_GONE], gone[-MOST_GONE:]
    return Version(
        element,
        frame,
        born=known.born,
        since=position,
        text_since=max((known.text_since, *(part.at for part in forgotten))),
        tag_since=known.tag_since if frame.tag == known.frame.tag else position,
        parts=parts,
        gone=gone,
    )


def morph(element: Element) -> str:
    """Replace an element."""
    return _partial(element.id, "", element.html, is_svg=element.is_svg)


def news(version: Version, position: int) -> str:
    """Return what turns the element as it was at a position into what it is, as a message to htmx."""
    if version.since <= position:
        return ""
    everything = morph(version.element)
    if version.text_since > position:
        return everything
    try:
        pieces = "".join(_pieces(version, position))
    except _NothingBeside:
        return everything
    return min(pieces, everything, key=len)


class _NothingBeside(Exception):
    """A page has nothing in a place beside which a new part could be put."""


def _frame(element: Element) -> _Frame:
    html = element.html
    at = html.index(">") + 1
    tag, texts, places = html[:at], list[str](), list[int]()
    for part in element.parts:
        start = html.index(part.html, at)
        if start > at or not texts:
            texts.append(html[at:start])
        places.append(len(texts))
        at = start + len(part.html)
    texts.append(html[at:])
    return _Frame(tag, _PLACE.join(texts), tuple(places))


def _keeps_order(known: Version, element: Element, frame: _Frame) -> bool:
    """Whether the parts that stay do so in their order and in their places."""
    before = {part.element.id: place for part, place in zip(known.parts, known.frame.places, strict=True)}
    after = {part.id: place for part, place in zip(element.parts, frame.places, strict=True)}
    stay = [item for item in after.items() if item[0] in before]
    return stay == [item for item in before.items() if item[0] in after]


def _pieces(version: Version, position: int) -> Iterator[str]:
    if version.tag_since > position:
        yield _tag_alone(version)
    if gone := [f"#{gone.id}" for gone in version.gone if gone.born <= position < gone.at]:
        yield f'<hx-partial hx-target="{",".join(gone)}" hx-swap="delete"></hx-partial>'
    placed = zip(version.frame.places, version.parts, strict=True)
    for _place, members in groupby(placed, key=lambda each: each[0]):
        yield from _in_one_place([part for _, part in members], position)


def _in_one_place(parts: list[Version], position: int) -> Iterator[str]:
    """Put new parts beside those that the page has."""
    runs = [(is_new, list(run)) for is_new, run in groupby(parts, key=lambda part: part.born > position)]
    for index, (is_new, run) in enumerate(runs):
        if not is_new:
            yield from (news(part, position) for part in run)
            continue
        html, is_svg = "".join(part.element.html for part in run), run[0].element.is_svg
        if index:
            yield _partial(runs[index - 1][1][-1].element.id, "afterend", html, is_svg=is_svg)
        elif len(runs) > 1:
            yield _partial(runs[1][1][0].element.id, "beforebegin", html, is_svg=is_svg)
        else:
            raise _NothingBeside


def _tag_alone(version: Version) -> str:
    """Send the tag; the attribute keeps htmx from what is in the element, until it gets a tag without it."""
    element, tag = version.element, version.frame.tag
    name = tag[1:].split(maxsplit=1)[0].rstrip(">")
    html = f"{tag[:-1]} hx-morph-skip-children></{name}>"
    return _partial(element.id, "", html, is_svg=element.is_svg)


def _partial(target: str, swap: str, html: str, *, is_svg: bool) -> str:
    """Have htmx do something with the element of an id. What is of SVG travels in a picture that is left out there."""
    if is_svg:
        swap = f"{swap or 'outerMorph'} strip:true"
        html = f"<svg>{html}</svg>"
    attribute = f' hx-swap="{swap}"' if swap else ""
    return f'<hx-partial id="{target}"{attribute}>{html}</hx-partial>'
