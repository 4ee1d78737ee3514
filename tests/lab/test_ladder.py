"""The ladder: lifelines, bands, rows, and the notes beside them."""

from core.lab.events import MOST_STEPS, Pages, log, pages_at
from core.lab.ladder import make_ladder
from core.lab.scene import Scene
from nodes.diagram import svg, text
from nodes.diagram.rows import Badge, GUTITag, Ladder, Row, RowKind
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import commands
from nodes.protocol.options import Solution
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Advance, Alter, Command, Deliver, Drop, Duplicate, Expire, Hold, Release
from tests.fixtures.moments import (
    ASK,
    ATTACH,
    IMSI_1,
    OPEN,
    READING,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    Driven,
    harmed,
    in_session,
    lost_push,
    push_in_flight,
    setup_of,
    two_ues,
)


def ladder(driven: Driven, *ues: str, most: int = 400) -> Ladder:
    return make_ladder(Scene(driven.moment(*ues, most=most)))


def sentences(driven: Driven, *ues: str) -> list[str]:
    """The events of the last band in words."""
    bands = text.read(ladder(driven, *ues))
    return [f"{event.step} {text.plain_note(event.sentence)}" for event in bands[-1].events]


def rows(driven: Driven, step: int) -> list[Row]:
    return [row for row in ladder(driven).rows() if row.step == step]


def test_whole_attach_of_solution_12() -> None:
    """Contribution 2.2 steps 1 to 5."""
    assert sentences(Driven().run(ATTACH)) == [
        "1 UE sends Attach Request #1 to MME.",
        "2 MME gets Attach Request #1.",
        "2 MME sends Auth. Info Request #2 to HSS.",
        "3 HSS gets Auth. Info Request #2: makes 3 AVs.",
        "3 HSS sends Auth. Info Answer #3 to MME.",
        "3 HSS sends Push keys† #4 to SCEF.",
        "4 MME gets Auth. Info Answer #3: 3 AVs.",
        "4 MME sends Authentication Request #5 with AV 1 to UE.",
        "5 SCEF gets Push keys† #4.",
        "5 SCEF sends Push answer† #6 to HSS.",
        "6 UE gets Authentication Request #5 with AV 1: AUTN ok.",
        "6 UE sends Authentication Response #7 to MME.",
        "7 HSS gets Push answer† #6.",
        "8 MME gets Authentication Response #7: RES verified.",
        "8 MME sends Security Mode Command #8 to UE.",
        "9 UE gets Security Mode Command #8: uses AV 1.",
        "9 UE sends Security Mode Complete #9 to MME.",
        "10 MME gets Security Mode Complete #9: AV 1 ACTIVE.",
        "10 MME sends Push RAND†, G1 #10 with AV 1 to SCEF.",
        "10 MME sends Attach Accept, G1 #11 to UE.",
        "11 SCEF gets Push RAND†, G1 #10 with AV 1: AV 1 ACTIVE.",
        "11 SCEF sends Push answer† #12 for AV 1 to MME.",
        "12 UE gets Attach Accept, G1 #11: registered.",
        "12 UE sends Attach Complete #13 to MME.",
        "13 MME gets Push answer† #12 for AV 1.",
        "14 MME gets Attach Complete #13: registered.",
    ]


def test_key_request_of_solution_11() -> None:
    """Contribution 2.1 steps 4 to 7."""
    assert sentences(in_session(Solution.PULL)) == [
        "11 UE sends Open session†, G1 #10 to AS.",
        "12 AS gets Open session†, G1 #10: asks.",
        "12 AS sends Key request†, G1 #11 to SCEF.",
        "13 SCEF gets Key request†, G1 #11.",
        "13 SCEF sends Key request†, G1 #12 to MME.",
        "14 MME gets Key request†, G1 #12: Ks of the active AV.",
        "14 MME sends Key answer, Ks† #13 with AV 1 to SCEF.",
        "15 SCEF gets Key answer, Ks† #13 with AV 1.",
        "15 SCEF sends Key answer, Ks† #14 with AV 1 to AS.",
        "16 AS gets Key answer, Ks† #14 with AV 1: AV 1 held.",
    ]


def test_bands_begin_with_commands_and_old_ones_are_folded() -> None:
    driven = in_session().run(REALLOCATE, REAUTHENTICATE)
    bands = [
        (band.title, text.plain_note(band.note), band.is_folded, band.rows[0].step) for band in ladder(driven).bands
    ]
    assert bands == [
        ("Attach", "", True, 1),
        ("Open session", "the UE identifies itself by its GUTI", True, 15),
        ("Reallocate GUTI", "the AV stays", False, 19),
        ("Re-authenticate", "the GUTI stays", False, 24),
    ]


def test_band_with_a_message_in_flight_stays_open() -> None:
    driven = push_in_flight().run(READING, ASK, READING)
    assert [(band.title, band.is_folded) for band in ladder(driven).bands] == [
        ("Attach", True),
        ("Open session", True),
        ("Re-authenticate", False),
        ("UE sends reading", True),
        ("AS asks for key", False),
        ("UE sends reading", False),
    ]


