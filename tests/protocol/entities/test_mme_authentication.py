"""Authentication and security mode control at the MME, with what may fail on the way."""

from dataclasses import replace
from typing import Any

import pytest

from nodes.protocol.entities.machine import Note, NoteKind, Step
from nodes.protocol.entities.mme import authentication
from nodes.protocol.entities.mme.state import Stage, VectorStatus
from nodes.protocol.entities.security import NASDirection, protect
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UE_NETWORK_CAPABILITY, UEPhase
from nodes.protocol.errors import CommandRefused
from nodes.protocol.messages import commands, nas, s6a
from nodes.protocol.messages.alter import alter
from nodes.protocol.messages.s1 import inside
from nodes.protocol.octets import AMF, AUTS, RES
from nodes.protocol.options import HSS, ActiveWhen, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.genesis import EPS_AMF
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ACCESS,
    ATTACH,
    IMSI_1,
    IMSI_2,
    OPEN_SESSION,
    POWER_CYCLE,
    REAUTHENTICATE,
    RELEASE,
    TO_MME,
    TO_UE,
    after,
    command,
    context,
    expire,
    expire_and_lose,
    in_flight,
    initial,
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


def challenged(**options: Any) -> World:
    """The first challenge of an attach is on its way, not integrity protected."""
    return until(take(lab(Solution.PULL, **options), ATTACH), *TO_UE, nas.AuthenticationRequest)


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
    current = ue(world).current
    assert current is not None
    _, wrong = protect(replace(current, uplink=9), NASDirection.UPLINK, nas.AuthenticationResponse(RES(bytes(8))))
    told = settle(swap(world, *TO_MME, wrong))
    assert told.sent == ["mme-1 > ue-1 AuthenticationReject"]
    assert told.notes == [
        "mme-1: RES is wrong",
        "ue-1: AUTHENTICATION REJECT: GUTI and context deleted, USIM invalid until switched off",
    ]
    assert_kept(told.world)
    assert (ue(told.world).phase, ue(told.world).guti, ue(told.world).current) == (UEPhase.DEREGISTERED, None, None)
    assert timers(told.world) == []


def assert_kept(world: World) -> None:
    """The context is registered, with the AV and the security context of before."""
    before, kept = context(registered()), context(world)
    assert kept.registered
    assert kept.procedure is None
    assert kept.current is not None
    assert before.current is not None
    assert (kept.gutis, kept.current.k_asme, kept.active) == (before.gutis, before.current.k_asme, before.active)


@pytest.mark.clause("TS 24.301", "5.5.1.2.7")
@pytest.mark.parametrize("identity", ["IMSI", "GUTI"])
def test_attach_request_that_is_not_the_ues_changes_nothing(identity: str) -> None:
    """Item f: the network maintains the EMM context unchanged. Here RES is wrong, whoever sent the request."""
    before = registered()
    world = take(before, POWER_CYCLE, ATTACH, actions.Alter(*TO_MME))
    if identity == "IMSI":
        request = nas.AttachRequest(IMSI_1, nas.NO_KSI, UE_NETWORK_CAPABILITY)
        world = swap(world, *TO_MME, initial(world, request))
    world = until(world, *TO_MME, nas.AuthenticationResponse)
    assert context(world).gutis == context(before).gutis
    assert context(world).registered
    told = settle(swap(world, *TO_MME, nas.AuthenticationResponse(RES(bytes(8)))))
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


def test_ue_that_tells_another_imsi_without_an_attach_is_rejected() -> None:
    """Item c: no attach can go on with it."""
    world = until(take(challenged(), actions.Alter(*TO_UE)), *TO_MME, nas.IdentityResponse)
    state = mme(world)
    step = authentication.stray_identity(state, context(world), IMSI_2)
    (note,) = (output for output in step.outputs if isinstance(output, Note))
    assert (note.remark, note.kind, note.values) == (Remark.OTHER_IMSI, NoteKind.ABANDONED, (IMSI_2,))


def test_res_of_another_length_is_wrong() -> None:
    world = until(take(lab(), ATTACH), *TO_MME, nas.AuthenticationResponse)
    step = authentication.on_authentication_response(mme(world), nas.AuthenticationResponse(RES(bytes(4))), "ue-1")
    assert [output.message for output in step.outputs if hasattr(output, "message")] == [nas.AuthenticationReject()]


def test_repeated_response_is_discarded() -> None:
    world = until(reauthenticating(registered()), *TO_MME, nas.AuthenticationResponse)
    told = ladder(world, actions.Duplicate(*TO_MME))
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: NAS COUNT 2 came before, and secure exchange is established"]
    assert statuses(told.world) == [VectorStatus.USED, VectorStatus.ACTIVE, VectorStatus.UNUSED]


