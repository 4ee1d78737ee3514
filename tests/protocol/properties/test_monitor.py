"""The history: a small value that is the same however it came about."""

import json

from nodes.protocol.identities import GUMMEI, GUTI
from nodes.protocol.octets import RAND
from nodes.protocol.plain.conversion import from_plain, to_plain
from nodes.protocol.properties.catalogue import PropertyID, Violation, Witness
from nodes.protocol.properties.monitor import (
    MOST_QUIET,
    MOST_RETIRED,
    AlteredMessage,
    Authenticated,
    Monitor,
    Observed,
    QuietRequest,
    Retired,
    with_altered,
    with_authenticated,
    with_quiet,
    with_retired,
    with_witness,
)
from nodes.protocol.world.genesis import PLMN
from tests.support.protocol import IMSI_1, IMSI_2

FIRST, SECOND = RAND(bytes(16)), RAND(bytes([1] * 16))


def retired(m_tmsi: int) -> Retired:
    return Retired(GUTI(GUMMEI(PLMN, 1, 1), m_tmsi), IMSI_1)


def quiet(number: int) -> QuietRequest:
    return QuietRequest("as-1", "ue-1", number, "ue-1")


def full() -> Monitor:
    monitor = with_retired(Monitor(), [retired(2), retired(1)])
    monitor = with_authenticated(monitor, [Authenticated(IMSI_2, FIRST), Authenticated(IMSI_1, SECOND)])
    monitor = with_quiet(monitor, [quiet(2), quiet(1)])
    monitor = with_altered(monitor, [AlteredMessage(2, 1), AlteredMessage(1, 2)])
    return with_witness(with_witness(monitor, Witness.TWO_AVS), Witness.KEY_DELIVERED)


def test_everything_is_sorted_and_told_once() -> None:
    monitor = full()
    assert monitor == Monitor(
        retired=(retired(1), retired(2)),
        authenticated=(Authenticated(IMSI_1, SECOND), Authenticated(IMSI_2, FIRST)),
        quiet=(quiet(1), quiet(2)),
        altered=(AlteredMessage(1, 2), AlteredMessage(2, 1)),
        witnesses=(Witness.KEY_DELIVERED, Witness.TWO_AVS),
    )
    assert hash(monitor) == hash(full())


def test_what_changes_nothing_gives_the_same_value() -> None:
    monitor = full()
    assert with_retired(monitor, [retired(2), retired(1), retired(1)]) is monitor
    assert with_authenticated(monitor, reversed(monitor.authenticated)) is monitor
    assert with_quiet(monitor, monitor.quiet) is monitor
    assert with_altered(monitor, monitor.altered) is monitor
    assert with_witness(monitor, Witness.TWO_AVS) is monitor


def test_it_is_bounded() -> None:
    assert len(with_retired(Monitor(), map(retired, range(200))).retired) == MOST_RETIRED
    assert len(with_quiet(Monitor(), map(quiet, range(200))).quiet) == MOST_QUIET


def test_it_is_stored_as_json() -> None:
    assert from_plain(Monitor, json.loads(json.dumps(to_plain(full())))) == full()


def test_what_is_seen_one_after_the_other_is_seen_together() -> None:
    violation = Violation(PropertyID.P4, "ue-1", "A reason.")
    first = Observed(Monitor(), (violation,), (PropertyID.P4,))
    assert first.then(Observed(full(), judged=(PropertyID.P2,))) == Observed(
        full(), (violation,), (PropertyID.P4, PropertyID.P2)
    )
