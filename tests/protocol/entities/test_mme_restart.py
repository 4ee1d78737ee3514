"""Restart of the MME: what it loses (TS 23.007, from memory)."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, Send
from nodes.protocol.entities.mme.restart import restart
from nodes.protocol.entities.mme.state import OpenWithdrawal
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.messages.s1 import ConnectionRelease
from nodes.protocol.options import Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from tests.support.protocol import (
    ACCESS,
    ATTACH,
    IMSI_1,
    IMSI_2,
    OPEN_SESSION,
    POWER_CYCLE,
    REAUTHENTICATE,
    after,
    command,
    lab,
    ladder,
    mme,
    server_session,
    take,
    timers,
    ue,
    until,
)

RESTART = actions.Restart("mme-1")
ATTACH_2 = command("ue-2", commands.Attach("mme-1"))


def test_contexts_are_lost_and_counters_stay() -> None:
    before = take(after(lab(ues=2), ATTACH, ATTACH_2), REAUTHENTICATE)
    told = ladder(take(before, actions.Drop("mme-1", "ue-1")), RESTART)
    assert told.notes == [
        "mme-1: loses 2 UE contexts with GUTIs, AVs and keys",
        "ue-1: connection released",
        "ue-2: connection released",
    ]
    assert mme(told.world) == replace(mme(before), contexts=(), connections=())
    assert timers(told.world) == []


def test_identification_and_withdrawals_are_lost() -> None:
    world = after(lab(mmes=2), command("ue-1", commands.Attach("mme-2")), POWER_CYCLE)
    world = until(take(world, ATTACH), "mme-1", "ue-1", nas.IdentityRequest)
    state = replace(mme(world), withdrawals=(OpenWithdrawal(IMSI_1, 1, ()), OpenWithdrawal(IMSI_2, 1, ())))
    step = restart(state)
    assert step.state == mme(lab(mmes=2))
    assert step.outputs == (
        Note(Remark.MME_RESTARTED, values=(0, 1, 2)),
        Send("ue-1", ConnectionRelease(2)),
    )


def test_nothing_to_lose() -> None:
    told = ladder(lab(), RESTART)
    assert told.notes == ["mme-1: nothing to lose: no UE contexts"]
    assert told.world == lab()


def test_guti_is_unknown_after_a_restart_in_solution_11() -> None:
    world = after(lab(Solution.PULL), ATTACH, RESTART, OPEN_SESSION)
    assert server_session(world).last_result is KeyResult.GUTI_UNKNOWN


def test_record_at_the_scef_still_gives_the_key_in_solution_12() -> None:
    world = after(lab(), ATTACH, RESTART, OPEN_SESSION)
    assert server_session(world).ks == ue(world).ks


def test_ue_finds_out_by_its_next_access_and_attaches_again() -> None:
    told = ladder(after(lab(), ATTACH, RESTART), ACCESS)
    assert told.sent[1:3] == ["mme-1 > ue-1 ServiceReject", "ue-1 > mme-1 AttachRequest"]
    world = after(told.world, OPEN_SESSION)
    assert server_session(world).ks == ue(world).ks
