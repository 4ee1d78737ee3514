"""The MME's table: which message is handled in which phase, which is refused and why."""

from enum import Enum

from nodes.protocol.entities.machine import Handler, Handlers, refuse_all
from nodes.protocol.entities.mme import (
    attach,
    authentication,
    detach,
    identity,
    keys,
    location,
    lower_layer,
    push,
    s10,
    service,
    tau,
)
from nodes.protocol.entities.mme.nas_security import unwrap
from nodes.protocol.entities.mme.restart import restart
from nodes.protocol.entities.mme.state import MMEState, Stage, context_of_ue, is_arriving, is_unidentified
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.key_requests import T6aKeyRequest
from nodes.protocol.messages.pushes import ActiveVectorPushAnswer, GUTIWithdrawalAnswer
from nodes.protocol.messages.s6a import AuthenticationInformationAnswer, CancelLocationRequest, UpdateLocationAnswer
from nodes.protocol.messages.s10 import ContextAcknowledge, ContextRequest, ContextResponse
from nodes.protocol.remarks import Remark


class MMEPhase(Enum):
    """What the MME knows of the UE that sends, and what it waits for."""

    UNKNOWN = "no UE context"
    IDENTIFICATION = "identification"
    REGISTERED = "registered"
    DETACHED = "context marked detached"
    PAGING = Stage.PAGING.value
    VECTORS = Stage.VECTORS.value
    AUTHENTICATION = Stage.AUTHENTICATION.value
    IDENTITY = Stage.IDENTITY.value
    SECURITY_MODE = Stage.SECURITY_MODE.value
    ATTACH_ACCEPT = Stage.ATTACH_ACCEPT.value
    GUTI_WITHDRAWAL = Stage.GUTI_WITHDRAWAL.value
    GUTI_REALLOCATION = Stage.GUTI_REALLOCATION.value
    TAU_ACCEPT = Stage.TAU_ACCEPT.value
    ARRIVING = "context asked for on S10"
    CORE = "towards HSS, SCEF and other MMEs"


def phase(state: MMEState, message: object, source: str) -> MMEPhase:
    """The phase of the sending UE; messages of the core network have one of their own."""
    if isinstance(message, CORE_INCOMING):
        return MMEPhase.CORE
    if is_unidentified(state, source):
        return MMEPhase.IDENTIFICATION
    if is_arriving(state, source):
        return MMEPhase.ARRIVING
    context = context_of_ue(state, source)
    if context is None:
        return MMEPhase.UNKNOWN
    if context.procedure is None:
        return MMEPhase.DETACHED if context.is_detached else MMEPhase.REGISTERED
    return MMEPhase(context.procedure.stage.value)


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
    nas.TrackingAreaUpdateRequest,
    nas.TrackingAreaUpdateComplete,
    # TRACKING AREA UPDATE REQUEST by a GUTI of another MME, whole.
    nas.SecurityProtected,
)
CORE_INCOMING = (
    AuthenticationInformationAnswer,
    UpdateLocationAnswer,
    CancelLocationRequest,
    ActiveVectorPushAnswer,
    GUTIWithdrawalAnswer,
    T6aKeyRequest,
    ContextRequest,
    ContextResponse,
    ContextAcknowledge,
)
INCOMING = (*NAS_INCOMING, *CORE_INCOMING)

_ALWAYS: dict[type, Handler] = {
    nas.AttachRequest: attach.on_attach_request,
    nas.DetachRequest: detach.on_detach_request,
}

