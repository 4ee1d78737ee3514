"""Solution 12: the MME pushes RAND, GUTI and IMSI of the active AV (contribution 2.2 step 4), and withdraws GUTIs.

Not defined by 3GPP. A newer push or withdrawal for an IMSI ends the repetition of an older one for good.
"""

from dataclasses import replace

from nodes.protocol.crypto.eps_keys import derive_kn, derive_ks
from nodes.protocol.entities.machine import Note, NoteKind, Output, Send, StartTimer, Step, StopTimer, dropped
from nodes.protocol.entities.mme.state import (
    Counters,
    MMEState,
    OpenPush,
    OpenWithdrawal,
    UEContext,
    context_of,
    counters_of,
    has_candidate,
    with_context,
    with_counters,
)
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.identities import IMSI
from nodes.protocol.messages.pushes import (
    ActiveVectorPushAnswer,
    ActiveVectorPushRequest,
    GUTIWithdrawalRequest,
    PushOrder,
)
from nodes.protocol.octets import RAND
from nodes.protocol.options import SCEF, Solution
from nodes.protocol.remarks import Remark


def start_push(
    state: MMEState, context: UEContext, rand: RAND | None = None
) -> tuple[MMEState, UEContext, tuple[Output, ...]]:
    """Push the active AV with its GUTI, after a failed reallocation with both; older pushes are repeated no more.

    `rand`: push this one instead. With the repair `named_key` a key that is known without its RAND is pushed by name.
    With `settle_key` nothing is pushed while it is open which key the UE uses, unless keys have names.
    """
    if has_candidate(state, context) and not state.options.named_key:
        return state, context, ()
    rand = rand or context.active_rand
    if state.options.solution is not Solution.PUSH or (rand is None and not context.verified):
        return state, context, ()
    state, ended = _end_withdrawal(state, context.imsi)
    state, counters = _counted(state, context.imsi)
    # While an attach runs, the old GUTI is valid too, but only until ATTACH COMPLETE, which pushes nothing.
    gutis = context.gutis if context.is_unsettled else (context.guti,)
    names = tuple(derive_kn(derive_ks(k_asme)) for k_asme in context.verified)
    push = OpenPush(counters.pushes, rand, gutis, counters.order, names)
    return state, replace(context, open_push=push), (*ended, *_push_outputs(context.imsi, push))


def _push_outputs(imsi: IMSI, push: OpenPush) -> tuple[Output, ...]:
    request = ActiveVectorPushRequest(imsi, push.push, push.rand, push.gutis, push.order, push.names)
    return (Send(SCEF, request), StartTimer(TimerName.PUSH, imsi))


def on_active_vector_push_answer(state: MMEState, message: ActiveVectorPushAnswer, _source: str) -> Step[MMEState]:
    context = context_of(state, message.imsi)
    if context is None or context.open_push is None or context.open_push.push != message.push:
        return dropped(state, Remark.ANSWERS_NO_OPEN_PUSH)
    state = with_context(state, replace(context, open_push=None))
    return Step(state, (StopTimer(TimerName.PUSH, message.imsi),))


def on_push_expiry(state: MMEState, subject: str) -> Step[MMEState]:
    """Repeated on time-out, at most 4 times."""
    context = context_of(state, subject)
    if context is None or context.open_push is None:
        return Step(state, (Note(Remark.NO_OPEN_PUSH),))
    push = context.open_push
    if push.attempts < RULES[TimerName.PUSH].limit:
        again = replace(push, attempts=push.attempts + 1)
        note = Note(Remark.NO_ANSWER_REPEATS, rand=push.rand)
        state = with_context(state, replace(context, open_push=again))
        return Step(state, (note, *_push_outputs(context.imsi, again)))
    state = with_context(state, replace(context, open_push=None))
    return Step(state, (Note(Remark.PUSH_ABANDONED, NoteKind.ABANDONED, push.rand),))


# The order of pushes and withdrawals for an IMSI


def _counted(state: MMEState, imsi: IMSI) -> tuple[MMEState, Counters]:
    """Count one more push or withdrawal, and give it its place in the order where the lab has that repair."""
    counters = counters_of(state, imsi)
    order = None
    if state.options.ordered_push:
        before = counters.order or PushOrder(0, 0)
        order = replace(before, count=before.count + 1)
    counters = replace(counters, pushes=counters.pushes + 1, order=order)
    return with_counters(state, counters), counters


def enter_epoch(state: MMEState, imsi: IMSI, epoch: int | None) -> MMEState:
    """The HSS gave AVs: what is pushed from now on is newer than all that any MME pushed for the IMSI before."""
    return state if epoch is None else _not_before(state, imsi, PushOrder(epoch, 0))


def take_over_order(state: MMEState, imsi: IMSI, order: PushOrder | None) -> MMEState:
    """The UE came from another MME, whose last place in the order S10 tells.

    The next place is left to that MME, for the withdrawal that it sends once the context has arrived here.
    """
    return state if order is None else _not_before(state, imsi, replace(order, count=order.count + 1))


def _not_before(state: MMEState, imsi: IMSI, order: PushOrder) -> MMEState:
    counters = counters_of(state, imsi)
    if counters.order is not None and counters.order >= order:
        return state
    return with_counters(state, replace(counters, order=order))


# Withdrawals (repair `withdraw_guti`)


def withdraw(state: MMEState, context: UEContext) -> tuple[MMEState, tuple[Output, ...]]:
    """Withdraw every GUTI of a UE context at the SCEF; nothing without the repair, or in solution 11.

    The context that is in `state`, if any, has no open push any more.
    """
    if state.options.solution is not Solution.PUSH or not state.options.withdraw_guti:
        return state, ()
    known = context_of(state, context.imsi)
    if known is not None:
        state = with_context(state, replace(known, open_push=None))
    state, counters = _counted(state, context.imsi)
    withdrawal = OpenWithdrawal(context.imsi, counters.pushes, context.gutis, counters.order)
    stop = StopTimer(TimerName.PUSH, context.imsi)
    return with_withdrawal(state, withdrawal), (stop, *withdrawal_outputs(withdrawal))


def withdrawal_outputs(withdrawal: OpenWithdrawal) -> tuple[Output, ...]:
    imsi = withdrawal.imsi
    request = GUTIWithdrawalRequest(imsi, withdrawal.push, withdrawal.gutis, withdrawal.order)
    return (Send(SCEF, request), StartTimer(TimerName.WITHDRAWAL, imsi))


def withdrawal_of(state: MMEState, imsi: str) -> OpenWithdrawal | None:
    return next((withdrawal for withdrawal in state.withdrawals if withdrawal.imsi == imsi), None)


def with_withdrawal(state: MMEState, withdrawal: OpenWithdrawal) -> MMEState:
    """Put a withdrawal in its place by IMSI, instead of an older one."""
    others = without_withdrawal(state, withdrawal.imsi).withdrawals
    return replace(state, withdrawals=tuple(sorted((*others, withdrawal), key=lambda each: each.imsi)))


def without_withdrawal(state: MMEState, imsi: str) -> MMEState:
    return replace(state, withdrawals=tuple(each for each in state.withdrawals if each.imsi != imsi))


def _end_withdrawal(state: MMEState, imsi: IMSI) -> tuple[MMEState, tuple[Output, ...]]:
    if withdrawal_of(state, imsi) is None:
        return state, ()
    return without_withdrawal(state, imsi), (StopTimer(TimerName.WITHDRAWAL, imsi),)
