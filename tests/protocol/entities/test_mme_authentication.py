"""Authentication and security mode control at the MME, with what may fail on the way."""

from typing import Any

import pytest

from nodes.protocol.entities.machine import Note, NoteKind, Step
from nodes.protocol.entities.mme import authentication
from nodes.protocol.entities.mme.state import Stage, VectorStatus
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UE_NETWORK_CAPABILITY, UEPhase
from nodes.protocol.errors import CommandRefused
from nodes.protocol.messages import commands, nas, s6a
from nodes.protocol.octets import AMF, AUTS, RES
from nodes.protocol.options import HSS, ActiveWhen, Solution
from nodes.protocol.world import actions
from nodes.protocol.world.engine import EventKind
from nodes.protocol.world.genesis import EPS_AMF
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ACCESS,
    ATTACH,
    IMSI_1,
    OPEN_SESSION,
    POWER_CYCLE,
    REAUTHENTICATE,
    TO_MME,
    TO_UE,
    after,
    command,
    context,
    expire,
    expire_and_lose,
    lab,
    ladder,
    lose_all,
    mme,
    record,
    settle,
    subscriber,
    swap,
    take,
    timers,
    told,
    ue,
    until,
)

T3460 = expire("mme-1", TimerName.T3460, IMSI_1)
S6A = expire("mme-1", TimerName.S6A, IMSI_1)


def registered(solution: Solution = Solution.PULL, **options: Any) -> World:
    return after(lab(solution, **options), ATTACH)


def reauthenticating(world: World) -> World:
    """The challenge is on its way."""
    return take(world, REAUTHENTICATE)


def with_an_old_backup(solution: Solution = Solution.PULL) -> World:
    """The USIM has accepted SEQ 3, the HSS begins at 0 again, and the MME has no AV left."""
    world = after(registered(solution, vectors_per_request=1), REAUTHENTICATE, REAUTHENTICATE)
    return take(world, command(HSS, commands.SetSQN(IMSI_1, 0)))


def statuses(world: World) -> list[VectorStatus]:
    return [vector.status for vector in context(world).vectors]


# RES


@pytest.mark.clause("TS 24.301", "5.4.2.5")
def test_wrong_res_is_rejected() -> None:
    """Authentication not accepted by the network: what the MME has of the UE stays as it is."""
    world = until(reauthenticating(registered()), *TO_MME, nas.AuthenticationResponse)
    told = ladder(world, actions.Alter(*TO_MME))
    assert told.sent == ["mme-1 > ue-1 AuthenticationReject"]
    assert told.notes == ["mme-1: RES is wrong", "ue-1: AUTHENTICATION REJECT: GUTI and context deleted"]
    assert_kept(told.world)
    assert (ue(told.world).phase, ue(told.world).guti, ue(told.world).current) == (UEPhase.DEREGISTERED, None, None)
    assert timers(told.world) == []


def assert_kept(world: World) -> None:
    """The context is registered, with the AV and the security context of before."""
    before, kept = context(registered()), context(world)
    assert kept.registered
    assert kept.procedure is None
    assert (kept.gutis, kept.current, kept.active) == (before.gutis, before.current, before.active)


@pytest.mark.clause("TS 24.301", "5.5.1.2.7")
@pytest.mark.parametrize("identity", ["IMSI", "GUTI"])
def test_attach_request_that_is_not_the_ues_changes_nothing(identity: str) -> None:
    """Item f: the network maintains the EMM context unchanged. Here RES is wrong, whoever sent the request."""
    before = registered()
    world = take(before, POWER_CYCLE, ATTACH)
    if identity == "IMSI":
        world = swap(world, *TO_MME, nas.AttachRequest(IMSI_1, nas.NO_KSI, UE_NETWORK_CAPABILITY))
    world = until(world, *TO_MME, nas.AuthenticationResponse)
    assert context(world).gutis == context(before).gutis
    assert context(world).registered
    told = ladder(world, actions.Alter(*TO_MME))
    assert told.sent == ["mme-1 > ue-1 AuthenticationReject"]
    assert context(told.world).registered
    assert (context(told.world).gutis, context(told.world).active) == (context(before).gutis, context(before).active)


