"""The secrets that were given, the functions made of them, and what they may have been mistaken for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from nodes.protocol.aka import reading
from nodes.protocol.aka.options import SYMBOLS, Options
from nodes.protocol.aka.values import Values
from nodes.protocol.crypto import milenage, tuak
from nodes.protocol.crypto.functions import AuthenticationFunctions
from nodes.protocol.crypto.tuak import EPS_LENGTHS, TuakLengths
from nodes.protocol.octets import OP, TOP, K, OPc, TOPc


@dataclass(frozen=True, slots=True)
class Subscriber:
    """K, and the operator's key as it was given: `key_name` is op, opc, top or topc."""

    k: K
    key_name: str
    key: bytes
    lengths: TuakLengths = EPS_LENGTHS
    iterations: int = 1

    @property
    def has_tuak(self) -> bool:
        return self.key_name.startswith("t")

    @property
    def key_names(self) -> tuple[str, str]:
        """Option of the operator's key, and of what is derived of it."""
        return ("top", "topc") if self.has_tuak else ("op", "opc")

    @property
    def derived_key(self) -> OPc | TOPc:
        """OPc, 16 octets, or TOPc, 32."""
        match self.key_name:
            case "op":
                return milenage.compute_opc(self.k, OP(self.key))
            case "opc":
                return OPc(self.key)
            case "top":
                return tuak.compute_topc(self.k, TOP(self.key), self.iterations)
        return TOPc(self.key)

    @property
    def functions(self) -> AuthenticationFunctions:
        if self.has_tuak:
            return tuak.Tuak(self.k, TOPc(self.derived_key), self.lengths, self.iterations)
        return milenage.Milenage(self.k, OPc(self.derived_key))

    @property
    def values(self) -> Values:
        """What it came to: OPc or TOPc, and the lengths in force where the operator chooses them."""
        values: Values = {self.key_names[1]: self.derived_key}
        if self.has_tuak:
            lengths = {f"{name}_length": getattr(self.lengths, name) for name in ("mac", "res", "ck", "ik")}
            values |= {**lengths, "iterations": self.iterations}
        return values

    def mistaken(self) -> Iterator[tuple["Subscriber", str]]:
        """The same values taken for something else, each with the words that say for what."""
        for chosen, key_name in product((self.lengths, *self._other_lengths()), self.key_names):
            other = replace(self, key_name=key_name, lengths=chosen)
            if other != self:
                yield other, _differences(self, other)

    def _other_lengths(self) -> Iterator[TuakLengths]:
        """Lengths that are in INSTANCE of f5, and so in AK: any of RES, with CK and IK as they are or as in EPS."""
        if self.has_tuak:
            for base, res in product((self.lengths, EPS_LENGTHS), tuak.LENGTHS_OF["RES"].allowed):
                yield replace(base, res=res)


def _differences(given: Subscriber, other: Subscriber) -> str:
    words = []
    if other.key_name != given.key_name:
        article = "a" if given.has_tuak else "an"
        kind = f"{article} {SYMBOLS[other.key_name]}"
        words.append(f"the value given as --{given.key_name} is {kind} (give it as --{other.key_name})")
    for name in ("res", "ck", "ik"):
        length = getattr(other.lengths, name)
        if length != getattr(given.lengths, name):
            words.append(f"{name.upper()} has {length} octets (give --{name}-length {length})")
    return " and ".join(words)


def read_subscriber(options: Options, algorithm: str) -> Subscriber:
    """Read K, the operator's key and, for TUAK, the lengths.

    Raises:
        OptionError: one is missing, or is not what it should be.
    """
    k = K(reading.octets(options, "k", algorithm))
    if algorithm == "milenage":
        name = reading.one_of(options, "op", "opc")
        return Subscriber(k, name, reading.octets(options, name))
    name = reading.one_of(options, "top", "topc")
    lengths = (reading.number(options, f"{each}-length") for each in ("mac", "res", "ck", "ik"))
    key = reading.octets(options, name)
    return Subscriber(k, name, key, TuakLengths(*lengths), reading.number(options, "iterations"))
