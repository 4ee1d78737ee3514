"""Traces that a lab follows: what one request cannot take is kept with the lab, and taken by further ones.

Nothing else is done in the lab meanwhile, so of the actions that are kept the last ones are still to be taken: as many
as the lab lacks of its `trace_steps`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from nodes import models
from nodes.labs.checkpoints import pack, unpack
from nodes.labs.labs import LimitReached, ServiceError, StaleStep, check_model, check_seen, locked_lab
from nodes.labs.steps import Taking, begin, finish, saved, take_one
from nodes.protocol.errors import CommandRefused, NoSuchAction, PlainError
from nodes.protocol.plain.conversion import from_plain
from nodes.protocol.runs.trace import MODEL_VERSION, result_of
from nodes.protocol.world.action_words import words_of
from nodes.protocol.world.actions import Action

FOR_STEPS: Final = 0.8
"""The part of a request's work after which no further step is begun: the rows of thousands are work, too."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Actions that are still to be taken, as plain data, and what is said of all of them.

    `model` is the version with which they were taken, `result` what they led to; None: they are the log of a lab of
    an older model, and nothing is said of that.
    """

    actions: list[Any]
    model: int
    result: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How far a lab followed a trace. `left` counts the actions that are still to be taken.

    `refusal` says which action was refused, and why: there the lab ends. `matches`: every action was taken, and led
    to the world that the trace says. `model` is the version of the model that made the trace, or the lab of an older
    model whose log it is (`is_log`).
    """

    lab: models.Lab
    left: int
    refusal: str | None
    matches: bool
    model: int
    is_log: bool

    @property
    def same_model(self) -> bool:
        """Whether the trace was made by this version of the model."""
        return self.model == MODEL_VERSION


def follow(taking: Taking, actions: Iterable[Action]) -> str | None:
    """Take actions until the budget is used up or one cannot be taken; say which, and why.

    The first is tried whatever the budget is, so that each request comes further.
    """
    first = taking.lab.step
    try:
        for action in actions:
            if taking.lab.step > first and taking.budget.is_over(FOR_STEPS):
                return None
            if refusal := _refusal(taking, action):
                return refusal
    except PlainError as error:
        return f"action {taking.lab.step + 1} cannot be read any more: {error}"
    return None


def _refusal(taking: Taking, action: Action) -> str | None:
    try:
        take_one(taking, action)
    except (CommandRefused, NoSuchAction, LimitReached) as error:
        return f"action {taking.lab.step + 1}: {words_of(action)}: {error}"
    return None


def read(actions: Iterable[Any]) -> Iterator[Action]:
    """Actions of plain data, each read when it is wanted.

    Raises:
        PlainError: one is none.
    """
    for action in actions:
        yield from_plain(Action, action)


def ending(taking: Taking, refusal: str | None, rest: Rest) -> dict[str, Any]:
    """The fields of a `Followed`."""
    is_whole = refusal is None and not rest.actions
    return {
        "lab": taking.lab,
        "left": len(rest.actions),
        "refusal": refusal,
        "matches": is_whole and result_of(taking.world) == rest.result,
        "model": rest.model,
        "is_log": rest.result is None,
    }


# What is left


def packed(rest: Rest) -> bytes:
    return pack({"actions": rest.actions, "model": rest.model, "result": rest.result})


def rest_of(lab: models.Lab) -> Rest:
    """What a lab has yet to take of its trace.

    Raises:
        ServiceError: it has taken all.
    """
    row = models.TraceRest.objects.filter(lab=lab).first()
    if row is None or lab.trace_steps is None:
        raise ServiceError("All steps of the trace are taken, or it was left")
    content = unpack(row.content)
    return Rest(content["actions"][lab.step - lab.trace_steps :], content["model"], content["result"])


def go_on(key: str, seen: str) -> Followed:
    """Take further steps of the trace that a lab follows: at least one, and as many as one request may.

    Raises:
        LabNotFound, OldModel, StaleStep: as they say; nothing is changed.
        ServiceError: the lab follows no trace.
    """
    taking = begin(key)
    lab = taking.lab
    check_seen(lab, seen)
    rest, before = rest_of(lab), lab.step
    refusal = follow(taking, read(rest.actions))
    left = [] if refusal else rest.actions[lab.step - before :]
    if not left:
        lab.trace_steps = None
    taking.journal.close()
    with transaction.atomic():
        row = locked_lab(key)
        check_seen(row, seen)
        if row.trace_steps is None:
            raise StaleStep("The trace was left since this page was shown. Nothing was changed.")
        finish(taking, row, "trace_steps")
        if not left:
            models.TraceRest.objects.filter(lab=row).delete()
    return Followed(**ending(taking, refusal, Rest(left, rest.model, rest.result)))


@transaction.atomic
def leave_trace(key: str) -> models.Lab:
    """Take no further steps of the trace that a lab follows; the lab goes on from where it is.

    Raises:
        LabNotFound, OldModel: as they say; nothing is changed.
    """
    lab = locked_lab(key)
    check_model(lab)
    lab.trace_steps = None
    models.TraceRest.objects.filter(lab=lab).delete()
    saved(lab, "trace_steps")
    return lab
