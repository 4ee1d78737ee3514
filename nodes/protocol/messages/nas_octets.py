"""Octets of NAS messages (TS 24.301 §8.2, §9), group by group. Decoding is not here.

One table says for every message which information elements follow its header, in order.
"""

from functools import lru_cache
from typing import Final

from nodes.protocol.messages import nas
from nodes.protocol.messages import nas_elements as ie
from nodes.protocol.messages.nas_elements import Group, checked_ksi

_EMM: Final = 0x07  # protocol discriminator "EPS mobility management messages" (TS 24.007 §11.2.3.1.1)
_SERVICE_REQUEST_TYPE: Final = 12  # "Security header for the SERVICE REQUEST message" (§9.3.1)
_MAC_LENGTH: Final = 4

# Message type (§9.8), the message's name, and what follows the type.
_LAYOUTS: Final[dict[type[nas.PlainNAS], tuple[int, str, tuple[ie.InformationElement, ...]]]] = {
    nas.AttachRequest: (
        0x41,
        "ATTACH REQUEST",
        (ie.ATTACH_TYPE, ie.EPS_IDENTITY, ie.CAPABILITY, ie.ESM_CONTAINER),
    ),
    nas.AttachAccept: (
        0x42,
        "ATTACH ACCEPT",
        (ie.ATTACH_RESULT, ie.T3412, ie.TAI_LIST, ie.ESM_CONTAINER, ie.GUTI_TLV),
    ),
    nas.AttachComplete: (0x43, "ATTACH COMPLETE", (ie.ESM_CONTAINER,)),
    nas.AttachReject: (0x44, "ATTACH REJECT", (ie.CAUSE,)),
    nas.DetachRequest: (0x45, "DETACH REQUEST", (ie.DETACH_TYPE, ie.EPS_IDENTITY_GUTI)),
    nas.DetachAccept: (0x46, "DETACH ACCEPT", ()),
    nas.TrackingAreaUpdateRequest: (0x48, "TRACKING AREA UPDATE REQUEST", (ie.EPS_UPDATE_TYPE, ie.OLD_GUTI)),
    nas.TrackingAreaUpdateAccept: (0x49, "TRACKING AREA UPDATE ACCEPT", (ie.EPS_UPDATE_RESULT, ie.GUTI_TLV)),
    nas.TrackingAreaUpdateComplete: (0x4A, "TRACKING AREA UPDATE COMPLETE", ()),
    nas.TrackingAreaUpdateReject: (0x4B, "TRACKING AREA UPDATE REJECT", (ie.CAUSE,)),
    nas.ServiceReject: (0x4E, "SERVICE REJECT", (ie.CAUSE,)),
    nas.ServiceAccept: (0x4F, "SERVICE ACCEPT", ()),
    nas.GUTIReallocationCommand: (0x50, "GUTI REALLOCATION COMMAND", (ie.GUTI_LV,)),
    nas.GUTIReallocationComplete: (0x51, "GUTI REALLOCATION COMPLETE", ()),
    nas.AuthenticationRequest: (0x52, "AUTHENTICATION REQUEST", (ie.KSI, ie.RAND, ie.AUTN)),
    nas.AuthenticationResponse: (0x53, "AUTHENTICATION RESPONSE", (ie.RES,)),
    nas.AuthenticationReject: (0x54, "AUTHENTICATION REJECT", ()),
    nas.IdentityRequest: (0x55, "IDENTITY REQUEST", (ie.IDENTITY_TYPE,)),
    nas.IdentityResponse: (0x56, "IDENTITY RESPONSE", (ie.MOBILE_IDENTITY,)),
    nas.AuthenticationFailure: (0x5C, "AUTHENTICATION FAILURE", (ie.CAUSE, ie.AUTS)),
    nas.SecurityModeCommand: (
        0x5D,
        "SECURITY MODE COMMAND",
        (ie.SELECTED_ALGORITHMS, ie.KSI, ie.REPLAYED_CAPABILITY),
    ),
    nas.SecurityModeComplete: (0x5E, "SECURITY MODE COMPLETE", ()),
    nas.SecurityModeReject: (0x5F, "SECURITY MODE REJECT", (ie.CAUSE,)),
}

