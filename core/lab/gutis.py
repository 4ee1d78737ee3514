"""Which GUTI is which: a number for each, in the order in which they came into the lab, and whom it names now."""

from collections.abc import Iterable, Iterator
from enum import Enum

from core.lab.moment import PlainChange
from nodes.protocol.entities.mme.state import MMEState, context_of_guti
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.world.world import World, nodes_of

_KEY = "guti"


class Naming(Enum):
    """Whom a GUTI names, as its MME has it, seen from whoever holds it for a UE."""

    VALID = "valid"
    OLD = "old"
    """No UE any more. An SCEF that still answers for it breaks P6."""
    ANOTHERS = "another's"
    """Another UE: its M-TMSI was allocated again."""


def naming(world: World, guti: GUTI, imsi: IMSI) -> Naming:
    """Tell whom a GUTI names that somebody holds for the UE of an IMSI.

    A context whose UE has gone to another MME is kept for a while, and its GUTI is old.
    """
    mme = next((each for each in nodes_of(world, MMEState) if each.gummei == guti.gummei), None)
    context = None if mme is None else context_of_guti(mme, guti)
    if context is None or context.moved_to is not None:
        return Naming.OLD
    return Naming.VALID if context.imsi == imsi else Naming.ANOTHERS


def gutis_in(changes: Iterable[PlainChange]) -> Iterator[str]:
    """Give the GUTIs, 10 octets in hex, that a step put into an MME, where each begins; some may be known already."""
    for change in changes:
        if change.path[0].startswith("mme-"):
            yield from _within(change.path[-1], change.new)


def in_order(known: tuple[str, ...], found: Iterable[str]) -> tuple[str, ...]:
    """Add to known GUTIs those that are new; each keeps its place."""
    return tuple(dict.fromkeys((*known, *found)))


def _within(name: str, value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _within(key, inner)
    elif name == _KEY and isinstance(value, str):
        yield value
