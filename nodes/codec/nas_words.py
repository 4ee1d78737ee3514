"""What the numbers in NAS messages are called (TS 24.301 §9): tables of names."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SECURITY_HEADERS: Final[Mapping[int, str]] = MappingProxyType(
    {
        0: "plain NAS message, not security protected",
        1: "integrity protected",
        2: "integrity protected and ciphered",
        3: "integrity protected with new EPS security context",
        4: "integrity protected and ciphered with new EPS security context",
        12: "security header for the SERVICE REQUEST message",
    }
)
"""§9.3.1, as far as this product has them."""

CAUSES: Final[Mapping[int, str]] = MappingProxyType(
    {
        2: "IMSI unknown in HSS",
        3: "Illegal UE",
        5: "IMEI not accepted",
        6: "Illegal ME",
        7: "EPS services not allowed",
        8: "EPS services and non-EPS services not allowed",
        9: "UE identity cannot be derived by the network",
        10: "Implicitly detached",
        11: "PLMN not allowed",
        12: "Tracking Area not allowed",
        13: "Roaming not allowed in this tracking area",
        14: "EPS services not allowed in this PLMN",
        15: "No Suitable Cells In tracking area",
        16: "MSC temporarily not reachable",
        17: "Network failure",
        18: "CS domain not available",
        19: "ESM failure",
        20: "MAC failure",
        21: "Synch failure",
        22: "Congestion",
        23: "UE security capabilities mismatch",
        24: "Security mode rejected, unspecified",
        25: "Not authorized for this CSG",
        26: "Non-EPS authentication unacceptable",
        31: "Redirection to 5GCN required",
        35: "Requested service option not authorized in this PLMN",
        36: "IAB-node operation not authorized",
        39: "CS service temporarily not available",
        40: "No EPS bearer context activated",
        42: "Severe network failure",
        78: "PLMN not allowed to operate at the present UE location",
        80: "Disaster roaming for the determined PLMN with disaster condition not allowed",
        83: "Procedure cannot be completed due to unavailable feeder link while MME is operating in S&F mode",
        95: "Semantically incorrect message",
        96: "Invalid mandatory information",
        97: "Message type non-existent or not implemented",
        98: "Message type not compatible with the protocol state",
        99: "Information element non-existent or not implemented",
        100: "Conditional IE error",
        101: "Message not compatible with the protocol state",
        111: "Protocol error, unspecified",
    }
)
"""§9.9.3.9."""

OTHER_MESSAGES: Final[Mapping[int, str]] = MappingProxyType(
    {
        0x4C: "EXTENDED SERVICE REQUEST",
        0x4D: "CONTROL PLANE SERVICE REQUEST",
        0x60: "EMM STATUS",
        0x61: "EMM INFORMATION",
        0x62: "DOWNLINK NAS TRANSPORT",
        0x63: "UPLINK NAS TRANSPORT",
        0x64: "CS SERVICE NOTIFICATION",
        0x68: "DOWNLINK GENERIC NAS TRANSPORT",
        0x69: "UPLINK GENERIC NAS TRANSPORT",
    }
)
"""§9.8.1: messages that this product does not have."""

_KSI: Final = MappingProxyType(
    {
        **{number: f"{number}, native security context" for number in range(7)},
        **{number | 8: f"{number}, mapped security context" for number in range(7)},
        7: "7, no key is available",
        15: "7, no key is available",
    }
)
_ATTACH_TYPES: Final = MappingProxyType(
    {
        1: "EPS attach",
        2: "combined EPS/IMSI attach",
        3: "EPS RLOS attach",
        6: "EPS emergency attach",
        7: "disaster roaming attach",
    }
)
_DETACH_TYPES: Final = MappingProxyType({1: "EPS detach", 2: "IMSI detach", 3: "combined EPS/IMSI detach"})
_UPDATE_TYPES: Final = MappingProxyType(
    {
        0: "TA updating",
        1: "combined TA/LA updating",
        2: "combined TA/LA updating with IMSI attach",
        3: "periodic updating",
        6: "disaster roaming update",
    }
)

HALF_OCTETS: Final[Mapping[str, Mapping[int, str]]] = MappingProxyType(
    {
        "§9.9.2.9": MappingProxyType({0: "spare"}),
        "§9.9.3.7": MappingProxyType(
            {
                **{number: f"{words}, normal" for number, words in _DETACH_TYPES.items()},
                **{number | 8: f"{words}, switch off" for number, words in _DETACH_TYPES.items()},
            }
        ),
        "§9.9.3.10": MappingProxyType({1: "EPS only", 2: "combined EPS/IMSI attach"}),
        "§9.9.3.11": _ATTACH_TYPES,
        "§9.9.3.13": MappingProxyType(
            {
                0: "TA updated",
                1: "combined TA/LA updated",
                4: "TA updated and ISR activated",
                5: "combined TA/LA updated and ISR activated",
            }
        ),
        "§9.9.3.14": MappingProxyType(
            {
                **_UPDATE_TYPES,
                **{number | 8: f"{words}, bearer establishment requested" for number, words in _UPDATE_TYPES.items()},
            }
        ),
        # TS 24.008 §10.5.5.9, from memory.
        "§9.9.3.17": MappingProxyType({1: "IMSI", 2: "IMEI", 3: "IMEISV", 4: "TMSI"}),
        "§9.9.3.21": _KSI,
    }
)
"""Half octets by the clause that defines them."""

RE_ATTACH: Final[Mapping[int, str]] = MappingProxyType(
    {1: "re-attach required", 2: "re-attach not required", 3: "IMSI detach"}
)
"""Detach types of DETACH REQUEST from the network (§9.9.3.7)."""

_ENCRYPTION: Final = ("EEA0", "128-EEA1", "128-EEA2", "128-EEA3", "EEA4", "EEA5", "EEA6", "EEA7")
_INTEGRITY: Final = ("EIA0", "128-EIA1", "128-EIA2", "128-EIA3", "EIA4", "EIA5", "EIA6")
ALGORITHMS: Final = (_ENCRYPTION, (*_INTEGRITY, "EIA7"))
"""Ciphering, integrity protection (§9.9.3.23)."""

_CAPABILITY: Final = (
    ("EPS encryption algorithms", _ENCRYPTION),
    ("EPS integrity algorithms", (*_INTEGRITY, "EPS-UPIP")),
    ("UMTS encryption algorithms", tuple(f"UEA{number}" for number in range(8))),
)
NETWORK_CAPABILITY: Final = (
    *_CAPABILITY,
    ("UCS2 and UMTS integrity algorithms", ("UCS2", *(f"UIA{number}" for number in range(1, 8)))),
    ("Capabilities", ("ProSe-dd", "ProSe", "H.245-ASH", "ACC-CSFB", "LPP", "LCS", "1xSRVCC", "NF")),
    (
        "Capabilities",
        ("ePCO", "HC-CP CIoT", "ERw/oPDN", "S1-U data", "UP CIoT", "CP CIoT", "ProSe-relay", "ProSe-dc"),
    ),
    ("Capabilities", ("15 bearers", "SGC", "N1mode", "DCNR", "CP backoff", "RestrictEC", "V2X PC5", "multipleDRB")),
    ("Capabilities", ("RPR", "PIV", "NCR", "V2X NR-PC5", "UP-MT-EDT", "CP-MT-EDT", "WUSA", "RACS")),
    ("Capabilities", ("MINT-EPS", "OHR-CP CIoT", "SFSO", "ATUC", "RCLIN", "EDC", "PTCC", "PR")),
)
"""Octets of the UE network capability, each with its bits, 8 first (§9.9.3.34)."""
SECURITY_CAPABILITY: Final = (
    *_CAPABILITY,
    ("UMTS integrity algorithms", ("spare", *(f"UIA{number}" for number in range(1, 8)))),
    ("GPRS encryption algorithms", ("spare", *(f"GEA{number}" for number in range(1, 8)))),
)
"""Octets of the UE security capability (§9.9.3.36)."""

# TS 24.008 §10.5.7.3, from memory: unit in bits 8 to 6, value in bits 5 to 1.
TIMER_UNITS: Final[Mapping[int, str]] = MappingProxyType({0: "2 s", 1: "min", 2: "6 min", 7: "deactivated"})
