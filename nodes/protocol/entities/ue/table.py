"""The UE's table: NAS security first, then which message is handled in which phase, which is refused and why."""

from dataclasses import replace
from enum import Enum

from nodes.protocol.entities.machine import (
    Handler,
    Handlers,
    Note,
    Opened,
    Step,
    dropped,
    refuse_all,
)
from nodes.protocol.entities.security import NASDirection, check
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue import messages, procedures
from nodes.protocol.entities.ue.state import UEPhase, UEState
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.application import ProtectedMessage
from nodes.protocol.messages.s1 import ConnectionRelease, Paging, S1Message
from nodes.protocol.remarks import Remark

PLAIN_ALLOWED = (
    # Messages that a UE processes plain until secure exchange is established (TS 24.301 §4.4.4.2).
    nas.IdentityRequest,
    nas.AuthenticationRequest,
    nas.AuthenticationReject,
    nas.AttachReject,
    nas.DetachAccept,
    nas.ServiceReject,
    nas.TrackingAreaUpdateReject,
)


def unwrap(state: UEState, message: object, source: str) -> Opened[UEState] | Step[UEState]:
    """Open NAS security: the partial context is for its SECURITY MODE COMMAND, the current one for all else.

    A SECURITY MODE COMMAND that the MME repeats comes after the UE has switched: then the current one opens it.
    """
    if isinstance(message, S1Message) and source != state.mme:
        return dropped(state, Remark.NO_CONNECTION_TO, source)
    if not isinstance(message, nas.NASMessage):
        return Opened(state, message)
    if not state.connection.is_open:
        return dropped(state, Remark.NO_CONNECTION_IDLE)
    if not isinstance(message, nas.SecurityProtected):
        why = _why_not_plain(state, message)
        return Opened(state, message) if why is None else dropped(state, why)
    is_command = isinstance(message.message, nas.SecurityModeCommand)
    if is_command and state.partial is not None and state.partial.ksi == message.ksi:
        checked = check(state.partial, NASDirection.DOWNLINK, message)
        if isinstance(checked, Note):
            return _security_mode_reject(state, checked, source)
        return Opened(replace(state, partial=checked), message.message)
    checked = check(state.current, NASDirection.DOWNLINK, message)
    if isinstance(checked, Note):
        return Step(state, (checked,))
    return Opened(replace(state, current=checked, connection=state.connection.secured()), message.message)


def _why_not_plain(state: UEState, message: nas.PlainNAS) -> Remark | None:
    """Why a plain message is discarded, or None (TS 24.301 §4.4.4.2, §5.4.2.7 l)."""
    if state.connection.is_secure:
        return Remark.NOT_PROTECTED_ONCE_SECURE
    if not isinstance(message, PLAIN_ALLOWED):
        return Remark.NOT_PROTECTED
    is_challenged = state.answered is not None or state.failures
    if isinstance(message, nas.AuthenticationReject) and not is_challenged:
        return Remark.REJECT_UNEXPECTED
    return None


def _security_mode_reject(state: UEState, why: Note, source: str) -> Step[UEState]:
    """A SECURITY MODE COMMAND that cannot be accepted (TS 24.301 §5.4.3.5)."""
    cause = nas.EMMCause.SECURITY_MODE_REJECTED_UNSPECIFIED
    note = Note(Remark.COMMAND_NOT_ACCEPTED, values=why.as_reason)
    return messages.reject_security_mode(state, source, cause, note)


NAS_TO_UE = (
    nas.AttachAccept,
    nas.AttachReject,
    nas.DetachAccept,
    nas.AuthenticationRequest,
    nas.AuthenticationReject,
    nas.IdentityRequest,
    nas.SecurityModeCommand,
    nas.GUTIReallocationCommand,
    nas.ServiceAccept,
    nas.ServiceReject,
    nas.TrackingAreaUpdateAccept,
    nas.TrackingAreaUpdateReject,
)
INCOMING = (*NAS_TO_UE, ConnectionRelease, Paging, ProtectedMessage)

_ALWAYS: dict[type, Handler] = {
    ConnectionRelease: messages.on_connection_release,
    Paging: messages.on_paging,
    ProtectedMessage: messages.on_protected_message,
}
_CHALLENGED: dict[type, Handler] = {
    **_ALWAYS,
    nas.AuthenticationRequest: messages.on_authentication_request,
    nas.AuthenticationReject: messages.on_authentication_reject,
    nas.IdentityRequest: messages.on_identity_request,
    nas.SecurityModeCommand: messages.on_security_mode_command,
}

