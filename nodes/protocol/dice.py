"""Lab dice: every RAND, M-TMSI and key of a lab follows from its seed, so a lab can be repeated bit for bit."""

import hmac
from functools import lru_cache

MOST_OCTETS = 32


@lru_cache(maxsize=65_536)
def roll(seed: str, node: str, imsi: str, purpose: str, counter: int = 0, *, length: int) -> bytes:
    """The first `length` octets (at most 32) of HMAC-SHA-256(seed, node ‖ IMSI ‖ purpose ‖ counter).

    Not defined by 3GPP: a real AuC draws RAND from an unpredictable source.
    """
    if length > MOST_OCTETS:
        raise ValueError(f"A roll has at most {MOST_OCTETS} octets, got {length}")
    text = "\x00".join((node, imsi, purpose, str(counter)))
    return hmac.digest(seed.encode(), text.encode(), "sha256")[:length]
