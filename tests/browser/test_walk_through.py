"""A reviewer's way through the product; what the cards say is what the rows hold."""

import pytest
from playwright.sync_api import Page, expect

from nodes import models
from nodes.protocol.crypto.eps_keys import derive_ks
from nodes.protocol.octets import KASME
from tests.browser.driving import (
    badge,
    button,
    card,
    copied,
    lab_of,
    open_new_lab,
    press,
    start_from_first_page,
    verdict,
)
from tests.support.labs import setup_of

LAST_WORDS = "label => label.lastChild.textContent.trim()"


@pytest.mark.parametrize("solution", [11, 12])
def test_a_reviewer_sees_the_ends_part_and_meet_again(page: Page, solution: int) -> None:
    start_from_first_page(page, solution)
    expect(badge(page, "ue")).to_have_text("(AV 1)")
    expect(verdict(page)).to_have_text("NO KEY")

    press(page, "Open session")
    expect(verdict(page)).to_have_text("IN SYNC")
    expect(badge(page, "as")).to_have_text("(AV 1)")

    press(page, "Re-authenticate")
    expect(verdict(page)).to_have_text("OUT OF SYNC")
    expect(badge(page, "ue")).to_have_text("(AV 2)")
    expect(badge(page, "as")).to_have_text("(AV 1)")
    expect(page.locator("#verdict")).to_contain_text("Asking again would mend it")

    press(page, "AS asks for key")
    expect(verdict(page)).to_have_text("IN SYNC")
    expect(badge(page, "as")).to_have_text("(AV 2)")

    # The last step does not touch the keys, so the cards show them and not what became of them.
    press(page, "Send reading")
    expect_cards_to_equal_rows(page, solution)


def expect_cards_to_equal_rows(page: Page, solution: int) -> None:
    lab = lab_of(page)
    ue, session = lab.ue_rows.get(), lab.assession_rows.get()
    ks = derive_ks(KASME(bytes.fromhex(ue.rest["current"]["k_asme"]))).hex()

    assert lab.solution == solution
    assert {copied(page, kind, "Ks") for kind in ("ue", "as")} == {ks, session.ks}
    assert {copied(page, kind, "GUTI") for kind in ("ue", "mme", "as")} == {ue.guti, session.key_guti}
    assert statuses_shown(page) == statuses_held(lab)
    if solution == 12:
        expect_pairs_to_equal_rows(page, lab)
    else:
        expect(card(page, "scef")).to_contain_text("No open transaction.")
        assert not lab.scefkey_rows.exists()


def statuses_shown(page: Page) -> list[tuple[str, str]]:
    lines = card(page, "mme").locator(".card-line:has(.av)")
    return [
        (line.locator(".av .visually-hidden").inner_text(), line.locator(".card-label").evaluate(LAST_WORDS))
        for line in lines.all()
    ]


def statuses_held(lab: models.Lab) -> list[tuple[str, str]]:
    issued = list(lab.authenticationvector_rows.filter(owner="hss").order_by("ordinal").values_list("rand", flat=True))
    held = lab.authenticationvector_rows.filter(owner="mme-1").order_by("ordinal")
    return [(f"(AV {issued.index(row.rand) + 1})", row.status) for row in held]


def expect_pairs_to_equal_rows(page: Page, lab: models.Lab) -> None:
    shown = [
        tuple(octets.get_attribute("data-copy") for octets in pair.locator("[data-copy]").all())
        for pair in card(page, "scef").locator("tbody tr").all()
    ]
    assert shown == list(lab.scefkey_rows.order_by("ordinal").values_list("rand", "ks"))
    active = card(page, "scef").locator("tbody tr.is-active [data-copy]").first
    expect(active).to_have_attribute("data-copy", lab.scefrecord_rows.get().active or "")


def test_two_ues_are_shown_side_by_side(page: Page) -> None:
    open_new_lab(page, setup_of(ues=2))
    press(page, "Attach")
    press(page, "UE A and UE B")
    expect(page.locator("#cards .card.is-ue h2")).to_have_text(["UE A", "UE B"])
    expect(page.locator("#verdict section")).to_have_count(2)

    page.get_by_role("group", name="Procedures of UE B").get_by_role("button", name="Attach for").click()
    expect(page.locator("#cards .card.is-ue").nth(1).locator(".card-head")).to_contain_text("uses")
    rows = lab_of(page).ue_rows.order_by("name").values_list("guti", flat=True)
    shown = page.locator("#cards .card.is-ue").get_by_role("button", name="copy GUTI")
    assert [octets.get_attribute("data-copy") for octets in shown.all()] == list(rows)


def test_an_unknown_imsi_is_rejected_in_plain_sight(page: Page) -> None:
    """TS 24.301 5.5.1.2.5, after DIAMETER_ERROR_USER_UNKNOWN."""
    open_new_lab(page)
    press(page, "Remove subscription")
    expect(card(page, "hss")).to_contain_text("removed")

    press(page, "Attach")

    expect(page.locator("#ladder")).to_contain_text("Attach Reject")
    expect(card(page, "ue")).to_contain_text("no key")
    expect(verdict(page)).to_have_text("NO KEY")
    expect(button(page, "Restore subscription")).to_be_enabled()
    assert lab_of(page).authenticationvector_rows.count() == 0


def test_a_synch_failure_is_seen_and_mended(page: Page) -> None:
    """TS 33.102 6.3.5: the HSS takes SQN_MS from AUTS."""
    open_new_lab(page)
    press(page, "Attach")
    press(page, "Detach")
    press(page, "SQN back to 0")
    before = lab_of(page).subscriber_rows.get().sqn

    press(page, "Attach")

    expect(page.locator("#ladder")).to_contain_text("Authentication Failure")
    expect(badge(page, "mme")).to_have_text(badge(page, "ue").inner_text())
    assert before == 0
    assert lab_of(page).ue_rows.get().phase == "EMM-REGISTERED"


def test_an_altered_capability_ends_in_security_mode_reject(page: Page) -> None:
    """TS 24.301 5.4.3.5: the capability that is replayed is not the one that was sent."""
    key = open_new_lab(page, pace=None)
    press(page, "Attach")
    press(page, "Alter capability")
    press(page, "Run to the end")

    expect(page.locator("#ladder")).to_contain_text("Security Mode Reject")
    expect(badge(page, "ue")).to_have_count(0)
    assert ("SecurityModeReject", "delivered") in models.Message.objects.filter(lab__key=key).values_list(
        "type", "fate"
    )
