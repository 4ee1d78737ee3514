"""Labs of counterexamples: as they are, or the same actions with repairs on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nodes.explorer.records import Record
from nodes.labs import forks
from nodes.labs.forks import Imported
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.options import REPAIRS
from nodes.protocol.runs.rerun import follow
from nodes.protocol.runs.trace import Trace, TraceError, from_text, result_of
from nodes.protocol.world.genesis import first_world


class CannotOpen(Exception):
    """No lab can be made of a record; the text is one sentence."""


def open_counterexample(record: Record) -> Imported:
    """Make a lab by hand that stands at the first bad step.

    Raises:
        CannotOpen: there is no counterexample, or this version of the model cannot read it.
        ServiceError, LimitReached: as `forks.import_trace`.
    """
    return forks.import_trace(_trace(record))


def open_repaired(record: Record, repairs: Sequence[str]) -> Imported:
    """Make a lab of the counterexample's actions with these repairs on, followed as far as they can be.

    Raises:
        CannotOpen: as `open_counterexample`; or a repair has another name, or none is named.
        ServiceError, LimitReached: as `forks.import_trace`.
    """
    if not repairs or any(each not in REPAIRS for each in repairs):
        raise CannotOpen(f"Repairs are {', '.join(REPAIRS)}.")
    trace = _trace(record)
    on: dict[str, Any] = dict.fromkeys(repairs, True)
    other = replace(trace.setup, options=replace(trace.setup.options, **on))
    try:
        followed = follow(trace.setup, trace.actions, other)
    except (CommandRefused, NoSuchAction) as error:
        raise CannotOpen(f"This version of the model cannot take the counterexample’s steps: {error}.") from error
    world = followed.transitions[-1].world if followed.transitions else first_world(other)
    title = f"{trace.title}, with {' and '.join(repairs)}"
    return forks.import_trace(Trace(title, other, followed.actions, result_of(world)))


def _trace(record: Record) -> Trace:
    if not record.trace:
        raise CannotOpen("There is no counterexample to open.")
    try:
        return from_text(record.trace)
    except TraceError as error:
        raise CannotOpen(f"This version of the model cannot read the counterexample: {error}") from error
