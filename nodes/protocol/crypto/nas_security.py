"""Integrity of NAS messages: 128-EIA2 (TS 33.401 §B.2.3)."""

from typing import Final

from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.cmac import CMAC

from nodes.protocol.octets import KNASint, exactly

MAC_LENGTH: Final = 4


def eia2(k_nas_int: KNASint, count: int, bearer: int, direction: int, message: bytes) -> bytes:
    """MAC-I, the first 4 octets of AES-CMAC over COUNT ‖ BEARER ‖ DIRECTION ‖ 26 zero bits ‖ message.

    COUNT has 32 bits, BEARER 5, DIRECTION 1 (0 uplink, 1 downlink); K_NASint has 16 octets. The message is
    whole octets, as every NAS message is.

    Raises:
        ValueError: the key has another length, or a number has too many bits.
    """
    exactly("K_NASint", k_nas_int)
    for name, value, bits in (("COUNT", count, 32), ("BEARER", bearer, 5), ("DIRECTION", direction, 1)):
        if not 0 <= value < 1 << bits:
            raise ValueError(f"{name} has {bits} bits (TS 33.401 §B.2.1), got {value}")
    cmac = CMAC(algorithms.AES(k_nas_int))
    cmac.update((count << 32 | bearer << 27 | direction << 26).to_bytes(8, "big") + message)
    return cmac.finalize()[:MAC_LENGTH]
