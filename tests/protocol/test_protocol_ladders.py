"""Whole ladders of what a lab is about, in both solutions: nothing is lost, nothing is late."""

from typing import Any

import pytest

from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.mme.state import VectorStatus
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.messages import commands
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.options import ActiveWhen, Algorithm, MTMSIReuse, Solution
from nodes.protocol.world import actions
from nodes.protocol.world.world import World
from tests.support import protocol as lab_of
from tests.support.protocol import (
    ACCESS,
    ASK,
    ATTACH,
    DETACH,
    IMSI_2,
    OPEN_SESSION,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    SEND_COMMAND,
    SEND_READING,
    after,
    command,
    context,
    lab,
    ladder,
    record,
    server_session,
    timers,
    ue,
)

VECTORS_PULL = ["mme-1 > hss AuthenticationInformationRequest", "hss > mme-1 AuthenticationInformationAnswer"]
VECTORS_PUSH = [*VECTORS_PULL, "hss > scef KeysPushRequest"]
CHALLENGE = ["mme-1 > ue-1 AuthenticationRequest"]
RESPONSE = ["ue-1 > mme-1 AuthenticationResponse"]
SECURITY_MODE = ["mme-1 > ue-1 SecurityModeCommand", "ue-1 > mme-1 SecurityModeComplete"]
PUSH = ["mme-1 > scef ActiveVectorPushRequest"]
PUSH_ANSWER = ["scef > mme-1 ActiveVectorPushAnswer"]
KEY_PULL = [
    "as-1 > scef KeyRetrievalRequest",
    "scef > mme-1 T6aKeyRequest",
    "mme-1 > scef T6aKeyAnswer",
    "scef > as-1 KeyRetrievalAnswer",
]
KEY_PUSH = ["as-1 > scef KeyRetrievalRequest", "scef > as-1 KeyRetrievalAnswer"]
IDENTIFICATION = ["mme-1 > ue-1 IdentityRequest", "ue-1 > mme-1 IdentityResponse"]


def attached(solution: Solution, **options: Any) -> World:
    return after(lab(solution, **options), ATTACH)


def with_key(solution: Solution, **options: Any) -> World:
    return after(lab(solution, **options), ATTACH, OPEN_SESSION)


def agree(world: World) -> bool:
    """UE and AS hold the same Ks."""
    held = server_session(world).ks
    return held is not None and held == ue(world).ks


@pytest.mark.clause("TS 24.301", "5.5.1.2")
def test_attach_in_solution_11() -> None:
    told = ladder(lab(Solution.PULL), ATTACH)
    assert told.sent == [
        "ue-1 > mme-1 AttachRequest",
        *VECTORS_PULL,
        *CHALLENGE,
        *RESPONSE,
        *SECURITY_MODE,
        "mme-1 > ue-1 AttachAccept",
        "ue-1 > mme-1 AttachComplete",
    ]
    assert told.notes == [
        "hss: makes 3 AVs",
        "mme-1: 3 AVs",
        "ue-1: AUTN accepted, new context partial",
        "mme-1: RES verified",
        "ue-1: uses",
        "mme-1: ACTIVE",
        "ue-1: registered",
        "mme-1: registered",
    ]
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.5.1.2")
def test_attach_in_solution_12() -> None:
    told = ladder(lab(Solution.PUSH), ATTACH)
    assert told.sent == [
        "ue-1 > mme-1 AttachRequest",
        *VECTORS_PUSH,
        *CHALLENGE,
        "scef > hss KeysPushAnswer",
        *RESPONSE,
        *SECURITY_MODE,
        *PUSH,
        "mme-1 > ue-1 AttachAccept",
        *PUSH_ANSWER,
        "ue-1 > mme-1 AttachComplete",
    ]
    assert timers(told.world) == []
    assert [pair.rand for pair in record(told.world).pairs] == [v.rand for v in context(told.world).vectors]
    assert record(told.world).gutis == (ue(told.world).guti,)


def test_push_comes_with_the_security_mode_command_when_res_makes_an_av_active() -> None:
    """`active_when` res-verified: the contribution's words taken literally."""
    told = ladder(lab(Solution.PUSH, active_when=ActiveWhen.RES_VERIFIED), ATTACH)
    assert told.sent == [
        "ue-1 > mme-1 AttachRequest",
        *VECTORS_PUSH,
        *CHALLENGE,
        "scef > hss KeysPushAnswer",
        *RESPONSE,
        *PUSH,
        "mme-1 > ue-1 SecurityModeCommand",
        *PUSH_ANSWER,
        "ue-1 > mme-1 SecurityModeComplete",
        "mme-1 > ue-1 AttachAccept",
        "ue-1 > mme-1 AttachComplete",
    ]
    assert told.notes[3:6] == ["mme-1: RES verified", "mme-1: ACTIVE", "scef: ACTIVE"]


