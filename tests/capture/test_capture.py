"""Captures, read back by python-pcapng."""

import io
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from pcapng import FileScanner
from pcapng.blocks import EnhancedPacket, InterfaceDescription, NameResolution, SectionHeader

from nodes.capture.capture import of_trace
from nodes.capture.packets import packets_of
from nodes.codec.between import Between
from nodes.codec.groups import NOT_3GPP
from nodes.codec.wire import Encoded, encoded
from nodes.protocol.options import Options, Setup, Solution
from nodes.protocol.runs.trace import MODEL_VERSION, Trace, from_text
from nodes.protocol.world import actions
from nodes.scenarios import all_scenarios, trace_of
from tests.support import golden
from tests.support.golden import RUN, SESSION
from tests.support.protocol import ASK, ATTACH


@dataclass(frozen=True)
class Read:
    """What python-pcapng reads in a capture."""

    section: Any
    interfaces: list[Any]
    names: dict[str, str]
    packets: list[Any]

    def comments(self, packet: Any) -> list[str]:  # noqa: ANN401 (it ships no types)
        return list(packet.options.get_all("opt_comment"))


def scanned(octets: bytes) -> Read:
    blocks = list(FileScanner(io.BytesIO(octets)))
    (section,) = (block for block in blocks if isinstance(block, SectionHeader))
    (names,) = (block for block in blocks if isinstance(block, NameResolution))
    interfaces = [block for block in blocks if isinstance(block, InterfaceDescription)]
    packets = [block for block in blocks if isinstance(block, EnhancedPacket)]
    assert len(blocks) == 2 + len(interfaces) + len(packets)
    return Read(section, interfaces, _named(names), packets)


def _named(block: Any) -> dict[str, str]:  # noqa: ANN401 (it ships no types)
    return {record["address"]: record["names"][0] for record in block.records if record["type"] == 1}


@cache
def golden_trace(name: str) -> Trace:
    return from_text(golden.path_of(name).read_text(encoding="utf-8"))


def test_the_same_trace_makes_the_same_octets() -> None:
    assert of_trace(golden_trace("push")) == of_trace(golden_trace("push"))


def test_interfaces_are_reference_points_of_exported_pdus_in_microseconds() -> None:
    read = scanned(of_trace(golden_trace("push")))
    assert [(each.link_type, each.options["if_name"], each.timestamp_resolution) for each in read.interfaces] == [
        (252, name, 1e-6) for name in ("S1-MME", "S6a", "S6t", "T6a", "application", "northbound")
    ]


def test_section_says_what_it_is() -> None:
    trace = golden_trace("push")
    read = scanned(of_trace(trace))
    said = list(read.section.options.get_all("opt_comment"))
    assert said[:4] == [
        f"Solution 12, one UE; model {trace.model}, result {trace.result}",
        "rebuilt from the run, not seen on a wire: exported PDUs, with nothing below them",
        "times: lab time, and a millisecond a step, from 0",
        f"what is marked so is {NOT_3GPP}",
    ]
    assert said[4].startswith("1 messages are not here: S1AP and RRC are left out of this product")
    assert read.section.options["shb_userappl"] == f"Syncscope, model {MODEL_VERSION}"


@pytest.mark.parametrize("name", list(golden.GOLDEN))
def test_packets_are_the_messages_in_order_with_their_octets(name: str) -> None:
    trace = golden_trace(name)
    expected = [
        found.octets
        for packet in packets_of(trace.setup, trace.actions).found
        if isinstance(found := encoded(packet.message, Between(packet.source, packet.destination)), Encoded)
    ]
    packets = scanned(of_trace(trace)).packets
    assert len(packets) == len(expected)
    assert all(each.packet_data.endswith(octets) for each, octets in zip(packets, expected, strict=True))
    times = [each.timestamp for each in packets]
    assert times == sorted(set(times))


