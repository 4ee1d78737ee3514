"""K_ASME, and what follows from it: NAS keys, K_eNB, and Ks and K_APP, which are not defined by 3GPP."""

from typing import Final

from nodes.protocol.aka import reading
from nodes.protocol.aka.challenge import Challenge
from nodes.protocol.aka.options import Options
from nodes.protocol.aka.subscriber import Subscriber
from nodes.protocol.aka.values import Missing, Values
from nodes.protocol.crypto.eps_keys import (
    derive_k_app,
    derive_k_asme,
    derive_k_enb,
    derive_k_nas_enc,
    derive_k_nas_int,
    derive_ks,
)
from nodes.protocol.identities import PLMNIdentity
from nodes.protocol.octets import KASME

_KEYS: Final = ("k_nas_enc", "k_nas_int", "k_enb", "ks", "k_app")
_NO_PLMN: Final = Missing("--plmn is not given")
_NO_CHALLENGE: Final = Missing("AUTS does not hold the SQN of the challenge; --autn, or --sqn and --amf, do")


def k_asme_of(subscriber: Subscriber, challenge: Challenge | None, plmn_id: PLMNIdentity | None) -> KASME | Missing:
    """K_ASME, 32 octets (TS 33.401 §A.2), or why there is none."""
    if not subscriber.lengths.fit_eps:
        return Missing("EPS takes a MAC of 8, a CK of 16 and an IK of 16 octets (TS 33.401 §6.1.2)")
    if challenge is None:
        return _NO_CHALLENGE
    if plmn_id is None:
        return _NO_PLMN
    functions, rand = subscriber.functions, challenge.rand
    return derive_k_asme(functions.f3(rand), functions.f4(rand), plmn_id, challenge.sqn_xor_ak)


def network_values(plmn_id: PLMNIdentity | None) -> Values:
    """The network's codes, and its identity as K_ASME takes it, 3 octets."""
    return {} if plmn_id is None else {"mcc": plmn_id.mcc, "mnc": plmn_id.mnc, "sn_id": plmn_id.octets}


def key_values(options: Options, k_asme: KASME | Missing) -> Values:
    """K_ASME and every key below it, with the algorithms and the NAS COUNT that they are for.

    Raises:
        OptionError: one of these, or the name of the AS, is not what it should be.
    """
    eea, eia, nas_count = (reading.number(options, name) for name in ("eea", "eia", "nas-count"))
    as_name = reading.as_name(options)
    chosen: Values = {"k_asme": k_asme, "eea": eea, "eia": eia, "nas_count": nas_count}
    if isinstance(k_asme, Missing):
        return {**chosen, **dict.fromkeys(_KEYS, Missing(f"K_ASME is missing: {k_asme.reason}"))}
    ks = derive_ks(k_asme)
    return {
        **chosen,
        "k_nas_enc": derive_k_nas_enc(k_asme, eea),
        "k_nas_int": derive_k_nas_int(k_asme, eia),
        "k_enb": derive_k_enb(k_asme, nas_count),
        "ks": ks,
        "k_app": Missing("--as-name is not given") if as_name is None else derive_k_app(ks, as_name),
    }