@pytest.mark.parametrize(
    ("solution", "pushed"), [(Solution.PULL, []), (Solution.PUSH, [*PUSH, *PUSH_ANSWER])], ids=["11", "12"]
)
def test_reauthentication_changes_the_av_and_keeps_the_guti(solution: Solution, pushed: list[str]) -> None:
    before = attached(solution)
    told = ladder(before, REAUTHENTICATE)
    assert told.sent == [*CHALLENGE, *RESPONSE, *SECURITY_MODE, *pushed]
    assert ue(told.world).guti == ue(before).guti
    assert ue(told.world).ks != ue(before).ks
    statuses = [vector.status for vector in context(told.world).vectors]
    assert statuses == [VectorStatus.USED, VectorStatus.ACTIVE, VectorStatus.UNUSED]


def test_reauthentication_asks_for_more_avs_when_none_is_left() -> None:
    told = ladder(attached(Solution.PULL, vectors_per_request=1), REAUTHENTICATE)
    assert told.sent == [*VECTORS_PULL, *CHALLENGE, *RESPONSE, *SECURITY_MODE]


@pytest.mark.clause("TS 24.301", "5.4.1")
@pytest.mark.parametrize(
    ("solution", "pushed"), [(Solution.PULL, []), (Solution.PUSH, [*PUSH, *PUSH_ANSWER])], ids=["11", "12"]
)
def test_reallocation_changes_the_guti_and_keeps_the_av(solution: Solution, pushed: list[str]) -> None:
    before = attached(solution)
    told = ladder(before, REALLOCATE)
    assert told.sent == [
        "mme-1 > ue-1 GUTIReallocationCommand",
        "ue-1 > mme-1 GUTIReallocationComplete",
        *pushed,
    ]
    assert ue(told.world).guti != ue(before).guti
    assert ue(told.world).ks == ue(before).ks
    assert context(told.world).gutis == (ue(told.world).guti,)


def test_reallocation_every_second_access() -> None:
    """Contribution 3: "system configured frequency of access attempts"."""
    world = attached(Solution.PULL, reallocate_every_accesses=2)
    first = ladder(after(world, RELEASE), ACCESS)
    assert first.sent == ["ue-1 > mme-1 ServiceRequest", "mme-1 > ue-1 ServiceAccept"]
    second = ladder(after(first.world, RELEASE), ACCESS)
    assert second.sent == [
        "ue-1 > mme-1 ServiceRequest",
        "mme-1 > ue-1 ServiceAccept",
        "mme-1 > ue-1 GUTIReallocationCommand",
        "ue-1 > mme-1 GUTIReallocationComplete",
    ]
    assert ladder(after(second.world, RELEASE), ACCESS).sent == first.sent


def test_reallocation_every_two_minutes_of_lab_time() -> None:
    """Contribution 3: "or periodicity"; the period starts anew with each GUTI."""
    world = attached(Solution.PULL, reallocate_every_minutes=2)
    assert timers(world) == [("mme-1", "GUTI period")]
    assert ladder(world, actions.Advance(119)).sent == []
    told = ladder(world, actions.Advance(120))
    assert told.sent == ["mme-1 > ue-1 GUTIReallocationCommand", "ue-1 > mme-1 GUTIReallocationComplete"]
    assert [(timer.name.value, timer.remaining) for timer in told.world.timers] == [("GUTI period", 120)]


@pytest.mark.clause("TS 24.301", "5.5.2.2")
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_detach_frees_the_guti_and_the_next_attach_is_identified(solution: Solution) -> None:
    before = attached(solution)
    told = ladder(before, DETACH)
    assert told.sent == ["ue-1 > mme-1 DetachRequest", "mme-1 > ue-1 DetachAccept"]
    assert lab_of.mme(told.world).contexts == ()
    assert ue(told.world).guti == ue(before).guti
    again = ladder(told.world, ATTACH)
    assert again.sent[:3] == ["ue-1 > mme-1 AttachRequest", *IDENTIFICATION]
    assert ue(again.world).guti != ue(before).guti


