"""The AS: its sessions, its key requests, and how often it asks again."""

from dataclasses import replace

import pytest

from nodes.protocol.entities import application_server
from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.machine import Note, NoteKind, Step
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UESession
from nodes.protocol.errors import CommandRefused
from nodes.protocol.identities import GUMMEI, GUTI
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.application import Direction, OpenSession, ProtectedMessage
from nodes.protocol.messages.key_requests import KeyResult, KeyRetrievalAnswer, KeyRetrievalRequest
from nodes.protocol.octets import KN, Ks
from nodes.protocol.options import HSS, SCEF, THIRD_PARTY, MTMSIReuse, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.genesis import PLMN
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ASK,
    ATTACH,
    DETACH,
    OPEN_SESSION,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    SEND_COMMAND,
    SEND_READING,
    TO_UE,
    after,
    command,
    expire,
    in_flight,
    lab,
    ladder,
    node_as,
    server_session,
    settle,
    swap,
    take,
    timers,
    ue,
    until,
)

TO_AS = ("ue-1", "as-1")
GUTI_1 = GUTI(GUMMEI(PLMN, 1, 1), 1)
NORTHBOUND = expire("as-1", TimerName.NORTHBOUND, "ue-1")
ASK_THROUGH_THIRD_PARTY = command("as-1", commands.AskForKey("ue-1", through_third_party=True))


def registered(solution: Solution = Solution.PUSH) -> World:
    return after(lab(solution), ATTACH)


def with_key(solution: Solution = Solution.PUSH) -> World:
    return after(registered(solution), OPEN_SESSION)


def server(world: World) -> ApplicationServerState:
    return node_as(world, "as-1", ApplicationServerState)


# Sessions


def test_session_that_was_opened_before_is_dropped() -> None:
    world = take(registered(), OPEN_SESSION, actions.Duplicate(*TO_AS))
    told = settle(world)
    assert told.of_kind(NoteKind.DROPPED) == ["as-1: session 1 was opened before"]
    assert server_session(told.world).ks is not None


def test_new_session_forgets_the_key_and_asks_anew() -> None:
    before = after(with_key(), REAUTHENTICATE)
    world = take(before, OPEN_SESSION, actions.Deliver(*TO_AS))
    assert server_session(world).ks is None
    assert in_flight(world, "as-1", SCEF) == [KeyRetrievalRequest("as-1", "ue-1.2", server_session(world).gutis[-1])]
    assert server_session(settle(world).world).ks == ue(world).ks


def test_gutis_are_kept_with_the_newest_last() -> None:
    world = after(with_key(), REALLOCATE, OPEN_SESSION)
    first, second = server_session(world).gutis
    assert second == ue(world).guti
    opened = application_server.on_open_session(server(world), OpenSession(9, first), "ue-1")
    session = opened.state.session_of("ue-1")
    assert session is not None
    assert session.gutis == (second, first)


# Commands


def test_as_that_no_ue_spoke_to_refuses() -> None:
    for refused in (ASK, SEND_COMMAND):
        with pytest.raises(CommandRefused, match="ue-1 has opened no session with as-1"):
            take(registered(), refused)


@pytest.mark.parametrize("index", [-1, 1])
def test_guti_that_the_as_never_learned(index: int) -> None:
    with pytest.raises(CommandRefused, match="as-1 has learned only 1 of the GUTIs of ue-1"):
        take(with_key(), command("as-1", commands.AskForKey("ue-1", guti_index=index)))


def test_as_without_a_key_sends_nothing() -> None:
    world = take(registered(), OPEN_SESSION, actions.Deliver(*TO_AS))
    with pytest.raises(CommandRefused, match="as-1 holds no Ks for ue-1 yet"):
        take(world, SEND_COMMAND)


# Key requests


