"""The guide of a lab that belongs to a scenario: the caption of its moment, and the ways on."""

from dataclasses import dataclass, replace
from typing import ClassVar, Final

from django.urls import reverse

from core.lab.buttons import act_button, action_button, action_value
from core.lab.moment import Moment
from core.lab.parts import Button, Piece
from core.lab.scene import Scene
from core.words.scenarios import contribution_list, variant_words
from nodes.protocol.errors import NoSuchAction
from nodes.protocol.runs.trace import Caption, Trace
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Action
from nodes.scenarios import Scenario, UnknownScenario, Variant, all_scenarios, path_of, scenario_of, trace_of
from nodes.scenarios.progress import caption_index, next_stop, position_on, runs_along, to_next_stop


@dataclass(frozen=True, slots=True)
class GuideLink:
    """A way on from the guide. `about` goes on from the label for those who hear it alone."""

    label: str
    url: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """The button that a task means, by what it sends: an action, or to an address of its own."""

    action: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide(Piece):
    """The panel above the side column. Without a title the lab belongs to no scenario and nothing is shown.

    `task` is what the viewer does next; once that has happened, by hand or by a button, the caption is another one.
    """

    fragment: ClassVar[str] = "guide"
    title: str = ""
    scenario_url: str = ""
    place: str = ""
    """3 of 9."""
    caption: str = ""
    task: str = ""
    contribution: str = ""
    """Contribution 2.2 step 5."""
    is_off_path: bool = False
    fork_at: int | None = None
    """Off the path: the step from which a fork goes on along it."""
    progress: str = ""
    """How far the task is done: "4 of 13 steps"."""
    buttons: tuple[Button, ...] = ()
    meant: Meant | None = None
    """What a person presses next."""
    back: GuideLink | None = None
    forward: GuideLink | None = None
    leave: Button | None = None
    ending: tuple[GuideLink, ...] = ()
    """At the end of the path: the next scenario, the variants, a comparison."""


EMPTY_GUIDE: Final = Guide()
"""The panel of a lab without a scenario."""


def guide(scene: Scene) -> Guide:
    """Say what the scenario says here. A lab without a scenario gets an empty panel."""
    moment = scene.moment
    try:
        trace = trace_of(moment.scenario)
    except UnknownScenario:
        return Guide()
    position = position_on(path_of(moment.scenario), moment.world, moment.at)
    return _off_path(scene, trace) if position is None else _Teller(scene, trace, position).tell()


def actions_to_next_caption(moment: Moment) -> tuple[Action, ...]:
    """What leads from a lab's moment to the next caption.

    Raises:
        NoSuchAction: the lab is not on the path of a scenario, or at its end.
    """
    try:
        trace, path = trace_of(moment.scenario), path_of(moment.scenario)
    except UnknownScenario as error:
        raise NoSuchAction("This lab plays no scenario") from error
    position = position_on(path, moment.world, moment.at)
    if position is None or position == len(trace.actions):
        raise NoSuchAction("The scenario says nothing to do here: this lab has left its path, or is at its end")
    return to_next_stop(trace, position)


def _off_path(scene: Scene, trace: Trace) -> Guide:
    moment = scene.moment
    last = moment.scenario_steps
    return Guide(
        title=trace.title,
        scenario_url=_scenario_url(moment.scenario),
        place=f"left at step {last}",
        caption=(
            f"You left the path at step {last}. Explore as you like: if you return to the path, the "
            "guide goes on from there. “Back to the path” makes a fork and keeps this lab."
        ),
        is_off_path=True,
        fork_at=last,
        leave=_leave(scene),
    )


