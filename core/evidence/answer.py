"""The answer to the Editor's Note, in a few sentences drawn from the results, each with the cells that it rests on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from core.evidence.links import CellLink
from core.words.options import repairs_words
from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Network, Question
from nodes.explorer.records import Record, fixes, name_of
from nodes.explorer.usual import cells
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID

READING: Final = "The MME counts an AV as active at SECURITY MODE COMPLETE, no M-TMSI is used twice, no repair is on."
"""Under which options the answer is given: what the standard has, and the contribution alone."""

FAULTLESS: Final = (Network.ORDERED, Network.COLLIDE)
"""The networks that lose, repeat and reorder nothing."""

FAULTY: Final = tuple(each for each in Network if each not in FAULTLESS)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that can be quoted, and the cells that it rests on."""

    text: str
    links: tuple[CellLink, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of some cells. `broken` and `undecided` are the solutions in which one of them is so."""

    broken: tuple[Solution, ...]
    undecided: tuple[Solution, ...]
    links: tuple[CellLink, ...]

    @property
    def holds(self) -> bool:
        return not self.broken and not self.undecided


def answer(records: Mapping[str, Record]) -> tuple[Sentence, ...]:
    """Say what holds without faults, what does not, what faults change, and what follows for the note."""
    at_rest = _found((PropertyID.P1, PropertyID.P1A), FAULTLESS, records)
    waiting = _found((PropertyID.P1W,), FAULTLESS, records)
    alone = _found((PropertyID.P1W,), (Network.ORDERED,), records)
    in_use = _found((PropertyID.P2, PropertyID.P3), FAULTLESS, records)
    quiet = _found((PropertyID.P2Q,), FAULTLESS, records)
    undecided = {each for found in (at_rest, waiting, in_use, quiet) for each in found.undecided}
    if undecided:
        return (Sentence(f"Not known yet {_in(undecided)}: what this answer rests on is not explored to its end."),)
    return (
        _at_rest(at_rest),
        _waiting(waiting, needs_collision=alone.holds),
        _in_use(in_use, quiet),
        *(_under_faults(solution, records) for solution in Solution),
        _conclusion(at_rest, (waiting, in_use)),
    )


def _at_rest(found: _Found) -> Sentence:
    where = "as long as the network loses, repeats and reorders nothing (P1, P1a)"
    if found.holds:
        text = f"At rest the network gives the key that the UE uses, in both solutions, {where}."
    else:
        text = f"Not even at rest does the network always give the key that the UE uses, {_in(found.broken)}, {where}."
    return Sentence(text, found.links)


def _waiting(found: _Found, *, needs_collision: bool) -> Sentence:
    if found.holds:
        return Sentence("Nor do they differ while an end waits for a NAS timer (P1w).", found.links)
    collision = "where NAS procedures of UE and MME collide, as TS 24.301 allows"
    where = collision if needs_collision else "even if their NAS procedures never collide"
    text = (
        f"“Always synchronised” still says too much: {where}, they differ while a NAS timer runs,"
        f" {_in(found.broken)} (P1w)."
    )
    return Sentence(text, found.links)


def _in_use(found: _Found, quiet: _Found) -> Sentence:
    links = (*found.links, *quiet.links)
    if found.holds:
        return Sentence("A key is right when the AS gets it, and when it is used (P2, P3).", links)
    text = f"A key can be an old one when the AS gets it, or when it is used, {_in(found.broken)} (P2, P3)"
    if quiet.broken:
        return Sentence(f"{text}; {_in(quiet.broken)} even if no NAS procedure runs meanwhile (P2q).", links)
    return Sentence(f"{text}, but not if no NAS procedure runs meanwhile (P2q).", links)


def _under_faults(solution: Solution, records: Mapping[str, Record]) -> Sentence:
    """P1 of a solution on the other networks, and the smallest repairs of each."""
    asked = [question for network in FAULTY for question in _cells(PropertyID.P1, solution, network)]
    known = _known(asked, records)
    decided = {record.question.network for record in known if record.verdict is not Verdict.INCOMPLETE}
    open_ = [network.value for network in FAULTY if network not in decided]
    not_known = f" Not known yet: {', '.join(open_)}." if open_ else ""
    broken = [record for record in known if record.verdict is Verdict.VIOLATED]
    if not broken:
        found = "has been found to give" if open_ else "gives"
        text = f"In solution {int(solution)} no fault alone {found} a wrong key at rest (P1).{not_known}"
        return Sentence(text, tuple(_link(record) for record in known if record.question.network in decided))
    by_network = {record.question.network.value: _fixes(record.question, records) for record in broken}
    words = "; ".join(f"{network} ({fix})" for network, fix in by_network.items())
    text = f"In solution {int(solution)} one fault can leave a wrong key at rest (P1): {words}.{not_known}"
    return Sentence(text, tuple(_link(record) for record in broken))


def _fixes(question: Question, records: Mapping[str, Record]) -> str:
    repairs = fixes(question, records)
    if repairs is None:
        return "whether a repair fixes it is not known"
    if not repairs:
        return "no repair fixes it"
    return f"fixed by {repairs_words(repairs)}"


def _conclusion(at_rest: _Found, others: Iterable[_Found]) -> Sentence:
    """Answer whether it matters that a GUTI names no AV."""
    if not at_rest.holds:
        return Sentence("So the Editor’s Note stands: that a GUTI names no AV can give a wrong key for good.")
    if all(found.holds for found in others):
        return Sentence("So the Editor’s Note can go: that a GUTI names no AV gives no wrong key, within these bounds.")
    text = (
        "So the Editor’s Note can be answered, not dropped: that a GUTI names no AV gives no wrong key at rest without"
        " a fault, but it does while something is under way."
    )
    return Sentence(text)


# Cells


def _cells(property_id: PropertyID, solution: Solution, network: Network) -> Iterator[Question]:
    for question in cells(property_id, solution, network):
        if (question.active_when, question.m_tmsi_reuse) == (
            ActiveWhen.SECURITY_MODE_COMPLETE,
            MTMSIReuse.NEVER,
        ):
            yield question


def _known(questions: Iterable[Question], records: Mapping[str, Record]) -> list[Record]:
    """What is known of these questions, of the model that runs here."""
    found = (records.get(name_of(each)) for each in questions)
    return [record for record in found if record is not None and not record.is_stale]


def _found(properties: tuple[PropertyID, ...], networks: tuple[Network, ...], records: Mapping[str, Record]) -> _Found:
    broken, undecided, links = set[Solution](), set[Solution](), list[CellLink]()
    for property_id in properties:
        for solution in Solution:
            asked = [question for network in networks for question in _cells(property_id, solution, network)]
            known = _known(asked, records)
            violated = [record for record in known if record.verdict is Verdict.VIOLATED]
            if violated:
                broken.add(solution)
                links.append(_link(min(violated, key=lambda record: record.depth)))
            elif len(known) < len(asked) or any(record.verdict is Verdict.INCOMPLETE for record in known):
                undecided.add(solution)
            else:
                links.append(_link(max(known, key=lambda record: record.states)))
    return _Found(tuple(sorted(broken)), tuple(sorted(undecided)), tuple(links))


def _link(record: Record) -> CellLink:
    question = record.question
    which = f"{question.property.value}, {int(question.solution)}, {question.network.value}"
    if record.verdict is Verdict.VIOLATED:
        return CellLink(record.name, f"{which}: × {record.depth} steps")
    return CellLink(record.name, f"{which}: {record.states:,} states")


def _in(solutions: Iterable[Solution]) -> str:
    numbers = [int(each) for each in sorted(solutions)]
    return "in both solutions" if len(numbers) == len(Solution) else f"in solution {numbers[0]}"
