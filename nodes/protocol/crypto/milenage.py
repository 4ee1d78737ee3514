"""Milenage, the 3GPP example algorithm set (TS 35.206 §4.1), over AES-128."""

from collections.abc import Callable
from functools import lru_cache
from struct import Struct
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from nodes.protocol.crypto.functions import Challenge, EPSChallenge
from nodes.protocol.octets import (
    AK,
    AMF,
    CK,
    IK,
    MACA,
    MACS,
    OP,
    RAND,
    RES,
    SQN,
    SQN_BITS,
    K,
    Length,
    OPc,
    SQNxorAK,
    exactly,
    sqn_from,
    sqn_octets,
    xor,
)

K_LENGTH: Final = Length((16,), "TS 35.206 §2.4")

# r1 … r5 in octets and c1 … c5 (TS 35.206 §4.1).
_ROTATIONS: Final = (8, 0, 4, 8, 12)
_CONSTANTS: Final = (0, 1, 2, 4, 8)

_BLOCK: Final = 16
_RAND_LENGTH: Final = 16
_AMF_LENGTH: Final = 2
# Of the four blocks OUT1 … OUT4 as one number: times this, SQN ‖ AMF is IN1 in the first block, and shifted
# by this, SQN lies on AK, the first 6 octets of the second.
_TO_IN1: Final = (1 << 64 | 1) << 3 * 128
_TO_AK: Final = 2 * 128 + 80
# MAC-A, (MAC-S), AK, (2 octets unused), RES, CK ‖ IK. The pieces are typed by the signatures: a call of a
# NewType for each would cost a quarter of the challenge.
_pieces: Final = Struct("8s 8x 6s 2x 8s 32s").unpack


def _encryptor(k: K) -> CipherContext:
    # Milenage is defined on single AES blocks, so ECB is what it wants.
    return Cipher(algorithms.AES(k), modes.ECB()).encryptor()  # noqa: S305


def _rotated(octets: bytes, left: int) -> bytes:
    return octets[left:] + octets[:left]


def _masked(octets: bytes, number: int) -> bytes:
    """rot(octets, r) ⊕ c of block `number`, 16 octets."""
    return xor(_rotated(octets, _ROTATIONS[number]), _CONSTANTS[number].to_bytes(_BLOCK, "big"))


def compute_opc(k: K, op: OP) -> OPc:
    """OPc = OP ⊕ E_K(OP), 16 octets (TS 35.206 §4.1).

    Raises:
        ValueError: K or OP is not 16 octets.
    """
    exactly("K", k, K_LENGTH)
    exactly("OP", op)
    return OPc(xor(op, _encryptor(k).update(op)))


class _Schedule(NamedTuple):
    """What follows from K and OPc alone; OPc and the masks as numbers."""

    encrypt: Callable[[bytes], bytes]
    opc: int
    in_mask: int
    out_mask: int


# Key schedule and encryptor cost more than a challenge, and every node asks for them again and again.
@lru_cache(maxsize=4096)
def _schedule(k: K, opc: OPc) -> _Schedule:
    exactly("K", k, K_LENGTH)
    exactly("OPc", opc)
    # Rotation goes through XOR: rot(TEMP ⊕ OPc) ⊕ c is rot(TEMP) ⊕ a mask that is known beforehand.
    # For block 1 the same holds of rot(IN1 ⊕ OPc), and rotation by half leaves IN1 as it is.
    in_mask = b"".join(_masked(opc, number) for number in range(4))
    numbers = (int.from_bytes(octets, "big") for octets in (opc, in_mask, opc * 4))
    return _Schedule(_encryptor(k).update, *numbers)


