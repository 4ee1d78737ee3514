"""Octets of NAS messages (TS 24.301 §8.2, §9). One table says which information elements follow a message's header.

Reading and explaining octets by the same table is nodes.codec's.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nodes.protocol.messages import nas
from nodes.protocol.messages import nas_elements as ie
from nodes.protocol.messages.nas_elements import Element, Part, checked_ksi

EMM: Final = 0x07  # protocol discriminator "EPS mobility management messages" (TS 24.007 §11.2.3.1.1)
SERVICE_REQUEST_HEADER: Final = 12  # "Security header for the SERVICE REQUEST message" (§9.3.1)
MAC_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """A message's name, its clause, its message type (§9.8), and what follows the type."""

    name: str
    clause: str
    message_type: int
    parts: tuple[Part, ...] = ()

    @property
    def optional(self) -> tuple[Element, ...]:
        """The elements that begin with an identifier (IEI), and so may be missing."""
        return tuple(part for part in self.parts if isinstance(part, Element) and part.iei is not None)


LAYOUTS: Final[dict[type[nas.PlainNAS], Layout]] = {
    nas.AttachRequest: Layout(
        "ATTACH REQUEST", "§8.2.4", 0x41, (ie.ATTACH_TYPE, ie.EPS_IDENTITY, ie.CAPABILITY, ie.ESM_CONTAINER)
    ),
    nas.AttachAccept: Layout(
        "ATTACH ACCEPT", "§8.2.1", 0x42, (ie.ATTACH_RESULT, ie.T3412, ie.TAI_LIST, ie.ESM_CONTAINER, ie.GUTI_TLV)
    ),
    nas.AttachComplete: Layout("ATTACH COMPLETE", "§8.2.2", 0x43, (ie.ESM_CONTAINER,)),
    nas.AttachReject: Layout("ATTACH REJECT", "§8.2.3", 0x44, (ie.CAUSE,)),
    nas.DetachRequest: Layout("DETACH REQUEST", "§8.2.11.1", 0x45, (ie.DETACH_TYPE, ie.EPS_IDENTITY_GUTI)),
    nas.DetachAccept: Layout("DETACH ACCEPT", "§8.2.10.1", 0x46),
    nas.TrackingAreaUpdateRequest: Layout(
        "TRACKING AREA UPDATE REQUEST", "§8.2.29", 0x48, (ie.EPS_UPDATE_TYPE, ie.OLD_GUTI)
    ),
    nas.TrackingAreaUpdateAccept: Layout(
        "TRACKING AREA UPDATE ACCEPT", "§8.2.26", 0x49, (ie.EPS_UPDATE_RESULT, ie.GUTI_TLV)
    ),
    nas.TrackingAreaUpdateComplete: Layout("TRACKING AREA UPDATE COMPLETE", "§8.2.27", 0x4A),
    nas.TrackingAreaUpdateReject: Layout("TRACKING AREA UPDATE REJECT", "§8.2.28", 0x4B, (ie.CAUSE,)),
    nas.ServiceReject: Layout("SERVICE REJECT", "§8.2.24", 0x4E, (ie.CAUSE,)),
    nas.ServiceAccept: Layout("SERVICE ACCEPT", "§8.2.34", 0x4F),
    nas.GUTIReallocationCommand: Layout("GUTI REALLOCATION COMMAND", "§8.2.16", 0x50, (ie.GUTI_LV,)),
    nas.GUTIReallocationComplete: Layout("GUTI REALLOCATION COMPLETE", "§8.2.17", 0x51),
    nas.AuthenticationRequest: Layout("AUTHENTICATION REQUEST", "§8.2.7", 0x52, (ie.KSI, ie.RAND, ie.AUTN)),
    nas.AuthenticationResponse: Layout("AUTHENTICATION RESPONSE", "§8.2.8", 0x53, (ie.RES,)),
    nas.AuthenticationReject: Layout("AUTHENTICATION REJECT", "§8.2.6", 0x54),
    nas.IdentityRequest: Layout("IDENTITY REQUEST", "§8.2.18", 0x55, (ie.IDENTITY_TYPE,)),
    nas.IdentityResponse: Layout("IDENTITY RESPONSE", "§8.2.19", 0x56, (ie.MOBILE_IDENTITY,)),
    nas.AuthenticationFailure: Layout("AUTHENTICATION FAILURE", "§8.2.5", 0x5C, (ie.CAUSE, ie.AUTS)),
    nas.SecurityModeCommand: Layout(
        "SECURITY MODE COMMAND", "§8.2.20", 0x5D, (ie.SELECTED_ALGORITHMS, ie.KSI, ie.REPLAYED_CAPABILITY)
    ),
    nas.SecurityModeComplete: Layout("SECURITY MODE COMPLETE", "§8.2.21", 0x5E),
    nas.SecurityModeReject: Layout("SECURITY MODE REJECT", "§8.2.22", 0x5F, (ie.CAUSE,)),
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


@lru_cache(maxsize=16_384)
def encode(message: nas.PlainNAS, count: int = 0) -> bytes:
    """Encode a NAS message without security protection; of SERVICE REQUEST what stands before the short MAC.

    `count` is the NAS COUNT; SERVICE REQUEST carries its low 5 bits, other plain messages none of it. SERVICE REQUEST
    has no message type, and no identity: the S-TMSI travels beside it, in RRC.

    Raises:
        ValueError: a field does not fit its information element.
    """
    if isinstance(message, nas.ServiceRequest):
        return bytes((SERVICE_REQUEST_HEADER << 4 | EMM, checked_ksi(message.ksi) << 5 | count & 0x1F))
    layout = LAYOUTS[type(message)]
    return bytes((EMM, layout.message_type)) + b"".join([part.of(message) for part in layout.parts])


def security_protected(message: nas.SecurityProtected) -> bytes:
    """Encode a security protected NAS message (§9.1): header, MAC, 4 octets, sequence number, plain message.

    SERVICE REQUEST is its own form: 4 octets that end in the short MAC, the low 2 octets of the whole (§8.2.25).

    Raises:
        ValueError: the MAC is not 4 octets, or a field does not fit its information element.
    """
    if len(message.mac) != MAC_LENGTH:
        raise ValueError(f"NAS MAC is {MAC_LENGTH} octets (TS 24.301 §9.5), got {len(message.mac)}")
    covered = mac_input(message.message, message.count)
    if isinstance(message.message, nas.ServiceRequest):
        return covered + message.mac[2:]
    header = _SECURITY_HEADER_TYPES.get(type(message.message), _SECURITY_HEADER_TYPE)
    return bytes((header << 4 | EMM,)) + message.mac + covered


def mac_input(message: nas.PlainNAS, count: int) -> bytes:
    """The octets that the MAC is computed over: sequence number and plain message (TS 24.301 §9.5).

    SERVICE REQUEST has its sequence number inside: its octets before the short MAC.

    Raises:
        ValueError: a field does not fit its information element.
    """
    octets = encode(message, count)
    return octets if isinstance(message, nas.ServiceRequest) else bytes((count & 0xFF,)) + octets
