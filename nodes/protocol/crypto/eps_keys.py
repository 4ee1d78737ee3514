"""Keys and tokens of EPS AKA. Ks and K_APP, below K_ASME, are ours: not defined by 3GPP."""

import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nodes.protocol.crypto.functions import AuthenticationFunctions
from nodes.protocol.crypto.kdf import hmac_sha256_under_32_octets, kdf
from nodes.protocol.identities import PLMNIdentity
from nodes.protocol.octets import (
    AK,
    AMF,
    AUTN,
    AUTS,
    CK,
    IK,
    KAPP,
    KASME,
    KENB,
    KN,
    MACA,
    MACS,
    RAND,
    RES,
    SQN,
    KNASenc,
    KNASint,
    Ks,
    Length,
    SQNxorAK,
    exactly,
    sqn_from,
    sqn_octets,
    xor,
)

FC_K_ASME: Final = 0x10
FC_K_ENB: Final = 0x11
FC_ALGORITHM_KEY: Final = 0x15
# Not defined by 3GPP: TS 33.220 allots no such FC; this demonstrator takes the last values.
FC_KS: Final = 0xFFF0
FC_K_APP: Final = 0xFFF1
FC_KN: Final = 0xFFF2
KN_LENGTH: Final = 8

EIA2: Final = 2
NAS_ENC_ALG: Final = 0x01
NAS_INT_ALG: Final = 0x02

SEPARATION_BIT: Final = 0x80  # bit 0, the most significant one, of AMF (TS 33.401 §6.1.1)
# "The AMF used to calculate MAC-S assumes a dummy value of all zeros" (TS 33.102 §6.3.3).
AMF_OF_AUTS: Final = AMF(bytes(2))

_NAS_COUNT_BITS: Final = 32
_ALGORITHM_KEY_LENGTH: Final = 16
_ALGORITHM_IDENTITY_BITS: Final = 4
_EPS_KEY: Final = Length((16,), "TS 33.401 §6.1.2")
_EPS_MAC: Final = Length((8,), "TS 33.102 §6.3.2")


@dataclass(frozen=True, slots=True)
class EPSVector:
    """EPS authentication vector (TS 33.401 §6.1.2): RAND 16, XRES 4 to 16, AUTN 16, K_ASME 32 octets."""

    rand: RAND
    xres: RES
    autn: AUTN
    k_asme: KASME


# The constructor of a frozen dataclass takes twice the time of these four.
_new: Final = object.__new__
_set_rand, _set_xres, _set_autn, _set_k_asme = (
    EPSVector.__dict__[name].__set__ for name in ("rand", "xres", "autn", "k_asme")
)


def generate_vector(
    functions: AuthenticationFunctions, rand: RAND, sqn: SQN, amf: AMF, plmn_id: PLMNIdentity
) -> EPSVector:
    """Make an EPS AV (TS 33.401 §6.1.2): RAND 16 octets, SQN 48 bits, AMF 2 octets.

    Raises:
        ValueError: a length or SQN is out of range, or the functions are not of EPS lengths.
    """
    autn, xres, ck_ik, sqn_xor_ak = functions.eps_challenge(rand, sqn, amf)
    # derive_k_asme, with its checks and its memory, costs more than the hashing: here S is written out.
    s = b"\x10" + plmn_id.octets + b"\x00\x03" + sqn_xor_ak + b"\x00\x06"
    vector = _new(EPSVector)
    _set_rand(vector, rand)
    _set_xres(vector, xres)
    _set_autn(vector, autn)
    _set_k_asme(vector, hmac_sha256_under_32_octets(ck_ik, s))
    return vector


@lru_cache(maxsize=16_384)
def derive_k_asme(ck: CK, ik: IK, plmn_id: PLMNIdentity, sqn_xor_ak: SQNxorAK) -> KASME:
    """Derive K_ASME, 32 octets (TS 33.401 §A.2).

    KDF(CK ‖ IK, FC = 10, P0 = SN id, 3 octets, P1 = SQN ⊕ AK, 6 octets).

    Raises:
        ValueError: CK or IK is not 16 octets, or SQN ⊕ AK not 6.
    """
    exactly("CK", ck, _EPS_KEY)
    exactly("IK", ik, _EPS_KEY)
    exactly("SQN xor AK", sqn_xor_ak)
    return KASME(kdf(ck + ik, FC_K_ASME, plmn_id.octets, sqn_xor_ak))


def _algorithm_key(k_asme: KASME, distinguisher: int, algorithm_identity: int) -> bytes:
    """KDF(K_ASME, FC = 15, P0 = type distinguisher, P1 = algorithm identity), the last 16 octets."""
    exactly("K_ASME", k_asme)
    if not 0 <= algorithm_identity < 1 << _ALGORITHM_IDENTITY_BITS:
        rule = f"{_ALGORITHM_IDENTITY_BITS} bits (TS 33.401 §5.1.3.2)"
        raise ValueError(f"Algorithm identity has {rule}, got {algorithm_identity}")
    derived = kdf(k_asme, FC_ALGORITHM_KEY, bytes((distinguisher,)), bytes((algorithm_identity,)))
    return derived[-_ALGORITHM_KEY_LENGTH:]


@lru_cache(maxsize=16_384)
def derive_k_nas_int(k_asme: KASME, algorithm_identity: int = EIA2) -> KNASint:
    """Derive K_NASint, 16 octets, from K_ASME, 32 octets, for an EIA (TS 33.401 §A.7).

    Raises:
        ValueError: K_ASME is not 32 octets, or the algorithm identity has more than 4 bits.
    """
    return KNASint(_algorithm_key(k_asme, NAS_INT_ALG, algorithm_identity))


