"""The answer to the Editor's Note, in a few sentences drawn from the results, each with the cells that it rests on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from core.evidence.facts import EVERY, FAULTLESS, FAULTY, Mark, Said, say
from core.words.options import repairs_words
from nodes.evidence.effects import Effect
from nodes.explorer.questions import Network
from nodes.explorer.records import Record, fixes
from nodes.explorer.usual import USUAL
from nodes.protocol.options import MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID

READING: Final = "The MME counts an AV as active at SECURITY MODE COMPLETE, and no repair is on."
"""Under which options the answer is given: what the standard has, and the contribution alone."""

_GRAVE: Final = frozenset({PropertyID.P1, PropertyID.P3, PropertyID.P4, PropertyID.P6})
"""Where one of these is broken without a repair, the note may not go."""

_KINDS: Final = {
    Effect.WRONG_RECORD: "integrity",
    Effect.MESSAGE_LOST: "availability",
    Effect.NO_KEY: "availability",
    Effect.OLD_KEY: "freshness",
    Effect.OTHER_KEY: "confidentiality",
}
_FAULT_WORDS: Final = {
    Network.REORDER: "a message overtakes another",
    Network.REPEAT: "a message comes twice",
    Network.LOSE: "a message is lost and sent again",
    Network.FAIL: "a NAS message is lost for good",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence that can be quoted, the cells that it rests on by solution, and what comes of what is broken.

    `effect` is empty where nothing is known to be broken or to hold; `kind` is what an effect is about.
    """

    text: str
    pull: tuple[Mark, ...]
    push: tuple[Mark, ...]
    effect: str
    kind: str = ""

    @property
    def gravest(self) -> tuple[tuple[Solution, Mark], ...]:
        """One mark of each solution: the first, which is of what is broken, if anything is."""
        return tuple((solution, found[0]) for solution, found in self.marks if found)

    @property
    def marks(self) -> tuple[tuple[Solution, tuple[Mark, ...]], ...]:
        """The cells by solution."""
        return ((Solution.PULL, self.pull), (Solution.PUSH, self.push))


@dataclass(frozen=True, slots=True)
class Answer:
    """`short` answers whether the note may be deleted; `repairs` says what would have to be added.

    `by_name` is what holds instead, where keys have names.
    """

    short: str
    rows: tuple[Row, ...]
    repairs: str
    by_name: Row

    @property
    def plain(self) -> str:
        """All of it as lines of text, to be quoted."""
        rows = (_plain(f"{number}.", row) for number, row in enumerate(self.rows, start=1))
        added = (f"To be added (not defined by 3GPP): {self.repairs}.",) if self.repairs else ()
        by_name = _plain("Or, by name (not defined by 3GPP):", self.by_name)
        return "\n".join((f"May the Editor’s Note be deleted? {self.short}", *rows, *added, by_name))


def _plain(start: str, row: Row) -> str:
    marks = (f"{int(each)}: {', '.join(mark.text for mark in found)}" for each, found in row.marks if found)
    effect = f"; effect: {row.effect}" if row.effect else ""
    return f"{start} {row.text} [solution {'; solution '.join(marks)}{effect}]"


def answer(records: Mapping[str, Record]) -> Answer:
    """Say what holds without faults, what does not, what faults change, whose key is given, and what repairs do."""
    waiting = say((PropertyID.P1W,), FAULTLESS, records)
    used = say((PropertyID.P2, PropertyID.P2Q, PropertyID.P3, PropertyID.P8), FAULTLESS, records)
    faulty = say((PropertyID.P1, PropertyID.P1A), FAULTY, records)
    old_gutis = say((PropertyID.P6,), EVERY, records)
    never = say((PropertyID.P4,), EVERY, records)
    reused = say((PropertyID.P4,), EVERY, records, MTMSIReuse.LOWEST_FREE)
    at_rest = say((PropertyID.P1, PropertyID.P1A), FAULTLESS, records)
    everything = (*at_rest, *waiting, *used, *faulty, *old_gutis, *reused, *never)
    rows = (
        _row(_at_rest(at_rest), at_rest),
        _row(_waiting(waiting), waiting),
        _row(_in_use(used), used),
        _row(_under_faults(faulty), faulty),
        _row(_old_gutis(old_gutis), old_gutis),
        _row(_right_ue(reused, never), (*reused, *never)),
    )
    named = say(BY_NAME, EVERY, records)
    return Answer(_short(everything), rows, _repairs(everything, records), _row(_by_name(named), named))


@dataclass(frozen=True, slots=True)
class Brief:
    """The answer in a minute: whether the ends always hold the same key, and the sentences that say why."""

    lead: str
    used: Row
    given: tuple[Row, ...]


