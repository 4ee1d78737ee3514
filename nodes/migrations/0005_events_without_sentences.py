"""Write the events of stored steps anew: what nodes say is data now, and no sentence.

Events follow from a lab's set-up and actions, so the actions are taken again, which no sentence need be read for. Of a
lab of another version of the model nobody reads events: it is only offered as a replay. So is, from now on, one whose
actions this version refuses.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from nodes.protocol.errors import ProtocolError
from nodes.protocol.options import Setup
from nodes.protocol.plain.conversion import from_plain, to_plain
from nodes.protocol.runs.trace import MODEL_VERSION, read_setup
from nodes.protocol.world.actions import Action
from nodes.protocol.world.engine import Event, transition
from nodes.protocol.world.genesis import first_world

OTHER_MODEL = 0
AT_ONCE = 500


def write_anew(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    labs, steps = apps.get_model("nodes", "Lab"), apps.get_model("nodes", "Step")
    for lab in labs.objects.filter(model=MODEL_VERSION):
        rows = list(steps.objects.filter(lab=lab).order_by("number").only("action"))
        try:
            for step, events in zip(
                rows, events_of(read_setup(lab.setup), (step.action for step in rows)), strict=True
            ):
                step.events = events
        except ProtocolError:
            lab.model = OTHER_MODEL
            lab.save(update_fields=["model"])
        else:
            steps.objects.bulk_update(rows, ["events"], batch_size=AT_ONCE)


def events_of(setup: Setup, actions: Iterable[Any]) -> Iterator[Any]:
    """The events of each action, plain as the actions are.

    Raises:
        ProtocolError: an action cannot be taken.
    """
    world = first_world(setup)
    for action in actions:
        done = transition(world, from_plain(Action, action))
        yield to_plain(done.events, tuple[Event, ...])
        world = done.world


class Migration(migrations.Migration):
    dependencies = [("nodes", "0004_trace_rest")]

    operations = [migrations.RunPython(write_anew, migrations.RunPython.noop)]
