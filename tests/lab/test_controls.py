"""What can be clicked: timers, procedures, delivery, what is shown."""

from dataclasses import replace

import pytest

from core.lab.delivery import delivery
from core.lab.parts import Button
from core.lab.procedures import ProcedureGroup, procedures
from core.lab.scene import Scene
from core.lab.settings import settings
from core.lab.timers import timers
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import CommandRefused
from nodes.protocol.messages import commands
from nodes.protocol.options import Solution
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Action, Advance, Alter, Command, Deliver, Expire, Hold, Restart
from tests.fixtures.moments import (
    ASK,
    ATTACH,
    IMSI_1,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    Driven,
    in_session,
    push_in_flight,
    setup_of,
    two_ues,
)
from tests.support.views import action_of


def buttons(driven: Driven, title: str, *ues: str) -> dict[str, Button]:
    return {
        button.label: button
        for group in all_groups(driven, *ues)
        if group.title == title
        for button in (*group.buttons, *group.choices)
    }


def all_groups(driven: Driven, *ues: str) -> tuple[ProcedureGroup, ...]:
    scene = Scene(driven.moment(*ues))
    return (*procedures(scene).groups, delivery(scene).group, *settings(scene).groups)


def test_lab_time_advances() -> None:
    panel = timers(Scene(Driven().moment()))
    assert panel.lab_time == "0 s"
    assert [(button.label, action_of(button)) for button in panel.advance] == [
        ("+10 s", Advance(10)),
        ("+1 min", Advance(60)),
        ("+10 min", Advance(600)),
    ]


def running_timers(driven: Driven, *ues: str) -> list[tuple[str, str, str, str]]:
    running = timers(Scene(driven.moment(*ues))).timers
    return [(timer.name, timer.node, timer.remaining, timer.meta) for timer in running]


def test_timers_of_an_attach() -> None:
    driven = Driven().take(ATTACH).until("AuthenticationResponse")
    assert running_timers(driven) == [
        ("T3460", "MME", "6 s", "expiry 1 of 5"),
        ("T3410", "UE", "15 s", "expiry 1 of 5"),
        ("T3416", "UE", "30 s", "then forgets RAND and RES"),
    ]
    driven = Driven().take(ATTACH, Expire("ue-1", TimerName.T3410, "ue-1"))
    assert running_timers(driven) == [("T3411", "UE", "10 s", "then tries again")]


def test_expire_now_is_an_action() -> None:
    (timer,) = timers(Scene(Driven().take(ATTACH).moment())).timers
    assert action_of(timer.button) == Expire("ue-1", TimerName.T3410, "ue-1")


def test_pushes_count_their_expiries() -> None:
    driven = push_in_flight().take(Expire("mme-1", TimerName.PUSH, IMSI_1))
    assert running_timers(driven) == [("Push answer", "MME", "10 s", "expiry 2 of 5")]


def test_pushes_of_the_hss_have_no_last_expiry() -> None:
    driven = Driven().take(ATTACH, Hold("hss", "scef")).run()
    assert ("Push answer", "HSS", "10 s", "") in running_timers(driven)
    driven.take(Expire("hss", TimerName.PUSH, f"{IMSI_1}.1"))
    assert ("Push answer", "HSS", "10 s", "sent 2 times") in running_timers(driven)


def test_timers_of_a_location_count_what_they_supervise() -> None:
    """And not the pushes of the HSS, which have numbers too, nor the procedure that runs at the MME."""
    move = Command("ue-1", commands.UpdateTrackingArea("mme-2"))
    driven = Driven(setup_of(mmes=2)).run(ATTACH).take(move).until("UpdateLocationRequest")
    assert ("Location answer", "MME 2", "10 s", "expiry 1 of 3") in running_timers(driven)
    driven.until("CancelLocationRequest").take(Hold("hss", "mme-1")).run()
    assert ("Location answer", "HSS", "10 s", "expiry 1 of 3") in running_timers(driven)
    driven.take(Expire("hss", TimerName.LOCATION, f"{IMSI_1}.1"))
    assert ("Location answer", "HSS", "10 s", "expiry 2 of 3") in running_timers(driven)


def test_timer_of_an_identification_counts_the_requests() -> None:
    """Of a UE whose GUTI is unknown, and of one that has not accepted a challenge."""
    unknown = Driven().run(ATTACH).take(Command("ue-1", commands.Detach())).run().take(ATTACH).until("IdentityRequest")
    assert ("T3470", "MME", "6 s", "expiry 1 of 5") in running_timers(unknown)
    refused = Driven().take(ATTACH).until("AuthenticationRequest").take(Alter("mme-1", "ue-1")).until("IdentityRequest")
    assert ("T3470", "MME", "6 s", "expiry 1 of 5") in running_timers(refused)


