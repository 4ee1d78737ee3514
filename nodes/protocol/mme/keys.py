"""Solution 11: the MME derives Ks when the SCEF asks (contribution 2.1 steps 5, 6). Not defined by 3GPP."""

from nodes.protocol.crypto.eps_keys import derive_ks
from nodes.protocol.machine import Note, Send, Step
from nodes.protocol.messages.key_requests import KeyResult, T6aKeyAnswer, T6aKeyRequest
from nodes.protocol.mme.state import MMEState, context_of_guti
from nodes.protocol.octets import RAND, Ks


def on_t6a_key_request(state: MMEState, message: T6aKeyRequest, source: str) -> Step[MMEState]:
    result, ks, rand = key_for(state, message)
    answer = T6aKeyAnswer(message.origin, message.request, result, ks)
    return Step(state, (Note(_WORDS[result], rand=rand), Send(source, answer)))


def key_for(state: MMEState, message: T6aKeyRequest) -> tuple[KeyResult, Ks | None, RAND | None]:
    """Ks of the AV that is active for a GUTI, 32 octets, stored or derived now, or why there is none."""
    context = context_of_guti(state, message.guti)
    if context is None:
        return KeyResult.GUTI_UNKNOWN, None, None
    active = context.active
    if active is None:
        return KeyResult.NO_KEY_YET, None, None
    ks = derive_ks(active.k_asme) if context.ks is None else context.ks
    return KeyResult.OK, ks, active.rand


_WORDS = {
    KeyResult.OK: "Ks of the active AV",
    KeyResult.GUTI_UNKNOWN: "GUTI unknown",
    KeyResult.NO_KEY_YET: "no active AV yet",
}
