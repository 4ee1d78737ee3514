"""What no exchange of messages can give: statements about the solutions as worded, each with runs that show it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from core.evidence.links import CellLink
from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Network
from nodes.explorer.records import Record, name_of
from nodes.explorer.usual import cell
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID


@dataclass(frozen=True, slots=True)
class Impossible:
    """A property as worded that no exchange of messages gives, why, and the shortest runs that break it."""

    title: str
    text: str
    links: tuple[CellLink, ...]


@dataclass(frozen=True, slots=True)
class _Statement:
    property: PropertyID
    network: Network
    when: str
    why: str


_STATEMENTS: Final = (
    _Statement(
        PropertyID.P2,
        Network.ORDERED,
        "at the very moment of delivery",
        "That the AS gets a key and that the UE goes on to another one are events at two places, joined by messages"
        " that may take any time. No exchange of messages makes one event of them. It takes a lock, by which an AS can"
        " hold up a re-authentication, or leases with bounded clocks. A confirmation between UE and MME does not help:"
        " SECURITY MODE COMPLETE is one already, and the race is with the next authentication.",
    ),
    _Statement(
        PropertyID.P3,
        Network.ORDERED,
        "while both ends use the key that NAS uses now",
        "What is under way over a change of keys was sealed under the key before. It opens only if keys are chosen by"
        " name and old ones are kept, as the repair “named key” has it.",
    ),
    _Statement(
        PropertyID.P1,
        Network.FAIL,
        "if a NAS message is lost for good and the MME keeps one key",
        "The last message of the security mode procedure may have arrived or not; whoever waits for it cannot know."
        " Only an MME that keeps both can be right: it gives each by its name, as the repair “named key” has it, or"
        " none until the UE has told which one it uses, as “settle key” has it.",
    ),
)


def impossible(records: Mapping[str, Record]) -> tuple[Impossible, ...]:
    """The statements that a run of this model shows; one that none shows is not made."""
    found = ((each, tuple(_links(each, records))) for each in _STATEMENTS)
    return tuple(
        Impossible(f"{each.property.value}, {PROPERTIES[each.property].title}, {each.when}", each.why, links)
        for each, links in found
        if links
    )


def _links(statement: _Statement, records: Mapping[str, Record]) -> Iterator[CellLink]:
    for solution in Solution:
        record = records.get(name_of(cell(statement.property, solution, statement.network)))
        if record is not None and record.verdict is Verdict.VIOLATED and not record.is_stale:
            yield CellLink(record.name, f"solution {int(solution)}: × {record.depth} steps, {statement.network.value}")
