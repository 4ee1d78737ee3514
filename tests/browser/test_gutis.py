"""GUTIs on the page: the tag is the same everywhere, says when a GUTI is old, and gives its octets."""

from playwright.sync_api import Page, expect

from nodes.protocol.messages.commands import ReallocateGUTI
from nodes.protocol.world.actions import Command
from nodes.protocol.world.genesis import imsi_of
from tests.browser.driving import card, copied, drive, press
from tests.support.labs import attached_lab, take

REALLOCATE = Command("mme-1", ReallocateGUTI(imsi_of("ue-1")))


def test_a_guti_that_the_as_alone_still_knows_is_old_there(page: Page) -> None:
    lab = attached_lab()
    drive(page, lab)
    press(page, "Open session")
    expect(card(page, "as").locator(".guti")).to_have_text("G1GUTI G1, copy")

    take(lab.lab.key, REALLOCATE)
    expect(card(page, "ue").locator(".guti").first).to_contain_text("G2")
    expect(card(page, "as").locator(".guti")).to_contain_text("G1 old")
    press(page, "Re-authenticate")
    expect(page.locator("#verdict .guti")).to_contain_text("G1 old")
    assert page.locator("#verdict .guti").get_attribute("data-copy") == copied(page, "as", "GUTI")


def test_labels_of_the_ladder_have_the_tag_in_place_of_the_word(page: Page) -> None:
    drive(page, attached_lab())
    press(page, "Open session")
    labels = page.locator("#ladder .label")
    expect(labels.filter(has_text="Key request").last).to_have_text("#18 Key request†,")
    expect(page.locator("#events")).to_contain_text("Key request†, ")
    assert page.locator("#ladder .guti-tag").all_text_contents()[-2:] == ["G1", "G1"]