@pytest.mark.parametrize("solution", Solution, ids=str)
def test_power_cycle_says_nothing_and_the_next_attach_uses_what_is_stored(solution: Solution) -> None:
    before = attached(solution)
    told = ladder(before, POWER_CYCLE)
    assert told.sent == []
    assert ue(told.world).phase is UEPhase.DEREGISTERED
    again = ladder(told.world, ATTACH)
    assert again.sent[:2] == ["ue-1 > mme-1 AttachRequest", "mme-1 > ue-1 AuthenticationRequest"]
    assert context(again.world).gutis == (ue(again.world).guti,)
    assert ue(again.world).guti != ue(before).guti


def test_attach_again_binds_the_new_guti_and_no_other() -> None:
    """A record has the GUTI last pushed: the old one yields no key once the attach is complete."""
    before = attached(Solution.PUSH)
    world = after(before, POWER_CYCLE, ATTACH)
    assert record(world).gutis == (ue(world).guti,)


@pytest.mark.parametrize(
    ("solution", "request_and_answer"), [(Solution.PULL, KEY_PULL), (Solution.PUSH, KEY_PUSH)], ids=["11", "12"]
)
def test_as_asks_for_the_key_of_a_session(solution: Solution, request_and_answer: list[str]) -> None:
    told = ladder(attached(solution), OPEN_SESSION)
    assert told.sent == ["ue-1 > as-1 OpenSession", *request_and_answer]
    assert agree(told.world)
    assert ladder(told.world, ASK).sent == request_and_answer


@pytest.mark.parametrize(
    ("solution", "between"), [(Solution.PULL, KEY_PULL[1:3]), (Solution.PUSH, [])], ids=["11", "12"]
)
def test_third_party_server_asks_for_the_as_and_hands_it_the_key(solution: Solution, between: list[str]) -> None:
    before = after(with_key(solution), REAUTHENTICATE)
    assert not agree(before)
    told = ladder(before, command("as-1", commands.AskForKey("ue-1", through_third_party=True)))
    assert told.sent == [
        "as-1 > third-party KeyRetrievalRequest",
        "third-party > scef KeyRetrievalRequest",
        *between,
        "scef > third-party KeyRetrievalAnswer",
        "third-party > as-1 KeyRetrievalAnswer",
    ]
    assert agree(told.world)
    assert timers(told.world) == []


@pytest.mark.parametrize("solution", Solution, ids=str)
def test_messages_open_in_both_directions(solution: Solution) -> None:
    told = ladder(with_key(solution), SEND_READING, SEND_COMMAND, SEND_READING)
    assert told.sent == [
        "ue-1 > as-1 ProtectedMessage",
        "as-1 > ue-1 ProtectedMessage",
        "ue-1 > as-1 ProtectedMessage",
    ]
    assert told.notes == ["as-1: opens: reading 21.5 C", "ue-1: opens: report now", "as-1: opens: reading 21.5 C"]


@pytest.mark.parametrize(
    ("solution", "request_and_answer"), [(Solution.PULL, KEY_PULL), (Solution.PUSH, KEY_PUSH)], ids=["11", "12"]
)
def test_reading_under_a_newer_key_does_not_open_and_the_as_asks_again_once(
    solution: Solution, request_and_answer: list[str]
) -> None:
    """The harm of a key that was delivered before a re-authentication."""
    before = after(with_key(solution), REAUTHENTICATE)
    told = ladder(before, SEND_READING)
    assert told.sent == ["ue-1 > as-1 ProtectedMessage", *request_and_answer]
    assert told.notes[:2] == ["as-1: does not open", "as-1: asks again, once"]
    assert server_session(told.world).leg.failed == 1
    assert agree(told.world)
    assert ladder(told.world, SEND_READING, SEND_COMMAND).notes == [
        "as-1: opens: reading 21.5 C",
        "ue-1: opens: report now",
    ]


@pytest.mark.parametrize("store_ks", [False, True], ids=["derived when asked", "stored at once"])
def test_mme_of_solution_11_gives_the_ks_of_the_active_av(*, store_ks: bool) -> None:
    """Contribution 2.1 step 3: "Optionally, the MME may generate the Ks immediately"."""
    world = with_key(Solution.PULL, store_ks=store_ks)
    assert (context(world).ks is not None) is store_ks
    assert agree(world)
    assert agree(after(world, REAUTHENTICATE, ASK))


