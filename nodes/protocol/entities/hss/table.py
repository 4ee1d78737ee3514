"""Transitions of the HSS with its AuC (TS 33.102 §6.3.2, §6.3.5, TS 29.272 §5.2.3), and its push of solution 12."""

from dataclasses import replace
from enum import Enum

from nodes.protocol.crypto.eps_keys import derive_ks, generate_vector, open_auts
from nodes.protocol.crypto.sqn import DELTA, next_sqn, seq
from nodes.protocol.dice import roll
from nodes.protocol.entities.hss import location
from nodes.protocol.entities.hss.state import (
    HSSState,
    IssuedVector,
    OpenKeysPush,
    Subscriber,
    subscriber_of,
    with_subscriber,
)
from nodes.protocol.entities.machine import (
    Handlers,
    Note,
    Output,
    Send,
    StartTimer,
    Step,
    StopTimer,
    dropped,
)
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import CommandRefused
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.identities import IMSI
from nodes.protocol.messages import commands, s6a
from nodes.protocol.messages.pushes import KeyPair, KeysPushAnswer, KeysPushRequest
from nodes.protocol.octets import RAND, SQN
from nodes.protocol.options import SCEF, Solution
from nodes.protocol.remarks import Remark

__all__ = ["HANDLERS", "HSSState", "IssuedVector", "OpenKeysPush", "Subscriber", "subscriber_of", "with_subscriber"]

AMF_LENGTH = 2


def on_authentication_information_request(
    state: HSSState, message: s6a.AuthenticationInformationRequest, source: str
) -> Step[HSSState]:
    """Resynchronise if asked, make AVs, and in solution 12 push (RAND, Ks) pairs (contribution 2.2 step 3)."""
    subscriber = subscriber_of(state, message.imsi)
    if subscriber is None or not subscriber.is_provisioned:
        return _error(state, message, source, s6a.S6aError.DIAMETER_ERROR_USER_UNKNOWN, Remark.IMSI_UNKNOWN)
    outputs: tuple[Output, ...] = ()
    info = message.resynchronization_info
    if info is not None:
        sqn_ms = open_auts(subscriber.credentials.functions, info.rand, info.auts)
        if sqn_ms is None:
            unavailable = s6a.S6aError.DIAMETER_AUTHENTICATION_DATA_UNAVAILABLE
            return _error(state, message, source, unavailable, Remark.MAC_S_WRONG)
        subscriber, note = _resynchronised(subscriber, sqn_ms)
        outputs = (note,)
    subscriber, vectors = _make_vectors(state, subscriber, message)
    subscriber, epoch = _next_epoch(state, subscriber)
    answer = s6a.AuthenticationInformationAnswer(message.imsi, message.request, vectors, epoch=epoch)
    outputs = (*outputs, Note(Remark.MAKES_VECTORS, values=(len(vectors),)), Send(source, answer))
    if state.solution is not Solution.PUSH:
        return Step(with_subscriber(state, subscriber), outputs)
    subscriber, pushed = _push(subscriber, vectors)
    return Step(with_subscriber(state, subscriber), (*outputs, *pushed))


def _next_epoch(state: HSSState, subscriber: Subscriber) -> tuple[Subscriber, int | None]:
    """Number the answers with AVs: the MME that got the last of them pushes later than all others did."""
    if not state.counts_epochs or state.solution is not Solution.PUSH:
        return subscriber, None
    subscriber = replace(subscriber, answers=subscriber.answers + 1)
    return subscriber, subscriber.answers


def _resynchronised(subscriber: Subscriber, sqn_ms: SQN) -> tuple[Subscriber, Note]:
    """SQN is set to SQN_MS unless the USIM would accept the next one anyway (TS 33.102 §6.3.5).

    So a request that the network repeats does not set it back a second time.
    """
    if 0 < seq(next_sqn(subscriber.sqn)) - seq(sqn_ms) <= DELTA:
        return subscriber, Note(Remark.SQN_STAYS)
    return replace(subscriber, sqn=sqn_ms), Note(Remark.SQN_RESYNCHRONISED)


def _error(
    state: HSSState,
    message: s6a.AuthenticationInformationRequest,
    source: str,
    error: s6a.S6aError,
    why: Remark,
) -> Step[HSSState]:
    answer = s6a.AuthenticationInformationAnswer(message.imsi, message.request, error=error)
    return Step(state, (Note(why, values=(error.value,)), Send(source, answer)))


def _make_vectors(
    state: HSSState, subscriber: Subscriber, message: s6a.AuthenticationInformationRequest
) -> tuple[Subscriber, tuple[s6a.EUTRANVector, ...]]:
    functions = subscriber.credentials.functions
    vectors: list[s6a.EUTRANVector] = []
    issued: list[IssuedVector] = []
    sqn = subscriber.sqn
    drawn = subscriber.rands_drawn
    for _ in range(message.number_of_requested_vectors):
        sqn = next_sqn(sqn)
        rand = RAND(roll(state.seed, state.name, subscriber.imsi, "RAND", drawn, length=16))
        drawn += 1
        made = generate_vector(functions, rand, sqn, subscriber.amf, message.visited_plmn_id)
        vectors.append(s6a.EUTRANVector(rand, made.xres, made.autn, made.k_asme))
        issued.append(IssuedVector(rand, sqn, made.k_asme))
    subscriber = replace(subscriber, sqn=sqn, rands_drawn=drawn, issued=(*subscriber.issued, *issued))
    return subscriber, tuple(vectors)