class _Teller:
    """Tells one position on the path."""

    def __init__(self, scene: Scene, trace: Trace, position: int) -> None:
        self.moment = scene.moment
        self.scene = scene
        self.trace = trace
        self.position = position
        self.index = caption_index(trace.captions, position)

    def tell(self) -> Guide:
        caption = self._caption
        return Guide(
            title=self.trace.title,
            scenario_url=_scenario_url(self.moment.scenario),
            place=f"{self.index + 1} of {len(self.trace.captions)}",
            caption=caption.text,
            task=caption.task,
            contribution=self._contribution(),
            progress=self._progress(),
            buttons=() if self._is_past or self._is_at_end else self._buttons(),
            meant=None if self._is_past or self._is_at_end else self._meant(),
            back=self._back(),
            forward=self._forward(),
            leave=_leave(self.scene),
            ending=tuple(self._ending()) if self._is_at_end else (),
        )

    @property
    def _caption(self) -> Caption:
        return self.trace.captions[self.index]

    def _contribution(self) -> str:
        """The step that the caption touches; at the end, all that the scenario touched."""
        steps = scenario_of(self.moment.scenario).contribution if self._is_at_end else (self._caption.contribution,)
        words = contribution_list(step for step in steps if step)
        return f"Contribution {words}" if words else ""

    @property
    def _is_past(self) -> bool:
        return self.moment.at != self.moment.last_step

    @property
    def _is_at_end(self) -> bool:
        return self.position == len(self.trace.actions)

    @property
    def _is_along(self) -> bool:
        """Whether the lab's steps are the scenario's, so that a caption's step is a step of the lab."""
        return self.moment.at == self.position

    def _progress(self) -> str:
        start, stop = self._caption.step, next_stop(self.trace, self.position)
        return f"{self.position - start} of {stop - start} steps" if self.position > start else ""

    def _buttons(self) -> tuple[Button, ...]:
        return (
            replace(
                act_button(self.scene, "Play to the next step", "lab-guide-next", about="up to the next caption"),
                primary=True,
            ),
            action_button("Next step", self._action, about="of this scenario", key_hint="J"),
        )

    def _meant(self) -> Meant:
        """An action by its button; what is delivered in order, by a run to the end if that leads along the path."""
        world = self.moment.world
        if self._action != engine.next_delivery(world):
            return Meant(action=action_value(self._action))
        view = "lab-run" if runs_along(self.trace, path_of(self.moment.scenario), self.position) else "lab-next"
        return Meant(url=reverse(view, args=[self.moment.lab_key]))

    @property
    def _action(self) -> Action:
        return self.trace.actions[self.position]

    def _back(self) -> GuideLink | None:
        if self.index == 0 or not self._is_along:
            return None
        step = self.trace.captions[self.index - 1].step
        return GuideLink("Back", _at(self.moment.lab_key, step), f"to caption {self.index}")

    def _forward(self) -> GuideLink | None:
        """On a past page, the way to the next caption that the lab has reached; else to the present."""
        if not self._is_past:
            return None
        stop = next_stop(self.trace, self.position)
        if self._is_along and self.position < stop < self.moment.last_step:
            return GuideLink("Next", _at(self.moment.lab_key, stop), f"to caption {self.index + 2}")
        return GuideLink("Next: return to live", reverse("lab", args=[self.moment.lab_key]))

    def _ending(self) -> list[GuideLink]:
        name, _, repairs = self.moment.scenario.partition("+")
        scenario = scenario_of(name)
        compare = reverse("lab-compare", args=[self.moment.lab_key])
        links = [
            GuideLink(f"The same with {variant_words(variant.options)}", f"{compare}?{_query(variant)}")
            for variant in scenario.variants
            if variant.name != repairs
        ]
        links.append(GuideLink("The same in the other solution", compare))
        after = _after(scenario)
        if after is not None:
            links.append(GuideLink(f"Next scenario: {after.title}", reverse("scenario", args=[after.name])))
        return links


def _query(variant: Variant) -> str:
    return "&".join(f"{option}=on" for option in variant.options)


def _after(scenario: Scenario) -> Scenario | None:
    scenarios = all_scenarios()
    following = scenarios[scenarios.index(scenario) + 1 :]
    return following[0] if following else None


def _leave(scene: Scene) -> Button | None:
    moment = scene.moment
    label = "Leave the tour" if moment.scenario == all_scenarios()[0].name else "Leave the scenario"
    return act_button(scene, label, "lab-guide-leave") if moment.at == moment.last_step else None


def _scenario_url(name: str) -> str:
    return reverse("scenario", args=[name.partition("+")[0]])


def _at(lab_key: str, step: int) -> str:
    return f"{reverse('lab', args=[lab_key])}?at={step}"
