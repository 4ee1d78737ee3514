"""What a fork has in common with its parent: the first steps of the log, copied and not taken again."""

from django.db.models import Q

from nodes import models
from nodes.labs.mapping import copy
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.world.actions import Advance
from nodes.protocol.world.world import Message, World


def copy_log(source: models.Lab, target: models.Lab, at: int, world: World) -> None:
    """Copy the first `at` steps of a lab, and all that they left, to a lab that has no rows yet.

    `world` is that of step `at`: a message that was in flight then is as it was then.
    """
    copy(models.Step, source, target, until="number", step=at)
    copy(models.VerdictChange, source, target, until="step", step=at)
    copy(models.Checkpoint, source, target, until="step", step=at)
    copy(models.Message, source, target, until="sent_step", step=at)
    copied = models.Message.objects.filter(lab=target)
    copied.filter(Q(settled_step__gt=at) | Q(settled_step=None)).update(settled_step=None, fate=_IN_FLIGHT)
    _restore_bodies(target, world)


_IN_FLIGHT = models.Message._meta.get_field("fate").default


def _restore_bodies(lab: models.Lab, world: World) -> None:
    """Undo what was altered later in messages that are in flight."""
    bodies = {envelope.ordinal: to_plain(envelope.message, Message) for link in world.links for envelope in link.queue}
    for message in models.Message.objects.filter(lab=lab, settled_step=None).only("ordinal", "body"):
        if message.body != bodies[message.ordinal]:
            message.body = bodies[message.ordinal]
            message.save(update_fields=("body",))


def seconds_until(lab: models.Lab, step: int) -> int:
    """The lab seconds that its first steps let pass."""
    advances = models.Step.objects.filter(lab=lab, number__lte=step, action__type=Advance.__name__)
    return sum(advances.values_list("action__seconds", flat=True))
