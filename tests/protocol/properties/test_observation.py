"""The observation of a run: what was broken first, what is broken now, what was tried, and the words for it."""

import json

import pytest
from hypothesis import given, settings

from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.messages import commands
from nodes.protocol.messages.pushes import ActiveVectorPushRequest
from nodes.protocol.options import MTMSIReuse, Setup, Solution
from nodes.protocol.plain.conversion import from_plain, to_plain
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.properties.observation import (
    MOST_LASTING,
    FirstViolation,
    Judgement,
    LastingViolation,
    Observation,
    first_observation,
    statuses,
)
from nodes.protocol.properties.rest import is_at_rest
from nodes.protocol.properties.states import broken_in
from nodes.protocol.properties.verdict import touched_ues
from nodes.protocol.world import actions
from nodes.protocol.world.diff import diff
from nodes.protocol.world.engine import transition
from nodes.protocol.world.world import nodes_of
from tests.support.properties import Watched, watched
from tests.support.protocol import (
    ASK,
    ATTACH,
    DETACH,
    OPEN_SESSION,
    REALLOCATE,
    REAUTHENTICATE,
    SEND_READING,
    first,
    lab,
)
from tests.support.strategies import picks, setups, walk_from

BOTH = pytest.mark.parametrize("solution", Solution, ids=str)
PUSHES = ("mme-1", "scef")
MOST_OCTETS = 8192


def in_use(solution: Solution = Solution.PUSH) -> Watched:
    return watched(lab(solution)).after(ATTACH, OPEN_SESSION)


def flipped() -> Watched:
    """A late copy of the push of AV 1 has made it ACTIVE again."""
    run = watched(lab()).take(ATTACH).until(*PUSHES, ActiveVectorPushRequest)
    run = run.take(actions.Duplicate(*PUSHES), actions.Deliver(*PUSHES), actions.Hold(*PUSHES)).settle()
    return run.after(REAUTHENTICATE).take(actions.Deliver(*PUSHES, 1), actions.Release(*PUSHES)).settle()


def words(run: Watched) -> dict[str, tuple[str, str]]:
    """Judgement and reason of each property, for ue-1."""
    told = statuses(run.world, run.observation, ["ue-1"])
    return {each.property.id.value: (each.judgement.value, each.reason) for each in told}


# The observation


def test_the_first_violation_of_each_property_is_kept() -> None:
    run = in_use().after(REAUTHENTICATE)
    reason = "A message did not open at as-1: as-1 holds AV 1, ue-1 uses AV 2."
    first = run.take(SEND_READING, actions.Deliver("ue-1", "as-1"))
    broken = (FirstViolation(PropertyID.P3, run.number + 2, "ue-1", reason),)
    assert first.observation.broken == broken
    assert first.settle().after(REAUTHENTICATE, SEND_READING, ASK).observation.broken == broken


def test_two_properties_that_break_in_one_step_keep_their_order() -> None:
    run = in_use().take(actions.Hold(*PUSHES)).after(REAUTHENTICATE, ASK)
    assert [each.property for each in run.observation.broken] == [PropertyID.P2, PropertyID.P2Q]


def test_what_does_not_hold_now_is_known_since_its_step() -> None:
    run = flipped()
    (since,) = run.observation.standing
    assert (since.property, since.ue) == (PropertyID.P1, "ue-1")
    assert since.step == run.observation.broken[0].step
    asked = run.after(OPEN_SESSION)
    assert [each.property for each in asked.observation.standing] == [PropertyID.P1, PropertyID.P8]
    assert asked.observation.standing[0] == since
    assert run.after(REAUTHENTICATE).observation.standing == ()


def test_what_was_so_at_rest_is_not_over_while_something_is_under_way() -> None:
    run = in_use().after(DETACH)
    (since,) = run.observation.standing
    assert since.property is PropertyID.P6
    assert run.take(ASK).observation.standing == (since,)


def test_another_ues_violation_stays() -> None:
    run = watched(lab(ues=2)).after(ATTACH, DETACH)
    (since,) = run.observation.standing
    run = run.after(actions.Command("ue-2", commands.Attach("mme-1")), actions.Command("ue-2", commands.Detach()))
    assert [(each.property, each.ue) for each in run.observation.standing] == [
        (PropertyID.P6, "ue-1"),
        (PropertyID.P6, "ue-2"),
    ]
    assert run.observation.standing[0] == since


