"""A run follows another one under other options."""

from dataclasses import replace

import pytest
from hypothesis import given

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import CommandRefused
from nodes.protocol.hindrances import Hindrance, Refused
from nodes.protocol.messages import commands
from nodes.protocol.options import Options, Setup, Solution
from nodes.protocol.runs.rerun import Followed, Skipped, follow
from nodes.protocol.runs.trace import result_of
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action, LinkFault
from nodes.protocol.world.engine import next_delivery
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import World
from tests.protocol.test_protocol_properties import FEWER
from tests.support import strategies
from tests.support.golden import RUN, SESSION, TO_SCEF, script
from tests.support.protocol import (
    ACCESS,
    ATTACH,
    DETACH,
    IMSI_1,
    OPEN_SESSION,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    SEND_READING,
    TO_MME,
    TO_UE,
    command,
    expire,
    server_session,
    take,
    ue,
)

PUSH = Setup("test", Options(Solution.PUSH))
PULL = Setup("test", Options(Solution.PULL))


def under(setup: Setup, **options: object) -> Setup:
    return replace(setup, options=replace(setup.options, **options))  # type: ignore[arg-type]


def last(followed: Followed) -> World:
    return followed.transitions[-1].world


def sent(followed: Followed) -> list[str]:
    """Every message of a run, in order, each once."""
    events = (event for done in followed.transitions for event in done.events)
    return list(dict.fromkeys(event.message for event in events if event.message))


@FEWER
@given(strategies.setups(), strategies.picks)
def test_under_the_same_options_a_run_follows_itself(setup: Setup, numbers: list[int]) -> None:
    walk = list(strategies.walk_from(first_world(setup), numbers))
    taken = tuple(action for _, action, _ in walk)
    followed = follow(setup, taken, setup)
    assert followed.actions == taken
    assert followed.upto == tuple(range(1, len(taken) + 1))
    assert followed.skipped == ()
    assert [result_of(done.world) for done in followed.transitions] == [result_of(world) for _, _, world in walk]


@FEWER
@given(strategies.setups(), strategies.options, strategies.picks)
def test_any_run_can_be_followed(setup: Setup, options: Options, numbers: list[int]) -> None:
    walk = list(strategies.walk_from(first_world(setup), numbers))
    taken = tuple(action for _, action, _ in walk)
    other = replace(setup, options=options)
    followed = follow(setup, taken, other)
    assert take(first_world(other), *followed.actions) == (last(followed) if taken else first_world(other))
    assert len(followed.upto) == len(taken)
    assert list(followed.upto) == sorted(followed.upto)
    assert follow(setup, taken, other) == followed
    worlds = (first_world(other), *(done.world for done in followed.transitions))
    skipped = {each.number for each in followed.skipped}
    before = 0
    for number, (upto, (_, _, original)) in enumerate(zip(followed.upto, walk, strict=True), 1):
        assert upto > before or number in skipped
        assert next_delivery(worlds[upto]) is None or next_delivery(original) is not None
        before = upto


def test_a_push_has_no_counterpart_in_solution_11() -> None:
    taken = script(PUSH, ATTACH, RUN)
    followed = follow(PUSH, taken, PULL)
    assert next_delivery(last(followed)) is None
    assert {str(each.reason) for each in followed.skipped} == {
        "No KeysPushRequest waits from hss to scef",
        "No KeysPushAnswer waits from scef to hss",
        "No ActiveVectorPushRequest waits from mme-1 to scef",
        "No ActiveVectorPushAnswer waits from scef to mme-1",
    }
    assert followed.actions == script(PULL, ATTACH, RUN)


def test_messages_of_the_followed_run_alone_are_delivered_at_once() -> None:
    """11 knows no pushes: in 12 they arrive before the original does anything else."""
    taken = script(PULL, ATTACH, RUN)
    followed = follow(PULL, taken, PUSH)
    assert followed.actions[3:5] == (actions.Deliver("hss", "scef"), actions.Deliver("scef", "hss"))
    assert followed.upto[:4] == (1, 2, 5, 6)
    assert next_delivery(last(followed)) is None
    assert followed.skipped == ()


def test_an_own_message_waits_behind_one_that_the_original_has_in_flight() -> None:
    """With the repair the withdrawal follows the push, and nothing overtakes on a link."""
    late = (actions.Hold(*TO_SCEF), REAUTHENTICATE, RUN, actions.Release(*TO_SCEF))
    taken = script(PUSH, *SESSION, *late, REALLOCATE, actions.Deliver(*TO_SCEF))
    followed = follow(PUSH, taken, under(PUSH, withdraw_guti=True))
    assert followed.actions[-3:] == (REALLOCATE, actions.Deliver(*TO_SCEF), actions.Deliver(*TO_SCEF))
    assert [event.message for done in followed.transitions[-2:] for event in done.events[:1]] == [
        "ActiveVectorPushRequest",
        "GUTIWithdrawalRequest",
    ]


