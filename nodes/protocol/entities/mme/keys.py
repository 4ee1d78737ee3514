"""Solution 11: the MME derives Ks when the SCEF asks (contribution 2.1 steps 5, 6). Not defined by 3GPP."""

from nodes.protocol.crypto.eps_keys import derive_ks
from nodes.protocol.entities.key_names import is_name_of
from nodes.protocol.entities.machine import Note, Send, Step
from nodes.protocol.entities.mme.state import MMEState, context_of_guti
from nodes.protocol.messages.key_requests import KeyResult, T6aKeyAnswer, T6aKeyRequest
from nodes.protocol.octets import RAND, Ks
from nodes.protocol.remarks import Remark


def on_t6a_key_request(state: MMEState, message: T6aKeyRequest, source: str) -> Step[MMEState]:
    result, ks, rand = key_for(state, message)
    answer = T6aKeyAnswer(message.origin, message.request, result, ks)
    return Step(state, (Note(_REMARKS[result], rand=rand, ks=ks), Send(source, answer)))


def key_for(state: MMEState, message: T6aKeyRequest) -> tuple[KeyResult, Ks | None, RAND | None]:
    """Ks of the AV that is active for a GUTI, 32 octets, stored or derived now, or why there is none.

    A context that is marked detached gives none: no AV of it is in use. A request that names another key gets none. Nor
    does one by name where the MME does not know the RAND of the key: it came over S10 without it.
    """
    context = context_of_guti(state, message.guti)
    if context is None:
        return KeyResult.GUTI_UNKNOWN, None, None
    k_asme, rand = context.active_k_asme, context.active_rand
    if k_asme is None or context.is_detached:
        return KeyResult.NO_KEY_YET, None, None
    if message.key_name is not None and not is_name_of(message.key_name, rand, state.gummei.plmn_id):
        return KeyResult.CONFLICT, None, None
    ks = derive_ks(k_asme) if context.ks is None else context.ks
    return KeyResult.OK, ks, rand


_REMARKS = {
    KeyResult.OK: Remark.KS_GIVEN_BY_MME,
    KeyResult.GUTI_UNKNOWN: Remark.GUTI_UNKNOWN,
    KeyResult.NO_KEY_YET: Remark.NO_ACTIVE_AV,
    KeyResult.CONFLICT: Remark.OTHER_KEY_NAMED_TO_MME,
}
