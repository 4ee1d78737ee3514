"""From rows to moments: a lab as it is now, or as it was after an earlier step."""

from dataclasses import replace

from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from core.lab.logs import STEP, live_log, log_until, record
from core.lab.moment import ForkRow, Moment, Origin, PairVerdict, StepRecord
from core.lab.since import word_since
from nodes import models
from nodes.labs import labs
from nodes.labs.replay import actions_of, world_at
from nodes.labs.resetting import kept_run
from nodes.protocol.properties.observation import Observation, statuses
from nodes.protocol.properties.verdict import judge
from nodes.protocol.world import engine
from nodes.protocol.world.world import World
from nodes.scenarios import UnknownScenario, path_of, trace_of
from nodes.scenarios.progress import own_steps, position_on

MOST_FORKS = 20


def live_moment(key: str) -> Moment:
    """Return a lab at its last step.

    Raises:
        LabNotFound: no lab has this key.
        OldModel: its rows are of another version of the model.
    """
    lab, lab_state = labs.current(key)
    return _moment(lab, *lab_state, lab.step)


def past_moment(key: str, at: int) -> Moment:
    """Return a lab as it was after step `at`; beyond its end, the live moment. Errors as there."""
    lab = labs.get_lab(key)
    if at >= lab.step:
        return live_moment(key)
    return _moment(lab, *world_at(lab, at), at)


def _moment(lab: models.Lab, world: World, observation: Observation, at: int) -> Moment:
    log = live_log(lab) if at == lab.step else log_until(lab, at)
    steps = log.steps
    shown_ues = tuple(lab.shown_ues)
    moment = Moment(
        lab_key=lab.key,
        title=lab.title,
        setup=labs.setup_of(lab),
        revision=lab.revision,
        at=at,
        last_step=lab.step,
        world=world,
        steps=steps,
        earlier=at - len(steps),
        shown_ues=shown_ues,
        shown_mme=lab.shown_mme,
        shown_as=lab.shown_as,
        verdicts=tuple(_verdict(lab, world, ue, lab.shown_as, at) for ue in shown_ues),
        marks=log.marks,
        gutis=log.gutis,
        lab_seconds=lab.lab_seconds,
        pace=lab.pace,
        seen=labs.seen_of(lab),
        trace_steps=lab.trace_steps,
        statuses=statuses(world, observation, shown_ues),
        witnesses=observation.monitor.witnesses,
        forks=_forks(lab),
        origin=_origin(lab),
        is_just_reset=kept_run(lab) is not None,
        scenario=lab.scenario,
        scenario_steps=_scenario_steps(lab, world, at),
    )
    return replace(moment, next_in=_next_in(lab, world, at))


def _next_in(lab: models.Lab, world: World, at: int) -> int | None:
    """Milliseconds until the next step is due: of a trace at once, of a paced lab if there is anything to deliver."""
    if lab.trace_steps is not None and at == lab.step:
        return 0
    if not lab.pace or at != lab.step or engine.next_delivery(world) is None:
        return None
    if lab.next_due is None:
        return lab.pace
    left = (lab.next_due - timezone.now()).total_seconds() * 1000
    return min(max(round(left), 0), lab.pace)


def steps_between(lab: models.Lab, first: int, last: int) -> tuple[StepRecord, ...]:
    """The steps of a lab from one number to another."""
    rows = models.Step.objects.filter(lab=lab, number__range=(first, last)).order_by("number")
    return tuple(record(*row) for row in rows.values_list(*STEP))


def _verdict(lab: models.Lab, world: World, ue: str, server: str, at: int) -> PairVerdict:
    verdict = judge(world, ue, server)
    return PairVerdict(ue, server, verdict, word_since(lab, ue, server, verdict.word, at))


def _forks(lab: models.Lab) -> tuple[ForkRow, ...]:
    """The last forks, the oldest first, each with the last word on the first UE and the AS that it shows."""
    forks = models.Lab.objects.filter(parent=lab)
    # Most labs have none, and asking for their words is dear.
    if not forks.exists():
        return ()
    words = models.VerdictChange.objects.filter(
        lab=OuterRef("pk"), ue=OuterRef("first_ue"), application_server=OuterRef("shown_as")
    )
    rows = (
        forks.annotate(first_ue=KeyTextTransform("0", "shown_ues"))
        .annotate(word=Subquery(words.order_by("-step").values("word")[:1]))
        .order_by("-pk")
        .values_list("key", "title", "forked_at", "word")[:MOST_FORKS]
    )
    return tuple(ForkRow(key, title, step or 0, word or "") for key, title, step, word in reversed(rows))


def _origin(lab: models.Lab) -> Origin | None:
    if lab.parent_id is None or lab.forked_at is None:
        return None
    parents = models.Lab.objects.filter(pk=lab.parent_id).values_list("key", "title")
    return next((Origin(key, title, lab.forked_at) for key, title in parents), None)


def _scenario_steps(lab: models.Lab, world: World, at: int) -> int:
    """How many of the first `at` steps are the scenario's own; all of them on its path."""
    try:
        trace, path = trace_of(lab.scenario), path_of(lab.scenario)
    except UnknownScenario:
        return 0
    if position_on(path, world, at) is not None:
        return at
    return own_steps(trace, actions_of(lab, until=min(at, len(trace.actions))))