@pytest.mark.clause("TS 24.301", "5.5.1.2.7")
def test_attach_of_the_ue_itself_ends_its_registration_once_res_is_verified() -> None:
    """Item f: it turned out to be genuine."""
    world = until(take(registered(), POWER_CYCLE, ATTACH), *TO_MME, nas.AuthenticationResponse)
    world = take(world, actions.Deliver(*TO_MME))
    assert not context(world).registered
    assert len(context(world).gutis) == 2
    told = expire_and_lose(lose_all(world), T3460, 5)
    assert told.of_kind(NoteKind.ABANDONED)[-1] == "mme-1: security mode control abandoned"
    assert context(told.world).is_detached


def test_res_of_another_length_is_wrong() -> None:
    world = until(take(lab(), ATTACH), *TO_MME, nas.AuthenticationResponse)
    step = authentication.on_authentication_response(mme(world), nas.AuthenticationResponse(RES(bytes(4))), "ue-1")
    assert [output.message for output in step.outputs if hasattr(output, "message")] == [nas.AuthenticationReject()]


def test_repeated_response_is_refused() -> None:
    world = until(reauthenticating(registered()), *TO_MME, nas.AuthenticationResponse)
    told = ladder(world, actions.Duplicate(*TO_MME))
    assert told.of_event(EventKind.REFUSED) == [
        "AuthenticationResponse in security mode control: the MME waits for SECURITY MODE COMPLETE"
    ]
    assert statuses(told.world) == [VectorStatus.USED, VectorStatus.ACTIVE, VectorStatus.UNUSED]


# AUTHENTICATION FAILURE


@pytest.mark.clause("TS 24.301", "5.4.2.7")
def test_mac_failure_is_answered_with_the_next_av() -> None:
    """Cause #20, once."""
    told = ladder(reauthenticating(registered()), actions.Alter(*TO_UE))
    assert told.sent == [
        "ue-1 > mme-1 AuthenticationFailure",
        "mme-1 > ue-1 AuthenticationRequest",
        "ue-1 > mme-1 AuthenticationResponse",
        "mme-1 > ue-1 SecurityModeCommand",
        "ue-1 > mme-1 SecurityModeComplete",
    ]
    assert told.notes[:2] == ["ue-1: AUTN refused: MAC-A is wrong, cause #20", "mme-1: failure, cause #20"]
    assert statuses(told.world) == [VectorStatus.USED, VectorStatus.USED, VectorStatus.ACTIVE]


@pytest.mark.clause("TS 24.301", "5.4.2.7")
def test_two_mac_failures_in_a_row_are_rejected() -> None:
    world = until(take(reauthenticating(registered()), actions.Alter(*TO_UE)), *TO_MME, nas.AuthenticationFailure)
    world = until(take(world, actions.Deliver(*TO_MME)), *TO_UE, nas.AuthenticationRequest)
    told = ladder(world, actions.Alter(*TO_UE))
    assert told.sent == ["ue-1 > mme-1 AuthenticationFailure", "mme-1 > ue-1 AuthenticationReject"]
    assert "mme-1: 2 failures in a row" in told.notes
    assert_kept(told.world)


def test_failures_of_two_procedures_are_not_in_a_row() -> None:
    world = ladder(reauthenticating(registered(vectors_per_request=5)), actions.Alter(*TO_UE)).world
    told = ladder(reauthenticating(world), actions.Alter(*TO_UE))
    assert told.sent[-1] == "ue-1 > mme-1 SecurityModeComplete"


