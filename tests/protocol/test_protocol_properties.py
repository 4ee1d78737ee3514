"""What holds in every world that commands, deliveries, faults, expiries and lab time lead to."""

from collections import Counter
from dataclasses import replace
from itertools import combinations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nodes.protocol.crypto.eps_keys import derive_k_app
from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.machine import Step, handle
from nodes.protocol.entities.mme.state import MMEState, Stage, VectorStatus
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import RETRANSMISSIONS, UEPhase, UEState
from nodes.protocol.errors import UnexpectedMessage
from nodes.protocol.messages import commands
from nodes.protocol.messages.application import Direction, ProtectedMessage
from nodes.protocol.octets import KAPP
from nodes.protocol.options import Setup
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action
from nodes.protocol.world.engine import transition
from nodes.protocol.world.subjects import ue_of_message, why_busy
from nodes.protocol.world.world import HANDLERS, Message, World, link_of, nodes_of
from tests.support import strategies
from tests.support.protocol import command, first, node_as, scef, settle, take

Walk = list[tuple[World, Action, World]]
SETTINGS = settings(max_examples=100)
FEWER = settings(SETTINGS, max_examples=40)


def begun(setup: Setup) -> World:
    """A lab in which every UE is attached and has a session with every AS."""
    world = first(setup)
    for number, name in enumerate(setup.ue_names):
        mme = setup.mme_names[number % setup.mmes]
        world = settle(take(world, command(name, commands.Attach(mme)))).world
        for server in setup.application_server_names:
            world = settle(take(world, command(name, commands.OpenApplicationSession(server)))).world
    return world


def walked(setup: Setup, numbers: list[int], *, is_begun: bool) -> Walk:
    """A walk of a lab, from its first world or from one in which the UEs are attached."""
    world = begun(setup) if is_begun else first(setup)
    return list(strategies.walk_from(world, numbers))


walks = st.builds(walked, strategies.setups(), strategies.picks, is_begun=st.booleans())


def last_world(walk: Walk) -> World:
    assume(walk)
    return walk[-1][2]


# Any action of a walk that raised something else than a refusal would have ended it with an error.


@SETTINGS
@given(walk=walks)
def test_mme_invariants(walk: Walk) -> None:
    """At most one AV is ACTIVE; a GUTI is one UE's; a context that stays has an EPS security context.

    A security context that is kept (`after_abandoned_smc`) is a registered UE's.
    """
    for _, _, world in walk:
        for mme in nodes_of(world, MMEState):
            gutis = Counter(guti for context in mme.contexts for guti in context.gutis)
            assert set(gutis.values()) <= {1}
            # The GUTI with which a UE came from another MME is valid until it has got this one's.
            assert {context.guti.gummei for context in mme.contexts} <= {mme.gummei}
            for context in mme.contexts:
                assert [vector.status for vector in context.vectors].count(VectorStatus.ACTIVE) <= 1
                assert context.registered or context.kept is None
                if context.procedure is None:
                    assert context.current is not None
                    # After an attach that was abandoned both are valid, and the next attach settles them.
                    assert context.is_unsettled is (context.registered and context.old_guti is not None)


@SETTINGS
@given(walk=walks)
def test_scef_invariants(walk: Walk) -> None:
    """P5: at most one Ks is ACTIVE, of an AV that was pushed, and none while a push is parked."""
    for _, _, world in walk:
        gutis = Counter(guti for record in scef(world).records for guti in record.gutis)
        assert set(gutis.values()) <= {1}
        for record in scef(world).records:
            assert record.active is None or record.parked is None
            assert record.active is None or record.ks_of(record.active) is not None


@SETTINGS
@given(walk=walks)
def test_ue_invariants(walk: Walk) -> None:
    """A UE past its attach has GUTI and context; a deregistered one has no procedure's left-overs."""
    for _, _, world in walk:
        for ue in nodes_of(world, UEState):
            why_busy(world, ue)
            if not ue.connection.is_open:
                assert (ue.partial, ue.answered, ue.failures) == (None, None, 0)
            if ue.phase is UEPhase.DEREGISTERED:
                assert (ue.attempts, ue.connection.is_open) == (0, False)
            elif ue.phase not in {UEPhase.REGISTERED_INITIATED, UEPhase.ATTEMPTING_TO_ATTACH}:
                assert ue.guti is not None
                assert ue.current is not None
                assert ue.mme is not None


def running(world: World, node: str) -> set[tuple[TimerName, str]]:
    return {(timer.name, timer.subject) for timer in world.timers if timer.node == node}


