"""The keystone: whatever is done to a lab, its rows are what its log replays to, and so is the cached world.

A model of the lab, the world that the engine gives, goes beside it and says what each action must do.
"""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from nodes import models
from nodes.labs import labs, services
from nodes.labs.replay import world_at
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import CommandRefused, NoSuchAction, ProtocolError
from nodes.protocol.messages.commands import Attach, Detach
from nodes.protocol.options import Setup
from nodes.protocol.plain.conversion import from_plain
from nodes.protocol.properties.observation import Observation
from nodes.protocol.properties.verdict import VerdictSummary, Word, judge, pairs
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Action, Command, Deliver, Expire, OnLink, OnMessage
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import World
from tests.support.labs import cached_world, everything, forget_worlds, loaded, replayed, rows_of
from tests.support.strategies import moves, setups

pytestmark = pytest.mark.django_db(transaction=True)

IMPOSSIBLE = (
    Command("ue-9", Detach()),
    Command("ue-1", Attach("as-1")),
    Command("mme-1", Detach()),
    Deliver("ue-1", "mme-1", position=9),
    Deliver("ue-1", "nobody"),
    Expire("mme-1", TimerName.T3460, "nobody"),
)


class LabMachine(RuleBasedStateMachine):
    """One lab under random actions, and the world that it must have."""

    lab: models.Lab
    world: World
    first: World
    pace: int | None
    settled: dict[int, tuple[int, str]]

    @initialize(setup=setups())
    def begin(self, setup: Setup) -> None:
        forget_worlds()
        self.lab = labs.create_lab(setup, ends_idle=False).lab
        self.world = self.first = first_world(setup)
        self.pace = 0
        self.settled = {}

    @property
    def seen(self) -> str:
        return labs.seen_of(self.lab)

    @rule(numbers=st.lists(st.integers(0, 10_000), min_size=1, max_size=4))
    def take(self, numbers: list[int]) -> None:
        for number in numbers:
            possible = moves(self.world)
            self._take(possible[number % len(possible)])
            self.check()

    def _take(self, action: Action) -> None:
        try:
            world = engine.step(self.world, action)
        except ProtocolError as error:
            self._refused(type(error), lambda: services.take(self.lab.key, action, self.seen))
            return
        runs = self.pace == 0 and not isinstance(action, OnMessage | OnLink)
        self.world = settled(world) if runs else world
        services.take(self.lab.key, action, self.seen)

    @rule()
    def deliver_next(self) -> None:
        delivery = engine.next_delivery(self.world)
        if delivery is None:
            self._refused(labs.ServiceError, lambda: services.take_next(self.lab.key, self.seen))
        else:
            self.world = engine.step(self.world, delivery)
            services.take_next(self.lab.key, self.seen)

    @rule()
    def run(self) -> None:
        if engine.next_delivery(self.world) is None:
            self._refused(labs.ServiceError, lambda: services.run(self.lab.key, self.seen))
        else:
            self.world = settled(self.world)
            services.run(self.lab.key, self.seen)

    @rule(pace=st.sampled_from(services.PACES))
    def set_pace(self, pace: int | None) -> None:
        self.pace = pace
        self.world = settled(self.world) if pace == 0 else self.world
        services.set_pace(self.lab.key, pace)

    @precondition(lambda self: self.world.messages > 60)  # More resets would leave little to reset.
    @rule()
    def reset(self) -> None:
        self.world, self.settled = self.first, {}
        services.reset(self.lab.key, self.seen)

    @rule(past=st.sampled_from(("", "0", "0.", "9.0", "0.99999", "0.-1", "x.y")), action=st.sampled_from(IMPOSSIBLE))
    def ask_in_vain(self, past: str, action: Action) -> None:
        """A page that shows another step than the lab's changes nothing; nor does asking for what cannot be."""
        key, possible = self.lab.key, moves(self.world)[0]
        self._refused(labs.StaleStep, lambda: services.take(key, possible, past))
        self._refused(labs.StaleStep, lambda: services.take_next(key, past))
        self._refused(labs.StaleStep, lambda: services.run(key, past))
        self._refused(labs.StaleStep, lambda: services.reset(key, past))
        self._take(action)
        if not self.pace:
            self._refused(labs.TooEarly, lambda: services.take_next(key, self.seen, paced=True))

    @rule()
    def restart(self) -> None:
        forget_worlds()

    def _refused(self, error: type[Exception], ask: Callable[[], object]) -> None:
        before = rows_of(self.lab)
        with pytest.raises(error):
            ask()
        assert rows_of(self.lab) == before

    @invariant()
    def check(self) -> None:
        self.lab.refresh_from_db()
        assert everything(loaded(self.lab)) == everything(self.world)
        cached = cached_world(self.lab)
        assert cached is None or everything(cached) == everything(self.world)
        self._check_messages()
        self._check_verdicts()

    def _check_messages(self) -> None:
        """Each copy of a message has one row; it is in flight or settled, as the world says."""
        rows = list(models.Message.objects.filter(lab=self.lab).order_by("ordinal"))
        assert [row.ordinal for row in rows] == list(range(1, self.world.ordinals + 1))
        unsettled = [row for row in rows if row.settled_step is None]
        in_flight = {(*link.key, e.number, e.copy, e.ordinal) for link in self.world.links for e in link.queue}
        assert {(r.source, r.destination, r.number, r.copy, r.ordinal) for r in unsettled} == in_flight
        assert all((row.fate == "in flight") == (row.settled_step is None) for row in rows)
        assert all(row.sent_step <= (row.settled_step or self.lab.step) <= self.lab.step for row in rows)
        settled = {row.ordinal: (row.settled_step, row.fate) for row in rows if row.settled_step is not None}
        assert self.settled.items() <= settled.items()
        self.settled = settled

    def _check_verdicts(self) -> None:
        """The last verdict of each pair is that of the world; a pair of which none is noted never had a key."""
        last = {
            (row.ue, row.application_server): from_plain(VerdictSummary, row.summary)
            for row in models.VerdictChange.objects.filter(lab=self.lab).order_by("step")
        }
        for pair in pairs(self.world, labs.setup_of(self.lab).ue_names):
            now = judge(self.world, *pair).summary
            assert now == last[pair] if pair in last else now.word is Word.NO_KEY_YET

    def teardown(self) -> None:
        if hasattr(self, "world"):
            assert everything(replayed(self.lab)) == everything(self.world)
            observation = labs.state_of(self.lab)[1]
            assert world_at(self.lab, self.lab.step)[1] == from_plain(Observation, self.lab.observation) == observation


def settled(world: World) -> World:
    """The world in which nothing can be delivered any more."""
    while (delivery := engine.next_delivery(world)) is not None:
        world = engine.step(world, delivery)
    return world


def test_rows_are_what_the_log_replays_to() -> None:
    run_state_machine_as_test(
        LabMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            phases=[Phase.explicit, Phase.generate],  # A walk that fails is found by its seed; shrinking takes long.
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_refusals_are_of_the_class_that_says_why() -> None:
    """What the machine above tries in vain is refused for the reason that it is there for."""
    world = first_world(Setup("test"))
    refused = []
    for action in IMPOSSIBLE:
        with pytest.raises(ProtocolError) as raised:
            engine.step(world, action)
        refused.append(raised.type)

    assert refused == [NoSuchAction, NoSuchAction, CommandRefused, NoSuchAction, NoSuchAction, NoSuchAction]