def test_what_goes_on_from_before_the_first_row() -> None:
    shown = make_ladder(Scene(in_session().moment(most=3)))
    assert [band.title for band in shown.bands] == ["Open session, continued"]


def test_hold_before_any_procedure() -> None:
    shown = ladder(Driven().take(Hold("mme-1", "scef")))
    assert shown.bands[0].title == "Before any procedure"
    assert shown.bands[0].rows == (
        Row(step=1, kind=RowKind.NETWORK, lifeline=3, peer=1, note=("T6a, MME → SCEF: held",)),
    )


def test_harm_is_numbered_and_the_as_asks_again() -> None:
    assert rows(harmed(), 26) == [
        Row(
            step=26,
            kind=RowKind.RECEIVE,
            lifeline=4,
            peer=0,
            message=22,
            label="Protected reading",
            is_ours=True,
            badge=Badge(2),
            mark="HARM 1",
        ),
        Row(
            step=26,
            kind=RowKind.SEND,
            lifeline=4,
            peer=3,
            message=23,
            label="Key request, GUTI",
            guti=GUTITag(1, harmed().moment().gutis[0]),
            is_ours=True,
            note=("asks again",),
        ),
    ]


def test_each_harm_has_its_number() -> None:
    driven = harmed().run().run(READING, READING)
    marks = [row.mark for row in ladder(driven).rows() if row.mark.startswith("HARM")]
    assert marks == ["HARM 1", "HARM 2", "HARM 3"]


def test_step_of_divergence_is_marked() -> None:
    marked = [(row.step, row.mark) for row in ladder(push_in_flight()).rows() if row.mark]
    assert marked == [(23, "≠")]


def test_lost_push_and_its_repetition() -> None:
    driven = lost_push().take(Expire("mme-1", TimerName.PUSH, IMSI_1))
    assert sentences(driven)[-2:] == [
        "24 Push RAND†, G1 #21 with AV 2 from MME to SCEF is lost.",
        "25 MME sends Push RAND†, G1 #22 with AV 2 to SCEF (no answer, repeats). In flight.",
    ]


def test_repetition_on_a_nas_timer() -> None:
    driven = Driven().take(ATTACH).take(Drop("ue-1", "mme-1"), Expire("ue-1", TimerName.T3410, "ue-1"))
    assert sentences(driven)[-1] == "3 UE: T3410 expires."
    driven.take(Expire("ue-1", TimerName.T3411, "ue-1"))
    assert sentences(driven)[-1] == "4 UE sends Attach Request #2 to MME (on T3411). In flight."


def test_last_expiry_has_a_row_of_its_own() -> None:
    driven = in_session().run(RELEASE).take(Command("ue-1", commands.Access()), Drop("ue-1", "mme-1"))
    driven.take(Expire("ue-1", TimerName.T3417, "ue-1"))
    assert sentences(driven)[-1] == "23 UE: T3417 expires, service request abandoned."


def test_copies_are_ignored_with_the_reason() -> None:
    driven = in_session().take(REAUTHENTICATE).until("AuthenticationResponse")
    driven.take(Duplicate("ue-1", "mme-1"), Deliver("ue-1", "mme-1"), Deliver("ue-1", "mme-1"))
    assert [each.partition(" ")[2] for each in sentences(driven)[-4:]] == [
        "The network copies Authentication Response #18 from UE to MME: copy 2.",
        "MME gets Authentication Response #18: RES verified.",
        "MME sends Security Mode Command #19 to UE. In flight.",
        (
            "MME gets copy 2 of Authentication Response #18 and ignores it: NAS COUNT 2 came before, and secure"
            " exchange is established."
        ),
    ]


def test_replay_is_ignored() -> None:
    driven = in_session().take(READING, Duplicate("ue-1", "as-1")).run()
    assert sentences(driven)[-2:] == [
        "21 AS gets Protected reading† #17 with AV 1: opens.",
        "22 AS gets copy 2 of Protected reading† #17 with AV 1 and ignores it: replayed.",
    ]


def test_altered_and_refused_challenge() -> None:
    driven = in_session().take(REAUTHENTICATE, Alter("mme-1", "ue-1"), Deliver("mme-1", "ue-1"))
    assert [each.partition(" ")[2] for each in sentences(driven)[1:]] == [
        "#17: MAC altered in transit.",
        "UE gets Authentication Request #17 with AV 2 and ignores it: wrong MAC.",
    ]
    driven = Driven().take(ATTACH).until("AuthenticationRequest").take(Alter("mme-1", "ue-1"), Deliver("mme-1", "ue-1"))
    assert [each.partition(" ")[2] for each in sentences(driven)[-3:]] == [
        "#5: MAC-A in AUTN altered in transit.",
        "UE gets Authentication Request #5 with AV 1: MAC-A is wrong, cause #20.",
        "UE sends Authentication Failure #7 to MME. In flight.",
    ]