def test_every_scenario_makes_a_capture() -> None:
    for scenario in all_scenarios():
        assert len(of_trace(trace_of(scenario.name))) % 4 == 0


def test_comments_say_number_step_contribution_and_what_is_ours() -> None:
    read = scanned(of_trace(trace_of("several-avs-one-guti")))
    said = [read.comments(packet) for packet in read.packets]
    assert said[0][0] == "#1 AttachRequest, step 1"
    push = next(each for each in said if "ActiveVectorPushRequest" in each[0])
    assert push[-1] == NOT_3GPP
    assert any(part.startswith("contribution 2.") for each in said for part in each)


def test_what_befell_a_message_is_said() -> None:
    read = scanned(of_trace(golden_trace("faults")))
    said = [read.comments(packet)[0] for packet in read.packets]
    assert [each for each in said if ";" in each] == [
        "#1 AttachRequest, step 3; LOST (lose next)",
        "#9 ActiveVectorPushRequest, step 14; COPY 2 OF #9",
        "#45 AuthenticationRequest, step 59; ALTERED on its way: MAC",
        "#53 GUTIReallocationCommand, step 71; LOST",
    ]


def test_lab_time_is_the_time_of_the_packets() -> None:
    trace = golden.trace_of("time", Setup("golden"), ATTACH, RUN, actions.Advance(60), *SESSION[2:], RUN)
    packets = scanned(of_trace(trace)).packets
    gaps = [later.timestamp - earlier.timestamp for earlier, later in pairwise(packets)]
    assert 60 < max(gaps) < 60.1
    assert sorted(gaps)[-2] < 0.1


def test_nodes_have_names_and_documentation_addresses() -> None:
    read = scanned(of_trace(golden_trace("pull-of-two-ues")))
    realm = "epc.mnc099.mcc999.3gppnetwork.org"
    assert set(read.names.values()) >= {f"ue-1.{realm}", f"mme-1.{realm}", f"third-party.{realm}"}
    assert all(address.startswith("192.0.2.") for address in read.names)


def test_many_nodes_have_an_address_each() -> None:
    setup = Setup("many", Options(solution=Solution.PULL), ues=400)
    attach = tuple(actions.Command(name, ATTACH.command) for name in setup.ue_names)
    read = scanned(of_trace(Trace("Many UEs", setup, attach, "")))
    assert len(read.names) == 401
    assert {address.rpartition(".")[0] for address in read.names} == {"192.0.2", "198.51.100"}


def ports(read: Read, name: str) -> list[tuple[int, int]]:
    """Source and destination port of the packets of an interface."""
    number = [each.options["if_name"] for each in read.interfaces].index(name)
    found = (packet.packet_data for packet in read.packets if packet.interface_id == number)
    return [(_tag(octets, 25), _tag(octets, 26)) for octets in found]


def _tag(octets: bytes, wanted: int) -> int:
    at = 0
    while (tag := int.from_bytes(octets[at : at + 2], "big")) != wanted:
        assert tag
        at += 4 + int.from_bytes(octets[at + 2 : at + 4], "big")
    return int.from_bytes(octets[at + 4 : at + 8], "big")


def test_each_http_transaction_has_a_port_of_its_own() -> None:
    trace = golden.trace_of("ports", Setup("golden"), *SESSION, ASK, RUN)
    assert ports(scanned(of_trace(trace)), "northbound") == [(49152, 80), (80, 49152), (49153, 80), (80, 49153)]


def test_diameter_uses_its_port() -> None:
    trace = golden.trace_of("ports", Setup("golden"), ATTACH, RUN)
    assert set(ports(scanned(of_trace(trace)), "S6a")) == {(3868, 3868)}


def test_a_lab_without_a_title_or_a_message_is_a_capture_too() -> None:
    read = scanned(of_trace(Trace("", Setup("nothing"), (), "0")))
    assert read.section.options["opt_comment"].startswith("A lab; model")
    assert (read.interfaces, read.packets) == ([], [])
