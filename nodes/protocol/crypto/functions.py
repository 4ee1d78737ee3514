"""What Milenage and TUAK have in common: the functions f1 to f5* of one subscriber (TS 33.102 §6.3)."""

from typing import NamedTuple, Protocol

from nodes.protocol.octets import AK, AMF, AUTN, CK, IK, MACA, MACS, RAND, RES, SQN, SQNxorAK


class Challenge(NamedTuple):
    """What the functions give for one RAND: MAC-A, RES, CK, IK and AK, in the order of their numbers."""

    mac_a: MACA
    res: RES
    ck: CK
    ik: IK
    ak: AK


# The same in the pieces of an EPS AV: AUTN 16, XRES, CK ‖ IK 32, SQN ⊕ AK 6 octets.
EPSChallenge = tuple[AUTN, RES, bytes, SQNxorAK]


class AuthenticationFunctions(Protocol):
    """The functions under one subscriber's K and OPc or TOPc.

    RAND is 16 octets, AMF 2, AK 6. All methods raise ValueError for a length or an SQN that is out of range.
    """

    def f1(self, rand: RAND, sqn: SQN, amf: AMF) -> MACA:
        """Network authentication function; 8 octets for EPS."""

    def f1_star(self, rand: RAND, sqn: SQN, amf: AMF) -> MACS:
        """Re-synchronisation message authentication function; 8 octets for EPS."""

    def f2(self, rand: RAND) -> RES:
        """User authentication function."""

    def f3(self, rand: RAND) -> CK:
        """Cipher key derivation function; 16 octets for EPS."""

    def f4(self, rand: RAND) -> IK:
        """Integrity key derivation function; 16 octets for EPS."""

    def f5(self, rand: RAND) -> AK:
        """Anonymity key derivation function."""

    def f5_star(self, rand: RAND) -> AK:
        """Anonymity key derivation function for re-synchronisation."""

    def challenge(self, rand: RAND, sqn: SQN, amf: AMF) -> Challenge:
        """All of f1 to f5 at once, cheaper than one by one."""

    def eps_challenge(self, rand: RAND, sqn: SQN, amf: AMF) -> EPSChallenge:
        """`challenge` in the pieces of an EPS AV.

        Raises:
            ValueError: MAC-A, CK or IK has a length that EPS does not take.
        """

    def reveal_sqn(self, rand: RAND, sqn_xor_ak: SQNxorAK) -> SQN:
        """SQN out of SQN ⊕ AK, 6 octets, as the USIM does (TS 33.102 §6.3.3)."""
