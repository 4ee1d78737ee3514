"""A comparison in words: both runs row by row, where they differ, and what each breaks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from core.lab.forms import ShortOptionsForm
from core.lab.ladder import title_of
from core.lab.properties import Judgement, PropertyRow, properties
from core.lab.runs import MOST_SHOWN, EndVerdict, events_between, events_by_step, moment_of, verdicts_of
from core.lab.scene import Scene
from core.words.hindrances import sentence_of_refusal
from core.words.names import VALUES, message_label, node_name, with_node_names
from core.words.options import option_title, value_words
from nodes.diagram.text import TextEvent
from nodes.protocol.hindrances import Refused
from nodes.protocol.options import Options, Setup
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.properties.observation import statuses
from nodes.protocol.properties.verdict import judge
from nodes.protocol.runs import compare as protocol
from nodes.protocol.world.action_words import options_that_differ
from nodes.protocol.world.actions import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison: its options in words, where it ends, why."""

    title: str
    options: tuple[str, ...]
    steps: int
    ends: tuple[EndVerdict, ...]
    whys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """What one step of the lab did, and what the other side did meanwhile. `skipped` says why it did not follow."""

    step: int
    mine: tuple[TextEvent, ...]
    theirs: tuple[TextEvent, ...]
    skipped: str = ""
    is_first_difference: bool = False
    title: str = ""
    """The procedure that begins here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyPair:
    """A property on both sides."""

    mine: PropertyRow
    theirs: PropertyRow

    @property
    def differs(self) -> bool:
        return self.mine.judgement is not self.theirs.judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What follows from a lab's steps and the options of the other side; the same for every viewer."""

    mine: Side
    theirs: Side
    rows: tuple[PairRow, ...]
    properties: tuple[PropertyPair, ...]
    first: str = ""
    """The first difference in the verdicts, one sentence; empty: there is none."""
    first_step: int = 0
    at_rest: str = ""
    """The first difference while neither side has anything to deliver."""
    at_rest_step: int = 0
    first_message: str = ""
    """The first message that only one side sends, one sentence."""
    skipped: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """The form, and the comparison unless the form was not accepted."""

    lab_key: str
    title: str
    at: int | None
    """The step that was asked for; None: the last one."""
    step: int
    last_step: int
    form: ShortOptionsForm
    chosen: tuple[tuple[str, str], ...]
    """Names and values of the form, to be sent again with a button."""
    comparison: Comparison | None = None
    errors: tuple[str, ...] = ()
    note: str = ""
    """What the comparison leaves out."""


def comparison(compared: protocol.Comparison, shown_ues: tuple[str, ...], shown_as: str) -> Comparison:
    """Put a comparison into words, for the shown UEs and that of the first difference."""
    shown = _shown(compared, shown_ues)
    mine, theirs = _scene(compared.mine, shown, shown_as), _scene(compared.theirs, shown, shown_as)
    differing = _differing(compared.mine.setup.options, compared.theirs.setup.options)
    return Comparison(
        mine=_side("This lab", compared.mine, mine, differing),
        theirs=_side("Other options", compared.theirs, theirs, differing),
        rows=tuple(_rows(compared, mine, theirs)),
        properties=tuple(_properties(mine, theirs)),
        first=_first(compared, compared.first),
        first_step=compared.first.step_mine if compared.first else 0,
        at_rest=_first(compared, compared.first_at_rest),
        at_rest_step=compared.first_at_rest.step_mine if compared.first_at_rest else 0,
        first_message=_first_message(compared),
        skipped=tuple((each.number, _words(compared.mine.setup, each.reason)) for each in compared.skipped),
    )


def _shown(compared: protocol.Comparison, shown_ues: tuple[str, ...]) -> tuple[str, ...]:
    if compared.first is None or compared.first.ue in shown_ues:
        return shown_ues
    return (*shown_ues, compared.first.ue)[-MOST_SHOWN:]


def _scene(run: protocol.Recording, shown_ues: tuple[str, ...], shown_as: str) -> Scene:
    moment = moment_of(run.setup, run.actions, run.worlds, run.transitions, shown_ues=shown_ues, shown_as=shown_as)
    return Scene(replace(moment, statuses=statuses(run.worlds[-1], run.observation, shown_ues)))


# Sides


def _differing(mine: Options, theirs: Options) -> tuple[str, ...]:
    return tuple(each.name for each in fields(Options) if getattr(mine, each.name) != getattr(theirs, each.name))


def _side(title: str, run: protocol.Recording, scene: Scene, differing: tuple[str, ...]) -> Side:
    options, world = run.setup.options, run.worlds[-1]
    words = tuple(
        f"{option_title(name)}: {value_words(name, getattr(options, name))}" for name in differing if name != "solution"
    )
    whys = (judge(world, ue, scene.moment.shown_as).reason for ue in scene.moment.shown_ues)
    return Side(
        title=f"{title}: solution {VALUES[options.solution]}",
        options=words,
        steps=len(run.actions),
        ends=verdicts_of(scene, world),
        whys=tuple(with_node_names(run.setup, why) for why in whys),
    )


