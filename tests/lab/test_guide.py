"""core.lab.guide: what the guide says at each step of a lab that plays a scenario, and what its buttons do."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from core.lab.buttons import action_value
from core.lab.fragments import snapshot
from core.lab.guide import EMPTY_GUIDE, Guide, guide
from core.lab.loading import live_moment, past_moment
from core.lab.scene import Scene
from core.words.scenarios import contribution_list, contribution_words, variant_words
from nodes import models
from nodes.labs import labs, services
from nodes.protocol.world.actions import Hold, Release
from nodes.scenarios import all_scenarios, path_of, scenario_of, trace_of
from tests.support.labs import loaded, new_lab, take
from tests.support.views import PLAIN, act, lab_of, post, url

pytestmark = pytest.mark.django_db(transaction=True)

TOUR = all_scenarios()[0]
TRACE = trace_of(TOUR.name)
STOPS = [caption.step for caption in TRACE.captions]
HOLD, RELEASE = Hold("mme-1", "scef"), Release("mme-1", "scef")


def begun(name: str = TOUR.name) -> labs.NewLab:
    """A lab of a scenario at its first step, by hand."""
    new = labs.create_lab(trace_of(name).setup, scenario=name)
    services.set_pace(new.lab.key, None)
    return new


def driver(new: labs.NewLab) -> Client:
    browser = Client()
    browser.post(url(new, "lab-drive"), {"drive_key": new.drive_key})
    return browser


def walked(steps: int, name: str = TOUR.name) -> labs.NewLab:
    new = begun(name)
    services.take_all(new.lab.key, trace_of(name).actions[:steps], labs.seen_of(new.lab))
    return new


def told(new: labs.NewLab, at: int | None = None) -> Guide:
    key = new.lab.key
    return guide(Scene(live_moment(key) if at is None else past_moment(key, at)))


def buttons(panel: Guide) -> list[tuple[str, str, str]]:
    return [(button.label, button.url, button.value) for button in panel.buttons]


def test_a_lab_without_scenario_has_an_empty_panel() -> None:
    assert told(new_lab()) == EMPTY_GUIDE


def test_a_lab_of_a_scenario_that_is_no_more_has_an_empty_panel() -> None:
    new = begun()
    models.Lab.objects.update(scenario="gone")

    assert told(new).title == ""


def test_the_first_caption_asks_for_the_first_task() -> None:
    new = begun()
    panel = told(new)

    assert (panel.title, panel.place) == (TOUR.title, f"1 of {len(STOPS)}")
    assert (panel.caption, panel.task) == (TRACE.captions[0].text, TRACE.captions[0].task)
    assert panel.contribution == f"Contribution {contribution_words(TRACE.captions[0].contribution)}"
    assert buttons(panel) == [
        ("Play to the next step", url(new, "lab-guide-next"), ""),
        ("Next step", "", action_value(TRACE.actions[0])),
    ]
    assert (panel.back, panel.forward, panel.progress) == (None, None, "")


@pytest.mark.parametrize("name", [each.name for each in all_scenarios()])
def test_each_caption_is_shown_at_its_step(name: str) -> None:
    new, trace = walked(len(trace_of(name).actions), name), trace_of(name)
    pages = [told(new, caption.step) for caption in trace.captions]

    assert [panel.caption for panel in pages] == [caption.text for caption in trace.captions]
    assert [panel.place for panel in pages] == [f"{i + 1} of {len(pages)}" for i in range(len(pages))]


def test_it_waits_while_the_task_is_being_done() -> None:
    panel = told(walked(STOPS[1] - 1))

    assert panel.caption == TRACE.captions[0].text
    assert panel.progress == f"{STOPS[1] - 1} of {STOPS[1]} steps"


def test_it_moves_on_when_the_viewer_does_the_task_by_hand() -> None:
    """Press Attach and let it run: as the scenario's own steps do."""
    new = begun()
    services.take(new.lab.key, TRACE.actions[0], "0.0")
    services.run(new.lab.key, "0.1")

    assert told(new).caption == TRACE.captions[1].text


def test_another_way_to_the_same_state_is_as_good() -> None:
    new = begun()
    take(new.lab.key, HOLD, RELEASE, TRACE.actions[0])
    services.run(new.lab.key, labs.seen_of(lab_of(new)))
    panel = told(new)

    assert panel.caption == TRACE.captions[1].text
    # Steps of the lab are no steps of the scenario any more.
    assert panel.back is None


def test_do_it_for_me_goes_to_the_next_caption_in_one_go() -> None:
    new = begun()
    browser = driver(new)

    for index, step in enumerate(STOPS[1:], 1):
        assert act(browser, new, view="lab-guide-next") == (204, "")
        assert (lab_of(new).step, told(new).caption) == (step, TRACE.captions[index].text)
    assert loaded(lab_of(new)) == path_of(TOUR.name)[-1]


def test_do_it_for_me_goes_on_from_between_two_captions() -> None:
    new = walked(3)
    act(driver(new), new, view="lab-guide-next")

    assert lab_of(new).step == STOPS[1]


def test_next_step_takes_the_next_action_alone() -> None:
    new = begun()
    (_, next_step) = told(new).buttons

    assert act(driver(new), new, **{next_step.name: next_step.value}) == (204, "")
    assert lab_of(new).step == 1
    assert told(new).progress == f"1 of {STOPS[1]} steps"


def test_a_stale_click_changes_nothing() -> None:
    new = begun()

    assert act(driver(new), new, view="lab-guide-next", seen="0.7")[0] == 409
    assert lab_of(new).step == 0


