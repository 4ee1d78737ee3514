"""A lab as every viewer sees it at one revision, and the form in which its elements travel to a page."""

from dataclasses import dataclass
from typing import Final

from django.template.loader import render_to_string

REVISION: Final = "revision"
"""The element of every page of a lab that holds its revision. A message begins with it; what follows is of it."""

_MORPH: Final = "outerMorph"
# The viewers stand inside the top bar, whose morph must skip them; htmx then skips their own morph as well.
_SWAPS: Final = {"viewers": "outerHTML"}


class LabNotFound(LookupError):
    """There is no lab of that key, or there is none any more."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a page, as HTML whose root has the id.

    `parts` are elements inside it that can be sent without it, in their order; their HTML is in its own as it is.
    Of SVG is what a picture is made of: alone it would be taken for HTML.
    """

    id: str
    html: str
    parts: tuple["Element", ...] = ()
    is_svg: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All live fragments of a lab, rendered at one revision. `step` is the live step.

    Every snapshot of a lab has fragments of the same ids.
    """

    revision: int
    step: int
    fragments: tuple[Element, ...]


def revision_element(revision: int) -> Element:
    return Element(REVISION, render_to_string("lab/fragments/revision.html", {"revision": revision}).strip())


def as_message(*fragments: Element) -> str:
    """Return the HTML from which htmx morphs each fragment into the element of its id."""
    return "".join(whole(each) for each in fragments)


def whole(element: Element) -> str:
    """Morph an element into what it is now."""
    swap = _SWAPS.get(element.id, _MORPH)
    return f'<hx-partial hx-target="#{element.id}" hx-swap="{swap}">{element.html}</hx-partial>'
