"""The options of `aka`: what the value of each should be, and which of them go together."""

from collections.abc import Mapping
from typing import Final

from nodes.protocol.aka import plmn
from nodes.protocol.crypto import milenage, tuak
from nodes.protocol.octets import LENGTHS, SQN_BITS, Length

# The value of each option that was given, by its name without the hyphens.
Options = Mapping[str, str]

OPTIONS_OF: Final = {
    "milenage": ("op", "opc"),
    "tuak": ("top", "topc", "mac-length", "res-length", "ck-length", "ik-length", "iterations"),
}
GROUPS: Final = {
    "the subscriber": ("algorithm", "k", *OPTIONS_OF["milenage"]),
    "the challenge": ("rand", "sqn", "sqn-decimal", "amf"),
    "captured, in place of SQN and AMF": ("autn", "auts"),
    "keys of the serving network": ("plmn", "eea", "eia", "nas-count", "as-name"),
    "captured, in place of all that leads to it": ("k-asme",),
    "TUAK": OPTIONS_OF["tuak"],
}
ALL_OPTIONS: Final = tuple(option for group in GROUPS.values() for option in group)
# Everything that comes after K_ASME; the algorithm may be named, it is not asked.
OPTIONS_BELOW_K_ASME: Final = ("k-asme", "eea", "eia", "nas-count", "as-name", "algorithm")

# Option to the name of its value in LENGTHS.
SYMBOLS: Final = {
    "k": "K",
    "op": "OP",
    "opc": "OPc",
    "top": "TOP",
    "topc": "TOPc",
    "rand": "RAND",
    "sqn": "SQN",
    "amf": "AMF",
    "autn": "AUTN",
    "auts": "AUTS",
    "k-asme": "K_ASME",
}

# A file of a USIM holds the number of iterations in one octet.
MAX_ITERATIONS: Final = 255
MAX_AS_NAME: Final = 0xFFFF
MAX_SQN: Final = (1 << SQN_BITS) - 1
_MAX_NAS_COUNT: Final = 0xFFFFFFFF

# Option to the numbers that it may be, and the one that it is when it is not given.
NUMBERS: Final[dict[str, tuple[range | tuple[int, ...], int]]] = {
    "mac-length": (tuak.LENGTHS_OF["MAC"].allowed, tuak.EPS_LENGTHS.mac),
    "res-length": (tuak.LENGTHS_OF["RES"].allowed, tuak.EPS_LENGTHS.res),
    "ck-length": (tuak.LENGTHS_OF["CK"].allowed, tuak.EPS_LENGTHS.ck),
    "ik-length": (tuak.LENGTHS_OF["IK"].allowed, tuak.EPS_LENGTHS.ik),
    "iterations": (range(1, MAX_ITERATIONS + 1), 1),
    "eea": (range(1, 4), 2),
    "eia": (range(1, 4), 2),
    "nas-count": (range(_MAX_NAS_COUNT + 1), 0),
}
_WORDS: Final = {
    "algorithm": f"the algorithm is {' or '.join(OPTIONS_OF)}",
    "sqn-decimal": f"SQN is 0 to {MAX_SQN} in decimal digits ({SQN_BITS} bits, TS 33.102 §6.3.7)",
    "plmn": plmn.RULE,
    "eea": "the EEA is 1, 2 or 3, by default 2 (TS 33.401 §5.1.3.2)",
    "eia": "the EIA is 1, 2 or 3, by default 2 (TS 33.401 §5.1.4.2)",
    "nas-count": f"the uplink NAS COUNT is 0 to {_MAX_NAS_COUNT}, by default 0 (TS 33.401 §A.3)",
    "as-name": f"the name of the AS is 1 to {MAX_AS_NAME} octets of UTF-8",
    "iterations": f"the number of Keccak iterations is 1 to {MAX_ITERATIONS}, by default 1 (TS 35.231)",
}
_OPENED: Final = ("sqn", "sqn-decimal", "autn", "auts")


class OptionError(ValueError):
    """An option is missing, not understood or out of place; the text is one sentence that names it, not its value."""


def describe(option: str, algorithm: str = "tuak") -> str:
    """What the value of an option should be, as the end of a sentence."""
    if option in _WORDS:
        return _WORDS[option]
    if option in SYMBOLS:
        return f"{SYMBOLS[option]} is {length_of(option, algorithm)}, two hexadecimal digits each"
    name = option.partition("-")[0].upper()
    return f"the length of {name} is {tuak.LENGTHS_OF[name]}, by default {NUMBERS[option][1]}"


def length_of(option: str, algorithm: str) -> Length:
    """The lengths that an octet string may have under an algorithm."""
    is_milenage_k = option == "k" and algorithm == "milenage"
    return milenage.K_LENGTH if is_milenage_k else LENGTHS[SYMBOLS[option]]


def refuse_below_k_asme(options: Options) -> None:
    """Refuse what K_ASME, given, leaves nothing to do for."""
    for name in options:
        if name not in OPTIONS_BELOW_K_ASME:
            raise OptionError(f"--{name} has no place beside --k-asme: K_ASME is what it would lead to.")


def refuse_together(options: Options, algorithm: str) -> None:
    """Refuse options of the other algorithm, and two that say the same thing."""
    for other, names in OPTIONS_OF.items():
        for name in names:
            if other != algorithm and name in options:
                raise OptionError(f"--{name} belongs to --algorithm {other}, where {describe(name)}.")
    for name in ("sqn", "sqn-decimal", "amf"):
        if "autn" in options and name in options:
            raise OptionError(f"--{name} has no place beside --autn, which holds SQN and AMF.")
    if "sqn" in options and "sqn-decimal" in options:
        raise OptionError("--sqn and --sqn-decimal: both are given, one is needed.")
    if not any(name in options for name in _OPENED):
        raise OptionError(
            f"--sqn is missing: {describe('sqn')}; --sqn-decimal, --autn, --auts or --k-asme may take its place."
        )
