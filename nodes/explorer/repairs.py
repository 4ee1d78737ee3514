"""Which repairs mend what is violated: the smallest combinations under which the property holds."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from nodes.explorer.answers import Answer, Verdict
from nodes.explorer.questions import Question
from nodes.protocol.options import REPAIRS
from nodes.protocol.properties.catalogue import PROPERTIES

SIZES = range(1, len(REPAIRS) + 1)


def repair_questions(violated: Question, size: int) -> tuple[Question, ...]:
    """The same question with each combination of so many repairs under which it says anything; it is asked without any.

    A property of keys by name has its repairs already.
    """
    stated = PROPERTIES[violated.property]
    offered = () if stated.by_name else tuple(each for each in REPAIRS if stated.by_name is None or each != "named_key")
    return tuple(replace(violated, repairs=each) for each in combinations(offered, size))


def next_questions(question: Question, answers: Iterable[Answer]) -> tuple[Question, ...]:
    """What to ask next about a violated question: larger combinations only while no smaller one mends it.

    `answers` are those of the same question with repairs, as far as they are known.
    """
    known = {answer.question.repairs: answer for answer in answers}
    for size in SIZES:
        asked = repair_questions(question, size)
        missing = tuple(each for each in asked if each.repairs not in known)
        if missing:
            return missing
        if any(known[each.repairs].verdict is Verdict.HOLDS for each in asked):
            return ()
    return ()


def about(question: Question, answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Of these answers those to the same question, with whatever repairs."""
    return tuple(each for each in answers if replace(each.question, repairs=question.repairs) == question)


def following(answers: Iterable[Answer]) -> tuple[Question, ...]:
    """What to ask next about every question that is violated without repairs, once all that was asked is answered."""
    answers = tuple(answers)
    violated = [each.question for each in answers if each.verdict is Verdict.VIOLATED and not each.question.repairs]
    return tuple(question for each in violated for question in next_questions(each, about(each, answers)))


def smallest_fixes(answers: Iterable[Answer]) -> tuple[tuple[str, ...], ...]:
    """The smallest combinations of repairs that mend a violated question, as far as answers tell; none: not known."""
    held = [each.question.repairs for each in answers if each.verdict is Verdict.HOLDS and each.question.repairs]
    least = min((len(repairs) for repairs in held), default=0)
    return tuple(sorted({repairs for repairs in held if len(repairs) == least}))
