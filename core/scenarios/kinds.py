"""The scenarios by what comes of them: nothing is broken, something is, a repair mends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from core.scenarios.page import Run, ScenarioRow, VariantRow, rows

WORKS: Final = "works"
BREAKS: Final = "breaks"
MENDED: Final = "mended"


@dataclass(frozen=True, slots=True)
class Kind:
    """The runs of one kind, in the order of the list."""

    name: str
    runs: tuple[Run, ...]


def kinds() -> tuple[Kind, ...]:
    """Every scenario by whether it breaks a property; variants that mend one are a kind of their own.

    Which properties a run breaks is what the lab's own watch said of it; see `nodes.scenarios.Scenario.breaks`.
    """
    every = rows()
    quiet = sorted((row for row in every if not row.breaks), key=lambda row: row.is_apart)
    return (
        Kind(WORKS, tuple(Run(row.name, row.title, row.url, f"works, {row.takes}") for row in quiet)),
        Kind(BREAKS, tuple(_broken(row) for row in every if row.breaks)),
        Kind(MENDED, tuple(_mended(every))),
    )


def _broken(row: ScenarioRow) -> Run:
    return Run(row.name, row.title, row.url, f"breaks, {row.takes}")


def _mended(every: tuple[ScenarioRow, ...]) -> Iterator[Run]:
    for row in every:
        yield from (_mended_by(row, variant) for variant in row.mended)


def _mended_by(row: ScenarioRow, variant: VariantRow) -> Run:
    url = f"{row.url}?{urlencode({'with': variant.name})}"
    return Run(row.name, f"{row.title}, {variant.label[:1].lower()}{variant.label[1:]}", url, f"mended, {row.takes}")
