"""AVPs of this product's Diameter messages (RFC 6733, TS 29.272, TS 29.336), and its own, which nothing defines."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from nodes.codec.diameter_kinds import (
    DIAMETER_IDENTITY,
    GROUPED,
    GUTI_OCTETS,
    PLMN,
    RESYNCHRONIZATION_INFO,
    UNSIGNED32,
    UTF8_STRING,
    Kind,
    enumerated,
    flags,
    sized,
)
from nodes.codec.groups import NOT_3GPP
from nodes.protocol.messages.key_requests import KeyResult

IETF: Final = 0
TGPP: Final = 10415
OURS: Final = 32473
"""The enterprise number for documentation (RFC 5612)."""

_OURS: Final = f"this demonstrator, enterprise {OURS} (RFC 5612), {NOT_3GPP}"


# Permanent failures 5xxx, transient ones 4xxx (RFC 6733 §7.1).
KEY_RESULTS: Final[Mapping[KeyResult, int]] = MappingProxyType(
    {
        KeyResult.GUTI_UNKNOWN: 5901,
        KeyResult.CONFLICT: 5902,
        KeyResult.BAD_GATEWAY: 5903,
        KeyResult.NO_KEY_YET: 4901,
        KeyResult.TIME_OUT: 4902,
    }
)
"""Experimental results of key requests, of vendor `OURS`: not defined by 3GPP."""


@dataclass(frozen=True, slots=True)
class AVP:
    """An attribute; `mandatory` is the M flag, and every vendor other than the IETF sets V."""

    code: int
    name: str
    kind: Kind
    clause: str
    vendor: int = IETF
    mandatory: bool = True
    is_secret: bool = False


_RESULTS: Final = MappingProxyType(
    {
        2001: "DIAMETER_SUCCESS",
        3001: "DIAMETER_COMMAND_UNSUPPORTED",
        3002: "DIAMETER_UNABLE_TO_DELIVER",
        5012: "DIAMETER_UNABLE_TO_COMPLY",
    }
)
# Those of vendor 3GPP (TS 29.272 §7.4), and this product's own, which differ from them in number too.
_EXPERIMENTAL_RESULTS: Final = MappingProxyType(
    {
        4181: "DIAMETER_AUTHENTICATION_DATA_UNAVAILABLE",
        5001: "DIAMETER_ERROR_USER_UNKNOWN",
        5004: "DIAMETER_ERROR_ROAMING_NOT_ALLOWED",
        5420: "DIAMETER_ERROR_UNKNOWN_EPS_SUBSCRIPTION",
        5421: "DIAMETER_ERROR_RAT_NOT_ALLOWED",
        5423: "DIAMETER_ERROR_UNKNOWN_SERVING_NODE",
        **{code: f"{result.value}, {NOT_3GPP}" for result, code in KEY_RESULTS.items()},
    }
)


def _base(code: int, name: str, kind: Kind, clause: str) -> AVP:
    return AVP(code, name, kind, f"RFC 6733 {clause}")


def _s6a(code: int, name: str, kind: Kind, clause: str, *, is_secret: bool = False) -> AVP:
    return AVP(code, name, kind, f"TS 29.272 {clause}", TGPP, is_secret=is_secret)


def _ours(code: int, name: str, kind: Kind, *, is_secret: bool = False) -> AVP:
    return AVP(code, name, kind, _OURS, OURS, mandatory=False, is_secret=is_secret)


USER_NAME: Final = _base(1, "User-Name", UTF8_STRING, "§8.14")
AUTH_APPLICATION_ID: Final = _base(258, "Auth-Application-Id", UNSIGNED32, "§6.8")
VENDOR_SPECIFIC_APPLICATION_ID: Final = _base(260, "Vendor-Specific-Application-Id", GROUPED, "§6.11")
SESSION_ID: Final = _base(263, "Session-Id", UTF8_STRING, "§8.8")
ORIGIN_HOST: Final = _base(264, "Origin-Host", DIAMETER_IDENTITY, "§6.3")
VENDOR_ID: Final = _base(266, "Vendor-Id", UNSIGNED32, "§5.3.3")
RESULT_CODE: Final = _base(268, "Result-Code", enumerated(_RESULTS, "Unsigned32"), "§7.1")
AUTH_SESSION_STATE: Final = _base(
    277, "Auth-Session-State", enumerated({0: "STATE_MAINTAINED", 1: "NO_STATE_MAINTAINED"}), "§8.11"
)
DESTINATION_REALM: Final = _base(283, "Destination-Realm", DIAMETER_IDENTITY, "§6.6")
DESTINATION_HOST: Final = _base(293, "Destination-Host", DIAMETER_IDENTITY, "§6.5")
ORIGIN_REALM: Final = _base(296, "Origin-Realm", DIAMETER_IDENTITY, "§6.4")
EXPERIMENTAL_RESULT: Final = _base(297, "Experimental-Result", GROUPED, "§7.6")
EXPERIMENTAL_RESULT_CODE: Final = _base(
    298, "Experimental-Result-Code", enumerated(_EXPERIMENTAL_RESULTS, "Unsigned32"), "§7.7"
)

RAT_TYPE: Final = AVP(
    1032, "RAT-Type", enumerated({1004: "EUTRAN", 1005: "EUTRAN-NB-IoT"}), "TS 29.212 §5.3.31, from memory", TGPP
)
ULR_FLAGS: Final = _s6a(
    1405,
    "ULR-Flags",
    # §7.3.7, from memory.
    flags(
        {0: "Single-Registration-Indication", 1: "S6a/S6d-Indicator", 2: "Skip Subscriber Data", 5: "Initial-Attach"}
    ),
    "§7.3.7",
)
ULA_FLAGS: Final = _s6a(1406, "ULA-Flags", flags({0: "Separation Indication"}), "§7.3.8")
VISITED_PLMN_ID: Final = _s6a(1407, "Visited-PLMN-Id", PLMN, "§7.3.9")
REQUESTED_EUTRAN_AUTHENTICATION_INFO: Final = _s6a(1408, "Requested-EUTRAN-Authentication-Info", GROUPED, "§7.3.11")
NUMBER_OF_REQUESTED_VECTORS: Final = _s6a(1410, "Number-Of-Requested-Vectors", UNSIGNED32, "§7.3.14")
RE_SYNCHRONIZATION_INFO: Final = _s6a(1411, "Re-Synchronization-Info", RESYNCHRONIZATION_INFO, "§7.3.15")
AUTHENTICATION_INFO: Final = _s6a(1413, "Authentication-Info", GROUPED, "§7.3.17")
E_UTRAN_VECTOR: Final = _s6a(1414, "E-UTRAN-Vector", GROUPED, "§7.3.18")
ITEM_NUMBER: Final = _s6a(1419, "Item-Number", UNSIGNED32, "§7.3.23")
CANCELLATION_TYPE: Final = _s6a(
    1420, "Cancellation-Type", enumerated({0: "MME_UPDATE_PROCEDURE", 2: "SUBSCRIPTION_WITHDRAWAL"}), "§7.3.24"
)
RAND: Final = _s6a(1447, "RAND", sized("RAND", 16, 16), "§7.3.53")
XRES: Final = _s6a(1448, "XRES", sized("XRES", 4, 16), "§7.3.54", is_secret=True)
AUTN: Final = _s6a(1449, "AUTN", sized("AUTN", 16, 16), "§7.3.55")
KASME: Final = _s6a(1450, "KASME", sized("KASME", 32, 32), "§7.3.56", is_secret=True)
USER_IDENTIFIER: Final = AVP(3102, "User-Identifier", GROUPED, "TS 29.336 §6.4.2", TGPP)

GUTI: Final = _ours(3386301, "GUTI", GUTI_OCTETS)
KS: Final = _ours(3386302, "Ks", sized("Ks", 32, 32), is_secret=True)
RAND_KS_PAIR: Final = _ours(3386303, "RAND-Ks-Pair", GROUPED)
KEY_NAME: Final = _ours(3386304, "Key-Name", sized("KN", 8, 8))
PUSH_TYPE: Final = _ours(3386305, "Push-Type", enumerated({0: "ACTIVE_VECTOR", 1: "GUTI_WITHDRAWAL"}))
PUSH_ORDER: Final = _ours(3386306, "Push-Order", GROUPED)
PUSH_EPOCH: Final = _ours(3386307, "Push-Epoch", UNSIGNED32)
PUSH_COUNT: Final = _ours(3386308, "Push-Count", UNSIGNED32)

AVPS: Final[Mapping[tuple[int, int], AVP]] = MappingProxyType(
    {(avp.code, avp.vendor): avp for avp in tuple(globals().values()) if isinstance(avp, AVP)}
)
"""All of them, by code and vendor."""