def test_an_old_guti_that_another_ue_gets_is_no_violation_any_more() -> None:
    """The step is about ue-2 only."""
    run = watched(lab(ues=2, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE)).after(ATTACH, DETACH)
    assert [each.ue for each in run.observation.standing] == ["ue-1"]
    run = run.take(actions.Command("ue-2", commands.Attach("mme-1")), actions.Deliver("ue-2", "mme-1"))
    assert run.observation.standing == ()


@BOTH
def test_what_was_tried_grows_with_the_run(solution: Solution) -> None:
    records = {"P5"} if solution is Solution.PUSH else set()
    run = watched(lab(solution))
    assert tried(run.take(ATTACH)) == set()
    run = run.after(ATTACH)
    assert tried(run) == {"P1", "P1a"} | records
    run = run.after(OPEN_SESSION)
    assert tried(run) == {"P1", "P1a", "P2", "P2q", "P4"} | records
    run = run.after(SEND_READING, REALLOCATE)
    assert tried(run) == {"P1", "P1a", "P2", "P2q", "P3", "P4", "P6"} | records


def tried(run: Watched) -> set[str]:
    assert list(run.observation.tried) == [each for each in PropertyID if each in run.observation.tried]
    return {each.value for each in run.observation.tried}


@BOTH
def test_an_observation_is_stored_as_json(solution: Solution) -> None:
    run = in_use(solution).take(actions.Hold(*PUSHES)).after(REAUTHENTICATE, ASK, SEND_READING).take(SEND_READING)
    run = run.take(actions.Alter("ue-1", "as-1"), ASK, DETACH)
    assert from_plain(Observation, json.loads(json.dumps(to_plain(run.observation)))) == run.observation
    assert from_plain(Observation, to_plain(first_observation())) == Observation()


def test_an_observation_stays_small() -> None:
    """70 UEs detach in solution 12: each breaks P6, and the lab's row grows no further."""
    run = watched(lab(ues=70))
    for number in range(1, 71):
        name = f"ue-{number}"
        run = run.after(actions.Command(name, commands.Attach("mme-1")), actions.Command(name, commands.Detach()))
    assert len(run.observation.standing) == MOST_LASTING
    assert len(json.dumps(to_plain(run.observation), separators=(",", ":"))) < MOST_OCTETS


# Standings


def test_nothing_was_tried_at_the_start() -> None:
    no_key, no_rest = "No AS has got a key yet.", "No UE has been registered and at rest yet."
    assert words(watched(lab())) == {
        "P1": ("not tried", no_rest),
        "P1a": ("not tried", no_rest),
        "P1w": ("not tried", "No end has waited for a NAS timer alone, for a registered UE, yet."),
        "P2": ("not tried", no_key),
        "P2q": ("not tried", "No AS has asked for a key and got it in quiet yet."),
        "P3": ("not tried", "No application message has come yet."),
        "P4": ("not tried", no_key),
        "P5": ("not tried", "Nothing has been pushed to the SCEF yet."),
        "P6": ("not tried", "No reallocation or detach has been completed yet."),
        "P7": ("holds", "18 steps lead to IN SYNC."),
        "P8": ("not tried", "No AS has been behind a UE that was registered and at rest yet."),
    }


def test_solution_11_has_no_records_to_judge() -> None:
    run = in_use(Solution.PULL)
    assert run.judgement(PropertyID.P5) == (Judgement.NOT_TRIED, "Solution 11 keeps no records at the SCEF.")


@BOTH
def test_all_hold_in_an_ordinary_run(solution: Solution) -> None:
    run = in_use(solution).after(SEND_READING, REALLOCATE)
    held = {each: told for each, told in words(run).items() if told[0] == "holds"}
    names = ["P1", "P1a", "P2", "P2q", "P3", "P4", "P5", "P6"]
    assert held == {
        **{name: ("holds", "") for name in names if name != "P5" or solution is Solution.PUSH},
        "P7": ("holds", "IN SYNC now."),
    }


