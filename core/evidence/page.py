"""The evidence page in words. What is known of a property is `nodes.evidence.findings`' to say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from core.evidence.answer import READING, Answer, answer
from core.evidence.impossible import Impossible, impossible
from core.evidence.links import CellLink
from core.evidence.wider import Sentence, what_wider_bounds_show
from core.explorer.matrix import Matrix, matrix
from core.words.explored import bounds_words
from core.words.names import VALUES
from core.words.options import repairs_words
from nodes.evidence.effects import effect_of
from nodes.evidence.findings import Assumption, Finding, Fix, Outcome, finding, is_usual
from nodes.evidence.limits import CHOSEN, NOT_SHOWN, Limit
from nodes.evidence.statements import SECTIONS, STATEMENTS, Against, Ground, NotShown, Statement, Tests
from nodes.explorer.questions import Bounds, Network
from nodes.explorer.records import Record
from nodes.explorer.usual import usual_bounds
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, Property, PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundRow:
    """One thing that a statement rests on. `slug` is that of an outcome, shown or not-shown."""

    label: str
    slug: str
    result: str
    note: str = ""
    """That it is of an older model."""
    effect: str = ""
    """What comes of it where it is broken."""
    assumptions: tuple[str, ...] = ()
    links: tuple[CellLink, ...] = ()
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatementRows:
    id: str
    text: str
    grounds: tuple[GroundRow, ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    statements: tuple[StatementRows, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    model: int
    explored: str
    """The dates between which the results were found; empty: nothing is explored."""
    bounds: str
    has_stale: bool
    reading: str
    answer: Answer
    impossible: tuple[Impossible, ...]
    wider: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    not_shown: tuple[Limit, ...]
    chosen: tuple[Limit, ...]
    matrix: Matrix
    properties: tuple[Property, ...] = tuple(PROPERTIES.values())

    @property
    def copied(self) -> str:
        """The answer as text, with under what and when it was found."""
        under = f"{self.reading} Bounds: {self.bounds}. Model version {self.model}, explored {self.explored}."
        return f"{self.answer.plain}\n{under}\n"


_WORDS: Final = {
    Outcome.HOLDS: "Holds",
    Outcome.VIOLATED: "Broken",
    Outcome.OPEN: "Open, as the search came to its bound on states",
    Outcome.UNKNOWN: "Not explored yet",
}
_ELSE: Final = {Outcome.HOLDS: "holds", Outcome.OPEN: "open", Outcome.UNKNOWN: "not explored yet"}


def evidence_page(records: Mapping[str, Record]) -> EvidencePage:
    """Every statement with what the records say of it."""
    shown = matrix(records)
    sections = tuple(_section(key, title, records) for key, title in SECTIONS.items())
    return EvidencePage(
        model=MODEL_VERSION,
        explored=_between(records),
        bounds=_usual_bounds(),
        has_stale=shown.has_stale or any(_has_stale(section) for section in sections),
        reading=READING,
        answer=answer(records),
        impossible=impossible(records),
        wider=what_wider_bounds_show(records),
        sections=sections,
        not_shown=NOT_SHOWN,
        chosen=CHOSEN,
        matrix=shown,
    )


def _has_stale(section: Section) -> bool:
    """A repair that mends may be of an older model, where every cell of the matrix is of this one."""
    return any(ground.note for statement in section.statements for ground in statement.grounds)


def _between(records: Mapping[str, Record]) -> str:
    dates = sorted({record.date for record in records.values() if is_usual(record)})
    return " to ".join(dict.fromkeys((dates[0], dates[-1]))) if dates else ""


def _usual_bounds() -> str:
    """The usual bounds, and where those of a property or of a network are wider."""
    usual = asdict(Bounds())
    wider = {each.value: _differing(usual_bounds(each, Network.ORDERED), usual) for each in PropertyID}
    wider["the network collide"] = _differing(usual_bounds(PropertyID.P1, Network.COLLIDE), usual)
    return "; ".join((bounds_words(usual), *(f"for {what} {bounds_words(own)}" for what, own in wider.items() if own)))


def _differing(bounds: Bounds, usual: Mapping[str, int]) -> dict[str, int]:
    return {name: value for name, value in asdict(bounds).items() if value != usual[name]}


def _section(key: str, title: str, records: Mapping[str, Record]) -> Section:
    statements = (each for each in STATEMENTS if each.id.rpartition("-")[0] == key)
    return Section(
        title,
        tuple(StatementRows(each.id, each.text, tuple(_rows(each, records))) for each in statements),
    )


def _rows(statement: Statement, records: Mapping[str, Record]) -> Iterator[GroundRow]:
    for ground in statement.grounds:
        yield from _ground(ground, statement.solution, records)


def _ground(ground: Ground, solution: Solution | None, records: Mapping[str, Record]) -> Iterator[GroundRow]:
    match ground:
        case Tests():
            yield GroundRow(label="Test", slug="shown", result="shown", assumptions=(ground.says,), tests=ground.names)
        case Against():
            yield GroundRow(
                label="Test", slug="violated", result="not so", assumptions=(ground.says,), tests=ground.names
            )
        case NotShown():
            yield GroundRow(label="–", slug="not-shown", result="not shown", assumptions=(ground.reason,))
        case _:
            for each in Solution if solution is None else (solution,):
                found = finding(ground, each, records)
                if found is not None:
                    yield _found(found, with_solution=solution is None)


def _found(found: Finding, *, with_solution: bool) -> GroundRow:
    label = f"{found.property.value} {PROPERTIES[found.property].title}"
    if with_solution:
        label += f", solution {int(found.solution)}"
    return GroundRow(
        label=label,
        slug=found.outcome.value,
        result=_result(found),
        note=_age(found),
        effect=_effect(found.broken),
        assumptions=tuple(_assumptions(found)),
        links=tuple(_links(found)),
    )


def _effect(broken: Record | None) -> str:
    effect = None if broken is None else effect_of(broken)
    return "" if effect is None else effect.value


def _result(found: Finding) -> str:
    if found.broken is not None:
        return f"× {found.broken.depth} steps"
    match found.outcome:
        case Outcome.OPEN:
            return "open"
        case Outcome.UNKNOWN:
            return "partly explored" if found.is_explored else "not explored yet"
        case _:
            is_vacuous = found.longest is not None and found.longest.vacuous
            return "holds for want of a case" if is_vacuous else "holds"


def _age(found: Finding) -> str:
    if not found.has_stale:
        return ""
    return "of an older model" if found.is_all_stale else "in part of an older model"


def _assumptions(found: Finding) -> Iterator[str]:
    """What the networks and choices are under which it holds, is broken or is not known, and what mends it."""
    if not found.is_explored:
        return
    networks: dict[str, list[Network]] = {}
    for each in sorted(found.assumptions, key=lambda each: tuple(_WORDS).index(each.outcome)):
        networks.setdefault(_words(each), []).append(each.network)
    for words, under in networks.items():
        yield f"{words}: {_names(under)}."
    for fix in found.fixes:
        yield _fix(fix, found.networks(Outcome.VIOLATED))


def _words(assumption: Assumption) -> str:
    if assumption.only:
        choices = " and ".join(map(_choice, assumption.only))
        if assumption.outcome is Outcome.VIOLATED:
            return f"Broken if {choices}, else {_ELSE[assumption.others]}"
        return f"Holds if {choices}, else {_ELSE[assumption.outcome]}"
    case = ", in some searches only as its case never came up" if assumption.is_vacuous else ""
    return f"{_WORDS[assumption.outcome]}{case}"


def _choice(choice: ActiveWhen | MTMSIReuse) -> str:
    kind = "M-TMSI reuse is" if isinstance(choice, MTMSIReuse) else "the AV is active"
    return f"{kind} {VALUES[choice]}"


def _names(networks: Iterable[Network]) -> str:
    names = [each.value for each in networks]
    return "every network" if len(names) == len(Network) else ", ".join(names)


def _fix(fix: Fix, violated: tuple[Network, ...]) -> str:
    words = f"Fixed by {repairs_words(fix.repairs)}" if fix.repairs else "No repair fixes it"
    if fix.only:
        words += f" if {' and '.join(map(_choice, fix.only))}"
    return f"{words}." if fix.networks == violated else f"{words}: {_names(fix.networks)}."


def _links(found: Finding) -> Iterator[CellLink]:
    if found.broken is not None:
        yield CellLink(found.broken.name, f"counterexample, {found.broken.question.network.value}")
    if found.longest is not None:
        network, states = found.longest.question.network.value, found.longest.states
        yield CellLink(found.longest.name, f"holds on {network}, {states:,} states")
