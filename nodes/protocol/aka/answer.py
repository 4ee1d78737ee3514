"""One run of AKA: the options as text in, every value that they lead to out."""

from collections.abc import Iterator
from typing import Final

from nodes.protocol.aka import reading
from nodes.protocol.aka.challenge import (
    Challenge,
    challenge_values,
    rand_values,
    read_auts,
    read_challenge,
    token_values,
)
from nodes.protocol.aka.hints import hint_values
from nodes.protocol.aka.keys import k_asme_of, key_values, network_values
from nodes.protocol.aka.options import Options, refuse_below_k_asme, refuse_together
from nodes.protocol.aka.plmn import Read
from nodes.protocol.aka.subscriber import read_subscriber
from nodes.protocol.aka.values import Answer, make_answer
from nodes.protocol.crypto.eps_keys import SEPARATION_BIT
from nodes.protocol.octets import KASME, RAND

_NON_EPS: Final = (
    "The separation bit of AMF is 0: an EPS UE answers with cause #26, non-EPS authentication unacceptable, "
    "and makes no K_ASME (TS 33.401 §6.1.1)."
)
_AMF_IS_ZERO: Final = "--amf plays no part in AUTS, which is made with AMF 0000 (TS 33.102 §6.3.3)."
_ALGORITHM_IS_IDLE: Final = "--algorithm plays no part in what follows from K_ASME."


def answer(options: Options) -> Answer:
    """Answer with octets in lower-case hexadecimal digits, with `reasons` for each that is None, and `notes`.

    Raises:
        OptionError: an option is missing, not understood or out of place.
    """
    if "k-asme" in options:
        return _from_k_asme(options)
    algorithm = reading.algorithm(options)
    refuse_together(options, algorithm)
    subscriber, rand = read_subscriber(options, algorithm), RAND(reading.octets(options, "rand"))
    challenge, auts = read_challenge(options, subscriber, rand), read_auts(options, subscriber)
    network = reading.plmn(options)
    plmn_id = None if network is None else network.plmn_id
    values = {
        **subscriber.values,
        "rand": rand,
        **challenge_values(subscriber, challenge),
        **rand_values(subscriber, rand),
        **token_values(subscriber, challenge, rand, auts),
        **hint_values(subscriber, challenge, rand, auts),
        **network_values(plmn_id),
        **key_values(options, k_asme_of(subscriber, challenge, plmn_id)),
    }
    return make_answer(values, _notes(options, challenge, network))


def _from_k_asme(options: Options) -> Answer:
    refuse_below_k_asme(options)
    values = key_values(options, KASME(reading.octets(options, "k-asme")))
    return make_answer(values, (_ALGORITHM_IS_IDLE,) if "algorithm" in options else ())


def _notes(options: Options, challenge: Challenge | None, network: Read | None) -> Iterator[str]:
    if challenge is None and "amf" in options:
        yield _AMF_IS_ZERO
    if challenge is not None and network is not None and not challenge.amf[0] & SEPARATION_BIT:
        yield _NON_EPS
    if network is not None and network.note:
        yield network.note
