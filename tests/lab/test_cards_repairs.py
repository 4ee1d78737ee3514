"""The cards after a change of MME, and under each repair."""

import pytest

from core.lab.cards.card import Card, Line
from core.lab.cards.cards import cards
from core.lab.parts import Change, Octets, Start, Tail
from core.lab.scene import Scene
from core.lab.timers import running_timers
from core.lab.verdict import verdicts
from nodes.diagram.rows import Badge
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import commands
from nodes.protocol.options import ActiveWhen, Options, Setup, Solution
from nodes.protocol.world.actions import Command, Expire, Fail, Hold
from tests.fixtures.moments import (
    ASK,
    ATTACH,
    IMSI_1,
    MOVE,
    OPEN,
    READING,
    REALLOCATE,
    REAUTHENTICATE,
    Driven,
    in_session,
    moved,
)


def card(driven: Driven, name: str) -> Card:
    return next(each for each in cards(Scene(driven.moment())).cards if each.name == name)


def text(part: object) -> str:
    match part:
        case Octets() | Tail() | Start():
            return f"<{part.name}>"
        case str():
            return part
        case _:
            return str(getattr(part, "text", part))


def lines(shown: Card) -> list[str]:
    return [_line(line) for line in shown.lines]


def _line(line: Line) -> str:
    return f"{''.join(map(text, line.label))}: {''.join(map(text, line.value))}"


def changed(shown: Card) -> list[tuple[str, Change | None]]:
    return [(_line(line), line.change) for line in shown.lines if line.change]


def timers(driven: Driven) -> list[tuple[str, str, str]]:
    return [(timer.name, timer.node, timer.meta) for timer in running_timers(Scene(driven.moment()))]


def test_new_mme_waits_for_the_context() -> None:
    driven = Driven(moved().setup).run(ATTACH).take(MOVE).after("TrackingAreaUpdateRequest")
    shown = card(driven, "MME 2")
    assert changed(shown) == [("arriving: from MME 1", Change.ADDED)]
    assert timers(driven) == [("S10 answer", "MME 2", "expiry 1 of 3"), ("T3430", "UE", "expiry 1 of 5")]
    assert timers(driven.take(Expire("mme-2", TimerName.S10, "ue-1")))[0] == ("S10 answer", "MME 2", "expiry 2 of 3")


def test_key_that_came_over_s10_has_its_av_and_no_rand() -> None:
    driven = moved()
    shown = card(driven, "MME 2")
    assert (shown.role, shown.badge) == ("ACTIVE", Badge(1))
    assert lines(shown) == [
        "AV 1 over S10: no RAND",
        "AV 2 unused: ",
        "AV 3 unused: ",
        "GUTI G2: <GUTI>",
        "●registered: eKSI 0",
    ]
    assert card(driven, "MME 1").empty == "No UE context."
    assert lines(card(moved(Options(context_carries_rand=True)), "MME 2"))[0] == "AV 1 over S10: with RAND"


def test_challenge_at_the_new_mme_ends_the_key_that_came_along() -> None:
    driven = moved().run(Command("mme-2", commands.Reauthenticate(IMSI_1)))
    shown = card(driven, "MME 2")
    assert (shown.badge, lines(shown)[0]) == (Badge(2), "AV 2 ACTIVE: ")


def test_withdrawal_that_waits_for_its_answer() -> None:
    driven = Driven(moved(Options(withdraw_guti=True)).setup).run(ATTACH, OPEN).take(MOVE).after("ContextAcknowledge")
    assert changed(card(driven, "MME 1")) == [
        ("○left for another MME: eKSI 0", Change.MODIFIED),
        ("Withdraw: no answer", Change.ADDED),
    ]
    assert ("Withdrawal answer", "MME 1", "expiry 1 of 5") in timers(driven)
    driven.take(Expire("mme-1", TimerName.WITHDRAWAL, IMSI_1))
    assert changed(card(driven, "MME 1")) == [("Withdraw: sent 2 times", Change.MODIFIED)]


def test_reallocation_waits_for_the_withdrawal() -> None:
    driven = Driven(Setup("test", Options(withdraw_guti=True))).run(ATTACH).take(REALLOCATE)
    assert lines(card(driven, "MME"))[-2:] == ["●withdraws GUTI: eKSI 0", "Withdraw: no answer"]