class Milenage:
    """f1 to f5* of one subscriber: MAC and RES 8, CK and IK 16, AK 6 octets.

    What follows from the keys is kept, so another object for the same keys costs little.

    Raises:
        ValueError: K or OPc is not 16 octets.
    """

    __slots__ = ("_encrypt", "_in_mask", "_opc", "_out_mask")

    def __init__(self, k: K, opc: OPc) -> None:
        self._encrypt, self._opc, self._in_mask, self._out_mask = _schedule(k, opc)

    def f1(self, rand: RAND, sqn: SQN, amf: AMF) -> MACA:
        """MAC-A, 8 octets: OUT1[0..63]."""
        return MACA(self._out1(rand, sqn, amf)[:8])

    def f1_star(self, rand: RAND, sqn: SQN, amf: AMF) -> MACS:
        """MAC-S, 8 octets: OUT1[64..127]."""
        return MACS(self._out1(rand, sqn, amf)[8:])

    def f2(self, rand: RAND) -> RES:
        """RES, 8 octets: OUT2[64..127]."""
        return RES(self._out(2, rand)[8:])

    def f3(self, rand: RAND) -> CK:
        """CK, 16 octets: OUT3."""
        return CK(self._out(3, rand))

    def f4(self, rand: RAND) -> IK:
        """IK, 16 octets: OUT4."""
        return IK(self._out(4, rand))

    def f5(self, rand: RAND) -> AK:
        """AK, 6 octets: OUT2[0..47]."""
        return AK(self._out(2, rand)[:6])

    def f5_star(self, rand: RAND) -> AK:
        """AK of resynchronisation, 6 octets: OUT5[0..47]."""
        return AK(self._out(5, rand)[:6])

    def challenge(self, rand: RAND, sqn: SQN, amf: AMF) -> Challenge:
        """MAC-A, RES, CK, IK and AK with two calls of AES."""
        autn, res, ck_ik, sqn_xor_ak = self.eps_challenge(rand, sqn, amf)
        ak = xor(sqn_xor_ak, sqn_octets(sqn))
        return Challenge(MACA(autn[8:]), res, CK(ck_ik[:16]), IK(ck_ik[16:]), AK(ak))

    def eps_challenge(self, rand: RAND, sqn: SQN, amf: AMF) -> EPSChallenge:
        """AUTN, XRES, CK ‖ IK and SQN ⊕ AK with two calls of AES, the second of four blocks."""
        if len(rand) != _RAND_LENGTH or len(amf) != _AMF_LENGTH or sqn >> SQN_BITS:
            _refuse(rand, sqn, amf)
        from_bytes = int.from_bytes
        encrypt = self._encrypt
        temp = encrypt((from_bytes(rand) ^ self._opc).to_bytes(16))
        temp += temp
        in1 = (sqn << 16 | from_bytes(amf)) * _TO_IN1
        blocks = from_bytes(temp + temp[4:20] + temp[8:24]) ^ self._in_mask ^ in1
        out = from_bytes(encrypt(blocks.to_bytes(64))) ^ self._out_mask ^ sqn << _TO_AK
        mac_a, sqn_xor_ak, xres, ck_ik = _pieces(out.to_bytes(64))
        return sqn_xor_ak + amf + mac_a, xres, ck_ik, sqn_xor_ak

    def reveal_sqn(self, rand: RAND, sqn_xor_ak: SQNxorAK) -> SQN:
        """SQN out of SQN ⊕ AK, as the USIM does (TS 33.102 §6.3.3)."""
        return sqn_from(xor(sqn_xor_ak, self.f5(rand)))

    def _out1(self, rand: RAND, sqn: SQN, amf: AMF) -> bytes:
        """OUT1 = E(TEMP ⊕ rot(IN1 ⊕ OPc, r1) ⊕ c1) ⊕ OPc, 16 octets."""
        exactly("AMF", amf)
        in1 = (sqn_octets(sqn) + amf) * 2
        block = xor(self._temp(rand), _masked(xor(in1, self._opc_octets), 0))
        return xor(self._encrypt(block), self._opc_octets)

    def _out(self, number: int, rand: RAND) -> bytes:
        """OUT2 to OUT5: E(rot(TEMP ⊕ OPc, r) ⊕ c) ⊕ OPc, 16 octets."""
        block = _masked(xor(self._temp(rand), self._opc_octets), number - 1)
        return xor(self._encrypt(block), self._opc_octets)

    def _temp(self, rand: RAND) -> bytes:
        """TEMP = E(RAND ⊕ OPc), 16 octets."""
        exactly("RAND", rand)
        return self._encrypt(xor(rand, self._opc_octets))

    @property
    def _opc_octets(self) -> bytes:
        return self._opc.to_bytes(_BLOCK, "big")


def _refuse(rand: RAND, sqn: SQN, amf: AMF) -> None:
    """Raise ValueError for the one that is out of range."""
    exactly("RAND", rand)
    exactly("AMF", amf)
    sqn_octets(sqn)