# AUTHENTICATION FAILURE


@pytest.mark.clause("TS 24.301", "5.4.2.7")
def test_mac_failure_leads_to_identification_and_reject() -> None:
    """Items c, d: cause #20; the IMSI is the right one, so authentication has failed."""
    told = ladder(challenged(), actions.Alter(*TO_UE))
    assert told.sent == [
        "ue-1 > mme-1 AuthenticationFailure",
        "mme-1 > ue-1 IdentityRequest",
        "ue-1 > mme-1 IdentityResponse",
        "mme-1 > ue-1 AuthenticationReject",
    ]
    assert told.notes[:3] == [
        "ue-1: AUTN refused: MAC-A is wrong, cause #20",
        "mme-1: failure, cause #20",
        "mme-1: the IMSI was the right one: authentication has failed",
    ]
    assert ue(told.world).is_barred
    assert mme(told.world).contexts == ()
    assert timers(told.world) == []
    with pytest.raises(CommandRefused, match="The USIM is invalid until the UE is switched off"):
        take(told.world, ATTACH)
    assert ue(after(told.world, POWER_CYCLE, ATTACH)).phase is UEPhase.REGISTERED


@pytest.mark.clause("TS 24.301", "5.4.2.7")
def test_attach_goes_on_with_the_imsi_that_the_ue_tells() -> None:
    """Item c: the mapping was wrong, so a new AUTHENTICATION REQUEST follows. Here somebody changed the IMSI."""
    world = until(take(challenged(ues=2), actions.Alter(*TO_UE)), *TO_MME, nas.IdentityResponse)
    told = settle(swap(world, *TO_MME, nas.IdentityResponse(IMSI_2)))
    assert [line for line in told.sent if "mme-1 > ue-1" in line][:3] == [
        "mme-1 > ue-1 AuthenticationRequest",
        "mme-1 > ue-1 IdentityRequest",
        "mme-1 > ue-1 AuthenticationRequest",
    ]
    assert [each.imsi for each in mme(told.world).contexts] == [IMSI_1]
    assert ue(told.world).phase is UEPhase.REGISTERED


@pytest.mark.clause("TS 24.301", "5.4.2.7")
def test_identification_after_a_failure_is_repeated_and_abandoned() -> None:
    """§5.4.4.6 b: with it the attach."""
    t3470 = expire("mme-1", TimerName.T3470, "ue-1")
    world = until(take(challenged(), actions.Alter(*TO_UE)), *TO_UE, nas.IdentityRequest)
    told = expire_and_lose(lose_all(world), t3470, 5)
    assert told.sent == ["mme-1 > ue-1 IdentityRequest"] * 4
    assert told.of_kind(NoteKind.ABANDONED) == ["mme-1: identification abandoned"]
    assert mme(told.world).contexts == ()


@pytest.mark.clause("TS 24.301", "4.4.4.2")
def test_forged_challenge_is_discarded_where_secure_exchange_is_established() -> None:
    """Altered or plain: the UE stays as it is, and the repetition goes through."""
    world = reauthenticating(registered())
    protected = in_flight(world, *TO_UE)[0]
    for forged in (alter(protected), inside(protected)):
        dropped = settle(swap(world, *TO_UE, forged))  # type: ignore[arg-type]
        assert dropped.sent == []
        assert ue(dropped.world) == ue(world)
        again = ladder(dropped.world, T3460)
        assert statuses(again.world)[:2] == [VectorStatus.USED, VectorStatus.ACTIVE]


@pytest.mark.clause("TS 24.301", "5.4.2.7")
def test_failures_of_two_procedures_are_not_in_a_row() -> None:
    """The HSS is set back twice; each time one resynchronisation helps."""
    world = after(with_an_old_backup(), REAUTHENTICATE)
    told = ladder(take(world, command(HSS, commands.SetSQN(IMSI_1, 0))), REAUTHENTICATE)
    assert "hss: SQN resynchronised" in told.notes
    assert "ue-1 > mme-1 SecurityModeComplete" in told.sent


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
    """Item e: after the first one the HSS has resynchronised, and is set back again before it makes new AVs."""
    world = until(take(with_an_old_backup(), REAUTHENTICATE), *TO_MME, nas.AuthenticationFailure)
    before = context(world).current
    world = until(world, "mme-1", HSS, s6a.AuthenticationInformationRequest)
    request = in_flight(world, "mme-1", HSS)[0]
    assert isinstance(request, s6a.AuthenticationInformationRequest)
    told = settle(swap(world, "mme-1", HSS, replace(request, resynchronization_info=None)))
    assert told.of_kind(NoteKind.ABANDONED) == ["mme-1: 2 synch failures in a row"]
    assert "mme-1 > ue-1 AuthenticationReject" in told.sent
    assert context(told.world).registered
    assert before is not None
    assert context(told.world).current is not None
    assert context(told.world).current.k_asme == before.k_asme  # type: ignore[union-attr]