SUPERVISION = {
    Stage.PAGING: TimerName.T3413,
    Stage.VECTORS: TimerName.S6A,
    Stage.AUTHENTICATION: TimerName.T3460,
    Stage.SECURITY_MODE: TimerName.T3460,
    Stage.IDENTITY: TimerName.T3470,
    Stage.ATTACH_ACCEPT: TimerName.T3450,
    Stage.GUTI_REALLOCATION: TimerName.T3450,
    Stage.TAU_ACCEPT: TimerName.T3450,
    Stage.GUTI_WITHDRAWAL: TimerName.WITHDRAWAL,
}
NOT_OF_A_PROCEDURE = {TimerName.PUSH, TimerName.WITHDRAWAL, TimerName.GUTI_PERIOD, TimerName.LOCATION}
WITHOUT_CONNECTION = {Stage.PAGING, Stage.GUTI_WITHDRAWAL}


@SETTINGS
@given(walk=walks)
def test_all_that_an_mme_waits_for_has_its_timer(walk: Walk) -> None:
    """Nothing waits for ever, and no timer runs for what is over."""
    for _, _, world in walk:
        for mme in nodes_of(world, MMEState):
            wanted = {(TimerName.T3470, waiting.ue) for waiting in mme.unidentified}
            wanted |= {(TimerName.S10, waiting.ue) for waiting in mme.arriving}
            for context in mme.contexts:
                if context.procedure is not None:
                    timer = SUPERVISION[context.procedure.stage]
                    wanted.add((timer, context.ue if timer is TimerName.T3470 else context.imsi))
            wanted |= {(TimerName.LOCATION, each.imsi) for each in mme.contexts if each.open_location is not None}
            timers = running(world, mme.name)
            assert wanted <= timers
            assert {timer for timer in timers - wanted if timer[0] is TimerName.LOCATION} == set()
            assert {timer for timer in timers - wanted if timer[0] not in NOT_OF_A_PROCEDURE} == set()


@SETTINGS
@given(walk=walks)
def test_what_an_mme_runs_with_a_ue_has_a_connection(walk: Walk) -> None:
    """All but paging, and a withdrawal at the SCEF."""
    for _, _, world in walk:
        for mme in nodes_of(world, MMEState):
            waiting = {each.ue for each in mme.unidentified} | {each.ue for each in mme.arriving}
            with_stage = ((c.ue, c.procedure.stage) for c in mme.contexts if c.procedure is not None)
            waiting |= {name for name, stage in with_stage if stage not in WITHOUT_CONNECTION}
            assert waiting <= {each.ue for each in mme.connections if each.connection.is_open}


@SETTINGS
@given(walk=walks)
def test_all_that_a_ue_waits_for_has_its_timer(walk: Walk) -> None:
    """T3418 or T3420 takes the place of a procedure's timer (TS 24.301 §5.4.2.7 c to e)."""
    for _, _, world in walk:
        for ue in nodes_of(world, UEState):
            timers = {name for name, _ in running(world, ue.name)}
            checks = timers & {TimerName.T3418, TimerName.T3420}
            assert len(checks) == (ue.failures > 0)
            assert (TimerName.T3416 in timers) is (ue.answered is not None)
            others = timers - checks - {TimerName.T3416}
            if ue.phase in {UEPhase.ATTEMPTING_TO_ATTACH, UEPhase.ATTEMPTING_TO_UPDATE}:
                assert len(others & {TimerName.T3411, TimerName.T3402}) == len(others) == 1
                assert not ue.connection.is_open
            elif ue.phase not in RETRANSMISSIONS:
                assert others == set()
            else:
                # A procedure that began after the challenge has its own timer beside.
                assert others == {RETRANSMISSIONS[ue.phase]} or (checks and others == set())


@FEWER
@given(walk=walks)
def test_every_world_comes_to_rest(walk: Walk) -> None:
    """Messages do not follow each other without end."""
    settle(last_world(walk))


@FEWER
@given(setup=strategies.setups(), numbers=strategies.picks)
def test_same_setup_and_actions_give_the_same_world(setup: Setup, numbers: list[int]) -> None:
    one = walked(setup, numbers, is_begun=True)
    world = begun(setup)
    for _, action, after in one:
        done = transition(world, action)
        assert done.world == after
        world = done.world


@FEWER
@given(setup=strategies.setups(), numbers=strategies.picks)
def test_numbers_for_people_do_not_influence_what_happens(setup: Setup, numbers: list[int]) -> None:
    """The order of deliveries by hand is not asked of the numbers; only `next_delivery` reads them."""
    world = replace(begun(setup), messages=1000, ordinals=5000)
    for _, action, after in walked(setup, numbers, is_begun=True):
        world = take(world, action)
        assert world == after


# Nonces


