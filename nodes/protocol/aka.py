"""One run of AKA for the command line: options as text in, every result as hexadecimal digits out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nodes.protocol.crypto import milenage, tuak
from nodes.protocol.crypto.eps_keys import build_autn, derive_k_app, derive_k_asme, derive_ks
from nodes.protocol.crypto.functions import AuthenticationFunctions, Challenge
from nodes.protocol.identities import PLMNIdentity
from nodes.protocol.octets import (
    AMF,
    LENGTHS,
    OP,
    RAND,
    SQN,
    TOP,
    K,
    Length,
    OPc,
    SQNxorAK,
    TOPc,
    from_hex,
    sqn_from,
)

# The value of each option that was given, by its name without the hyphens.
Options = Mapping[str, str]

COMMON_OPTIONS: Final = ("algorithm", "k", "rand", "sqn", "amf", "plmn", "as-name")
OPTIONS_OF: Final = {
    "milenage": ("op", "opc"),
    "tuak": ("top", "topc", "mac-length", "res-length", "ck-length", "ik-length", "iterations"),
}
ALL_OPTIONS: Final = (*COMMON_OPTIONS, *OPTIONS_OF["milenage"], *OPTIONS_OF["tuak"])
# A file of a USIM holds the number of iterations in one octet.
MAX_ITERATIONS: Final = 255
MAX_AS_NAME: Final = 0xFFFF
_MOST_DIGITS: Final = 3

# Option to the name of its value in LENGTHS.
_SYMBOLS: Final = {"k": "K", "rand": "RAND", "sqn": "SQN", "amf": "AMF"} | {
    "op": "OP",
    "opc": "OPc",
    "top": "TOP",
    "topc": "TOPc",
}
_DEFAULT_LENGTHS: Final = {"MAC": 8, "RES": 8, "CK": 16, "IK": 16}


class OptionError(ValueError):
    """An option is missing, not understood or out of place; the text is one sentence that names it."""


@dataclass(frozen=True, slots=True)
class _Subscriber:
    """The functions, and the operator's key under its name; `fits_eps` when MAC is 8, CK and IK 16 octets."""

    functions: AuthenticationFunctions
    operator_key_name: str
    operator_key: bytes
    fits_eps: bool


def describe(option: str, algorithm: str = "tuak") -> str:
    """What the value of an option should be, as the end of a sentence."""
    if option in _SYMBOLS:
        return f"{_SYMBOLS[option]} is {_length_of(option, algorithm)}, two hexadecimal digits each"
    name = option.partition("-")[0].upper()
    if name in tuak.LENGTHS_OF:
        return f"the length of {name} is {tuak.LENGTHS_OF[name]}"
    return {
        "algorithm": f"the algorithm is {' or '.join(OPTIONS_OF)}",
        "iterations": f"the number of Keccak iterations is 1 to {MAX_ITERATIONS} (TS 35.231)",
        "plmn": "the PLMN identity is MCC and MNC, 5 or 6 decimal digits (TS 23.003 §2.2)",
        "as-name": f"the name of the AS is 1 to {MAX_AS_NAME} octets of UTF-8",
    }[option]


def run(options: Options) -> dict[str, str | None]:
    """Every value of one AKA run, in lower-case hexadecimal digits; None where the options do not give it.

    Raises:
        OptionError: an option is missing, not understood or out of place.
    """
    algorithm = options.get("algorithm")
    if algorithm is None:
        raise OptionError(f"--algorithm is missing: {describe('algorithm')}.")
    if algorithm not in OPTIONS_OF:
        raise OptionError(f"--algorithm {algorithm!a} is unknown: {describe('algorithm')}.")
    _refuse_others(options, algorithm)
    rand, amf = RAND(_octets(options, "rand")), AMF(_octets(options, "amf"))
    sqn = sqn_from(_octets(options, "sqn"))
    plmn_id, as_name = _plmn_id(options), _as_name(options)
    subscriber = _milenage(options) if algorithm == "milenage" else _tuak(options)
    functions = subscriber.functions
    challenge = functions.challenge(rand, sqn, amf)
    results: dict[str, bytes | None] = {
        subscriber.operator_key_name: subscriber.operator_key,
        "mac_a": challenge.mac_a,
        "mac_s": functions.f1_star(rand, sqn, amf),
        "res": challenge.res,
        "ck": challenge.ck,
        "ik": challenge.ik,
        "ak": challenge.ak,
        "ak_star": functions.f5_star(rand),
        **_eps_results(challenge, sqn, amf, plmn_id, as_name, fits=subscriber.fits_eps),
    }
    return {name: None if value is None else value.hex() for name, value in results.items()}


