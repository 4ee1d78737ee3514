"""Sealing of application messages: AES-CCM-16-64-128 (RFC 9053 §4.2, OSCORE's default) under K_APP.

That K_APP comes out of EPS AKA, and what the nonce is made of, is not defined by 3GPP.
"""

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from nodes.protocol.errors import ProtocolError
from nodes.protocol.octets import KAPP, exactly

TAG_LENGTH: Final = 8
KEY_LENGTH: Final = 16


class CannotOpen(ProtocolError):
    """A sealed message does not open: another key, another nonce, or changed octets."""


@lru_cache(maxsize=1024)
def _cipher(k_app: KAPP) -> AESCCM:
    exactly("K_APP", k_app)
    return AESCCM(k_app[-KEY_LENGTH:], tag_length=TAG_LENGTH)


def nonce(session: int, direction: int, counter: int) -> bytes:
    """The 13 octets of the nonce: session 8, direction 1, counter 4.

    Raises:
        ValueError: a number does not fit into its octets.
    """
    parts = (("session", session, 8), ("direction", direction, 1), ("counter", counter, 4))
    for name, value, length in parts:
        if not 0 <= value < 1 << 8 * length:
            raise ValueError(f"{name} has {length} octets in the nonce (not defined by 3GPP), got {value}")
    return b"".join(value.to_bytes(length, "big") for _, value, length in parts)


def seal_message(k_app: KAPP, session: int, direction: int, counter: int, plaintext: bytes) -> bytes:
    """Seal a message: the ciphertext, as long as the plaintext, and a tag of 8 octets.

    The key is the last 16 octets of K_APP (32). A (session, direction, counter) is used once per key.

    Raises:
        ValueError: K_APP has another length, or a number does not fit into the nonce.
    """
    return _cipher(k_app).encrypt(nonce(session, direction, counter), plaintext, None)


def open_message(k_app: KAPP, session: int, direction: int, counter: int, sealed: bytes) -> bytes:
    """Open what `seal_message` made.

    Raises:
        CannotOpen: key, nonce or octets are not those it was sealed with.
        ValueError: K_APP has another length, or a number does not fit into the nonce.
    """
    cipher, octets = _cipher(k_app), nonce(session, direction, counter)
    if len(sealed) < TAG_LENGTH:
        raise CannotOpen(f"A sealed message ends in a tag of {TAG_LENGTH} octets, got {len(sealed)}")
    try:
        return cipher.decrypt(octets, sealed, None)
    except InvalidTag:
        raise CannotOpen("The tag does not fit key, nonce and ciphertext") from None
