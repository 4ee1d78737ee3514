"""Information elements of NAS messages (TS 24.301 §9.9): their octets, with name and clause."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages import nas

_T3412: Final = b"\x49"  # 9 times 6 minutes: 54 minutes, the default of §10.2
_TRACKING_AREA_CODE: Final = b"\x00\x01"
_EEA0_AND_128_EIA2: Final = b"\x02"
_ESM_DUMMY_MESSAGE: Final = bytes.fromhex("0200dc")  # TS 24.301 §8.3.12A: session management is left out
# "EPS attach", "EPS only", "EPS detach", and the identity type "IMSI".
_EPS = _IMSI = 1
_TA_UPDATING: Final = 0  # update type "TA updating" without the "active" flag, and update result "TA updated"


_SWITCH_OFF: Final = 0b1000  # bit 4 of the detach type (§9.9.3.7)
WHOLE: Final = "*"


@dataclass(frozen=True, slots=True)
class Group:
    """Octets that belong together, their name as §8.2 prints it, and the clause that defines them."""

    name: str
    clause: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class InformationElement:
    """An information element, or two that share an octet: `octets` makes it from the message's `field`.

    A field that is None leaves the element out. Without a field the element is constant; `WHOLE` is the message itself.
    """

    name: str
    clause: str
    octets: Callable[[Any], bytes] | bytes
    field: str = ""

    def group(self, message: nas.PlainNAS) -> Group | None:
        """The element of this message; None where the message leaves it out."""
        if isinstance(self.octets, bytes):
            return Group(self.name, self.clause, self.octets)
        value = message if self.field == WHOLE else getattr(message, self.field)
        return None if value is None else Group(self.name, self.clause, self.octets(value))


def _sized(name: str, clause: str, least: int, most: int) -> Callable[[bytes], bytes]:
    """LV: one octet of length, then a value of `least` to `most` octets."""
    wanted = str(least) if least == most else f"{least} to {most}"

    def length_and_value(value: bytes) -> bytes:
        if not least <= len(value) <= most:
            raise ValueError(f"{name} is {wanted} octets (TS 24.301 {clause}), got {len(value)}")
        return bytes((len(value),)) + value

    return length_and_value


def checked_ksi(ksi: int) -> int:
    """Give back a key set identifier, 3 bits.

    Raises:
        ValueError: it is not 0 to 7.
    """
    if not 0 <= ksi <= nas.NO_KSI:
        raise ValueError(f"NAS key set identifier is 0 to 7 (TS 24.301 §9.9.3.21), got {ksi}")
    return ksi


def _ksi_and(low: int) -> Callable[[int], bytes]:
    """Key set identifier in bits 8 to 5, a constant in bits 4 to 1."""
    return lambda ksi: bytes((checked_ksi(ksi) << 4 | low,))


def _detach_type(request: nas.DetachRequest) -> bytes:
    return _ksi_and(_EPS | _SWITCH_OFF if request.switch_off else _EPS)(request.ksi)


def _imsi(imsi: IMSI) -> bytes:
    """LV: type of identity, a decimal digit per half octet, 1111 after an even number of them (§9.9.3.12)."""
    odd = len(imsi) % 2
    digits = imsi if odd else f"{imsi}f"
    first = int(digits[0]) << 4 | odd << 3 | _IMSI
    rest = bytes(int(digits[at + 1] + digits[at], 16) for at in range(1, len(digits), 2))
    return bytes((1 + len(rest), first)) + rest


def _eps_identity(identity: GUTI | IMSI) -> bytes:
    return identity.information_element if isinstance(identity, GUTI) else _imsi(identity)


def _tai_list(guti: GUTI) -> bytes:
    """LV: one tracking area (type of list 00), in the network of the GUTI."""
    return b"\x06\x00" + guti.gummei.plmn_id.octets + _TRACKING_AREA_CODE


_IE = InformationElement
_lv_rand = _sized("RAND", "§9.9.3.3", 16, 16)
_lv_auts = _sized("AUTS", "§9.9.3.1", 14, 14)

ATTACH_RESULT: Final = _IE("Spare half octet, EPS attach result", "§9.9.3.10", bytes((_EPS,)))
ATTACH_TYPE: Final = _IE("NAS key set identifier, EPS attach type", "§9.9.3.21, §9.9.3.11", _ksi_and(_EPS), "ksi")
AUTN: Final = _IE("Authentication parameter AUTN", "§9.9.3.2", _sized("AUTN", "§9.9.3.2", 16, 16), "autn")
AUTS: Final = _IE("Authentication failure parameter", "§9.9.3.1", lambda auts: b"\x30" + _lv_auts(auts), "auts")
CAUSE: Final = _IE("EMM cause", "§9.9.3.9", lambda cause: bytes((cause,)), "cause")
CAPABILITY: Final = _IE(
    "UE network capability",
    "§9.9.3.34",
    _sized("UE network capability", "§9.9.3.34", 2, 13),
    "ue_network_capability",
)
DETACH_TYPE: Final = _IE("NAS key set identifier, detach type", "§9.9.3.21, §9.9.3.7", _detach_type, WHOLE)
ESM_CONTAINER: Final = _IE(
    "ESM message container", "§9.9.3.15", len(_ESM_DUMMY_MESSAGE).to_bytes(2, "big") + _ESM_DUMMY_MESSAGE
)
EPS_UPDATE_RESULT: Final = _IE("Spare half octet, EPS update result", "§9.9.3.13", bytes((_TA_UPDATING,)))
EPS_UPDATE_TYPE: Final = _IE(
    "NAS key set identifier, EPS update type", "§9.9.3.21, §9.9.3.14", _ksi_and(_TA_UPDATING), "ksi"
)
EPS_IDENTITY: Final = _IE("EPS mobile identity", "§9.9.3.12", _eps_identity, "identity")
EPS_IDENTITY_GUTI: Final = _IE("EPS mobile identity", "§9.9.3.12", _eps_identity, "guti")
GUTI_LV: Final = _IE("GUTI", "§9.9.3.12", _eps_identity, "guti")
OLD_GUTI: Final = _IE("Old GUTI", "§9.9.3.12", _eps_identity, "guti")
GUTI_TLV: Final = _IE("GUTI", "§9.9.3.12", lambda guti: b"\x50" + _eps_identity(guti), "guti")
IDENTITY_TYPE: Final = _IE("Spare half octet, identity type", "§9.9.3.17", bytes((_IMSI,)))
KSI: Final = _IE("Spare half octet, NAS key set identifier", "§9.9.3.21", lambda ksi: bytes((checked_ksi(ksi),)), "ksi")
MOBILE_IDENTITY: Final = _IE("Mobile identity", "§9.9.2.3", _imsi, "imsi")
RAND: Final = _IE("Authentication parameter RAND", "§9.9.3.3", lambda rand: _lv_rand(rand)[1:], "rand")
REPLAYED_CAPABILITY: Final = _IE(
    "Replayed UE security capabilities",
    "§9.9.3.36",
    _sized("UE security capability", "§9.9.3.36", 2, 5),
    "replayed_ue_security_capability",
)
RES: Final = _IE("Authentication response parameter", "§9.9.3.4", _sized("RES", "§9.9.3.4", 4, 16), "res")
SELECTED_ALGORITHMS: Final = _IE("Selected NAS security algorithms", "§9.9.3.23", _EEA0_AND_128_EIA2)
T3412: Final = _IE("T3412 value", "§9.9.3.16", _T3412)
TAI_LIST: Final = _IE("TAI list", "§9.9.3.33", _tai_list, "guti")
