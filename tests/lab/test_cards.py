"""The node cards: what each node holds, and what the last step changed."""

from core.lab.cards.card import Card, Line
from core.lab.cards.cards import cards
from core.lab.parts import Change, Octets, Tail
from core.lab.scene import Scene
from nodes.diagram.rows import Badge, Strong
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import commands
from nodes.protocol.octets import AMF
from nodes.protocol.options import Options, Setup, Solution
from nodes.protocol.world.actions import Command, Drop, Expire, Release
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
    push_in_flight,
    setup_of,
    two_ues,
)


def card(driven: Driven, name: str, *ues: str) -> Card:
    return next(each for each in cards(Scene(driven.moment(*ues))).cards if each.name == name)


def text(parts: object) -> str:
    """Write a line's parts: octets by their symbol, badges as AV n."""
    words = {Octets: lambda each: f"<{each.name}>", Tail: lambda each: f"…<{each.name}>"}
    assert isinstance(parts, tuple)
    return "".join(
        part if isinstance(part, str) else words[type(part)](part) if type(part) in words else part.text
        for part in parts
    )


def lines(shown: Card) -> list[str]:
    return [f"{text(line.label)}: {text(line.value)}" for line in shown.lines]


def changed(shown: Card) -> list[tuple[str, Change, str, str]]:
    return [(text(line.label), line.change, text(line.old), text(line.value)) for line in shown.lines if line.change]


def test_before_anything_happened() -> None:
    shown = cards(Scene(Driven().moment())).cards
    assert [(each.kind, each.name, each.role, each.badge, each.is_changed) for each in shown] == [
        ("ue", "UE", "no key", None, False),
        ("mme", "MME", "", None, False),
        ("hss", "HSS", "", None, False),
        ("scef", "SCEF", "", None, False),
        ("as", "AS", "", None, False),
    ]
    assert [each.empty for each in shown] == ["", "No UE context.", "", "No record yet.", "No session."]
    assert lines(shown[0]) == ["○detached: idle", "GUTI: none", "Ks: none", "SQN: …<SQN>", "eKSI: none"]


def test_roles_and_badges_when_the_push_lags() -> None:
    shown = cards(Scene(push_in_flight().moment())).cards
    assert [(each.role, each.badge) for each in shown] == [
        ("uses", Badge(2)),
        ("ACTIVE", Badge(2)),
        ("", None),
        ("ACTIVE", Badge(1)),
        ("holds", Badge(1)),
    ]


def test_mme_lists_avs_with_their_status() -> None:
    assert lines(card(push_in_flight(), "MME")) == [
        "AV 1: used",
        "AV 2: ACTIVE",
        "AV 3 unused: ",
        "GUTI G1: <GUTI>",
        "●registered: eKSI 1",
        "Push AV 2: no answer",
    ]


def test_switch_of_the_active_av_is_marked_to_the_leaf() -> None:
    """Step in which SECURITY MODE COMPLETE reaches the MME."""
    shown = card(push_in_flight(), "MME")
    assert shown.is_changed
    assert changed(shown) == [
        ("AV 1", Change.MODIFIED, "ACTIVE", "used"),
        ("AV 2", Change.MODIFIED, "", "ACTIVE"),
        ("●registered", Change.MODIFIED, "", "eKSI 1"),
        ("Push AV 2", Change.ADDED, "", "no answer"),
    ]


def test_only_the_node_of_the_last_step_is_marked() -> None:
    shown = cards(Scene(harmed().moment())).cards
    assert [each.name for each in shown if each.is_changed] == ["AS"]
    assert changed(shown[-1]) == [
        ("asked, waits", Change.MODIFIED, "1", "2"),
        ("opened 0, failed 1", Change.MODIFIED, "", ""),
    ]


def test_ue_shows_new_key_beside_the_old() -> None:
    driven = in_session().take(REAUTHENTICATE).until("SecurityModeComplete")
    assert changed(card(driven, "UE")) == [
        ("Ks", Change.MODIFIED, "AV 1", "AV 2"),
        ("eKSI", Change.MODIFIED, "0", "1"),
    ]


def test_ue_shows_pending_av() -> None:
    driven = in_session().take(REAUTHENTICATE).until("AuthenticationResponse")
    shown = card(driven, "UE")
    assert lines(shown)[-1] == "eKSI: 0, pending AV 2"
    assert [each[:2] for each in changed(shown)] == [("SQN", Change.MODIFIED), ("eKSI", Change.ADDED)]


def test_new_guti_beside_the_old() -> None:
    driven = in_session().take(REALLOCATE)
    assert lines(card(driven, "MME"))[3] == "GUTIs: G2 G1"
    driven.until("GUTIReallocationComplete")
    assert changed(card(driven, "UE")) == [("GUTI", Change.MODIFIED, "G1", "G2")]
    driven.run(ASK)
    assert lines(card(driven, "MME"))[3] == "GUTI G2: <GUTI>"