def test_newer_request_ends_the_older_one() -> None:
    """An answer to an older request than the last one asked is ignored."""
    world = take(until(take(with_key(), ASK), SCEF, "as-1", KeyRetrievalAnswer), ASK)
    told = settle(world)
    assert told.of_kind(NoteKind.DROPPED) == ["as-1: answers no open request, or an older one"]
    assert told.of_kind(NoteKind.KEY_DELIVERED) == ["as-1: held"]
    assert timers(told.world) == []


def test_answer_that_comes_another_way_is_dropped() -> None:
    """Asked through the third-party server, answered by the SCEF directly."""
    world = take(with_key(), ASK_THROUGH_THIRD_PARTY)
    answer = KeyRetrievalAnswer("as-1", "ue-1.2", KeyResult.OK, ue(world).ks)
    assert server_session(world).open_request is not None
    step = application_server.on_key_answer(server(world), answer, SCEF)
    assert step.outputs == (Note(Remark.ANSWERS_NO_OR_OLDER_REQUEST, NoteKind.DROPPED),)
    assert application_server.on_key_answer(server(world), answer, THIRD_PARTY).state != server(world)


def test_answer_about_an_unknown_ue_is_dropped() -> None:
    answer = KeyRetrievalAnswer("as-1", "nobody", KeyResult.OK)
    step = application_server.on_key_answer(server(lab()), answer, SCEF)
    assert step == Step(server(lab()), (Note(Remark.ANSWERS_NO_OR_OLDER_REQUEST, NoteKind.DROPPED),))


def test_silent_scef_is_asked_twice() -> None:
    world = take(registered(), OPEN_SESSION, actions.Deliver(*TO_AS), actions.Drop("as-1", SCEF))
    told = ladder(take(world, NORTHBOUND, actions.Drop("as-1", SCEF)), NORTHBOUND)
    assert told.sent == []
    assert told.of_kind(NoteKind.ABANDONED) == ["as-1: key request abandoned"]
    assert server_session(told.world).last_result is KeyResult.TIME_OUT
    assert timers(told.world) == []


@pytest.mark.parametrize("through", [ASK, ASK_THROUGH_THIRD_PARTY], ids=["SCEF", "third party"])
def test_repeated_request_is_the_same_request(through: actions.Command) -> None:
    world = take(with_key(), through)
    (link,) = world.links
    request = link.queue[0].message
    world = take(world, actions.Drop(*link.key), NORTHBOUND)
    assert in_flight(world, *link.key) == [request]
    told = settle(world)
    assert told.of_kind(NoteKind.KEY_DELIVERED) == ["as-1: held"]


def test_result_without_a_key_leaves_the_key_that_is_held() -> None:
    world = after(with_key(Solution.PULL), REALLOCATE, ASK)
    assert server_session(world).last_result is KeyResult.GUTI_UNKNOWN
    assert server_session(world).ks == ue(world).ks


def test_guti_that_has_no_active_av_yet_in_solution_11() -> None:
    """The GUTI is known from ATTACH REQUEST on, the AV is active later: 404 with the other cause."""
    reuse = MTMSIReuse.LOWEST_FREE
    before = after(lab(Solution.PULL, m_tmsi_reuse=reuse), ATTACH, OPEN_SESSION, DETACH)
    world = until(take(before, ATTACH), *TO_UE, nas.AuthenticationRequest)
    told = ladder(take(world, actions.Hold(*TO_UE)), ASK)
    assert told.notes == ["mme-1: no active AV yet", "as-1: no key: no-key-yet (404)"]


def test_guti_whose_push_is_parked_in_solution_12() -> None:
    told = ladder(lab(), actions.Hold(HSS, SCEF), ATTACH, OPEN_SESSION)
    assert told.notes[-2:] == ["scef: no ACTIVE Ks yet", "as-1: no key: no-key-yet (404)"]
    told = ladder(told.world, actions.Release(HSS, SCEF), ASK)
    assert server_session(told.world).ks == ue(told.world).ks


# Application messages


