"""The challenge and the tokens: what was given, what the functions make of it, and whether a captured MAC is right."""

from dataclasses import dataclass
from typing import Final

from nodes.protocol.aka import reading
from nodes.protocol.aka.options import OptionError, Options
from nodes.protocol.aka.subscriber import Subscriber
from nodes.protocol.aka.values import Missing, Values
from nodes.protocol.crypto.eps_keys import build_autn, build_auts, open_autn, open_auts, split_autn
from nodes.protocol.crypto.sqn import ind, seq
from nodes.protocol.crypto.tuak import EPS_LENGTHS
from nodes.protocol.octets import AMF, AUTN, AUTS, RAND, SQN, SQNxorAK, sqn_from, sqn_octets, xor

_MAC_RULE: Final = f"AUTN and AUTS hold a MAC of {EPS_LENGTHS.mac} octets (TS 33.102 §6.3.2)"


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge; `autn` is the captured one, where SQN and AMF come out of it."""

    rand: RAND
    sqn: SQN
    amf: AMF
    sqn_xor_ak: SQNxorAK
    autn: AUTN | None = None


def read_challenge(options: Options, subscriber: Subscriber, rand: RAND) -> Challenge | None:
    """Read SQN and AMF, or open the AUTN that holds both; None where there is an AUTS alone.

    Raises:
        OptionError: something is missing, or is not what it should be.
    """
    functions = subscriber.functions
    if "autn" in options:
        autn = AUTN(_token(options, "autn", subscriber))
        sqn_xor_ak, amf, _ = split_autn(autn)
        return Challenge(rand, functions.reveal_sqn(rand, sqn_xor_ak), amf, sqn_xor_ak, autn)
    if "sqn" in options or "sqn-decimal" in options:
        sqn, amf = reading.sqn(options), AMF(reading.octets(options, "amf"))
        return Challenge(rand, sqn, amf, SQNxorAK(xor(sqn_octets(sqn), functions.f5(rand))))
    return None


def read_auts(options: Options, subscriber: Subscriber) -> AUTS | None:
    """Read the captured AUTS.

    Raises:
        OptionError: it is none, or the functions make no MAC that it could hold.
    """
    return AUTS(_token(options, "auts", subscriber)) if "auts" in options else None


def _token(options: Options, name: str, subscriber: Subscriber) -> bytes:
    if subscriber.lengths.mac != EPS_LENGTHS.mac:
        raise OptionError(f"--mac-length has no place beside --{name}: {_MAC_RULE}.")
    return reading.octets(options, name)


def challenge_values(subscriber: Subscriber, challenge: Challenge | None) -> Values:
    """SQN, AMF and the MACs over them; `mac_ok` where MAC-A was captured."""
    if challenge is None:
        return {}
    functions, (rand, sqn, amf) = subscriber.functions, (challenge.rand, challenge.sqn, challenge.amf)
    values: Values = {
        "sqn": sqn_octets(sqn),
        "sqn_decimal": int(sqn),
        "seq": seq(sqn),
        "ind": ind(sqn),
        "amf": amf,
        "mac_a": functions.f1(rand, sqn, amf),
        "mac_s": functions.f1_star(rand, sqn, amf),
        # f1* under this AMF: the MAC-S of an AUTS is made under 0000.
        "mac_s_amf": amf,
    }
    if challenge.autn is not None:
        values["mac_ok"] = open_autn(functions, rand, challenge.autn) is not None
    return values


def rand_values(subscriber: Subscriber, rand: RAND) -> Values:
    """What the functions make of RAND alone."""
    functions = subscriber.functions
    return {
        "res": functions.f2(rand),
        "ck": functions.f3(rand),
        "ik": functions.f4(rand),
        "ak": functions.f5(rand),
        "ak_star": functions.f5_star(rand),
    }


def token_values(subscriber: Subscriber, challenge: Challenge | None, rand: RAND, auts: AUTS | None) -> Values:
    """AUTN and AUTS, each as it was captured, or made from SQN: AUTS with AMF 0000 (TS 33.102 §6.3.3)."""
    values: Values = {}
    if challenge is not None:
        values["autn"] = challenge.autn or _made_autn(subscriber, challenge)
        values["auts"] = _made_auts(subscriber, challenge)
    if auts is not None:
        values |= _opened(subscriber, rand, auts)
    return values


def _made_autn(subscriber: Subscriber, challenge: Challenge) -> AUTN | Missing:
    if subscriber.lengths.mac != EPS_LENGTHS.mac:
        return Missing(f"{_MAC_RULE}, not of {subscriber.lengths.mac}")
    functions, (rand, sqn, amf) = subscriber.functions, (challenge.rand, challenge.sqn, challenge.amf)
    return build_autn(sqn, functions.f5(rand), amf, functions.f1(rand, sqn, amf))


def _made_auts(subscriber: Subscriber, challenge: Challenge) -> AUTS | Missing:
    if subscriber.lengths.mac != EPS_LENGTHS.mac:
        return Missing(f"{_MAC_RULE}, not of {subscriber.lengths.mac}")
    return build_auts(subscriber.functions, challenge.rand, challenge.sqn)


def _opened(subscriber: Subscriber, rand: RAND, auts: AUTS) -> Values:
    functions = subscriber.functions
    sqn_ms = sqn_from(xor(auts[:6], functions.f5_star(rand)))
    return {
        "auts": auts,
        "sqn_ms": sqn_octets(sqn_ms),
        "sqn_ms_decimal": int(sqn_ms),
        "seq_ms": seq(sqn_ms),
        "ind_ms": ind(sqn_ms),
        "mac_s_ok": open_auts(functions, rand, auts) is not None,
    }