def off_path() -> labs.NewLab:
    new = begun()
    take(new.lab.key, HOLD)
    return new


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (new_lab, "plays no scenario"),
        (off_path, "says nothing to do here"),
        (lambda: walked(len(TRACE.actions)), "says nothing to do here"),
    ],
    ids=["no scenario", "off the path", "end"],
)
def test_there_is_not_always_something_to_do(make: Callable[[], labs.NewLab], sentence: str) -> None:
    new = make()
    step = lab_of(new).step
    status, text = act(driver(new), new, view="lab-guide-next")

    assert (status, lab_of(new).step) == (409, step)
    assert sentence in text


def test_off_the_path_it_says_so_and_leads_back() -> None:
    new = walked(STOPS[1])
    take(new.lab.key, HOLD)
    panel = told(new)

    assert panel.is_off_path
    assert (panel.fork_at, panel.place) == (STOPS[1], f"left at step {STOPS[1]}")
    assert (panel.buttons, panel.task) == ((), "")


def test_back_to_the_path_is_a_fork_that_plays_the_scenario() -> None:
    new = walked(STOPS[1])
    take(new.lab.key, HOLD)
    browser = driver(new)
    answer = browser.post(url(new, "lab-fork"), {"back": str(STOPS[1]), "at": str(STOPS[1] + 1)})
    fork = models.Lab.objects.latest("pk")

    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("lab", args=[fork.key]))
    assert (fork.step, fork.scenario) == (STOPS[1], TOUR.name)
    assert guide(Scene(live_moment(fork.key))).caption == TRACE.captions[1].text
    assert lab_of(new).step == STOPS[1] + 1


def test_leaving_the_tour_ends_it_for_this_lab() -> None:
    new = begun()
    leave = told(new).leave

    assert leave is not None
    assert leave.url == url(new, "lab-guide-leave")
    assert post(driver(new), new, {"view": "lab-guide-leave"}, PLAIN)[0] == 303
    assert lab_of(new).scenario == ""
    assert told(new).title == ""


def test_a_past_page_leads_from_caption_to_caption() -> None:
    new = walked(STOPS[3])
    first, second, third = (told(new, step) for step in STOPS[:3])
    lab = url(new)

    assert first.forward is not None
    assert (first.back, first.forward.url) == (None, f"{lab}?at={STOPS[1]}")
    assert second.back is not None
    assert second.back.url == f"{lab}?at=0"
    assert third.forward is not None
    assert (third.forward.label, third.forward.url) == ("Next: return to live", lab)
    assert (first.buttons, first.leave) == ((), None)


def test_the_end_shows_what_one_can_do_next() -> None:
    panel = told(walked(len(TRACE.actions)))
    compare = "compare/"

    assert (panel.caption, panel.task, panel.buttons) == (TOUR.end, "", ())
    assert panel.contribution == f"Contribution {contribution_list(TOUR.contribution)}"
    assert [(link.label, link.url.partition(compare)[2]) for link in panel.ending] == [
        *((f"The same with {variant_words(each.options)}", f"?{each.name}=on") for each in TOUR.variants),
        ("The same in the other solution", ""),
        (f"Next scenario: {all_scenarios()[1].title}", ""),
    ]


def test_the_end_of_a_variant_leaves_that_variant_out() -> None:
    """The last scenario has none after it."""
    variant = TOUR.variants[0]
    name = f"{TOUR.name}+{variant.name}"
    panel = told(walked(len(trace_of(name).actions), name))

    assert panel.caption == variant.shows
    assert [link.label for link in panel.ending] == [
        *(f"The same with {variant_words(each.options)}" for each in TOUR.variants[1:]),
        "The same in the other solution",
        f"Next scenario: {all_scenarios()[1].title}",
    ]


def test_after_the_last_scenario_there_is_none() -> None:
    last = all_scenarios()[-1]
    panel = told(walked(len(trace_of(last.name).actions), last.name))

    assert not any(link.label.startswith("Next scenario") for link in panel.ending)


@pytest.mark.parametrize("name", [each.name for each in all_scenarios() if each.variants])
def test_links_to_variants_switch_their_options_on(name: str) -> None:
    new = walked(len(trace_of(name).actions), name)
    links = {link.label: link.url for link in told(new).ending}

    for variant in scenario_of(name).variants:
        assert Client().get(links[f"The same with {variant_words(variant.options)}"]).status_code == 200


def printed(key: str) -> str:
    return next(each.html for each in snapshot(key).fragments if each.id == "guide")


def test_the_fragment_is_the_same_for_every_viewer_and_hidden_without_scenario() -> None:
    told_html = unescape(printed(begun().lab.key))

    assert TRACE.captions[0].text in told_html
    assert "csrf" not in told_html
    assert " hidden>" in printed(new_lab().lab.key)


@pytest.mark.parametrize(
    ("step", "words"),
    [("2.2-5", "2.2 step 5"), ("3-c", "3, reallocation of the GUTI"), ("2.1", "2.1")],
)
def test_steps_of_the_contribution_have_words(step: str, words: str) -> None:
    assert contribution_words(step) == words


def test_several_steps_of_a_section_are_named_together() -> None:
    assert contribution_list(("2.1-7", "2.2-4", "2.2-6", "2.2-7", "3-c")) == (
        "2.1 step 7; 2.2 steps 4, 6 and 7; 3, reallocation of the GUTI"
    )
    assert contribution_list(()) == ""


def test_options_of_a_variant_are_called_as_on_the_pages() -> None:
    assert variant_words(("withdraw_guti",)) == "withdraw GUTI"
    assert variant_words(("named_key", "context_carries_rand")) == "named key and RAND over S10"