def test_message_of_another_session_or_direction_is_refused_before_it_is_opened() -> None:
    world = take(with_key(), SEND_READING)
    genuine = in_flight(world, *TO_AS)[0]
    assert isinstance(genuine, ProtectedMessage)
    other = ProtectedMessage(genuine.session + 1, genuine.direction, genuine.counter, genuine.sealed)
    assert settle(swap(world, *TO_AS, other)).notes == ["as-1: unknown session, refused before it is opened"]
    own = ProtectedMessage(genuine.session, Direction.DOWNLINK, genuine.counter, genuine.sealed)
    assert settle(swap(world, *TO_AS, own)).notes == ["as-1: the AS's own direction, refused before it is opened"]


def test_message_without_a_session_or_a_key_is_refused() -> None:
    message = ProtectedMessage(1, Direction.UPLINK, 0, bytes(8))
    step = application_server.on_protected_message(server(lab()), message, "ue-1")
    assert step.outputs == (Note(Remark.NO_SUCH_SESSION, NoteKind.DROPPED),)
    world = take(registered(), OPEN_SESSION, actions.Deliver(*TO_AS), actions.Drop("as-1", SCEF))
    assert ladder(world, SEND_READING).notes == ["as-1: no Ks to open it with"]


def test_replayed_reading_is_refused_before_it_is_opened() -> None:
    told = ladder(take(with_key(), SEND_READING), actions.Duplicate(*TO_AS))
    assert told.notes == ["as-1: opens: reading 21.5 C", "as-1: replayed, refused before it is opened"]
    assert server_session(told.world).leg.opened == 1


def test_as_asks_again_once_and_anew_after_a_message_has_opened() -> None:
    """A viewer sees one request per harm, not one per message."""
    world = after(with_key(), REAUTHENTICATE, actions.Hold(SCEF, "as-1"))
    first = ladder(world, SEND_READING)
    assert first.notes[:2] == ["as-1: does not open", "as-1: asks again, once"]
    second = ladder(first.world, SEND_READING)
    assert second.sent == ["ue-1 > as-1 ProtectedMessage"]
    answered = after(second.world, actions.Release(SCEF, "as-1"), SEND_READING)
    assert not server_session(answered).asked_again
    assert "as-1: asks again, once" in ladder(answered, REAUTHENTICATE, SEND_READING).notes


def test_as_that_got_no_better_key_does_not_ask_a_third_time() -> None:
    world = take(with_key(), REAUTHENTICATE, actions.Hold("mme-1", SCEF))
    world = settle(world).world
    told = ladder(world, SEND_READING, SEND_READING)
    assert told.notes.count("as-1: does not open") == 2
    assert told.notes.count("as-1: asks again, once") == 1


def test_forged_reading_asks_again_and_the_genuine_one_still_opens() -> None:
    world = take(with_key(), SEND_READING, actions.Duplicate(*TO_AS), actions.Alter(*TO_AS))
    assert settle(world).notes == [
        "as-1: does not open",
        "as-1: asks again, once",
        "as-1: opens: reading 21.5 C",
        "scef: gives the ACTIVE Ks",
        "as-1: held",
    ]


def test_expiry_that_no_request_waits_for_changes_nothing() -> None:
    for world in (lab(), with_key()):
        step = application_server.on_northbound_expiry(server(world), "ue-1")
        assert step == Step(server(world), (Note(Remark.NO_OPEN_REQUEST),))


# Repair `named_key`


def named(solution: Solution = Solution.PUSH) -> World:
    return after(lab(solution, named_key=True), ATTACH, OPEN_SESSION)


def name_of(world: World) -> KN:
    name = ue(world).key_name
    assert name is not None
    return name


def keys_of(*worlds: World) -> tuple[Ks | None, ...]:
    """The Ks that the UE used in each of these worlds."""
    return tuple(ue(world).ks for world in worlds)


