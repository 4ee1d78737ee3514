"""P8: an AS that is behind its UE, and whether it catches up by asking alone."""

from collections.abc import Iterable, Iterator

from nodes.protocol.entities.application_server import ApplicationServerState, ServerSession
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.octets import Ks
from nodes.protocol.properties.catalogue import PropertyID, Witness
from nodes.protocol.properties.key_answers import answer_to_as
from nodes.protocol.properties.monitor import Monitor, Observed, with_witness
from nodes.protocol.properties.remedy import why_behind
from nodes.protocol.properties.rest import is_at_rest, is_registered
from nodes.protocol.world.world import World, node_as

Behind = tuple[str, ServerSession, Ks]
"""An AS, its session with a UE, and the Ks, 32 octets, that the UE uses there and the AS does not hold."""


def behind(world: World, ue: UEState) -> Iterator[Behind]:
    """The ASs that have a session with a UE and do not hold the Ks that it uses.

    The UE knows with whom it ever opened one; whether it has closed it since does not matter to the AS. Where keys have
    names, the UE uses the one under which it seals for that session, until it closes it.
    """
    for each in ue.sessions:
        used = each.sending if ue.names_keys else ue.ks
        session = node_as(world, each.application_server, ApplicationServerState).session_of(ue.name)
        if used is not None and session is not None and used not in session.keys:
            yield each.application_server, session, used


def is_left_behind(world: World, ue: UEState) -> bool:
    """Whether P8 is put to the test: registered and at rest, some AS is behind."""
    return next(behind(world, ue), None) is not None and is_registered(world, ue) and is_at_rest(world, ue)


def cannot_catch_up(world: World, _monitor: Monitor, ue: UEState) -> bool:
    """P8 does not hold: registered and at rest, some AS is behind, and asking does not give it the UE's Ks."""
    return next(_stuck(world, ue), None) is not None and is_registered(world, ue) and is_at_rest(world, ue)


def why_stuck(world: World, _monitor: Monitor, ue: UEState) -> str:
    """Why P8 does not hold for a UE, in one sentence."""
    return next((why_behind(world, ue, *each) for each in _stuck(world, ue)), "")


def _stuck(world: World, ue: UEState) -> Iterator[Behind]:
    return (each for each in behind(world, ue) if answer_to_as(world, each[1])[1] != each[2])


def note_behind(monitor: Monitor, world: World, ues: Iterable[UEState]) -> Observed:
    """Note that an AS of one of these UEs is behind."""
    if any(is_left_behind(world, ue) for ue in ues):
        return Observed(with_witness(monitor, Witness.AS_BEHIND), judged=(PropertyID.P8,))
    return Observed(monitor)
