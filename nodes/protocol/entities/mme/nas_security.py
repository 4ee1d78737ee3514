"""NAS security at the MME: which context opens a message, before the table is asked."""

from dataclasses import replace

from nodes.protocol.entities.machine import Step, dropped
from nodes.protocol.entities.mme import attach, tau
from nodes.protocol.entities.mme.state import MMEState, Stage, UEContext, context_of_ue, with_context
from nodes.protocol.entities.security import NASDirection, check, is_genuine
from nodes.protocol.messages import nas

PLAIN_ALLOWED = (
    # TS 24.301 §4.4.4.3 has DETACH REQUEST, DETACH ACCEPT and TRACKING AREA UPDATE REQUEST as well: a UE of a lab
    # always has a context to protect these with.
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
    if isinstance(message.message, nas.TrackingAreaUpdateRequest) and message.message.guti.gummei != state.gummei:
        return _by_foreign_guti(state, message, context)
    if context is None:
        # Without a context the MAC cannot be checked; detach, service request and TAU are answered all the same.
        return state, message.message
    procedure = context.procedure
    if procedure is not None and procedure.partial is not None and procedure.partial.ksi == message.ksi:
        if isinstance(message.message, nas.TrackingAreaUpdateRequest | nas.ServiceRequest):
            # The UE uses the new context, which the MME gives up for what the UE starts (TS 24.301 §5.4.3.7 c).
            return _of_other_context(state, message, context)
        checked = check(procedure.partial, NASDirection.UPLINK, message)
        if isinstance(checked, str):
            return dropped(state, checked)
        context = replace(context, procedure=replace(procedure, partial=checked), asked_by=None)
        return with_context(state, context), message.message
    if context.current is None or context.current.ksi != message.ksi:
        return _of_other_context(state, message, context)
    checked = check(context.current, NASDirection.UPLINK, message)
    if isinstance(checked, str):
        return dropped(state, checked)
    return with_context(state, replace(context, current=checked, asked_by=None)), message.message


def _by_foreign_guti(
    state: MMEState, message: nas.SecurityProtected, context: UEContext | None
) -> tuple[MMEState, object] | Step[MMEState]:
    """TRACKING AREA UPDATE REQUEST by another MME's GUTI: that MME checks it, so the whole of it is handed over.

    The exception is the request that has brought the context here and comes again. A context of an earlier stay has
    another key, or the same and lower NAS COUNTs.
    """
    if context is None or context.current is None or not is_genuine(context.current, NASDirection.UPLINK, message):
        return state, message
    checked = check(context.current, NASDirection.UPLINK, message)
    if isinstance(checked, str):
        return dropped(state, checked)
    if context.procedure is not None and context.procedure.stage is Stage.TAU_ACCEPT:
        return with_context(state, replace(context, current=checked)), message.message
    return state, message


_OTHER_CONTEXT = "the UE uses a security context the MME does not have"


def _of_other_context(
    state: MMEState, message: nas.SecurityProtected, context: UEContext
) -> tuple[MMEState, object] | Step[MMEState]:
    """The UE uses an EPS security context that the MME does not have (TS 24.301 §4.4.4.3)."""
    match message.message:
        case nas.ServiceRequest():
            return attach.reject_service(state, context.ue, _OTHER_CONTEXT)
        case nas.TrackingAreaUpdateRequest(guti=guti) if context.registered and guti in context.gutis:
            return tau.authenticate_first(state, context, guti)
        case nas.TrackingAreaUpdateRequest():
            return tau.reject(state, context.ue, _OTHER_CONTEXT)
        case _:
            return dropped(state, f"no EPS security context for eKSI {message.ksi}")
