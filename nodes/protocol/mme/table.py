"""The MME's table: which message is handled in which phase, which is refused and why."""

from dataclasses import replace
from enum import Enum

from nodes.protocol.machine import Handler, Handlers, Step, dropped, refuse_all
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.key_requests import T6aKeyRequest
from nodes.protocol.messages.pushes import ActiveVectorPushAnswer
from nodes.protocol.messages.s6a import AuthenticationInformationAnswer
from nodes.protocol.mme import attach, authentication, identity, keys, push
from nodes.protocol.mme.state import MMEState, Stage, context_of_ue, with_context
from nodes.protocol.security import NASDirection, check
from nodes.protocol.timers import TimerName


class MMEPhase(Enum):
    """What the MME knows of the UE that sends, and what it waits for."""

    UNKNOWN = "no UE context"
    IDENTIFICATION = "identification"
    IDLE = "registered"
    VECTORS = Stage.VECTORS.value
    AUTHENTICATION = Stage.AUTHENTICATION.value
    SECURITY_MODE = Stage.SECURITY_MODE.value
    ATTACH_ACCEPT = Stage.ATTACH_ACCEPT.value
    GUTI_REALLOCATION = Stage.GUTI_REALLOCATION.value
    CORE = "towards HSS and SCEF"


def phase(state: MMEState, message: object, source: str) -> MMEPhase:
    """The phase of the sending UE; messages of the core network have one of their own."""
    if isinstance(message, CORE_INCOMING):
        return MMEPhase.CORE
    if any(waiting.ue == source for waiting in state.unidentified):
        return MMEPhase.IDENTIFICATION
    context = context_of_ue(state, source)
    if context is None:
        return MMEPhase.UNKNOWN
    return MMEPhase.IDLE if context.procedure is None else MMEPhase(context.procedure.stage.value)


PLAIN_ALLOWED = (
    # Messages that an MME processes without integrity protection (TS 24.301 §4.4.4.3; the list is from memory).
    nas.AttachRequest,
    nas.IdentityResponse,
    nas.AuthenticationResponse,
    nas.AuthenticationFailure,
    nas.SecurityModeReject,
)


def unwrap(state: MMEState, message: object, source: str) -> tuple[MMEState, object] | Step[MMEState]:
    """Open NAS security with the context that the eKSI names: the partial one after a challenge, else the current."""
    if isinstance(message, nas.PlainNAS) and not isinstance(message, PLAIN_ALLOWED):
        return dropped(state, "not integrity protected")
    if not isinstance(message, nas.SecurityProtected):
        return state, message
    context = context_of_ue(state, source)
    if context is None:
        # Without a context the MAC cannot be checked; detach and service request are answered all the same.
        return state, message.message
    procedure = context.procedure
    if procedure is not None and procedure.partial is not None and procedure.partial.ksi == message.ksi:
        checked = check(procedure.partial, NASDirection.UPLINK, message)
        if isinstance(checked, str):
            return dropped(state, checked)
        context = replace(context, procedure=replace(procedure, partial=checked))
        return with_context(state, context), message.message
    if context.current is None or context.current.ksi != message.ksi:
        return _of_other_context(state, message, source)
    checked = check(context.current, NASDirection.UPLINK, message)
    if isinstance(checked, str):
        return dropped(state, checked)
    return with_context(state, replace(context, current=checked)), message.message


def _of_other_context(
    state: MMEState, message: nas.SecurityProtected, source: str
) -> tuple[MMEState, object] | Step[MMEState]:
    """The UE uses an EPS security context that the MME does not have."""
    if isinstance(message.message, nas.ServiceRequest):
        return attach.reject_service(state, source, "the UE uses a security context the MME does not have")
    return dropped(state, f"no EPS security context for eKSI {message.ksi}")


NAS_INCOMING = (
    nas.AttachRequest,
    nas.AttachComplete,
    nas.IdentityResponse,
    nas.AuthenticationResponse,
    nas.AuthenticationFailure,
    nas.SecurityModeComplete,
    nas.SecurityModeReject,
    nas.GUTIReallocationComplete,
    nas.DetachRequest,
    nas.ServiceRequest,
)
CORE_INCOMING = (AuthenticationInformationAnswer, ActiveVectorPushAnswer, T6aKeyRequest)
INCOMING = (*NAS_INCOMING, *CORE_INCOMING)