@pytest.mark.clause("TS 24.301", "5.4.2.6")
def test_amf_without_separation_bit_is_refused_and_the_ue_rejected() -> None:
    """Item d, cause #26: non-EPS authentication unacceptable."""
    told = ladder(lab(), command(HSS, commands.SetAMF(IMSI_1, AMF(b"\0\0"))), ATTACH)
    assert [note for note in told.notes if "cause" in note] == [
        "ue-1: AUTN refused: the AMF separation bit is 0, cause #26",
        "mme-1: failure, cause #26",
    ]
    assert told.sent[-1] == "mme-1 > ue-1 AuthenticationReject"
    assert ue(told.world).phase is UEPhase.DEREGISTERED
    assert timers(told.world) == []
    repaired = ladder(told.world, command(HSS, commands.SetAMF(IMSI_1, EPS_AMF)), POWER_CYCLE, ATTACH)
    assert ue(repaired.world).phase is UEPhase.REGISTERED


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
    assert told.sent == ["mme-1 > ue-1 AuthenticationRequest"] * 4 + ["mme-1 > ue-1 ConnectionRelease"]
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
    assert ue(end.world).phase is UEPhase.ATTEMPTING_TO_ATTACH


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
    again = settle(take(told.world, *(expire("ue-1", each, "ue-1") for each in (TimerName.T3410, TimerName.T3411))))
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
    access = ladder(told.world, RELEASE, ACCESS)
    assert access.sent[1:4] == [
        "ue-1 > mme-1 ServiceRequest",
        "mme-1 > ue-1 ServiceReject",
        "ue-1 > mme-1 AttachRequest",
    ]
    assert access.notes[2] == "mme-1: the request does not verify, cause #9"
    again = after(access.world, OPEN_SESSION, RELEASE, ACCESS)
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
    ("handler", "remark"),
    [
        (authentication.on_t3460_expiry, Remark.NO_PROCEDURE_WAITS),
        (authentication.on_s6a_expiry, Remark.NO_OPEN_REQUEST),
    ],
    ids=["T3460", "S6a"],
)
@pytest.mark.parametrize("world", [lab(), registered()], ids=["no context", "no procedure"])
def test_expiry_that_nothing_waits_for_changes_nothing(world: World, handler: object, remark: Remark) -> None:
    assert callable(handler)
    assert handler(mme(world), IMSI_1) == Step(mme(world), (Note(remark),))


def test_s6a_expiry_after_the_answer_changes_nothing() -> None:
    world = until(reauthenticating(registered()), *TO_UE, nas.AuthenticationRequest)
    assert context(world).procedure is not None
    assert authentication.on_s6a_expiry(mme(world), IMSI_1).outputs == (Note(Remark.NO_OPEN_REQUEST),)


def test_t3460_while_the_mme_waits_for_avs_changes_nothing() -> None:
    world = take(lab(), ATTACH, actions.Deliver(*TO_MME))
    procedure = context(world).procedure
    assert procedure is not None
    assert procedure.stage is Stage.VECTORS
    assert authentication.on_t3460_expiry(mme(world), IMSI_1).outputs == (Note(Remark.NO_PROCEDURE_WAITS),)


def test_answer_for_an_imsi_without_context_is_dropped() -> None:
    answer = s6a.AuthenticationInformationAnswer(IMSI_1, 1)
    step = authentication.on_authentication_information_answer(mme(lab()), answer, HSS)
    assert step.outputs == (Note(Remark.ANSWERS_NO_OPEN_REQUEST, NoteKind.DROPPED),)


def test_response_outside_its_phase_is_an_error_of_the_caller() -> None:
    with pytest.raises(LookupError, match=f"no authentication runs for {IMSI_1}"):
        authentication.on_authentication_response(mme(registered()), nas.AuthenticationResponse(RES(bytes(8))), "ue-1")


def test_lost_challenge_leaves_one_timer() -> None:
    world = told(registered(), REAUTHENTICATE).world
    assert timers(world) == [("mme-1", "T3460")]