def test_held_links_hold_own_messages_too() -> None:
    taken = script(PULL, actions.Hold(*TO_SCEF), ATTACH, RUN, actions.Release(*TO_SCEF))
    followed = follow(PULL, taken, PUSH)
    assert "ActiveVectorPushAnswer" not in sent(replace(followed, transitions=followed.transitions[:-2]))
    assert followed.actions[-3:] == (
        actions.Release(*TO_SCEF),
        actions.Deliver(*TO_SCEF),
        actions.Deliver("scef", "mme-1"),
    )


def test_a_fault_is_done_to_the_message_of_the_same_name() -> None:
    """With one AV per request the challenge comes later; it is lost all the same."""
    taken = (*script(PUSH, *SESSION, REAUTHENTICATE), actions.Drop(*TO_UE))
    followed = follow(PUSH, taken, under(PUSH, vectors_per_request=1))
    assert followed.skipped == ()
    assert followed.actions[-1] == actions.Drop(*TO_UE)
    (event,) = followed.transitions[-1].events
    assert event.message == "AuthenticationRequest"


def test_a_message_is_found_wherever_it_stands() -> None:
    """With the repair the answer to the withdrawal stands before the answer to the push."""
    answers = ("scef", "mme-1")
    held = (actions.Hold(*answers), DETACH, RUN, ATTACH, RUN)
    taken = script(PUSH, *SESSION, *held, actions.Deliver(*answers))
    followed = follow(PUSH, taken, under(PUSH, withdraw_guti=True))
    assert followed.skipped == ()
    assert followed.actions[-1] == actions.Deliver(*answers, position=1)


def test_where_there_are_fewer_the_last_one_is_meant() -> None:
    """The followed run's first push left before the hold: its second one stands for the original's second."""
    setup = under(PUSH, reallocate_every_accesses=1)
    taken = (
        *script(setup, *SESSION, actions.Hold(*TO_SCEF), REAUTHENTICATE, RUN, RELEASE, RUN, ACCESS, RUN),
        actions.Deliver(*TO_SCEF, position=1),
    )
    followed = follow(setup, taken, PUSH)
    assert followed.actions[-1] == actions.Deliver(*TO_SCEF)
    assert followed.skipped[-1].number < len(taken)


def test_what_the_followed_run_refuses_is_skipped() -> None:
    """In 11 no push runs into a time-out, and an AS that learned one GUTI cannot ask by its second."""
    setup = under(PUSH, reallocate_every_accesses=1)
    second_guti = command("as-1", commands.AskForKey("ue-1", guti_index=1))
    lost = (REAUTHENTICATE, RUN, expire("mme-1", TimerName.PUSH, IMSI_1), RUN)
    taken = script(
        setup,
        *(
            *SESSION,
            RELEASE,
            RUN,
            ACCESS,
            RUN,
            OPEN_SESSION,
            RUN,
            second_guti,
            RUN,
            actions.Arm(*TO_SCEF, LinkFault.LOSE),
            *lost,
        ),
    )
    followed = follow(setup, taken, PULL)
    reasons = {type(each.action): each for each in followed.skipped if not isinstance(each.action, actions.Deliver)}
    assert reasons == {
        actions.Command: Skipped(
            taken.index(second_guti) + 1, second_guti, Refused(Hindrance.GUTI_NOT_LEARNED, ("as-1", 1, "ue-1"))
        ),
        actions.Expire: Skipped(
            taken.index(lost[2]) + 1,
            lost[2],
            "push answer does not run at mme-1",
        ),
    }


def test_lab_time_passes_on_both_sides() -> None:
    taken = (ATTACH, actions.Drop(*TO_MME), actions.Advance(25))
    followed = follow(PUSH, taken, PULL)
    assert followed.actions == taken
    assert ue(last(followed)).attempts == ue(take(first_world(PUSH), *taken)).attempts == 2


def test_own_messages_without_end_are_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound, lest a fault of the model keep the comparison from ever ending."""
    monkeypatch.setattr("nodes.protocol.runs.rerun.MOST_DELIVERIES", 1)
    taken = script(PULL, ATTACH, RUN)
    assert follow(PULL, taken, PUSH).upto[:4] == (1, 2, 4, 6)


def test_an_original_that_cannot_be_taken_is_an_error() -> None:
    wrong: tuple[Action, ...] = (ATTACH, ATTACH)
    with pytest.raises(CommandRefused):
        follow(PUSH, wrong, PULL)


def test_nothing_is_followed_by_nothing() -> None:
    assert follow(PUSH, (), PULL) == Followed(PULL, (), (), (), ())


def test_a_run_that_reads_is_followed_to_its_reading() -> None:
    """Both ends of the followed run are where the original's are: U = A = AV 1."""
    taken = script(PUSH, *SESSION, SEND_READING, RUN)
    followed = follow(PUSH, taken, PULL)
    assert ue(last(followed)).ks == server_session(last(followed)).ks is not None
