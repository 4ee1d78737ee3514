"""Information elements that this product sends nowhere, but that others may have in the same messages (TS 24.301 §8.2).

Of these name, clause and place are known; what is in them is not explained. Lengths there are non-normative.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from nodes.protocol.messages import nas
from nodes.protocol.messages.nas_elements import Format


@dataclass(frozen=True, slots=True)
class Optional:
    """An optional element. Half an octet beside its IEI: no format; TV: `length` octets of value."""

    iei: int
    name: str
    clause: str
    format: Format | None = None
    length: int = 0


def _half(iei: int, name: str, clause: str) -> Optional:
    return Optional(iei << 4, name, clause)


def _tv(iei: int, name: str, clause: str, length: int) -> Optional:
    return Optional(iei, name, clause, Format.TV, length)


def _tlv(iei: int, name: str, clause: str) -> Optional:
    return Optional(iei, name, clause, Format.TLV)


def _tlv_e(iei: int, name: str, clause: str) -> Optional:
    return Optional(iei, name, clause, Format.TLV_E)


def _by_iei(*optionals: Optional) -> Mapping[int, Optional]:
    return MappingProxyType({each.iei: each for each in optionals})


_FORBIDDEN: Final = "Forbidden TAI(s) for the list of “forbidden tracking areas for"
_FORBIDDEN_FOR_ROAMING: Final = _tlv(0x1D, f"{_FORBIDDEN} roaming”", "§9.9.3.33")
_FORBIDDEN_FOR_REGIONAL: Final = _tlv(0x1E, f"{_FORBIDDEN} regional provision of service”", "§9.9.3.33")
_ACCESS_TECHNOLOGY: Final = _tlv(0x20, "Access technology utilization control", "§9.9.3.3A")
_SATELLITE: Final = _tlv(0x21, "S&F satellite operation parameters", "§9.9.3.73")
_DISASTER_RETURN: Final = _tlv(0x24, "Disaster return wait range", "§9.9.3.75")
_T3346: Final = _tlv(0x5F, "T3346 value", "§9.9.3.16A")
_LOWER_BOUND: Final = _tlv(0x1C, "Lower bound timer value", "§9.9.3.16B")
_BEARER_STATUS: Final = _tlv(0x57, "EPS bearer context status", "§9.9.2.1")

_ACCEPTS: Final = (
    _tv(0x13, "Location area identification", "§9.9.2.2", 5),
    _tlv(0x23, "MS identity", "§9.9.2.3"),
    _tv(0x53, "EMM cause", "§9.9.3.9", 1),
    _tv(0x17, "T3402 value", "§9.9.3.16", 1),
    _tv(0x59, "T3423 value", "§9.9.3.16", 1),
    _tlv(0x4A, "Equivalent PLMNs", "§9.9.2.8"),
    _tlv(0x34, "Emergency number list", "§9.9.3.37"),
    _tlv(0x64, "EPS network feature support", "§9.9.3.12A"),
    _half(0xF, "Additional update result", "§9.9.3.0A"),
    _tlv(0x5E, "T3412 extended value", "§9.9.3.16B"),
    _tlv(0x6A, "T3324 value", "§9.9.3.16A"),
    _tlv(0x6E, "Extended DRX parameters", "§9.9.3.46"),
    _tlv(0x65, "DCN-ID", "§9.9.3.48"),
    _half(0xE, "SMS services status", "§9.9.3.4B"),
    _tlv(0x6B, "T3448 value", "§9.9.3.16A"),
    _half(0xC, "Network policy", "§9.9.3.52"),
    _tlv(0x6C, "T3447 value", "§9.9.3.16B"),
    _tlv_e(0x7A, "Extended emergency number list", "§9.9.3.37A"),
    _tlv_e(0x7C, "Ciphering key data", "§9.9.3.56"),
    _tlv(0x66, "UE radio capability ID", "§9.9.3.60"),
    _half(0xB, "UE radio capability ID deletion indication", "§9.9.3.61"),
    _tlv(0x35, "Negotiated WUS assistance information", "§9.9.3.62"),
    _tlv(0x36, "Negotiated DRX parameter in NB-S1 mode", "§9.9.3.63"),
    _tlv(0x38, "Negotiated IMSI offset", "§9.9.3.64"),
    _FORBIDDEN_FOR_ROAMING,
    _FORBIDDEN_FOR_REGIONAL,
    _tlv(0x1F, "Unavailability configuration", "§9.9.3.70"),
    _ACCESS_TECHNOLOGY,
    _SATELLITE,
    _tlv(0x22, "Disaster roaming wait range", "§9.9.3.75"),
    _DISASTER_RETURN,
    _tlv(0x25, "List of PLMNs to be used in disaster condition", "§9.9.3.76"),
)
_REQUESTS: Final = (
    _tv(0x19, "Old P-TMSI signature", "§9.9.3.26", 3),
    _tlv(0x50, "Additional GUTI", "§9.9.3.12"),
    _tv(0x52, "Last visited registered TAI", "§9.9.3.32", 5),
    _tv(0x5C, "DRX parameter", "§9.9.3.8", 2),
    _tlv(0x31, "MS network capability", "§9.9.3.20"),
    _tv(0x13, "Old location area identification", "§9.9.2.2", 5),
    _half(0x9, "TMSI status", "§9.9.3.31"),
    _tlv(0x11, "Mobile station classmark 2", "§9.9.2.4"),
    _tlv(0x20, "Mobile station classmark 3", "§9.9.2.5"),
    _tlv(0x40, "Supported Codecs", "§9.9.2.10"),
    _half(0xF, "Additional update type", "§9.9.3.0B"),
    _tlv(0x5D, "Voice domain preference and UE’s usage setting", "§9.9.3.44"),
    _half(0xD, "Device properties", "§9.9.2.0A"),
    _half(0xE, "Old GUTI type", "§9.9.3.45"),
    _half(0xC, "MS network feature support", "§9.9.3.20A"),
    _tlv(0x10, "TMSI based NRI container", "§9.9.3.24A"),
    _tlv(0x6A, "T3324 value", "§9.9.3.16A"),
    _tlv(0x5E, "T3412 extended value", "§9.9.3.16B"),
    _tlv(0x6E, "Extended DRX parameters", "§9.9.3.46"),
    _tlv(0x6F, "UE additional security capability", "§9.9.3.53"),
    _tlv(0x6D, "UE status", "§9.9.3.54"),
    _tv(0x17, "Additional information requested", "§9.9.3.55", 1),
    _tlv(0x32, "N1 UE network capability", "§9.9.3.57"),
    _tlv(0x34, "UE radio capability ID availability", "§9.9.3.58"),
    _tlv(0x35, "Requested WUS assistance information", "§9.9.3.62"),
    _tlv(0x36, "DRX parameter in NB-S1 mode", "§9.9.3.63"),
    _tlv(0x38, "Requested IMSI offset", "§9.9.3.64"),
    _tlv(0x26, "UE determined PLMN with disaster condition", "§9.9.3.77"),
)
_REJECTS: Final = (
    _T3346,
    _half(0xA, "Extended EMM cause", "§9.9.3.26A"),
    _LOWER_BOUND,
    _FORBIDDEN_FOR_ROAMING,
    _FORBIDDEN_FOR_REGIONAL,
    _ACCESS_TECHNOLOGY,
    _SATELLITE,
)

OPTIONAL: Final[Mapping[type[nas.PlainNAS], Mapping[int, Optional]]] = MappingProxyType(
    {
        nas.AttachRequest: _by_iei(
            *_REQUESTS,
        ),
        nas.TrackingAreaUpdateRequest: _by_iei(
            *_REQUESTS,
            _half(0xB, "Non-current native NAS key set identifier", "§9.9.3.21"),
            _half(0x8, "GPRS ciphering key sequence number", "§9.9.3.4A"),
            _tv(0x55, "NonceUE", "§9.9.3.25", 4),
            _tlv(0x58, "UE network capability", "§9.9.3.34"),
            _half(0xA, "UE radio capability information update needed", "§9.9.3.35"),
            _BEARER_STATUS,
            _tlv(0x29, "UE request type", "§9.9.3.65"),
            _tlv(0x28, "Paging restriction", "§9.9.3.66"),
            _tlv(0x30, "Unavailability information", "§9.9.3.69"),
        ),
        nas.AttachAccept: _by_iei(
            *_ACCEPTS,
            _half(0xD, "Non-3GPP NW provided policies", "§9.9.3.49"),
        ),
        nas.TrackingAreaUpdateAccept: _by_iei(
            *_ACCEPTS,
            _tv(0x5A, "T3412 value", "§9.9.3.16", 1),
            _tlv(0x54, "TAI list", "§9.9.3.33"),
            _BEARER_STATUS,
            _tlv(0x68, "Header compression configuration status", "§9.9.4.27"),
            _half(0xD, "Non-3GPP NW policies", "§9.9.3.49"),
            _tlv(0x37, "EPS additional request result", "§9.9.3.67"),
            _tlv(0x39, "Maximum time offset", "§9.9.3.16B"),
        ),
        nas.AttachReject: _by_iei(
            *_REJECTS,
            _tlv_e(0x78, "ESM message container", "§9.9.3.15"),
            _tlv(0x16, "T3402 value", "§9.9.3.16A"),
        ),
        nas.TrackingAreaUpdateReject: _by_iei(
            *_REJECTS,
            _DISASTER_RETURN,
        ),
        nas.ServiceReject: _by_iei(
            _tv(0x5B, "T3442 value", "§9.9.3.16", 1),
            _T3346,
            _tlv(0x6B, "T3448 value", "§9.9.3.16A"),
            _LOWER_BOUND,
            _FORBIDDEN_FOR_ROAMING,
            _FORBIDDEN_FOR_REGIONAL,
            _ACCESS_TECHNOLOGY,
            _SATELLITE,
            _DISASTER_RETURN,
        ),
        nas.ServiceAccept: _by_iei(
            _BEARER_STATUS,
            _tlv(0x6B, "T3448 value", "§9.9.3.16A"),
            _tlv(0x37, "EPS additional request result", "§9.9.3.67"),
            _FORBIDDEN_FOR_ROAMING,
            _FORBIDDEN_FOR_REGIONAL,
            _SATELLITE,
        ),
        nas.GUTIReallocationCommand: _by_iei(
            _tlv(0x54, "TAI list", "§9.9.3.33"),
            _tlv(0x65, "DCN-ID", "§9.9.3.48"),
            _tlv(0x66, "UE radio capability ID", "§9.9.3.60"),
            _half(0xB, "UE radio capability ID deletion indication", "§9.9.3.61"),
            _ACCESS_TECHNOLOGY,
        ),
        nas.SecurityModeCommand: _by_iei(
            _half(0xC, "IMEISV request", "§9.9.3.18"),
            _tv(0x55, "Replayed nonceUE", "§9.9.3.25", 4),
            _tv(0x56, "NonceMME", "§9.9.3.25", 4),
            _tlv(0x4F, "HashMME", "§9.9.3.50"),
            _tlv(0x6F, "Replayed UE additional security capability", "§9.9.3.53"),
            _tlv(0x37, "UE radio capability ID request", "§9.9.3.59"),
            _half(0xD, "UE coarse location information request", "§9.9.3.71"),
        ),
        nas.SecurityModeComplete: _by_iei(
            _tlv(0x23, "IMEISV", "§9.9.2.3"),
            _tlv_e(0x79, "Replayed NAS message container", "§9.9.3.51"),
            _tlv(0x66, "UE radio capability ID", "§9.9.3.60"),
            _tlv(0x67, "UE coarse location information", "§9.9.3.72"),
        ),
    }
)

DETACH_BY_NETWORK: Final = _by_iei(
    _tv(0x53, "EMM cause", "§9.9.3.9", 1),
    _LOWER_BOUND,
    _FORBIDDEN_FOR_ROAMING,
    _FORBIDDEN_FOR_REGIONAL,
    _ACCESS_TECHNOLOGY,
    _SATELLITE,
    _DISASTER_RETURN,
)
"""Those of DETACH REQUEST from the network (§8.2.11.2), which this product does not send."""
