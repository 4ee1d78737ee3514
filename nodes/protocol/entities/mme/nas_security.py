"""What the MME opens before it asks its table: a new connection, and NAS security (TS 24.301 §4.4.4.3, §5.3.1)."""

from dataclasses import replace

from nodes.protocol.entities.connection import Connection, Mode
from nodes.protocol.entities.machine import Note, NoteKind, Opened, Output, Send, Step, StopTimer, dropped, ignored
from nodes.protocol.entities.mme.authentication import authenticate_first
from nodes.protocol.entities.mme.connections import connection_of, secured, with_connection
from nodes.protocol.entities.mme.endings import abandon_waiting, abort
from nodes.protocol.entities.mme.identity import is_foreign
from nodes.protocol.entities.mme.security_mode import activate, keep_current
from nodes.protocol.entities.mme.service import reject_service
from nodes.protocol.entities.mme.state import (
    MMEState,
    Stage,
    UEContext,
    arriving_of,
    context_of_ue,
    has_candidate,
    with_context,
)
from nodes.protocol.entities.security import NASDirection, SecurityContext, check, is_genuine
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import nas
from nodes.protocol.messages.s1 import ConnectionRelease, InitialMessage, inside
from nodes.protocol.remarks import Remark

PROCESSED_UNVERIFIED = (
    # TS 24.301 §4.4.4.3, until secure exchange is established. DETACH ACCEPT answers what this MME does not start.
    nas.AttachRequest,
    nas.IdentityResponse,
    nas.AuthenticationResponse,
    nas.AuthenticationFailure,
    nas.SecurityModeReject,
    nas.DetachRequest,
    nas.TrackingAreaUpdateRequest,
    nas.ServiceRequest,
)
_INITIAL = (nas.AttachRequest, nas.DetachRequest, nas.TrackingAreaUpdateRequest, nas.ServiceRequest)


def unwrap(state: MMEState, message: object, source: str) -> Opened[MMEState] | Step[MMEState]:
    """Open a message of a UE; one of the core network is as it is."""
    if isinstance(message, InitialMessage):
        return _on_new_connection(state, message, source)
    if not isinstance(message, nas.NASMessage):
        return Opened(state, message)
    if not connection_of(state, source).is_open:
        return _on_no_connection(state, source)
    return _open(state, message, source)


def _on_no_connection(state: MMEState, source: str) -> Step[MMEState]:
    """The UE has not heard of the end of its connection: S1AP has the radio side release it (from memory)."""
    note = Note(Remark.NO_CONNECTION_WITH_UE, NoteKind.DROPPED)
    number = connection_of(state, source).number
    return Step(state, (note, *((Send(source, ConnectionRelease(number)),) if number else ())))


def _on_new_connection(state: MMEState, message: InitialMessage, source: str) -> Opened[MMEState] | Step[MMEState]:
    """A connection begins, and one that the MME still has is no more: what it runs there is aborted."""
    if message.connection <= connection_of(state, source).number:
        return dropped(state, Remark.COPY_OF_FIRST_MESSAGE)
    state = with_connection(state, source, Connection(message.connection, Mode.CONNECTED))
    gone = _end_what_ran(state, inside(message), source)
    opened = _open(gone.state, message.message, source)
    if isinstance(opened, Step):
        return Step(opened.state, (*gone.outputs, *opened.outputs))
    settled = _settled(opened.state, source)
    return replace(opened, state=settled.state, outputs=(*gone.outputs, *opened.outputs, *settled.outputs))


def _settled(state: MMEState, source: str) -> Step[MMEState]:
    """Repair `settle_key`: a connection that begins under the current key shows that the UE has not taken another."""
    context = context_of_ue(state, source)
    if context is None or not connection_of(state, source).is_secure or not has_candidate(state, context):
        return Step(state)
    return keep_current(Step(state), context.imsi)


def _end_what_ran(state: MMEState, message: object, source: str) -> Step[MMEState]:
    arriving = arriving_of(state, source)
    outputs: tuple[Output, ...] = ()
    if arriving is None or arriving.request.message != message:
        state, outputs = abandon_waiting(state, source)
    context = context_of_ue(state, source)
    if context is None or _goes_on(context, message):
        return Step(state, outputs)
    step = abort(state, context)
    return Step(step.state, (*outputs, *step.outputs))


def _goes_on(context: UEContext, message: object) -> bool:
    """Whether what runs for a UE goes on with its new connection.

    Paging does, which has brought it about. Of a request that comes again its own handler decides (TS 24.301
    §5.5.1.2.7 d, e; §5.5.3.2.7 d, e).
    """
    procedure = context.procedure
    if procedure is None or procedure.stage is Stage.PAGING or isinstance(message, nas.AttachRequest):
        return True
    is_update = isinstance(message, nas.TrackingAreaUpdateRequest)
    return procedure.pending == message or (is_update and procedure.stage is Stage.TAU_ACCEPT)


def _open(state: MMEState, message: nas.NASMessage, source: str) -> Opened[MMEState] | Step[MMEState]:
    if isinstance(message, nas.SecurityProtected):
        return _protected(state, message, source)
    return _unverified(state, message, source, ignored(Remark.NOT_PROTECTED))


