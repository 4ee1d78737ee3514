"""Octets of every message of every scenario, as independent implementations read and write them."""

import logging
from collections.abc import Iterator
from types import ModuleType
from typing import Any, get_args

import pytest
from Crypto.Cipher import AES
from Crypto.Hash import CMAC

from nodes.codec import diameter
from nodes.codec.diameter_avps import AVPS, OURS
from nodes.codec.wire import NO_OCTETS, Protocol, Wire
from nodes.protocol.crypto.eps_keys import derive_k_nas_int
from nodes.protocol.entities.hss.table import HSSState
from nodes.protocol.entities.security import EIA2
from nodes.protocol.messages import nas
from nodes.protocol.messages.s1 import InitialMessage, inside
from nodes.protocol.octets import KASME
from nodes.protocol.options import HSS
from nodes.protocol.world import actions
from nodes.protocol.world.world import Message, World, node_as
from nodes.scenarios import trace_of
from tests.support.codec import Sent, sent, tiles, wires


def of(protocol: Protocol) -> Iterator[tuple[Sent, Wire]]:
    return ((each, found) for each, found in wires() if found.protocol is protocol)


def test_every_octet_of_every_scenario_is_explained() -> None:
    for _, found in wires():
        assert tiles(found.groups) == found.octets


def test_scenarios_send_every_message_but_three() -> None:
    """What no scenario sends, the property tests encode."""
    sent_types = {type(inside(each.message)) for each in sent()}
    every = {*get_args(Message), *NO_OCTETS} - {InitialMessage, nas.SecurityProtected}
    flat = {kind for kind in every if isinstance(kind, type)}
    assert flat - sent_types == {nas.AttachReject, nas.SecurityModeReject, nas.TrackingAreaUpdateReject}


# pycrate


@pytest.fixture(scope="module")
def nas_lte() -> ModuleType:
    # It warns at import that its optional ciphers are missing; they are not needed to read.
    logging.getLogger("pycrate_mobile").setLevel(logging.CRITICAL)
    module: ModuleType = pytest.importorskip(
        "pycrate_mobile.NASLTE", reason="pycrate, a development package, is missing"
    )
    return module


def test_pycrate_reads_and_writes_every_nas_message_alike(nas_lte: ModuleType) -> None:
    for each, found in of(Protocol.NAS):
        direction = "MO" if each.source.startswith("ue-") else "MT"
        # The parsers answer (None, code) instead of raising.
        decoded, code = getattr(nas_lte, f"parse_NASLTE_{direction}")(found.octets)
        assert code == 0, found
        assert decoded.to_bytes() == found.octets


def test_pycrate_reads_and_writes_every_diameter_message_alike() -> None:
    module = pytest.importorskip("pycrate_diameter.Diameter", reason="pycrate, a development package, is missing")
    for _, found in of(Protocol.DIAMETER):
        message = module.DiameterGeneric()
        message.from_bytes(found.octets)
        assert message.to_bytes() == found.octets
        reading = diameter.read(found.octets)
        heads = [(avp["AVPHdr"]["Code"].get_val(), avp["AVPHdr"]["VendorID"].get_val()) for avp in message["AVPs"]]
        assert [(code, vendor or 0) for code, vendor in heads] == [(each.code, each.vendor) for each in reading.avps]


# python-diameter


@pytest.fixture(scope="module")
def stack() -> ModuleType:
    module: ModuleType = pytest.importorskip(
        "diameter.message", reason="python-diameter, a development package, is missing"
    )
    return module


def test_python_diameter_reads_and_writes_every_message_alike(stack: ModuleType) -> None:
    for _, found in of(Protocol.DIAMETER):
        message = stack.Message.from_bytes(found.octets)
        assert message.as_bytes() == found.octets
        reading = diameter.read(found.octets)
        assert [(avp.code, avp.vendor_id, avp.is_mandatory) for avp in message.avps] == [
            (each.code, each.vendor, bool(each.flags & 0x40)) for each in reading.avps
        ]


def test_python_diameter_has_the_same_names_for_the_avps_that_it_knows(stack: ModuleType) -> None:
    judged = set()
    for _, found in of(Protocol.DIAMETER):
        names = {(avp.code, avp.vendor_id): avp.name for avp in flat(stack.Message.from_bytes(found.octets).avps)}
        for each in every_avp(diameter.read(found.octets).avps):
            if each.vendor != OURS and (each.code, each.vendor) in names:
                assert names[each.code, each.vendor] == each.name
                judged.add((each.code, each.vendor))
    assert judged == {(code, vendor) for code, vendor in AVPS if vendor != OURS}


def flat(avps: list[Any]) -> Iterator[Any]:
    for avp in avps:
        yield avp
        if isinstance(avp.value, list):
            yield from flat(avp.value)


def every_avp(avps: tuple[diameter.ReadAVP, ...]) -> Iterator[diameter.ReadAVP]:
    for avp in avps:
        yield avp
        yield from every_avp(avp.members)


# 128-EIA2


def keys_of(world: World) -> list[KASME]:
    subscribers = node_as(world, HSS, HSSState).subscribers
    return [vector.k_asme for subscriber in subscribers for vector in subscriber.issued]


def is_genuine(found: Wire, protected: nas.SecurityProtected, key: KASME, *, downlink: bool) -> bool:
    """Whether the MAC on the wire is that of the key, by another implementation of AES-CMAC."""
    short = isinstance(protected.message, nas.ServiceRequest)
    covered, mac = (found.octets[:2], found.octets[2:]) if short else (found.octets[5:], found.octets[1:5])
    cmac = CMAC.new(derive_k_nas_int(key, EIA2), ciphermod=AES)
    cmac.update(protected.count.to_bytes(4, "big") + bytes((downlink << 2, 0, 0, 0)) + covered)
    return cmac.digest()[2:4] == mac if short else cmac.digest()[:4] == mac


@pytest.mark.clause("TS 33.401", "B.2.3")
def test_mac_on_the_wire_is_that_of_a_key_of_the_hss_unless_it_was_altered() -> None:
    """128-EIA2."""
    checked = 0
    for each, found in of(Protocol.NAS):
        message = each.message.message if isinstance(each.message, InitialMessage) else each.message
        if not isinstance(message, nas.SecurityProtected):
            continue
        downlink = each.destination.startswith("ue-")
        genuine = any(is_genuine(found, message, key, downlink=downlink) for key in keys_of(each.world))
        assert genuine or any(isinstance(action, actions.Alter) for action in trace_of(each.scenario).actions)
        checked += genuine
    assert checked > 100
