"""NAS messages decoded to the values that they were encoded of."""

from dataclasses import dataclass
from typing import Final

from nodes.codec.groups import first_difference
from nodes.codec.nas import SEQUENCE_BITS, Reading, read
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import nas
from nodes.protocol.messages.nas_octets import encode, security_protected
from nodes.protocol.octets import DecodeError

_SEQUENCE_NUMBERS: Final = 1 << 8  # §9.6


@dataclass(frozen=True, slots=True)
class Beside:
    """What a message's octets leave out, and its receiver knows (TS 24.301 §4.4.3.1).

    The eKSI of the security context that protects it; the NAS COUNT of which octets carry the low bits, 24 bits in all;
    the GUTI whose S-TMSI comes with SERVICE REQUEST in RRC, and the high 2 octets of the MAC that it is short of.
    """

    ksi: int = nas.NO_KSI
    count: int = 0
    guti: GUTI | None = None
    mac: bytes = bytes(2)


def decode(octets: bytes, beside: Beside | None = None) -> nas.NASMessage:
    """Decode one NAS message to the value that `encode` or `security_protected` made these octets of.

    Raises:
        DecodeError: the octets are no message of this product: no NAS message at all, or one that says what the
            product has no word for.
    """
    beside = beside or Beside()
    reading = read(octets)
    message = _message(reading, beside)
    found = _with_protection(message, reading, beside)
    again = security_protected(found) if isinstance(found, nas.SecurityProtected) else encode(found)
    if again != octets:
        raise DecodeError(
            "Well formed, but this product's message of that type goes on otherwise", first_difference(again, octets)
        )
    return found


def _with_protection(message: nas.PlainNAS, reading: Reading, beside: Beside) -> nas.NASMessage:
    if reading.sequence_number is None:
        return message
    is_short = isinstance(message, nas.ServiceRequest)
    low = (1 << SEQUENCE_BITS if is_short else _SEQUENCE_NUMBERS) - 1
    mac = beside.mac + reading.mac if is_short else reading.mac
    return nas.SecurityProtected(message, beside.ksi, beside.count & ~low | reading.sequence_number, mac)


def _message(reading: Reading, beside: Beside) -> nas.PlainNAS:
    if reading.kind is None:
        raise DecodeError(f"{reading.name} is not read here: it is ciphered, or none that this product sends", 0)
    values = dict(reading.values)
    if reading.kind is nas.ServiceRequest:
        if beside.guti is None:
            raise DecodeError("SERVICE REQUEST has no identity: the S-TMSI comes beside it, in RRC (TS 24.301 §8.2.25)")
        values["guti"] = beside.guti
    for value in values.values():
        if isinstance(value, DecodeError):
            raise value
    return reading.kind(**values)
