"""How the ladder and the status tell of faults, restarts and a change of MME."""

import pytest

from core.lab.ladder import make_ladder
from core.lab.scene import Scene
from core.lab.status import status
from nodes.diagram import svg, text
from nodes.diagram.rows import RowKind, Strong
from nodes.protocol.messages import commands
from nodes.protocol.options import Options
from nodes.protocol.world.actions import Arm, Command, Deliver, Disarm, Duplicate, Fail, Hold, LinkFault, Restart
from tests.fixtures.moments import (
    ATTACH,
    IMSI_2,
    MOVE,
    OPEN,
    READING,
    REALLOCATE,
    REAUTHENTICATE,
    Driven,
    in_session,
    moved,
    push_in_flight,
    setup_of,
    two_ues,
)

LINK = ("ue-1", "as-1")


def sentences(driven: Driven, *ues: str) -> list[str]:
    """The events of the last band in words, without their steps."""
    bands = text.read(make_ladder(Scene(driven.moment(*ues, most=400))))
    return [text.plain_note(event.sentence) for event in bands[-1].events]


def test_change_of_mme() -> None:
    """TS 23.401 §5.3.3.1, from memory."""
    assert sentences(moved()) == [
        "UE sends TAU Request, G1 #19 to MME 2.",
        "MME 2 gets TAU Request, G1 #19: asks the old MME.",
        "MME 2 sends Context Request, G1 #20 to MME 1.",
        "MME 1 gets Context Request, G1 #20: context to MME 2.",
        "MME 1 sends Context Response #21 with AV 1 to MME 2.",
        "MME 2 gets Context Response #21 with AV 1: context from MME 1.",
        "MME 2 sends Context Acknowledge #22 to MME 1.",
        "MME 2 sends Update Location #23 to HSS.",
        "MME 2 sends TAU Accept, G2 #24 to UE.",
        "MME 1 gets Context Acknowledge #22: context kept.",
        "HSS gets Update Location #23: the UE is at MME 2.",
        "HSS sends Cancel Location #25 to MME 1.",
        "HSS sends Update Loc. Ack #26 to MME 2.",
        "UE gets TAU Accept, G2 #24: new G2.",
        "UE sends TAU Complete #27 to MME 2.",
        "MME 1 gets Cancel Location #25: context dropped.",
        "MME 1 sends Cancel Loc. Ack #28 to HSS.",
        "MME 2 gets Update Loc. Ack #26.",
        "MME 2 gets TAU Complete #27: new GUTI, no RAND, no push.",
        "HSS gets Cancel Loc. Ack #28.",
    ]


def test_band_of_a_move_names_the_mme_and_that_of_an_update_does_not() -> None:
    driven = moved().run(Command("ue-1", commands.UpdateTrackingArea("mme-2")))
    titles = [band.title for band in make_ladder(Scene(driven.moment(most=400))).bands]
    assert titles == ["Attach", "Open session", "Move to MME 2", "Tracking area update"]
    second = Command("ue-2", commands.Attach("mme-1"))
    driven = Driven(setup_of(ues=2, mmes=2)).run(ATTACH, second).take(Command("ue-2", MOVE.command))
    assert make_ladder(Scene(driven.moment("ue-2"))).bands[-1].title == "Move to MME 2, UE B"


def test_loss_says_which_fault_it_was() -> None:
    driven = in_session().take(Arm(*LINK, LinkFault.LOSE), READING, Deliver(*LINK))
    assert sentences(driven)[-1] == "Protected reading† #17 with AV 1 from UE to AS is lost: lose next."
    assert status(Scene(driven.moment())).sentence.endswith(" from UE to AS is lost: lose next.")


def test_failed_nas_message_is_lost_and_both_ends_say_what_they_abandon() -> None:
    driven = in_session().take(REAUTHENTICATE, Fail("mme-1", "ue-1"))
    assert sentences(driven)[1:] == [
        "Authentication Request #17 with AV 2 from MME to UE is lost: lower layer failure, no connection.",
        "MME: authentication abandoned.",
    ]


def test_repeat_is_drawn_from_the_same_point() -> None:
    driven = in_session().take(READING, Arm(*LINK, LinkFault.REPEAT), Deliver(*LINK), Deliver(*LINK))
    assert sentences(driven)[2:] == [
        "The network copies Protected reading† #17 with AV 1 from UE to AS: copy 2.",
        "AS gets Protected reading† #17 with AV 1: opens.",
        "AS gets copy 2 of Protected reading† #17 with AV 1 and ignores it: replayed.",
    ]


def test_divergence_is_marked_at_what_a_node_did_not_at_the_copy() -> None:
    driven = in_session().take(REAUTHENTICATE).until("SecurityModeCommand")
    driven.take(Arm("mme-1", "ue-1", LinkFault.REPEAT)).settle()
    marked = [row.kind for row in make_ladder(Scene(driven.moment(most=400))).rows() if row.mark == "≠"]
    assert marked == [RowKind.RECEIVE]


