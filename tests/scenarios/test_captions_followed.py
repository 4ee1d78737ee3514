"""Who does word for word what the captions say, in their order, comes along the path of the scenario."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise

import pytest

from core.lab.delivery import delivery
from core.lab.inflight import QueuedMessage, in_flight
from core.lab.network import network
from core.lab.parts import Button
from core.lab.procedures import procedures
from core.lab.scene import Scene
from core.lab.settings import settings
from core.lab.timers import timers
from nodes.protocol.options import Setup
from nodes.protocol.plain.conversion import from_plain
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Action
from nodes.protocol.world.world import World
from nodes.scenarios import all_scenarios, path_of, trace_of
from tests.support.pin_scenarios import names_of
from tests.support.scenes import gutis_of, scene_of

PHRASE = re.compile(
    r"For (?P<ue>UE [A-D]) press"
    r"|[Oo]n (?P<link>\S+ [^“]+? → [^“]+?) press"
    r"|(?P<its>its )?“(?P<label>[^”]+)”"
    r"(?: until (?P<message>[^,;]+?) is (?P<how>next|listed)| at (?P<where>[^,;]+?)(?=[,;]|\.?$))?"
    r"|then at (?P<again>\w+)"
    r"|(?P<times>\w+) times"
)
TIMES = {"two": 2, "three": 3, "four": 4}
MOST_PRESSED = 60


@dataclass
class Person:
    """Reads a task and presses what it names; `named` is the message that it spoke of last."""

    setup: Setup
    world: World
    gutis: tuple[str, ...] = ()
    ue: str = ""
    link: str = ""
    named: str = ""
    label: str = ""
    done: list[tuple[str, str]] = field(default_factory=list)

    def follow(self, task: str) -> None:
        for phrase in PHRASE.finditer(task):
            self._do(phrase)

    def _do(self, phrase: re.Match[str]) -> None:
        said = phrase.groupdict()
        if said["ue"]:
            self.ue = said["ue"]
        elif said["link"]:
            self.link = said["link"]
        elif said["again"]:
            self._press(self.label, said["again"])
        elif said["times"]:
            for label, where in self.done * (TIMES[said["times"]] - 1):
                self._press(label, where)
        elif said["how"]:
            self._press_until(said["label"], said["message"], is_next=said["how"] == "next")
        else:
            self._press(said["label"], self.named if said["its"] else said["where"] or "")

    def _press_until(self, label: str, message: str, *, is_next: bool) -> None:
        self.named = message
        for _ in range(MOST_PRESSED):
            if any(each.label == message and (each.is_next or not is_next) for each in self._messages()):
                return
            self._press(label, "")
        raise AssertionError(f"{message} never came")

    def _press(self, label: str, where: str) -> None:
        self.label = label
        self.done.append((label, where))
        found = [button for button in self._places(where) if button.label == label]
        assert found, f"no “{label}” {where or 'anywhere'}"
        assert found[0].enabled, f"“{label}” cannot be pressed: {found[0].reason}"
        self.link = ""
        self._carry_out(found[0])

    def _places(self, where: str) -> Iterator[Button]:
        """The buttons where the task sends one, else all of them from the top of the page."""
        scene = self._scene()
        if self.link:
            return (chip for row in network(scene).parts if row.name == self.link for chip in row.chips)
        if where.endswith("its copy"):
            return self._of_messages(each for each in self._messages() if f"copy 2 of #{self._number()}" in each.meta)
        if where.startswith("the second "):
            label = where.removeprefix("the second ")
            return self._of_messages([each for each in self._messages() if each.label == label][1:])
        if where:
            at_timers = (each.button for each in timers(scene).timers if each.name == where)
            return chain(at_timers, self._of_messages(each for each in self._messages() if each.label == where))
        groups = (*procedures(scene).groups, *settings(scene).groups)
        mine = (group for group in groups if not self.ue or group.title in {self.ue, "Faults of nodes"})
        return chain(
            delivery(scene).group.buttons,
            self._of_messages(self._messages()),
            (each.button for each in timers(scene).timers),
            (button for group in mine for button in group.buttons),
        )

    def _of_messages(self, messages: "Iterator[QueuedMessage] | list[QueuedMessage]") -> Iterator[Button]:
        return (button for message in messages for button in message.buttons)

    def _messages(self) -> list[QueuedMessage]:
        panel = in_flight(self._scene())
        return [*panel.messages, *panel.rest]

    def _number(self) -> int:
        return next(each.number for each in self._messages() if each.label == self.named)

    def _scene(self) -> Scene:
        return scene_of(self.setup, self.world, self.gutis)

    def _carry_out(self, button: Button) -> None:
        if button.name == "action":
            self.world = engine.step(self.world, from_plain(Action, json.loads(button.value)))
            return
        is_one = button.url.endswith("/next/")
        while (step := engine.next_delivery(self.world)) is not None:
            self.world = engine.step(self.world, step)
            if is_one:
                return


@pytest.mark.parametrize("name", [name for scenario in all_scenarios() for name in names_of(scenario)])
def test_captions_followed_word_for_word_lead_along_the_path(name: str) -> None:
    trace, path = trace_of(name), path_of(name)
    gutis = gutis_of(path)
    for caption, following in pairwise(trace.captions):
        person = Person(trace.setup, path[caption.step], gutis)

        person.follow(caption.task)

        assert person.world == path[following.step], f"step {caption.step}: {caption.task}"


def test_a_caption_that_leads_elsewhere_is_found() -> None:
    """As the one did that named no message: the first “Hold” is that of another."""
    trace, path = trace_of("late-push"), path_of("late-push")
    person = Person(trace.setup, path[0])

    person.follow(trace.captions[0].task.replace(" at its copy", ""))

    assert person.world not in path