@pytest.mark.clause("TS 24.301", "5.4.2.7")
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_synch_failure_deletes_unused_avs_resynchronises_and_tries_again(solution: Solution) -> None:
    """Cause #21, item e: the USIM has seen higher numbers than the HSS remembers."""
    told = ladder(with_an_old_backup(solution), REAUTHENTICATE)
    pushed = ["hss > scef KeysPushRequest"] if solution is Solution.PUSH else []
    without_answers = [line for line in told.sent if "PushAnswer" not in line]
    assert without_answers == [
        "mme-1 > hss AuthenticationInformationRequest",
        "hss > mme-1 AuthenticationInformationAnswer",
        *pushed,
        "mme-1 > ue-1 AuthenticationRequest",
        "ue-1 > mme-1 AuthenticationFailure",
        "mme-1 > hss AuthenticationInformationRequest",
        "hss > mme-1 AuthenticationInformationAnswer",
        *pushed,
        "mme-1 > ue-1 AuthenticationRequest",
        "ue-1 > mme-1 AuthenticationResponse",
        "mme-1 > ue-1 SecurityModeCommand",
        "ue-1 > mme-1 SecurityModeComplete",
        *(["mme-1 > scef ActiveVectorPushRequest"] if solution is Solution.PUSH else []),
    ]
    assert "hss: SQN resynchronised" in told.notes
    assert statuses(told.world)[-1] is VectorStatus.ACTIVE


def test_synch_failure_deletes_every_unused_av() -> None:
    """The AVs that were fetched together with the one refused are as old as it is."""
    world = after(registered(vectors_per_request=3), REAUTHENTICATE, REAUTHENTICATE)
    told = ladder(world, command(HSS, commands.SetSQN(IMSI_1, 0)), REAUTHENTICATE)
    assert statuses(told.world) == [
        *[VectorStatus.USED] * 4,
        *[VectorStatus.DELETED] * 2,
        VectorStatus.ACTIVE,
        *[VectorStatus.UNUSED] * 2,
    ]


def test_two_synch_failures_in_a_row_are_rejected() -> None:
    """The network repeats the first challenge, and the repetition comes in the place of the second one."""
    world = until(take(with_an_old_backup(), REAUTHENTICATE), *TO_UE, nas.AuthenticationRequest)
    world = take(world, actions.Duplicate(*TO_UE), actions.Hold(*TO_UE), actions.Deliver(*TO_UE))
    told = ladder(settle(world).world, actions.Release(*TO_UE))
    assert told.notes[0] == "ue-1: AUTN refused: SQN is out of range, cause #21"
    assert told.of_kind(NoteKind.ABANDONED) == ["mme-1: 2 failures in a row"]
    assert "mme-1 > ue-1 AuthenticationReject" in told.sent
    assert context(told.world).registered
    assert context(told.world).current == context(world).current


@pytest.mark.clause("TS 24.301", "5.4.2.6")
def test_amf_without_separation_bit_is_refused_twice_and_then_rejected() -> None:
    """Cause #26: non-EPS authentication unacceptable."""
    told = ladder(lab(), command(HSS, commands.SetAMF(IMSI_1, AMF(b"\0\0"))), ATTACH)
    assert [note for note in told.notes if "cause" in note] == [
        "ue-1: AUTN refused: the AMF separation bit is 0, cause #26",
        "mme-1: failure, cause #26",
        "ue-1: AUTN refused: the AMF separation bit is 0, cause #26",
    ]
    assert told.sent[-1] == "mme-1 > ue-1 AuthenticationReject"
    assert ue(told.world).phase is UEPhase.DEREGISTERED
    assert timers(told.world) == []
    repaired = ladder(told.world, command(HSS, commands.SetAMF(IMSI_1, EPS_AMF)), ATTACH)
    assert ue(repaired.world).phase is UEPhase.REGISTERED


def test_failure_with_the_last_av_asks_for_more() -> None:
    told = ladder(reauthenticating(registered(vectors_per_request=2)), actions.Alter(*TO_UE))
    assert told.sent[1:3] == [
        "mme-1 > hss AuthenticationInformationRequest",
        "hss > mme-1 AuthenticationInformationAnswer",
    ]
    assert "hss: SQN resynchronised" not in told.notes
    assert statuses(told.world)[2] is VectorStatus.ACTIVE


# Repeated challenges


@pytest.mark.clause("TS 24.301", "5.4.2.3")
def test_challenge_that_t3460_repeats_is_answered_from_memory() -> None:
    world = until(reauthenticating(registered()), *TO_MME, nas.AuthenticationResponse)
    told = ladder(take(world, actions.Drop(*TO_MME)), T3460)
    assert told.sent == [
        "mme-1 > ue-1 AuthenticationRequest",
        "ue-1 > mme-1 AuthenticationResponse",
        "mme-1 > ue-1 SecurityModeCommand",
        "ue-1 > mme-1 SecurityModeComplete",
    ]
    assert told.notes[0] == "ue-1: RAND seen before: RES from memory"