def _protected(state: MMEState, message: nas.SecurityProtected, source: str) -> Opened[MMEState] | Step[MMEState]:
    context = context_of_ue(state, source)
    if _is_for_another_mme(state, message.message, context):
        return _by_foreign_guti(state, message, context)
    if context is None:
        return _unverified(state, message.message, source, ignored(Remark.NO_CONTEXT_OF_UE))
    for each, take in ((_partial(context, message), _with_partial), (_current(context, message), _with_current)):
        if each is None:
            continue
        checked = check(each, NASDirection.UPLINK, message)
        if isinstance(checked, Note):
            return _unverified(state, message.message, source, checked)
        state = with_context(secured(state, source), replace(take(context, checked), asked_by=None))
        return Opened(state, message.message)
    is_taken = has_candidate(state, context) or isinstance(message.message, _INITIAL)
    if context.kept is not None and context.kept.ksi == message.ksi and is_taken:
        return _with_kept(state, context, context.kept, message)
    return _unverified(state, message.message, source, ignored(Remark.NO_SECURITY_CONTEXT, message.ksi))


def _partial(context: UEContext, message: nas.SecurityProtected) -> SecurityContext | None:
    """The context that is not current yet: SECURITY MODE COMPLETE alone is protected by it."""
    procedure = context.procedure
    partial = None if procedure is None or procedure.stage is not Stage.SECURITY_MODE else procedure.partial
    is_for_it = isinstance(message.message, nas.SecurityModeComplete)
    return partial if partial is not None and partial.ksi == message.ksi and is_for_it else None


def _with_partial(context: UEContext, checked: SecurityContext) -> UEContext:
    procedure = context.procedure
    return context if procedure is None else replace(context, procedure=replace(procedure, partial=checked))


def _current(context: UEContext, message: nas.SecurityProtected) -> SecurityContext | None:
    current = context.current
    return current if current is not None and current.ksi == message.ksi else None


def _with_current(context: UEContext, checked: SecurityContext) -> UEContext:
    return replace(context, current=checked)


def _with_kept(
    state: MMEState, context: UEContext, kept: SecurityContext, message: nas.SecurityProtected
) -> Opened[MMEState] | Step[MMEState]:
    """An initial message that verifies by the context of an abandoned security mode control makes it the current one.

    Not defined by 3GPP: `after_abandoned_smc`. With the repair `settle_key` any message does; a SECURITY MODE COMPLETE
    that comes late has then done what it can.
    """
    checked = check(kept, NASDirection.UPLINK, message)
    if isinstance(checked, Note):
        return _unverified(state, message.message, context.ue, checked)
    context, stops = _without_repeated_command(context)
    context = replace(context, current=checked, kept=None, ue_ksi=nas.NO_KSI, asked_by=None)
    vector = next(vector for vector in context.vectors if vector.rand == kept.rand)
    state, context, outputs = activate(secured(state, context.ue), context, vector)
    state, outputs = with_context(state, context), (*stops, *outputs)
    if isinstance(message.message, nas.SecurityModeComplete):
        return Step(state, outputs)
    return Opened(state, message.message, outputs)


def _without_repeated_command(context: UEContext) -> tuple[UEContext, tuple[Output, ...]]:
    """The security mode control that runs beside a kept context repeats its COMMAND, and needs no answer any more."""
    if context.procedure is None or context.procedure.stage is not Stage.SECURITY_MODE:
        return context, ()
    return replace(context, procedure=None), (StopTimer(TimerName.T3460, context.imsi),)


def _by_foreign_guti(
    state: MMEState, message: nas.SecurityProtected, context: UEContext | None
) -> Opened[MMEState] | Step[MMEState]:
    """TRACKING AREA UPDATE REQUEST by another MME's GUTI: that MME checks it, so the whole of it is handed over.

    The exception is the request that has brought the context here, and is played back. A context of an earlier stay has
    another key, or the same and lower NAS COUNTs.
    """
    if context is not None and context.current is not None:
        checked = check(context.current, NASDirection.UPLINK, message)
        if isinstance(checked, Note) and is_genuine(context.current, NASDirection.UPLINK, message):
            return Step(state, (checked,))
    return Opened(state, message)


def _is_for_another_mme(state: MMEState, message: nas.PlainNAS, context: UEContext | None) -> bool:
    """Not so where the GUTI is valid here, too: of a UE that came with it and has not got another one yet."""
    if not isinstance(message, nas.TrackingAreaUpdateRequest) or not is_foreign(state, message.guti):
        return False
    return context is None or message.guti not in context.gutis


def _unverified(state: MMEState, message: nas.PlainNAS, source: str, why: Note) -> Opened[MMEState] | Step[MMEState]:
    """A message that is not protected, or does not verify (TS 24.301 §4.4.4.3)."""
    if connection_of(state, source).is_secure:
        return dropped(state, Remark.NOT_SECURED, *why.as_reason)
    if not isinstance(message, PROCESSED_UNVERIFIED):
        return Step(state, (why,))
    context = context_of_ue(state, source)
    if context is not None and context.is_detached and isinstance(message, nas.ServiceRequest):
        return reject_service(state, source, Remark.REJECTS_UNVERIFIED)
    if context is None or not context.registered:
        return Opened(state, message)
    match message:
        case nas.ServiceRequest():
            return reject_service(state, source, Remark.REJECTS_UNVERIFIED)
        case nas.TrackingAreaUpdateRequest(guti=guti) if guti in context.gutis:
            return authenticate_first(state, context, message)
        case nas.DetachRequest(switch_off=True):
            return dropped(state, Remark.SWITCH_OFF_NOT_VERIFIED)
        case nas.DetachRequest():
            return authenticate_first(state, context, message)
        case _:
            return Opened(state, message)
