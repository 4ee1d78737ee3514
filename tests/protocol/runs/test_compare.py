"""Two runs side by side, and where they differ."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.errors import NoSuchAction
from nodes.protocol.hindrances import Hindrance, Refused
from nodes.protocol.messages import commands
from nodes.protocol.options import SCEF, ActiveWhen, MTMSIReuse, Options, Setup, Solution
from nodes.protocol.properties.verdict import VerdictSummary, Word, judge
from nodes.protocol.runs.compare import Comparison, Difference, Fact, How, MessagesDiffer, OnlyMessage, Side, compare
from nodes.protocol.runs.rerun import Skipped, follow
from nodes.protocol.runs.trace import Trace, replay
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action
from nodes.protocol.world.events import message_name
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import Message, World
from tests.protocol.test_protocol_properties import FEWER
from tests.support import strategies
from tests.support.golden import RUN, SESSION, TO_SCEF, script
from tests.support.protocol import (
    ACCESS,
    ASK,
    ATTACH,
    DETACH,
    IMSI_1,
    MOVE,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    SEND_READING,
    TO_UE,
    command,
    take,
)

PUSH = Setup("test", Options(Solution.PUSH))
PULL = Setup("test", Options(Solution.PULL))
CARRYING = replace(PUSH.options, context_carries_rand=True)
REAUTHENTICATE_AT_NEW = command("mme-2", commands.Reauthenticate(IMSI_1))
LATE_PUSH = (*SESSION, REAUTHENTICATE, actions.Hold(*TO_SCEF), RUN, ASK)


def facts(found: Difference | None) -> tuple[Fact, str, str] | None:
    return None if found is None else (found.what, found.mine, found.theirs)


def at_rest(comparison: Comparison) -> tuple[Fact, str, str] | None:
    return facts(comparison.first_at_rest)


@FEWER
@given(strategies.setups(), strategies.options, strategies.picks)
def test_both_sides_are_judged_after_every_action(setup: Setup, options: Options, numbers: list[int]) -> None:
    taken = tuple(action for _, action, _ in strategies.walk_from(first_world(setup), numbers))
    compared = compare(setup, taken, options)
    followed = follow(setup, taken, replace(setup, options=options))
    assert (compared.upto, compared.skipped) == (followed.upto, followed.skipped)
    for side in (compared.mine, compared.theirs):
        assert side.worlds == (first_world(side.setup), *(done.world for done in side.transitions))
        assert [take(side.worlds[0], *side.actions)] == list(side.worlds[-1:])
        for step, world in enumerate(side.worlds):
            judged = {ue: judge(world, ue, "as-1").summary for ue in setup.ue_names}
            assert {ue: side.verdict(step, ue) for ue in setup.ue_names} == judged
        assert side.observation == replay(Trace("", side.setup, side.actions, "")).observation
    assert compared.first is None or compared.first.step_theirs == compared.upto[compared.first.step_mine - 1]


def test_the_same_options_differ_in_nothing() -> None:
    taken = script(PUSH, *LATE_PUSH)
    compared = compare(PUSH, taken, PUSH.options)
    assert compared.mine == compared.theirs
    assert (compared.first, compared.first_at_rest) == (None, None)
    assert (compared.first_message, compared.messages) == (None, None)


def test_in_12_a_held_push_leaves_the_network_with_the_av_before() -> None:
    """Under the same hold solution 11 has nothing to push."""
    taken = script(PUSH, *LATE_PUSH)
    compared = compare(PUSH, taken, PULL.options)
    step = len(taken) - 1
    assert compared.first_at_rest == Difference(step, compared.upto[step - 1], "ue-1", Fact.NETWORK, "AV 1", "AV 2")


def test_a_push_on_its_way_is_a_difference_but_none_at_rest() -> None:
    """11 has nothing on its way, and pushes that only the other side knows arrive at once."""
    taken = script(PUSH, *SESSION, REAUTHENTICATE, RUN)
    compared = compare(PUSH, taken, PULL.options)
    assert facts(compared.first) == (Fact.NETWORK, "AV 1", "AV 2")
    assert compared.first_at_rest is None
    backwards = compare(PULL, script(PULL, *SESSION, REAUTHENTICATE, RUN), PUSH.options)
    assert backwards.first is None


def test_the_first_message_of_one_side_only() -> None:
    taken = script(PUSH, *SESSION)
    assert compare(PUSH, taken, PULL.options).first_message == OnlyMessage("KeysPushRequest", "hss", SCEF, Side.MINE, 3)
    taken = script(PULL, *SESSION)
    assert compare(PULL, taken, PUSH.options).first_message == OnlyMessage(
        "KeysPushRequest", "hss", SCEF, Side.THEIRS, 3
    )


def test_a_message_of_the_other_side_is_told_at_the_action_of_the_original() -> None:
    taken = script(PUSH, *SESSION, DETACH, RUN)
    compared = compare(PUSH, taken, replace(PUSH.options, withdraw_guti=True))
    assert compared.first_message == OnlyMessage(
        "GUTIWithdrawalRequest", "mme-1", SCEF, Side.THEIRS, taken.index(DETACH) + 2
    )


def test_sides_of_one_solution_are_told_apart_by_their_options() -> None:
    """Repair named_key: what is sealed under another key is not opened, so that it does no harm."""
    taken = script(PUSH, *SESSION, REAUTHENTICATE, RUN, SEND_READING, RUN)
    compared = compare(PUSH, taken, replace(PUSH.options, named_key=True, vectors_per_request=1))
    assert at_rest(compared) == (Fact.HARM, "1", "0")


def test_a_withdrawn_guti_gives_no_key() -> None:
    taken = script(PUSH, *SESSION, REALLOCATE)
    compared = compare(PUSH, taken, replace(PUSH.options, withdraw_guti=True))
    assert facts(compared.first) == (Fact.NETWORK, "AV 1", "no AV")


def test_the_word_is_told_where_keys_and_harm_are_the_same() -> None:
    """The AS holds the key of before on both sides; the answer to the push is on its way in 12 only."""
    answers = actions.Hold(SCEF, "mme-1")
    taken = script(PUSH, *SESSION, answers, REAUTHENTICATE, RUN)
    compared = compare(PUSH, taken, PULL.options)
    assert at_rest(compared) == (Fact.WORD, "IN TRANSIT", "OUT OF SYNC")


def test_the_key_of_another_ue_is_named_by_its_imsi() -> None:
    """An M-TMSI that is used again: the AS asks for UE A and gets the key of UE B."""
    setup = Setup("test", Options(m_tmsi_reuse=MTMSIReuse.LOWEST_FREE), ues=2)
    second = command("ue-2", commands.Attach("mme-1"))
    taken = script(setup, *SESSION, DETACH, RUN, second, RUN, ASK, RUN)
    compared = compare(setup, taken, replace(setup.options, m_tmsi_reuse=MTMSIReuse.NEVER))
    assert at_rest(compared) == (Fact.NETWORK, "AV 1 of 999990000000002", "AV 1")


def test_what_the_other_side_cannot_take_is_told() -> None:
    taken = script(PULL, *SESSION, RELEASE, RUN, ACCESS)
    wrong: tuple[Action, ...] = (*taken, actions.Drop(*TO_UE))
    with pytest.raises(NoSuchAction):
        compare(PULL, wrong, PUSH.options)
    first = next(each for each in compare(PULL, taken, PUSH.options).skipped)
    assert first == Skipped(
        first.number,
        actions.Deliver(SCEF, "mme-1"),
        Refused(Hindrance.NO_SUCH_MESSAGE, ("T6aKeyRequest", SCEF, "mme-1")),
    )


def test_a_ue_that_nothing_happened_to_has_its_first_verdict() -> None:
    compared = compare(replace(PUSH, ues=2), (ATTACH,), PULL.options)
    assert compared.mine.verdict(1, "ue-2") == VerdictSummary(Word.NO_KEY_YET, None, None, None, 0)
    assert list(compared.mine.verdicts[1]) == ["ue-1"]


# Whether both sides send the same messages


def sent(worlds: tuple[World, ...]) -> list[tuple[str, str, Message]]:
    """All messages that a run sends, with source and destination, in order."""
    found: dict[int, tuple[str, str, Message]] = {}
    for world in worlds:
        for link in world.links:
            for envelope in link.queue:
                if envelope.copy == 1:
                    found.setdefault(envelope.number, (*link.key, envelope.message))
    return [found[number] for number in sorted(found)]


def kinds(messages: list[tuple[str, str, Message]]) -> list[tuple[str, str, str]]:
    return [(source, destination, message_name(message)) for source, destination, message in messages]


@FEWER
@given(setup=strategies.setups(), options=strategies.options, numbers=strategies.picks, same=st.booleans())
def test_both_sides_send_the_same_messages_exactly_if_it_is_said(
    setup: Setup, options: Options, numbers: list[int], *, same: bool
) -> None:
    taken = tuple(action for _, action, _ in strategies.walk_from(first_world(setup), numbers))
    # Options that a walk seldom meets, so that runs are often the same.
    other = replace(setup.options, vectors_per_request=options.vectors_per_request) if same else options
    compared = compare(setup, taken, other)
    altered = any(isinstance(action, actions.Alter) for action in taken)
    mine, theirs = (sent(side.worlds) for side in (compared.mine, compared.theirs))
    numbers_differ = Counter(kinds(mine)) != Counter(kinds(theirs))
    is_said = compared.first_message is None and compared.messages is None
    if not altered:
        assert is_said is (mine == theirs)
    if compared.first_message is not None:
        assert set(kinds(mine)) != set(kinds(theirs))
    elif compared.messages is not None:
        assert (compared.messages.how is How.NUMBER) is numbers_differ
        assert (compared.messages.how is How.CONTENTS) is (kinds(mine) == kinds(theirs))


def test_one_message_more_of_a_kind_is_told() -> None:
    """Change of MME in solution 12: with the RAND over S10 the new MME pushes too."""
    setup = replace(PUSH, mmes=2)
    taken = script(setup, *SESSION, MOVE, RUN)
    compared = compare(setup, script(setup, *SESSION, MOVE, RUN, REAUTHENTICATE_AT_NEW, RUN), CARRYING)
    more = compare(setup, taken, CARRYING)
    assert more.first_message == OnlyMessage(
        "ActiveVectorPushRequest", "mme-2", SCEF, Side.THEIRS, more.first_message.step_mine if more.first_message else 0
    )
    assert compared.first_message is None
    assert compared.messages is not None
    assert (compared.messages.how, compared.messages.name) == (How.NUMBER, "ActiveVectorPushRequest")
    assert (compared.messages.mine, compared.messages.theirs) == (1, 2)


def test_the_same_kinds_with_other_contents_are_told() -> None:
    """Repair ordered_push: orders of pushes are carried, first in what the HSS answers."""
    taken = script(PUSH, *SESSION)
    compared = compare(PUSH, taken, replace(PUSH.options, ordered_push=True))
    assert compared.messages is not None
    assert compared.messages == MessagesDiffer(
        How.CONTENTS, "AuthenticationInformationAnswer", "hss", "mme-1", 1, 1, compared.messages.step_mine
    )


def test_another_order_is_told() -> None:
    """Solution 12 when RES is verified: the push goes out before SECURITY MODE COMPLETE is asked for."""
    taken = script(PUSH, *SESSION)
    compared = compare(PUSH, taken, replace(PUSH.options, active_when=ActiveWhen.RES_VERIFIED))
    assert compared.messages is not None
    assert compared.messages.how is How.ORDER


def test_the_verdicts_are_those_on_the_as_that_is_asked_for() -> None:
    """as-1 has no session on either side; as-2 does."""
    setup = replace(PUSH, application_servers=2)
    second = command("ue-1", commands.OpenApplicationSession("as-2"))
    taken = script(setup, ATTACH, RUN, second, RUN, actions.Hold(*TO_SCEF), REAUTHENTICATE, RUN)
    shown = compare(setup, taken, PULL.options, "as-2")
    assert shown.first is not None
    assert shown.mine.verdict(len(taken), "ue-1").application_server is not None
    assert compare(setup, taken, PULL.options).mine.verdict(len(taken), "ue-1").application_server is None
