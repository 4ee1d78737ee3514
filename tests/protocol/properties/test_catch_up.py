"""P8, the AS can catch up by itself: where it holds, where it does not, and when it is put to the test."""

from typing import Any

import pytest

from nodes.protocol.messages import commands
from nodes.protocol.messages.application import OpenSession
from nodes.protocol.options import MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID, Witness
from nodes.protocol.properties.catch_up import is_left_behind, why_stuck
from nodes.protocol.properties.monitor import Monitor
from nodes.protocol.properties.observation import Judgement
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Command
from tests.support.properties import Watched, watched
from tests.support.protocol import (
    ASK,
    ATTACH,
    DETACH,
    OPEN_SESSION,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    SEND_READING,
    lab,
    ue,
)

BOTH = pytest.mark.parametrize("solution", Solution, ids=str)
P8 = PropertyID.P8
OLD_GUTI = "as-1 holds AV 1, the UE uses AV 2, and asking with an old GUTI gives 404 (GUTI unknown)."


def in_use(solution: Solution = Solution.PUSH, **options: Any) -> Watched:
    return watched(lab(solution, **options)).after(ATTACH, OPEN_SESSION)


def is_broken_now(run: Watched) -> bool:
    return P8 in {each.property for each in run.observation.standing}


@BOTH
@pytest.mark.parametrize("changes", [(REALLOCATE, REAUTHENTICATE), (REAUTHENTICATE, REALLOCATE)], ids=str)
def test_violated_once_guti_and_av_have_both_changed(solution: Solution, changes: tuple[Command, ...]) -> None:
    run = in_use(solution).after(*changes)
    assert run.broken["P8"] == OLD_GUTI
    assert is_broken_now(run.after(ASK, SEND_READING))


@BOTH
def test_a_new_session_of_the_ue_mends_it(solution: Solution) -> None:
    run = in_use(solution).after(REALLOCATE, REAUTHENTICATE, OPEN_SESSION)
    assert not is_broken_now(run)
    assert run.judgement(P8)[0] is Judgement.VIOLATED
    step, since = run.broken_at(P8)
    assert (step is not None, since) == (True, None)


@BOTH
def test_holds_while_only_the_av_has_changed(solution: Solution) -> None:
    run = in_use(solution).after(REAUTHENTICATE)
    assert run.judgement(P8) == (Judgement.HOLDS, "")


@BOTH
def test_an_as_that_holds_the_ues_key_has_nothing_to_catch_up_with(solution: Solution) -> None:
    """The GUTI alone has changed: asking would give nothing, and nothing is missing."""
    run = in_use(solution).after(REALLOCATE)
    assert run.judgement(P8)[0] is Judgement.NOT_TRIED
    assert not is_left_behind(run.world, ue(run.world))


@BOTH
@pytest.mark.parametrize("leave", [DETACH, POWER_CYCLE], ids=str)
def test_violated_after_the_ue_was_away(solution: Solution, leave: Command) -> None:
    """A new attach brings a new GUTI and a new AV, in the ordinary life of a device."""
    run = in_use(solution).after(leave, ATTACH)
    assert run.broken["P8"].startswith("as-1 holds AV 1, the UE uses AV ")
    assert run.broken["P8"].endswith(", and asking with an old GUTI gives 404 (GUTI unknown).")


def test_an_opening_that_a_reallocation_overtakes_leaves_the_as_without_any_key() -> None:
    run = watched(lab(Solution.PULL)).after(ATTACH).take(OPEN_SESSION, actions.Hold("ue-1", "as-1")).after(REALLOCATE)
    run = run.take(actions.Release("ue-1", "as-1")).until("ue-1", "as-1", OpenSession).settle()
    assert (
        run.broken["P8"] == "as-1 holds no AV, the UE uses AV 1, and asking with an old GUTI gives 404 (GUTI unknown)."
    )


@BOTH
def test_by_name_a_session_goes_on_under_the_key_that_it_began_with(solution: Solution) -> None:
    """Repair `named_key`: the AS is not behind while it holds the key under which the UE seals."""
    run = in_use(solution, named_key=True).after(REALLOCATE, REAUTHENTICATE, ASK)
    assert run.broken == {}


@BOTH
def test_by_name_a_request_is_routed_by_the_guti_all_the_same(solution: Solution) -> None:
    """Repair `named_key`: the AS has got no key yet when the GUTI changes."""
    run = watched(lab(solution, named_key=True)).after(ATTACH).take(OPEN_SESSION, actions.Hold("ue-1", "as-1"))
    run = run.settle().after(REALLOCATE).take(actions.Release("ue-1", "as-1")).settle()
    assert run.broken["P8"] == (
        "as-1 holds no AV, the UE uses AV 1, and asking with an old GUTI and the name of the UE's key gives"
        " 404 (GUTI unknown)."
    )


def test_another_ues_key_is_no_way_to_catch_up() -> None:
    """M-TMSI reuse: the GUTI that the AS knows is another UE's by now."""
    run = watched(lab(ues=2, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE)).after(ATTACH, OPEN_SESSION, DETACH)
    run = run.after(Command("ue-2", commands.Attach("mme-1")), ATTACH)
    assert run.broken["P8"] == "as-1 holds AV 1, the UE uses AV 4, and asking with an old GUTI gives AV 1 of ue-2."


def test_each_as_is_judged() -> None:
    other = Command("ue-1", commands.OpenApplicationSession("as-2"))
    run = watched(lab(servers=2)).after(ATTACH, OPEN_SESSION, other, REALLOCATE, REAUTHENTICATE, OPEN_SESSION)
    assert is_broken_now(run)
    assert why_stuck(run.world, Monitor(), ue(run.world)).startswith("as-2 holds AV 1")
    assert why_stuck(run.after(other).world, Monitor(), ue(run.after(other).world)) == ""


def test_not_judged_while_something_is_under_way_or_the_ue_is_away() -> None:
    run = in_use().after(REALLOCATE).take(REAUTHENTICATE).settle().take(ASK)
    assert not is_left_behind(run.world, ue(run.world))
    away = in_use(Solution.PULL).after(REAUTHENTICATE, DETACH)
    assert not is_left_behind(away.world, ue(away.world))


def test_that_an_as_was_behind_is_a_witness() -> None:
    assert Witness.AS_BEHIND not in in_use().observation.monitor.witnesses
    assert Witness.AS_BEHIND in in_use().after(REAUTHENTICATE).observation.monitor.witnesses
