"""What the properties need to know of a run beyond its world. It is small: what the world still shows is not in it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.octets import RAND
from nodes.protocol.properties.catalogue import PropertyID, Violation, Witness

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Retired:
    """A GUTI that named a UE until a reallocation or a detach, while it may still yield a key."""

    guti: GUTI
    imsi: IMSI


@dataclass(frozen=True, slots=True)
class Authenticated:
    """The RAND of an AV that a UE was authenticated with, once neither UE nor MME shows it and a push may name it."""

    imsi: IMSI
    rand: RAND


@dataclass(frozen=True, slots=True)
class QuietRequest:
    """An open key request of a session of `ue`, asked while no NAS procedure ran for `holder`, who holds the GUTI."""

    application_server: str
    ue: str
    number: int
    holder: str


@dataclass(frozen=True, slots=True)
class AlteredMessage:
    """An application message in flight that somebody altered."""

    number: int
    copy: int


MOST_RETIRED = 64
"""Old GUTIs watched at once. More yield a key only in a lab where P6 has long been broken."""

MOST_QUIET = 64
"""Key requests watched at once. More are open only where as many UEs open their sessions at the same moment."""


@dataclass(frozen=True, slots=True)
class Monitor:
    """History of a run. Every tuple is sorted, so that equal histories are equal values.

    Bounds: `retired` by `MOST_RETIRED`, `quiet` by `MOST_QUIET`, `altered` and `authenticated` by what is under way:
    of the RANDs only those are kept that SCEF, MME or a push in flight still names.
    """

    retired: tuple[Retired, ...] = ()
    authenticated: tuple[Authenticated, ...] = ()
    quiet: tuple[QuietRequest, ...] = ()
    altered: tuple[AlteredMessage, ...] = ()
    witnesses: tuple[Witness, ...] = ()


def with_retired(monitor: Monitor, retired: Iterable[Retired]) -> Monitor:
    kept = _sorted(retired, lambda each: (each.guti.octets, each.imsi))[:MOST_RETIRED]
    return monitor if kept == monitor.retired else replace(monitor, retired=kept)


def with_authenticated(monitor: Monitor, authenticated: Iterable[Authenticated]) -> Monitor:
    kept = _sorted(authenticated, lambda each: (each.imsi, each.rand))
    return monitor if kept == monitor.authenticated else replace(monitor, authenticated=kept)


def with_quiet(monitor: Monitor, quiet: Iterable[QuietRequest]) -> Monitor:
    kept = _sorted(quiet, lambda each: (each.application_server, each.ue, each.number))[:MOST_QUIET]
    return monitor if kept == monitor.quiet else replace(monitor, quiet=kept)


def with_altered(monitor: Monitor, altered: Iterable[AlteredMessage]) -> Monitor:
    kept = _sorted(altered, lambda each: (each.number, each.copy))
    return monitor if kept == monitor.altered else replace(monitor, altered=kept)


def with_witness(monitor: Monitor, witness: Witness) -> Monitor:
    if witness in monitor.witnesses:
        return monitor
    return replace(monitor, witnesses=_sorted((*monitor.witnesses, witness), lambda each: each.value))


def _sorted(items: Iterable[ItemT], key: Callable[[ItemT], Any]) -> tuple[ItemT, ...]:
    return tuple(sorted(set(items), key=key))


@dataclass(frozen=True, slots=True)
class Observed:
    """The next history, what a step violated, and which properties it put to the test."""

    monitor: Monitor
    violations: tuple[Violation, ...] = ()
    judged: tuple[PropertyID, ...] = ()

    def then(self, later: "Observed") -> "Observed":
        """Both: what was seen first, and what was seen with the history of that."""
        return Observed(later.monitor, self.violations + later.violations, self.judged + later.judged)
