"""Octets of NAS messages as pycrate, an independent implementation, reads them."""

import logging
from typing import Any, get_args

import pytest

from nodes.protocol.identities import GUTI, imsi
from nodes.protocol.messages import nas
from nodes.protocol.messages.nas_octets import encode, mac_input, security_protected
from nodes.protocol.octets import AUTN, AUTS, RAND, RES


def octets(text: str) -> bytes:
    return bytes.fromhex(text)


GUTI_A = GUTI.decode(octets("99f999234501000004d2"))
IDENTITY_OF_GUTI = {
    "Digit1": 15,
    "Odd": 0,
    "Type": 6,
    "PLMN": octets("99f999"),
    "MMEGroupID": 0x2345,
    "MMECode": 1,
    "MTMSI": 0x4D2,
}
ODD_IMSI = {"Digit1": 9, "Odd": 1, "Type": 1, "Digits": octets("99991032547698")}
EVEN_IMSI = {"Digit1": 9, "Odd": 0, "Type": 1, "Digits": octets("999910325476f8")}
ESM_DUMMY = {
    "L": 3,
    "ESMDummyMessage": {"ESMHeader": {"EPSBearerId": 0, "ProtDisc": 2, "PTI": 0, "Type": 0xDC}},
}
EEA0_EEA2_EIA2 = {"EEA0": 1, "EEA2_128": 1, "EIA2_128": 1}
SIXTEEN, FOURTEEN = bytes(range(16)), bytes(range(14))
CHALLENGE = {"SQNxAK": SIXTEEN[:6], "AMF": SIXTEEN[6:8], "MAC": SIXTEEN[8:]}


def ksi(value: int) -> dict[str, Any]:
    return {"NAS_KSI": {"TSC": 0, "Value": value}}


def lv(name: str, value: object, length: int = 11) -> dict[str, Any]:
    return {"L": length, name: value}


def cause(number: int) -> dict[str, Any]:
    return {"EMMCause": {"EMMCause": number}}


TAI_LIST = [{"spare": 0, "Type": 0, "PTAI": {"Num": 0, "PLMN": octets("99f999"), "TACs": [1]}}]

# What pycrate reads in each message. Only the algorithms that are on are listed.
UPLINK: list[tuple[nas.PlainNAS, int, dict[str, Any]]] = [
    (
        nas.AttachRequest(GUTI_A, 7, octets("a020")),
        0x41,
        {
            "NAS_KSI": ksi(7),
            "EPSAttachType": {"V": 1},
            "EPSID": lv("EPSID", IDENTITY_OF_GUTI),
            "UENetCap": lv("UENetCap", EEA0_EEA2_EIA2, 2),
            "ESMContainer": ESM_DUMMY,
        },
    ),
    (
        nas.AttachRequest(imsi("999990123456789"), 3, octets("a02000000024")),
        0x41,
        {
            "NAS_KSI": ksi(3),
            "EPSAttachType": {"V": 1},
            "EPSID": lv("EPSID", ODD_IMSI, 8),
            "UENetCap": lv("UENetCap", EEA0_EEA2_EIA2 | {"ERw_oPDN": 1, "CP_CIoT": 1}, 6),
            "ESMContainer": ESM_DUMMY,
        },
    ),
    (nas.AttachComplete(), 0x43, {"ESMContainer": ESM_DUMMY}),
    (
        nas.DetachRequest(GUTI_A, 3),
        0x45,
        {
            "NAS_KSI": ksi(3),
            "EPSDetachType": {"EPSDetachTypeMO": {"SwitchOff": 0, "Type": 1}},
            "EPSID": lv("EPSID", IDENTITY_OF_GUTI),
        },
    ),
    (nas.AuthenticationResponse(RES(SIXTEEN[:8])), 0x53, {"RES": lv("V", SIXTEEN[:8], 8)}),
    (nas.AuthenticationFailure(nas.EMMCause.MAC_FAILURE), 0x5C, cause(20)),
    (
        nas.AuthenticationFailure(nas.EMMCause.SYNCH_FAILURE, AUTS(FOURTEEN)),
        0x5C,
        {**cause(21), "AUTS": {"T": 0x30, **lv("V", FOURTEEN, 14)}},
    ),
    (nas.IdentityResponse(imsi("99999012345678")), 0x56, {"ID": lv("ID", EVEN_IMSI, 8)}),
    (nas.SecurityModeComplete(), 0x5E, {}),
    (nas.SecurityModeReject(nas.EMMCause.UE_SECURITY_CAPABILITIES_MISMATCH), 0x5F, cause(23)),
    (nas.GUTIReallocationComplete(), 0x51, {}),
    (
        nas.TrackingAreaUpdateRequest(GUTI_A, 3),
        0x48,
        {
            "NAS_KSI": ksi(3),
            "EPSUpdateType": {"EPSUpdateType": {"Active": 0, "Value": 0}},
            "OldGUTI": lv("EPSID", IDENTITY_OF_GUTI),
        },
    ),
    (nas.TrackingAreaUpdateComplete(), 0x4A, {}),
]
DOWNLINK: list[tuple[nas.PlainNAS, int, dict[str, Any]]] = [
    (
        nas.AttachAccept(GUTI_A),
        0x42,
        {
            "spare": 0,
            "EPSAttachResult": {"V": 1},
            "T3412": {"GPRSTimer": {"Unit": 2, "Value": 9}},
            "TAIList": lv("TAIList", TAI_LIST, 6),
            "ESMContainer": ESM_DUMMY,
            "GUTI": {"T": 0x50, **lv("EPSID", IDENTITY_OF_GUTI)},
        },
    ),
    (nas.AttachReject(nas.EMMCause.NETWORK_FAILURE), 0x44, cause(17)),
    (nas.DetachAccept(), 0x46, {}),
    (
        nas.AuthenticationRequest(3, RAND(SIXTEEN), AUTN(SIXTEEN)),
        0x52,
        {"spare": 0, "NAS_KSI": ksi(3), "RAND": {"V": SIXTEEN}, "AUTN": lv("AUTN", CHALLENGE, 16)},
    ),
    (nas.AuthenticationReject(), 0x54, {}),
    (nas.IdentityRequest(), 0x55, {"spare": 0, "IDType": {"V": 1}}),
    (
        nas.SecurityModeCommand(3, octets("a020")),
        0x5D,
        {
            "NASSecAlgo": {"NASSecAlgo": {"spare": 0, "CiphAlgo": 0, "IntegAlgo": 2}},
            "spare": 0,
            "NAS_KSI": ksi(3),
            "UESecCap": lv("UESecCap", EEA0_EEA2_EIA2, 2),
        },
    ),
    (nas.GUTIReallocationCommand(GUTI_A), 0x50, {"GUTI": lv("EPSID", IDENTITY_OF_GUTI)}),
    (nas.ServiceAccept(), 0x4F, {}),
    (
        nas.TrackingAreaUpdateAccept(GUTI_A),
        0x49,
        {"spare": 0, "EPSUpdateResult": {"V": 0}, "GUTI": {"T": 0x50, **lv("EPSID", IDENTITY_OF_GUTI)}},
    ),
    (nas.TrackingAreaUpdateAccept(), 0x49, {"spare": 0, "EPSUpdateResult": {"V": 0}}),
    (nas.TrackingAreaUpdateReject(nas.EMMCause.UE_IDENTITY_CANNOT_BE_DERIVED), 0x4B, cause(9)),
    (nas.ServiceReject(nas.EMMCause.UE_IDENTITY_CANNOT_BE_DERIVED), 0x4E, cause(9)),
]


