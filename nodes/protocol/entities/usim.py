"""The UE's side of AKA: what ME and USIM check, in their order (TS 33.102 §6.3.3, TS 33.401 §6.1.1)."""

from dataclasses import dataclass

from nodes.protocol.crypto.eps_keys import SEPARATION_BIT, build_auts, derive_k_asme, open_autn, split_autn
from nodes.protocol.crypto.sqn import accept, highest
from nodes.protocol.entities.credentials import Credentials
from nodes.protocol.identities import PLMNIdentity
from nodes.protocol.messages.nas import EMMCause
from nodes.protocol.octets import AUTN, AUTS, KASME, RAND, RES
from nodes.protocol.remarks import Remark


class AUTNRefused(Exception):
    """AUTN is not accepted: the cause, and AUTS (14 octets) for a synch failure."""

    def __init__(self, remark: Remark, cause: EMMCause, auts: AUTS | None = None) -> None:
        super().__init__(remark)
        self.remark = remark
        self.cause = cause
        self.auts = auts


@dataclass(frozen=True, slots=True)
class ChallengeAnswer:
    """RES, K_ASME and the USIM's SEQ array after an accepted challenge."""

    res: RES
    k_asme: KASME
    seqs: tuple[int, ...]


def answer_challenge(
    credentials: Credentials, seqs: tuple[int, ...], rand: RAND, autn: AUTN, plmn_id: PLMNIdentity
) -> ChallengeAnswer:
    """Check AUTN and compute RES and K_ASME.

    Raises:
        AUTNRefused: separation bit (#26), MAC (#20) or SQN (#21) is wrong, checked in this order.
    """
    functions = credentials.functions
    sqn_xor_ak, amf, _ = split_autn(autn)
    if not amf[0] & SEPARATION_BIT:
        raise AUTNRefused(Remark.SEPARATION_BIT_ZERO, EMMCause.NON_EPS_AUTHENTICATION_UNACCEPTABLE)
    sqn = open_autn(functions, rand, autn)
    if sqn is None:
        raise AUTNRefused(Remark.MAC_A_WRONG, EMMCause.MAC_FAILURE)
    accepted = accept(seqs, sqn)
    if accepted is None:
        auts = build_auts(functions, rand, highest(seqs))
        raise AUTNRefused(Remark.SQN_OUT_OF_RANGE, EMMCause.SYNCH_FAILURE, auts)
    k_asme = derive_k_asme(functions.f3(rand), functions.f4(rand), plmn_id, sqn_xor_ak)
    return ChallengeAnswer(functions.f2(rand), k_asme, accepted)
