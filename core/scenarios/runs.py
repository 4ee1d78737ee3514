"""Guided runs by what comes of them: nothing is broken, something is, or a repair mends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from core.scenarios.page import ScenarioRow
from core.words.names import lower_first

WORKS: Final = "works"
BREAKS: Final = "breaks"
FIXED: Final = "fixed"


@dataclass(frozen=True, slots=True)
class GuidedRun:
    """A scenario, or one with a repair, and what it comes to."""

    name: str
    repair: str
    title: str
    comes_to: str
    takes: str

    @property
    def url(self) -> str:
        asked = f"?{urlencode({'with': self.repair})}" if self.repair else ""
        return f"{reverse('scenario', args=[self.name])}{asked}"


def runs_of(row: ScenarioRow) -> Iterator[GuidedRun]:
    """A scenario, then what mends it: the variants that violate no property, while the scenario does."""
    yield GuidedRun(row.name, "", row.title, BREAKS if row.breaks else WORKS, row.takes)
    for variant in row.mended:
        yield GuidedRun(row.name, variant.name, f"{row.title}, {lower_first(variant.label)}", FIXED, row.takes)