@lru_cache(maxsize=16_384)
def derive_k_nas_enc(k_asme: KASME, algorithm_identity: int) -> KNASenc:
    """Derive K_NASenc, 16 octets, from K_ASME, 32 octets, for an EEA (TS 33.401 §A.7).

    Raises:
        ValueError: K_ASME is not 32 octets, or the algorithm identity has more than 4 bits.
    """
    return KNASenc(_algorithm_key(k_asme, NAS_ENC_ALG, algorithm_identity))


def derive_k_enb(k_asme: KASME, nas_count: int) -> KENB:
    """Derive K_eNB, 32 octets (TS 33.401 §A.3): KDF(K_ASME, FC = 11, P0 = uplink NAS COUNT, 4 octets).

    Raises:
        ValueError: K_ASME is not 32 octets, or NAS COUNT has more than 32 bits.
    """
    exactly("K_ASME", k_asme)
    if not 0 <= nas_count < 1 << _NAS_COUNT_BITS:
        raise ValueError(f"NAS COUNT has {_NAS_COUNT_BITS} bits (TS 33.401 §A.3), got {nas_count}")
    return KENB(kdf(k_asme, FC_K_ENB, nas_count.to_bytes(4, "big")))


@lru_cache(maxsize=16_384)
def derive_ks(k_asme: KASME) -> Ks:
    """Derive Ks, 32 octets: KDF(K_ASME, FC = FF F0), no parameters. Not defined by 3GPP.

    Raises:
        ValueError: K_ASME is not 32 octets.
    """
    exactly("K_ASME", k_asme)
    return Ks(kdf(k_asme, FC_KS))


@lru_cache(maxsize=16_384)
def derive_k_app(ks: Ks, as_name: str) -> KAPP:
    """Derive K_APP, 32 octets: KDF(Ks, FC = FF F1, P0 = name of the AS, UTF-8). Not defined by 3GPP.

    Raises:
        ValueError: Ks is not 32 octets, or the name has more than 65,535.
    """
    exactly("Ks", ks)
    return KAPP(kdf(ks, FC_K_APP, as_name.encode()))


@lru_cache(maxsize=16_384)
def derive_kn(ks: Ks) -> KN:
    """Derive the name of a Ks, 8 octets: the first of KDF(Ks, FC = FF F2), no parameters. Not defined by 3GPP.

    Who has the Ks has the name, and it tells nothing of the RAND that went over the radio.

    Raises:
        ValueError: Ks is not 32 octets.
    """
    exactly("Ks", ks)
    return KN(kdf(ks, FC_KN)[:KN_LENGTH])


def build_autn(sqn: SQN, ak: AK, amf: AMF, mac_a: MACA) -> AUTN:
    """AUTN, 16 octets: SQN ⊕ AK, 6 ‖ AMF, 2 ‖ MAC-A, 8 (TS 33.102 §6.3.2).

    Raises:
        ValueError: a part has another length.
    """
    exactly("AK", ak)
    exactly("AMF", amf)
    exactly("MAC-A", mac_a, _EPS_MAC)
    return AUTN(xor(sqn_octets(sqn), ak) + amf + mac_a)


def split_autn(autn: AUTN) -> tuple[SQNxorAK, AMF, MACA]:
    """SQN ⊕ AK, 6 octets, AMF, 2, and MAC-A, 8, out of AUTN (TS 33.102 §6.3.2).

    Raises:
        ValueError: AUTN is not 16 octets.
    """
    exactly("AUTN", autn)
    return SQNxorAK(autn[:6]), AMF(autn[6:8]), MACA(autn[8:])


def open_autn(functions: AuthenticationFunctions, rand: RAND, autn: AUTN) -> SQN | None:
    """SQN out of AUTN, 16 octets, or None when its MAC-A is wrong (TS 33.102 §6.3.3).

    Raises:
        ValueError: RAND or AUTN has another length.
    """
    sqn_xor_ak, amf, mac_a = split_autn(autn)
    sqn = functions.reveal_sqn(rand, sqn_xor_ak)
    return sqn if hmac.compare_digest(functions.f1(rand, sqn, amf), mac_a) else None


def build_auts(functions: AuthenticationFunctions, rand: RAND, sqn_ms: SQN) -> AUTS:
    """AUTS, 14 octets: SQN_MS ⊕ AK*, 6 ‖ MAC-S, 8 (TS 33.102 §6.3.3).

    Raises:
        ValueError: RAND or SQN_MS is out of range, or MAC-S is not 8 octets.
    """
    mac_s = functions.f1_star(rand, sqn_ms, AMF_OF_AUTS)
    exactly("MAC-S", mac_s, _EPS_MAC)
    return AUTS(xor(sqn_octets(sqn_ms), functions.f5_star(rand)) + mac_s)


def open_auts(functions: AuthenticationFunctions, rand: RAND, auts: AUTS, amf: AMF = AMF_OF_AUTS) -> SQN | None:
    """SQN_MS out of AUTS, 14 octets, or None when its MAC-S is wrong (TS 33.102 §6.3.5).

    AMF is all zeros; another one answers what a USIM did that did not know.

    Raises:
        ValueError: RAND or AUTS has another length.
    """
    exactly("AUTS", auts)
    sqn_ms = sqn_from(xor(auts[:6], functions.f5_star(rand)))
    mac_s = MACS(auts[6:])
    return sqn_ms if hmac.compare_digest(functions.f1_star(rand, sqn_ms, amf), mac_s) else None