def test_out_of_order_is_bold_and_said() -> None:
    driven = in_session().take(READING, READING, Arm(*LINK, LinkFault.REORDER), Deliver(*LINK))
    row = list(make_ladder(Scene(driven.moment(most=400))).rows())[-1]
    assert row.note == (Strong("out of order"), ", ", "opens")


def test_harm_out_of_order_keeps_both_marks() -> None:
    driven = push_in_flight().take(READING, READING, Deliver(*LINK, 1))
    ladder = make_ladder(Scene(driven.moment(most=400)))
    row = next(row for row in ladder.rows() if row.mark == "HARM 1")
    assert row.note == (Strong("out of order"),)
    assert svg.draw(ladder)


@pytest.mark.parametrize(
    ("fault", "words"),
    [(LinkFault.LOSE, "lose next"), (LinkFault.REPEAT, "repeat next"), (LinkFault.REORDER, "reorder")],
)
def test_arming_and_disarming_are_told(fault: LinkFault, words: str) -> None:
    driven = Driven().take(Arm("mme-1", "scef", fault), Disarm("mme-1", "scef", fault))
    assert sentences(driven) == [f"T6a, MME → SCEF: {words}.", f"T6a, MME → SCEF: {words}, taken back."]


def test_held_messages_say_so() -> None:
    ladder = make_ladder(Scene(push_in_flight().moment(most=400)))
    assert ladder.held == ladder.in_flight == frozenset({(21, 1)})
    assert sentences(push_in_flight())[-1].endswith(" In flight, held.")


def test_restart_says_what_is_lost() -> None:
    driven = in_session().take(Restart("scef"), Restart("mme-1"), Restart("mme-1"))
    assert sentences(driven)[-4:] == [
        "SCEF restarts: loses 1 record with 3 pairs, ACTIVE and GUTIs.",
        "MME restarts: loses 1 UE context with GUTIs, AVs and keys.",
        "MME sends Connection Release #17 to UE. In flight.",
        "MME restarts: nothing to lose: no UE contexts.",
    ]
    rows = [row for row in make_ladder(Scene(driven.moment(most=400))).rows() if row.kind is RowKind.RESTART]
    assert [row.lifeline for row in rows] == [3, 1, 1]
    assert status(Scene(driven.moment())).sentence.startswith("Step 21: MME restarts; MME: nothing to lose")


def test_restart_concerns_every_ue() -> None:
    driven = two_ues().take(Restart("mme-1"))
    for ue in ("ue-1", "ue-2"):
        assert "MME restarts: loses 2 UE contexts with GUTIs, AVs and keys." in sentences(driven, ue)
    assert driven.steps[-1].changes[0].path[2] != IMSI_2


def test_withdrawal_of_the_guti() -> None:
    told = sentences(moved(Options(withdraw_guti=True)))
    assert "MME 1 sends Withdraw GUTI†, G1 #25 to SCEF." in told
    assert "SCEF gets Withdraw GUTI†, G1 #25: G1 withdrawn." in told


def test_message_that_names_a_newer_key_opens_and_has_the_as_ask() -> None:
    """Repair `named_key`: the push that confirms the newer key is on its way."""
    driven = Driven(moved(Options(named_key=True)).setup).run(ATTACH, OPEN).take(Hold("mme-1", "scef"))
    assert sentences(driven.run(REAUTHENTICATE, READING)) == [
        "UE sends Protected reading† #24 with AV 1 to AS.",
        "AS gets Protected reading† #24 with AV 1: opens, asks for it.",
        "AS sends Key request†, G1 #25 with AV 2 to SCEF.",
        "SCEF gets Key request†, G1 #25 with AV 2: not confirmed.",
        "SCEF sends Key answer† #26 to AS.",
        "AS gets Key answer† #26: no key yet.",
    ]


def test_late_push_is_ignored_under_its_order() -> None:
    """Repair `ordered_push`."""
    driven = Driven(moved(Options(ordered_push=True)).setup).take(ATTACH).until("ActiveVectorPushRequest")
    driven.take(Duplicate("mme-1", "scef"), Deliver("mme-1", "scef"), Hold("mme-1", "scef")).settle()
    driven.run(REAUTHENTICATE).take(Deliver("mme-1", "scef", 1), Deliver("mme-1", "scef"))
    assert "SCEF gets copy 2 of Push RAND†, G1 #10 with AV 1 and ignores it: older than 1.2: ignored." in sentences(
        driven
    )


def test_message_that_is_refused_is_said_to_be_ignored_and_why() -> None:
    """TS 24.301 §5.5.3.2.6 g."""
    update = Command("ue-1", commands.UpdateTrackingArea("mme-1"))
    driven = in_session().take(update, REALLOCATE, Deliver("mme-1", "ue-1"))
    why = "ignored while a TAU runs (TS 24.301 §5.5.3.2.6 g)"
    assert status(Scene(driven.moment())).sentence.endswith(f": UE ignores GUTI Realloc. Command #18 from MME: {why}.")
    assert sentences(driven)[-1] == f"UE gets G2 Realloc. Command #18 and ignores it: {why}."
