"""Verdict strips, scrubber, options, status and the page as a whole."""

from dataclasses import replace

from core.lab.drive_state import drive_state
from core.lab.history import history
from core.lab.moment import HistoryMark
from core.lab.options import options
from core.lab.page import page
from core.lab.parts import VerdictWord
from core.lab.scene import Scene
from core.lab.status import status
from core.lab.topbar import topbar
from core.lab.verdict import Judged, verdicts
from nodes.diagram.rows import Badge, GUTITag
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.identities import imsi
from nodes.protocol.messages import commands
from nodes.protocol.options import Options, Setup, Solution
from nodes.protocol.properties.observation import statuses
from nodes.protocol.world.actions import Alter, Command, Deliver, Duplicate, Expire, Hold, Restart
from nodes.protocol.world.provenance import NamedVector, VectorName, prose
from tests.fixtures.moments import (
    ATTACH,
    IMSI_2,
    READING,
    REALLOCATE,
    REAUTHENTICATE,
    Driven,
    harmed,
    in_session,
    lost_push,
    push_in_flight,
    two_ues,
)
from tests.support.protocol import IMSI_1


def said(driven: Driven) -> str:
    return status(Scene(driven.moment())).sentence


def test_strip_when_the_push_lags() -> None:
    (strip,) = verdicts(Scene(push_in_flight().moment())).strips
    assert strip.word is VerdictWord.IN_TRANSIT
    assert (strip.ue_badge, strip.network_badge, strip.as_badge) == (Badge(2), Badge(1), Badge(1))
    assert strip.why == (
        "The UE uses ",
        Badge(2),
        ", network and AS have ",
        Badge(1),
        ". Not at rest: message #21 is in flight. Asking again would give ",
        Badge(1),
        " and change nothing.",
    )
    assert (strip.harm, strip.ue_name) == (0, "")


def test_harm_is_counted() -> None:
    (strip,) = verdicts(Scene(harmed().moment())).strips
    assert (strip.harm, strip.harm_note) == (1, "key mismatch, 1 message")
    (strip,) = verdicts(Scene(harmed().run(READING).moment())).strips
    assert (strip.harm, strip.harm_note) == (2, "key mismatch, 2 messages")


def test_nodes_in_the_reason_have_the_names_of_the_page() -> None:
    (strip,) = verdicts(Scene(lost_push().moment())).strips
    assert " runs at MME. " in "".join(part for part in strip.why if isinstance(part, str))


def test_a_strip_for_each_shown_ue() -> None:
    strips = verdicts(Scene(two_ues().moment("ue-1", "ue-2"))).strips
    assert [(strip.ue_name, strip.word, strip.ue_badge) for strip in strips] == [
        ("UE A", VerdictWord.IN_SYNC, Badge(1, "A")),
        ("UE B", VerdictWord.IN_SYNC, Badge(1, "B")),
    ]


def test_a_strip_says_which_end_has_no_key() -> None:
    driven = Driven()
    (nothing,) = verdicts(Scene(driven.moment())).strips
    assert (nothing.word.text, nothing.missing) == ("NO KEY", "at UE and AS")
    (attached,) = verdicts(Scene(driven.run(ATTACH).moment())).strips
    assert attached.missing == "at the AS"
    rejected = in_session().run(Restart("mme-1")).take(Command("ue-1", commands.Access())).after("ServiceReject")
    (kept,) = verdicts(Scene(rejected.moment())).strips
    assert (kept.word.text, kept.missing) == ("NO KEY", "at the UE")
    assert kept.why == ("The UE has no Ks yet. The AS still holds ", Badge(1), ".")
    (agreed,) = verdicts(Scene(in_session().moment())).strips
    assert (agreed.word.text, agreed.missing) == ("IN SYNC", "")


def test_an_old_guti_and_an_old_av_are_told_together() -> None:
    """Asking does not help, and the strip says so before and after it was tried."""
    driven = in_session().run(REALLOCATE, REAUTHENTICATE)
    for _ in range(2):
        (strip,) = verdicts(Scene(driven.moment())).strips
        *_, known, tag, asking = strip.why
        assert known == ". No message or timer is pending. The AS knows only "
        assert (isinstance(tag, GUTITag), getattr(tag, "text", "")) == (True, "G1 old")
        assert asking == ": asking gives 404 (GUTI unknown). Only a new session of the UE mends it."
        driven.run(Command("as-1", commands.AskForKey("ue-1")))


def test_properties_that_the_run_violated_are_counted() -> None:
    """IN SYNC and detached, and the last GUTI still yields the key: P6."""
    driven = in_session().run(Command("ue-1", commands.Detach()))
    judged = statuses(driven.world, driven.observation, ("ue-1",))
    panel = verdicts(Scene(replace(driven.moment(), statuses=judged)))
    assert panel.strips[0].word is VerdictWord.IN_SYNC
    assert [(each.number, each.step) for each in panel.judged.violated] == [("P6", 21)]
    assert panel.judged.total == len(judged)
    assert verdicts(Scene(in_session().moment())).judged == Judged(lab_key="7Q4M")


def test_key_of_another_ue_names_it() -> None:
    scene = Scene(two_ues().moment("ue-1"))
    assert scene.badge(VectorName(IMSI_2, 1)) == Badge(1, "B")
    unknown = imsi("999990000000077")
    assert scene.badge(VectorName(unknown, 1)) == Badge(1, f" of {unknown}")


