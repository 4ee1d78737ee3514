"""The notation of scenarios, and scripts compiled."""

import pytest

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.messages import commands, nas, pushes
from nodes.protocol.octets import AMF
from nodes.protocol.options import HSS, SCEF, Setup
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action, Arm, Command, Hold, LinkFault, Release
from nodes.protocol.world.genesis import first_world, imsi_of
from nodes.protocol.world.world import World
from nodes.scenarios import ScenarioError
from nodes.scenarios.notation import actions_of
from nodes.scenarios.script import compile_script
from tests.support.protocol import ATTACH, OPEN_SESSION, TO_UE, after, lab, settle, take, until

SETUP = Setup("test", mmes=2)
TO_SCEF = ("mme-1", SCEF)
TWO_SESSIONS = after(lab(ues=2, mmes=2), ATTACH, OPEN_SESSION)


def meant(world: World, line: str) -> list[Action]:
    return list(actions_of(world, line))


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("attach ue-2 at mme-2", Command("ue-2", commands.Attach("mme-2"))),
        ("attach ue-1", Command("ue-1", commands.Attach("mme-1"))),
        ("detach ue-1", Command("ue-1", commands.Detach())),
        ("power ue-1", Command("ue-1", commands.PowerCycle())),
        ("access ue-1", Command("ue-1", commands.Access())),
        ("move ue-1 to mme-2", Command("ue-1", commands.UpdateTrackingArea("mme-2"))),
        ("reauthenticate ue-1", Command("mme-1", commands.Reauthenticate(imsi_of("ue-1")))),
        ("reallocate ue-1", Command("mme-1", commands.ReallocateGUTI(imsi_of("ue-1")))),
        ("open ue-1 with as-1", Command("ue-1", commands.OpenApplicationSession("as-1"))),
        ("read ue-1 to as-1", Command("ue-1", commands.SendReading("as-1"))),
        ("command as-1 to ue-1", Command("as-1", commands.SendCommand("ue-1"))),
        ("ask as-1 for ue-1", Command("as-1", commands.AskForKey("ue-1"))),
        ("ask as-1 for ue-1 guti 1", Command("as-1", commands.AskForKey("ue-1", guti_index=0))),
        ("third as-1 for ue-1", Command("as-1", commands.AskForKey("ue-1", through_third_party=True))),
        ("set sqn ue-1 32", Command(HSS, commands.SetSQN(imsi_of("ue-1"), 32))),
        ("set amf ue-1 0000", Command(HSS, commands.SetAMF(imsi_of("ue-1"), AMF(bytes(2))))),
        ("remove ue-2", Command(HSS, commands.SetProvisioned(imsi_of("ue-2"), provisioned=False))),
        ("restore ue-2", Command(HSS, commands.SetProvisioned(imsi_of("ue-2"), provisioned=True))),
    ],
)
def test_line_is_command(line: str, command: Command) -> None:
    assert meant(TWO_SESSIONS, line) == [command]


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("hold mme-1 > scef", Hold(*TO_SCEF)),
        ("release mme-1 > scef", Release(*TO_SCEF)),
        ("lose next hss > scef", Arm(HSS, SCEF, LinkFault.LOSE)),
        ("repeat next scef > third-party", Arm(SCEF, "third-party", LinkFault.REPEAT)),
        ("reorder next as-1 > ue-1", Arm("as-1", "ue-1", LinkFault.REORDER)),
        ("advance 60", actions.Advance(60)),
        ("restart scef", actions.Restart(SCEF)),
    ],
)
def test_line_is_action_on_link_node_or_time(line: str, action: Action) -> None:
    assert meant(first_world(SETUP), line) == [action]


def two_pushes() -> World:
    """An open push of the MME and a copy of it, with other messages in flight."""
    world = until(take(first_world(SETUP), ATTACH), *TO_SCEF, pushes.ActiveVectorPushRequest)
    return take(world, actions.Duplicate(*TO_SCEF))


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("deliver mme-1 > scef", actions.Deliver(*TO_SCEF)),
        ("deliver mme-1 > scef last", actions.Deliver(*TO_SCEF, 1)),
        ("deliver mme-1 > scef ActiveVectorPushRequest", actions.Deliver(*TO_SCEF)),
        ("deliver mme-1 > scef ActiveVectorPushRequest last", actions.Deliver(*TO_SCEF, 1)),
        ("drop mme-1 > scef", actions.Drop(*TO_SCEF)),
        ("duplicate mme-1 > scef last", actions.Duplicate(*TO_SCEF, 1)),
        ("alter mme-1 > ue-1 AttachAccept", actions.Alter(*TO_UE)),
        ("fail mme-1 > ue-1 AttachAccept", actions.Fail(*TO_UE)),
    ],
)
def test_line_is_action_on_message(line: str, action: Action) -> None:
    assert meant(two_pushes(), line) == [action]


