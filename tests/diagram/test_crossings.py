"""Words that an arrow of another message runs through."""

import pytest

from nodes.diagram.arrows import Arrow, Stroke
from nodes.diagram.crossings import STAGE, Crossings
from nodes.diagram.placement import Point
from nodes.diagram.rows import Band, Ladder, Row, RowKind, Strong
from nodes.diagram.svg import draw
from tests.fixtures.ladders import HSS, LIFELINES, MME, SCEF, UE, end, send


def crossed(start: Point, end: Point, *, top: float = 0.0) -> bool:
    """Whether an arrow runs through words that take the row from 50 to 60 percent, from 0 em on."""
    arrow = Arrow(key="1-1", stroke=Stroke.DELIVERED, start=start, end=end)
    return Crossings((arrow,), top).meet(50, -top, 0.1 * STAGE, to_right=True)


@pytest.mark.parametrize(
    ("start", "end", "is_crossed"),
    [
        (Point(40, 0.5), Point(70, 0.9), True),
        (Point(70, 0.5), Point(40, 0.9), True),
        (Point(40, 0.5), Point(50, 0.9), False),
        (Point(60, 0.5), Point(90, 0.9), False),
        (Point(40, -1.0), Point(70, 0.1), False),
        (Point(50, 1.24), Point(70, 2.7), False),
    ],
    ids=["through", "through to the left", "ends before", "starts behind", "above", "its own, below"],
)
@pytest.mark.parametrize("top", [0.0, 14.6], ids=["first band", "later band"])
def test_arrow_crosses_words_that_it_runs_through(start: Point, end: Point, *, top: float, is_crossed: bool) -> None:
    assert crossed(start, end, top=top) is is_crossed


def test_words_to_the_left_end_at_their_lifeline() -> None:
    crossings = Crossings((Arrow(key="1-1", stroke=Stroke.DELIVERED, start=Point(52, 0.5), end=Point(60, 0.9)),), 0.0)
    assert not crossings.meet(50, 0.0, 0.1 * STAGE, to_right=False)
    assert crossings.meet(60, 0.0, 0.1 * STAGE, to_right=False)


def plates(*rows: Row) -> int:
    (drawing,) = draw(Ladder(lifelines=LIFELINES, bands=(Band(title="Attach", rows=rows),)))
    return drawing.svg.count('class="plate"')


def test_label_below_a_steeper_arrow_of_the_same_step_has_a_plate() -> None:
    """An MME that sends two messages to the left at once: CONTEXT ACKNOWLEDGE, TRACKING AREA UPDATE ACCEPT."""
    near, far = send(1, 1, "Context Acknowledge", (SCEF, HSS)), send(1, 2, "TAU Accept", (SCEF, UE))
    assert plates(near, far, end(2, near), end(3, far)) == 1


def test_note_that_an_arrow_crosses_has_a_plate() -> None:
    slow, fast = send(1, 1, "Security Mode Command", (MME, UE)), send(1, 2, "Security Mode Complete", (UE, MME))
    note = (Strong("out of order"), ", NAS COUNT 0 came before")
    received = end(2, slow, note=note, kind=RowKind.REFUSED)
    assert plates(slow, received) == 0
    assert plates(slow, fast, received, end(3, fast)) > 0


def test_words_that_nothing_crosses_have_no_plate() -> None:
    sent = send(1, 1, "Attach Request", (UE, MME), ("T3410 expired",))
    assert plates(sent, end(2, sent, note=("makes 3 AVs",))) == 0
