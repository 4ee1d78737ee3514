"""Transitions of the AS and of the third-party security server that asks for it. Not defined by 3GPP."""

from dataclasses import dataclass, replace
from enum import Enum

from nodes.protocol.entities.application_leg import Leg, named, receive, seal
from nodes.protocol.entities.machine import (
    Handlers,
    Note,
    NoteKind,
    Output,
    Send,
    StartTimer,
    Step,
    StopTimer,
    dropped,
)
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.errors import CommandRefused
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import commands
from nodes.protocol.messages.application import Direction, OpenSession, ProtectedMessage
from nodes.protocol.messages.key_requests import KeyResult, KeyRetrievalAnswer, KeyRetrievalRequest
from nodes.protocol.octets import KN, Ks
from nodes.protocol.options import SCEF, THIRD_PARTY
from nodes.protocol.remarks import Remark


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A key request that has no answer yet. `number` counts the requests of this session."""

    number: int
    guti: GUTI
    through: str
    key_name: KN | None = None
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class ServerSession:
    """The AS's end of a session. `ue` stands for the connection; `gutis` are all it ever learned, the newest last.

    With the repair `named_key`, `key_name`, 8 octets, is the name that the UE gave last, of the Ks that it uses, and
    `kept` are the Ks that the AS got before `ks`.
    """

    ue: str
    number: int
    gutis: tuple[GUTI, ...]
    ks: Ks | None = None
    key_guti: GUTI | None = None
    key_name: KN | None = None
    kept: tuple[Ks, ...] = ()
    leg: Leg = Leg()
    requests: int = 0
    open_request: OpenRequest | None = None
    asked_again: bool = False
    last_result: KeyResult | None = None

    @property
    def keys(self) -> tuple[Ks, ...]:
        """Every Ks that the AS holds for the session, 32 octets each, the newest last."""
        return self.kept if self.ks is None else (*self.kept, self.ks)


@dataclass(frozen=True, slots=True)
class ApplicationServerState:
    """An AS: its sessions, sorted by UE. `names_keys`: the lab has the repair `named_key`."""

    name: str
    names_keys: bool = False
    sessions: tuple[ServerSession, ...] = ()

    def session_of(self, ue: str) -> ServerSession | None:
        return next((session for session in self.sessions if session.ue == ue), None)


def _with_session(state: ApplicationServerState, session: ServerSession) -> ApplicationServerState:
    others = tuple(s for s in state.sessions if s.ue != session.ue)
    return replace(state, sessions=tuple(sorted((*others, session), key=lambda s: s.ue)))


def _session(state: ApplicationServerState, ue: str) -> ServerSession:
    session = state.session_of(ue)
    if session is None:
        raise CommandRefused(Hindrance.NO_SESSION_AT_AS, ue, state.name)
    return session


# Commands


def ask_for_key(state: ApplicationServerState, command: commands.AskForKey) -> Step[ApplicationServerState]:
    session = _session(state, command.ue)
    index = len(session.gutis) - 1 if command.guti_index is None else command.guti_index
    if not 0 <= index < len(session.gutis):
        raise CommandRefused(Hindrance.GUTI_NOT_LEARNED, state.name, len(session.gutis), command.ue)
    through = THIRD_PARTY if command.through_third_party else SCEF
    return _ask(state, session, session.gutis[index], through)


def _ask(
    state: ApplicationServerState,
    session: ServerSession,
    guti: GUTI,
    through: str,
    *notes: Note,
    key_name: KN | None = None,
) -> Step[ApplicationServerState]:
    """Ask for the key; a newer request ends an older one, whose answer is then ignored.

    `key_name`: for the one of this name, instead of the one that the UE named last (repair `named_key`).
    """
    number = session.requests + 1
    request = OpenRequest(number, guti, through, key_name or session.key_name)
    session = replace(session, requests=number, open_request=request)
    return Step(_with_session(state, session), (*notes, *_request_outputs(state, session.ue, request)))


def _request_outputs(state: ApplicationServerState, ue: str, request: OpenRequest) -> tuple[Output, ...]:
    message = KeyRetrievalRequest(state.name, f"{ue}.{request.number}", request.guti, request.key_name)
    return (Send(request.through, message), StartTimer(TimerName.NORTHBOUND, ue))


def send_command(state: ApplicationServerState, command: commands.SendCommand) -> Step[ApplicationServerState]:
    session = _session(state, command.ue)
    if session.ks is None:
        raise CommandRefused(Hindrance.NO_KEY_AT_AS, state.name, command.ue)
    leg, message = seal(
        session.leg,
        ks=session.ks,
        application_server=state.name,
        session=session.number,
        direction=Direction.DOWNLINK,
        text="report now",
        newest=session.ks if state.names_keys else None,
    )
    return Step(_with_session(state, replace(session, leg=leg)), (Send(session.ue, message),))


# Messages


def on_open_session(state: ApplicationServerState, message: OpenSession, source: str) -> Step[ApplicationServerState]:
    before = state.session_of(source)
    if before is not None and message.session <= before.number:
        return dropped(state, Remark.SESSION_OPENED_BEFORE, message.session)
    gutis = () if before is None else tuple(guti for guti in before.gutis if guti != message.guti)
    session = ServerSession(source, message.session, (*gutis, message.guti))
    session = replace(session, key_name=message.key_name)
    if before is not None:
        # Counters under a K_APP and the numbers of requests go on: neither may come twice.
        session = replace(session, requests=before.requests, leg=replace(before.leg, seen=()))
    return _ask(state, session, message.guti, SCEF, Note(Remark.ASKS_FOR_KEY))


def on_key_answer(
    state: ApplicationServerState, message: KeyRetrievalAnswer, source: str
) -> Step[ApplicationServerState]:
    ue, _, number = message.request.rpartition(".")
    session = state.session_of(ue)
    request = None if session is None else session.open_request
    if session is None or request is None or str(request.number) != number or request.through != source:
        return dropped(state, Remark.ANSWERS_NO_OR_OLDER_REQUEST)
    stop = StopTimer(TimerName.NORTHBOUND, ue)
    if message.ks is None:
        note = Note(Remark.NO_KEY, values=(message.result.value, message.result.status))
        return Step(_with_session(state, _without_key(session, message.result)), (stop, note))
    session = replace(session, open_request=None, last_result=message.result, key_guti=request.guti)
    session = _with_key(state, session, message.ks)
    held = Note(Remark.KS_HELD, NoteKind.KEY_DELIVERED, ks=message.ks)
    if session.key_name == request.key_name or _lacks(session, session.key_name) is None:
        return Step(_with_session(state, session), (stop, held))
    step = _ask(state, session, session.gutis[-1], SCEF, held, _ASKS_FOR_NAMED)
    return Step(step.state, (stop, *step.outputs))


_ASKS_FOR_NAMED = Note(Remark.ASKS_FOR_NAMED_KEY)


def _with_key(state: ApplicationServerState, session: ServerSession, ks: Ks) -> ServerSession:
    """The AS goes on with this Ks; with the repair `named_key` it keeps those of before, too."""
    if not state.names_keys or session.ks is None:
        return replace(session, ks=ks)
    return session if ks in session.keys else replace(session, ks=ks, kept=session.keys)


def _lacks(session: ServerSession, *names: KN | None) -> KN | None:
    """The first of these names whose Ks the AS does not hold."""
    return next((name for name in names if name is not None and named(session.keys, name) is None), None)


def _without_key(session: ServerSession, result: KeyResult) -> ServerSession:
    """A request ends without a key; what is held stays."""
    return replace(session, open_request=None, last_result=result)


def on_protected_message(
    state: ApplicationServerState, message: ProtectedMessage, source: str
) -> Step[ApplicationServerState]:
    """Open with the K_APP of the Ks held, and after a failure ask for the key, once.

    With the repair `named_key`, open with that of the Ks named, and ask for each that is named and not held.
    """
    session = state.session_of(source)
    if session is None or session.number != message.session:
        return dropped(state, Remark.NO_SUCH_SESSION)
    if message.direction is not Direction.UPLINK:
        return dropped(state, Remark.OWN_DIRECTION_OF_AS)
    if state.names_keys:
        return _on_message_by_name(state, session, message)
    if session.ks is None:
        return dropped(state, Remark.NO_KS_TO_OPEN_WITH)
    leg, note = receive(session.leg, message, ks=session.ks, application_server=state.name)
    session = replace(session, leg=leg)
    if note.kind is NoteKind.OPENED:
        return Step(_with_session(state, replace(session, asked_again=False)), (note,))
    if note.kind is NoteKind.DROPPED or session.asked_again or session.open_request is not None:
        return Step(_with_session(state, session), (note,))
    session = replace(session, asked_again=True)
    return _ask(state, session, session.gutis[-1], SCEF, note, Note(Remark.ASKS_AGAIN))


def _on_message_by_name(
    state: ApplicationServerState, session: ServerSession, message: ProtectedMessage
) -> Step[ApplicationServerState]:
    ks = named(session.keys, message.key_name)
    leg, note = receive(session.leg, message, ks=ks, application_server=state.name)
    if note.kind is NoteKind.DROPPED:
        return Step(state, (note,))
    session = replace(session, leg=leg)
    newest = message.newest_name or message.key_name
    if named(session.kept, newest) is None:
        # Else the message is late: the UE has named a newer one since.
        session = replace(session, key_name=newest)
    lacks = _lacks(session, message.key_name, newest)
    if lacks is None or session.open_request is not None:
        return Step(_with_session(state, session), (note,))
    return _ask(state, session, session.gutis[-1], SCEF, note, _ASKS_FOR_NAMED, key_name=lacks)


def on_northbound_expiry(state: ApplicationServerState, subject: str) -> Step[ApplicationServerState]:
    session = state.session_of(subject)
    request = None if session is None else session.open_request
    if session is None or request is None:
        return Step(state, (Note(Remark.NO_OPEN_REQUEST),))
    if request.attempts < RULES[TimerName.NORTHBOUND].limit:
        again = replace(request, attempts=request.attempts + 1)
        outputs = (Note(Remark.NO_ANSWER_ASKS_AGAIN), *_request_outputs(state, subject, again))
        return Step(_with_session(state, replace(session, open_request=again)), outputs)
    session = _without_key(session, KeyResult.TIME_OUT)
    return Step(_with_session(state, session), (Note(Remark.KEY_REQUEST_ABANDONED, NoteKind.ABANDONED),))


class ApplicationServerPhase(Enum):
    """The AS has no phases: sessions are its state."""

    SERVING = "serving"


_SERVING = ApplicationServerPhase.SERVING

HANDLERS = Handlers(
    phases=ApplicationServerPhase,
    phase=lambda _state, _message, _source: _SERVING,
    incoming=(OpenSession, KeyRetrievalAnswer, ProtectedMessage),
    messages={
        (_SERVING, OpenSession): on_open_session,
        (_SERVING, KeyRetrievalAnswer): on_key_answer,
        (_SERVING, ProtectedMessage): on_protected_message,
    },
    refusals={},
    expiries={TimerName.NORTHBOUND: on_northbound_expiry},
    commands={commands.AskForKey: ask_for_key, commands.SendCommand: send_command},
)
