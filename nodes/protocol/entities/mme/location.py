"""The HSS learns which MME serves a UE, and has the one of before cancel its context (TS 29.272 §5.2.1.1, §5.2.1.2).

An MME that knows of no other one does not ask: there the location cannot change. When the old MME may drop a context
TS 23.401 §5.3.3.1 says, from memory: it keeps one that another MME has acknowledged until Cancel Location. The timer
beside that, and that ATTACH ACCEPT and TRACKING AREA UPDATE ACCEPT wait for the HSS's answer, are left out.
"""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, NoteKind, Output, Send, StartTimer, Step, StopTimer, dropped
from nodes.protocol.entities.mme.connections import close
from nodes.protocol.entities.mme.endings import Meeting, abort_note, drop_context, lasting_timers_off, nas_timers_off
from nodes.protocol.entities.mme.push import withdraw
from nodes.protocol.entities.mme.state import (
    MMEState,
    OpenLocation,
    UEContext,
    context_of,
    counters_of,
    with_context,
    with_counters,
)
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.messages import s6a
from nodes.protocol.options import HSS
from nodes.protocol.remarks import Remark


def update_location(state: MMEState, context: UEContext) -> tuple[MMEState, UEContext, tuple[Output, ...]]:
    """Tell the HSS that this MME serves the UE, unless it knows that already."""
    if not state.peers or context.is_located or context.open_location is not None:
        return state, context, ()
    return _ask(state, context, attempts=1)


def _ask(state: MMEState, context: UEContext, *, attempts: int) -> tuple[MMEState, UEContext, tuple[Output, ...]]:
    counters = counters_of(state, context.imsi)
    counters = replace(counters, requests=counters.requests + 1)
    context = replace(context, open_location=OpenLocation(counters.requests, attempts))
    request = s6a.UpdateLocationRequest(context.imsi, counters.requests)
    outputs = (Send(HSS, request), StartTimer(TimerName.LOCATION, context.imsi))
    return with_context(with_counters(state, counters), context), context, outputs


def on_update_location_answer(state: MMEState, message: s6a.UpdateLocationAnswer, _source: str) -> Step[MMEState]:
    """What a refusal leads to is left out: the UE stays."""
    context = context_of(state, message.imsi)
    asked = None if context is None else context.open_location
    if context is None or asked is None or asked.request != message.request:
        return dropped(state, Remark.ANSWERS_NO_OPEN_REQUEST)
    stop = StopTimer(TimerName.LOCATION, message.imsi)
    state = with_context(state, replace(context, open_location=None, is_located=message.error is None))
    if message.error is None:
        return Step(state, (stop,))
    return Step(state, (stop, Note(Remark.HSS_ANSWERS, values=(message.error.value,))))


def on_location_expiry(state: MMEState, subject: str) -> Step[MMEState]:
    context = context_of(state, subject)
    asked = None if context is None else context.open_location
    if context is None or asked is None:
        return Step(state, (Note(Remark.NO_OPEN_REQUEST),))
    if asked.attempts < RULES[TimerName.LOCATION].limit:
        state, _, outputs = _ask(state, context, attempts=asked.attempts + 1)
        return Step(state, outputs)
    state = with_context(state, replace(context, open_location=None))
    return Step(state, (Note(Remark.LOCATION_NOT_UPDATED, NoteKind.ABANDONED),))


# The old MME


def keep_until_cancelled(state: MMEState, context: UEContext, new_mme: str) -> Step[MMEState]:
    """Another MME has the UE. The context stays, marked detached, in case the UE comes back before that is settled.

    That it then gives no key, and names no GUTI at the SCEF with the repair `withdraw_guti`, is this demonstrator's
    decision, as for every context that is marked detached.
    """
    timers = (*nas_timers_off(context), *lasting_timers_off(context.imsi))
    left = replace(
        context,
        registered=False,
        moved_to=new_mme,
        procedure=None,
        kept=None,
        open_push=None,
        open_location=None,
        is_located=False,
        is_unsettled=False,
        asked_by=None,
    )
    state, withdrawn = withdraw(with_context(close(state, context.ue), left), left)
    note = Note(Remark.CONTEXT_KEPT, values=(new_mme,))
    return Step(state, (*timers, note, *withdrawn))


def on_cancel_location_request(state: MMEState, message: s6a.CancelLocationRequest, source: str) -> Step[MMEState]:
    """Another MME serves the UE: its context goes, if there is one.

    Not so where this MME has just told the HSS that the UE is here again: what is cancelled is an earlier stay.
    """
    answer = Send(source, s6a.CancelLocationAnswer(message.imsi, message.request))
    context = context_of(state, message.imsi)
    if context is None:
        return Step(state, (Note(Remark.NOTHING_TO_CANCEL), answer))
    if context.open_location is not None:
        return Step(state, (Note(Remark.EARLIER_STAY_CANCELLED), answer))
    aborted = () if context.procedure is None else (abort_note(context.procedure, Meeting.CONNECTION_GONE),)
    withdrawn: tuple[Output, ...] = ()
    if context.moved_to is None:
        state, withdrawn = withdraw(close(state, context.ue), context)
    note = Note(Remark.CONTEXT_DROPPED)
    return drop_context(state, context, *aborted, note, answer, *withdrawn)
