"""The HSS: its AVs, its pushes, and what its operator does."""

from dataclasses import replace

import pytest

from nodes.protocol.crypto.sqn import DELTA, ind, seq
from nodes.protocol.entities.hss import table as hss
from nodes.protocol.entities.hss.table import HSSState, OpenKeysPush
from nodes.protocol.entities.machine import Note, NoteKind, Send, Step
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.errors import CommandRefused
from nodes.protocol.messages import commands, nas, s6a
from nodes.protocol.messages.pushes import KeyPair, KeysPushAnswer, KeysPushRequest
from nodes.protocol.octets import AMF
from nodes.protocol.options import HSS, SCEF, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.genesis import imsi_of
from nodes.protocol.world.subjects import why_busy
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ATTACH,
    DETACH,
    IMSI_1,
    OPEN_SESSION,
    REAUTHENTICATE,
    TO_UE,
    after,
    command,
    context,
    expire,
    in_flight,
    lab,
    ladder,
    lose_all,
    node_as,
    record,
    server_session,
    settle,
    subscriber,
    take,
    timers,
    ue,
    until,
)

TO_SCEF = (HSS, SCEF)
TO_MME = (HSS, "mme-1")
PUSH_TIMER = expire(HSS, TimerName.PUSH, f"{IMSI_1}.1")
UNKNOWN = imsi_of("ue-9")


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_as_many_avs_as_are_asked_for(count: int) -> None:
    world = after(lab(vectors_per_request=count), ATTACH)
    assert len(context(world).vectors) == count
    assert [(seq(issued.sqn), ind(issued.sqn)) for issued in subscriber(world).issued] == [
        (number, number) for number in range(1, count + 1)
    ]
    assert len({issued.rand for issued in subscriber(world).issued}) == count


def test_push_has_one_pair_per_av() -> None:
    """Contribution 2.2 step 3: "multiple pairs of RAND and Ks"."""
    world = until(take(lab(), ATTACH), *TO_SCEF, KeysPushRequest)
    request = in_flight(world, *TO_SCEF)[0]
    assert isinstance(request, KeysPushRequest)
    assert (request.imsi, request.push) == (IMSI_1, 1)
    assert [pair.rand for pair in request.pairs] == [issued.rand for issued in subscriber(world).issued]
    assert ue(settle(world).world).ks == request.pairs[0].ks


def test_push_is_repeated_until_answered() -> None:
    """However often; the MME's is not."""
    world = take(until(take(lab(), ATTACH), *TO_SCEF, KeysPushRequest), actions.Drop(*TO_SCEF))
    world = settle(world).world
    for number in range(2, 9):
        world = take(world, PUSH_TIMER, actions.Drop(*TO_SCEF))
        assert subscriber(world).open_pushes[0].attempts == number
    told = ladder(world, PUSH_TIMER)
    assert told.sent == ["hss > scef KeysPushRequest", "scef > hss KeysPushAnswer"]
    assert told.notes == ["hss: no answer, repeats", "scef: parked RAND found: ACTIVE"]
    assert timers(told.world) == []
    assert server_session(after(told.world, OPEN_SESSION)).ks == ue(told.world).ks


def test_pushes_are_repeated_each_by_itself() -> None:
    world = lose_all(until(take(lab(vectors_per_request=1), ATTACH), *TO_SCEF, KeysPushRequest))
    world = after(world, expire("mme-1", TimerName.S6A, IMSI_1))
    assert [push.push for push in subscriber(world).open_pushes] == [1]
    told = ladder(world, PUSH_TIMER)
    assert len(record(told.world).pairs) == 2
    assert subscriber(told.world).open_pushes == ()


def test_one_of_several_open_pushes_is_answered() -> None:
    world = take(lab(vectors_per_request=1), ATTACH, actions.Hold(*TO_SCEF))
    world = after(settle(world).world, REAUTHENTICATE)
    assert [push.push for push in subscriber(world).open_pushes] == [1, 2]
    told = ladder(world, expire(HSS, TimerName.PUSH, f"{IMSI_1}.2"), actions.Deliver(*TO_SCEF, position=1))
    assert [(push.push, push.attempts) for push in subscriber(told.world).open_pushes] == [(1, 1)]


