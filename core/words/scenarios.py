"""What scenarios name in short: steps of the contribution ("2.2-5"), and the options of a variant."""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from core.words.options import option_name

_SECTION_3: Final = {
    "3-a": "3, what a GUTI is made of",
    "3-b": "3, the GUTI at the AS",
    "3-c": "3, reallocation of the GUTI",
}


def contribution_words(step: str) -> str:
    """Name a step by section and number: "2.2 step 5"; those of section 3, which has no numbers, by subject."""
    return contribution_list((step,))


def contribution_list(steps: Iterable[str]) -> str:
    """Name several steps: "2.2 steps 4, 6 and 7; 3, reallocation of the GUTI"."""
    named = [(_SECTION_3.get(step, step.partition("-")[0]), step) for step in steps]
    return "; ".join(
        _section(name, [step for _, step in group]) for name, group in groupby(named, lambda each: each[0])
    )


def _section(name: str, steps: list[str]) -> str:
    numbers = [] if steps[0] in _SECTION_3 else [number for step in steps if (number := step.partition("-")[2])]
    match numbers:
        case []:
            return name
        case [number]:
            return f"{name} step {number}"
        case _:
            return f"{name} steps {', '.join(numbers[:-1])} and {numbers[-1]}"


def variant_words(options: Iterable[str]) -> str:
    """Name the options that a variant has on, as one says them: "key name and RAND over S10"."""
    return " and ".join(option_name(name) for name in options)
