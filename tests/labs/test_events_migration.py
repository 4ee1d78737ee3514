"""The migration that writes the events of stored steps anew."""

from importlib import import_module

import pytest
from django.apps import apps

from nodes import models
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.runs.trace import MODEL_VERSION
from nodes.protocol.world.actions import Action, Advance
from tests.support.labs import ATTACH, attached_lab, new_lab, take

MIGRATION = import_module("nodes.migrations.0005_events_without_sentences")
OLD = [{"kind": "noted", "node": "ue-1", "text": "registered"}]

pytestmark = pytest.mark.django_db


def events(lab: models.Lab) -> list[object]:
    return list(models.Step.objects.filter(lab=lab).order_by("number").values_list("events", flat=True))


def made_old(lab: models.Lab) -> None:
    models.Step.objects.filter(lab=lab).update(events=OLD)


def model_of(lab: models.Lab) -> int:
    return models.Lab.objects.get(pk=lab.pk).model


def test_events_are_those_that_the_steps_would_have_now() -> None:
    labs = [attached_lab().lab, new_lab().lab]
    take(labs[1].key, ATTACH)
    written = [events(lab) for lab in labs]
    for lab in labs:
        made_old(lab)

    MIGRATION.write_anew(apps, None)

    assert [events(lab) for lab in labs] == written
    assert len(written[0]) > len(written[1]) > 0


def test_lab_of_another_model_stays_as_it_is() -> None:
    lab = attached_lab().lab
    made_old(lab)
    models.Lab.objects.filter(pk=lab.pk).update(model=MODEL_VERSION - 1)

    MIGRATION.write_anew(apps, None)

    assert events(lab) == [OLD] * len(events(lab))
    assert model_of(lab) == MODEL_VERSION - 1


def test_lab_whose_actions_are_refused_counts_as_one_of_another_model() -> None:
    lab = attached_lab().lab
    made_old(lab)
    models.Step.objects.filter(lab=lab, number=1).update(action=to_plain(Advance(0), Action))

    MIGRATION.write_anew(apps, None)

    assert events(lab) == [OLD] * len(events(lab))
    assert model_of(lab) == MIGRATION.OTHER_MODEL