_ALWAYS: dict[type, Handler] = {
    nas.AttachRequest: attach.on_attach_request,
    nas.DetachRequest: attach.on_detach_request,
}

_BY_PHASE: dict[MMEPhase, dict[type, Handler]] = {
    MMEPhase.UNKNOWN: {
        nas.AttachRequest: attach.on_attach_request,
        nas.DetachRequest: attach.on_detach_request_of_unknown,
        nas.ServiceRequest: attach.on_service_request_of_unknown,
    },
    MMEPhase.IDENTIFICATION: {
        nas.AttachRequest: attach.on_attach_request,
        nas.IdentityResponse: attach.on_identity_response,
    },
    MMEPhase.IDLE: {**_ALWAYS, nas.ServiceRequest: attach.on_service_request},
    MMEPhase.VECTORS: _ALWAYS,
    MMEPhase.AUTHENTICATION: {
        **_ALWAYS,
        nas.AuthenticationResponse: authentication.on_authentication_response,
        nas.AuthenticationFailure: authentication.on_authentication_failure,
    },
    MMEPhase.SECURITY_MODE: {
        **_ALWAYS,
        nas.SecurityModeComplete: authentication.on_security_mode_complete,
        nas.SecurityModeReject: authentication.on_security_mode_reject,
    },
    MMEPhase.ATTACH_ACCEPT: {**_ALWAYS, nas.AttachComplete: attach.on_attach_complete},
    MMEPhase.GUTI_REALLOCATION: {
        **_ALWAYS,
        nas.GUTIReallocationComplete: identity.on_guti_reallocation_complete,
    },
    MMEPhase.CORE: {
        AuthenticationInformationAnswer: authentication.on_authentication_information_answer,
        ActiveVectorPushAnswer: push.on_active_vector_push_answer,
        T6aKeyRequest: keys.on_t6a_key_request,
    },
}

_WHY = {
    MMEPhase.UNKNOWN: "the MME has no context of this UE",
    MMEPhase.IDENTIFICATION: "the MME waits for IDENTITY RESPONSE",
    MMEPhase.IDLE: "no such procedure runs",
    MMEPhase.VECTORS: "the MME waits for AVs",
    MMEPhase.AUTHENTICATION: "the MME waits for AUTHENTICATION RESPONSE",
    MMEPhase.SECURITY_MODE: "the MME waits for SECURITY MODE COMPLETE",
    MMEPhase.ATTACH_ACCEPT: "the MME waits for ATTACH COMPLETE",
    MMEPhase.GUTI_REALLOCATION: "the MME waits for GUTI REALLOCATION COMPLETE",
    MMEPhase.CORE: "a NAS message, not one of the core network",
}


def _refusals() -> dict[tuple[Enum, type], str]:
    refused: dict[tuple[Enum, type], str] = {}
    for each, handled in _BY_PHASE.items():
        wanted = CORE_INCOMING if each is MMEPhase.CORE else NAS_INCOMING
        refused |= refuse_all(each, tuple(t for t in wanted if t not in handled), _WHY[each])
        others = NAS_INCOMING if each is MMEPhase.CORE else CORE_INCOMING
        refused |= refuse_all(each, others, "this phase is of another reference point")
    return refused


HANDLERS = Handlers(
    phases=MMEPhase,
    phase=phase,
    incoming=INCOMING,
    messages={(each, kind): handler for each, table in _BY_PHASE.items() for kind, handler in table.items()},
    refusals=_refusals(),
    expiries={
        TimerName.T3450: attach.on_t3450_expiry,
        TimerName.T3460: authentication.on_t3460_expiry,
        TimerName.T3470: attach.on_t3470_expiry,
        TimerName.S6A: authentication.on_s6a_expiry,
        TimerName.PUSH: push.on_push_expiry,
        TimerName.GUTI_PERIOD: identity.on_guti_period_expiry,
    },
    commands={
        commands.Reauthenticate: authentication.reauthenticate,
        commands.ReallocateGUTI: identity.reallocate,
    },
    unwrap=unwrap,
)
