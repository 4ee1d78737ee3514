"""Lab dice: every RAND, M-TMSI and key of a lab follows from its seed, so a lab can be repeated bit for bit."""

import hmac
from functools import lru_cache


@lru_cache(maxsize=65_536)
def roll(seed: str, node: str, imsi: str, purpose: str, counter: int, length: int) -> bytes:
    """The first `length` octets (at most 32) of HMAC-SHA-256(seed, node ‖ IMSI ‖ purpose ‖ counter).

    Not defined by 3GPP: a real AuC draws RAND from an unpredictable source.
    """
    if length > 32:
        raise ValueError(f"A roll has at most 32 octets, got {length}")
    text = "\x00".join((node, imsi, purpose, str(counter)))
    return hmac.digest(seed.encode(), text.encode(), "sha256")[:length]
