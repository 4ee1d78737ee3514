"""EPS NAS security contexts: MAC and NAS COUNT."""

from dataclasses import replace

import pytest

from nodes.protocol.crypto.eps_keys import derive_k_nas_int, derive_ks
from nodes.protocol.crypto.nas_security import eia2
from nodes.protocol.entities.machine import ignored
from nodes.protocol.entities.security import NASDirection, SecurityContext, check, is_genuine, protect
from nodes.protocol.messages import nas
from nodes.protocol.messages.nas_octets import encode
from nodes.protocol.octets import KASME, RAND
from nodes.protocol.remarks import Remark

CONTEXT = SecurityContext(0, RAND(bytes(16)), KASME(bytes(range(32))))
UPLINK, DOWNLINK = NASDirection.UPLINK, NASDirection.DOWNLINK
COMPLETE = nas.SecurityModeComplete()


def test_ks_of_a_context_is_that_of_its_k_asme() -> None:
    assert CONTEXT.ks == derive_ks(CONTEXT.k_asme)


@pytest.mark.clause("TS 33.401", "8.1.1")
def test_mac_covers_sequence_number_and_message() -> None:
    _, protected = protect(replace(CONTEXT, uplink=300), UPLINK, COMPLETE)
    octets = bytes((300 % 256,)) + encode(COMPLETE)
    assert protected.mac == eia2(derive_k_nas_int(CONTEXT.k_asme, 2), 300, 0, 0, octets)


@pytest.mark.parametrize(("direction", "counts"), [(UPLINK, (2, 0)), (DOWNLINK, (0, 2))], ids=["uplink", "downlink"])
def test_each_direction_has_its_count(direction: NASDirection, counts: tuple[int, int]) -> None:
    sender, first = protect(CONTEXT, direction, COMPLETE)
    sender, second = protect(sender, direction, COMPLETE)
    assert (first.count, second.count) == (0, 1)
    assert (sender.uplink, sender.downlink) == counts
    receiver = check(CONTEXT, direction, first)
    assert isinstance(receiver, SecurityContext)
    assert check(receiver, direction, second) == sender


def test_count_that_came_before_is_dropped() -> None:
    sender, first = protect(CONTEXT, UPLINK, COMPLETE)
    _, second = protect(sender, UPLINK, COMPLETE)
    receiver = check(CONTEXT, UPLINK, second)
    assert isinstance(receiver, SecurityContext)
    assert check(receiver, UPLINK, first) == ignored(Remark.NAS_COUNT_REPEATED, 0)
    assert check(receiver, UPLINK, second) == ignored(Remark.NAS_COUNT_REPEATED, 1)


def test_genuine_is_what_these_keys_protect_however_old() -> None:
    sender, protected = protect(CONTEXT, UPLINK, COMPLETE)
    assert is_genuine(CONTEXT, UPLINK, protected)
    assert is_genuine(sender, UPLINK, protected)
    assert not is_genuine(CONTEXT, DOWNLINK, protected)
    assert not is_genuine(replace(CONTEXT, k_asme=KASME(bytes(32))), UPLINK, protected)


def test_other_direction_key_or_octets_fail_the_integrity_check() -> None:
    _, protected = protect(CONTEXT, UPLINK, COMPLETE)
    failed = ignored(Remark.WRONG_NAS_MAC)
    assert check(CONTEXT, DOWNLINK, protected) == failed
    assert check(replace(CONTEXT, k_asme=KASME(bytes(32))), UPLINK, protected) == failed
    assert check(CONTEXT, UPLINK, replace(protected, message=nas.AttachComplete())) == failed
    assert check(CONTEXT, UPLINK, replace(protected, count=1)) == failed


def test_no_context() -> None:
    _, protected = protect(replace(CONTEXT, ksi=3), UPLINK, COMPLETE)
    assert check(None, UPLINK, protected) == ignored(Remark.NO_SECURITY_CONTEXT, 3)
