"""Captures as tshark, Wireshark without a window, dissects them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from nodes.capture.capture import of_trace
from nodes.protocol.messages import nas
from nodes.protocol.messages.s1 import inside
from nodes.scenarios import trace_of
from tests.support import golden
from tests.support.codec import sent

PROGRAM = shutil.which("tshark") or ""
SCENARIO = "several-avs-one-guti"


@pytest.fixture(scope="module", autouse=True)
def _program() -> None:
    """Without tshark the tests are skipped, or fail where they must not be."""
    if not PROGRAM:
        if os.environ.get("SYNCSCOPE_REQUIRE_TSHARK") == "1":
            pytest.fail("tshark is missing")
        pytest.skip("tshark is missing")


def dissected(directory: Path, octets: bytes, *arguments: str) -> list[str]:
    """The lines that tshark prints of a capture."""
    path = directory / "run.pcapng"
    path.write_bytes(octets)
    ran = subprocess.run(
        [PROGRAM, "-r", str(path), *arguments], check=True, capture_output=True, text=True, timeout=120
    )
    return ran.stdout.splitlines()


@pytest.mark.parametrize("name", list(golden.GOLDEN))
def test_no_message_is_malformed(name: str, tmp_path: Path) -> None:
    octets = of_trace(golden.GOLDEN[name]())
    assert dissected(tmp_path, octets, "-Y", '_ws.malformed || _ws.expert.severity == "Error"') == []


def test_messages_are_what_they_are_called(tmp_path: Path) -> None:
    fields = ("-e", "frame.interface_name", "-e", "_ws.col.Protocol", "-e", "_ws.col.Info")
    lines = dissected(tmp_path, of_trace(trace_of(SCENARIO)), "-T", "fields", *fields)
    assert lines[0] == "S1-MME\tNAS-EPS\tAttach request, ESM dummy message"
    assert lines[1].startswith("S6a\tDIAMETER\tcmd=3GPP-Authentication-Information Request(318) flags=RP--")
    assert lines[4] == "S1-MME\tNAS-EPS\tAuthentication request"
    assert {line.split("\t")[1] for line in lines if line.startswith("northbound")} == {"HTTP/JSON"}


def test_rand_is_found_wherever_it_goes(tmp_path: Path) -> None:
    """`frame contains`: HSS to MME, HSS to SCEF, MME to UE, MME to SCEF."""
    challenges = (inside(each.message) for each in sent() if each.scenario == SCENARIO)
    rand = next(each.rand for each in challenges if isinstance(each, nas.AuthenticationRequest))
    digits = ":".join(f"{octet:02x}" for octet in rand)
    fields = ("-T", "fields", "-e", "frame.interface_name", "-e", "frame.comment", "-Y", f"frame contains {digits}")
    found = [line.split(",")[0] for line in dissected(tmp_path, of_trace(trace_of(SCENARIO)), *fields)]
    assert found == [
        "S6a\t#3 AuthenticationInformationAnswer",
        "S6t\t#4 KeysPushRequest",
        "S1-MME\t#5 AuthenticationRequest",
        "T6a\t#10 ActiveVectorPushRequest",
    ]


def test_nodes_are_shown_by_their_names(tmp_path: Path) -> None:
    fields = ("-T", "fields", "-e", "_ws.col.Source", "-c", "1", "-N", "n")
    assert dissected(tmp_path, of_trace(trace_of(SCENARIO)), *fields) == ["ue-1.epc.mnc099.mcc999.3gppnetwork.org"]
