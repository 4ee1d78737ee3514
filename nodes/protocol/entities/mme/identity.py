"""GUTIs at the MME: allocation, reallocation (TS 24.301 §5.4.1) and what settles an unsettled one."""

from dataclasses import replace

from nodes.protocol.dice import roll
from nodes.protocol.entities.machine import Note, NoteKind, Output, StartTimer, Step, StopTimer, dropped
from nodes.protocol.entities.mme.connections import connection_of, send_protected
from nodes.protocol.entities.mme.paging import page
from nodes.protocol.entities.mme.push import (
    start_push,
    with_withdrawal,
    withdraw,
    withdrawal_of,
    withdrawal_outputs,
    without_withdrawal,
)
from nodes.protocol.entities.mme.state import (
    MMEState,
    Paged,
    Procedure,
    Stage,
    UEContext,
    context_of,
    context_of_connection,
    counters_of,
    with_context,
    with_counters,
)
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.errors import CommandRefused
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.pushes import GUTIWithdrawalAnswer
from nodes.protocol.options import MTMSIReuse
from nodes.protocol.remarks import Remark


def allocate_guti(state: MMEState, imsi: IMSI) -> tuple[MMEState, GUTI]:
    """Choose an M-TMSI, 4 octets, that no other context of this MME has now."""
    in_use = {guti.m_tmsi for context in state.contexts for guti in (*context.gutis, *_promised(context))}
    if state.options.m_tmsi_reuse is MTMSIReuse.LOWEST_FREE:
        m_tmsi = next(number for number in range(1, len(in_use) + 2) if number not in in_use)
        return state, GUTI(state.gummei, m_tmsi)
    counters = counters_of(state, imsi)
    while True:
        octets = roll(state.seed, state.name, imsi, "M-TMSI", counters.m_tmsis, length=4)
        counters = replace(counters, m_tmsis=counters.m_tmsis + 1)
        m_tmsi = int.from_bytes(octets, "big")
        if m_tmsi not in in_use:
            return with_counters(state, counters), GUTI(state.gummei, m_tmsi)


def is_foreign(state: MMEState, guti: GUTI) -> bool:
    """Whether another MME has given this GUTI."""
    return guti.gummei != state.gummei


def _promised(context: UEContext) -> tuple[GUTI, ...]:
    """The GUTI that is chosen for an attach, if any, before the context has it."""
    renewal = None if context.procedure is None else context.procedure.renewal
    return () if renewal is None else (renewal.guti,)


def reallocate(state: MMEState, command: commands.ReallocateGUTI) -> Step[MMEState]:
    context = context_of(state, command.imsi)
    if context is None or not context.registered:
        raise CommandRefused(Hindrance.NOT_REGISTERED_AT_MME)
    if context.procedure is not None:
        raise CommandRefused(Hindrance.NAS_PROCEDURE_RUNS, context.procedure.stage.value)
    return start_reallocation(state, context)


def start_reallocation(state: MMEState, context: UEContext) -> Step[MMEState]:
    """Offer the UE a new GUTI; with the repair `withdraw_guti` once the SCEF has forgotten what is valid now."""
    context = replace(context, accesses=0)
    state, outputs = withdraw(state, context)
    if not outputs:
        return offer_guti(state, context)
    context = replace(context, open_push=None, procedure=Procedure(Stage.GUTI_WITHDRAWAL, attach=False))
    return Step(with_context(state, context), outputs)


def offer_guti(state: MMEState, context: UEContext) -> Step[MMEState]:
    """Allocate a GUTI and offer it; after a reallocation that failed the same one again, for two are valid already.

    An idle UE is paged first.
    """
    if not connection_of(state, context.ue).is_open:
        return page(state, context, Paged.REALLOCATION)
    if context.old_guti is None:
        state, guti = allocate_guti(state, context.imsi)
        context = replace(context, guti=guti, old_guti=context.guti)
    return _send_command(state, replace(context, procedure=Procedure(Stage.GUTI_REALLOCATION, attach=False)))


def _send_command(state: MMEState, context: UEContext) -> Step[MMEState]:
    context, send = send_protected(context, nas.GUTIReallocationCommand(context.guti))
    return Step(with_context(state, context), (send, StartTimer(TimerName.T3450, context.imsi)))


def on_guti_reallocation_complete(
    state: MMEState, _message: nas.GUTIReallocationComplete, source: str
) -> Step[MMEState]:
    """TS 24.301 §5.4.1.4: the new GUTI is valid, the old one is not; solution 12 pushes it."""
    context = context_of_connection(state, source)
    context = replace(context, old_guti=None, is_unsettled=False, procedure=None)
    context_outputs: tuple[Output, ...] = (StopTimer(TimerName.T3450, context.imsi), Note(Remark.NEW_GUTI_VALID))
    state, context, outputs = start_push(state, context)
    return Step(with_context(state, context), (*context_outputs, *outputs, *period_timer(state, context)))