def _push(subscriber: Subscriber, vectors: tuple[s6a.EUTRANVector, ...]) -> tuple[Subscriber, tuple[Output, ...]]:
    push = subscriber.pushes + 1
    pairs = tuple(KeyPair(vector.rand, derive_ks(vector.k_asme)) for vector in vectors)
    open_push = OpenKeysPush(push, pairs)
    subscriber = replace(subscriber, pushes=push, open_pushes=(*subscriber.open_pushes, open_push))
    return subscriber, _push_outputs(subscriber, open_push)


def _push_outputs(subscriber: Subscriber, push: OpenKeysPush) -> tuple[Output, ...]:
    request = KeysPushRequest(subscriber.imsi, push.push, push.pairs)
    return (Send(SCEF, request), StartTimer(TimerName.PUSH, f"{subscriber.imsi}.{push.push}"))


def on_keys_push_answer(state: HSSState, message: KeysPushAnswer, _source: str) -> Step[HSSState]:
    subscriber = subscriber_of(state, message.imsi)
    if subscriber is None or all(push.push != message.push for push in subscriber.open_pushes):
        return dropped(state, Remark.ANSWERS_NO_OPEN_PUSH)
    still_open = tuple(push for push in subscriber.open_pushes if push.push != message.push)
    state = with_subscriber(state, replace(subscriber, open_pushes=still_open))
    return Step(state, (StopTimer(TimerName.PUSH, f"{message.imsi}.{message.push}"),))


def on_push_expiry(state: HSSState, subject: str) -> Step[HSSState]:
    """HSS pushes are repeated until answered."""
    imsi, _, number = subject.partition(".")
    subscriber = subscriber_of(state, imsi)
    pushes = () if subscriber is None else subscriber.open_pushes
    push = next((each for each in pushes if str(each.push) == number), None)
    if subscriber is None or push is None:
        return Step(state, (Note(Remark.NO_OPEN_PUSH),))
    again = replace(push, attempts=push.attempts + 1)
    subscriber = replace(
        subscriber, open_pushes=tuple(again if each == push else each for each in subscriber.open_pushes)
    )
    outputs = (Note(Remark.NO_ANSWER_REPEATS), *_push_outputs(subscriber, again))
    return Step(with_subscriber(state, subscriber), outputs)


# Commands of an operator


def _subscription(state: HSSState, imsi: IMSI) -> Subscriber:
    subscriber = subscriber_of(state, imsi)
    if subscriber is None:
        raise CommandRefused(Hindrance.NO_SUBSCRIPTION, imsi)
    return subscriber


def set_sqn(state: HSSState, command: commands.SetSQN) -> Step[HSSState]:
    if not 0 <= command.sqn < 1 << 48:
        raise CommandRefused(Hindrance.SQN_TOO_LONG)
    subscriber = replace(_subscription(state, command.imsi), sqn=SQN(command.sqn))
    return Step(with_subscriber(state, subscriber), (Note(Remark.SQN_SET),))


def set_amf(state: HSSState, command: commands.SetAMF) -> Step[HSSState]:
    if len(command.amf) != AMF_LENGTH:
        raise CommandRefused(Hindrance.AMF_LENGTH, len(command.amf))
    subscriber = replace(_subscription(state, command.imsi), amf=command.amf)
    return Step(with_subscriber(state, subscriber), (Note(Remark.AMF_SET),))


def set_provisioned(state: HSSState, command: commands.SetProvisioned) -> Step[HSSState]:
    subscriber = replace(_subscription(state, command.imsi), is_provisioned=command.provisioned)
    remark = Remark.SUBSCRIPTION_BACK if command.provisioned else Remark.SUBSCRIPTION_REMOVED
    return Step(with_subscriber(state, subscriber), (Note(remark),))


def restart(state: HSSState) -> Step[HSSState]:
    """Subscriber data, SQN and the serving MME are permanent (TS 23.007, from memory); open requests are lost.

    The second is this demonstrator's decision. Pairs that the SCEF has not got then never reach it.
    """
    pushes = sum(len(subscriber.open_pushes) for subscriber in state.subscribers)
    cancellations = sum(len(subscriber.open_cancellations) for subscriber in state.subscribers)
    subscribers = tuple(replace(each, open_pushes=(), open_cancellations=()) for each in state.subscribers)
    return Step(replace(state, subscribers=subscribers), (Note(Remark.HSS_RESTARTED, values=(pushes, cancellations)),))


class HSSPhase(Enum):
    """The HSS has no phases: it answers."""

    SERVING = "serving"


HANDLERS = Handlers(
    phases=HSSPhase,
    phase=lambda _state, _message, _source: HSSPhase.SERVING,
    incoming=(
        s6a.AuthenticationInformationRequest,
        s6a.UpdateLocationRequest,
        s6a.CancelLocationAnswer,
        KeysPushAnswer,
    ),
    messages={
        (HSSPhase.SERVING, s6a.AuthenticationInformationRequest): on_authentication_information_request,
        (HSSPhase.SERVING, s6a.UpdateLocationRequest): location.on_update_location_request,
        (HSSPhase.SERVING, s6a.CancelLocationAnswer): location.on_cancel_location_answer,
        (HSSPhase.SERVING, KeysPushAnswer): on_keys_push_answer,
    },
    refusals={},
    expiries={TimerName.PUSH: on_push_expiry, TimerName.LOCATION: location.on_location_expiry},
    commands={
        commands.SetSQN: set_sqn,
        commands.SetAMF: set_amf,
        commands.SetProvisioned: set_provisioned,
    },
    restart=restart,
)
