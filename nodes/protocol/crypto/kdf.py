"""The generic key derivation function of 3GPP (TS 33.220 §B.2)."""

import hmac
from hashlib import sha256
from typing import Final

_ONE_OCTET: Final = range(0xFF)
_TWO_OCTETS: Final = range(0xFF00, 0x10000)
_LONGEST_PARAMETER: Final = 0xFFFF
_HALF_BLOCK: Final = 32
_IPAD: Final = bytes(octet ^ 0x36 for octet in range(256))
_OPAD: Final = bytes(octet ^ 0x5C for octet in range(256))
_IPAD_REST: Final = b"\x36" * _HALF_BLOCK
_OPAD_REST: Final = b"\x5c" * _HALF_BLOCK


def fc_octets(fc: int) -> bytes:
    """FC as octets: one, or two of which the first is FF.

    Raises:
        ValueError: FC is neither 00 … FE nor FF00 … FFFF.
    """
    if fc in _ONE_OCTET:
        return bytes((fc,))
    if fc in _TWO_OCTETS:
        return fc.to_bytes(2, "big")
    raise ValueError(f"FC is one octet, 00 to FE, or two, FF00 to FFFF (TS 33.220 §B.2), got {fc:X}")


def kdf(key: bytes, fc: int, *parameters: bytes) -> bytes:
    """Derive 32 octets: HMAC-SHA-256(key, S), S = FC ‖ P0 ‖ L0 ‖ P1 ‖ L1 …, each length in 2 octets.

    Raises:
        ValueError: FC is out of range, or a parameter is longer than 65,535 octets.
    """
    s = fc_octets(fc)
    for number, parameter in enumerate(parameters):
        if len(parameter) > _LONGEST_PARAMETER:
            raise ValueError(
                f"P{number} has at most {_LONGEST_PARAMETER} octets (TS 33.220 §B.2), got {len(parameter)}"
            )
        s += parameter + len(parameter).to_bytes(2, "big")
    return hmac.digest(key, s, "sha256")


def hmac_sha256_under_32_octets(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256 under a key of exactly 32 octets, written out (RFC 2104 §2).

    For the AV alone: hmac.digest looks its hash up by name at each call, which takes as long as the hashing.
    """
    inner = sha256(key.translate(_IPAD) + _IPAD_REST + message).digest()
    return sha256(key.translate(_OPAD) + _OPAD_REST + inner).digest()