_BY_PHASE: dict[MMEPhase, dict[type, Handler]] = {
    MMEPhase.UNKNOWN: {
        nas.AttachRequest: attach.on_attach_request,
        nas.DetachRequest: detach.on_detach_request_of_unknown,
        nas.ServiceRequest: service.on_service_request_of_unknown,
        nas.TrackingAreaUpdateRequest: tau.on_tracking_area_update_request_of_unknown,
        nas.SecurityProtected: s10.on_tracking_area_update_request_by_foreign_guti,
    },
    MMEPhase.IDENTIFICATION: {
        nas.AttachRequest: attach.on_attach_request,
        nas.IdentityResponse: attach.on_identity_response,
    },
    MMEPhase.ARRIVING: {
        nas.AttachRequest: attach.on_attach_request,
        nas.SecurityProtected: s10.on_tracking_area_update_request_by_foreign_guti,
    },
    MMEPhase.REGISTERED: {
        **_ALWAYS,
        nas.ServiceRequest: service.on_service_request,
        nas.TrackingAreaUpdateRequest: tau.on_tracking_area_update_request,
        nas.SecurityProtected: s10.on_tracking_area_update_request_by_foreign_guti,
    },
    MMEPhase.DETACHED: {
        **_ALWAYS,
        nas.ServiceRequest: service.on_service_request_of_detached,
        nas.TrackingAreaUpdateRequest: tau.on_tracking_area_update_request_of_detached,
        nas.SecurityProtected: s10.on_tracking_area_update_request_by_foreign_guti,
    },
    MMEPhase.PAGING: {
        **_ALWAYS,
        nas.ServiceRequest: service.on_service_request_after_paging,
        nas.TrackingAreaUpdateRequest: service.on_tracking_area_update_request_after_paging,
        nas.SecurityProtected: s10.on_tracking_area_update_request_by_foreign_guti,
    },
    MMEPhase.VECTORS: {
        **_ALWAYS,
        nas.TrackingAreaUpdateRequest: tau.on_tracking_area_update_request_in_a_challenge,
    },
    MMEPhase.AUTHENTICATION: {
        **_ALWAYS,
        nas.TrackingAreaUpdateRequest: tau.on_tracking_area_update_request_in_a_challenge,
        nas.AuthenticationResponse: authentication.on_authentication_response,
        nas.AuthenticationFailure: authentication.on_authentication_failure,
    },
    MMEPhase.IDENTITY: {
        **_ALWAYS,
        nas.TrackingAreaUpdateRequest: tau.on_tracking_area_update_request_in_a_challenge,
        nas.IdentityResponse: attach.on_identity_response_after_failure,
    },
    MMEPhase.SECURITY_MODE: {
        **_ALWAYS,
        nas.SecurityModeComplete: authentication.on_security_mode_complete,
        nas.SecurityModeReject: authentication.on_security_mode_reject,
        nas.TrackingAreaUpdateRequest: tau.on_tracking_area_update_request_in_a_procedure,
    },
    MMEPhase.ATTACH_ACCEPT: {
        **_ALWAYS,
        nas.AttachComplete: attach.on_attach_complete,
        nas.TrackingAreaUpdateRequest: tau.on_tracking_area_update_request_before_attach_complete,
    },
    MMEPhase.GUTI_WITHDRAWAL: {
        **_ALWAYS,
        nas.TrackingAreaUpdateRequest: tau.on_tracking_area_update_request_in_a_procedure,
    },
    MMEPhase.GUTI_REALLOCATION: {
        **_ALWAYS,
        nas.GUTIReallocationComplete: identity.on_guti_reallocation_complete,
        nas.TrackingAreaUpdateRequest: tau.on_tracking_area_update_request_in_a_procedure,
    },
    MMEPhase.TAU_ACCEPT: {
        **_ALWAYS,
        nas.DetachRequest: detach.on_detach_request_before_update_complete,
        nas.TrackingAreaUpdateRequest: tau.on_repeated_tracking_area_update_request,
        nas.TrackingAreaUpdateComplete: tau.on_tracking_area_update_complete,
    },
    MMEPhase.CORE: {
        UpdateLocationAnswer: location.on_update_location_answer,
        CancelLocationRequest: location.on_cancel_location_request,
        AuthenticationInformationAnswer: authentication.on_authentication_information_answer,
        ActiveVectorPushAnswer: push.on_active_vector_push_answer,
        GUTIWithdrawalAnswer: identity.on_guti_withdrawal_answer,
        T6aKeyRequest: keys.on_t6a_key_request,
        ContextRequest: s10.on_context_request,
        ContextResponse: s10.on_context_response,
        ContextAcknowledge: s10.on_context_acknowledge,
    },
}

_WHY = {
    MMEPhase.UNKNOWN: Remark.MME_HAS_NO_CONTEXT,
    MMEPhase.IDENTIFICATION: Remark.MME_WAITS_FOR_IDENTITY,
    MMEPhase.REGISTERED: Remark.NO_SUCH_PROCEDURE_RUNS,
    MMEPhase.DETACHED: Remark.UE_NOT_REGISTERED_ANY_MORE,
    MMEPhase.PAGING: Remark.MME_PAGES,
    MMEPhase.VECTORS: Remark.MME_WAITS_FOR_VECTORS,
    MMEPhase.IDENTITY: Remark.MME_WAITS_FOR_IDENTITY,
    MMEPhase.AUTHENTICATION: Remark.MME_WAITS_FOR_RESPONSE,
    MMEPhase.SECURITY_MODE: Remark.MME_WAITS_FOR_SECURITY_MODE_COMPLETE,
    MMEPhase.ATTACH_ACCEPT: Remark.MME_WAITS_FOR_ATTACH_COMPLETE,
    MMEPhase.GUTI_WITHDRAWAL: Remark.MME_WITHDRAWS_FIRST,
    MMEPhase.GUTI_REALLOCATION: Remark.MME_WAITS_FOR_REALLOCATION_COMPLETE,
    MMEPhase.TAU_ACCEPT: Remark.MME_WAITS_FOR_UPDATE_COMPLETE,
    MMEPhase.ARRIVING: Remark.MME_WAITS_FOR_CONTEXT,
    MMEPhase.CORE: Remark.NOT_OF_THE_CORE,
}


def _refusals() -> dict[tuple[Enum, type], Remark]:
    refused: dict[tuple[Enum, type], Remark] = {}
    for each, handled in _BY_PHASE.items():
        wanted = CORE_INCOMING if each is MMEPhase.CORE else NAS_INCOMING
        refused |= refuse_all(each, tuple(t for t in wanted if t not in handled), _WHY[each])
        others = NAS_INCOMING if each is MMEPhase.CORE else CORE_INCOMING
        refused |= refuse_all(each, others, Remark.OTHER_REFERENCE_POINT)
    return refused


HANDLERS = Handlers(
    phases=MMEPhase,
    phase=phase,
    incoming=INCOMING,
    messages={(each, kind): handler for each, table in _BY_PHASE.items() for kind, handler in table.items()},
    refusals=_refusals(),
    expiries={
        TimerName.T3413: service.on_t3413_expiry,
        TimerName.T3450: attach.on_t3450_expiry,
        TimerName.T3460: authentication.on_t3460_expiry,
        TimerName.T3470: attach.on_t3470_expiry,
        TimerName.LOCATION: location.on_location_expiry,
        TimerName.S6A: authentication.on_s6a_expiry,
        TimerName.PUSH: push.on_push_expiry,
        TimerName.S10: s10.on_s10_expiry,
        TimerName.WITHDRAWAL: identity.on_withdrawal_expiry,
        TimerName.GUTI_PERIOD: identity.on_guti_period_expiry,
    },
    commands={
        commands.Reauthenticate: authentication.reauthenticate,
        commands.ReallocateGUTI: identity.reallocate,
        commands.ReleaseConnection: lower_layer.release_connection,
    },
    unwrap=unwrap,
    restart=restart,
    lower_layer_failure=lower_layer.lower_layer_failure,
)