def judged(message_octets: bytes, direction: str) -> dict[str, Any]:
    """What pycrate reads, after checking that it writes the same octets again."""
    # It warns at import that its optional ciphers are missing; they are not needed to read.
    logging.getLogger("pycrate_mobile").setLevel(logging.CRITICAL)
    nas_lte = pytest.importorskip("pycrate_mobile.NASLTE", reason="pycrate, a development package, is missing")
    # The parsers answer (None, code) instead of raising.
    decoded, code = getattr(nas_lte, f"parse_NASLTE_{direction}")(message_octets)
    assert code == 0
    assert decoded.to_bytes() == message_octets
    values: dict[str, Any] = decoded.get_val_d()
    for element, name in (("UENetCap", "UENetCap"), ("UESecCap", "UESecCap")):
        if element in values:
            values[element][name] = {bit: on for bit, on in values[element][name].items() if on}
    return values


@pytest.mark.parametrize(
    ("message", "message_type", "elements", "direction"),
    [(*case, "MO") for case in UPLINK] + [(*case, "MT") for case in DOWNLINK],
    ids=[f"{number} {type(case[0]).__name__}" for number, case in enumerate(UPLINK + DOWNLINK)],
)
def test_independent_decoder_reads_what_was_meant(
    message: nas.PlainNAS, message_type: int, elements: dict[str, Any], direction: str
) -> None:
    header = {"EMMHeader": {"SecHdr": 0, "ProtDisc": 7, "Type": message_type}}
    assert judged(encode(message), direction) == header | elements


def test_every_message_type_is_judged() -> None:
    judged_types = {type(message) for message, _, _ in UPLINK + DOWNLINK}
    assert judged_types | {nas.ServiceRequest} == set(get_args(nas.PlainNAS))


@pytest.mark.clause("TS 24.301", "8.2.25")
def test_service_request_ends_in_the_low_octets_of_the_mac() -> None:
    """SERVICE REQUEST."""
    protected = nas.SecurityProtected(nas.ServiceRequest(GUTI_A, 5), 5, 0x12A, b"abcd")
    assert judged(security_protected(protected), "MO") == {
        "EMMHeaderServ": {"SecHdr": 12, "ProtDisc": 7, "Type": 0},
        "KSI": 5,
        "SeqnShort": 0x0A,
        "MACShort": b"cd",
    }
    assert security_protected(protected) == mac_input(protected.message, 0x12A) + b"cd"


@pytest.mark.clause("TS 24.301", "9.3.1")
@pytest.mark.parametrize(
    ("message", "direction", "security_header_type"),
    [
        (nas.AttachRequest(GUTI_A, 1, octets("a020")), "MO", 1),
        (nas.TrackingAreaUpdateRequest(GUTI_A, 1), "MO", 1),
        (nas.AttachAccept(GUTI_A), "MT", 2),
        (nas.TrackingAreaUpdateAccept(GUTI_A), "MT", 2),
        (nas.SecurityModeCommand(1, octets("a020")), "MT", 3),
        (nas.SecurityModeComplete(), "MO", 4),
    ],
)
def test_security_header_type(message: nas.PlainNAS, direction: str, security_header_type: int) -> None:
    """Security header type."""
    values = judged(security_protected(nas.SecurityProtected(message, 1, 0x12A, b"abcd")), direction)
    # A message that is not ciphered is opened by pycrate; of one that EEA0 "ciphers" it gives the octets.
    inner = {name: value for name, value in values.items() if name not in {"EMMHeaderSec", "MAC", "Seqn"}}
    assert values["EMMHeaderSec"] == {"SecHdr": security_header_type, "ProtDisc": 7}
    assert (values["MAC"], values["Seqn"]) == (b"abcd", 0x2A)
    assert security_header_type in {1, 3} or inner == {"NASMessage": encode(message)}
