"""The answer for those who have a minute: a few short sentences, each drawn from the cells that stand beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from core.evidence.facts import FAULTLESS, FAULTY, Mark, Said, say
from nodes.explorer.questions import Network
from nodes.explorer.records import Record
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID

_FAULT: Final = {
    Network.REORDER: "a message arrives late",
    Network.REPEAT: "one arrives twice",
    Network.LOSE: "one has to be sent again",
    Network.FAIL: "a NAS message never arrives",
}
"""What happens once on a network with faults."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence and the cells that it rests on."""

    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """Whether the two ends always hold the same key: a word, what is so at the ends, and what the network does."""

    word: str
    ends: tuple[Claim, ...]
    network: tuple[Claim, ...]


def short_answer(records: Mapping[str, Record]) -> ShortAnswer:
    """Say whether UE and AS always have the same key, and whether the network gives out the right one."""
    used = say((PropertyID.P3,), FAULTLESS, records)
    caught_up = say((PropertyID.P8,), FAULTLESS, records)
    at_rest = say((PropertyID.P1,), FAULTLESS, records)
    faulty = say((PropertyID.P1,), FAULTY, records)
    ends = [Claim(_used(used), _marks(used))]
    if _broken(used):
        ends.append(Claim(_caught_up(caught_up), _marks(caught_up)))
    network = [Claim(_at_rest(at_rest), _marks(at_rest))]
    if not _broken(at_rest):
        network.append(Claim(_faulty(faulty), _marks(faulty)))
    return ShortAnswer(_word((*used, *at_rest, *faulty)), tuple(ends), tuple(network))


def _word(everything: tuple[Said, ...]) -> str:
    if _broken(everything):
        return "Not always."
    return "Yes, within these bounds." if all(each.holds for each in everything) else "Not known yet."


def _used(said: tuple[Said, ...]) -> str:
    if _broken(said):
        where = _in(_broken(said))
        if not any(Network.ORDERED in each.broken for each in said):
            return f"Where NAS procedures of UE and MME collide, they can use different keys{where}."
        return f"After a re-authentication the AS can still use the old key, and messages cannot be decrypted{where}."
    if _open(said):
        return f"Whether they ever use different keys is not known yet{_in(_open(said))}."
    return "If every message comes once and in order, they never use different keys."


def _caught_up(said: tuple[Said, ...]) -> str:
    if _broken(said):
        return f"Asking again mends it only while the GUTI is the same{_in(_broken(said))}."
    if _open(said):
        return f"Whether asking again always mends it is not known yet{_in(_open(said))}."
    return "Asking again mends it."


def _at_rest(said: tuple[Said, ...]) -> str:
    start = "every message comes once and in order, the network at rest"
    if _broken(said):
        return f"Even if {start} can give out another key than the UE uses, or none{_in(_broken(said))}."
    if _open(said):
        return f"Whether, if {start} gives out the right key is not known yet{_in(_open(said))}."
    return f"If {start} gives out the right key, in solution 11 and in solution 12."


def _faulty(said: tuple[Said, ...]) -> str:
    broken = {int(each.asked.solution): each.broken for each in said if each.broken}
    if broken:
        parts = (f"in solution {number} if {_listed(found)}" for number, found in broken.items())
        return f"One fault spoils that: {'; '.join(parts)}."
    if _open(said):
        return f"Whether one fault spoils that is not known yet{_in(_open(said))}."
    return "No single fault of the network spoils that."


def _marks(said: tuple[Said, ...]) -> tuple[Mark, ...]:
    """What speaks against it, one mark a solution; where nothing does, what is not known; else what holds."""
    every = [(each, tuple(each.marks())) for each in said]
    for slug in ("violated", "open", "unknown", "holds"):
        found = [(each, next((mark for mark in marks if mark.slug == slug), None)) for each, marks in every]
        marked = [(each.asked.solution, mark) for each, mark in found if mark is not None]
        if marked:
            return _told_apart(marked)
    return ()


def _told_apart(marked: list[tuple[Solution, Mark]]) -> tuple[Mark, ...]:
    """One mark for what reads the same in both solutions; else each says which it is of."""
    if len({mark.text for _, mark in marked}) == 1:
        return (marked[0][1],)
    return tuple(replace(mark, rest=f"{mark.rest} in {int(solution)}".strip()) for solution, mark in marked)


def _broken(said: Iterable[Said]) -> list[Solution]:
    return sorted({each.asked.solution for each in said if each.broken})


def _open(said: Iterable[Said]) -> list[Solution]:
    return sorted({each.asked.solution for each in said if each.open and not each.broken})


def _in(solutions: Iterable[Solution]) -> str:
    """Say in which solution, where it is one of the two."""
    numbers = [int(each) for each in solutions]
    return "" if len(numbers) == len(Solution) else f" in solution {numbers[0]}"


def _listed(networks: tuple[Network, ...]) -> str:
    words = [_FAULT[each] for each in networks]
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
