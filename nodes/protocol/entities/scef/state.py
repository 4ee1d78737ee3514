"""What the SCEF holds: routes to MMEs, open transactions (solution 11), records by IMSI (solution 12)."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from operator import attrgetter

from nodes.protocol.identities import GUMMEI, GUTI, IMSI
from nodes.protocol.messages.pushes import KeyPair, PushOrder
from nodes.protocol.octets import KN, RAND, Ks
from nodes.protocol.options import Solution


@dataclass(frozen=True, slots=True)
class Record:
    """Solution 12, per IMSI: pairs in the order of arrival, the RAND flagged ACTIVE, the GUTIs bound, a parked RAND.

    `order` is that of the newest push or withdrawal by an MME (repair `ordered_push`). `confirmed`, 8 octets each,
    names the Ks of the AVs whose RES an MME has verified (repair `named_key`), the newest last.
    """

    imsi: IMSI
    pairs: tuple[KeyPair, ...] = ()
    active: RAND | None = None
    gutis: tuple[GUTI, ...] = ()
    parked: RAND | None = None
    order: PushOrder | None = None
    confirmed: tuple[KN, ...] = ()

    def ks_of(self, rand: RAND | None) -> Ks | None:
        return next((pair.ks for pair in self.pairs if pair.rand == rand), None)


@dataclass(frozen=True, slots=True)
class Transaction:
    """Solution 11: a northbound request that waits for an MME. `requester` gets the answer."""

    origin: str
    request: str
    requester: str
    guti: GUTI
    mme: str


@dataclass(frozen=True, slots=True)
class Route:
    """Which MME has a GUMMEI."""

    gummei: GUMMEI
    mme: str


@dataclass(frozen=True, slots=True)
class SCEFState:
    """The SCEF: routes by GUMMEI; records sorted by IMSI (12); open transactions (11).

    `names_keys`: the lab has the repair `named_key`.
    """

    name: str
    solution: Solution
    routes: tuple[Route, ...] = ()
    records: tuple[Record, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    names_keys: bool = False


_BY_IMSI = attrgetter("imsi")


def record_of(state: SCEFState, imsi: str) -> Record | None:
    index = bisect_left(state.records, imsi, key=_BY_IMSI)
    found = state.records[index] if index < len(state.records) else None
    return found if found is not None and found.imsi == imsi else None


def record_of_guti(state: SCEFState, guti: GUTI) -> Record | None:
    return next((record for record in state.records if guti in record.gutis), None)


def with_record(state: SCEFState, record: Record) -> SCEFState:
    """Put a record in its place by IMSI."""
    index = bisect_left(state.records, record.imsi, key=_BY_IMSI)
    end = index + (index < len(state.records) and state.records[index].imsi == record.imsi)
    return replace(state, records=(*state.records[:index], record, *state.records[end:]))