def test_timers_of_key_requests() -> None:
    driven = in_session(Solution.PULL).take(ASK).until("T6aKeyRequest")
    assert running_timers(driven) == [
        ("T6a answer", "SCEF", "5 s", ""),
        ("Key answer", "AS", "15 s", "expiry 1 of 2"),
    ]
    through = Command("as-1", commands.AskForKey("ue-1", through_third_party=True))
    driven = in_session().take(through, Deliver("as-1", "third-party"))
    assert running_timers(driven)[0] == ("Key answer", "Third party", "10 s", "")


def test_timers_of_other_ues_are_not_listed() -> None:
    driven = two_ues()
    assert running_timers(driven, "ue-1") == []
    assert running_timers(driven, "ue-2") == [("T3460", "MME", "6 s", "expiry 1 of 5")]


# Procedures


def test_procedures_of_a_lab_in_which_nothing_happened() -> None:
    group = buttons(Driven(), "UE")
    assert [(b.label, b.key_hint, b.enabled) for b in group.values()] == [
        ("Attach", "A", True),
        ("Re-authenticate", "R", False),
        ("Reallocate GUTI", "G", False),
        ("Release connection", "Z", False),
        ("Access", "X", False),
        ("TA update", "U", False),
        ("Open session", "O", False),
        ("AS asks for key", "K", False),
        ("Third party asks", "T", False),
        ("Send reading", "S", False),
        ("Send command", "C", False),
        ("Detach", "D", False),
        ("Switch off and on", "Q", False),
        ("Power cycle", "P", True),
    ]
    assert group["Send command"].reason == "no session"


def test_in_a_session_only_attach_and_access_wait() -> None:
    group = buttons(in_session(), "UE")
    waiting = [(b.label, b.reason) for b in group.values() if not b.enabled]
    assert waiting == [("Attach", "registered"), ("Access", "release first")]
    idle = buttons(in_session().run(RELEASE), "UE")
    waiting = [(b.label, b.reason) for b in idle.values() if not b.enabled]
    assert waiting == [("Attach", "registered"), ("Release connection", "idle already")]


@pytest.mark.parametrize(
    "driven",
    [
        Driven(),
        Driven().take(ATTACH),
        Driven().take(ATTACH).until("AuthenticationResponse"),
        in_session(),
        in_session().take(REAUTHENTICATE),
    ],
)
def test_a_button_is_enabled_exactly_when_the_protocol_takes_its_action(driven: Driven) -> None:
    for group in all_groups(driven):
        for button in group.buttons:
            if button.name == "action":
                assert button.enabled == is_taken(driven, action_of(button)), button.label


def is_taken(driven: Driven, action: Action) -> bool:
    try:
        engine.transition(driven.world, action)
    except CommandRefused:
        return False
    return True


def test_as_that_knows_no_session_asks_once_the_ue_has_opened_one() -> None:
    button = buttons(Driven().run(ATTACH), "UE")["AS asks for key"]
    assert (button.key_hint, button.enabled, button.hint) == ("K", True, "opens a session")
    assert action_of(button) == Command("ue-1", commands.OpenApplicationSession("as-1"))
    asked = buttons(in_session(), "UE")["AS asks for key"]
    assert (action_of(asked), asked.hint) == (ASK, "")


def test_after_a_restart_each_reason_says_who_knows_it() -> None:
    """The UE takes itself for registered while the MME has lost its context."""
    group = buttons(in_session().take(Restart("mme-1")), "UE")
    assert [group[label].reason for label in ("Attach", "Re-authenticate")] == ["registered", "no context at MME"]


def test_reasons_are_a_few_words() -> None:
    for driven in (Driven(), Driven().take(ATTACH), in_session().take(REAUTHENTICATE), in_session()):
        reasons = [b.reason for group in all_groups(driven) for b in group.buttons]
        assert max(len(reason) for reason in reasons) <= 20


def test_several_mmes_and_application_servers_have_a_button_each() -> None:
    group = buttons(Driven(setup_of(mmes=2, servers=2)), "UE")
    assert [(b.label, b.key_hint) for b in group.values() if b.label.startswith(("Attach", "Open"))] == [
        ("Attach at MME 1", "A"),
        ("Attach at MME 2", ""),
        ("Open session with AS 1", "O"),
        ("Open session with AS 2", ""),
    ]


