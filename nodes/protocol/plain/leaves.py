"""Plain forms of single values: numbers, text, octets, identities."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NewType

from nodes.protocol.identities import GUMMEI, GUTI, IMSI, PLMNIdentity, imsi
from nodes.protocol.octets import LENGTHS, SQN, exactly, sqn_octets
from nodes.protocol.plain.forms import Form, Refusal, as_is, wanted


def _integer(data: object) -> int:
    if type(data) is not int:
        raise wanted("integer", data)
    return data


def _truth(data: object) -> bool:
    if type(data) is not bool:
        raise wanted("true or false", data)
    return data


def _text(data: object) -> str:
    if not isinstance(data, str):
        raise wanted("text", data)
    try:
        data.encode()
    except UnicodeEncodeError:  # A lone surrogate, which JSON lets pass as \ud800.
        raise wanted("text of whole characters", data) from None
    return data


def _octets_of(data: object) -> bytes:
    """Octets have one form only, so that equal values are equal as text."""
    try:
        octets = bytes.fromhex(data) if isinstance(data, str) else None
    except ValueError:
        octets = None
    if octets is None or octets.hex() != data:
        raise wanted("lower-case hex", data)
    return octets


def checked(load: Callable[[object], Any], check: Callable[[Any], Any]) -> Callable[[object], Any]:
    """`load`, and then `check`, whose ValueError becomes a refusal and whose answer is the value."""

    def load_and_check(data: object) -> Any:  # noqa: ANN401 - of the type that `check` gives.
        value = load(data)
        try:
            return check(value)
        except ValueError as error:
            raise Refusal(str(error)) from None

    return load_and_check


def _hex(value: GUMMEI | GUTI) -> str:
    return value.octets.hex()


# The same few identities stand in every state, and decoding one takes longer than all else of a message.
_remembered = lru_cache(maxsize=4096)

LEAVES: Final[dict[object, Form]] = {
    bool: Form(as_is, as_is, _truth),
    int: Form(as_is, as_is, _integer),
    str: Form(as_is, as_is, _text),
    bytes: Form(bytes.hex, bytes.hex, _octets_of),
    PLMNIdentity: Form(str, str, checked(_text, _remembered(PLMNIdentity.from_digits))),
    GUMMEI: Form(_hex, _hex, checked(_octets_of, _remembered(GUMMEI.decode))),
    GUTI: Form(_hex, _hex, checked(_octets_of, _remembered(GUTI.decode))),
}

# The types whose names the standards print otherwise than Python can.
_PRINTED: Final = {
    "SQNxorAK": "SQN xor AK",
    "MACA": "MAC-A",
    "MACS": "MAC-S",
    "KASME": "K_ASME",
    "KNASint": "K_NASint",
    "KNASenc": "K_NASenc",
    "KAPP": "K_APP",
}


def _sqn(value: SQN) -> SQN:
    sqn_octets(value)
    return value


def check_of(type_: NewType) -> Callable[[Any], Any]:
    """What a glossary type demands beyond its base: an IMSI its digits, SQN its bits, octets their length."""
    if type_ is IMSI:
        return imsi
    if type_ is SQN:
        return _sqn
    name = _PRINTED.get(type_.__name__, type_.__name__)
    if name not in LENGTHS:
        return as_is

    def right_length(value: bytes) -> bytes:
        exactly(name, value)
        return value

    return right_length
