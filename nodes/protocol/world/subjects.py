"""Whom a message or timer is about, and so whether a UE is busy (protocol: not at rest)."""

from collections.abc import Iterator

from nodes.protocol.entities.mme.state import MMEState, context_of, is_arriving
from nodes.protocol.entities.scef.table import SCEFState, record_of
from nodes.protocol.entities.timers import NAS_TIMERS, TimerName
from nodes.protocol.entities.ue.state import UEPhase, UEState
from nodes.protocol.errors import CommandRefused
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.messages import commands
from nodes.protocol.messages.s1 import S1Message
from nodes.protocol.options import SCEF
from nodes.protocol.world import actions
from nodes.protocol.world.world import Timer, World, node, node_as, nodes_of, ue_of_imsi


def ue_of_message(world: World, source: str, destination: str, message: object) -> str | None:
    """The name of the UE that a message is about."""
    for end in (source, destination):
        if isinstance(node(world, end), UEState):
            return end
    ue: str | None = getattr(message, "ue", None)
    if ue is not None:
        return ue
    imsi = getattr(message, "imsi", None)
    if imsi is not None:
        return _name_of_imsi(world, imsi)
    request: str = getattr(message, "request", "")
    return request.rpartition(".")[0] or None


def _name_of_imsi(world: World, imsi: str) -> str | None:
    state = ue_of_imsi(world, imsi)
    return None if state is None else state.name


def ue_of_timer(world: World, timer: Timer) -> str | None:
    """The name of the UE that a timer is about; subjects are UEs, IMSIs or requests (AS/UE.number)."""
    subject = timer.subject.rpartition("/")[2].partition(".")[0]
    return subject if subject in world.index else _name_of_imsi(world, subject)


def why_busy(world: World, ue: UEState) -> str | None:
    """Why a UE is not at rest, or None: message in flight, supervision timer, transaction or parked push."""
    number = _in_flight(world, ue)
    if number is not None:
        return f"message #{number} is in flight"
    timer = next(timers_about(world, ue), None)
    if timer is not None:
        return f"{timer.name.value} runs at {timer.node}"
    return "a push is parked at the SCEF" if _is_parked(world, ue) else None


def waits_for(world: World, ue: UEState) -> tuple[Timer, ...]:
    """The NAS timers that run about a UE, if nothing else is under way for it; else none."""
    timers = tuple(timers_about(world, ue))
    if not all(timer.name in NAS_TIMERS for timer in timers):
        return ()
    return () if _in_flight(world, ue) is not None or _is_parked(world, ue) else timers


def _in_flight(world: World, ue: UEState) -> int | None:
    """The number of a message that is in flight about a UE."""
    for link in world.links:
        for envelope in link.queue:
            if ue_of_message(world, link.source, link.destination, envelope.message) == ue.name:
                return envelope.number
    return None


PASSIVE_TIMERS = frozenset({TimerName.GUTI_PERIOD, TimerName.T3416})
"""A period, and a timer that only has the UE forget something: neither keeps a UE busy."""


def timers_about(world: World, ue: UEState) -> Iterator[Timer]:
    """The timers that supervise something about a UE."""
    for timer in world.timers:
        if timer.name not in PASSIVE_TIMERS and ue_of_timer(world, timer) == ue.name:
            yield timer


def _is_parked(world: World, ue: UEState) -> bool:
    record = record_of(node_as(world, SCEF, SCEFState), ue.imsi)
    return record is not None and record.parked is not None


NAS_COMMANDS = (
    commands.Attach,
    commands.Detach,
    commands.Access,
    commands.UpdateTrackingArea,
    commands.Reauthenticate,
    commands.ReallocateGUTI,
    commands.ReleaseConnection,
)


def why_one_at_a_time(world: World, action: actions.Command) -> CommandRefused | None:
    """Why this command would be a second NAS procedure for its UE, or None: an assumption, not a rule of TS 24.301."""
    if not isinstance(action.command, NAS_COMMANDS):
        return None
    imsi = getattr(action.command, "imsi", None)
    ue = ue_of_imsi(world, imsi) if imsi is not None else node(world, action.node)
    return why_nas_busy(world, ue) if isinstance(ue, UEState) else None


def why_nas_busy(world: World, ue: UEState) -> CommandRefused | None:
    """Why a NAS procedure runs for a UE, or None: at the UE, at an MME, or by a NAS message in flight."""
    if ue.phase not in (UEPhase.DEREGISTERED, UEPhase.REGISTERED):
        return CommandRefused(Hindrance.UE_IN_NAS_PROCEDURE, ue.name, ue.phase.value)
    for mme in nodes_of(world, MMEState):
        context = context_of(mme, ue.imsi)
        if context is not None and context.ue == ue.name and context.procedure is not None:
            return CommandRefused(Hindrance.NAS_PROCEDURE_RUNS_FOR, ue.name, context.procedure.stage.value)
        if is_arriving(mme, ue.name):
            return CommandRefused(Hindrance.CONTEXT_IS_ASKED_FOR, ue.name, mme.name)
    for link in world.links:
        if ue.name in link.key and any(isinstance(e.message, S1Message) for e in link.queue):
            return CommandRefused(Hindrance.NAS_MESSAGE_IN_FLIGHT, ue.name)
    return None
