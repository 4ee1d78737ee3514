"""How tests of persistence make labs, and what they compare of their rows."""

from typing import Any

from django.forms.models import model_to_dict

from core.lab import logs, since
from nodes import models
from nodes.labs import cache, labs, replay, services, store
from nodes.protocol.messages.commands import Attach, OpenApplicationSession
from nodes.protocol.options import Options, Setup, Solution
from nodes.protocol.plain.conversion import from_plain
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Action, Command
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import World

ATTACH = Command("ue-1", Attach("mme-1"))
OPEN_SESSION = Command("ue-1", OpenApplicationSession("as-1"))

Row = dict[str, Any]


def setup_of(solution: Solution = Solution.PUSH, *, ues: int = 1, mmes: int = 1, servers: int = 1) -> Setup:
    return Setup("test", Options(solution=solution), ues=ues, mmes=mmes, application_servers=servers)


def new_lab(setup: Setup | None = None, *, pace: int | None = 0, title: str = "Test") -> labs.NewLab:
    new = labs.create_lab(setup or setup_of(), title=title, ends_idle=False)
    if pace != 0:
        services.set_pace(new.lab.key, pace)
    return new


def take(key: str, *wanted: Action) -> models.Lab:
    """Take actions, each from a page that shows the lab as it is."""
    for action in wanted:
        services.take(key, action, labs.seen_of(labs.get_lab(key)))
    return labs.get_lab(key)


def attached_lab(setup: Setup | None = None) -> labs.NewLab:
    """A lab whose first UE is registered and has a session with a key."""
    new = new_lab(setup)
    return labs.NewLab(take(new.lab.key, ATTACH, OPEN_SESSION), new.drive_key)


def loaded(lab: models.Lab) -> World:
    """The world of a lab's rows."""
    return store.load(lab, first_world(labs.setup_of(lab)))


def replayed(lab: models.Lab) -> World:
    """The world of a lab's log."""
    world = first_world(labs.setup_of(lab))
    for number, step in enumerate(models.Step.objects.filter(lab=lab).order_by("number"), 1):
        assert step.number == number
        world = engine.step(world, from_plain(Action, step.action))
    return world


def everything(world: World) -> tuple[object, ...]:
    """A world with what a comparison of worlds leaves out: message numbers, copies and ordinals."""
    envelopes = [(*link.key, e.number, e.copy, e.ordinal) for link in world.links for e in link.queue]
    return (world, world.messages, world.ordinals, world.copies, envelopes)


def rows_of(lab: models.Lab) -> dict[str, list[Row]]:
    """Every row of a lab, its own included, but for the rows' times."""
    rows: dict[str, list[Row]] = {
        model.__name__: [dict(row) for row in model._default_manager.filter(lab=lab).order_by("pk").values()]
        for model in models.Row.__subclasses__()
    }
    return rows | {"Lab": [model_to_dict(models.Lab.objects.get(pk=lab.pk))]}


def cached_world(lab: models.Lab) -> World | None:
    """The world of a lab that this process has at hand."""
    cached = cache.cached_state(lab)
    return None if cached is None else cached[0]


def forget_worlds() -> None:
    """Empty the process's caches, as a restart does."""
    cache._worlds.clear()
    logs._kept.clear()
    since._kept.clear()
    replay._kept.clear()


OWN = ("id", "lab_id", "taken")
"""Columns that two labs of the same steps do not share."""


def protocol_rows(lab: models.Lab) -> dict[str, list[dict[str, Any]]]:
    """The rows of a lab that its steps make, without those columns and in no order of writing."""
    rows = rows_of(lab)
    del rows["Lab"]
    return {
        name: sorted(({k: v for k, v in row.items() if k not in OWN} for row in those), key=str)
        for name, those in rows.items()
    }


def state(lab: models.Lab) -> tuple[object, ...]:
    """The columns of a lab that its steps make."""
    return (lab.step, lab.messages, lab.ordinals, lab.held, lab.armed, lab.observation, lab.lab_seconds, lab.model)
