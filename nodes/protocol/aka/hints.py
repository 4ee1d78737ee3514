"""Why a captured MAC is wrong: what else the values may be, tried in turn."""

from collections.abc import Callable
from typing import Final

from nodes.protocol.aka.challenge import Challenge
from nodes.protocol.aka.options import SYMBOLS
from nodes.protocol.aka.subscriber import Subscriber
from nodes.protocol.aka.values import Missing, Values
from nodes.protocol.crypto.eps_keys import open_autn, open_auts
from nodes.protocol.octets import AMF, AUTN, AUTS, RAND

_NOTHING: Final = Missing("no MAC is wrong")
# The AMF of EPS, in which only the separation bit is set.
_AMF_OF_EPS: Final = AMF(b"\x80\x00")


def hint_values(subscriber: Subscriber, challenge: Challenge | None, rand: RAND, auts: AUTS | None) -> Values:
    """`hint`, a sentence for each captured MAC that is wrong; nothing where nothing was captured."""
    hints: list[str | None] = []
    if challenge is not None and challenge.autn is not None:
        hints.append(_of_autn(subscriber, rand, challenge.autn))
    if auts is not None:
        hints.append(_of_auts(subscriber, rand, auts, None if challenge is None else challenge.amf))
    wrong = [hint for hint in hints if hint is not None]
    if not hints:
        return {}
    return {"hint": " ".join(wrong) if wrong else _NOTHING}


def _of_autn(subscriber: Subscriber, rand: RAND, autn: AUTN) -> str | None:
    def is_right(other: Subscriber) -> bool:
        return open_autn(other.functions, rand, autn) is not None

    return None if is_right(subscriber) else _found("MAC-A", "AUTN", subscriber, is_right)


def _of_auts(subscriber: Subscriber, rand: RAND, auts: AUTS, amf: AMF | None) -> str | None:
    def is_right(other: Subscriber) -> bool:
        return open_auts(other.functions, rand, auts) is not None

    if is_right(subscriber):
        return None
    for other in (amf, _AMF_OF_EPS):
        if other is not None and open_auts(subscriber.functions, rand, auts, other) is not None:
            return f"MAC-S is right under AMF {other.hex()}: whoever made it did not take 0000 (TS 33.102 §6.3.3)."
    return _found("MAC-S", "AUTS", subscriber, is_right)


def _found(mac: str, token: str, subscriber: Subscriber, is_right: Callable[[Subscriber], bool]) -> str:
    """The first thing under which the MAC is right, or what was tried."""
    for other, words in subscriber.mistaken():
        if is_right(other):
            return f"{mac} is right when {words}."
    plain, derived = (SYMBOLS[name] for name in subscriber.key_names)
    lengths = ", and of every length," if subscriber.has_tuak else ","
    return (
        f"{mac} is wrong with the operator's key taken as {plain} and as {derived}{lengths} so K, the operator's key, "
        f"RAND or {token} is another one, and no value below is what the network has."
    )