def ue_session(world: World) -> UESession:
    session = ue(world).session_with("as-1")
    assert session is not None
    return session


ASKS = "as-1: asks for the key that is named"


def test_name_is_learned_and_asked_with() -> None:
    world = take(after(lab(named_key=True), ATTACH), OPEN_SESSION, actions.Deliver(*TO_AS))
    session = server_session(world)
    assert session.key_name == name_of(world)
    request = KeyRetrievalRequest("as-1", "ue-1.1", session.gutis[-1], name_of(world))
    assert in_flight(world, "as-1", SCEF) == [request]
    assert server_session(settle(world).world).keys == keys_of(world)


def test_names_are_not_heeded_without_the_repair() -> None:
    world = take(with_key(), SEND_READING)
    (reading,) = in_flight(world, *TO_AS)
    assert isinstance(reading, ProtectedMessage)
    told = settle(swap(world, *TO_AS, replace(reading, key_name=KN(bytes(8)))))
    assert told.notes == ["as-1: opens: reading 21.5 C"]
    assert server_session(told.world).key_name is None


@pytest.mark.parametrize("solution", Solution, ids=str)
def test_reading_after_a_change_opens_and_tells_of_the_newer_key(solution: Solution) -> None:
    """The UE seals under the key of the opening until the AS goes on to the newer one."""
    before = named(solution)
    told = ladder(after(before, REAUTHENTICATE), SEND_READING)
    assert told.notes[:2] == ["as-1: opens: reading 21.5 C", ASKS]
    session = server_session(told.world)
    assert session.keys == keys_of(before, told.world)
    assert session.leg.failed == 0
    assert ue_session(told.world).sending == ue(before).ks
    moved_on = after(told.world, SEND_COMMAND)
    assert ue_session(moved_on).sending == ue(told.world).ks
    assert ladder(moved_on, SEND_READING).notes == ["as-1: opens: reading 21.5 C"]


def test_command_under_the_old_key_opens_at_the_ue_which_stays_on_it() -> None:
    before = named()
    told = ladder(after(before, REAUTHENTICATE), SEND_COMMAND)
    assert told.notes == ["ue-1: opens: report now"]
    assert ue_session(told.world).keys == keys_of(before, told.world)
    assert ue_session(told.world).sending == ue(before).ks


def test_command_is_sealed_under_the_newest_key_that_the_as_holds() -> None:
    """Not under that which the UE named last."""
    before = named()
    world = take(after(before, actions.Hold(SCEF, "as-1"), REAUTHENTICATE, SEND_READING), SEND_COMMAND)
    (sent,) = in_flight(world, "as-1", "ue-1")
    assert isinstance(sent, ProtectedMessage)
    assert (sent.key_name, sent.newest_name) == (name_of(before), None)
    assert server_session(world).key_name == name_of(world) != name_of(before)


def test_late_message_does_not_bring_an_old_name_back() -> None:
    """It was sealed before the change, and is delivered when the AS has the newer key."""
    world = take(named(), SEND_READING, actions.Hold(*TO_AS))
    world = take(settle(take(world, REAUTHENTICATE)).world, SEND_READING, actions.Deliver(*TO_AS, position=1))
    world = settle(world).world
    told = ladder(world, actions.Release(*TO_AS))
    assert told.notes[-1] == "as-1: opens: reading 21.5 C"
    assert server_session(told.world).key_name == name_of(told.world)
    assert server_session(told.world).ks == ue(told.world).ks


def test_answer_for_an_older_name_is_kept_and_the_newer_one_asked_for() -> None:
    """The UE has named a newer key while the request was open."""
    world = take(after(lab(named_key=True), ATTACH), OPEN_SESSION, actions.Hold(SCEF, "as-1"))
    before = settle(world).world
    waiting = after(before, REAUTHENTICATE, SEND_READING)
    assert server_session(waiting).key_name == name_of(waiting)
    told = ladder(waiting, actions.Release(SCEF, "as-1"))
    assert told.notes == ["as-1: held", ASKS, "scef: gives the Ks of this name", "as-1: held"]
    assert server_session(told.world).keys == keys_of(before, waiting)


