"""Hypothesis strategies for labs: options, set-ups, and walks through whatever can happen in a world."""

from collections.abc import Iterator

from hypothesis import strategies as st

from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.mme.state import MMEState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.messages import commands
from nodes.protocol.octets import AMF
from nodes.protocol.options import (
    HSS,
    SCEF,
    ActiveWhen,
    AfterAbandonedSMC,
    Algorithm,
    AttachAuthenticates,
    MTMSIReuse,
    Options,
    Setup,
    Solution,
)
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action
from nodes.protocol.world.engine import enabled
from nodes.protocol.world.genesis import EPS_AMF
from nodes.protocol.world.world import World, nodes_of
from tests.support.protocol import take

options = st.builds(
    Options,
    solution=st.sampled_from(Solution),
    active_when=st.sampled_from(ActiveWhen),
    vectors_per_request=st.integers(1, 5),
    store_ks=st.booleans(),
    reallocate_every_accesses=st.integers(0, 2),
    reallocate_every_minutes=st.integers(0, 2),
    m_tmsi_reuse=st.sampled_from(MTMSIReuse),
    algorithm=st.just(Algorithm.MILENAGE),
    context_carries_rand=st.booleans(),
    named_key=st.booleans(),
    ordered_push=st.booleans(),
    withdraw_guti=st.booleans(),
    after_abandoned_smc=st.sampled_from(AfterAbandonedSMC),
    attach_authenticates=st.sampled_from(AttachAuthenticates),
    ue_notices_failure=st.booleans(),
)


def setups(most_ues: int = 2, most_mmes: int = 2, most_application_servers: int = 2) -> st.SearchStrategy[Setup]:
    """Set-ups of small labs; Milenage only, TUAK differs in nothing that a walk can reach and is slow."""
    return st.builds(
        Setup,
        seed=st.sampled_from(("one seed", "another seed")),
        options=options,
        ues=st.integers(1, most_ues),
        mmes=st.integers(1, most_mmes),
        application_servers=st.integers(1, most_application_servers),
    )


def deliveries_and_faults(world: World) -> Iterator[Action]:
    """Everything that the network can do with the messages in flight, an attacker's altering included."""
    for link in world.links:
        yield actions.Deliver(*link.key)
        yield actions.Drop(*link.key)
        yield actions.Duplicate(*link.key)
        yield actions.Alter(*link.key)
        yield actions.Fail(*link.key)
        yield (actions.Release if link.key in world.held else actions.Hold)(*link.key)
        yield from (_toggled(world, link.key, fault) for fault in actions.LinkFault)
        if len(link.queue) > 1:
            yield actions.Deliver(*link.key, position=len(link.queue) - 1)
            yield actions.Drop(*link.key, position=1)


def _toggled(world: World, key: tuple[str, str], fault: actions.LinkFault) -> Action:
    return (actions.Disarm if (*key, fault) in world.armed else actions.Arm)(*key, fault)


def commands_to(world: World) -> Iterator[actions.Command]:
    """Every command that makes sense for some node, whether or not it would be refused now."""
    ues, mmes = nodes_of(world, UEState), nodes_of(world, MMEState)
    servers = nodes_of(world, ApplicationServerState)
    for ue in ues:
        for plain in (commands.Detach(), commands.Detach(switch_off=True), commands.PowerCycle(), commands.Access()):
            yield actions.Command(ue.name, plain)
        for mme in mmes:
            yield actions.Command(ue.name, commands.Attach(mme.name))
            yield actions.Command(ue.name, commands.UpdateTrackingArea(mme.name))
            yield actions.Command(mme.name, commands.Reauthenticate(ue.imsi))
            yield actions.Command(mme.name, commands.ReallocateGUTI(ue.imsi))
            yield actions.Command(mme.name, commands.ReleaseConnection(ue.imsi))
        for server in servers:
            yield actions.Command(ue.name, commands.OpenApplicationSession(server.name))
            yield actions.Command(ue.name, commands.SendReading(server.name))
            yield actions.Command(server.name, commands.SendCommand(ue.name))
            yield actions.Command(server.name, commands.AskForKey(ue.name))
            yield actions.Command(server.name, commands.AskForKey(ue.name, through_third_party=True, guti_index=0))
        yield actions.Command(HSS, commands.SetSQN(ue.imsi, 0))
        yield actions.Command(HSS, commands.SetSQN(ue.imsi, (1 << 48) - 1))
        for amf in (EPS_AMF, AMF(b"\0\0")):
            yield actions.Command(HSS, commands.SetAMF(ue.imsi, amf))
        for provisioned in (True, False):
            yield actions.Command(HSS, commands.SetProvisioned(ue.imsi, provisioned=provisioned))


def moves(world: World) -> tuple[Action, ...]:
    """Everything that can be tried in a world. Ordinary deliveries come several times, so that walks get somewhere."""
    ordinary = tuple(action for action in enabled(world) if isinstance(action, actions.Deliver))
    return (
        *ordinary * 6,
        *enabled(world),
        *deliveries_and_faults(world),
        *commands_to(world),
        *(actions.Restart(name) for name in (HSS, SCEF, *(mme.name for mme in nodes_of(world, MMEState)))),
        actions.Advance(7),
        actions.Advance(61),
    )


# Each number picks one of the moves of the world that the walk has come to.
picks = st.lists(st.integers(0, 10_000), min_size=40, max_size=40)


def one_step(world: World, action: Action) -> Iterator[tuple[World, Action, World]]:
    """The world before, what happened, the world after; nothing if the action is refused."""
    try:
        after = take(world, action)
    except (CommandRefused, NoSuchAction):
        return
    yield world, action, after


def walk_from(world: World, numbers: list[int]) -> Iterator[tuple[World, Action, World]]:
    """The steps of a walk that starts in a given world. Refused actions are left out; any other error is a bug."""
    for number in numbers:
        possible = moves(world)
        for step in one_step(world, possible[number % len(possible)]):
            yield step
            world = step[2]