@pytest.mark.clause("TS 24.301", "5.4.2.7")
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_reauthentication_is_abandoned_on_the_fifth_expiry_of_t3460(solution: Solution) -> None:
    """Item b. What was before stays; the AV is used up."""
    before = registered(solution)
    told = expire_and_lose(lose_all(reauthenticating(before)), T3460, 5)
    assert told.sent == ["mme-1 > ue-1 AuthenticationRequest"] * 4
    assert told.of_kind(NoteKind.ABANDONED) == ["mme-1: authentication abandoned"]
    assert context(told.world).active == context(before).active
    assert statuses(told.world) == [VectorStatus.ACTIVE, VectorStatus.USED, VectorStatus.UNUSED]
    assert timers(told.world) == []
    assert ladder(told.world, REAUTHENTICATE).sent[-1] != "mme-1 > ue-1 AuthenticationReject"


# S6a


def test_unknown_imsi_is_rejected_with_cause_8() -> None:
    """5001 becomes ATTACH REJECT #8: the UE deletes GUTI and context."""
    told = ladder(lab(), command(HSS, commands.SetProvisioned(IMSI_1, provisioned=False)), ATTACH)
    assert told.sent == [
        "ue-1 > mme-1 AttachRequest",
        "mme-1 > hss AuthenticationInformationRequest",
        "hss > mme-1 AuthenticationInformationAnswer",
        "mme-1 > ue-1 AttachReject",
    ]
    assert told.notes[-3:] == ["hss: unknown IMSI: 5001", "mme-1: HSS answers 5001", "ue-1: rejected, cause #8"]
    assert mme(told.world).contexts == ()
    assert timers(told.world) == []


def test_unknown_imsi_ends_a_reauthentication_and_leaves_the_ue_registered() -> None:
    before = after(registered(vectors_per_request=1), command(HSS, commands.SetProvisioned(IMSI_1, provisioned=False)))
    told = ladder(before, REAUTHENTICATE)
    assert told.sent == [
        "mme-1 > hss AuthenticationInformationRequest",
        "hss > mme-1 AuthenticationInformationAnswer",
    ]
    assert context(told.world).procedure is None
    assert context(told.world).active == context(before).active


def test_auts_that_is_not_the_usims_ends_in_cause_17() -> None:
    """4181: the HSS has no authentication data to give."""
    world = take(lab(), command(HSS, commands.SetSQN(IMSI_1, (1 << 48) - 40)), ATTACH)
    world = until(world, *TO_MME, nas.AuthenticationFailure)
    told = settle(swap(world, *TO_MME, nas.AuthenticationFailure(nas.EMMCause.SYNCH_FAILURE, AUTS(bytes(14)))))
    assert told.notes[1:] == ["hss: MAC-S is wrong: 4181", "mme-1: HSS answers 4181", "ue-1: rejected, cause #17"]


def test_silent_hss_is_asked_three_times() -> None:
    told = expire_and_lose(
        lose_all(until(take(lab(), ATTACH), "mme-1", HSS, s6a.AuthenticationInformationRequest)), S6A, 2
    )
    assert told.sent == ["mme-1 > hss AuthenticationInformationRequest"] * 2
    end = ladder(told.world, S6A)
    assert end.sent == ["mme-1 > ue-1 AttachReject"]
    assert end.notes == ["mme-1: HSS silent", "ue-1: rejected, cause #17"]
    assert ue(end.world).phase is UEPhase.DEREGISTERED


def test_answer_to_an_older_request_is_dropped() -> None:
    world = until(take(lab(), ATTACH), HSS, "mme-1", s6a.AuthenticationInformationAnswer)
    told = ladder(world, S6A)
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: answers an older request"]
    assert ue(told.world).phase is UEPhase.REGISTERED
    assert [vector.rand for vector in context(told.world).vectors] == [
        v.rand for v in subscriber(told.world).issued[3:]
    ]


