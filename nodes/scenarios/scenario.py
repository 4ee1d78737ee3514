"""What a scenario is: a lab's set-up, a script in beats with what is said at each, and what a repair changes."""

from dataclasses import dataclass, replace
from typing import Any

from nodes.protocol.options import Setup

Facts = tuple[tuple[str, str | int | None], ...]
"""What holds in a world: pairs of what is looked at and what it is."""


class ScenarioError(ValueError):
    """A scenario's file or script is wrong; the text names the file, the place and the rule."""


class UnknownScenario(LookupError):
    """There is no scenario, or no variant of one, of that name."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is said before a beat's lines are carried out, what the viewer presses, and what holds after them."""

    caption: str
    task: str
    expect: Facts = ()


@dataclass(frozen=True, slots=True)
class Beat:
    """A few lines of script and what is said of them; `under` says it otherwise for a variant, by its name.

    `contribution` is the step of the contribution that the beat touches, such as 2.2-5.
    """

    telling: Telling
    lines: tuple[str, ...]
    contribution: str = ""
    under: tuple[tuple[str, Telling], ...] = ()

    def telling_of(self, variant: "Variant | None") -> Telling:
        return self.telling if variant is None else dict(self.under).get(variant.name, self.telling)


@dataclass(frozen=True, slots=True)
class Variant:
    """The same script with options on: their names, joined by "+". `shows` closes it and says whether it mends."""

    name: str
    shows: str

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(self.name.split("+"))

    @property
    def words(self) -> str:
        """The options as people say them: `key name and ordered push`."""
        return " and ".join(option.replace("_", " ") for option in self.options)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as its file has it. `name` is its slug, `results` the pinned result by variant, "" for the script.

    `minutes` is how long it takes to walk through.
    """

    name: str
    title: str
    shows: str
    contribution: tuple[str, ...]
    minutes: int
    setup: Setup
    beats: tuple[Beat, ...]
    end: str
    variants: tuple[Variant, ...] = ()
    results: tuple[tuple[str, str], ...] = ()

    def variant_of(self, name: str) -> Variant:
        """The variant of that name.

        Raises:
            UnknownScenario: the scenario has none of that name.
        """
        for variant in self.variants:
            if variant.name == name:
                return variant
        raise UnknownScenario(f"Scenario {self.name!r} has no variant {name!r}")

    def setup_of(self, variant: Variant | None) -> Setup:
        """The set-up of the script, or of a variant: its options are on."""
        if variant is None:
            return self.setup
        switched_on: dict[str, Any] = dict.fromkeys(variant.options, True)
        return replace(self.setup, options=replace(self.setup.options, **switched_on))