def in_brief(records: Mapping[str, Record]) -> Brief:
    """Say what comes of using keys, and what the network gives out at rest, without faults and with one."""
    used = say((PropertyID.P2, PropertyID.P2Q, PropertyID.P3, PropertyID.P8), FAULTLESS, records)
    at_rest = say((PropertyID.P1, PropertyID.P1A), FAULTLESS, records)
    faulty = say((PropertyID.P1, PropertyID.P1A), FAULTY, records)
    if any(each.broken for each in used):
        lead = "Not always."
    else:
        lead = "Yes, within bounds." if all(each.holds for each in used) else "That is not known yet."
    given = (_row(_at_rest(at_rest), at_rest), _row(_under_faults(faulty), faulty))
    return Brief(lead, _row(_in_use(used), used), given)


def _short(everything: tuple[Said, ...]) -> str:
    grave = [said for said in everything if said.asked.property in _GRAVE]
    if any(said.broken for said in grave):
        return "Not by the text as it stands."
    return "Yes, within these bounds." if all(said.holds for said in grave) else "Not known yet."


def _row(text: str, said: tuple[Said, ...]) -> Row:
    by_solution = {
        each: tuple(chain.from_iterable(one.marks() for one in said if one.asked.solution is each)) for each in Solution
    }
    effects = frozenset().union(*(each.effects for each in said))
    ordered = [each for each in Effect if each in effects]
    if ordered:
        words = _listed_with_or([each.value for each in ordered])
        kind = ", ".join(dict.fromkeys(_KINDS[each] for each in ordered))
    else:
        words, kind = ("none" if all(each.holds for each in said) else ""), ""
    return Row(text, by_solution[Solution.PULL], by_solution[Solution.PUSH], words, kind)


# The sentences


def _at_rest(said: tuple[Said, ...]) -> str:
    start = "every message comes once and in order, the network at rest"
    if _broken(said):
        return f"Even if {start} can give out a key that the UE does not use, or none, {_in(_broken(said))}."
    if _undecided(said):
        return f"Whether, if {start} gives out the key that the UE uses is not known yet {_in(_undecided(said))}."
    return f"If {start} gives out the key that the UE uses."


_WHILE_WAITING: Final = "the network gives out the key that the UE uses even while an end waits for a NAS timer"


def _waiting(said: tuple[Said, ...]) -> str:
    if _broken(said):
        is_ordered = any(Network.ORDERED in each.broken for each in said)
        where = "even if" if is_ordered else "where"
        collide = "never collide" if is_ordered else "collide, as TS 24.301 allows"
        return (
            f"“Always synchronised” says too much: {where} NAS procedures of UE and MME {collide}, the network gives"
            f" out another key than the UE uses while a NAS timer runs, {_in(_broken(said))}."
        )
    if _undecided(said):
        return f"Whether {_WHILE_WAITING} is not known yet {_in(_undecided(said))}."
    return f"If every message comes once and in order, {_WHILE_WAITING}."


def _in_use(said: tuple[Said, ...]) -> str:
    by_property = {each: [one for one in said if one.asked.property is each] for each in PropertyID}
    apart = (*by_property[PropertyID.P2], *by_property[PropertyID.P3])
    if not _broken(apart):
        if _undecided(said):
            return f"Whether UE and AS use the same key is not known yet {_in(_undecided(said))}."
        return "Whenever the AS gets a key, and whenever one is used, UE and AS have the same."
    where, quiet = _in(_broken(apart)), _broken(by_property[PropertyID.P2Q])
    text = (
        "Even if every message comes once and in order, the AS can have an old key, as after a re-authentication, until"
        f" it asks again, {where}."
    )
    if quiet:
        text += f" It can be old though no NAS procedure runs meanwhile, {_in(quiet)}."
    if _broken(by_property[PropertyID.P8]):
        text += " If the GUTI has changed too, asking again does not help."
    return text


def _under_faults(said: tuple[Said, ...]) -> str:
    by_solution = {each: [one for one in said if one.asked.solution is each] for each in Solution}
    if all(each.holds for each in said):
        return "No single fault of the network leaves a wrong key, or none, at rest."
    words = [f"in solution {int(each)} {_faults(found)}" for each, found in by_solution.items()]
    return f"One fault of the network can leave a wrong key, or none, at rest: {'; '.join(words)}."


def _faults(said: list[Said]) -> str:
    broken = [each for each in FAULTY if any(each in one.broken for one in said)]
    open_ = [each for each in FAULTY if each not in broken and any(each in one.open for one in said)]
    if not broken:
        return "this is not known yet" if open_ else "none does"
    unknown = f" (not known yet: {_names(open_)})" if open_ else ""
    return f"if {_listed_with_or([_FAULT_WORDS[each] for each in broken])}{unknown}"