def test_repeated_answer_is_dropped() -> None:
    world = until(take(lab(), ATTACH), HSS, "mme-1", s6a.AuthenticationInformationAnswer)
    told = ladder(world, actions.Duplicate(HSS, "mme-1"))
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: answers no open request"]
    assert len(context(told.world).vectors) == 3


def test_repeated_request_with_auts_does_not_set_sqn_back_twice() -> None:
    """TS 33.102 §6.3.5: SQN stays where the USIM would accept the next one."""
    world = until(take(with_an_old_backup(), REAUTHENTICATE), *TO_MME, nas.AuthenticationFailure)
    world = take(world, actions.Deliver(*TO_MME), actions.Duplicate("mme-1", HSS))
    told = settle(world)
    assert [note for note in told.notes if "SQN" in note] == [
        "hss: SQN resynchronised",
        "hss: SQN is in range and stays",
    ]
    assert ladder(told.world, REAUTHENTICATE).of_kind(NoteKind.DROPPED) == []


# Security mode control


@pytest.mark.clause("TS 24.301", "5.4.3.5")
@pytest.mark.parametrize("active_when", ActiveWhen, ids=lambda when: when.value)
def test_security_mode_command_with_a_wrong_mac_is_rejected(active_when: ActiveWhen) -> None:
    """Cause #24. With res-verified the MME has counted the AV as active before."""
    before = registered(Solution.PUSH, active_when=active_when)
    world = until(reauthenticating(before), *TO_UE, nas.SecurityModeCommand)
    told = ladder(world, actions.Alter(*TO_UE))
    assert [line for line in told.sent if "ue-1" in line] == ["ue-1 > mme-1 SecurityModeReject"]
    assert "mme-1: SECURITY MODE REJECT, cause #24" in told.notes
    assert ue(told.world).ks == ue(before).ks
    assert context(told.world).current is not None
    moved = active_when is ActiveWhen.RES_VERIFIED
    assert (context(told.world).active != context(before).active) is moved
    assert (record(told.world).active != record(before).active) is moved
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.4.3.5")
def test_altered_capability_in_attach_request_is_noticed_by_the_ue() -> None:
    """Cause #23: the replayed capabilities are not the UE's own. The attach is tried again by T3410."""
    world = take(lab(), ATTACH, actions.Alter(*TO_MME))
    told = settle(world)
    assert told.sent[-2:] == ["mme-1 > ue-1 SecurityModeCommand", "ue-1 > mme-1 SecurityModeReject"]
    assert told.notes[-2:] == [
        "ue-1: replayed capabilities are not the UE's own",
        "mme-1: SECURITY MODE REJECT, cause #23",
    ]
    assert mme(told.world).contexts == ()
    again = ladder(told.world, expire("ue-1", TimerName.T3410, "ue-1"))
    assert ue(again.world).phase is UEPhase.REGISTERED


@pytest.mark.clause("TS 24.301", "5.4.3.7")
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_command_is_repeated_after_complete_was_lost(solution: Solution) -> None:
    """The UE has switched already: it opens the repetition with its current context."""
    world = until(reauthenticating(registered(solution)), *TO_MME, nas.SecurityModeComplete)
    world = take(world, actions.Drop(*TO_MME))
    told = ladder(world, T3460)
    assert told.sent[:2] == ["mme-1 > ue-1 SecurityModeCommand", "ue-1 > mme-1 SecurityModeComplete"]
    assert told.notes[0] == "ue-1: repeated SECURITY MODE COMMAND"
    current = context(told.world).current
    assert current is not None
    assert current.ks == ue(told.world).ks


