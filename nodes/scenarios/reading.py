"""Scenarios read from their files, which are JSON: what is missing, unknown or of another type is refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from nodes.protocol.errors import PlainError
from nodes.protocol.options import Options, Setup
from nodes.protocol.plain.conversion import MAY_BE_LEFT_OUT, from_plain
from nodes.protocol.runs.trace import read_setup
from nodes.scenarios.scenario import Beat, Scenario, ScenarioError, Variant

_COUNTS: Final = frozenset({"ues", "mmes", "application_servers"})
_SWITCHES: Final = frozenset(option.name for option in fields(Options) if option.default is False)


@dataclass(frozen=True, slots=True)
class _File:
    """What a file says; its name and what follows from it are not in it.

    `setup` is options and counts in one object, `variants` what closes each, by the options that are on.
    """

    title: str
    shows: str
    contribution: tuple[str, ...]
    minutes: int
    setup: Mapping[str, bool | int | str]
    beats: tuple[Beat, ...]
    end: str
    variants: Mapping[str, str] = field(default_factory=dict, metadata=MAY_BE_LEFT_OUT)
    results: Mapping[str, str] = field(default_factory=dict, metadata=MAY_BE_LEFT_OUT)
    breaks: Mapping[str, tuple[str, ...]] = field(default_factory=dict, metadata=MAY_BE_LEFT_OUT)

    def __post_init__(self) -> None:
        for name in self.variants:
            unknown = set(name.split("+")) - _SWITCHES
            if unknown:
                raise ValueError(f"variants: {min(unknown)!r} is no option that is on or off")
        for number, beat in enumerate(self.beats):
            strange = beat.under.keys() - self.variants.keys()
            if strange:
                raise ValueError(f"beats[{number}].under: there is no variant {min(strange)!r}")


@cache
def read_all() -> Mapping[str, Scenario]:
    """Every scenario by its name, in the order of their files, whose names begin with a number."""
    folder = resources.files("nodes.scenarios") / "data"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    scenarios = (read(file.name, file.read_text(encoding="utf-8")) for file in files)
    return MappingProxyType({scenario.name: scenario for scenario in scenarios})


def read(name: str, text: str) -> Scenario:
    """The scenario of a file, `NN-slug.json`.

    Raises:
        ScenarioError: the text is not of the form; what is said names file, place and rule.
    """
    try:
        return _scenario(name.partition("-")[2].removesuffix(".json"), from_plain(_File, json.loads(text)))
    except (PlainError, json.JSONDecodeError) as error:
        raise ScenarioError(f"{name}: {error}") from None


def _scenario(slug: str, file: _File) -> Scenario:
    return Scenario(
        name=slug,
        title=file.title,
        shows=file.shows,
        contribution=file.contribution,
        minutes=file.minutes,
        setup=_setup(slug, file.setup),
        beats=file.beats,
        end=file.end,
        variants=tuple(Variant(name, shows) for name, shows in file.variants.items()),
        results=file.results,
        breaks=file.breaks,
    )


def _setup(seed: str, data: Mapping[str, bool | int | str]) -> Setup:
    """A set-up whose seed is the scenario's slug; what the file leaves out has its default."""
    counts = {name: value for name, value in data.items() if name in _COUNTS}
    options = {name: value for name, value in data.items() if name not in _COUNTS}
    return read_setup({"seed": seed, **counts, "options": options})
