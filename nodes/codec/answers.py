"""What octets are, as plain data for JSON: a NAS message, a GUTI, a Diameter message. Octets are in lower case."""

from typing import Any, Final

from nodes.codec import diameter, nas, nas_words
from nodes.codec.diameter import ReadAVP, flags_in_words
from nodes.codec.diameter_commands import APPLICATIONS
from nodes.codec.groups import Group
from nodes.protocol.identities import GUTI
from nodes.protocol.messages.nas_octets import SERVICE_REQUEST_HEADER
from nodes.protocol.octets import DecodeError

_IEI: Final = 0x50
_GUTI: Final = 10
_WITH_LENGTH: Final = 12
_WITH_IEI: Final = 13


def nas_answer(octets: bytes) -> dict[str, Any]:
    """Name, type, security header and elements of a NAS message (TS 24.301).

    Raises:
        DecodeError: the octets are no complete NAS message of this product.
    """
    reading = nas.read(octets)
    number = min(reading.security_header, SERVICE_REQUEST_HEADER)
    header: dict[str, Any] = {"type": reading.security_header, "meaning": nas_words.SECURITY_HEADERS[number]}
    if reading.sequence_number is not None:
        header |= {"mac": reading.mac.hex(), "sequence_number": reading.sequence_number}
    message_type = None if reading.message_type is None else f"{reading.message_type:02x}"
    return {
        "message": reading.name,
        "clause": f"TS 24.301 {reading.clause}",
        "type": message_type,
        "security_header": header,
        "elements": [_group(element) for element in reading.elements],
    }


def _group(group: Group) -> dict[str, Any]:
    said = {
        "name": group.name,
        "offset": group.offset,
        "octets": group.octets.hex(),
        "value": group.value,
        "clause": group.clause,
    }
    if group.bits:
        said["bits"] = group.bits
    return said | ({"parts": [_group(part) for part in group.parts]} if group.parts else {})


def guti_answer(octets: bytes) -> dict[str, str]:
    """The parts of a GUTI: 10 octets, 12 with length and type of identity, or 13 with IEI 50 too (TS 24.301 §9.9.3.12).

    Raises:
        DecodeError: the octets are no GUTI.
    """
    guti = _guti(octets)
    gummei = guti.gummei
    return {
        "mcc": gummei.plmn_id.mcc,
        "mnc": gummei.plmn_id.mnc,
        "mme_group_id": f"{gummei.mme_group_id:04x}",
        "mme_code": f"{gummei.mme_code:02x}",
        "m_tmsi": f"{guti.m_tmsi:08x}",
        "gummei": str(gummei),
        "s_tmsi": guti.s_tmsi.hex(),
    }


def _guti(octets: bytes) -> GUTI:
    match len(octets):
        case size if size == _GUTI:
            return GUTI.decode(octets)
        case size if size == _WITH_LENGTH:
            return GUTI.decode_information_element(octets)
        case size if size == _WITH_IEI and octets[0] == _IEI:
            try:
                return GUTI.decode_information_element(octets[1:])
            except DecodeError as error:
                raise error.moved(1) from None
        case size:
            raise DecodeError(
                f"A GUTI is {_GUTI} octets, {_WITH_LENGTH} with its length, or {_WITH_IEI} with IEI 50, got {size}"
            )


def diameter_answer(octets: bytes) -> dict[str, Any]:
    """Command, flags, application and AVPs of a Diameter message (RFC 6733).

    Raises:
        DecodeError: the octets are no complete Diameter message of this product.
    """
    reading = diameter.read(octets)
    command = reading.command
    return {
        "command": reading.name,
        "code": command.code,
        "clause": reading.clause,
        "flags": flags_in_words(reading.flags).split(", "),
        "application": {"id": command.application, "name": APPLICATIONS[command.application]},
        "hop_by_hop": f"{reading.hop_by_hop:08x}",
        "end_to_end": f"{reading.end_to_end:08x}",
        "avps": [_avp(each) for each in reading.avps],
    }


def _avp(read: ReadAVP) -> dict[str, Any]:
    said = {
        "name": read.name,
        "code": read.code,
        "vendor": read.vendor,
        "flags": diameter.avp_flags_in_words(read.flags).split(", "),
        "value": read.group.value,
        "octets": read.data.hex(),
        "clause": read.group.clause,
    }
    said |= {"secret": True} if read.group.is_secret else {}
    return said | ({"avps": [_avp(each) for each in read.members]} if read.members else {})
