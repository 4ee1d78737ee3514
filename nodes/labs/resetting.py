"""A lab reset before a room: what it was is kept as a fork, and can be brought back."""

from collections.abc import Callable

from django.db import transaction

from nodes import models
from nodes.labs import forks, services
from nodes.labs.labs import NewLab, ServiceError, check_seen, get_lab
from nodes.labs.replay import actions_of


def reset_keeping(key: str, seen: str, keep: Callable[[Callable[[], NewLab]], NewLab]) -> NewLab | None:
    """Reset a lab and return the fork that keeps what it was; None where there was nothing.

    `keep` makes the fork for whoever asks.

    Raises:
        LabNotFound, OldModel, StaleStep, LimitReached: as they say; nothing is changed.
    """
    lab = get_lab(key)
    check_seen(lab, seen)
    title = f"{lab.title[:60]}, before the reset"
    with transaction.atomic():
        kept = keep(lambda: forks.fork(key, lab.step, title=title)) if lab.step else None
        services.reset(key, seen)
    return kept


def kept_run(lab: models.Lab) -> models.Lab | None:
    """The run that the last reset of a lab has kept, while nothing has been done since.

    What was forked from a later step than the lab has was forked before the reset, and the reset's own is the last.
    """
    if lab.step or not lab.resets:
        return None
    return models.Lab.objects.filter(parent=lab, forked_at__gt=0).order_by("-pk").first()


def undo_reset(key: str, seen: str) -> models.Lab:
    """Take every step of the kept run again: the same seed makes them the same.

    Raises:
        ServiceError: there is none; and as `services.take_all`.
    """
    kept = kept_run(get_lab(key))
    if kept is None or kept.forked_at is None:
        raise ServiceError("This lab was not reset, or has gone on since: what it was before is among its forks")
    return services.take_all(key, actions_of(kept, until=kept.forked_at), seen)