def test_run_delivers_until_nothing_moves() -> None:
    world = take(first_world(SETUP), ATTACH)
    assert take(world, *meant(world, "run")) == settle(world).world
    assert meant(first_world(SETUP), "run") == []


def test_run_until_stops_before_the_message() -> None:
    world = take(first_world(SETUP), ATTACH)
    wanted = until(world, *TO_UE, nas.SecurityModeCommand)
    assert take(world, *meant(world, "run until mme-1 > ue-1 SecurityModeCommand")) == wanted
    assert meant(wanted, "run until mme-1 > ue-1 SecurityModeCommand") == []


def test_next_is_the_next_delivery() -> None:
    world = take(first_world(SETUP), ATTACH)
    assert meant(world, "next") == [actions.Deliver("ue-1", "mme-1")]


def test_expire_finds_the_timer_by_name_node_and_ue() -> None:
    world = take(first_world(Setup("test", ues=2)), ATTACH, Command("ue-2", commands.Attach("mme-1")))
    world = until(world, "mme-1", "ue-1", nas.AuthenticationRequest)
    world = until(world, "mme-1", "ue-2", nas.AuthenticationRequest)
    assert meant(world, "expire T3460 at mme-1 about ue-2") == [
        actions.Expire("mme-1", TimerName.T3460, imsi_of("ue-2"))
    ]
    assert meant(world, "expire T3410 at ue-1") == [actions.Expire("ue-1", TimerName.T3410, "ue-1")]
    with pytest.raises(NoSuchAction, match=r"^2 timers T3460 run there, one is wanted$"):
        meant(world, "expire T3460 at mme-1")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("", "no line of the notation reads so"),
        ("attach the UE", "no line of the notation reads so"),
        ("deliver mme-1 -> scef", "no line of the notation reads so"),
        ("drop ue-1 > mme-1 AttachRequests", "there is no message AttachRequests"),
        ("run until ue-1 > mme-1 Attach", "there is no message Attach"),
        ("expire T9999 at mme-1", "there is no timer T9999"),
    ],
)
@pytest.mark.parametrize("maybe", ["", "maybe "])
def test_line_that_nobody_can_read_is_an_error(line: str, rule: str, maybe: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        compile_script(SETUP, [("advance 1", maybe + line)])
    assert str(caught.value) == f"beat 1, {maybe + line!r}: {rule}"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("next", "nothing is in flight that may be delivered"),
        ("drop ue-1 > mme-1", "no message is there"),
        ("drop ue-1 > mme-1 AttachRequest", "no AttachRequest is there"),
        ("run until ue-1 > mme-1 AttachRequest", "nothing is in flight that may be delivered"),
        ("expire T3410 at ue-1", "0 timers T3410 run there, one is wanted"),
        ("attach ue-1", "The UE has never attached, so it has no MME"),
        ("detach ue-1", "The UE is in EMM-DEREGISTERED"),
        ("attach ue-9 at mme-1", "There is no node 'ue-9' in this lab"),
        ("restart as-1", "as-1 does not restart in this demonstrator: only HSS, MME and SCEF do"),
    ],
)
def test_impossible_line_is_an_error_unless_maybe(line: str, rule: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        compile_script(SETUP, [(), (line,)])
    assert str(caught.value) == f"beat 2, {line!r}: {rule}"
    assert compile_script(SETUP, [(f"maybe {line}",)]).actions == ()


def test_maybe_leaves_out_all_of_a_line_that_fails_on_its_way() -> None:
    compiled = compile_script(SETUP, [("attach ue-1 at mme-1", "maybe run until ue-1 > mme-1 DetachRequest")])
    assert compiled.actions == (ATTACH,)


def test_script_has_actions_worlds_and_where_each_beat_starts() -> None:
    compiled = compile_script(SETUP, [("attach ue-1 at mme-1", "next"), (), ("maybe next",)])
    world = first_world(SETUP)
    deliveries = [actions.Deliver("ue-1", "mme-1"), actions.Deliver("mme-1", HSS)]
    assert compiled.actions == (ATTACH, *deliveries)
    assert compiled.starts == (0, 2, 2)
    assert compiled.worlds == (
        world,
        take(world, ATTACH),
        take(world, ATTACH, deliveries[0]),
        take(world, ATTACH, *deliveries),
    )


def test_lines_read_the_world_that_earlier_lines_led_to() -> None:
    """A command to the MME of a UE goes to the one that it moved to."""
    beats = [("attach ue-1 at mme-1", "run"), ("move ue-1 to mme-2", "run", "reallocate ue-1")]
    assert compile_script(SETUP, beats).actions[-1] == Command("mme-2", commands.ReallocateGUTI(imsi_of("ue-1")))


def test_refused_command_says_what_the_node_says() -> None:
    with pytest.raises(CommandRefused, match=r"^The UE has never attached, so it has no MME$"):
        meant(first_world(SETUP), "reauthenticate ue-1")
