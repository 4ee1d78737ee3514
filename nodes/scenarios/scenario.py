"""What a scenario is: a lab's set-up, a script in beats with what is said at each, and what a repair changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from nodes.protocol.options import Setup
from nodes.protocol.plain.conversion import MAY_BE_LEFT_OUT

Facts: TypeAlias = Mapping[str, bool | int | str | None]
"""What holds in a world: what is looked at, and what it is."""

FACTS: Final = ("pair", "verdict", "ue", "network", "as", "mends", "harm", "as_result")
"""What a beat may expect; `pair` names the UE and the AS, `mends` says whether asking again would."""


class ScenarioError(ValueError):
    """A scenario's file or script is wrong; the text names the file, the place and the rule."""


class UnknownScenario(LookupError):
    """There is no scenario, or no variant of one, of that name."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is said before a beat's lines are carried out, what the viewer presses, and what holds after them."""

    caption: str = field(default="", metadata=MAY_BE_LEFT_OUT)
    task: str = field(default="", metadata=MAY_BE_LEFT_OUT)
    expect: Facts = field(default_factory=dict, metadata=MAY_BE_LEFT_OUT)

    def __post_init__(self) -> None:
        _check_facts(self.expect)


@dataclass(frozen=True, slots=True)
class Beat:
    """A few lines of script and what is said of them; `under` is what a variant says instead, by its name.

    `contribution` is the step of the contribution that the beat touches, such as 2.2-5.
    """

    caption: str
    task: str
    do: tuple[str, ...]
    contribution: str = field(default="", metadata=MAY_BE_LEFT_OUT)
    expect: Facts = field(default_factory=dict, metadata=MAY_BE_LEFT_OUT)
    under: Mapping[str, Telling] = field(default_factory=dict, metadata=MAY_BE_LEFT_OUT)

    def __post_init__(self) -> None:
        _check_facts(self.expect)

    def telling_of(self, variant: "Variant | None") -> Telling:
        """What is said under a variant: what it leaves out is said as without it."""
        other = Telling() if variant is None else self.under.get(variant.name, Telling())
        return Telling(other.caption or self.caption, other.task or self.task, {**self.expect, **other.expect})


def _check_facts(facts: Facts) -> None:
    unknown = facts.keys() - set(FACTS)
    if unknown:
        raise ValueError(f"there is no fact {min(unknown)!r}")


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
    """A scenario as its file has it. `name` is its slug, `minutes` how long it takes to walk through.

    By variant, "" for the script, `results` are the pinned results, `breaks` the properties that the run violates.
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
    results: Mapping[str, str] = field(default_factory=dict)
    breaks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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
