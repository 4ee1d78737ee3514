"""What a world itself tells of a UE: P1, P1a, P1w, P5, P6, P8, and P1n, P1an, P6n.

Tests are cheap; AVs are named for a reason only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nodes.protocol.entities.mme.state import MMEState, context_of, has_candidate
from nodes.protocol.entities.scef.state import Record, SCEFState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.identities import GUTI
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.octets import RAND, Ks
from nodes.protocol.options import SCEF, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID
from nodes.protocol.properties.catch_up import cannot_catch_up, why_stuck
from nodes.protocol.properties.key_answers import answer_for, network_key
from nodes.protocol.properties.monitor import Monitor
from nodes.protocol.properties.rest import is_at_rest, is_registered, record_in, shown_rands
from nodes.protocol.world.provenance import vector_of_ks, vector_of_rand, vector_words
from nodes.protocol.world.subjects import waits_for
from nodes.protocol.world.world import World, node_as, nodes_of

# The properties


def gives_wrong_key(world: World, _monitor: Monitor, ue: UEState) -> bool:
    """P1 does not hold: registered and at rest, N is neither U nor none."""
    given = network_key(world, ue)
    return given is not None and given != ue.ks and is_registered(world, ue) and is_at_rest(world, ue)


def gives_no_key(world: World, _monitor: Monitor, ue: UEState) -> bool:
    """P1a does not hold: registered and at rest, N is none."""
    return network_key(world, ue) is None and is_registered(world, ue) and is_at_rest(world, ue)


def gives_wrong_key_meanwhile(world: World, _monitor: Monitor, ue: UEState) -> bool:
    """P1w does not hold: registered, with nothing but NAS timers under way, N is neither U nor none."""
    given = network_key(world, ue)
    return given is not None and given != ue.ks and is_waiting(world, ue)


def flags_wrongly(world: World, monitor: Monitor, ue: UEState) -> bool:
    """P5 does not hold: two Ks flagged, one while a push is parked, or one of an AV without authentication."""
    record = record_in(world, ue)
    return record is not None and record.active is not None and _why_flagged_wrongly(world, monitor, ue, record) != ""


def answers_old_guti(world: World, monitor: Monitor, ue: UEState) -> bool:
    """P6 does not hold: at rest, a GUTI that the UE had until a reallocation or a detach yields a key."""
    return _old_guti_key(world, monitor, ue) is not None and is_at_rest(world, ue)


def gives_key_without_name(world: World, monitor: Monitor, ue: UEState) -> bool:
    """P6n does not hold: a GUTI that the UE has or had yields a key, though no key is named."""
    return _key_without_name(world, monitor, ue) is not None


# Reasons, in one sentence each


def _why_wrong_key(world: World, _monitor: Monitor, ue: UEState) -> str:
    used, given = (av_of(world, ks, ue) for ks in (ue.ks, network_key(world, ue)))
    return f"The UE uses {used}, but the network gives {given}."


def _why_wrong_key_meanwhile(world: World, monitor: Monitor, ue: UEState) -> str:
    timers = waits_for(world, ue)
    running = " and ".join(f"{timer.name.value} at {timer.node}" for timer in timers)
    longest = max((timer.remaining for timer in timers), default=0)
    return f"{_why_wrong_key(world, monitor, ue)[:-1]}, while {running} runs for up to {longest} s."


def _why_none(world: World, _monitor: Monitor, ue: UEState) -> str:
    return f"The network gives no key for the UE's GUTI: {_why_no_key(world, ue)}."


def _why_flagged(world: World, monitor: Monitor, ue: UEState) -> str:
    record = record_in(world, ue)
    return "" if record is None else _why_flagged_wrongly(world, monitor, ue, record)


def _why_old_guti(world: World, monitor: Monitor, ue: UEState) -> str:
    return f"The UE's old GUTI still yields the key of {av_of(world, _old_guti_key(world, monitor, ue), ue)}."


def _why_without_name(world: World, monitor: Monitor, ue: UEState) -> str:
    return f"A GUTI alone yields the key of {av_of(world, _key_without_name(world, monitor, ue), ue)}."


def av_of(world: World, ks: Ks | None, ue: UEState) -> str:
    """The AV of a Ks in words; one of another UE is named with that UE."""
    return vector_words(world, vector_of_ks(world, ks, ue.imsi), ue.imsi)


def _why_no_key(world: World, ue: UEState) -> str:
    # A registered UE has a GUTI. The name is that of the key that it uses.
    if ue.guti is None or is_unknown(world, ue.guti):
        return "GUTI unknown"
    if names_keys(world):
        return "no key of this name"
    return "it is open which of two the UE uses" if _is_in_question(world, ue) else "no AV is active"


def _is_in_question(world: World, ue: UEState) -> bool:
    """Repair `settle_key`: whether the MME of a UE does not know which of two keys it uses."""
    mmes = (each for each in nodes_of(world, MMEState) if each.name == ue.mme)
    contexts = ((mme, context_of(mme, ue.imsi)) for mme in mmes)
    return any(context is not None and has_candidate(mme, context) for mme, context in contexts)


def _why_flagged_wrongly(world: World, monitor: Monitor, ue: UEState, record: Record) -> str:
    """Why a record's flag is wrong; empty if it is not."""
    flagged = [pair for pair in record.pairs if pair.rand == record.active]
    if len(flagged) > 1:
        return f"The SCEF flags {len(flagged)} Ks ACTIVE."
    if record.parked is not None:
        return f"The SCEF flags {_av_of_rand(world, record.active, ue)} ACTIVE while a push is parked."
    was_authenticated = record.active in shown_rands(world, ue) or any(
        (each.imsi, each.rand) == (ue.imsi, record.active) for each in monitor.authenticated
    )
    if was_authenticated:
        return ""
    return f"The SCEF flags {_av_of_rand(world, record.active, ue)} ACTIVE, but no UE was authenticated with it."


