"""Where a lab comes from and what left it."""

from dataclasses import dataclass
from typing import ClassVar

from core.lab.parts import Count, Piece, VerdictWord
from core.lab.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """A lab that left this one after step `step`; `word` is its first verdict now."""

    lab_key: str
    title: str
    step: int
    word: str = ""

    @property
    def meta(self) -> str:
        """Where it left and what became of it; its title may say the first."""
        step = f"from step {self.step}"
        return ", ".join(part for part in ("" if step in self.title else step, self.word) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forks(Piece):
    """Where this lab comes from, what left it, and what can be taken from it at the step shown."""

    fragment: ClassVar[str] = "forks"
    lab_key: str
    at: int
    origin: Fork | None = None
    forks: tuple[Fork, ...] = ()

    @property
    def count(self) -> Count:
        return Count("forks-at", self.at)

    @property
    def links(self) -> tuple["LabLink", ...]:
        return (
            LabLink("lab-compare", self.lab_key, self.at, "Compare", "with other options"),
            LabLink("lab-trace", self.lab_key, self.at, "Download trace", "to replay it", is_download=True),
            LabLink("lab-share", self.lab_key, self.at, f"Link to step {self.at}", "and its QR code"),
        )

    @property
    def parts(self) -> tuple[Piece, ...]:
        return (self.count, *self.links)


@dataclass(frozen=True, slots=True)
class LabLink(Piece):
    """What can be taken from the lab at a step, by a view of its own."""

    fragment: ClassVar[str] = "lab-link"
    view: str
    lab_key: str
    at: int
    label: str
    hint: str
    is_download: bool = False

    @property
    def id(self) -> str:
        return self.view


def forks(scene: Scene) -> Forks:
    moment = scene.moment
    origin = moment.origin
    return Forks(
        lab_key=moment.lab_key,
        at=moment.at,
        origin=None if origin is None else Fork(lab_key=origin.key, title=origin.title, step=origin.step),
        forks=tuple(
            Fork(lab_key=each.key, title=each.title, step=each.step, word=_word(each.word)) for each in moment.forks
        ),
    )


def _word(stored: str) -> str:
    """Say the word of a fork's verdict; it has none before its first step."""
    return VerdictWord(stored).text if stored else ""
