"""The SCEF: in solution 11 it passes requests on, in solution 12 it keeps records."""

import pytest

from nodes.protocol.entities.machine import Note, NoteKind, Send, Step, handle
from nodes.protocol.entities.scef import table as scef
from nodes.protocol.entities.scef.table import HANDLERS, Record, SCEFState
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import UnexpectedMessage
from nodes.protocol.identities import GUMMEI, GUTI, IMSI
from nodes.protocol.messages import commands
from nodes.protocol.messages.key_requests import (
    KeyResult,
    KeyRetrievalAnswer,
    KeyRetrievalRequest,
    T6aKeyAnswer,
    T6aKeyRequest,
)
from nodes.protocol.messages.pushes import ActiveVectorPushRequest, KeyPair, KeysPushRequest, PushOrder
from nodes.protocol.octets import KN, RAND, Ks
from nodes.protocol.options import HSS, SCEF, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ASK,
    ATTACH,
    DETACH,
    IMSI_1,
    IMSI_2,
    OPEN_SESSION,
    REALLOCATE,
    REAUTHENTICATE,
    after,
    command,
    context,
    expire,
    in_flight,
    lab,
    ladder,
    record,
    server_session,
    settle,
    take,
    timers,
    ue,
    until,
)
from tests.support.protocol import (
    scef as scef_of,
)

FROM_HSS = (HSS, SCEF)
FROM_MME = ("mme-1", SCEF)
T6A = expire(SCEF, TimerName.T6A, "as-1/ue-1.1")
PAIRS = tuple(KeyPair(RAND(bytes((number,)) * 16), Ks(bytes((number,)) * 32)) for number in (1, 2, 3))


def with_key(solution: Solution) -> World:
    return after(lab(solution), ATTACH, OPEN_SESSION)


def guti_of(world: World) -> GUTI:
    guti = ue(world).guti
    assert guti is not None
    return guti


def given(*messages: object) -> SCEFState:
    """A SCEF of solution 12 after these messages, all of them from the node that sends such."""
    state = scef_of(lab())
    for message in messages:
        state = handle(HANDLERS, state, message, "mme-1").state
    return state


def push(number: int, rand: RAND, *m_tmsis: int, imsi: str = IMSI_1) -> ActiveVectorPushRequest:
    gummei = scef_of(lab()).routes[0].gummei
    gutis = tuple(GUTI(gummei, m_tmsi) for m_tmsi in m_tmsis)
    return ActiveVectorPushRequest(IMSI(imsi), number, rand, gutis)


# Solution 12


def test_one_key_is_active_and_no_other() -> None:
    """Contribution 2.2 step 5."""
    state = given(KeysPushRequest(IMSI_1, 1, PAIRS), push(1, PAIRS[0].rand, 1), push(2, PAIRS[1].rand, 1))
    assert state.records == (Record(IMSI_1, PAIRS, PAIRS[1].rand, push(2, PAIRS[1].rand, 1).gutis),)


def test_mme_push_before_the_hss_push_is_parked() -> None:
    """ACTIVE is cleared until the pair is known."""
    state = given(KeysPushRequest(IMSI_1, 1, PAIRS[:1]), push(1, PAIRS[0].rand, 1), push(2, PAIRS[1].rand, 2))
    (parked,) = state.records
    assert (parked.active, parked.parked) == (None, PAIRS[1].rand)
    assert scef.key_for(state, parked.gutis[0]) == (KeyResult.NO_KEY_YET, None, None)
    state = handle(HANDLERS, state, KeysPushRequest(IMSI_1, 2, PAIRS[1:]), HSS).state
    (found,) = state.records
    assert (found.active, found.parked) == (PAIRS[1].rand, None)
    assert scef.key_for(state, parked.gutis[0]) == (KeyResult.OK, PAIRS[1].ks, PAIRS[1].rand)


def test_parked_push_of_an_unknown_imsi_makes_a_record() -> None:
    state = given(push(1, PAIRS[2].rand, 7))
    assert [(each.imsi, each.parked, len(each.gutis)) for each in state.records] == [(IMSI_1, PAIRS[2].rand, 1)]


def test_newer_push_replaces_a_parked_one() -> None:
    state = given(KeysPushRequest(IMSI_1, 1, PAIRS[:2]), push(1, PAIRS[2].rand, 1), push(2, PAIRS[1].rand, 1))
    assert (state.records[0].active, state.records[0].parked) == (PAIRS[1].rand, None)
    state = handle(HANDLERS, state, KeysPushRequest(IMSI_1, 2, PAIRS[2:]), HSS).state
    assert state.records[0].active == PAIRS[1].rand