@pytest.mark.parametrize("algorithm", Algorithm, ids=lambda algorithm: algorithm.value)
@pytest.mark.parametrize("active_when", ActiveWhen, ids=lambda when: when.value)
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_ue_and_as_end_with_the_same_key(solution: Solution, active_when: ActiveWhen, algorithm: Algorithm) -> None:
    world = with_key(solution, active_when=active_when, algorithm=algorithm)
    assert agree(world)
    assert agree(after(world, REAUTHENTICATE, REALLOCATE, OPEN_SESSION))


def test_old_guti_yields_no_key_after_a_reallocation() -> None:
    """Contribution 3: reallocation "renders the old GUTI useless"."""
    for solution in Solution:
        world = after(with_key(solution), REALLOCATE, ASK)
        assert server_session(world).last_result is KeyResult.GUTI_UNKNOWN
        learned = after(world, OPEN_SESSION)
        assert len(server_session(learned).gutis) == 2
        oldest = after(learned, command("as-1", commands.AskForKey("ue-1", guti_index=0)))
        assert server_session(oldest).last_result is KeyResult.GUTI_UNKNOWN


def test_freed_m_tmsi_is_given_again_and_the_gutis_owner_changes() -> None:
    """`m_tmsi_reuse` lowest free: the AS remembers a GUTI that another UE has by now."""
    world = after(lab(Solution.PULL, ues=2, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE), ATTACH, OPEN_SESSION, DETACH)
    first = server_session(world).gutis[0]
    world = after(world, command("ue-2", commands.Attach("mme-1")))
    assert ue(world, "ue-2").guti == first
    world = after(world, ASK)
    assert server_session(world).ks == ue(world, "ue-2").ks


@pytest.mark.parametrize("solution", Solution, ids=str)
def test_attach_by_a_guti_that_another_ue_has_leads_to_identification(solution: Solution) -> None:
    """The other UE keeps its context."""
    reuse = MTMSIReuse.LOWEST_FREE
    world = after(lab(solution, ues=2, m_tmsi_reuse=reuse), ATTACH, DETACH, command("ue-2", commands.Attach("mme-1")))
    other = context(world, IMSI_2)
    assert ue(world).guti == other.guti
    told = ladder(world, ATTACH)
    assert told.sent[:3] == ["ue-1 > mme-1 AttachRequest", *IDENTIFICATION]
    assert context(told.world, IMSI_2) == other
    assert context(told.world).gutis == (ue(told.world).guti,)
    assert ue(told.world).guti != other.guti


@pytest.mark.parametrize("solution", Solution, ids=str)
def test_several_ues_mmes_and_ass_keep_to_themselves(solution: Solution) -> None:
    world = lab(solution, ues=3, mmes=2, servers=2)
    for name, mme in (("ue-1", "mme-1"), ("ue-2", "mme-2"), ("ue-3", "mme-1")):
        world = after(world, command(name, commands.Attach(mme)))
        for server in ("as-1", "as-2"):
            world = after(world, command(name, commands.OpenApplicationSession(server)))
    for name in ("ue-1", "ue-2", "ue-3"):
        for server in ("as-1", "as-2"):
            assert server_session(world, name, server).ks == ue(world, name).ks
    assert [context.imsi[-1] for context in lab_of.mme(world, "mme-1").contexts] == ["1", "3"]
    assert [context.imsi[-1] for context in lab_of.mme(world, "mme-2").contexts] == ["2"]
    assert len({ue(world, f"ue-{number}").ks for number in (1, 2, 3)}) == 3
    state = lab_of.node_as(world, "as-2", ApplicationServerState)
    assert [session.ue for session in state.sessions] == ["ue-1", "ue-2", "ue-3"]


@pytest.mark.parametrize("solution", Solution, ids=str)
def test_change_of_mme_after_a_power_cycle(solution: Solution) -> None:
    """The GUTI is the first MME's, so the second one asks for the IMSI; the first one knows nothing of it."""
    world = after(lab(solution, mmes=2), ATTACH, POWER_CYCLE)
    told = ladder(world, command("ue-1", commands.Attach("mme-2")))
    assert told.sent[:3] == [
        "ue-1 > mme-2 AttachRequest",
        "mme-2 > ue-1 IdentityRequest",
        "ue-1 > mme-2 IdentityResponse",
    ]
    guti = ue(told.world).guti
    assert guti is not None
    assert guti.gummei == lab_of.mme(told.world, "mme-2").gummei
    assert context(told.world, name="mme-2").gutis == (guti,)
    assert agree(after(told.world, OPEN_SESSION))