# §9.3.1: integrity protected 1, and ciphered 2; the same with a new EPS security context 3 and 4. EEA0
# counts as ciphering from SECURITY MODE COMPLETE on; ATTACH REQUEST and, from memory, TRACKING AREA UPDATE REQUEST
# are never ciphered (§4.4.5).
_SECURITY_HEADER_TYPE: Final = 2
_SECURITY_HEADER_TYPES: Final[dict[type[nas.PlainNAS], int]] = {
    nas.AttachRequest: 1,
    nas.TrackingAreaUpdateRequest: 1,
    nas.SecurityModeCommand: 3,
    nas.SecurityModeComplete: 4,
}


def _service_request(message: nas.ServiceRequest, count: int) -> tuple[Group, ...]:
    """SERVICE REQUEST up to its short MAC.

    It has no message type, and no identity: the S-TMSI travels beside it, in RRC.
    """
    ksi_and_sequence_number = checked_ksi(message.ksi) << 5 | count & 0x1F
    return (
        _header(_SERVICE_REQUEST_TYPE),
        Group("KSI and sequence number", "§9.9.3.19", bytes((ksi_and_sequence_number,))),
    )


def _header(security_header_type: int) -> Group:
    octet = bytes((security_header_type << 4 | _EMM,))
    return Group("Security header type, protocol discriminator", "§9.3.1, §9.2", octet)


def groups(message: nas.NASMessage, count: int = 0) -> tuple[Group, ...]:
    """The octets of a message, group by group.

    `count` is the NAS COUNT of an unprotected SERVICE REQUEST, the only plain message with a sequence number.

    Raises:
        ValueError: a field does not fit its information element.
    """
    if isinstance(message, nas.SecurityProtected):
        return _protected(message)
    if isinstance(message, nas.ServiceRequest):
        return _service_request(message, count)
    number, name, elements = _LAYOUTS[type(message)]
    body = (element.group(message) for element in elements)
    message_type = Group(f"{name} message type", "§9.8", bytes((number,)))
    return (_header(0), message_type, *(group for group in body if group is not None))


def _protected(protected: nas.SecurityProtected) -> tuple[Group, ...]:
    if len(protected.mac) != _MAC_LENGTH:
        raise ValueError(f"NAS MAC is {_MAC_LENGTH} octets (TS 24.301 §9.5), got {len(protected.mac)}")
    plain = groups(protected.message, protected.count)
    if isinstance(protected.message, nas.ServiceRequest):
        # The low 2 octets of the MAC stand for the whole of it.
        return (*plain, Group("Short MAC", "§9.9.3.28", protected.mac[2:]))
    return (
        _header(_SECURITY_HEADER_TYPES.get(type(protected.message), _SECURITY_HEADER_TYPE)),
        Group("Message authentication code", "§9.5", protected.mac),
        Group("Sequence number", "§9.6", _sequence_number(protected.count)),
        *plain,
    )


def _sequence_number(count: int) -> bytes:
    """The low 8 bits of NAS COUNT."""
    return bytes((count & 0xFF,))


@lru_cache(maxsize=16_384)
def encode(message: nas.PlainNAS, count: int = 0) -> bytes:
    """Encode a NAS message without security protection; of SERVICE REQUEST what stands before the short MAC.

    `count` is the NAS COUNT; SERVICE REQUEST carries its low 5 bits, other plain messages none of it.

    Raises:
        ValueError: a field does not fit its information element.
    """
    return b"".join(group.octets for group in groups(message, count))


def security_protected(message: nas.SecurityProtected) -> bytes:
    """Encode a security protected NAS message (§9.1): header, MAC, 4 octets, sequence number, plain message.

    SERVICE REQUEST is its own form: 4 octets that end in the short MAC, 2 octets (§8.2.25).

    Raises:
        ValueError: the MAC is not 4 octets, or a field does not fit its information element.
    """
    return b"".join(group.octets for group in groups(message))


def mac_input(message: nas.PlainNAS, count: int) -> bytes:
    """The octets that the MAC is computed over: sequence number and plain message (TS 24.301 §9.5).

    SERVICE REQUEST has its sequence number inside: its octets before the short MAC.

    Raises:
        ValueError: a field does not fit its information element.
    """
    octets = encode(message, count)
    return octets if isinstance(message, nas.ServiceRequest) else _sequence_number(count) + octets