def reallocation_expired(state: MMEState, context: UEContext, procedure: Procedure) -> Step[MMEState]:
    """T3450, TS 24.301 §5.4.1.6: after the fifth expiry both GUTIs are valid."""
    if procedure.attempts < RULES[TimerName.T3450].limit:
        procedure = replace(procedure, attempts=procedure.attempts + 1)
        return _send_command(state, replace(context, procedure=procedure))
    context = replace(context, procedure=None, is_unsettled=True)
    state, context, outputs = start_push(state, context)
    note = Note(Remark.REALLOCATION_ABANDONED, NoteKind.ABANDONED)
    return Step(with_context(state, context), (note, *outputs, *period_timer(state, context)))


def on_guti_withdrawal_answer(state: MMEState, message: GUTIWithdrawalAnswer, _source: str) -> Step[MMEState]:
    """The SCEF has forgotten the GUTIs; a reallocation that waited for that goes on."""
    withdrawal = withdrawal_of(state, message.imsi)
    if withdrawal is None or withdrawal.push != message.push:
        return dropped(state, Remark.ANSWERS_NO_OPEN_WITHDRAWAL)
    state = without_withdrawal(state, message.imsi)
    stop = StopTimer(TimerName.WITHDRAWAL, message.imsi)
    context = _waiting_for_withdrawal(state, message.imsi)
    if context is None:
        return Step(state, (stop,))
    step = offer_guti(state, context)
    return Step(step.state, (stop, *step.outputs))


def on_withdrawal_expiry(state: MMEState, subject: str) -> Step[MMEState]:
    """Repeated on time-out, at most 4 times; a reallocation that waited is then put off."""
    withdrawal = withdrawal_of(state, subject)
    if withdrawal is None:
        return Step(state, (Note(Remark.NO_OPEN_WITHDRAWAL),))
    if withdrawal.attempts < RULES[TimerName.WITHDRAWAL].limit:
        again = replace(withdrawal, attempts=withdrawal.attempts + 1)
        outputs = (Note(Remark.NO_ANSWER_REPEATS), *withdrawal_outputs(again))
        return Step(with_withdrawal(state, again), outputs)
    state = without_withdrawal(state, subject)
    note = Note(Remark.WITHDRAWAL_ABANDONED, NoteKind.ABANDONED)
    context = _waiting_for_withdrawal(state, subject)
    if context is None:
        return Step(state, (note,))
    step = put_off_reallocation(state, context)
    return Step(step.state, (note, *step.outputs))


def _waiting_for_withdrawal(state: MMEState, imsi: str) -> UEContext | None:
    context = context_of(state, imsi)
    procedure = None if context is None else context.procedure
    return context if procedure is not None and procedure.stage is Stage.GUTI_WITHDRAWAL else None


def put_off_reallocation(state: MMEState, context: UEContext) -> Step[MMEState]:
    """End a reallocation before its COMMAND. The GUTI stays, so it is pushed again, whatever the SCEF forgot."""
    state, context, outputs = start_push(state, replace(context, procedure=None))
    note = Note(Remark.REALLOCATION_PUT_OFF, NoteKind.ABANDONED)
    return Step(with_context(state, context), (note, *outputs, *period_timer(state, context)))


def settle(state: MMEState, context: UEContext, guti: GUTI) -> tuple[MMEState, UEContext, tuple[Output, ...]]:
    """The UE named itself by one of two valid GUTIs: the other is dropped, solution 12 pushes the settled one.

    By one of another MME it cannot stay named here: then both stay valid until it has got this MME's.
    """
    if not context.is_unsettled or is_foreign(state, guti):
        return state, context, ()
    context = replace(context, guti=guti, old_guti=None, is_unsettled=False)
    state, context, outputs = start_push(state, context)
    return state, context, (Note(Remark.GUTI_SETTLED), *outputs)


def period_timer(state: MMEState, context: UEContext) -> tuple[Output, ...]:
    """The timer of a GUTI reallocation by lab time (contribution 3), where the lab has one."""
    minutes = state.options.reallocate_every_minutes
    return (StartTimer(TimerName.GUTI_PERIOD, context.imsi, 60 * minutes),) if minutes else ()


def on_guti_period_expiry(state: MMEState, subject: str) -> Step[MMEState]:
    context = context_of(state, subject)
    if context is None or not context.registered:
        return Step(state, (Note(Remark.NOBODY_TO_REALLOCATE_FOR),))
    if context.procedure is not None:
        return Step(state, (Note(Remark.PERIOD_PUT_OFF), *period_timer(state, context)))
    return start_reallocation(state, context)
