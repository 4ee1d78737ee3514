"""Where the UE is, at the HSS: it learns the serving MME, and has the one of before cancel its context.

TS 29.272 §5.2.1.1, §5.2.1.2. That it repeats Cancel Location, and how often, is this demonstrator's decision.
"""

from dataclasses import replace

from nodes.protocol.entities.hss.state import HSSState, OpenCancellation, Subscriber, subscriber_of, with_subscriber
from nodes.protocol.entities.machine import Note, NoteKind, Output, Send, StartTimer, Step, StopTimer, dropped
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.messages import s6a
from nodes.protocol.remarks import Remark


def on_update_location_request(state: HSSState, message: s6a.UpdateLocationRequest, source: str) -> Step[HSSState]:
    """TS 29.272 §5.2.1.1: the MME that served the UE before cancels its context (§5.2.1.2)."""
    subscriber = subscriber_of(state, message.imsi)
    if subscriber is None or not subscriber.is_provisioned:
        error = s6a.S6aError.DIAMETER_ERROR_USER_UNKNOWN
        answer = s6a.UpdateLocationAnswer(message.imsi, message.request, error)
        return Step(state, (Note(Remark.IMSI_UNKNOWN, values=(error.value,)), Send(source, answer)))
    before, outputs = subscriber.mme, _cancelling_ends(subscriber, source)
    still_open = tuple(each for each in subscriber.open_cancellations if each.mme != source)
    subscriber = replace(subscriber, mme=source, open_cancellations=still_open)
    if before is not None and before != source:
        subscriber, cancelled = _cancel(subscriber, before)
        outputs = (*outputs, Note(Remark.UE_IS_AT, values=(source,)), *cancelled)
    answer = s6a.UpdateLocationAnswer(message.imsi, message.request)
    return Step(with_subscriber(state, subscriber), (*outputs, Send(source, answer)))


def _cancelling_ends(subscriber: Subscriber, mme: str) -> tuple[Output, ...]:
    """What an MME was asked to cancel before the UE came back to it."""
    ended = (each for each in subscriber.open_cancellations if each.mme == mme)
    return tuple(StopTimer(TimerName.LOCATION, f"{subscriber.imsi}.{each.request}") for each in ended)


def _cancel(subscriber: Subscriber, mme: str) -> tuple[Subscriber, tuple[Output, ...]]:
    cancellation = OpenCancellation(subscriber.cancellations + 1, mme)
    subscriber = replace(
        subscriber,
        cancellations=cancellation.request,
        open_cancellations=(*subscriber.open_cancellations, cancellation),
    )
    return subscriber, _cancellation_outputs(subscriber, cancellation)


def _cancellation_outputs(subscriber: Subscriber, cancellation: OpenCancellation) -> tuple[Output, ...]:
    request = s6a.CancelLocationRequest(subscriber.imsi, cancellation.request)
    timer = StartTimer(TimerName.LOCATION, f"{subscriber.imsi}.{cancellation.request}")
    return (Send(cancellation.mme, request), timer)


def on_cancel_location_answer(state: HSSState, message: s6a.CancelLocationAnswer, _source: str) -> Step[HSSState]:
    subscriber = subscriber_of(state, message.imsi)
    if subscriber is None or all(each.request != message.request for each in subscriber.open_cancellations):
        return dropped(state, Remark.ANSWERS_NO_OPEN_REQUEST)
    still_open = tuple(each for each in subscriber.open_cancellations if each.request != message.request)
    state = with_subscriber(state, replace(subscriber, open_cancellations=still_open))
    return Step(state, (StopTimer(TimerName.LOCATION, f"{message.imsi}.{message.request}"),))


def on_location_expiry(state: HSSState, subject: str) -> Step[HSSState]:
    imsi, _, number = subject.partition(".")
    subscriber = subscriber_of(state, imsi)
    cancellations = () if subscriber is None else subscriber.open_cancellations
    cancellation = next((each for each in cancellations if str(each.request) == number), None)
    if subscriber is None or cancellation is None:
        return Step(state, (Note(Remark.NO_OPEN_REQUEST),))
    others = tuple(each for each in cancellations if each != cancellation)
    if cancellation.attempts >= RULES[TimerName.LOCATION].limit:
        state = with_subscriber(state, replace(subscriber, open_cancellations=others))
        return Step(state, (Note(Remark.NOT_CANCELLED, NoteKind.ABANDONED, values=(cancellation.mme,)),))
    again = replace(cancellation, attempts=cancellation.attempts + 1)
    subscriber = replace(subscriber, open_cancellations=(*others, again))
    outputs = (Note(Remark.NO_ANSWER_REPEATS), *_cancellation_outputs(subscriber, again))
    return Step(with_subscriber(state, subscriber), outputs)