def test_key_of_another_ue_is_drawn_with_its_name() -> None:
    """Two AVs of one number are told apart."""
    scene = Scene(two_ues().moment("ue-1"))
    (pair, *_) = scene.moment.verdicts
    why = prose(
        "{} and {}, not {}.",
        NamedVector(VectorName(IMSI_1, 1), "AV 1"),
        NamedVector(VectorName(IMSI_2, 1), "AV 1 of ue-2"),
        NamedVector(None, "no AV"),
    )
    told = replace(pair, verdict=replace(pair.verdict, why=why))
    (strip, *_) = verdicts(Scene(replace(scene.moment, verdicts=(told,)))).strips
    assert strip.why == (Badge(1, "A"), " and ", Badge(1, "B"), ", not ", "no AV", ".")


def test_history_names_procedures() -> None:
    moment = replace(
        in_session().moment(), marks=(HistoryMark(1, procedure="Attach"), HistoryMark(7, tag="≠")), last_step=20
    )
    panel = history(Scene(moment))
    assert (panel.scale.drawn.procedures, panel.scale.drawn.tags) == (((1, "Attach"),), ((7, "≠"),))
    assert (panel.at, panel.last_step, panel.before, panel.after) == (18, 20, 17, 19)


def test_history_says_whose_procedure_it_was_where_there_are_several_ues() -> None:
    drawn = history(Scene(two_ues().moment("ue-1", "ue-2"))).scale.drawn
    assert [caption for _, caption in drawn.procedures] == [
        "UE A: Attach",
        "UE B: Attach",
        "UE A: Open session",
        "UE B: Open session",
        "UE B: Re-authenticate",
    ]


def test_clicks_carry_what_the_page_has_seen() -> None:
    assert drive_state(Scene(in_session().moment())).seen == "0.18"


def test_topbar_says_the_solution() -> None:
    assert topbar(Scene(in_session().moment()), 3).solution == "Solution 12, push"


def test_options_say_what_is_ours() -> None:
    setup = Setup("test", Options(reallocate_every_accesses=3))
    rows = {row.name: row for row in options(Scene(Driven(setup).moment())).rows}
    assert rows["Solution"].value == "12, push"
    assert (rows["New GUTI by accesses"].value, rows["New GUTI by time"].value) == ("3", "on command only")
    assert not rows["AVs per request"].is_ours
    assert rows["Ks"].is_ours
    assert "S6t" in rows


def test_options_of_solution_11() -> None:
    names = {row.name for row in options(Scene(in_session(Solution.PULL).moment())).rows}
    assert "Finding the MME" in names
    assert "S6t" not in names


def test_status_before_the_first_step() -> None:
    assert said(Driven()) == "Step 0: nothing has happened yet."


def test_status_of_a_command() -> None:
    assert said(Driven().take(ATTACH)) == "Step 1: UE is told: Attach; UE sends Attach Request #1 to MME."


def test_status_of_a_delivered_key() -> None:
    assert said(in_session()) == "Step 18: AS gets Key answer, Ks #16 with AV 1 from SCEF; AS: held with AV 1."


def test_status_of_a_loss() -> None:
    assert said(lost_push()) == "Step 24: Push RAND #21 with AV 2 from MME to SCEF is lost."


def test_status_of_a_refusal() -> None:
    driven = in_session().take(REAUTHENTICATE).until("AuthenticationResponse")
    driven.take(Duplicate("ue-1", "mme-1"))
    assert said(driven).endswith("the network copies Authentication Response #18 from UE to MME.")
    driven.take(Deliver("ue-1", "mme-1"), Deliver("ue-1", "mme-1"))
    assert said(driven) == (
        "Step 23: MME gets copy 2 of Authentication Response #18 from UE; MME: NAS COUNT 2 came before, and secure "
        "exchange is established."
    )


def test_status_of_what_is_done_to_links_and_timers() -> None:
    assert said(Driven().take(Hold("mme-1", "hss"))) == "Step 1: S6a, MME → HSS: held."
    driven = Driven().take(ATTACH, Expire("ue-1", TimerName.T3410, "ue-1"))
    assert said(driven) == "Step 2: T3410 expires at UE."
    driven.take(Expire("ue-1", TimerName.T3411, "ue-1"))
    assert said(driven) == "Step 3: T3411 expires at UE; UE sends Attach Request #2 to MME."
    driven = Driven().take(ATTACH).take(Alter("ue-1", "mme-1"))
    assert said(driven) == "Step 2: #1: UE network capability altered in transit."


def test_status_says_out_of_order() -> None:
    driven = in_session().take(READING, READING, Deliver("ue-1", "as-1", 1))
    assert " out of order;" in said(driven)


def test_page_has_the_revision_of_its_moment() -> None:
    made = page(harmed().moment(), may_drive=True, is_presenting=True, viewers=2, notice="Look.")
    assert made.revision == 26
    assert (made.may_drive, made.is_presenting, made.notice) == (True, True, "Look.")
    assert made.ladder.ladder is made.events.ladder


def test_power_cycle_has_a_sentence() -> None:
    driven = in_session().take(Command("ue-1", commands.PowerCycle()))
    assert said(driven) == "Step 19: UE is told: Power cycle; UE: power lost and back; sessions closed."
