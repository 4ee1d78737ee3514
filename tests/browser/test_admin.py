"""The admin in a browser, under the content security policy of the product."""

from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.support.labs import attached_lab


def test_staff_find_their_way_into_the_admin(page: Page) -> None:
    User.objects.create_superuser("staff", password="only in this test")

    page.goto("/admin/")
    page.get_by_label("Username").fill("staff")
    page.get_by_label("Password").fill("only in this test")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Rows of every lab")).to_be_visible()

    # The page with the most scripts of the admin: filters, date pickers, selections.
    page.goto("/admin/auth/user/")
    page.get_by_role("link", name="staff", exact=True).click()
    expect(page.get_by_role("heading", name="Change user")).to_be_visible()
    expect(page.get_by_role("link", name="Today").first).to_be_visible()


def test_staff_find_a_lab_and_its_rows(page: Page) -> None:
    User.objects.create_superuser("staff", password="only in this test")
    lab = attached_lab()
    page.goto("/admin/login/?next=/admin/nodes/lab/")
    page.get_by_label("Username").fill("staff")
    page.get_by_label("Password").fill("only in this test")
    page.get_by_role("button", name="Log in").click()

    page.get_by_role("link", name="Test", exact=True).click()
    expect(page.get_by_role("heading", name=str(lab.lab))).to_be_visible()
    expect(page.locator("input[type=text]:not([name=q])")).to_have_count(0)

    page.get_by_role("link", name="UE contexts").last.click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator("#result_list")).to_contain_text(lab.lab.uecontext_rows.get().guti)
    page.get_by_role("link", name="Test", exact=True).click()
    expect(page).to_have_url(f"/labs/{lab.lab.key}/")


def test_lists_fit_a_desk_and_say_which_lab_first(page: Page) -> None:
    """The column of the lab tells one row "#1 AttachRequest" from another; from here one gets back to the site."""
    page.set_viewport_size({"width": 1280, "height": 720})
    User.objects.create_superuser("staff", password="only in this test")
    attached_lab()
    page.goto("/admin/login/?next=/admin/nodes/message/")
    page.get_by_label("Username").fill("staff")
    page.get_by_label("Password").fill("only in this test")
    page.get_by_role("button", name="Log in").click()

    expect(page).to_have_title("Select message to view | Syncscope admin")
    first = page.locator("#result_list tbody tr").first
    expect(first.locator("th, td").first).to_have_text("Test")
    expect(first.locator("th, td").last).to_be_in_viewport(ratio=1)
    page.get_by_role("link", name="View site").click()
    page.get_by_role("contentinfo").get_by_role("link", name="Admin").click()
    expect(page.get_by_role("heading", name="Rows of every lab")).to_be_visible()


def test_an_inline_script_does_not_run(page: Page, complaints: list[str]) -> None:
    page.goto("/admin/login/")
    page.locator("body").evaluate(
        "body => { const script = document.createElement('script');"
        " script.textContent = 'document.title = \"ran\"'; body.append(script); }",
    )

    expect(page).not_to_have_title("ran")
    assert [complaint for complaint in complaints if "Content Security Policy" in complaint] == complaints
    assert len(complaints) == 1
    complaints.clear()