def test_a_violation_of_a_step_names_the_first() -> None:
    run = in_use().after(REAUTHENTICATE, SEND_READING)
    (broken,) = run.observation.broken
    assert run.judgement(PropertyID.P3) == (Judgement.VIOLATED, broken.reason)
    (status,) = (each for each in statuses(run.world, run.observation, ["ue-1"]) if each.step is not None)
    assert (status.step, status.since) == (broken.step, None)


def test_a_violation_of_worlds_says_whether_it_holds_again() -> None:
    run = flipped()
    step = run.observation.broken[0].step
    reason = "The UE uses AV 2, but the network gives AV 1."
    assert run.judgement(PropertyID.P1) == (Judgement.VIOLATED, reason)
    assert run.broken_at(PropertyID.P1) == (step, step)
    mended = run.after(REAUTHENTICATE)
    assert mended.judgement(PropertyID.P1) == (Judgement.VIOLATED, reason)
    assert mended.broken_at(PropertyID.P1) == (step, None)


def test_a_violation_that_comes_back_says_since_when() -> None:
    run = watched(lab()).after(ATTACH, DETACH)
    step = run.observation.broken[0].step
    again = run.after(ATTACH, DETACH)
    since = again.observation.standing[0].step
    reason = "The UE's old GUTI still yields the key of AV 1."
    assert again.judgement(PropertyID.P6) == (Judgement.VIOLATED, reason)
    assert again.broken_at(PropertyID.P6) == (step, since)
    assert since > step


def test_a_violation_names_the_ue_where_there_are_several() -> None:
    run = watched(lab(ues=2)).after(ATTACH, DETACH)
    assert run.judgement(PropertyID.P6)[1].startswith("ue-1: The UE's old GUTI still yields")


def test_a_stored_run_of_before_a_property_was_watched_tells_what_is_so_now() -> None:
    run = in_use().after(REALLOCATE, REAUTHENTICATE)
    before = Observation(run.observation.monitor, tried=(PropertyID.P1,))
    (p8,) = (each for each in statuses(run.world, before, ["ue-1"]) if each.property.id is PropertyID.P8)
    assert (p8.judgement, p8.step) == (Judgement.VIOLATED, None)
    assert p8.reason == "as-1 holds AV 1, the UE uses AV 2, and asking with an old GUTI gives 404 (GUTI unknown)."


def test_no_way_out_is_not_a_violation() -> None:
    """The SCEF has lost the record, and none of the plans makes the MME push again."""
    run = in_use().after(REAUTHENTICATE, actions.Restart("scef"))
    assert run.judgement(PropertyID.P7) == (
        Judgement.NOT_TRIED,
        "Not shown: none of the plans tried leads to IN SYNC.",
    )


def test_the_same_touched_names_in_any_order_give_the_same_observation() -> None:
    world = lab(ues=3)
    action = ATTACH
    done = transition(world, action)
    touched = touched_ues(world, done.world, diff(world, done.world))
    there = first_observation().after(1, world, action, done, [*touched, "ue-2", "ue-3"])
    assert there == first_observation().after(1, world, action, done, ["ue-3", "ue-2", *touched])


def test_a_flag_that_was_mended_is_over_at_once() -> None:
    """P5 speaks of every moment, not of rest only."""
    standing = (LastingViolation(PropertyID.P1, "ue-1", 1), LastingViolation(PropertyID.P5, "ue-1", 1))
    world = lab()
    done = transition(world, ATTACH)
    assert Observation(standing=standing).after(2, world, ATTACH, done, ["ue-1"]).standing == standing[:1]


@given(setup=setups(), numbers=picks)
@settings(max_examples=60)
def test_on_any_walk_what_is_observed_step_by_step_is_what_the_world_shows(setup: Setup, numbers: list[int]) -> None:
    """Only UEs that a step touched are looked at; no other one changes. P5 holds whatever happens."""
    run = watched(first(setup))
    for _, action, _ in walk_from(run.world, numbers):
        run = run.take(action)
        standing = {(each.property, each.ue) for each in run.observation.standing}
        for ue in nodes_of(run.world, UEState):
            broken = {(each, ue.name) for each in broken_in(run.world, run.observation.monitor, ue)}
            known = {each for each in standing if each[1] == ue.name}
            assert broken == known if is_at_rest(run.world, ue) else broken <= known
    assert "P5" not in run.broken
    assert from_plain(Observation, to_plain(run.observation)) == run.observation
