"""What scenarios tell people to press is on the page at that moment."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise

import pytest

from core.lab.delivery import delivery
from core.lab.inflight import QueuedMessage, in_flight
from core.lab.network import LinkRow, network
from core.lab.parts import Button
from core.lab.procedures import procedures
from core.lab.settings import settings
from core.lab.timers import timers
from nodes.protocol.options import Setup
from nodes.protocol.world.world import World
from nodes.scenarios import all_scenarios, path_of, trace_of
from tests.support.pin_scenarios import names_of
from tests.support.scenes import gutis_of, scene_of


def parts_of(panel: object) -> Iterator[object]:
    """A panel and everything in it."""
    yield panel
    if isinstance(panel, tuple):
        for part in panel:
            yield from parts_of(part)
    elif is_dataclass(panel):
        for field in fields(panel):
            yield from parts_of(getattr(panel, field.name))


def words_on_page(setup: Setup, world: World, gutis: tuple[str, ...]) -> set[str]:
    """Labels of the buttons that can be pressed, the names of links, and which messages are listed and next."""
    scene = scene_of(setup, world, gutis)
    words: set[str] = set()
    for part in parts_of(
        (delivery(scene), procedures(scene), in_flight(scene), timers(scene), network(scene), settings(scene))
    ):
        match part:
            case Button(label=label, enabled=True):
                words.add(label)
            case QueuedMessage(label=label, is_next=is_next):
                words |= {f"{label} is listed", f"{label} is next"} if is_next else {f"{label} is listed"}
            case LinkRow(name=name):
                words.add(name)
    return words


def words_in(task: str) -> set[str]:
    """The labels, links and messages that a task names."""
    labels = re.findall("“([^”]+)”", task)
    links = re.findall(r"On (\S+ .+? → .+?) press", task, re.IGNORECASE)
    messages = re.findall(r"until (.+? is (?:next|listed))", task)
    return {*labels, *links, *messages}


@pytest.mark.parametrize("name", [name for scenario in all_scenarios() for name in names_of(scenario)])
def test_task_names_what_is_on_the_page_while_it_is_done(name: str) -> None:
    trace, path = trace_of(name), path_of(name)
    gutis = gutis_of(path)
    for caption, following in pairwise(trace.captions):
        wanted = words_in(caption.task)
        assert wanted
        for world in path[caption.step : following.step + 1]:
            wanted -= words_on_page(trace.setup, world, gutis)
            if not wanted:
                break
        assert wanted == set(), f"{name}, step {caption.step}: {caption.task}"