def test_hss_push_without_the_parked_rand_leaves_it_parked() -> None:
    state = given(push(1, PAIRS[2].rand, 1), KeysPushRequest(IMSI_1, 1, PAIRS[:2]))
    assert (state.records[0].active, state.records[0].parked) == (None, PAIRS[2].rand)


def test_pairs_extend_the_list_and_come_once() -> None:
    state = given(KeysPushRequest(IMSI_1, 1, PAIRS[:2]), KeysPushRequest(IMSI_1, 2, PAIRS[1:]))
    assert state.records[0].pairs == PAIRS


def test_repeated_mme_push_is_answered_with_success_and_changes_nothing() -> None:
    state = given(KeysPushRequest(IMSI_1, 1, PAIRS), push(1, PAIRS[0].rand, 1))
    step = handle(HANDLERS, state, push(1, PAIRS[0].rand, 1), "mme-1")
    assert step.state == state
    assert isinstance(step.outputs[-1], Send)


def test_guti_bound_to_another_imsi_is_unbound_there() -> None:
    state = given(push(1, PAIRS[0].rand, 1, 2), push(1, PAIRS[1].rand, 2, 3, imsi=IMSI_2))
    assert [[guti.m_tmsi for guti in each.gutis] for each in state.records] == [[1], [2, 3]]


def test_records_are_sorted_by_imsi() -> None:
    state = given(push(1, PAIRS[0].rand, 2, imsi=IMSI_2), push(1, PAIRS[0].rand, 1))
    assert [each.imsi for each in state.records] == [IMSI_1, IMSI_2]
    assert scef.record_of(state, "0") is None


def test_late_push_flips_active_back() -> None:
    """The older push comes after the newer one, and the AS gets the key that the UE no longer uses."""
    world = until(take(with_key(Solution.PUSH), REAUTHENTICATE), *FROM_MME, ActiveVectorPushRequest)
    world = take(settle(take(world, actions.Hold(*FROM_MME))).world, expire("mme-1", TimerName.PUSH, IMSI_1))
    world = take(world, actions.Deliver(*FROM_MME))
    world = settle(world).world
    world = take(world, REAUTHENTICATE)
    world = settle(world).world
    assert len(in_flight(world, *FROM_MME)) == 2
    world = settle(take(world, actions.Deliver(*FROM_MME, position=1))).world
    assert record(world).active == context(world).vectors[2].rand
    told = ladder(world, actions.Deliver(*FROM_MME), ASK)
    assert record(told.world).active == context(told.world).vectors[1].rand
    assert server_session(told.world).ks != ue(told.world).ks


def test_record_stays_after_a_detach() -> None:
    """Nothing withdraws the GUTI: the SCEF still gives the key."""
    world = after(with_key(Solution.PUSH), DETACH, ASK)
    assert server_session(world).last_result is KeyResult.OK


def test_old_guti_is_answered_while_the_push_is_on_its_way() -> None:
    world = until(take(with_key(Solution.PUSH), REALLOCATE), *FROM_MME, ActiveVectorPushRequest)
    held = take(world, actions.Hold(*FROM_MME))
    assert server_session(after(held, ASK)).last_result is KeyResult.OK
    assert server_session(after(world, ASK)).last_result is KeyResult.GUTI_UNKNOWN


def test_solution_12_asks_no_mme() -> None:
    with pytest.raises(UnexpectedMessage, match="T6aKeyAnswer in solution 12: solution_12_asks_no_mme"):
        given(T6aKeyAnswer("as-1", "ue-1.1", KeyResult.OK))


# Solution 11


def test_name_of_the_key_goes_on_to_the_mme() -> None:
    """Repair `named_key`."""
    world = lab(Solution.PULL)
    state = scef_of(world)
    guti = GUTI(state.routes[0].gummei, 1)
    step = scef.on_key_request_pull(state, KeyRetrievalRequest("as-1", "ue-1.1", guti, KN(bytes(8))), "as-1")
    assert step.outputs[0] == Send("mme-1", T6aKeyRequest("as-1", "ue-1.1", guti, KN(bytes(8))))


def test_mme_is_found_by_the_gummei() -> None:
    """Contribution 2.1 step 4: "the respective MME"."""
    world = after(lab(Solution.PULL, mmes=2), command("ue-1", commands.Attach("mme-2")))
    assert "scef > mme-2 T6aKeyRequest" in ladder(world, OPEN_SESSION).sent


def test_unknown_gummei_is_a_bad_gateway() -> None:
    world = lab(Solution.PULL)
    known = scef_of(world).routes[0].gummei
    foreign = GUTI(GUMMEI(known.plmn_id, known.mme_group_id, 200), 1)
    step = scef.on_key_request_pull(scef_of(world), KeyRetrievalRequest("as-1", "ue-1.1", foreign), "as-1")
    assert step.state == scef_of(world)
    assert step.outputs == (
        Note(Remark.NO_SUCH_GUMMEI),
        Send("as-1", KeyRetrievalAnswer("as-1", "ue-1.1", KeyResult.BAD_GATEWAY)),
    )


