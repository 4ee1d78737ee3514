"""TUAK, the second example algorithm set (TS 35.231), over Keccak-f[1600]."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nodes.protocol.crypto.functions import Challenge, EPSChallenge
from nodes.protocol.crypto.keccak import STATE_LENGTH, keccak_f1600
from nodes.protocol.octets import (
    AK,
    AMF,
    AUTN,
    CK,
    IK,
    LENGTHS,
    MACA,
    MACS,
    RAND,
    RES,
    SQN,
    TOP,
    K,
    Length,
    SQNxorAK,
    TOPc,
    exactly,
    sqn_from,
    sqn_octets,
    xor,
)

ALGONAME: Final = b"TUAK1.0"
LENGTHS_OF: Final = {
    "MAC": Length((8, 16, 32), "TS 35.231"),
    "RES": Length((4, 8, 16, 32), "TS 35.231"),
    "CK": LENGTHS["CK"],
    "IK": LENGTHS["IK"],
}

# The standard numbers the bits of INSTANCE from the left: bit 0 is 80, bit 7 is 01.
_STAR: Final = 0x80
_F2345: Final = 0x40
_LENGTH_BITS: Final = {4: 0x00, 8: 0x08, 16: 0x10, 32: 0x20}
_LONG_CK: Final = 0x04
_LONG_IK: Final = 0x02
_LONG_K: Final = 0x01

_LONG: Final = 32
# Where the padding begins and ends: "1111 1" after KEY, and the last bit of a rate of 1088 (TS 35.231).
_PADDING_START: Final = 96
_PADDING_END: Final = 135
_CK_START: Final = 32
_IK_START: Final = 64
_AK_START: Final = 96
_AK_LENGTH: Final = 6


@dataclass(frozen=True, slots=True)
class TuakLengths:
    """The lengths of an operator's choice, in octets: MAC 8, 16, 32; RES 4, 8, 16, 32; CK and IK 16, 32.

    Raises:
        ValueError: a length is none of these.
    """

    mac: int = 8
    res: int = 8
    ck: int = 16
    ik: int = 16

    def __post_init__(self) -> None:
        chosen = {"MAC": self.mac, "RES": self.res, "CK": self.ck, "IK": self.ik}
        for name, octets in chosen.items():
            if octets not in LENGTHS_OF[name].allowed:
                raise ValueError(f"{name} is {LENGTHS_OF[name]}, got {octets}")

    @property
    def fit_eps(self) -> bool:
        """Whether an EPS AV can be made: MAC 8, CK 16 and IK 16 octets (TS 33.401 §6.1.2)."""
        return (self.mac, self.ck, self.ik) == (EPS_LENGTHS.mac, EPS_LENGTHS.ck, EPS_LENGTHS.ik)


EPS_LENGTHS: Final = TuakLengths()


# One run gives f2 to f5 at once, and whoever asks for them one by one asks for the same run again.
@lru_cache(maxsize=256)
def _permuted(state: bytes, iterations: int) -> bytes:
    for _ in range(iterations):
        state = keccak_f1600(state)
    return state


def _check_iterations(iterations: int) -> None:
    if iterations < 1:
        raise ValueError(f"TUAK runs Keccak at least once (TS 35.231), got {iterations} iterations")


def _state(top: bytes, instance: int, variables: bytes, k: bytes) -> bytes:
    """IN, 200 octets: TOP or TOPc ‖ INSTANCE ‖ ALGONAME ‖ RAND ‖ AMF ‖ SQN ‖ KEY ‖ padding (TS 35.231).

    The standard numbers bits from the most significant one, Keccak from the least: each value goes in with
    its octets in reverse order. A short K fills the first half of KEY.
    """
    state = bytearray(STATE_LENGTH)
    head = top[::-1] + bytes((instance,)) + ALGONAME[::-1] + variables + k[::-1]
    state[: len(head)] = head
    state[_PADDING_START] = 0x1F
    state[_PADDING_END] = 0x80
    return bytes(state)


def _instance_of(k: K) -> int:
    return _LONG_K if len(k) == _LONG else 0


def compute_topc(k: K, top: TOP, iterations: int = 1) -> TOPc:
    """TOPc, 32 octets, from K, 16 or 32 octets, and TOP, 32 octets (TS 35.231).

    Raises:
        ValueError: K or TOP has another length, or iterations is less than 1.
    """
    exactly("K", k)
    exactly("TOP", top)
    _check_iterations(iterations)
    out = _permuted(_state(top, _instance_of(k), bytes(24), k), iterations)
    return TOPc(out[:32][::-1])


class Tuak:
    """f1 to f5* of one subscriber under TUAK, with the operator's lengths and number of Keccak iterations.

    Raises:
        ValueError: K is not 16 or 32 octets, TOPc not 32, or iterations is less than 1.
    """

    __slots__ = ("_instance", "_iterations", "_k", "_lengths", "_topc")

    def __init__(self, k: K, topc: TOPc, lengths: TuakLengths = EPS_LENGTHS, iterations: int = 1) -> None:
        exactly("K", k)
        exactly("TOPc", topc)
        _check_iterations(iterations)
        self._k = k
        self._topc = topc
        self._lengths = lengths
        self._iterations = iterations
        self._instance = _instance_of(k)

    def f1(self, rand: RAND, sqn: SQN, amf: AMF) -> MACA:
        """MAC-A, 8, 16 or 32 octets."""
        return MACA(self._mac(0, rand, sqn, amf))

    def f1_star(self, rand: RAND, sqn: SQN, amf: AMF) -> MACS:
        """MAC-S, 8, 16 or 32 octets."""
        return MACS(self._mac(_STAR, rand, sqn, amf))

    def f2(self, rand: RAND) -> RES:
        """RES, 4, 8, 16 or 32 octets."""
        return self._f2345(rand)[0]

    def f3(self, rand: RAND) -> CK:
        """CK, 16 or 32 octets."""
        return self._f2345(rand)[1]

    def f4(self, rand: RAND) -> IK:
        """IK, 16 or 32 octets."""
        return self._f2345(rand)[2]

    def f5(self, rand: RAND) -> AK:
        """AK, 6 octets."""
        return self._f2345(rand)[3]

    def f5_star(self, rand: RAND) -> AK:
        """AK of resynchronisation, 6 octets."""
        out = self._out(_STAR | _F2345, rand)
        return AK(_piece(out, _AK_START, _AK_LENGTH))

    def challenge(self, rand: RAND, sqn: SQN, amf: AMF) -> Challenge:
        """MAC-A, RES, CK, IK and AK with two runs of Keccak, each of the chosen iterations."""
        return Challenge(self.f1(rand, sqn, amf), *self._f2345(rand))

    def eps_challenge(self, rand: RAND, sqn: SQN, amf: AMF) -> EPSChallenge:
        """AUTN, XRES, CK ‖ IK and SQN ⊕ AK.

        Raises:
            ValueError: the lengths are not MAC 8, CK 16 and IK 16, or an argument is out of range.
        """
        if not self._lengths.fit_eps:
            raise ValueError(f"EPS wants MAC 8, CK 16, IK 16 octets (TS 33.401 §6.1.2), got {self._lengths}")
        mac_a, xres, ck, ik, ak = self.challenge(rand, sqn, amf)
        sqn_xor_ak = xor(sqn_octets(sqn), ak)
        return AUTN(sqn_xor_ak + amf + mac_a), xres, ck + ik, SQNxorAK(sqn_xor_ak)

    def reveal_sqn(self, rand: RAND, sqn_xor_ak: SQNxorAK) -> SQN:
        """SQN out of SQN ⊕ AK, as the USIM does (TS 33.102 §6.3.3)."""
        return sqn_from(xor(sqn_xor_ak, self.f5(rand)))

    def _mac(self, star: int, rand: RAND, sqn: SQN, amf: AMF) -> bytes:
        exactly("AMF", amf)
        instance = star | _LENGTH_BITS[self._lengths.mac]
        out = self._out(instance, rand, amf[::-1] + sqn_octets(sqn)[::-1])
        return _piece(out, 0, self._lengths.mac)

    def _f2345(self, rand: RAND) -> tuple[RES, CK, IK, AK]:
        lengths = self._lengths
        instance = _F2345 | _LENGTH_BITS[lengths.res]
        instance |= _LONG_CK if lengths.ck == _LONG else 0
        instance |= _LONG_IK if lengths.ik == _LONG else 0
        out = self._out(instance, rand)
        return (
            RES(_piece(out, 0, lengths.res)),
            CK(_piece(out, _CK_START, lengths.ck)),
            IK(_piece(out, _IK_START, lengths.ik)),
            AK(_piece(out, _AK_START, _AK_LENGTH)),
        )

    def _out(self, instance: int, rand: RAND, amf_and_sqn: bytes = bytes(8)) -> bytes:
        """OUT, 200 octets, for one INSTANCE; AMF and SQN are zero except in f1 and f1*."""
        exactly("RAND", rand)
        variables = rand[::-1] + amf_and_sqn
        return _permuted(_state(self._topc, instance | self._instance, variables, self._k), self._iterations)


def _piece(out: bytes, start: int, length: int) -> bytes:
    return out[start : start + length][::-1]
