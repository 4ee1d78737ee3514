"""Hypothesis strategies of protocol values, known to `st.from_type` once this module is imported."""

from hypothesis import strategies as st

from nodes.protocol import octets
from nodes.protocol.identities import GUMMEI, GUTI, IMSI, PLMNIdentity
from nodes.protocol.messages import nas

LENGTHS = {
    octets.K: (16, 32),
    octets.OPc: (16,),
    octets.TOPc: (32,),
    octets.RAND: (16,),
    octets.AUTN: (16,),
    octets.AUTS: (14,),
    octets.RES: (4, 8, 16),
    octets.AMF: (2,),
    octets.KASME: (32,),
    octets.Ks: (32,),
    octets.KN: (8,),
}


def binary(*lengths: int) -> st.SearchStrategy[bytes]:
    return st.sampled_from(lengths).flatmap(lambda length: st.binary(min_size=length, max_size=length))


def digits(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=least, max_size=most)


IMSIS = digits(6, 15).map(IMSI)
PLMN_IDENTITIES = st.builds(PLMNIdentity, mcc=digits(3, 3), mnc=digits(2, 3))
GUMMEIS = st.builds(GUMMEI, plmn_id=PLMN_IDENTITIES, mme_group_id=st.integers(0, 0xFFFF), mme_code=st.integers(0, 0xFF))
GUTIS = st.builds(GUTI, gummei=GUMMEIS, m_tmsi=st.integers(0, 0xFFFF_FFFF))
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_KSIS = st.integers(0, nas.NO_KSI)

# Fields that the types alone do not bound. All other fields follow from their types.
NAS_FIELDS: dict[type[nas.PlainNAS], dict[str, st.SearchStrategy[object]]] = {
    nas.AttachRequest: {"ksi": _KSIS, "ue_network_capability": st.binary(min_size=2, max_size=13)},
    nas.DetachRequest: {"ksi": _KSIS},
    nas.AuthenticationRequest: {"ksi": _KSIS},
    nas.AuthenticationFailure: {"auts": st.none() | binary(14)},
    nas.SecurityModeCommand: {
        "ksi": _KSIS,
        "replayed_ue_security_capability": st.binary(min_size=2, max_size=5),
    },
    nas.ServiceRequest: {"ksi": _KSIS},
    nas.TrackingAreaUpdateRequest: {"ksi": _KSIS},
}


def _register() -> None:
    for type_, lengths in LENGTHS.items():
        st.register_type_strategy(type_, binary(*lengths))
    st.register_type_strategy(octets.SQN, st.integers(0, (1 << 48) - 1))
    st.register_type_strategy(IMSI, IMSIS)
    st.register_type_strategy(PLMNIdentity, PLMN_IDENTITIES)
    st.register_type_strategy(GUMMEI, GUMMEIS)
    st.register_type_strategy(GUTI, GUTIS)
    st.register_type_strategy(str, TEXT)
    for message_type, bounded in NAS_FIELDS.items():
        st.register_type_strategy(message_type, st.builds(message_type, **bounded))


_register()