def test_message_that_overtakes() -> None:
    driven = in_session().take(READING, READING, Deliver("ue-1", "as-1", 1))
    assert sentences(driven)[-1] == "21 AS gets Protected reading† #18 with AV 1: out of order, opens."


def test_time_and_links() -> None:
    driven = Driven().run(ATTACH).take(Advance(10), Hold("as-1", "scef"), Release("as-1", "scef"))
    assert sentences(driven)[-3:] == [
        "15 10 s of lab time pass.",
        "16 northbound, AS → SCEF: held.",
        "17 northbound, AS → SCEF: released.",
    ]


def test_operator_at_the_hss_has_a_band() -> None:
    driven = Driven().take(Command("hss", commands.SetSQN(IMSI_1, 0)))
    assert sentences(driven) == ["1 HSS: SQN set by the operator."]


def test_other_mme_takes_part() -> None:
    driven = Driven(setup_of(mmes=2)).run(ATTACH, Command("ue-1", commands.PowerCycle()))
    assert [line.name for line in ladder(driven).lifelines] == ["UE", "MME 1", "HSS", "SCEF", "AS"]
    driven.run(Command("ue-1", commands.Attach("mme-2")))
    assert [line.name for line in ladder(driven).lifelines] == ["UE", "MME 1", "MME 2", "HSS", "SCEF", "AS"]


def test_third_party_takes_part() -> None:
    driven = in_session().run(Command("as-1", commands.AskForKey("ue-1", through_third_party=True)))
    assert [(line.kind, line.name) for line in ladder(driven).lifelines][-2:] == [
        ("as", "Third party"),
        ("as", "AS"),
    ]


def test_other_as_stays_out() -> None:
    other = Command("ue-1", commands.OpenApplicationSession("as-2"))
    driven = Driven(setup_of(servers=2)).run(ATTACH, other)
    assert [band.title for band in ladder(driven).bands] == ["Attach"]


def test_events_of_other_ues_are_left_out() -> None:
    driven = two_ues()
    assert [band.title for band in ladder(driven, "ue-1").bands] == ["Attach, UE A", "Open session, UE A"]
    assert [band.title for band in ladder(driven, "ue-2").bands] == [
        "Attach, UE B",
        "Open session, UE B",
        "Re-authenticate, UE B",
    ]
    assert {row.step for row in ladder(driven, "ue-2").rows()} == {*range(15, 29), *range(33, 38)}


def test_two_ues_have_badges_with_their_names() -> None:
    badges = [row.badge for row in ladder(two_ues(), "ue-1", "ue-2").rows() if row.badge]
    assert (badges[0], badges[-1]) == (Badge(1, "A"), Badge(2, "B"))


def test_advance_tells_only_of_the_shown_ue() -> None:
    driven = Driven(setup_of(ues=2)).take(ATTACH, Command("ue-2", commands.Attach("mme-1")), Advance(20))
    assert sentences(driven, "ue-1")[-2:] == [
        "3 20 s of lab time pass.",
        "3 UE A: T3410 expires.",
    ]


def test_whole_log_has_every_step() -> None:
    driven = in_session()
    panel, events = log(driven.moment(most=2), driven.steps)
    assert panel.ladder == events.ladder == ladder(driven)
    assert (panel.earlier, events.earlier) == (0, 0)


def test_page_of_a_log_begins_amid_it() -> None:
    driven = in_session()
    panel, _ = log(driven.moment(), driven.steps[4:])
    assert panel.ladder.bands[0].title == "Attach, continued"
    assert panel.earlier == 0
    assert log(Driven().moment(), ())[0].ladder.bands == ()


def test_long_log_has_pages() -> None:
    assert pages_at(0, 0) == Pages(1, 0, None, None)
    assert pages_at(7, 40) == Pages(1, 40, None, None)
    assert pages_at(MOST_STEPS, MOST_STEPS + 1) == Pages(1, MOST_STEPS, None, (MOST_STEPS + 1, MOST_STEPS + 1))
    last = Pages(2 * MOST_STEPS + 1, 2 * MOST_STEPS + 5, (MOST_STEPS + 1, 2 * MOST_STEPS), None)
    assert pages_at(99_999, 2 * MOST_STEPS + 5) == last


def test_ladders_can_be_drawn() -> None:
    for driven in (harmed(), lost_push(), two_ues()):
        assert svg.draw(ladder(driven))


def test_every_message_in_flight_is_in_the_ladder() -> None:
    driven = Driven().take(ATTACH)
    while (delivery := engine.next_delivery(driven.world)) is not None:
        shown = ladder(driven.take(delivery))
        sent = {(row.message, 1) for row in shown.rows() if row.kind is RowKind.SEND}
        assert shown.in_flight <= sent
    assert ladder(driven).in_flight == frozenset()


def test_session_opened_in_another_order() -> None:
    driven = Driven().run(ATTACH, OPEN, OPEN)
    assert [band.title for band in ladder(driven).bands] == ["Attach", "Open session", "Open session"]
