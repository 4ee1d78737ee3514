"""The ladder: where its parts go, how it is drawn, how it reads."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from nodes.diagram import scrubber
from nodes.diagram.arrows import Stroke
from nodes.diagram.layout import place
from nodes.diagram.metrics import text_width
from nodes.diagram.placement import (
    GUTTER_WEIGHT,
    ROW,
    WEIGHTS,
    WIDE_GUTTER_WEIGHT,
    beyond,
    has_tag,
    note_is_inward,
    place_columns,
)
from nodes.diagram.rows import Badge, Band, GUTITag, Ladder, Lifeline, Note, Row, RowKind, Strong
from nodes.diagram.svg import draw, draw_lifelines
from nodes.diagram.tags import draw_guti, guti_width
from nodes.diagram.text import plain, read
from tests.fixtures.ladders import AS, LIFELINES, MME, SCEF, UE, end, every_kind, in_transit, send


def ladder(*rows: Row, in_flight: frozenset[tuple[int, int]] = frozenset()) -> Ladder:
    return Ladder(lifelines=LIFELINES, bands=(Band(title="Attach", rows=rows),), in_flight=in_flight)


@pytest.mark.parametrize(
    ("number", "shape", "hue", "symbol"),
    [
        (1, "circle", 1, "av-circle"),
        (2, "triangle", 2, "av-triangle"),
        (3, "square", 3, "av-square"),
        (4, "diamond", 4, "av-diamond"),
        (5, "circle", 1, "av-circle-ring"),
        (8, "diamond", 4, "av-diamond-ring"),
        (9, "circle", 1, "av-circle-ring"),
    ],
)
def test_badge_is_number_shape_and_colour(number: int, shape: str, hue: int, symbol: str) -> None:
    badge = Badge(number)
    assert (badge.shape, badge.hue, badge.symbol) == (shape, hue, symbol)


def test_badge_counts_from_one() -> None:
    with pytest.raises(ValueError, match="An AV is numbered from 1, got 0"):
        Badge(0)


def test_badge_of_one_of_several_ues_names_it() -> None:
    assert Badge(2, "B").text == "AV 2B"
    symbols = [Badge(number, owner).symbol for number, owner in ((1, "A"), (1, "B"), (6, "C"), (3, "D"), (1, "E"))]
    assert symbols == ["av-circle", "av-circle-left", "av-triangle-ring-right", "av-square-low", "av-circle"]


def test_lifelines_stand_in_the_middle_of_their_columns() -> None:
    assert place_columns(LIFELINES) == ((13.843, 34.711, 52.376, 70.351, 90.909), 4.132)


def test_card_columns_have_the_lifelines_widths() -> None:
    """A lifeline hangs from its card only while stylesheet and layout agree."""
    sheet = (Path(__file__).parents[2] / "static/css/cards.css").read_text()
    widths = dict(re.findall(r"&\.is-(\w+) \{\s+flex: (\d+) 1 0;", sheet))
    assert widths == {kind: str(weight) for kind, weight in WEIGHTS.items()}
    gutters = re.search(r"flex: (\d+) 1 0;\s+content.*?flex-grow: (\d+);", sheet, re.DOTALL)
    assert gutters
    assert gutters.groups() == (str(GUTTER_WEIGHT), str(WIDE_GUTTER_WEIGHT))


def test_gutter_is_as_wide_with_more_columns_than_usual() -> None:
    _centres, gutter = place_columns((*LIFELINES[:2], *LIFELINES[1:]))
    assert gutter == pytest.approx(place_columns(LIFELINES)[1], abs=0.1)


def test_arrow_joins_the_rows_of_one_message() -> None:
    request = send(1, 1, "Attach Request", (UE, MME))
    (arrow,) = place(ladder(request, end(2, request))).arrows
    assert (arrow.stroke, arrow.start.x, arrow.end.x) == (Stroke.DELIVERED, 13.843, 34.711)
    assert arrow.end.y - arrow.start.y == pytest.approx(ROW)


def test_copies_leave_from_the_same_point() -> None:
    sent = send(1, 1, "Attach Request", (UE, MME))
    first, second = place(ladder(sent, end(2, sent), end(3, sent, copy=2))).arrows
    assert first.start == second.start
    assert first.end.y < second.end.y


def test_message_in_flight_is_half_an_arrow_in_a_higher_row() -> None:
    sent = send(1, 1, "Attach Request", (UE, MME))
    layout = place(ladder(sent, in_flight=frozenset({(1, 1), (1, 2)})))
    (arrow,) = layout.arrows
    assert (arrow.stroke, arrow.copies) == (Stroke.IN_FLIGHT, 2)
    assert arrow.end.x < layout.columns[MME]
    assert layout.bands[0].height == pytest.approx(1.5 * ROW)


def test_lost_message_ends_before_its_receiver() -> None:
    sent = send(1, 1, "Attach Request", (UE, MME))
    (arrow,) = place(ladder(sent, end(1, sent, kind=RowKind.LOST))).arrows
    assert arrow.stroke is Stroke.LOST
    assert arrow.end.x < 34.711


def test_reason_of_a_loss_stands_at_the_receiver() -> None:
    sent = send(1, 1, "Attach Request", (MME, SCEF))
    (drawing,) = draw(ladder(sent, end(1, sent, note=("lose next",), kind=RowKind.LOST, mark="lost")))
    assert re.findall(r'class="(?:strong|note|tag)"[^>]*>([^<]*)<', drawing.svg) == ["lost", "lose next"]


def test_reason_too_long_for_the_edge_gets_a_row_of_its_own() -> None:
    sent = send(1, 1, "Security Mode Command", (MME, UE))
    layout = place(ladder(sent, end(1, sent, note=("lower layer failure",), kind=RowKind.LOST)))
    assert [row.height for row in layout.bands[0].rows] == [ROW, 2 * ROW]


def test_held_message_says_so_beside_its_envelope() -> None:
    sent, copies = send(1, 1, "Attach Request", (UE, MME)), frozenset({(1, 1), (1, 2)})
    held = Ladder(lifelines=LIFELINES, bands=(Band(title="Attach", rows=(sent,)),), in_flight=copies, held=copies)
    (arrow,) = place(held).arrows
    assert arrow.words == "2 copies, held"
    (arrow,) = place(replace(held, held=frozenset())).arrows
    assert arrow.words == "2 copies"


def test_restart_is_a_bar_across_the_ladder() -> None:
    row = Row(step=1, kind=RowKind.RESTART, lifeline=SCEF, note=("loses 1 record",))
    (drawing,) = draw(ladder(row))
    assert '<rect class="restart" x="0" width="100%"' in drawing.svg
    words = re.findall(r'<text class="(?:strong|note)"[^>]*text-anchor="(\w+)"[^>]*>([^<]*)<', drawing.svg)
    assert words == [("end", "restart: loses 1 record")]


def test_harm_of_what_came_out_of_order_has_its_tag_and_its_note() -> None:
    sent = send(1, 1, "Protected reading", (UE, AS))
    received = end(2, sent, note=(Strong("out of order"),), mark="HARM 1")
    layout = place(ladder(sent, received))
    assert layout.bands[0].rows[1].height == 2 * ROW
    (drawing,) = draw(ladder(sent, received))
    assert re.findall(r'class="(?:strong|tag)"[^>]*>([^<]*)<', drawing.svg) == ["HARM 1", "out of order"]


@pytest.mark.parametrize(
    ("kind", "mark", "note"),
    [(RowKind.RECEIVE, "≠", ()), (RowKind.RECEIVE, "HARM 1", ("out of order",)), (RowKind.REFUSED, "HARM 1", ())],
)
def test_mark_stands_beside_the_lifeline_where_there_is_room(kind: RowKind, mark: str, note: Note) -> None:
    assert has_tag(Row(step=1, kind=kind, lifeline=MME, peer=UE, message=1, note=note, mark=mark))


@pytest.mark.parametrize(
    ("kind", "mark", "note"),
    [
        (RowKind.RECEIVE, "≠", ("uses a new Ks",)),
        (RowKind.RECEIVE, "", ()),
        (RowKind.LOST, "lost", ()),
        (RowKind.SEND, "≠", ()),
    ],
)
def test_other_marks_show_in_the_number_of_the_step_only(kind: RowKind, mark: str, note: Note) -> None:
    assert not has_tag(Row(step=1, kind=kind, lifeline=MME, peer=UE, message=1, note=note, mark=mark))


def test_message_sent_before_the_first_row_enters_from_above() -> None:
    sent = send(1, 1, "Attach Request", (UE, MME))
    (arrow,) = place(ladder(end(2, sent))).arrows
    assert arrow.start.y < 0


def test_message_that_ends_after_the_last_row_leaves_at_the_bottom() -> None:
    (arrow,) = place(ladder(send(1, 1, "Attach Request", (UE, MME)))).arrows
    assert (arrow.stroke, arrow.end.y > ROW) == (Stroke.DELIVERED, True)


def test_message_across_bands_is_drawn_in_both() -> None:
    sent = send(1, 1, "Attach Request", (UE, MME))
    bands = (Band(title="One", rows=(sent,)), Band(title="Two", rows=(end(2, sent),)))
    drawings = draw(Ladder(lifelines=LIFELINES, bands=bands))
    assert [drawing.svg.count('class="arrow') for drawing in drawings] == [1, 1]


def test_long_note_at_the_edge_gets_a_row_of_its_own() -> None:
    sent = send(1, 1, "Security Mode Command", (MME, UE))
    layout = place(ladder(sent, end(2, sent, note=("wrong NAS COUNT, dropped",))))
    assert [row.height for row in layout.bands[0].rows] == [ROW, 2 * ROW]


def test_long_note_of_a_sender_at_the_edge_stands_above_its_message() -> None:
    sent = send(1, 1, "Attach Request", (UE, MME), ("T3410 expired, attempt 2",))
    (row,) = place(ladder(sent, end(2, sent))).bands[0].rows[:1]
    assert (row.height, row.lead) == (2 * ROW, ROW)


def test_right_edge_is_narrower_with_more_columns_than_usual() -> None:
    row = Row(step=1, kind=RowKind.RECEIVE, lifeline=4, peer=3, message=1, note=("asks again",))
    assert not note_is_inward(row, 5)
    assert note_is_inward(replace(row, lifeline=5, peer=4), 6)
    assert not note_is_inward(replace(row, lifeline=0, peer=1), 6)
    assert note_is_inward(replace(row, lifeline=0, peer=1, note=("asks again!",)), 6)


@pytest.mark.parametrize(
    ("ends", "place_of_words"),
    [((MME, SCEF), (SCEF, True)), ((SCEF, MME), (SCEF, True)), ((SCEF, AS), (SCEF, False)), ((UE, AS), (UE, True))],
)
def test_words_about_a_link_stand_beyond_it(ends: tuple[int, int], place_of_words: tuple[int, bool]) -> None:
    row = Row(step=1, kind=RowKind.NETWORK, lifeline=ends[0], peer=ends[1], note=("held",))
    assert beyond(row, len(LIFELINES)) == place_of_words


def test_message_that_is_ours_is_marked_in_both_forms() -> None:
    shown = ladder(Row(step=1, kind=RowKind.SEND, lifeline=MME, peer=SCEF, message=1, label="Push RAND", is_ours=True))
    assert 'Push RAND<tspan class="ours-mark">†</tspan>' in draw(shown)[0].svg
    assert "Push RAND† #1" in plain(shown)


def test_answer_names_its_av_in_the_text_form_only() -> None:
    row = Row(step=1, kind=RowKind.SEND, lifeline=SCEF, peer=MME, message=1, label="Push answer", about=Badge(2))
    assert "Push answer #1 for AV 2 to MME" in plain(ladder(row))
    assert "#av-triangle" not in draw(ladder(row))[0].svg


def test_badge_keeps_off_the_lifelines_it_passes() -> None:
    sent = send(1, 1, "Protected reading", (UE, AS))
    layout = place(ladder(sent, end(2, sent, Badge(1))))
    (arrow,) = layout.arrows
    assert arrow.badge_at is not None
    assert all(abs(arrow.badge_at.x - x) > 3 for x in layout.columns[1:4])


def test_badges_of_two_copies_keep_apart() -> None:
    sent = send(1, 1, "Key answer", (SCEF, AS))
    first, second = place(ladder(sent, end(2, sent, Badge(1)), end(3, sent, Badge(1), copy=2))).arrows
    assert first.badge_at is not None
    assert second.badge_at is not None
    assert first.badge_at.x - second.badge_at.x > 5


def test_rows_of_the_current_step_are_marked_as_one() -> None:
    sent = send(1, 1, "Attach Request", (UE, MME))
    answer = send(2, 2, "Authentication Request", (MME, UE))
    (drawing,) = draw(replace(ladder(sent, end(2, sent), answer, end(3, answer)), current_step=2))
    assert re.findall(r'height="([^"]*)"><rect class="current"', drawing.svg) == [f"{2 * ROW:.2f}em"]


def test_row_without_its_other_end_is_refused() -> None:
    row = Row(step=3, kind=RowKind.RECEIVE, lifeline=UE, message=1)
    with pytest.raises(ValueError, match="A row of kind receive has a peer, that of step 3 has none"):
        place(ladder(row))


@pytest.mark.parametrize("example", [in_transit(), every_kind()], ids=["in transit", "every kind"])
def test_drawing_is_well_formed_and_free_of_style(example: Ladder) -> None:
    for drawing in draw(example):
        assert " style=" not in drawing.svg
        assert unclosed(drawing.svg) == []


def test_drawing_escapes_what_it_writes() -> None:
    sent = send(1, 1, "<b>&", (MME, SCEF), ("<i>",))
    (drawing,) = draw(ladder(sent, end(2, sent, note=("x", Strong("<u>")), mark='"')))
    assert not re.search("<[bui]>", drawing.svg)
    assert "&lt;b&gt;&amp;" in drawing.svg


def test_link_to_a_message_is_drawn_but_not_a_stop_for_the_tab_key() -> None:
    row = Row(step=1, kind=RowKind.SEND, lifeline=UE, peer=MME, message=1, label="A", url="/m/1?a=1&b=2")
    (drawing,) = draw(ladder(row))
    assert '<a href="/m/1?a=1&amp;b=2" tabindex="-1">' in drawing.svg


@pytest.mark.parametrize(
    ("note", "words"),
    [((), ["copy 2 of #1"]), (("dropped",), ["copy 2 of #1, dropped"]), ((Badge(1),), ["copy 2 of #1,"])],
    ids=["no note", "words", "badge"],
)
def test_copy_is_named_before_the_note(note: Note, words: list[str]) -> None:
    sent = send(1, 1, "Attach Request", (UE, MME))
    (drawing,) = draw(ladder(sent, end(2, sent, note=note, copy=2)))
    assert re.findall(r'class="note"[^>]*>([^<]*)<', drawing.svg) == words


def test_marked_step_has_an_inverted_number() -> None:
    assert draw(in_transit())[1].svg.count("step-number is-marked") == 2


def test_steps_of_a_band() -> None:
    assert [drawing.steps for drawing in draw(in_transit())] == ["1 to 4", "17 to 27", "28 to 36"]
    (empty,) = draw(ladder())
    assert empty.steps == ""
    (single,) = draw(ladder(send(7, 1, "Attach Request", (UE, MME))))
    assert single.steps == "7"


def test_lifelines_alone_have_one_line_each() -> None:
    assert draw_lifelines((Lifeline("ue", "UE"), Lifeline("as", "AS"))).count("<line") == 2


def test_every_kind_of_row_reads_as_a_sentence() -> None:
    assert plain(every_kind()).splitlines() == [
        "Arrow kinds",
        "    1  UE sends Delivered #1 to MME.",
        "    2  MME gets Delivered #1 with AV 1: AV 1 read.",
        "    3  MME sends Delayed #2 to SCEF.",
        "    4  HSS restarts: loses 1 push not answered.",
        "    5  AS: T3460 expires.",
        "    6  6 s of lab time pass.",
        "    7  SCEF gets Delayed #2 with AV 2: arrives late.",
        "    8  UE sends Repeated #3 to MME.",
        "    9  MME gets Repeated #3.",
        "   10  MME gets copy 2 of Repeated #3.",
        "   11  MME sends Lost #4 to SCEF.",
        "   11  Lost #4 with AV 2 from MME to SCEF is lost: lose next.",
        "   12  SCEF sends In flight #5 with AV 1 to AS. In flight, held.",
        "   13  The network copies In flight #5 from SCEF to AS: copy 2.",
        "   14  MME sends Security Mode Reject #6 to UE.",
        "   15  UE gets Security Mode Reject #6 with AV 6 and ignores it: wrong NAS COUNT, dropped.",
        "   16  UE sends Attach Request #7 to MME (T3410 expired, attempt 2).",
        "   17  MME gets Attach Request #7.",
    ]


def test_empty_ladder_reads_as_nothing() -> None:
    assert plain(Ladder(lifelines=LIFELINES)) == ""


def test_text_marks_the_current_step() -> None:
    (_, _, session) = read(in_transit())
    assert [event.step for event in session.events if event.is_current] == [36]
    assert [event.mark for event in session.events if event.mark] == ["HARM 1"]


def test_ticks_thin_out() -> None:
    assert len(scrubber.ticks(0)) == 1
    assert len(scrubber.ticks(60)) == 61
    assert len(scrubber.ticks(61)) == 31
    assert len(scrubber.ticks(2000)) == 41


def test_of_two_tags_that_collide_the_later_stays() -> None:
    assert [word.text for word in scrubber.tags(((20, "≠"), (21, "lost"), (36, "HARM")), 36)] == [
        "lost",
        "HARM",
    ]


def test_of_two_captions_that_collide_the_earlier_stays() -> None:
    words = scrubber.captions(((1, "Attach"), (2, "Session"), (36, "Re-authenticate")), 36)
    assert [word.text for word in words] == ["Attach", "Re-authenticate"]
    assert words[-1].left < 0


def test_bold_text_is_wider() -> None:
    assert text_width("WM il…", bold=True) > text_width("WM il…") > text_width("il")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _value in attrs}) == len(attrs)
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def unclosed(text: str) -> list[str]:
    parser = Tags()
    parser.feed(text)
    parser.close()
    return parser.open


def test_guti_stands_in_place_of_its_word_in_a_label_or_after_it() -> None:
    tag = GUTITag(2, "ab" * 10)
    shown = {
        "Key request, GUTI": ("Key request†, ", tag),
        "Push RAND": ("Push RAND†, ", tag),
        "GUTI Realloc. Command": (tag, " Realloc. Command†"),
    }
    for label, parts in shown.items():
        row = Row(step=1, kind=RowKind.SEND, lifeline=MME, peer=SCEF, message=1, label=label, is_ours=True, guti=tag)
        assert row.name == parts
        svg = draw(ladder(row))[0].svg
        assert svg.count('class="guti-tag"') == 1
        assert ">G2</text>" in svg


def test_words_of_a_label_keep_their_distance_to_a_tag_on_both_sides() -> None:
    """SVG drops spaces at the ends of a text."""
    tag = GUTITag(2, "ab" * 10)
    for lifeline, peer in ((MME, SCEF), (SCEF, MME)):
        row = Row(
            step=1, kind=RowKind.SEND, lifeline=lifeline, peer=peer, message=1, label="GUTI Realloc. Command", guti=tag
        )
        found = re.search(r'<text class="label" x="(-?[\d.]+)em"[^>]*> Realloc', draw(ladder(row))[0].svg)
        assert (found is None) is (lifeline == SCEF)


def test_a_tag_is_as_wide_as_what_it_says() -> None:
    valid, lapsed = GUTITag(1, "ab" * 10), GUTITag(1, "ab" * 10, "old")
    assert guti_width(valid) < guti_width(lapsed)
    assert 'class="guti-tag is-lapsed"' in draw_guti(lapsed)
    assert (valid.text, lapsed.text) == ("G1", "G1 old")