def _av_of_rand(world: World, rand: RAND | None, ue: UEState) -> str:
    return vector_words(world, vector_of_rand(world, rand, ue.imsi), ue.imsi)


def _old_guti_key(world: World, monitor: Monitor, ue: UEState) -> Ks | None:
    """The first key that an old GUTI of the UE yields now."""
    keys = (answer_for(world, each.guti)[1] for each in monitor.retired if each.imsi == ue.imsi)
    return next((ks for ks in keys if ks is not None), None)


def _key_without_name(world: World, monitor: Monitor, ue: UEState) -> Ks | None:
    old = tuple(each.guti for each in monitor.retired if each.imsi == ue.imsi)
    gutis = old if ue.guti is None else (ue.guti, *old)
    return next((ks for guti in gutis if (ks := answer_for(world, guti)[1]) is not None), None)


def is_unknown(world: World, guti: GUTI) -> bool:
    """Whether the network knows nothing of a GUTI."""
    return answer_for(world, guti)[0] is KeyResult.GUTI_UNKNOWN


def has_records(world: World) -> bool:
    """Whether the lab is of solution 12, where the SCEF keeps records."""
    return solution_of(world) is Solution.PUSH


def solution_of(world: World) -> Solution:
    return node_as(world, SCEF, SCEFState).solution


def names_keys(world: World) -> bool:
    """Whether the lab has the repair `named_key`."""
    return node_as(world, SCEF, SCEFState).names_keys


def says_something(world: World, property_id: PropertyID) -> bool:
    """Whether a property is about labs such as this one."""
    return PROPERTIES[property_id].applies(solution_of(world), by_name=names_keys(world))


# The table


def _rests(world: World, ue: UEState) -> bool:
    return is_registered(world, ue) and is_at_rest(world, ue)


def is_waiting(world: World, ue: UEState) -> bool:
    return is_registered(world, ue) and waits_for(world, ue) != ()


def _has_record(world: World, ue: UEState) -> bool:
    return record_in(world, ue) is not None


def _has_guti(_world: World, ue: UEState) -> bool:
    return ue.guti is not None


@dataclass(frozen=True, slots=True)
class StateProperty:
    """How a world is judged for one UE. The test is cheap; the reason, a sentence, is asked for where it fails.

    `is_tried` says whether a world puts it to the test, where the world tells. What does not hold at rest is not judged
    while the UE is busy, and counts as lasting until it rests again; a property that `is_judged_always` is not so.
    """

    is_broken: Callable[[World, Monitor, UEState], bool]
    reason: Callable[[World, Monitor, UEState], str]
    is_tried: Callable[[World, UEState], bool] | None = None
    is_judged_always: bool = False


STATE_PROPERTIES: Mapping[PropertyID, StateProperty] = {
    PropertyID.P1: StateProperty(gives_wrong_key, _why_wrong_key, _rests),
    PropertyID.P1A: StateProperty(gives_no_key, _why_none, _rests),
    PropertyID.P1W: StateProperty(gives_wrong_key_meanwhile, _why_wrong_key_meanwhile, is_waiting),
    PropertyID.P5: StateProperty(flags_wrongly, _why_flagged, _has_record, is_judged_always=True),
    PropertyID.P6: StateProperty(answers_old_guti, _why_old_guti),
    PropertyID.P8: StateProperty(cannot_catch_up, why_stuck),
    # Here the network is asked by the name of the key that the UE uses.
    PropertyID.P1N: StateProperty(gives_wrong_key, _why_wrong_key, _rests),
    PropertyID.P1AN: StateProperty(gives_no_key, _why_none, _rests),
    PropertyID.P6N: StateProperty(gives_key_without_name, _why_without_name, _has_guti, is_judged_always=True),
}


def broken_in(world: World, monitor: Monitor, ue: UEState) -> tuple[PropertyID, ...]:
    """Return the properties of states that do not hold for a UE."""
    judged = (each for each in STATE_PROPERTIES if says_something(world, each))
    return tuple(each for each in judged if STATE_PROPERTIES[each].is_broken(world, monitor, ue))