def test_repeated_push_and_repeated_answer() -> None:
    """The SCEF is idempotent, the HSS drops the second answer."""
    world = until(take(lab(), ATTACH), *TO_SCEF, KeysPushRequest)
    told = settle(take(world, actions.Duplicate(*TO_SCEF)))
    assert told.of_kind(NoteKind.DROPPED) == ["hss: answers no open push"]
    assert len(record(told.world).pairs) == 3


def test_solution_11_pushes_nothing() -> None:
    told = ladder(lab(Solution.PULL), ATTACH)
    assert [line for line in told.sent if "Push" in line] == []
    assert subscriber(told.world).open_pushes == ()


def test_unknown_imsi() -> None:
    """TS 29.272 §7.4: 5001."""
    world = lab()
    request = s6a.AuthenticationInformationRequest(UNKNOWN, 1, ue(world).plmn_id, 1)
    step = hss.on_authentication_information_request(node_as(world, HSS, HSSState), request, "mme-1")
    error = s6a.S6aError.DIAMETER_ERROR_USER_UNKNOWN
    assert step.outputs[0] == Note(Remark.IMSI_UNKNOWN, values=(5001,))
    assert step.outputs[1:] == (Send("mme-1", s6a.AuthenticationInformationAnswer(UNKNOWN, 1, error=error)),)


@pytest.mark.parametrize("push_of", [UNKNOWN, IMSI_1], ids=["unknown IMSI", "no open push"])
def test_answer_and_expiry_that_no_push_waits_for(push_of: str) -> None:
    state = node_as(lab(), HSS, HSSState)
    answer = KeysPushAnswer(imsi_of("ue-9") if push_of == UNKNOWN else IMSI_1, 1)
    assert hss.on_keys_push_answer(state, answer, SCEF) == Step(
        state, (Note(Remark.ANSWERS_NO_OPEN_PUSH, NoteKind.DROPPED),)
    )
    assert hss.on_push_expiry(state, f"{push_of}.1") == Step(state, (Note(Remark.NO_OPEN_PUSH),))


def test_open_push_knows_what_it_repeats() -> None:
    world = until(take(lab(vectors_per_request=1), ATTACH), *TO_SCEF, KeysPushRequest)
    issued = subscriber(world).issued[0]
    (push,) = subscriber(world).open_pushes
    assert push == OpenKeysPush(1, (KeyPair(issued.rand, push.pairs[0].ks),))


# Synchronisation


def test_jump_of_more_than_delta_is_resynchronised() -> None:
    """TS 33.102 §C.2.1: the HSS is far ahead of the USIM."""
    before = after(lab(Solution.PULL, vectors_per_request=1), ATTACH)
    told = ladder(before, command(HSS, commands.SetSQN(IMSI_1, (DELTA + 2) << 5)), REAUTHENTICATE)
    assert "ue-1: AUTN refused: SQN is out of range, cause #21" in told.notes
    assert "hss: SQN resynchronised" in told.notes
    assert seq(subscriber(told.world).sqn) == 2
    assert ue(told.world).phase is UEPhase.REGISTERED


def test_sqn_wraps_around_and_is_resynchronised() -> None:
    before = after(lab(Solution.PULL, vectors_per_request=1), ATTACH)
    told = ladder(before, command(HSS, commands.SetSQN(IMSI_1, (1 << 48) - 1)), REAUTHENTICATE)
    assert "ue-1: AUTN refused: SQN is out of range, cause #21" in told.notes
    assert ue(told.world).ks != ue(before).ks


# Repair `ordered_push`


def test_answers_with_avs_are_numbered_with_the_repair() -> None:
    world = until(take(lab(ordered_push=True), ATTACH), *TO_MME, s6a.AuthenticationInformationAnswer)
    assert epochs(world) == [1]
    world = until(take(after(settle(world).world, DETACH), ATTACH), *TO_MME, s6a.AuthenticationInformationAnswer)
    assert epochs(world) == [2]
    assert subscriber(world).answers == 2


