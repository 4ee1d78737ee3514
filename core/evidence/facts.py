"""What the cells of the matrix say of a property, per solution: its outcome, and a mark for each group of cells."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from nodes.evidence.effects import Effect, effect_of
from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Network, Question
from nodes.explorer.records import Record, name_of
from nodes.explorer.usual import cell
from nodes.protocol.options import MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID

FAULTLESS: Final = (Network.ORDERED, Network.COLLIDE)
"""The networks that lose, repeat and reorder nothing."""
FAULTY: Final = tuple(each for each in Network if each not in FAULTLESS)
EVERY: Final = tuple(Network)


@dataclass(frozen=True, slots=True)
class Mark:
    """What some cells say, short: `P1 × 21` and `reorder`, `P1` and `holds`. It leads to the cell `name`, if any."""

    slug: str
    head: str
    rest: str
    name: str = ""

    @property
    def text(self) -> str:
        """All of it."""
        return f"{self.head} {self.rest}".strip()


@dataclass(frozen=True, slots=True)
class Asked:
    """A property of a solution on some networks; no repair is on, and an AV is active at SECURITY MODE COMPLETE."""

    property: PropertyID
    solution: Solution
    networks: tuple[Network, ...]
    reuse: MTMSIReuse = MTMSIReuse.NEVER

    def question(self, network: Network) -> Question:
        """The cell of one of the networks."""
        return cell(self.property, self.solution, network, reuse=self.reuse)


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of it: the records of this model, by network."""

    asked: Asked
    records: Mapping[Network, Record]

    def networks(self, verdict: Verdict) -> tuple[Network, ...]:
        """Where it has this verdict."""
        return tuple(network for network, record in self.records.items() if record.verdict is verdict)

    @property
    def broken(self) -> tuple[Network, ...]:
        return self.networks(Verdict.VIOLATED)

    @property
    def holds(self) -> bool:
        """Whether it is known to hold on all of the networks."""
        return len(self.networks(Verdict.HOLDS)) == len(self.asked.networks)

    @property
    def open(self) -> tuple[Network, ...]:
        """Where it is not decided."""
        decided = (*self.broken, *self.networks(Verdict.HOLDS))
        return tuple(network for network in self.asked.networks if network not in decided)

    @property
    def effects(self) -> frozenset[Effect]:
        """What comes of it where it is broken."""
        found = (effect_of(self.records[network]) for network in self.broken)
        return frozenset(each for each in found if each is not None)

    def marks(self) -> Iterator[Mark]:
        """What is broken first, each network with its shortest run, unless it is broken on all of them."""
        if len(self.broken) == len(self.asked.networks):
            yield self._broken(self.broken)
        else:
            yield from (self._broken((network,)) for network in self.broken)
        held = self.networks(Verdict.HOLDS)
        if held:
            longest = max((self.records[network] for network in held), key=lambda record: record.states)
            yield Mark("holds", self._head(), f"holds {self._where(held)}".strip(), longest.name)
        by_bound = self.networks(Verdict.INCOMPLETE)
        if by_bound:
            yield Mark("open", self._head(), f"open {self._where(by_bound)}".strip(), self.records[by_bound[0]].name)
        missing = tuple(network for network in self.asked.networks if network not in self.records)
        if missing:
            words = f"not explored {self._where(missing)}".strip()
            yield Mark("unknown", self._head(), words)

    def _broken(self, networks: tuple[Network, ...]) -> Mark:
        shortest = min((self.records[network] for network in networks), key=lambda record: record.depth)
        is_one = len(networks) < len(self.asked.networks)
        where = self._worded(networks[0].value) if is_one else self._where(networks)
        return Mark("violated", f"{self._head()} × {shortest.depth}", where, shortest.name)

    def _head(self) -> str:
        return self.asked.property.value

    def _where(self, networks: tuple[Network, ...]) -> str:
        asked = self.asked.networks
        if len(networks) == len(asked):
            where = "every network" if len(asked) == len(EVERY) else ""
        elif len(networks) == len(asked) - len(self.broken):
            where = "otherwise"
        else:
            many = f"{len(networks)} networks" if len(networks) > len(FAULTLESS) else ""
            where = many or ", ".join(network.value for network in networks)
        return self._worded(where)

    def _worded(self, where: str) -> str:
        reused = "reused" if self.asked.reuse is MTMSIReuse.LOWEST_FREE else ""
        return ", ".join(each for each in (reused, where) if each)


def say(
    properties: Iterable[PropertyID],
    networks: tuple[Network, ...],
    records: Mapping[str, Record],
    reuse: MTMSIReuse = MTMSIReuse.NEVER,
) -> tuple[Said, ...]:
    """What is known of some properties, in every solution of which they say something."""
    return tuple(
        _said(Asked(each, solution, networks, reuse), records)
        for each in properties
        for solution in Solution
        if PROPERTIES[each].applies(solution)
    )


def _said(asked: Asked, records: Mapping[str, Record]) -> Said:
    found = ((network, records.get(name_of(asked.question(network)))) for network in asked.networks)
    return Said(asked, {network: record for network, record in found if record is not None and not record.is_stale})
