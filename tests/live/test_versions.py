"""What a page is sent of an element: as little as its parts allow, and always what makes it the same."""

import re
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.live import versions
from core.live.snapshot import Element
from core.live.versions import Version, first, follow, news

CARDS = ("ue", "mme", "hss")


def item(name: str, text: str = "as it was", tag: str = "") -> Element:
    return Element(name, f'<li id="{name}"{tag}>{text}, and more than what is around it when it is sent alone</li>')


def panel(*parts: Element, tag: str = "", text: str = "head", between: int | None = None) -> Element:
    """A panel whose parts stand in one place, or in two: `between` says before which of them the second begins."""
    split = len(parts) if between is None else between
    lists = ("".join(part.html for part in some) for some in (parts[:split], parts[split:]))
    html = "".join(f"<ul>{some}</ul>" for some in lists)
    return Element("panel", f'<div id="panel"{tag}>{text}{html}</div>', parts)


def told(*states: Element, since: int = 1) -> str:
    """What a page is sent that was told of an element at a position, each state being at the next one."""
    return news(followed(states), since)


def followed(states: Iterable[Element]) -> Version:
    opening, *others = states
    version = first(opening, 1)
    for position, state in enumerate(others, 2):
        version = follow(version, state, position)
    return version


def morphed(html: str, target: str) -> str:
    return f'<hx-partial id="{target}">{html}</hx-partial>'


def whole(element: Element) -> str:
    return morphed(element.html, element.id)


def put(html: str, target: str, swap: str) -> str:
    return f'<hx-partial id="{target}" hx-swap="{swap}">{html}</hx-partial>'


def deleted(*names: str) -> str:
    return f'<hx-partial hx-target="{",".join(f"#{name}" for name in names)}" hx-swap="delete"></hx-partial>'


BEFORE = panel(*map(item, CARDS))


def test_a_part_that_changed_is_sent_alone() -> None:
    changed = item("mme", "as it is")
    assert told(BEFORE, panel(item("ue"), changed, item("hss"))) == morphed(changed.html, "mme")


def test_what_is_around_the_parts_is_sent_with_all_of_them() -> None:
    after = panel(*map(item, CARDS), text="another head")
    assert told(BEFORE, after) == whole(after)


def test_who_comes_gets_all_of_it_and_who_has_it_nothing() -> None:
    assert told(BEFORE, since=0) == whole(BEFORE)
    assert told(BEFORE) == ""


def test_a_tag_that_changed_is_sent_without_what_is_inside() -> None:
    assert told(BEFORE, panel(*map(item, CARDS), tag=" open")) == morphed(
        '<div id="panel" open hx-morph-skip-children></div>', "panel"
    )


def test_a_new_part_is_put_beside_one_that_is_there() -> None:
    new = item("as"), item("scef")
    html = "".join(part.html for part in new)
    assert told(BEFORE, panel(*map(item, CARDS), *new)) == put(html, "hss", "afterend")
    assert told(BEFORE, panel(*new, *map(item, CARDS))) == put(html, "ue", "beforebegin")


def test_of_parts_that_went_the_names_are_sent() -> None:
    assert told(BEFORE, panel(item("hss"))) == deleted("ue", "mme")
    assert told(BEFORE, panel(item("ue"), item("hss"))) == deleted("mme")


def test_where_no_part_has_stayed_all_is_sent() -> None:
    after = panel(item("as"))
    assert told(BEFORE, after) == whole(after)


def test_where_parts_change_their_order_or_place_all_is_sent() -> None:
    for before, after in (
        (BEFORE, panel(*map(item, reversed(CARDS)))),
        (panel(*map(item, CARDS), between=1), panel(*map(item, CARDS), between=2)),
    ):
        assert told(before, after) == whole(after)


def test_where_all_is_shorter_than_its_parts_all_is_sent() -> None:
    short = [Element(name, f'<b id="{name}">1</b>') for name in CARDS]
    longer = [Element(name, f'<b id="{name}">2</b>') for name in CARDS]
    assert told(panel(*short), panel(*longer)) == whole(panel(*longer))


def test_a_part_of_a_part_is_sent_alone() -> None:
    before, after = panel(item("ue"), item("mme")), panel(item("ue"), item("mme", "as it is"))
    html = '<main id="main">{}</main>'
    states = (Element("main", html.format(each.html), (each,)) for each in (before, after))
    assert told(*states) == morphed(after.parts[1].html, "mme")


def test_a_page_that_lags_gets_the_latest_of_each_part() -> None:
    states = [panel(item("ue", str(step)), item("mme", str(step // 2)), item("hss")) for step in range(6)]
    assert told(*states) == morphed(states[-1].parts[0].html, "ue") + morphed(states[-1].parts[1].html, "mme")
    assert told(*states, since=5) == morphed(states[-1].parts[0].html, "ue")


def test_a_part_that_came_and_went_is_not_spoken_of() -> None:
    assert told(BEFORE, panel(*map(item, (*CARDS, "as"))), BEFORE) == ""


def test_of_parts_that_went_long_ago_the_names_are_forgotten() -> None:
    states = [panel(item(str(number)), item("last")) for number in range(versions.MOST_GONE + 3)]
    assert told(*states) == whole(states[-1])
    assert told(*states, since=len(states) - 1) == (
        deleted(str(len(states) - 2)) + put(states[-1].parts[0].html, "last", "beforebegin")
    )


PARTS = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("12")), unique_by=lambda part: part[0])
STATES = st.lists(st.tuples(PARTS, st.integers(0, 6), st.sampled_from(["", " open"])), min_size=2, max_size=6)


@given(states=STATES)
def test_what_is_sent_makes_any_element_what_it_is(states: list[tuple[list[tuple[str, str]], int, str]]) -> None:
    """Whatever a page has missed, as htmx would do it."""
    elements = [
        panel(*(item(name, text) for name, text in parts), between=between, tag=tag) for parts, between, tag in states
    ]
    version = followed(elements)
    for position, (element, _) in enumerate(pairwise(elements), 1):
        assert applied(element.html, news(version, position)) == elements[-1].html


def applied(html: str, message: str) -> str:
    """Do to a page what a message says; its targets are those of the page as it was."""
    found = re.findall('<hx-partial (?:id|hx-target)="(.+?)"(?: hx-swap="(.+?)")?>(.*?)</hx-partial>', message)
    for targets, swap, given_html in found:
        if given_html.endswith("hx-morph-skip-children></div>"):
            tag = given_html.removesuffix(" hx-morph-skip-children></div>") + ">"
            html = re.sub('<div id="panel"[^>]*>', tag, html)
            continue
        for target in targets.replace("#", "").split(","):
            old = re.search(f'<(div|li) id="{target}".*?</\\1>', html)
            assert old
            new = {
                "": given_html,
                "delete": "",
                "afterend": old[0] + given_html,
                "beforebegin": given_html + old[0],
            }
            html = html.replace(old[0], new[swap])
    return html


def test_what_is_of_a_picture_travels_in_one() -> None:
    lines = [Element(name, f'<line id="{name}" class="a long one that is drawn"/>', is_svg=True) for name in "abc"]
    before, after = (
        Element("p", f"<svg id=p>{''.join(e.html for e in some)}</svg>", tuple(some)) for some in (lines[:2], lines)
    )
    assert told(before, after) == put(f"<svg>{lines[2].html}</svg>", "b", "afterend strip:true")


def picture(*lines: Element) -> Element:
    return Element("picture", f'<svg id="picture">{"".join(line.html for line in lines)}</svg>', lines)