def test_scef_pairs_and_the_active_one() -> None:
    pairs = card(push_in_flight(), "SCEF").pairs
    assert [(pair.badge, pair.is_active, pair.change) for pair in pairs] == [
        (Badge(1), True, None),
        (Badge(2), False, None),
        (Badge(3), False, None),
    ]


def test_active_flag_that_moves_is_marked_on_both_pairs() -> None:
    driven = in_session().take(REAUTHENTICATE).until("ActiveVectorPushAnswer")
    pairs = card(driven, "SCEF").pairs
    assert [(pair.is_active, pair.change) for pair in pairs] == [
        (False, Change.MODIFIED),
        (True, Change.MODIFIED),
        (False, None),
    ]


def test_first_push_binds_the_guti() -> None:
    driven = Driven().take(ATTACH).after("ActiveVectorPushRequest")
    assert changed(card(driven, "SCEF")) == [("GUTI G1", Change.ADDED, "", "<GUTI>")]


def test_pairs_that_just_came() -> None:
    driven = Driven().take(ATTACH).after("KeysPushRequest")
    shown = card(driven, "SCEF")
    assert [pair.change for pair in shown.pairs] == [Change.ADDED] * 3
    assert lines(shown) == ["GUTI: none"]


def test_parked_push() -> None:
    driven = Driven().take(ATTACH).until("KeysPushRequest").take(Drop("hss", "scef")).until("ActiveVectorPushAnswer")
    assert lines(card(driven, "SCEF")) == ["GUTI G1: <GUTI>", "parked push: AV 1"]
    assert card(driven, "HSS").lines[-1] == Line(label=("Push 1",), value=("open",))


def test_old_avs_give_way_but_the_active_one_stays() -> None:
    driven = Driven(Setup("test", Options(vectors_per_request=5))).run(ATTACH)
    mme = card(driven, "MME")
    assert lines(mme)[:4] == ["AV 1 ACTIVE: ", "AV 3 unused: ", "AV 4 unused: ", "AV 5 unused: "]
    assert mme.more == "+ 1 earlier AV"
    scef = card(driven, "SCEF")
    assert [pair.badge.number for pair in scef.pairs] == [1, 3, 4, 5]
    assert scef.more == "+ 1 earlier pair"


def test_hss_shows_last_avs_and_counts_the_others() -> None:
    driven = Driven(Setup("test", Options(vectors_per_request=5))).run(ATTACH)
    for _ in range(5):
        driven.run(REAUTHENTICATE)
    shown = card(driven, "HSS")
    assert lines(shown)[1:] == ["AVs issued: ", "AV 5 AV 6 AV 7 : ", "AV 8 AV 9 AV 10 : "]
    assert shown.more == "+ 4 earlier AVs"


def test_hss_says_what_an_operator_did() -> None:
    amf = Command("hss", commands.SetAMF(IMSI_1, AMF(bytes(2))))
    driven = in_session().take(Command("hss", commands.SetProvisioned(IMSI_1, provisioned=False)), amf)
    shown = card(driven, "HSS")
    assert lines(shown)[-2:] == ["removed: ", "AMF: 0000"]
    assert changed(shown) == [("AMF", Change.MODIFIED, "8000", "0000")]


def test_sqn_of_an_old_backup_beside_the_one_before() -> None:
    driven = in_session().take(Command("hss", commands.SetSQN(IMSI_1, 0)))
    assert changed(card(driven, "HSS")) == [("SQN", Change.MODIFIED, "…<SQN>", "…<SQN>")]


def test_new_avs_are_marked_at_the_hss() -> None:
    driven = Driven().take(ATTACH).until("AuthenticationInformationAnswer")
    assert [each[:2] for each in changed(card(driven, "HSS"))] == [
        ("SQN", Change.MODIFIED),
        ("AV 1 AV 2 AV 3 ", Change.ADDED),
        ("Push 1", Change.ADDED),
    ]


def test_mme_that_stores_ks_shows_it() -> None:
    driven = Driven(Setup("test", Options(solution=Solution.PULL, store_ks=True))).run(ATTACH)
    assert lines(card(driven, "MME"))[-1] == "Ks stored: <Ks>"


def test_scef_of_solution_11_keeps_nothing() -> None:
    driven = in_session(Solution.PULL)
    shown = card(driven, "SCEF")
    assert (shown.empty, shown.more) == ("No open transaction.", "Solution 11 keeps no key.")
    driven.take(ASK).until("T6aKeyRequest")
    assert lines(card(driven, "SCEF")) == ["AS asked: G1", "waits for: MME"]


def test_as_learns_another_key() -> None:
    driven = push_in_flight().run(Release("mme-1", "scef"), ASK)
    assert changed(card(driven, "AS"))[0] == ("Ks", Change.MODIFIED, "AV 1", "AV 2")


def test_as_says_why_it_has_no_key() -> None:
    driven = in_session().run(Command("ue-1", commands.Detach()), ATTACH, REALLOCATE)
    driven.run(Command("as-1", commands.AskForKey("ue-1", guti_index=0)))
    assert lines(card(driven, "AS"))[-1] == "404 GUTI unknown: "