_BY_PHASE: dict[UEPhase, dict[type, Handler]] = {
    UEPhase.DEREGISTERED: _ALWAYS,
    UEPhase.ATTEMPTING_TO_ATTACH: _ALWAYS,
    UEPhase.ATTEMPTING_TO_UPDATE: _ALWAYS,
    UEPhase.REGISTERED_INITIATED: {
        **_CHALLENGED,
        nas.AttachAccept: messages.on_attach_accept,
        nas.AttachReject: messages.on_attach_reject,
    },
    UEPhase.REGISTERED: {
        **_CHALLENGED,
        nas.AttachAccept: messages.on_repeated_attach_accept,
        nas.GUTIReallocationCommand: messages.on_guti_reallocation_command,
        nas.TrackingAreaUpdateAccept: messages.on_repeated_tracking_area_update_accept,
    },
    UEPhase.SERVICE_REQUEST_INITIATED: {
        **_CHALLENGED,
        nas.ServiceAccept: messages.on_service_accept,
        nas.ServiceReject: messages.on_service_reject,
    },
    UEPhase.TRACKING_AREA_UPDATING_INITIATED: {
        **_CHALLENGED,
        nas.TrackingAreaUpdateAccept: messages.on_tracking_area_update_accept,
        nas.TrackingAreaUpdateReject: messages.on_tracking_area_update_reject,
    },
    # TS 24.301 §5.5.2.2.4 e: challenges are answered, GUTI REALLOCATION COMMAND is ignored.
    UEPhase.DEREGISTERED_INITIATED: {**_CHALLENGED, nas.DetachAccept: messages.on_detach_accept},
}

_WHY = {
    UEPhase.DEREGISTERED: Remark.UE_HAS_NO_PROCEDURE,
    UEPhase.ATTEMPTING_TO_ATTACH: Remark.UE_WAITS_TO_ATTACH,
    UEPhase.ATTEMPTING_TO_UPDATE: Remark.UE_WAITS_TO_UPDATE,
    UEPhase.REGISTERED_INITIATED: Remark.UE_IS_ATTACHING,
    UEPhase.REGISTERED: Remark.UE_STARTED_NO_SUCH_PROCEDURE,
    UEPhase.SERVICE_REQUEST_INITIATED: Remark.UE_WAITS_FOR_SERVICE_ACCEPT,
    UEPhase.TRACKING_AREA_UPDATING_INITIATED: Remark.UE_WAITS_FOR_UPDATE_ACCEPT,
    UEPhase.DEREGISTERED_INITIATED: Remark.UE_IS_DETACHING,
}


_COMMAND = nas.GUTIReallocationCommand
_IGNORED: dict[tuple[Enum, type], Remark] = {
    (UEPhase.TRACKING_AREA_UPDATING_INITIATED, _COMMAND): Remark.IGNORED_IN_UPDATE,
    (UEPhase.DEREGISTERED_INITIATED, _COMMAND): Remark.IGNORED_IN_DETACH,
}


def _refusals() -> dict[tuple[Enum, type], Remark]:
    refused: dict[tuple[Enum, type], Remark] = {}
    for phase, handled in _BY_PHASE.items():
        refused |= refuse_all(phase, tuple(t for t in INCOMING if t not in handled), _WHY[phase])
    return refused | _IGNORED


HANDLERS = Handlers(
    phases=UEPhase,
    phase=lambda state, _message, _source: state.phase,
    incoming=INCOMING,
    messages={(phase, kind): handler for phase, table in _BY_PHASE.items() for kind, handler in table.items()},
    refusals=_refusals(),
    expiries={
        TimerName.T3402: procedures.on_t3402_expiry,
        TimerName.T3410: procedures.on_t3410_expiry,
        TimerName.T3411: procedures.on_t3411_expiry,
        TimerName.T3416: procedures.on_t3416_expiry,
        TimerName.T3417: procedures.on_t3417_expiry,
        TimerName.T3418: procedures.on_t3418_expiry,
        TimerName.T3420: procedures.on_t3420_expiry,
        TimerName.T3421: procedures.on_t3421_expiry,
        TimerName.T3430: procedures.on_t3430_expiry,
    },
    commands={
        commands.Attach: procedures.attach,
        commands.Detach: procedures.detach,
        commands.PowerCycle: procedures.power_cycle,
        commands.Access: procedures.access,
        commands.UpdateTrackingArea: procedures.update_tracking_area,
        commands.OpenApplicationSession: procedures.open_session,
        commands.SendReading: procedures.send_reading,
    },
    unwrap=unwrap,
    lower_layer_failure=procedures.lower_layer_failure,
)
