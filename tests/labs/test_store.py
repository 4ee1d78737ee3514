"""nodes.labs.store: rows of worlds, and worlds of rows."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from nodes import models
from nodes.labs import labs, services, store
from nodes.protocol.entities.mme.state import MMEState, VectorStatus
from nodes.protocol.messages.commands import Attach, Detach, OpenApplicationSession
from nodes.protocol.options import Algorithm, Options, Setup, Solution
from nodes.protocol.world import actions
from nodes.protocol.world.engine import step
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import World, node, nodes_of
from tests.support.labs import ATTACH, attached_lab, everything, loaded, new_lab, rows_of, setup_of, take

pytestmark = pytest.mark.django_db

LARGEST = Setup(
    "largest",
    Options(algorithm=Algorithm.TUAK, vectors_per_request=5, store_ks=True),
    ues=12,
    mmes=4,
    application_servers=4,
)


@pytest.mark.parametrize("setup", [Setup("smallest"), LARGEST], ids=["smallest", "largest"])
def test_first_world_is_loaded_as_it_was_saved(setup: Setup) -> None:
    assert everything(loaded(new_lab(setup).lab)) == everything(first_world(setup))


def test_values_are_loaded_in_the_order_of_the_protocol() -> None:
    """Sessions are sorted by UE as text, ue-10 before ue-2; contexts by IMSI; links and timers by their keys."""
    lab = new_lab(setup_of(ues=12)).lab
    attaches = [actions.Command(f"ue-{index}", Attach("mme-1")) for index in (11, 2, 10, 1)]
    sessions = [actions.Command(f"ue-{index}", OpenApplicationSession("as-1")) for index in (2, 11, 1, 10)]
    lab = take(lab.key, *attaches, *sessions)
    services.set_pace(lab.key, None)
    lab = take(lab.key, *(actions.Command(f"ue-{index}", Attach("mme-1")) for index in (12, 3)))

    assert [row.ue for row in models.ASSession.objects.filter(lab=lab).order_by("pk")] != sorted(
        models.ASSession.objects.filter(lab=lab).values_list("ue", flat=True)
    )
    assert everything(loaded(lab)) == everything(labs.state_of(lab)[0])
    assert [link.source for link in loaded(lab).links] == ["ue-12", "ue-3"]


@pytest.mark.parametrize(
    ("solution", "queries"), [(Solution.PULL, 11), (Solution.PUSH, 12)], ids=["solution 11", "solution 12"]
)
def test_load_asks_once_for_each_model(
    solution: Solution, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lab = attached_lab(setup_of(solution, ues=3, mmes=2)).lab
    first = first_world(labs.setup_of(lab))

    with django_assert_num_queries(queries):
        store.load(lab, first)


def test_save_of_an_equal_world_writes_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    lab = attached_lab().lab
    world = loaded(lab)

    with django_assert_num_queries(0):
        store.save(lab, world, loaded_again(world))


def loaded_again(world: World) -> World:
    """A world that is equal, and another object down to its nodes."""
    return replace(world, nodes=tuple(replace(state) for state in world.nodes))


def test_save_writes_what_differs_and_nothing_else() -> None:
    """One AV's status: one UPDATE of one column."""
    lab = attached_lab().lab
    world = loaded(lab)
    mme = nodes_of(world, MMEState)[0]
    (context,) = mme.contexts
    vectors = (*context.vectors[:-1], replace(context.vectors[-1], status=VectorStatus.DELETED))
    changed = replace(mme, contexts=(replace(context, vectors=vectors),))

    with CaptureQueriesContext(connection) as captured:
        store.save(lab, world, replace(world, nodes=tuple(changed if n is mme else n for n in world.nodes)))

    (query,) = captured.captured_queries
    assert query["sql"].startswith("""UPDATE "nodes_authenticationvector" SET "status" = 'deleted' WHERE "lab_id" =""")
    statuses = models.AuthenticationVector.objects.filter(lab=lab, owner="mme-1").values_list("status", flat=True)
    assert list(statuses) == ["ACTIVE", "unused", "deleted"]


def test_what_an_mme_forgets_is_deleted_with_all_that_is_nested_in_it() -> None:
    lab = attached_lab(setup_of(ues=2)).lab
    lab = take(lab.key, actions.Command("ue-2", Attach("mme-1")))
    lab = take(lab.key, actions.Command("ue-1", Detach()))

    assert list(models.UEContext.objects.values_list("ue", flat=True)) == ["ue-2"]
    held = models.AuthenticationVector.objects.filter(owner="mme-1").values_list("imsi", flat=True)
    assert set(held) == {"999990000000002"}
    issued = models.AuthenticationVector.objects.filter(owner="hss").values_list("imsi", flat=True)
    assert set(issued) == {"999990000000001", "999990000000002"}
    assert everything(loaded(lab)) == everything(labs.state_of(lab)[0])


def test_labs_do_not_touch_each_other() -> None:
    """Two labs of one seed have the same IMSIs, RANDs and GUTIs."""
    one, other = attached_lab().lab, attached_lab().lab
    before = rows_of(one)

    take(other.key, actions.Command("ue-1", Detach()), ATTACH)
    services.reset(other.key, labs.seen_of(labs.get_lab(other.key)))

    assert rows_of(one) == before


def test_columns_are_what_people_look_for() -> None:
    """Octets are lower-case hex, enumerations their values."""
    lab = attached_lab().lab
    world = labs.state_of(lab)[0]
    mme = node(world, "mme-1")
    assert isinstance(mme, MMEState)
    (context,) = mme.contexts
    assert context.active is not None

    row = models.UEContext.objects.get()
    assert (row.node, row.ue, row.imsi, row.registered, row.old_guti) == ("mme-1", "ue-1", context.imsi, True, None)
    active = models.AuthenticationVector.objects.get(owner="mme-1", status="ACTIVE")
    assert active.rand == context.active.rand.hex()
    assert models.SCEFRecord.objects.get().active == active.rand
    assert models.SCEFRecord.objects.get().gutis == [row.guti]
    assert models.ASSession.objects.get().ks == models.SCEFKey.objects.get(rand=active.rand).ks
    assert models.UE.objects.get().guti == row.guti


def test_messages_in_flight_are_loaded_onto_their_links() -> None:
    lab = new_lab(pace=None).lab
    lab = take(lab.key, ATTACH, actions.Duplicate("ue-1", "mme-1"), actions.Hold("ue-1", "mme-1"))
    world = step(first_world(setup_of()), ATTACH)
    world = step(world, actions.Duplicate("ue-1", "mme-1"))

    assert loaded(lab).links == world.links
    assert loaded(lab).held == (("ue-1", "mme-1"),)
