"""Transitions of the third-party security server: it asks for an AS and hands it the key. Not defined by 3GPP."""

from dataclasses import dataclass, replace
from enum import Enum

from nodes.protocol.entities.machine import Handlers, Note, NoteKind, Send, StartTimer, Step, StopTimer, dropped
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages.key_requests import KeyResult, KeyRetrievalAnswer, KeyRetrievalRequest
from nodes.protocol.options import SCEF
from nodes.protocol.remarks import Remark


@dataclass(frozen=True, slots=True)
class OpenErrand:
    """A request that it took from an AS and that the SCEF has not answered."""

    origin: str
    request: str


@dataclass(frozen=True, slots=True)
class ThirdPartyState:
    """The server: its open errands, sorted. It keeps no key."""

    name: str
    errands: tuple[OpenErrand, ...] = ()


def _errand(message: KeyRetrievalRequest | KeyRetrievalAnswer) -> OpenErrand:
    return OpenErrand(message.origin, message.request)


def _subject(errand: OpenErrand) -> str:
    return f"{errand.origin}/{errand.request}"


def on_key_request(state: ThirdPartyState, message: KeyRetrievalRequest, _source: str) -> Step[ThirdPartyState]:
    errand = _errand(message)
    errands = tuple(sorted({*state.errands, errand}, key=_subject))
    timer = StartTimer(TimerName.NORTHBOUND, _subject(errand), seconds=10)
    outputs = (Note(Remark.ASKS_FOR_ORIGIN, values=(message.origin,)), Send(SCEF, message), timer)
    return Step(replace(state, errands=errands), outputs)


def on_key_answer(state: ThirdPartyState, message: KeyRetrievalAnswer, _source: str) -> Step[ThirdPartyState]:
    errand = _errand(message)
    if errand not in state.errands:
        return dropped(state, Remark.ANSWERS_NO_OPEN_REQUEST)
    errands = tuple(each for each in state.errands if each != errand)
    outputs = (StopTimer(TimerName.NORTHBOUND, _subject(errand)), Send(message.origin, message))
    return Step(replace(state, errands=errands), outputs)


def on_northbound_expiry(state: ThirdPartyState, subject: str) -> Step[ThirdPartyState]:
    errand = next((each for each in state.errands if _subject(each) == subject), None)
    if errand is None:
        return Step(state, (Note(Remark.NO_OPEN_ERRAND),))
    errands = tuple(each for each in state.errands if each != errand)
    answer = KeyRetrievalAnswer(errand.origin, errand.request, KeyResult.TIME_OUT)
    note = Note(Remark.SCEF_SILENT, NoteKind.ABANDONED)
    return Step(replace(state, errands=errands), (note, Send(errand.origin, answer)))


class ThirdPartyPhase(Enum):
    """The server has no phases."""

    SERVING = "serving"


HANDLERS = Handlers(
    phases=ThirdPartyPhase,
    phase=lambda _state, _message, _source: ThirdPartyPhase.SERVING,
    incoming=(KeyRetrievalRequest, KeyRetrievalAnswer),
    messages={
        (ThirdPartyPhase.SERVING, KeyRetrievalRequest): on_key_request,
        (ThirdPartyPhase.SERVING, KeyRetrievalAnswer): on_key_answer,
    },
    refusals={},
    expiries={TimerName.NORTHBOUND: on_northbound_expiry},
    commands={},
)