def test_ue_can_move_to_each_other_mme() -> None:
    driven = Driven(setup_of(mmes=3)).run(ATTACH)
    group = buttons(driven, "UE")
    assert [(b.label, b.key_hint, action_of(b)) for b in group.values() if b.label.startswith(("Move", "TA"))] == [
        ("TA update", "U", Command("ue-1", commands.UpdateTrackingArea("mme-1"))),
        ("Move to MME 2", "M", Command("ue-1", commands.UpdateTrackingArea("mme-2"))),
        ("Move to MME 3", "", Command("ue-1", commands.UpdateTrackingArea("mme-3"))),
    ]
    driven.run(Command("ue-1", commands.UpdateTrackingArea("mme-2")))
    assert "Move to MME 1" in buttons(driven, "UE")


def test_what_is_the_labs_matter_waits_for_the_present() -> None:
    driven = in_session()
    scene = Scene(replace(driven.moment(), last_step=99))
    groups = {group.title: group for group in (delivery(scene).group, *settings(scene).groups)}
    assert {button.reason for button in groups["Delivery"].choices} == {"live only"}
    assert [button.reason for button in groups["Lab"].buttons] == ["live only"]
    assert buttons(driven, "Lab")["Reset the lab"].enabled


def test_as_asks_by_an_old_guti() -> None:
    driven = in_session().run(REALLOCATE, Command("ue-1", commands.OpenApplicationSession("as-1")))
    button = buttons(driven, "UE")["AS asks by G1"]
    assert action_of(button) == Command("as-1", commands.AskForKey("ue-1", guti_index=0))


def test_keys_act_on_the_first_ue() -> None:
    driven = two_ues()
    first, second = (buttons(driven, title, "ue-2", "ue-1") for title in ("UE B", "UE A"))
    assert first["Detach"].key_hint == "D"
    assert not any(button.key_hint for button in second.values())
    assert second["Detach"].about == "for UE A"


def test_operator_takes_back_what_was_done() -> None:
    driven = in_session()
    assert list(buttons(driven, "HSS (operator)")) == [
        "SQN back to 0",
        "AMF without separation bit",
        "Remove subscription",
    ]
    for label in ("AMF without separation bit", "Remove subscription"):
        driven.take(action_of(buttons(driven, "HSS (operator)")[label]))
    assert list(buttons(driven, "HSS (operator)"))[1:] == ["AMF with separation bit", "Restore subscription"]


def test_delivery_of_nothing_and_of_what_is_held() -> None:
    group = buttons(Driven(), "Delivery")
    assert [(b.url.split("/")[-2], b.value, b.reason, b.primary) for b in group.values()] == [
        ("next", "", "nothing in flight", False),
        ("run", "", "nothing in flight", False),
        ("pace", "hand", "", True),
        ("pace", "1000", "", False),
        ("pace", "300", "", False),
        ("pace", "0", "", False),
    ]
    assert buttons(push_in_flight(), "Delivery")["Next message"].reason == "all held back"
    assert buttons(Driven().take(ATTACH), "Delivery")["Next message"].enabled


def test_pace_that_is_chosen_is_marked() -> None:
    group = delivery(Scene(Driven().moment(pace=300))).group
    chosen = [(button.value, button.about) for button in group.choices if button.primary]
    assert chosen == [("300", "a step, chosen")]


def test_what_is_shown_can_be_chosen() -> None:
    groups = all_groups(Driven(setup_of(ues=3, mmes=2, servers=2)), "ue-1", "ue-2")
    shown = {group.title: group.choices for group in groups if group.title.startswith("Show")}
    assert {title: [(b.label, b.value, b.primary) for b in choices] for title, choices in shown.items()} == {
        "Show UEs": [
            ("UE A", "ue-1", False),
            ("UE B", "ue-2", False),
            ("UE C", "ue-3", False),
            ("UE A and UE B", "ue-1,ue-2", True),
            ("UE B and UE C", "ue-2,ue-3", False),
        ],
        "Show MME": [("MME 1", "mme-1", True), ("MME 2", "mme-2", False)],
        "Show AS": [("AS 1", "as-1", True), ("AS 2", "as-2", False)],
    }


def test_single_nodes_leave_nothing_to_choose() -> None:
    titles = [group.title for group in all_groups(Driven())]
    assert titles == ["UE", "Delivery", "Faults of nodes", "HSS (operator)", "Lab"]


def test_large_lab_offers_its_first_ues() -> None:
    group = buttons(Driven(setup_of(ues=40)), "Show UEs", "ue-1")
    assert len(group) == 8 + 7
