"""Scenarios read from their files, which are JSON: what is missing, unknown or of another type is refused."""

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from nodes.protocol.errors import PlainError
from nodes.protocol.options import Options, Setup
from nodes.protocol.runs.trace import read_setup
from nodes.scenarios.scenario import Beat, Facts, Scenario, ScenarioError, Telling, Variant

FACTS: Final = ("pair", "verdict", "ue", "network", "as", "mends", "harm", "as_result")
"""What a beat may expect; `pair` names the UE and the AS, `mends` says whether asking again would."""

_NEEDED: Final[Mapping[str, type]] = {
    "title": str,
    "shows": str,
    "contribution": list,
    "minutes": int,
    "setup": dict,
    "beats": list,
    "end": str,
}
_COUNTS: Final = ("ues", "mmes", "application_servers")


@cache
def read_all() -> Mapping[str, Scenario]:
    """Every scenario by its name, in the order of their files, whose names begin with a number."""
    folder = resources.files("nodes.scenarios") / "data"
    files = sorted(folder.iterdir(), key=lambda each: each.name)
    scenarios = (read(each.name, each.read_text(encoding="utf-8")) for each in files)
    return MappingProxyType({scenario.name: scenario for scenario in scenarios})


def read(file: str, text: str) -> Scenario:
    """The scenario of a file, `NN-slug.json`.

    Raises:
        ScenarioError: the text is not of the form; what is said names file, place and rule.
    """
    try:
        return _scenario(file.partition("-")[2].removesuffix(".json"), json.loads(text))
    except (ScenarioError, PlainError, json.JSONDecodeError) as error:
        raise ScenarioError(f"{file}: {error}") from None


def _scenario(name: str, data: object) -> Scenario:
    found = _fields("file", data, _NEEDED, {"variants": dict, "results": dict})
    beats = tuple(_beat(f"beat {number}", each) for number, each in enumerate(found["beats"], 1))
    variants = tuple(Variant(variant, shows) for variant, shows in _texts("variants", found["variants"]))
    _check_variants(variants, beats)
    return Scenario(
        name=name,
        title=found["title"],
        shows=found["shows"],
        contribution=_list("contribution", found["contribution"]),
        minutes=found["minutes"],
        setup=_setup(name, found["setup"]),
        beats=beats,
        end=found["end"],
        variants=variants,
        results=_texts("results", found["results"]),
    )


def _check_variants(variants: tuple[Variant, ...], beats: tuple[Beat, ...]) -> None:
    for variant in variants:
        unknown = set(variant.options) - _SWITCHES
        if unknown:
            raise ScenarioError(f"variants: {min(unknown)!r} is no option that is on or off")
    names = {variant.name for variant in variants}
    for number, beat in enumerate(beats, 1):
        strange = {name for name, _ in beat.under} - names
        if strange:
            raise ScenarioError(f"beat {number}: there is no variant {min(strange)!r}")


def _setup(seed: str, data: dict[str, Any]) -> Setup:
    """A set-up is options and counts in one object; what is left out has its default, the seed is the slug."""
    counts = {name: data[name] for name in _COUNTS if name in data}
    options = {name: value for name, value in data.items() if name not in counts}
    return read_setup(counts | {"seed": seed, "options": options})


_SWITCHES: Final = frozenset(field.name for field in fields(Options) if field.default is False)


def _beat(place: str, data: object) -> Beat:
    found = _fields(
        place, data, {"caption": str, "task": str, "do": list}, {"contribution": str, "expect": dict, "under": dict}
    )
    telling = Telling(found["caption"], found["task"], _facts(place, found["expect"]))
    under = {name: _telling(f"{place}, under {name}", telling, each) for name, each in found["under"].items()}
    lines = _list(f"{place}, do", found["do"])
    return Beat(telling, lines, found["contribution"], tuple(under.items()))


def _telling(place: str, telling: Telling, data: object) -> Telling:
    """What a variant says instead: what is left out stays as it is."""
    found = _fields(place, data, {}, {"caption": str, "task": str, "expect": dict})
    expect = dict(telling.expect) | dict(_facts(place, found["expect"]))
    return Telling(found["caption"] or telling.caption, found["task"] or telling.task, tuple(expect.items()))


def _facts(place: str, data: dict[str, Any]) -> Facts:
    unknown = data.keys() - set(FACTS)
    if unknown:
        raise ScenarioError(f"{place}, expect: there is no fact {min(unknown)!r}")
    return tuple(data.items())


def _fields(place: str, data: object, needed: Mapping[str, type], optional: Mapping[str, type]) -> dict[str, Any]:
    """The values of an object's keys; of an optional one that is missing the empty value of its type."""
    if not isinstance(data, dict):
        raise ScenarioError(f"{place}: object wanted, got {data!r}")
    for key in needed:
        if key not in data:
            raise ScenarioError(f"{place}: key {key!r} wanted, got none")
    wanted = {**needed, **optional}
    for key, value in data.items():
        if key not in wanted:
            raise ScenarioError(f"{place}: there is no key {key!r}")
        if not isinstance(value, wanted[key]):
            raise ScenarioError(f"{place}: {key!r} is {wanted[key].__name__}, got {value!r}")
    return {key: data.get(key, type_()) for key, type_ in wanted.items()}


def _list(place: str, data: list[Any]) -> tuple[str, ...]:
    if not all(isinstance(each, str) for each in data):
        raise ScenarioError(f"{place}: list of text wanted, got {data!r}")
    return tuple(data)


def _texts(place: str, data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    if not all(isinstance(each, str) for each in data.values()):
        raise ScenarioError(f"{place}: object of text wanted, got {data!r}")
    return tuple(data.items())