@pytest.mark.parametrize(
    "world", [lab(), lab(Solution.PULL, ordered_push=True)], ids=["without the repair", "solution 11"]
)
def test_answers_are_not_numbered_without_the_repair_or_in_solution_11(world: World) -> None:
    world = until(take(world, ATTACH), *TO_MME, s6a.AuthenticationInformationAnswer)
    assert epochs(world) == [None]
    assert subscriber(world).answers == 0


def test_answer_without_avs_has_no_number() -> None:
    world = after(lab(ordered_push=True), command(HSS, commands.SetProvisioned(IMSI_1, provisioned=False)))
    world = until(take(world, ATTACH), *TO_MME, s6a.AuthenticationInformationAnswer)
    assert epochs(world) == [None]
    assert subscriber(world).answers == 0


def epochs(world: World) -> list[int | None]:
    answers = in_flight(world, *TO_MME)
    return [answer.epoch for answer in answers if isinstance(answer, s6a.AuthenticationInformationAnswer)]


# Restart


def test_restart_loses_pushes_without_an_answer_and_nothing_else() -> None:
    """Subscriber data are permanent (TS 23.007, from memory); the pairs never come, which is ours."""
    before = take(lab(ordered_push=True), ATTACH, actions.Hold(*TO_SCEF))
    before = lose_all(settle(before).world)
    told = ladder(before, actions.Restart(HSS))
    assert told.notes == ["hss: loses 1 push to the SCEF without an answer; subscriptions and SQN stay"]
    assert subscriber(told.world) == replace(subscriber(before), open_pushes=())
    assert (HSS, "push answer") not in timers(told.world)
    assert record(told.world).pairs == ()
    assert why_busy(told.world, ue(told.world)) == "a push is parked at the SCEF"


def test_restart_with_nothing_to_lose() -> None:
    before = after(lab(), ATTACH)
    told = ladder(before, actions.Restart(HSS))
    assert told.notes == ["hss: nothing to lose; subscriptions and SQN stay"]
    assert told.world == before


# Commands of an operator


@pytest.mark.parametrize("sqn", [-1, 1 << 48])
def test_sqn_has_48_bits(sqn: int) -> None:
    with pytest.raises(CommandRefused, match="SQN is 48 bits"):
        take(lab(), command(HSS, commands.SetSQN(IMSI_1, sqn)))


def test_amf_has_2_octets() -> None:
    with pytest.raises(CommandRefused, match=r"AMF is 2 octets .*, got 1"):
        take(lab(), command(HSS, commands.SetAMF(IMSI_1, AMF(b"\x80"))))


def test_operator_needs_a_subscription() -> None:
    with pytest.raises(CommandRefused, match=f"no subscription of IMSI {UNKNOWN}"):
        take(lab(), command(HSS, commands.SetSQN(UNKNOWN, 0)))


def test_subscription_is_removed_and_put_back() -> None:
    told = ladder(
        lab(),
        command(HSS, commands.SetProvisioned(IMSI_1, provisioned=False)),
        ATTACH,
        command(HSS, commands.SetProvisioned(IMSI_1, provisioned=True)),
        ATTACH,
    )
    assert [note for note in told.notes if "subscription" in note] == [
        "hss: subscription removed",
        "hss: subscription put back",
    ]
    assert ue(told.world).phase is UEPhase.REGISTERED


def test_vectors_of_two_ues_have_nothing_in_common() -> None:
    world = after(lab(ues=2), ATTACH, command("ue-2", commands.Attach("mme-1")))
    one, two = node_as(world, HSS, HSSState).subscribers
    assert not {issued.rand for issued in one.issued} & {issued.rand for issued in two.issued}
    assert one.credentials.opc != two.credentials.opc


def test_k_asme_is_the_same_at_hss_mme_and_ue() -> None:
    world = until(take(lab(), ATTACH), *TO_UE, nas.SecurityModeCommand)
    assert context(world).vectors[0].k_asme == subscriber(world).issued[0].k_asme
    partial = ue(world).partial
    assert partial is not None
    assert partial.k_asme == subscriber(world).issued[0].k_asme
