"""Each panel printed by its template: what everyone sees, with and without script."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from core.lab.cards.cards import Cards
from core.lab.drive_state import DriveState
from core.lab.events import Events
from core.lab.following import Following
from core.lab.forks import Fork, Forks
from core.lab.history import History
from core.lab.inflight import InFlight
from core.lab.ladder import LadderPanel
from core.lab.network import Network
from core.lab.options import Options
from core.lab.page import LabPage
from core.lab.parts import Button, Octets, Start, Tail, VerdictWord
from core.lab.procedures import Procedures
from core.lab.properties import Properties
from core.lab.settings import Settings
from core.lab.sharing import Share
from core.lab.status import Status
from core.lab.timers import Timers
from core.lab.topbar import Topbar
from core.lab.verdict import Verdict, Verdicts
from core.refusals import sentences as refusals
from core.templatetags.syncscope import attribute, av, octets, prose
from nodes.diagram.rows import Badge, Strong
from tests.fixtures.labs import empty, out_of_step, two_ues

ROOT = Path(__file__).parents[2]
PANELS = (
    Topbar,
    Following,
    Verdicts,
    Cards,
    LadderPanel,
    Events,
    InFlight,
    Procedures,
    Timers,
    Network,
    Settings,
    Properties,
    History,
    Forks,
    Options,
    Status,
    DriveState,
)


def page_html(page: LabPage) -> str:
    return render_to_string("lab/page.html", {"page": page}, RequestFactory().get("/"))


def panels_of(page: LabPage) -> tuple[object, ...]:
    return tuple(value for value in (getattr(page, name) for name in page.__slots__) if hasattr(value, "fragment"))


@pytest.mark.parametrize("panel", panels_of(out_of_step()), ids=lambda panel: panel.fragment)
def test_fragment_has_one_root_with_its_name(panel: Status) -> None:
    html = render_to_string(f"lab/fragments/{panel.fragment}.html", {"panel": panel}).strip()
    root = re.match(r"<(\w+) ([^>]*)>", html)
    assert root is not None
    assert f'id="{panel.fragment}"' in root[2]
    assert re.search(rf'class="{panel.fragment}[ "]', root[2])
    assert html.endswith(f"</{root[1]}>")


def test_lab_page_has_every_panel_once() -> None:
    html = page_html(out_of_step())
    assert [html.count(f'id="{panel.fragment}"') for panel in PANELS] == [1] * len(PANELS)


@pytest.mark.parametrize("page", [out_of_step(), two_ues(), empty()], ids=["out of step", "two UEs", "empty"])
def test_page_needs_no_inline_code_and_has_unique_ids(page: LabPage) -> None:
    html = page_html(page)
    assert not re.search(r'\s(style|on\w+)="|<style|<script(?![^>]* src=)', html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_live_panels_are_the_same_for_driver_and_watcher() -> None:
    driven = page_html(out_of_step())
    watched = page_html(replace(out_of_step(), may_drive=False))
    pages = [re.sub(r'<form id="(drive|fork)".*?</form>', "", html, flags=re.DOTALL) for html in (driven, watched)]
    assert pages[0].split() == pages[1].replace(" is-watching", "").split()
    assert '<form id="fork"' in watched


def test_verdict_of_two_ues_is_two_strips_with_their_names() -> None:
    html = render_to_string("lab/fragments/verdict.html", {"panel": two_ues().verdicts})
    assert re.findall(r'aria-label="(Verdict[^"]*)"', html) == ["Verdict, UE A", "Verdict, UE B"]
    assert re.findall(r"<h2>([^<]+)</h2>", html) == ["IN TRANSIT", "OUT OF SYNC"]


@pytest.mark.parametrize(
    ("badges", "signs"),
    [
        ((None, None, None), ("", "")),
        ((Badge(1), Badge(1), Badge(1)), ("=", "=")),
        ((Badge(2), Badge(1), Badge(1)), ("≠", "=")),
        ((Badge(2), Badge(2), None), ("=", "")),
    ],
)
def test_signs_between_the_three_badges(
    badges: tuple[Badge | None, Badge | None, Badge | None], signs: tuple[str, str]
) -> None:
    ue, network, application_server = badges
    verdict = Verdict(
        ue="ue-1",
        word=VerdictWord.IN_TRANSIT,
        since_step=1,
        ue_badge=ue,
        network_badge=network,
        as_badge=application_server,
    )
    assert (verdict.first_sign, verdict.second_sign) == signs


def test_missing_key_reads_none() -> None:
    html = render_to_string("lab/fragments/verdict.html", {"panel": empty().verdicts})
    assert html.count(">none<") == 3
    assert "No message failed to decrypt" in html


def test_disabled_button_says_why() -> None:
    button = Button("Attach", "action", "attach", "A", enabled=False, reason="registered")
    html = render_to_string("lab/fragments/button.html", {"button": button})
    assert 'aria-disabled="true"' in html
    assert "form=" not in html
    assert '<span class="reason">registered</span>' in html
    assert "<kbd>" not in html


def test_button_belongs_to_the_drive_form() -> None:
    button = Button("Deliver", "action", "deliver:14", about="#14 Push RAND")
    html = render_to_string("lab/fragments/button.html", {"button": button})
    assert 'form="drive" name="action" value="deliver:14"' in html
    assert '<span class="visually-hidden"> #14 Push RAND</span>' in html


def test_json_keeps_its_quotes_in_a_value_and_nothing_else_that_could_end_it() -> None:
    assert attribute('{"a":"<b>&\'"}') == """'{"a":"&lt;b&gt;&amp;&#x27;"}'"""
    assert attribute("<deliver>") == '"&lt;deliver&gt;"'


def test_step_seen_belongs_to_the_drive_form() -> None:
    html = render_to_string("lab/fragments/drive-state.html", {"panel": out_of_step().drive_state})
    assert '<input type="hidden" form="drive" name="seen" value="36">' in html


def test_changed_line_has_letter_old_and_new_value() -> None:
    html = render_to_string("lab/fragments/cards.html", {"panel": out_of_step().cards})
    assert re.search(r'<b class="change" title="modified">M<', html)
    assert "<del>1</del> → <ins>2</ins>" in html


def test_properties_without_rows_are_hidden() -> None:
    html = render_to_string("lab/fragments/properties.html", {"panel": Properties(lab_key="X")})
    assert re.search(r'" hidden>', html)


def test_history_links_the_steps_beside() -> None:
    html = render_to_string("lab/fragments/history.html", {"panel": two_ues().history})
    assert re.findall(r'href="[^"]*\?at=(\d+)', html) == ["35", "37"]


def test_link_to_the_step_shown_can_be_copied() -> None:
    html = render_to_string("lab/fragments/history.html", {"panel": two_ues().history})
    assert 'data-copy="/labs/7Q4M/?at=36"' in html


def test_history_ends_at_both_ends() -> None:
    html = render_to_string("lab/fragments/history.html", {"panel": empty().history})
    assert html.count("is-disabled") == 2


def test_events_are_newest_first() -> None:
    html = render_to_string("lab/fragments/events.html", {"panel": out_of_step().events})
    steps = [int(step) for step in re.findall(r"Step </span>(\d+)", html)]
    assert steps == sorted(steps, reverse=True)


def test_earlier_events_have_a_link_only_where_there_are_some() -> None:
    assert "/events/" not in render_to_string("lab/fragments/ladder.html", {"panel": out_of_step().ladder})
    html = render_to_string("lab/fragments/ladder.html", {"panel": two_ues().ladder})
    assert 'Show <span id="ladder-more">12</span> earlier events' in html


def test_folded_band_is_closed() -> None:
    html = render_to_string("lab/fragments/ladder.html", {"panel": out_of_step().ladder})
    assert re.findall(r'<details id="band-\d+" class="band"( open)?>', html) == ["", " open", " open"]


def test_page_of_the_past_says_so() -> None:
    html = page_html(two_ues())
    assert 'You are at step 36, live is <b id="live-step" class="live-step">48</b>' in html
    assert "What you do here forks a new lab." in html
    assert "is-past" in html


def test_click_on_a_page_of_the_past_says_which_step_it_was_made_on() -> None:
    state = replace(out_of_step().drive_state, is_past=True, at=5)
    html = render_to_string("lab/fragments/drive-state.html", {"panel": state})
    assert re.findall(r'form="(\w+)" name="at" value="(\d+)"', html) == [("drive", "5"), ("fork", "5")]
    html = render_to_string("lab/fragments/drive-state.html", {"panel": out_of_step().drive_state})
    assert re.findall(r'form="(\w+)" name="at" value="(\d+)"', html) == [("fork", "36")]


def test_toggle_says_whether_it_is_on() -> None:
    html = render_to_string("lab/fragments/network.html", {"panel": out_of_step().network})
    assert re.findall(r'value="([\w ]+):T6a" aria-pressed="(\w+)"', html)[:4] == [
        ("hold", "true"),
        ("lose", "false"),
        ("repeat", "false"),
        ("reorder", "false"),
    ]
    assert '<details id="more-links"' in html


def test_fate_of_a_message_stands_before_its_link() -> None:
    message = replace(out_of_step().in_flight.messages[0], fate="will be lost")
    html = render_to_string("lab/fragments/queued.html", {"part": message})
    assert '<strong class="held">will be lost</strong> T6a, repetition 1 of 4' in html


def test_messages_beyond_the_first_are_folded_and_then_on_a_page() -> None:
    panel = out_of_step().in_flight
    html = render_to_string("lab/fragments/inflight.html", {"panel": replace(panel, rest=panel.messages, more=90)})
    assert "<summary>2 more</summary>" in html
    assert '<a href="/labs/7Q4M/in-flight/?at=0">All 94 messages</a>' in html


def test_violated_property_links_its_step() -> None:
    html = render_to_string("lab/fragments/properties.html", {"panel": out_of_step().properties})
    assert html.count("property-reason") == 2
    assert 'AS got AV 1, UE used AV 2. <a href="/labs/7Q4M/?at=33">First at step 33</a>.' in html
    assert "Seen in this run" not in html


def test_forks_and_origin_are_linked_where_there_are_any() -> None:
    html = render_to_string("lab/fragments/forks.html", {"panel": out_of_step().forks})
    assert '<a href="/labs/3H2K/?at=12">Lab 3H2K</a> at step 12' in html
    assert "Forks (1)" in html
    assert '<a href="/labs/9PX4/">Lab 9PX4</a> <span class="fork-meta">from step 20, IN SYNC</span>' in html
    html = render_to_string("lab/fragments/forks.html", {"panel": empty().forks})
    assert "Fork" not in html.replace("Fork here", "")


@pytest.mark.parametrize(
    ("title", "word", "meta"),
    [
        ("Lab A", "IN SYNC", "from step 5, IN SYNC"),
        ("Lab A", "", "from step 5"),
        ("Lab A, from step 5", "IN SYNC", "IN SYNC"),
        ("Lab A, from step 5", "", ""),
    ],
)
def test_step_of_a_fork_is_said_once(title: str, word: str, meta: str) -> None:
    assert Fork(lab_key="X", title=title, step=5, word=word).meta == meta


def test_network_that_answers_by_name_says_so() -> None:
    strip = replace(out_of_step().verdicts.strips[0], named="409 conflict")
    html = render_to_string("lab/fragments/verdict.html", {"panel": Verdicts(strips=(strip,))})
    assert "<span>by name:</span> <strong>409 conflict</strong>" in html


def test_text_is_copied_in_full() -> None:
    html = prose((Start("OZD3haV5lNF4YYbws+NoUg==@realm", "key name"),))
    assert 'data-copy="OZD3haV5lNF4YYbws+NoUg==@realm" title="key name OZD3haV5lNF4YYbws+NoUg==@realm">OZD3ha…<' in html


def test_notice_is_an_alert() -> None:
    html = page_html(replace(out_of_step(), notice="This tab was at step 12, the lab is at 14."))
    assert 'role="alert"><p>This tab was at step 12, the lab is at 14.</p>' in html


def test_long_octets_are_shortened_and_copied_in_full() -> None:
    html = octets(Octets("0123456789abcdef" * 4, "Ks"))
    assert "0123<i>4567</i>…<i>89ab</i>cdef" in html
    assert f'data-copy="{"0123456789abcdef" * 4}"' in html
    assert "Ks, 32 octets: " in html


@pytest.mark.parametrize(("digits", "shown"), [("01234567", "01234567"), ("0123456789abcdef", "0123…cdef")])
def test_short_octets_have_no_inner_groups(digits: str, shown: str) -> None:
    assert f">{shown}<span" in octets(Octets(digits))


def test_badge_has_a_text_for_those_who_do_not_see_it() -> None:
    assert '<span class="visually-hidden">(AV 2)</span>' in av(Badge(2))
    assert "(AV 2B)" in av(Badge(2, "B"))


def test_prose_escapes_text_and_keeps_numbers_with_their_words() -> None:
    assert prose(("<i> AV 1", Strong("<b>"), Tail("000000000043", "SQN"))) == (
        '&lt;i&gt; AV\u00a01<strong>&lt;b&gt;</strong><code class="octets" title="SQN 000000000043">…0043</code>'
    )


def test_what_is_not_defined_by_3gpp_is_marked() -> None:
    page = out_of_step()
    message = replace(page.in_flight.messages[0], is_ours=True)
    html = page_html(replace(page, in_flight=replace(page.in_flight, messages=(message,))))
    assert "Push RAND†" in html
    assert "† = not defined by 3GPP</a>" in html


def test_button_that_does_something_first_says_so() -> None:
    button = Button("AS asks for key", "action", "open", "K", hint="opens a session")
    html = render_to_string("lab/fragments/button.html", {"button": button})
    assert '<kbd>K</kbd> <span class="button-hint">opens a session</span>' in html


def test_share_page_hides_the_drive_link_from_watchers() -> None:
    share = Share(lab_key="X", title="Lab X", watch_url="https://lab.example/w", watch_qr=mark_safe("<svg></svg>"))
    html = render_to_string("lab/share.html", {"share": share})
    assert "<h2>Drive</h2>" not in html
    assert "<svg></svg>" in html
    assert "<h2>Drive</h2>" in render_to_string("lab/share.html", {"share": replace(share, drive_url="https://d")})


@pytest.mark.parametrize(
    ("name", "context"), [("about", {}), ("refused", {"refusal": refusals.DATABASE_AWAY})], ids=["about", "refused"]
)
def test_plain_pages_need_no_request(name: str, context: dict[str, object]) -> None:
    """What a page's context processors ask may be what failed."""
    assert "<h1>" in render_to_string(f"{name}.html", context)


