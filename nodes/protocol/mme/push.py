"""Solution 12: the MME pushes RAND, GUTI and IMSI of the active AV (contribution 2.2 step 4). Not defined by 3GPP."""

from dataclasses import replace

from nodes.protocol.identities import IMSI
from nodes.protocol.machine import Note, NoteKind, Output, Send, StartTimer, Step, StopTimer, dropped
from nodes.protocol.messages.pushes import ActiveVectorPushAnswer, ActiveVectorPushRequest
from nodes.protocol.mme.state import (
    MMEState,
    OpenPush,
    UEContext,
    context_of,
    counters_of,
    with_context,
    with_counters,
)
from nodes.protocol.options import SCEF, Solution
from nodes.protocol.timers import RULES, TimerName


def start_push(state: MMEState, context: UEContext) -> tuple[MMEState, UEContext, tuple[Output, ...]]:
    """Push the active AV with its GUTI, after a failed reallocation with both; older pushes are repeated no more."""
    active = context.active
    if state.options.solution is not Solution.PUSH or active is None:
        return state, context, ()
    counters = counters_of(state, context.imsi)
    counters = replace(counters, pushes=counters.pushes + 1)
    # While an attach runs, the old GUTI is valid too, but only until ATTACH COMPLETE, which pushes nothing.
    gutis = context.gutis if context.is_unsettled else (context.guti,)
    push = OpenPush(counters.pushes, active.rand, gutis)
    return with_counters(state, counters), replace(context, open_push=push), _push_outputs(context.imsi, push)


def _push_outputs(imsi: IMSI, push: OpenPush) -> tuple[Output, ...]:
    request = ActiveVectorPushRequest(imsi, push.push, push.rand, push.gutis)
    return (Send(SCEF, request), StartTimer(TimerName.PUSH, imsi))


def on_active_vector_push_answer(state: MMEState, message: ActiveVectorPushAnswer, _source: str) -> Step[MMEState]:
    context = context_of(state, message.imsi)
    if context is None or context.open_push is None or context.open_push.push != message.push:
        return dropped(state, "answers no open push")
    state = with_context(state, replace(context, open_push=None))
    return Step(state, (StopTimer(TimerName.PUSH, message.imsi),))


def on_push_expiry(state: MMEState, subject: str) -> Step[MMEState]:
    """Repeated on time-out, at most 4 times."""
    context = context_of(state, subject)
    if context is None or context.open_push is None:
        return Step(state, (Note("no push is open"),))
    push = context.open_push
    if push.attempts < RULES[TimerName.PUSH].limit:
        again = replace(push, attempts=push.attempts + 1)
        note = Note("no answer, repeats", rand=push.rand)
        state = with_context(state, replace(context, open_push=again))
        return Step(state, (note, *_push_outputs(context.imsi, again)))
    state = with_context(state, replace(context, open_push=None))
    return Step(state, (Note("push abandoned: no answer", NoteKind.ABANDONED, push.rand),))
