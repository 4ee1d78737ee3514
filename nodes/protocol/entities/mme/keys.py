"""Solution 11: the MME derives Ks when the SCEF asks (contribution 2.1 steps 5, 6). Not defined by 3GPP."""

from nodes.protocol.crypto.eps_keys import derive_kn, derive_ks
from nodes.protocol.entities.machine import Note, Send, Step
from nodes.protocol.entities.mme.state import MMEState, UEContext, context_of_guti, has_candidate
from nodes.protocol.messages.key_requests import KeyResult, T6aKeyAnswer, T6aKeyRequest
from nodes.protocol.octets import KN, RAND, Ks
from nodes.protocol.remarks import Remark


def on_t6a_key_request(state: MMEState, message: T6aKeyRequest, source: str) -> Step[MMEState]:
    result, ks, rand = key_for(state, message)
    answer = T6aKeyAnswer(message.origin, message.request, result, ks)
    return Step(state, (Note(_remark(state, message, result), rand=rand, ks=ks), Send(source, answer)))


def _remark(state: MMEState, message: T6aKeyRequest, result: KeyResult) -> Remark:
    if state.options.named_key:
        return _BY_NAME[result]
    context = context_of_guti(state, message.guti)
    is_open = context is not None and has_candidate(state, context)
    return Remark.KEY_IN_QUESTION if is_open else _REMARKS[result]


def key_for(state: MMEState, message: T6aKeyRequest) -> tuple[KeyResult, Ks | None, RAND | None]:
    """Ks of the AV that is active for a GUTI, 32 octets, stored or derived now, or why there is none.

    A context that is marked detached gives none: no AV of it is in use. With the repair `settle_key` there is none,
    either, while it is open which of two the UE uses.
    """
    context = context_of_guti(state, message.guti)
    if context is None:
        return KeyResult.GUTI_UNKNOWN, None, None
    if state.options.named_key:
        return _by_name(context, message.key_name)
    k_asme, rand = context.active_k_asme, context.active_rand
    if k_asme is None or context.is_detached or has_candidate(state, context):
        return KeyResult.NO_KEY_YET, None, None
    ks = derive_ks(k_asme) if context.ks is None else context.ks
    return KeyResult.OK, ks, rand


def _by_name(context: UEContext, name: KN | None) -> tuple[KeyResult, Ks | None, RAND | None]:
    """Repair `named_key`: the Ks of this name, whichever AV is active; a GUTI alone yields none.

    What is kept by name is no EPS security context, and so outlives EMM-DEREGISTERED (TS 24.301 §4.4.2.1).
    """
    if name is None:
        return KeyResult.CONFLICT, None, None
    for k_asme in context.verified:
        if derive_kn(derive_ks(k_asme)) == name:
            rand = next((vector.rand for vector in context.vectors if vector.k_asme == k_asme), None)
            return KeyResult.OK, derive_ks(k_asme), rand
    return KeyResult.NO_KEY_YET, None, None


_REMARKS = {
    KeyResult.OK: Remark.KS_GIVEN_BY_MME,
    KeyResult.GUTI_UNKNOWN: Remark.GUTI_UNKNOWN,
    KeyResult.NO_KEY_YET: Remark.NO_ACTIVE_AV,
}
_BY_NAME = {
    KeyResult.OK: Remark.KS_OF_NAME_BY_MME,
    KeyResult.GUTI_UNKNOWN: Remark.GUTI_UNKNOWN,
    KeyResult.NO_KEY_YET: Remark.NO_KS_OF_NAME,
    KeyResult.CONFLICT: Remark.NO_KEY_NAMED,
}