def asked_silent_mme() -> World:
    world = until(take(after(lab(Solution.PULL), ATTACH), OPEN_SESSION), SCEF, "mme-1", T6aKeyRequest)
    return take(world, actions.Drop(SCEF, "mme-1"))


def test_silent_mme_is_a_time_out() -> None:
    told = ladder(asked_silent_mme(), T6A)
    assert told.sent == ["scef > as-1 KeyRetrievalAnswer"]
    assert told.notes == ["scef: MME silent", "as-1: no key: time-out (504)"]
    assert scef_of(told.world).transactions == ()
    assert timers(told.world) == []


def test_answer_after_the_time_out_is_dropped() -> None:
    world = until(take(after(lab(Solution.PULL), ATTACH), OPEN_SESSION), "mme-1", SCEF, T6aKeyAnswer)
    told = ladder(world, T6A)
    assert told.of_kind(NoteKind.DROPPED) == ["scef: answers no open transaction"]
    assert server_session(told.world).last_result is KeyResult.TIME_OUT


def test_request_that_the_as_repeats_is_one_transaction() -> None:
    world = take(asked_silent_mme(), expire("as-1", TimerName.NORTHBOUND, "ue-1"))
    told = settle(world)
    assert told.sent == ["scef > mme-1 T6aKeyRequest", "mme-1 > scef T6aKeyAnswer", "scef > as-1 KeyRetrievalAnswer"]
    assert scef_of(told.world).transactions == ()


def test_transactions_of_several_ass_are_open_at_once() -> None:
    world = after(lab(Solution.PULL, servers=2), ATTACH)
    world = take(world, actions.Hold(SCEF, "mme-1"))
    for server in ("as-2", "as-1"):
        world = after(world, command("ue-1", commands.OpenApplicationSession(server)))
    assert [(each.origin, each.requester) for each in scef_of(world).transactions] == [
        ("as-1", "as-1"),
        ("as-2", "as-2"),
    ]
    told = settle(take(world, actions.Release(SCEF, "mme-1")))
    assert {server_session(told.world, name=server).ks for server in ("as-1", "as-2")} == {ue(world).ks}


def test_expiry_that_no_transaction_waits_for_changes_nothing() -> None:
    state = scef_of(lab(Solution.PULL))
    assert scef.on_t6a_expiry(state, "as-1/ue-1.1") == Step(state, (Note(Remark.NO_OPEN_TRANSACTION),))


def test_solution_11_gets_no_pushes() -> None:
    state = scef_of(lab(Solution.PULL))
    with pytest.raises(UnexpectedMessage, match="KeysPushRequest in solution 11: solution_11_pushes_nothing"):
        handle(HANDLERS, state, KeysPushRequest(IMSI_1, 1, PAIRS), HSS)


def test_routes_name_every_mme() -> None:
    world = lab(mmes=3)
    assert [route.mme for route in scef_of(world).routes] == ["mme-1", "mme-2", "mme-3"]


# Restart


def test_restart_loses_open_requests_in_solution_11() -> None:
    told = ladder(asked_silent_mme(), actions.Restart(SCEF))
    assert told.notes == ["scef: loses 1 open request"]
    assert scef_of(told.world).transactions == ()
    assert timers(told.world) == [("as-1", "northbound answer")]
    again = ladder(told.world, expire("as-1", TimerName.NORTHBOUND, "ue-1"))
    assert server_session(again.world).ks == ue(again.world).ks


def test_restart_loses_records_in_solution_12() -> None:
    """Volatile, this demonstrator's decision: a push alone does not bring the pairs back, new AVs do."""
    told = ladder(with_key(Solution.PUSH), actions.Restart(SCEF))
    assert told.notes == ["scef: loses 1 record with 3 pairs, ACTIVE and GUTIs"]
    assert scef_of(told.world).records == ()
    assert server_session(after(told.world, ASK)).last_result is KeyResult.GUTI_UNKNOWN
    world = after(told.world, REAUTHENTICATE)
    assert record(world).parked == context(world).vectors[1].rand
    world = after(world, REAUTHENTICATE, REAUTHENTICATE, ASK)
    assert server_session(world).ks == ue(world).ks


def test_restart_forgets_the_order_too() -> None:
    world = after(lab(ordered_push=True), ATTACH, actions.Restart(SCEF), REAUTHENTICATE)
    assert record(world).order == PushOrder(1, 2)


def test_restart_with_nothing_to_lose() -> None:
    for solution in Solution:
        told = ladder(lab(solution), actions.Restart(SCEF))
        assert told.notes == ["scef: nothing to lose"]
        assert told.world == lab(solution)