def test_scef_shows_the_order_of_the_last_push() -> None:
    driven = Driven(Setup("test", Options(ordered_push=True))).take(ATTACH).after("ActiveVectorPushRequest")
    assert ("last order: 1.1", Change.ADDED) in changed(card(driven, "SCEF"))
    driven.settle().take(REAUTHENTICATE).after("ActiveVectorPushRequest")
    assert ("last order: 1.2", Change.MODIFIED) in changed(card(driven, "SCEF"))
    assert not any("order" in each for each in lines(card(in_session(), "SCEF")))


def named() -> Driven:
    return Driven(Setup("test", Options(named_key=True))).run(ATTACH, OPEN)


def test_as_shows_the_key_that_the_ue_names() -> None:
    assert lines(card(named(), "AS")) == ["G1: <GUTI>", "Ks: <Ks>", "asked: 1"]
    driven = Driven(named().setup).run(ATTACH).take(OPEN).after("OpenSession")
    assert lines(card(driven, "AS"))[2] == "UE names: AV 1"


def test_as_shows_the_key_that_the_ue_names_by_now() -> None:
    driven = named().take(Hold("mme-1", "scef")).run(REAUTHENTICATE, READING)
    shown = ["UE names: AV 2", "asked: 2", "opened 1, failed 0: ", "404 no key yet: "]
    assert lines(card(driven, "AS"))[2:] == shown
    assert "seals for AS: AV 1" in lines(card(driven, "UE"))
    assert "confirmed: AV 1" in lines(card(driven, "SCEF"))


def test_as_shows_the_keys_that_it_keeps_and_scef_those_that_are_confirmed() -> None:
    driven = named().run(REAUTHENTICATE, READING)
    assert "keeps: AV 1" in lines(card(driven, "AS"))
    assert "confirmed: AV 1 AV 2" in lines(card(driven, "SCEF"))


def test_strip_says_what_is_answered_by_name() -> None:
    driven = named()
    assert [strip.named for strip in verdicts(Scene(driven.moment())).strips] == ["Ks"]
    driven.take(Hold("mme-1", "scef")).run(REAUTHENTICATE)
    assert [strip.named for strip in verdicts(Scene(driven.moment())).strips] == ["404 no key yet"]
    assert [strip.named for strip in verdicts(Scene(in_session().run(ASK).moment())).strips] == [""]


def in_question(active_when: ActiveWhen = ActiveWhen.SECURITY_MODE_COMPLETE, vectors: int = 3) -> Driven:
    """The UE uses AV 2, and the MME does not know it (repair `settle_key`)."""
    options = Options(Solution.PULL, active_when, vectors, settle_key=True)
    driven = Driven(Setup("cards", options)).run(ATTACH).take(REAUTHENTICATE).after("SecurityModeCommand")
    return driven.take(Fail("ue-1", "mme-1"))


@pytest.mark.parametrize("active_when", ActiveWhen)
def test_mme_shows_the_key_that_is_in_question(active_when: ActiveWhen) -> None:
    """Whether it counts as used or as ACTIVE: until a message of the UE has told."""
    driven = in_question(active_when)
    shown = card(driven, "MME")
    first = "used" if active_when is ActiveWhen.RES_VERIFIED else "ACTIVE"
    assert [each for each in lines(shown) if each.startswith("AV")] == [
        f"AV 1 {first}: ",
        "AV 2 in question: ",
        "AV 3 unused: ",
    ]
    assert [each.is_ours for each in shown.lines][:3] == [False, True, False]
    assert ("AV 2 in question: ", Change.ADDED) in changed(shown)

    settled = card(driven.run(), "MME")

    assert [each for each in lines(settled) if each.startswith("AV")] == [
        "AV 1 used: ",
        "AV 2 ACTIVE: ",
        "AV 3 unused: ",
    ]


def test_the_key_in_question_is_not_among_those_left_out() -> None:
    shown = card(in_question(vectors=5), "MME")
    assert "AV 2 in question: " in lines(shown)
    assert shown.more == "+ 1 earlier AV"