def _listed_with_or(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _old_gutis(said: tuple[Said, ...]) -> str:
    start = "After a reallocation or a detach the old GUTI"
    held = [each.asked.solution for each in said if each.holds]
    if len(held) == len(said):
        return f"{start} yields no key."
    parts = [f"yields no key {_in(held)}"] if held else []
    parts += [f"can still yield one {_in(_broken(said))}"] if _broken(said) else []
    parts += [f"may yield one {_in(_undecided(said))}, which is not known yet"] if _undecided(said) else []
    return f"{start} {'; it '.join(parts)}."


def _right_ue(reused: tuple[Said, ...], never: tuple[Said, ...]) -> str:
    if _broken(never):
        return f"The key of another UE can be given out, though no M-TMSI is used again, {_in(_broken(never))}."
    if _undecided(never):
        otherwise = f"whether it can if none is used again is not known yet {_in(_undecided(never))}"
    else:
        otherwise = "if none is used again, it never is"
    if _broken(reused):
        where = _in(_broken(reused))
        return f"The key of another UE can be given out if an M-TMSI is used again, {where}; {otherwise}."
    if _undecided((*reused, *never)):
        return f"Whether the key of another UE can be given out is not known yet {_in(_undecided((*reused, *never)))}."
    return "The key of another UE is never given out."


# Repairs

BY_NAME: Final = tuple(each for each, stated in PROPERTIES.items() if stated.by_name)
"""The properties of keys that have names."""


def _by_name(said: tuple[Said, ...]) -> str:
    added = " and ".join(
        f"{repairs_words([USUAL[BY_NAME[0]].repairs[each]])} in solution {int(each)}" for each in Solution
    )
    start = f"With {added}, a key is asked for, given and used by its name"
    if _broken(said):
        return f"{start}; even so not all of this holds {_in(_broken(said))}."
    if _undecided(said):
        left = ", ".join(f"{_label(each)} in {int(each.asked.solution)} on {_names(each.open)}" for each in _open(said))
        return f"{start}: what is given fits, as far as it is known (not known yet: {left})."
    return (
        f"{start}: on every network the key that the UE uses can be had, the UE holds whatever the AS gets, and every"
        " message under a key that was given opens."
    )


def _open(said: Iterable[Said]) -> Iterator[Said]:
    return (each for each in said if each.open)


def _repairs(everything: tuple[Said, ...], records: Mapping[str, Record]) -> str:
    """Which smallest repairs fix what is broken, and what none of those offered fixes."""
    asked: dict[str, set[Network]] = {}
    found: dict[str, dict[str, dict[Solution, list[Network]]]] = {}
    for said in everything:
        label = _label(said)
        asked.setdefault(label, set()).update(said.asked.networks)
        for network in said.broken:
            fix = _fix(fixes(said.asked.question(network), records))
            by_solution = found.setdefault(fix, {}).setdefault(label, {})
            by_solution.setdefault(said.asked.solution, []).append(network)
    return "; ".join(f"{fix} {_listed(found[fix], asked)}" for fix in sorted(found, key=_order))


def _label(said: Said) -> str:
    reused = " with reused M-TMSIs" if said.asked.reuse is MTMSIReuse.LOWEST_FREE else ""
    return f"{said.asked.property.value}{reused}"


_NOTHING: Final = "no repair offered fixes"
_UNKNOWN: Final = "it is not known what fixes"


def _order(fix: str) -> tuple[bool, bool, str]:
    """What fixes something first."""
    return (fix == _UNKNOWN, fix == _NOTHING, fix)


def _fix(repairs: tuple[tuple[str, ...], ...] | None) -> str:
    if repairs is None:
        return _UNKNOWN
    return f"{repairs_words(repairs)} fixes" if repairs else _NOTHING


def _listed(fixed: Mapping[str, Mapping[Solution, list[Network]]], asked: Mapping[str, set[Network]]) -> str:
    return ", ".join(chain.from_iterable(_of_label(each, fixed[each], asked[each]) for each in fixed))


def _of_label(label: str, by_solution: Mapping[Solution, list[Network]], asked: set[Network]) -> Iterator[str]:
    """`P2`, `P1 in 12 (reorder, repeat)`."""
    groups: dict[tuple[Network, ...], list[Solution]] = {}
    for solution, broken in by_solution.items():
        groups.setdefault(tuple(dict.fromkeys(broken)), []).append(solution)
    for networks, solutions in groups.items():
        where = f" in {int(solutions[0])}" if len(solutions) < len(Solution) else ""
        under = f" ({_names(networks)})" if set(networks) < asked else ""
        yield f"{label}{where}{under}"


# Words


def _broken(said: Iterable[Said]) -> list[Solution]:
    return sorted({each.asked.solution for each in said if each.broken})


def _undecided(said: Iterable[Said]) -> list[Solution]:
    return sorted({each.asked.solution for each in said if each.open and not each.broken})


def _names(networks: Iterable[Network]) -> str:
    return ", ".join(each.value for each in networks)


def _in(solutions: Iterable[Solution]) -> str:
    numbers = sorted({int(each) for each in solutions})
    return "in both solutions" if len(numbers) == len(Solution) else f"in solution {numbers[0]}"