@pytest.mark.clause("TS 24.301", "5.4.3.7")
@pytest.mark.parametrize("active_when", ActiveWhen, ids=lambda when: when.value)
def test_complete_lost_five_times_leaves_the_ue_ahead_of_the_mme(active_when: ActiveWhen) -> None:
    """The UE uses the new context, the MME keeps the old one: the next access is rejected, and the UE attaches."""
    before = registered(Solution.PULL, active_when=active_when)
    world = lose_all(until(reauthenticating(before), *TO_MME, nas.SecurityModeComplete))
    for _ in range(4):
        world = lose_all(until(take(world, T3460), *TO_MME, nas.SecurityModeComplete))
    told = ladder(world, T3460)
    assert told.of_kind(NoteKind.ABANDONED) == ["mme-1: security mode control abandoned"]
    assert ue(told.world).ks != ue(before).ks
    assert (context(told.world).active == context(before).active) is (active_when is ActiveWhen.SECURITY_MODE_COMPLETE)
    access = ladder(told.world, ACCESS)
    assert access.sent[:3] == [
        "ue-1 > mme-1 ServiceRequest",
        "mme-1 > ue-1 ServiceReject",
        "ue-1 > mme-1 AttachRequest",
    ]
    assert access.notes[0] == "mme-1: the UE uses a security context the MME does not have, cause #9"
    again = after(access.world, OPEN_SESSION, ACCESS)
    assert ue(again).phase is UEPhase.REGISTERED


def test_attach_is_abandoned_when_security_mode_complete_is_lost() -> None:
    world = lose_all(until(take(lab(), ATTACH), *TO_MME, nas.SecurityModeComplete))
    told = expire_and_lose(world, T3460, 5)
    assert told.sent == ["mme-1 > ue-1 SecurityModeCommand"] * 4
    assert mme(told.world).contexts == ()


# Commands and what is not called by the table


def test_reauthentication_needs_a_registered_ue_and_no_running_procedure() -> None:
    with pytest.raises(CommandRefused, match="no registered context"):
        take(lab(), REAUTHENTICATE)
    world = until(take(registered(), POWER_CYCLE, ATTACH), *TO_UE, nas.AuthenticationRequest)
    with pytest.raises(CommandRefused, match="A NAS procedure runs for this UE: authentication"):
        authentication.reauthenticate(mme(world), commands.Reauthenticate(IMSI_1))


def test_eksi_differs_from_what_mme_and_ue_have() -> None:
    """TS 24.301 §5.4.2.1: the next one must differ from the stored one."""
    world = registered(vectors_per_request=5)
    seen = []
    for _ in range(8):
        world = after(world, REAUTHENTICATE)
        current = context(world).current
        assert current is not None
        seen.append(current.ksi)
    assert seen == [1, 2, 3, 4, 5, 6, 0, 1]


@pytest.mark.parametrize(
    ("handler", "words"),
    [(authentication.on_t3460_expiry, "no procedure waits"), (authentication.on_s6a_expiry, "no request is open")],
    ids=["T3460", "S6a"],
)
@pytest.mark.parametrize("world", [lab(), registered()], ids=["no context", "no procedure"])
def test_expiry_that_nothing_waits_for_changes_nothing(world: World, handler: object, words: str) -> None:
    assert callable(handler)
    assert handler(mme(world), IMSI_1) == Step(mme(world), (Note(words),))


def test_s6a_expiry_after_the_answer_changes_nothing() -> None:
    world = until(reauthenticating(registered()), *TO_UE, nas.AuthenticationRequest)
    assert context(world).procedure is not None
    assert authentication.on_s6a_expiry(mme(world), IMSI_1).outputs == (Note("no request is open"),)


def test_t3460_while_the_mme_waits_for_avs_changes_nothing() -> None:
    world = take(lab(), ATTACH, actions.Deliver(*TO_MME))
    procedure = context(world).procedure
    assert procedure is not None
    assert procedure.stage is Stage.VECTORS
    assert authentication.on_t3460_expiry(mme(world), IMSI_1).outputs == (Note("no procedure waits"),)


def test_answer_for_an_imsi_without_context_is_dropped() -> None:
    answer = s6a.AuthenticationInformationAnswer(IMSI_1, 1)
    step = authentication.on_authentication_information_answer(mme(lab()), answer, HSS)
    assert step.outputs == (Note("answers no open request", NoteKind.DROPPED),)


def test_response_outside_its_phase_is_an_error_of_the_caller() -> None:
    with pytest.raises(LookupError, match=f"no authentication runs for {IMSI_1}"):
        authentication.on_authentication_response(mme(registered()), nas.AuthenticationResponse(RES(bytes(8))), "ue-1")


def test_lost_challenge_leaves_one_timer() -> None:
    world = told(registered(), REAUTHENTICATE).world
    assert timers(world) == [("mme-1", "T3460")]