def _eps_results(
    challenge: Challenge, sqn: SQN, amf: AMF, plmn_id: PLMNIdentity | None, as_name: str | None, *, fits: bool
) -> dict[str, bytes | None]:
    results: dict[str, bytes | None] = dict.fromkeys(("autn", "k_asme", "ks", "k_app"))
    if not fits:
        return results
    autn = build_autn(sqn, challenge.ak, amf, challenge.mac_a)
    results["autn"] = autn
    if plmn_id is not None:
        k_asme = derive_k_asme(challenge.ck, challenge.ik, plmn_id, SQNxorAK(autn[:6]))
        ks = derive_ks(k_asme)
        results |= {"k_asme": k_asme, "ks": ks}
        results["k_app"] = None if as_name is None else derive_k_app(ks, as_name)
    return results


def _milenage(options: Options) -> _Subscriber:
    k = K(_octets(options, "k", "milenage"))
    name = _one_of(options, "op", "opc")
    given = _octets(options, name)
    opc = OPc(given) if name == "opc" else milenage.compute_opc(k, OP(given))
    return _Subscriber(milenage.Milenage(k, opc), "opc", opc, fits_eps=True)


def _tuak(options: Options) -> _Subscriber:
    k = K(_octets(options, "k"))
    name = _one_of(options, "top", "topc")
    given = _octets(options, name)
    lengths = {
        symbol: _number(options, f"{symbol.lower()}-length", default) for symbol, default in _DEFAULT_LENGTHS.items()
    }
    iterations = _number(options, "iterations", 1)
    topc = TOPc(given) if name == "topc" else tuak.compute_topc(k, TOP(given), iterations)
    chosen = tuak.TuakLengths(lengths["MAC"], lengths["RES"], lengths["CK"], lengths["IK"])
    return _Subscriber(tuak.Tuak(k, topc, chosen, iterations), "topc", topc, fits_eps=chosen.fit_eps)


def _refuse_others(options: Options, algorithm: str) -> None:
    for other, names in OPTIONS_OF.items():
        for name in names:
            if other != algorithm and name in options:
                raise OptionError(f"--{name} belongs to --algorithm {other}, where {describe(name)}.")


def _one_of(options: Options, plain: str, derived: str) -> str:
    given = [name for name in (plain, derived) if name in options]
    if len(given) != 1:
        found = "both are given" if given else "both are missing"
        raise OptionError(
            f"--{plain} and --{derived}: {found}, one is needed, where {describe(plain)}, or {describe(derived)}."
        )
    return given[0]


def _length_of(option: str, algorithm: str) -> Length:
    is_milenage_k = option == "k" and algorithm == "milenage"
    return milenage.K_LENGTH if is_milenage_k else LENGTHS[_SYMBOLS[option]]


def _octets(options: Options, name: str, algorithm: str = "tuak") -> bytes:
    text = options.get(name)
    if text is None:
        raise OptionError(f"--{name} is missing: {describe(name, algorithm)}.")
    try:
        return from_hex(_SYMBOLS[name], text, _length_of(name, algorithm))
    except ValueError as error:
        raise OptionError(f"--{name}: {error}.") from None


def _number(options: Options, name: str, default: int) -> int:
    text = options.get(name, str(default))
    # int() of a very long text is slow, and beyond some length an error.
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0
    allowed = range(1, MAX_ITERATIONS + 1) if name == "iterations" else _lengths_allowed(name)
    if number not in allowed:
        raise OptionError(f"--{name}: {describe(name)}, got {text!a}.")
    return number


def _lengths_allowed(name: str) -> tuple[int, ...]:
    return tuak.LENGTHS_OF[name.partition("-")[0].upper()].allowed


def _plmn_id(options: Options) -> PLMNIdentity | None:
    if "plmn" not in options:
        return None
    try:
        return PLMNIdentity.from_digits(options["plmn"])
    except ValueError:
        raise OptionError(f"--plmn: {describe('plmn')}, got {options['plmn']!a}.") from None


def _as_name(options: Options) -> str | None:
    name = options.get("as-name")
    if name is None:
        return None
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise OptionError(f"--as-name: {describe('as-name')}, got octets that are none.") from None
    if not 1 <= length <= MAX_AS_NAME:
        raise OptionError(f"--as-name: {describe('as-name')}, got {length}.")
    return name