def sealed_by(action: Action, world: World) -> tuple[KAPP, ProtectedMessage] | None:
    """The message that a command has just sealed, and the K_APP it is sealed with."""
    if not isinstance(action, actions.Command):
        return None
    match action.command:
        case commands.SendReading(application_server=server):
            link, ks = (action.node, server), node_as(world, action.node, UEState).ks
        case commands.SendCommand(ue=name):
            session = node_as(world, action.node, ApplicationServerState).session_of(name)
            link, server, ks = (action.node, name), action.node, None if session is None else session.ks
        case _:
            return None
    message = link_of(world, *link).queue[-1].message
    assert isinstance(message, ProtectedMessage)
    assert ks is not None
    return derive_k_app(ks, server), message


@SETTINGS
@given(
    setup=strategies.setups(most_mmes=1),
    talk=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 10_000)), min_size=30, max_size=30),
)
def test_nonce_never_comes_twice(setup: Setup, talk: list[tuple[int, int]]) -> None:
    """K_APP, session, direction and counter: whatever was re-authenticated, opened anew or lost in between."""
    world, used = begun(setup), set()
    for choice, number in talk:
        for _, action, after in strategies.walk_from(world, _talk(world, choice, number)):
            world = after
            sealed = sealed_by(action, after)
            if sealed is not None:
                k_app, message = sealed
                nonce: tuple[KAPP, int, Direction, int] = (k_app, message.session, message.direction, message.counter)
                assert nonce not in used
                used.add(nonce)
    assume(used)


def _talk(world: World, choice: int, number: int) -> list[int]:
    """The place of a sending command among the moves, or any move at all."""
    sending = [
        place
        for place, move in enumerate(strategies.moves(world))
        if isinstance(move, actions.Command) and isinstance(move.command, commands.SendReading | commands.SendCommand)
    ]
    return [number] if choice < 3 else [sending[number % len(sending)]]


# Independent steps


def about(world: World, action: Action) -> str | None:
    """The UE that a delivery is about."""
    assert isinstance(action, actions.Deliver)
    message = link_of(world, action.source, action.destination).queue[0].message
    return ue_of_message(world, action.source, action.destination, message)


def either_order(world: World, one: Action, other: Action) -> bool:
    return take(world, one, other) == take(world, other, one)


@FEWER
@given(setup=strategies.setups(most_ues=3), numbers=strategies.picks)
def test_deliveries_to_different_nodes_about_different_ues_are_independent(setup: Setup, numbers: list[int]) -> None:
    for _, _, world in walked(setup, numbers, is_begun=True):
        # What an armed link does depends on what else waits on it, and so on what was delivered before.
        armed = {(source, destination) for source, destination, _ in world.armed}
        deliveries = [actions.Deliver(*link.key) for link in world.links if link.key not in armed]
        for one, other in combinations(deliveries, 2):
            if one.destination != other.destination and about(world, one) != about(world, other):
                assert either_order(world, one, other)


@FEWER
@given(
    setup=strategies.setups(most_ues=3),
    numbers=strategies.picks,
    chosen=st.tuples(st.integers(0, 99), st.integers(0, 99)),
)
def test_commands_to_different_ues_are_independent(setup: Setup, numbers: list[int], chosen: tuple[int, int]) -> None:
    world = last_world(walked(setup, numbers, is_begun=False))
    possible = [
        move for move in strategies.commands_to(world) if move.node.startswith("ue-") and is_possible(world, move)
    ]
    assume(possible)
    one, other = (possible[number % len(possible)] for number in chosen)
    assume(one.node != other.node)
    assert either_order(world, one, other)


def is_possible(world: World, action: Action) -> bool:
    return any(True for _ in strategies.one_step(world, action))


# Messages in any phase


@SETTINGS
@given(data=st.data(), setup=strategies.setups(), one=strategies.picks, other=strategies.picks)
def test_any_message_in_any_phase_gives_a_step_or_is_refused(
    data: st.DataObject, setup: Setup, one: list[int], other: list[int]
) -> None:
    """Messages of one walk reach the nodes of another one, from any neighbour."""
    messages = [message for _, _, world in walked(setup, one, is_begun=False) for message in in_flight_anywhere(world)]
    world = last_world(walked(setup, other, is_begun=True))
    assume(messages)
    for state in world.nodes:
        message = data.draw(st.sampled_from(messages))
        source = data.draw(st.sampled_from([*world.index]))
        try:
            assert isinstance(handle(HANDLERS[type(state)], state, message, source), Step)
        except UnexpectedMessage:
            continue


def in_flight_anywhere(world: World) -> list[Message]:
    return [envelope.message for link in world.links for envelope in link.queue]