def test_whole_ladder_page_names_the_lifelines() -> None:
    page = out_of_step()
    html = render_to_string("lab/events.html", {"title": "Lab", "panel": page.ladder, "events": page.events})
    assert re.findall(r'<span class="card-box">(\w+)<', html) == ["UE", "MME", "HSS", "SCEF", "AS"]


def test_colours_are_written_in_tokens_only() -> None:
    sheets = [path for path in (ROOT / "static/css").glob("*.css") if path.name != "tokens.css"]
    assert [path.name for path in sheets if re.search(r"#[0-9a-f]{3,8}\b|rgb|hsl", path.read_text())] == []


def test_own_script_is_small() -> None:
    """Without compression; a fifth of it tells what goes wrong on the network, another shows a step happening.

    Of the rest 1.4 kB are for a room: keys that work after a click, addresses that stay the presenter's, the ring; and
    2.1 kB, on documents only, explain abbreviations.
    """
    assert sum(path.stat().st_size for path in (ROOT / "static/js").glob("*.js")) <= 30_500


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = ((part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4) for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "panel", "mark"])
@pytest.mark.parametrize("text", ["ink", "ink-2"])
def test_text_has_contrast_of_4_5(theme: int, ground: str, text: str) -> None:
    tokens = (ROOT / "static/css/tokens.css").read_text()
    light, dark = (_luminance(re.findall(rf"--color-{name}: (#\w+);", tokens)[theme]) for name in (ground, text))
    assert (max(light, dark) + 0.05) / (min(light, dark) + 0.05) >= 4.5
