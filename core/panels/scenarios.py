"""The list of scenarios, and a scenario to read."""

from dataclasses import dataclass

from core.panels.parts import VerdictWord
from nodes.diagram.rows import Badge
from nodes.diagram.text import TextEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EndVerdict:
    """A verdict that a scenario comes to. `ue_name` is empty where there is one UE."""

    word: VerdictWord
    ue_name: str = ""
    ue_badge: Badge | None = None
    network_badge: Badge | None = None
    as_badge: Badge | None = None
    harm: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantRow:
    """The same scenario with a repair. `name` is what a form sends; `label` "With ordered push"."""

    name: str
    label: str
    shows: str
    ends: tuple[EndVerdict, ...]
    was_out_of_sync: bool = False
    """Whether a caption before the last one stands at OUT OF SYNC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRow:
    """A scenario in the list. `contribution` names the steps that it touches."""

    name: str
    number: int
    title: str
    shows: str
    solution: str
    minutes: int
    steps: int
    contribution: str
    ends: tuple[EndVerdict, ...]
    was_out_of_sync: bool = False
    variants: tuple[VariantRow, ...] = ()

    @property
    def worst(self) -> VerdictWord:
        """The word that says most about it: OUT OF SYNC if it ever comes to that, else what it ends with."""
        words = [end.word for end in self.ends]
        is_out = self.was_out_of_sync or VerdictWord.OUT_OF_SYNC in words
        return VerdictWord.OUT_OF_SYNC if is_out else words[0]

    @property
    def takes(self) -> str:
        return "1 minute" if self.minutes == 1 else f"{self.minutes} minutes"


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatText:
    """A caption, what it asks for, and what then happens until the next one, in words."""

    number: int
    caption: str
    task: str
    contribution: str
    at: int
    """Steps taken when the caption is shown."""
    ends: tuple[EndVerdict, ...]
    """The verdict when the caption is shown."""
    events: tuple[TextEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioPage:
    """`variant` is the repair under which the scenario is told; empty: none."""

    row: ScenarioRow
    beats: tuple[BeatText, ...]
    variant: VariantRow | None = None
    before: ScenarioRow | None = None
    after: ScenarioRow | None = None
    error: str = ""
    """Why a lab could not be made."""