# Rows


def _rows(compared: protocol.Comparison, mine: Scene, theirs: Scene) -> Iterator[PairRow]:
    """A row for each step of the lab in which anything happened that is shown, on either side."""
    my_events, their_events = events_by_step(mine), events_by_step(theirs)
    skipped = {each.number: _words(compared.mine.setup, each.reason) for each in compared.skipped}
    first_step = compared.first.step_mine if compared.first else 0
    taken = 0
    for step, (action, upto) in enumerate(zip(compared.mine.actions, compared.upto, strict=True), 1):
        row = PairRow(
            step=step,
            mine=my_events.get(step, ()),
            theirs=events_between(their_events, taken, upto),
            skipped=skipped.get(step, ""),
            is_first_difference=step == first_step,
            title=title_of(mine, action) if isinstance(action, Command) else "",
        )
        taken = upto
        if row.mine or row.theirs or row.skipped or row.is_first_difference:
            yield row


# Differences


_FACTS: Final[Mapping[protocol.Fact, str]] = {
    protocol.Fact.NETWORK: "The network gives",
    protocol.Fact.UE: "The UE uses",
    protocol.Fact.APPLICATION_SERVER: "The AS holds",
    protocol.Fact.HARM: "Messages that could not be decrypted:",
    protocol.Fact.WORD: "The verdict is",
}


def _first(compared: protocol.Comparison, found: protocol.Difference | None) -> str:
    """Say in what the verdicts differ first; empty: in nothing."""
    if found is None:
        return ""
    setup = compared.mine.setup
    about = f"{node_name(setup, found.ue)}: " if setup.ues > 1 else ""
    here, there = _sides(setup.options, compared.theirs.setup.options)
    return f"{about}{_FACTS[found.what]} {found.mine} {here} and {found.theirs} {there}."


def _sides(mine: Options, theirs: Options) -> tuple[str, str]:
    """Say what tells the two sides apart, after what each does."""
    if mine.solution is not theirs.solution:
        return f"in {mine.solution.value}", f"in {theirs.solution.value}"
    others = (f"{name.replace('_', ' ')} {value}" for name, value in options_that_differ(theirs, mine).items())
    return "here", f"with {', '.join(others)}"


def _first_message(compared: protocol.Comparison) -> str:
    """Say how the messages of the two sides differ; empty: they are the same."""
    found, setup = compared.first_message, compared.mine.setup
    if found is None:
        return "" if compared.messages is None else _messages_differ(setup, compared.messages)
    label = message_label(found.name, found.source)
    side = "this lab" if found.side is protocol.Side.MINE else "the other side"
    ends = with_node_names(setup, f"{found.source} to {found.destination}")
    return f"Only {side} sends {label}, {ends}: first at step {found.step_mine}."


def _messages_differ(setup: Setup, found: protocol.MessagesDiffer) -> str:
    label = message_label(found.name, found.source)
    message = f"{label}, {with_node_names(setup, f'{found.source} to {found.destination}')}"
    match found.how:
        case protocol.How.NUMBER:
            numbers = f"this lab {_times(found.mine)}, the other side {_times(found.theirs)}"
            return f"{message}, is not sent equally often: {numbers}. First at step {found.step_mine}."
        case protocol.How.ORDER:
            start = "Both sides send messages of the same kinds, in another order"
            return f"{start}: first at step {found.step_mine}, where this lab sends {message}."
        case protocol.How.CONTENTS:
            start = "Both sides send messages of the same kinds in the same order, with other contents"
            return f"{start}: first at step {found.step_mine}, {message}."


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _words(setup: Setup, reason: Refused | str) -> str:
    return sentence_of_refusal(setup, reason) if isinstance(reason, Refused) else with_node_names(setup, reason)


# Properties


def _properties(mine: Scene, theirs: Scene) -> Iterator[PropertyPair]:
    """Each property on both sides, in the order in which they are listed; one side may have a form by name instead."""
    ours, theirs_ = ({row.number: row for row in properties(scene).rows} for scene in (mine, theirs))
    for number in (each.value for each in PropertyID):
        if number in ours or number in theirs_:
            known = ours.get(number) or theirs_[number]
            absent = _not_stated(known)
            yield PropertyPair(mine=ours.get(number, absent), theirs=theirs_.get(number, absent))


def _not_stated(row: PropertyRow) -> PropertyRow:
    reason = "With named key P1n to P6n are stated instead of P1 to P3 and P6."
    return PropertyRow(
        lab_key=row.lab_key,
        number=row.number,
        title=row.title,
        judgement=Judgement.NOT_TRIED,
        reason=reason,
        word="not stated",
    )
