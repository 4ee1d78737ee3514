"""Security mode control at the MME (TS 24.301 §5.4.3): its COMMAND, and which AV and key are in use.

Repair `settle_key`, not defined by 3GPP: a security mode control that ends without an answer leaves two keys of which
the UE may use either, the current one and the *candidate*. Until a message of the UE tells which, the MME gives no key
and pushes none. Three things settle it:

- an uplink message under the candidate;
- the first message of a new connection under the current key: with the old connection every COMMAND on its way to the
  UE was lost;
- the same COMMAND once more, where the old one met a tracking area update on the same connection: the UE answers it
  under the candidate whether it had got the first one or not.

Where the UE is silent, the MME releases the connection and pages it.
"""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, NoteKind, Output, Send, StartTimer, Step
from nodes.protocol.entities.mme.connections import connection_of
from nodes.protocol.entities.mme.paging import page
from nodes.protocol.entities.mme.push import start_push
from nodes.protocol.entities.mme.state import (
    MMEState,
    MovedKey,
    Paged,
    Procedure,
    Stage,
    UEContext,
    Vector,
    VectorStatus,
    context_of,
    has_candidate,
    restatus,
    with_context,
    with_status,
)
from nodes.protocol.entities.security import NASDirection, SecurityContext, protect
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.identities import IMSI
from nodes.protocol.messages import nas
from nodes.protocol.remarks import Remark


def activate(state: MMEState, context: UEContext, vector: Vector) -> tuple[MMEState, UEContext, tuple[Output, ...]]:
    """This AV is the active one from now on (contribution 2.1 step 3, 2.2 step 4)."""
    context, note = activated(state, context, vector)
    state, context, outputs = start_push(state, context)
    return state, context, (note, *outputs)


def activated(state: MMEState, context: UEContext, vector: Vector) -> tuple[UEContext, Note]:
    context = restatus(context, VectorStatus.ACTIVE, VectorStatus.USED)
    context = replace(with_status(context, vector.rand, VectorStatus.ACTIVE), moved=None)
    if state.options.store_ks:
        context = replace(context, ks=SecurityContext(0, vector.rand, vector.k_asme).ks)
    return context, Note(Remark.ACTIVE, NoteKind.ACTIVE, vector.rand)


def send_security_mode_command(
    state: MMEState, context: UEContext, procedure: Procedure, partial: SecurityContext
) -> Step[MMEState]:
    command = nas.SecurityModeCommand(partial.ksi, context.ue_network_capability)
    partial, protected = protect(partial, NASDirection.DOWNLINK, command)
    # A context that is kept meanwhile is the one whose COMMAND goes out again: its NAS COUNT goes with it.
    kept = None if context.kept is None else partial
    context = replace(context, procedure=replace(procedure, partial=partial), kept=kept)
    timer = StartTimer(TimerName.T3460, context.imsi)
    return Step(with_context(state, context), (Send(context.ue, protected), timer))


# Repair `settle_key`


def command_again(step: Step[MMEState], imsi: IMSI) -> Step[MMEState]:
    """What met the security mode control is done: COMMAND goes out again for the candidate, if there is one."""
    context = context_of(step.state, imsi)
    if context is None or context.kept is None or context.procedure is not None:
        return step
    if not has_candidate(step.state, context) or not connection_of(step.state, context.ue).is_open:
        return step
    procedure = Procedure(Stage.SECURITY_MODE, attach=False, partial=context.kept)
    sent = send_security_mode_command(step.state, context, procedure, context.kept)
    note = Note(Remark.COMMAND_TO_SETTLE, rand=context.kept.rand)
    return Step(sent.state, (*step.outputs, note, *sent.outputs))


def page_to_settle(step: Step[MMEState], imsi: IMSI) -> Step[MMEState]:
    """The connection is gone: page the UE, if it is open which of two keys it uses."""
    context = context_of(step.state, imsi)
    if context is None or context.procedure is not None or not has_candidate(step.state, context):
        return step
    paged = page(step.state, context, Paged.SETTLING)
    return Step(paged.state, (*step.outputs, *paged.outputs))


def is_in_question(state: MMEState, context: UEContext) -> bool:
    """Whether something is to be settled once the UE has refused a COMMAND: a candidate, or what RES verified did."""
    current = context.current
    is_other_active = current is not None and context.active_k_asme != current.k_asme
    return has_candidate(state, context) or (state.options.settle_key and is_other_active)


def keep_current(step: Step[MMEState], imsi: IMSI) -> Step[MMEState]:
    """The UE has not taken the candidate: the current security context stays, its AV is active and pushed again.

    The push tells the SCEF what it was not told meanwhile, and takes back what was pushed at RES verified.

    Raises:
        LookupError: there is no current security context, so nothing was in question.
    """
    context = context_of(step.state, imsi)
    current = None if context is None else context.current
    if context is None or current is None:
        raise LookupError(f"no key of {imsi} is in use")
    context = replace(context, kept=None)
    if context.active_k_asme != current.k_asme:
        context = _reactivated(context, current)
    state, context, pushed = start_push(step.state, context)
    note = Note(Remark.KEY_SETTLED, rand=current.rand)
    return Step(with_context(state, context), (*step.outputs, note, *pushed))


def _reactivated(context: UEContext, current: SecurityContext) -> UEContext:
    """With `active_when` res-verified the candidate was counted as active, and is so no more."""
    context = restatus(context, VectorStatus.ACTIVE, VectorStatus.USED)
    context = replace(context, ks=None if context.ks is None else current.ks)
    if not any(vector.k_asme == current.k_asme for vector in context.vectors):
        return replace(context, moved=MovedKey(current.k_asme, current.rand))
    vectors = tuple(
        replace(vector, status=VectorStatus.ACTIVE) if vector.k_asme == current.k_asme else vector
        for vector in context.vectors
    )
    return replace(context, vectors=vectors)
