"""Whatever the verdict says is so: on random walks each sentence is held against what happens in a fork."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.options import Setup
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.properties.monitor import Monitor
from nodes.protocol.properties.rest import is_at_rest, is_registered
from nodes.protocol.properties.states import broken_in
from nodes.protocol.world.actions import Action
from nodes.protocol.world.world import World, nodes_of
from tests.protocol.test_protocol_properties import begun
from tests.support import strategies
from tests.support.claims import Pair, all_pairs, check_reason
from tests.support.protocol import first, settle, take

SETTINGS = settings(max_examples=60)

Pick = tuple[int, bool]
picks = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 3).map(bool)), min_size=14, max_size=14)
"""Which of the possible moves is taken, and whether all is delivered after it."""


def worlds_of(setup: Setup, chosen: list[Pick], *, is_begun: bool = True) -> list[World]:
    """The worlds of a walk of procedures, faults and deliveries, from a lab that is new or has its sessions."""
    world = begun(setup) if is_begun else first(setup)
    found = [world]
    for number, is_settled in chosen:
        possible: tuple[Action, ...] = tuple(strategies.commands_to(world)) if is_settled else strategies.moves(world)
        try:
            world = take(world, possible[number % len(possible)])
        except (CommandRefused, NoSuchAction):
            continue
        world = settle(world).world if is_settled else world
        found.append(world)
    return found


@SETTINGS
@given(setup=strategies.setups(), chosen=picks, is_begun=st.booleans())
def test_whatever_the_verdict_says_is_so(setup: Setup, chosen: list[Pick], *, is_begun: bool) -> None:
    for world in worlds_of(setup, chosen, is_begun=is_begun):
        for pair in all_pairs(world):
            check_reason(world, *pair)


@SETTINGS
@given(strategies.setups(), picks)
def test_p8_is_violated_where_an_as_is_behind_and_asking_does_not_help(setup: Setup, chosen: list[Pick]) -> None:
    for world in worlds_of(setup, chosen):
        for ue in nodes_of(world, UEState):
            pairs = [Pair(world, ue.name, server) for name, server in all_pairs(world) if name == ue.name]
            stuck = [pair for pair in pairs if pair.session is not None and pair.lacks_for_good]
            is_judged = is_registered(world, ue) and is_at_rest(world, ue)
            is_broken = PropertyID.P8 in broken_in(world, Monitor(), ue)
            assert is_broken is (bool(stuck) and is_judged)
