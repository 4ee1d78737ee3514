"""Where the ticks and words of the history's scrubber go."""

from dataclasses import dataclass
from itertools import accumulate, repeat
from operator import mul

from nodes.diagram.metrics import text_width

WIDTH = 54.0
"""Of the scrubber at its narrowest wide form, in em: what words have to fit into."""
MAXIMUM_TICKS = 60
GAP = 0.4


@dataclass(frozen=True, slots=True)
class Word:
    """A word at `x` percent of the width, from `left` to `left + width` em around it."""

    x: float
    left: float
    width: float
    text: str

    @property
    def middle(self) -> float:
        return round(self.left + self.width / 2, 2)


def percent(step: int, last_step: int) -> float:
    """Place a step on a line from step 0 to the last step."""
    return round(100 * step / last_step, 2) if last_step else 0.0


def stride(last_step: int) -> int:
    """Steps from one tick to the next: 1, or 2, 5, 10 … where ticks would run together."""
    powers = accumulate(repeat(10, 8), mul, initial=1)
    strides = (factor * power for power in powers for factor in (1, 2, 5))
    return next(each for each in strides if last_step <= MAXIMUM_TICKS * each)


def last_tick(last_step: int) -> int:
    """The step of the last tick. A line drawn up to it grows with each step, and what is on it stays as it is."""
    return last_step - last_step % stride(last_step)


def ticks(last_step: int) -> tuple[float, ...]:
    return tuple(percent(step, last_step) for step in range(0, last_step + 1, stride(last_step)))


def tags(marks: tuple[tuple[int, str], ...], last_step: int) -> tuple[Word, ...]:
    """Centre tags over their steps; of two that collide the later one stays."""
    placed = [_tag(percent(step, last_step), text) for step, text in marks]
    return tuple(reversed(_without_collisions(placed[::-1])))


def captions(marks: tuple[tuple[int, str], ...], last_step: int) -> tuple[Word, ...]:
    """Start captions at their steps; of two that collide the earlier one stays."""
    placed = [_caption(percent(step, last_step), text) for step, text in marks]
    return tuple(_without_collisions(placed))


def _tag(x: float, text: str) -> Word:
    width = round(text_width(text, bold=True) + 0.8, 2)
    at = x * WIDTH / 100
    # Near an end the tag moves inward, so that it stays in the picture.
    left = min(max(at - width / 2, 0.0), WIDTH - width) - at
    return Word(x, round(left, 2), width, text)


def _caption(x: float, text: str) -> Word:
    width = round(text_width(text) + 0.4, 2)
    fits = x * WIDTH / 100 + width <= WIDTH
    return Word(x, 0.35 if fits else round(-width, 2), width, text)


def _without_collisions(words: list[Word]) -> list[Word]:
    kept: list[Word] = []
    for word in words:
        if not any(_collide(word, other) for other in kept):
            kept.append(word)
    return kept


def _collide(one: Word, other: Word) -> bool:
    one_left, other_left = (word.x * WIDTH / 100 + word.left for word in (one, other))
    return one_left < other_left + other.width + GAP and other_left < one_left + one.width + GAP
