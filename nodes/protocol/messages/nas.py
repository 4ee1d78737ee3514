"""NAS messages between UE and MME (TS 24.301 §8.2), as values. Their octets are nas_octets'."""

from dataclasses import dataclass
from enum import IntEnum

from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.octets import AUTN, AUTS, RAND, RES

NO_KSI = 7  # "no key is available" (TS 24.301 §9.9.3.21)


class EMMCause(IntEnum):
    """EMM causes that this product sends (TS 24.301 Annex A)."""

    EPS_AND_NON_EPS_SERVICES_NOT_ALLOWED = 8
    UE_IDENTITY_CANNOT_BE_DERIVED = 9
    IMPLICITLY_DETACHED = 10
    NETWORK_FAILURE = 17
    MAC_FAILURE = 20
    SYNCH_FAILURE = 21
    UE_SECURITY_CAPABILITIES_MISMATCH = 23
    SECURITY_MODE_REJECTED_UNSPECIFIED = 24
    NON_EPS_AUTHENTICATION_UNACCEPTABLE = 26


@dataclass(frozen=True, slots=True)
class AttachRequest:
    """ATTACH REQUEST (§8.2.4). The identity is a GUTI, or the IMSI while the UE has none.

    `ue_network_capability` is the value of §9.9.3.34, at least 2 octets.
    """

    identity: GUTI | IMSI
    ksi: int
    ue_network_capability: bytes


@dataclass(frozen=True, slots=True)
class AttachAccept:
    """ATTACH ACCEPT (§8.2.1), carrying the GUTI that the MME chose and its tracking area."""

    guti: GUTI


@dataclass(frozen=True, slots=True)
class AttachComplete:
    """ATTACH COMPLETE (§8.2.2)."""


@dataclass(frozen=True, slots=True)
class AttachReject:
    """ATTACH REJECT (§8.2.3)."""

    cause: EMMCause


@dataclass(frozen=True, slots=True)
class DetachRequest:
    """DETACH REQUEST, UE originating (§8.2.11.1); an EPS detach, with or without switch-off."""

    guti: GUTI
    ksi: int
    switch_off: bool = False


@dataclass(frozen=True, slots=True)
class DetachAccept:
    """DETACH ACCEPT to a UE originating detach (§8.2.10.1)."""


@dataclass(frozen=True, slots=True)
class AuthenticationRequest:
    """AUTHENTICATION REQUEST (§8.2.7): RAND 16 octets, AUTN 16 octets, eKSI 0 to 6."""

    ksi: int
    rand: RAND
    autn: AUTN


@dataclass(frozen=True, slots=True)
class AuthenticationResponse:
    """AUTHENTICATION RESPONSE (§8.2.8): RES, 4 to 16 octets."""

    res: RES


@dataclass(frozen=True, slots=True)
class AuthenticationFailure:
    """AUTHENTICATION FAILURE (§8.2.5); AUTS, 14 octets, only with cause #21."""

    cause: EMMCause
    auts: AUTS | None = None


@dataclass(frozen=True, slots=True)
class AuthenticationReject:
    """AUTHENTICATION REJECT (§8.2.6)."""


@dataclass(frozen=True, slots=True)
class IdentityRequest:
    """IDENTITY REQUEST (§8.2.18), always for the IMSI."""


@dataclass(frozen=True, slots=True)
class IdentityResponse:
    """IDENTITY RESPONSE (§8.2.19)."""

    imsi: IMSI


@dataclass(frozen=True, slots=True)
class SecurityModeCommand:
    """SECURITY MODE COMMAND (§8.2.20): EEA0 and 128-EIA2, and the UE's capabilities replayed."""

    ksi: int
    replayed_ue_security_capability: bytes


@dataclass(frozen=True, slots=True)
class SecurityModeComplete:
    """SECURITY MODE COMPLETE (§8.2.21)."""


@dataclass(frozen=True, slots=True)
class SecurityModeReject:
    """SECURITY MODE REJECT (§8.2.22)."""

    cause: EMMCause


@dataclass(frozen=True, slots=True)
class GUTIReallocationCommand:
    """GUTI REALLOCATION COMMAND (§8.2.16)."""

    guti: GUTI


@dataclass(frozen=True, slots=True)
class GUTIReallocationComplete:
    """GUTI REALLOCATION COMPLETE (§8.2.17)."""


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """SERVICE REQUEST (§8.2.25). The GUTI stands for the S-TMSI that RRC carries beside it."""

    guti: GUTI
    ksi: int


@dataclass(frozen=True, slots=True)
class ServiceAccept:
    """SERVICE ACCEPT, as of control plane service requests (type 4F)."""


@dataclass(frozen=True, slots=True)
class ServiceReject:
    """SERVICE REJECT (§8.2.24)."""

    cause: EMMCause


@dataclass(frozen=True, slots=True)
class TrackingAreaUpdateRequest:
    """TRACKING AREA UPDATE REQUEST (§8.2.29); a normal TA update."""

    guti: GUTI
    ksi: int


@dataclass(frozen=True, slots=True)
class TrackingAreaUpdateAccept:
    """TRACKING AREA UPDATE ACCEPT (§8.2.26); with a GUTI only where the MME gives a new one."""

    guti: GUTI | None = None


@dataclass(frozen=True, slots=True)
class TrackingAreaUpdateComplete:
    """TRACKING AREA UPDATE COMPLETE (§8.2.27): the new GUTI is taken."""


@dataclass(frozen=True, slots=True)
class TrackingAreaUpdateReject:
    """TRACKING AREA UPDATE REJECT (§8.2.28)."""

    cause: EMMCause


PlainNAS = (
    AttachRequest
    | AttachAccept
    | AttachComplete
    | AttachReject
    | DetachRequest
    | DetachAccept
    | AuthenticationRequest
    | AuthenticationResponse
    | AuthenticationFailure
    | AuthenticationReject
    | IdentityRequest
    | IdentityResponse
    | SecurityModeCommand
    | SecurityModeComplete
    | SecurityModeReject
    | GUTIReallocationCommand
    | GUTIReallocationComplete
    | ServiceRequest
    | ServiceAccept
    | ServiceReject
    | TrackingAreaUpdateRequest
    | TrackingAreaUpdateAccept
    | TrackingAreaUpdateComplete
    | TrackingAreaUpdateReject
)


@dataclass(frozen=True, slots=True)
class SecurityProtected:
    """A security protected NAS message (§9.1): NAS COUNT and a 128-EIA2 MAC of 4 octets over it.

    `ksi` says which EPS security context protects it; on a wire it stands in the message itself
    or follows from the connection.
    """

    message: PlainNAS
    ksi: int
    count: int
    mac: bytes


NASMessage = PlainNAS | SecurityProtected