def test_detach_deletes_the_context() -> None:
    driven = in_session().take(Command("ue-1", commands.Detach())).until("DetachAccept")
    assert changed(card(driven, "MME")) == [("context", Change.DELETED, "UE", "none")]


def test_ue_says_whether_it_is_registered() -> None:
    driven = in_session()
    assert lines(card(driven, "UE"))[0] == "●registered: connected"
    assert lines(card(in_session().run(RELEASE), "UE"))[0] == "○registered: idle"
    driven.take(Command("ue-1", commands.Detach()))
    assert changed(card(driven, "UE"))[0] == ("●detaching", Change.MODIFIED, "", "connected")


def test_rejected_ue_loses_its_guti() -> None:
    removed = Command("hss", commands.SetProvisioned(IMSI_1, provisioned=False))
    driven = in_session().run(Command("ue-1", commands.Detach()), removed)
    driven.run(ATTACH)
    assert [each[:2] for each in changed(card(driven, "UE"))] == [
        ("○detached", Change.MODIFIED),
        ("GUTI", Change.DELETED),
        ("Ks", Change.DELETED),
        ("eKSI", Change.DELETED),
    ]


def test_push_that_was_repeated_counts() -> None:
    driven = push_in_flight().take(Expire("mme-1", TimerName.PUSH, IMSI_1))
    assert changed(card(driven, "MME")) == [
        ("Push AV 2", Change.MODIFIED, "", "sent 2 times"),
    ]


def test_third_party_has_a_card_while_it_takes_part() -> None:
    driven = in_session().take(Command("as-1", commands.AskForKey("ue-1", through_third_party=True)))
    assert card(driven, "Third party").empty == "No open request."
    driven.until("KeyRetrievalAnswer")
    assert lines(card(driven, "Third party")) == ["asks for: AS"]


def test_two_ues_have_a_group_each() -> None:
    shown = two_ues()
    assert [each.name for each in cards(Scene(shown.moment("ue-1", "ue-2"))).cards][:2] == ["UE A", "UE B"]
    assert lines(card(shown, "MME", "ue-1", "ue-2")) == [
        "●UE A: ACTIVE AV 1A",
        "AV 1A ACTIVE: ",
        "AV 3A unused: + 1 AV",
        "●UE B: ACTIVE AV 1B",
        "AV 1B ACTIVE: ",
        "AV 2B: challenged",
        "+ 1 AV: ",
        "●challenged: eKSI 0",
    ]
    assert lines(card(shown, "SCEF", "ue-1", "ue-2")) == [
        "UE A: G1 + 1 pair",
        "AV 1A ACTIVE: <Ks>",
        "AV 3A: <Ks>",
        "UE B: G2 + 1 pair",
        "AV 1B ACTIVE: <Ks>",
        "AV 3B: <Ks>",
    ]
    assert lines(card(shown, "AS", "ue-1", "ue-2"))[0::4] == ["UE A: holds AV 1A", "UE B: holds AV 1B"]
    assert lines(card(shown, "HSS", "ue-1", "ue-2"))[0::3] == ["UE A: 3 AVs", "UE B: 3 AVs"]


def test_two_ues_before_they_attach() -> None:
    driven = Driven(setup_of(ues=2))
    assert lines(card(driven, "MME", "ue-1", "ue-2")) == ["UE A: no context", "UE B: no context"]


def test_changes_about_other_ues_mark_nothing() -> None:
    driven = two_ues()
    assert not card(driven, "MME", "ue-1").is_changed


def test_active_is_bold() -> None:
    bold = [part for line in card(in_session(), "MME").lines for part in line.label if isinstance(part, Strong)]
    assert bold == [Strong("ACTIVE")]


def test_reading_that_opens_is_counted() -> None:
    driven = Driven().run(ATTACH, OPEN, READING)
    assert changed(card(driven, "AS")) == [("opened 1, failed 0", Change.MODIFIED, "", "")]


def test_reallocation_that_failed_leaves_two_gutis() -> None:
    """TS 24.301 §5.4.1.6: both are valid at the MME, whose push names both."""
    driven = in_session().take(REALLOCATE, Drop("mme-1", "ue-1"))
    expire = Expire("mme-1", TimerName.T3450, IMSI_1)
    for _ in range(4):
        driven.take(expire, Drop("mme-1", "ue-1"))
    driven.take(expire).after("ActiveVectorPushRequest")
    assert changed(card(driven, "SCEF")) == [("GUTI", Change.MODIFIED, "G1", "G2 G1")]


def test_guti_of_another_attach_beside_the_one_before() -> None:
    driven = in_session().run(Command("ue-1", commands.PowerCycle())).take(ATTACH).after("AuthenticationResponse")
    assert ("GUTIs", Change.MODIFIED) in [each[:2] for each in changed(card(driven, "MME"))]
    assert "G2: <GUTI>" in lines(card(driven.settle(), "MME"))