def test_key_that_is_asked_for_again_stays_in_its_place() -> None:
    before = named()
    world = after(before, REAUTHENTICATE, SEND_READING)
    answer = KeyRetrievalAnswer("as-1", "ue-1.3", KeyResult.OK, ue(before).ks)
    asking = take(world, ASK)
    step = application_server.on_key_answer(server(asking), answer, SCEF)
    session = step.state.session_of("ue-1")
    assert session is not None
    assert session.keys == server_session(world).keys


@pytest.mark.parametrize("result", [KeyResult.CONFLICT, KeyResult.NO_KEY_YET, KeyResult.GUTI_UNKNOWN], ids=str)
def test_next_message_after_an_answer_without_a_key_leads_to_a_new_request(result: KeyResult) -> None:
    before = named()
    world = take(after(before, REAUTHENTICATE), SEND_READING, actions.Deliver(*TO_AS), actions.Drop("as-1", SCEF))
    step = application_server.on_key_answer(server(world), KeyRetrievalAnswer("as-1", "ue-1.2", result), SCEF)
    session = step.state.session_of("ue-1")
    assert session is not None
    assert step.outputs[-1] == Note(Remark.NO_KEY, values=(result.value, result.status))
    assert (session.keys, session.last_result) == (keys_of(before), result)
    reading = ProtectedMessage(1, Direction.UPLINK, 7, bytes(8), name_of(world))
    again = application_server.on_protected_message(step.state, reading, "ue-1")
    assert again.outputs[0] == Note(Remark.OTHER_KEY, NoteKind.MISMATCH)
    assert again.outputs[1] == Note(Remark.ASKS_FOR_NAMED_KEY)


def test_next_message_after_silence_leads_to_a_new_request() -> None:
    world = take(after(named(), REAUTHENTICATE), SEND_READING, actions.Deliver(*TO_AS), actions.Drop("as-1", SCEF))
    world = take(world, NORTHBOUND, actions.Drop("as-1", SCEF), NORTHBOUND)
    assert server_session(world).last_result is KeyResult.TIME_OUT
    assert ASKS in ladder(world, SEND_READING).notes


def test_one_request_is_open_at_a_time() -> None:
    world = after(named(), REAUTHENTICATE, actions.Hold("as-1", SCEF), SEND_READING, SEND_READING)
    assert len(in_flight(world, "as-1", SCEF)) == 1


def test_replay_teaches_no_name() -> None:
    world = take(named(), SEND_READING, actions.Duplicate(*TO_AS), actions.Deliver(*TO_AS), actions.Hold(*TO_AS))
    world = after(world, REAUTHENTICATE, SEND_READING)
    world = after(world, actions.Deliver(*TO_AS, position=1))
    told = ladder(world, actions.Deliver(*TO_AS))
    assert told.notes == ["as-1: replayed, refused before it is opened"]
    assert server_session(told.world).key_name == name_of(told.world)


def test_forged_message_under_the_right_name_is_harm_and_asks_nobody() -> None:
    told = settle(take(named(), SEND_READING, actions.Alter(*TO_AS)))
    assert told.notes == ["as-1: does not open"]
    assert server_session(told.world).leg.failed == 1


def test_ue_drops_the_keys_of_a_session_with_it() -> None:
    world = after(named(), REAUTHENTICATE, POWER_CYCLE)
    assert [(session.keys, session.sending) for session in ue(world).sessions] == [((), None)]


def test_new_session_begins_with_the_key_in_use() -> None:
    world = after(named(), REAUTHENTICATE, OPEN_SESSION)
    assert (ue_session(world).keys, ue_session(world).sending) == (keys_of(world), ue(world).ks)
    assert server_session(world).keys == keys_of(world)
