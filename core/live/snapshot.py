"""A lab as every viewer sees it at one revision, and the form in which fragments travel to a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# The viewers stand inside the top bar, whose morph must skip them; htmx then skips their own morph as well.
_SWAPS: Final = {"viewers": "outerHTML"}


class LabNotFound(LookupError):
    """There is no lab of that key, or there is none any more."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All live fragments of a lab, by name, rendered at one revision.

    The root of each fragment carries the name as its id, and `data-revision`. `step` is the live step.
    Every snapshot of a lab has the same names.
    """

    revision: int
    step: int
    fragments: Mapping[str, str]


def as_message(fragments: Mapping[str, str]) -> str:
    """Return the HTML from which htmx morphs each fragment into the element of its name."""
    return "".join(
        f'<hx-partial hx-target="#{name}" hx-swap="{_SWAPS.get(name, "outerMorph")}">{html}</hx-partial>'
        for name, html in fragments.items()
    )
