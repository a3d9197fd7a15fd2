"""The room without a script: links and forms do all that it is for."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect
from support_house import House, go, send, visit

# The answer to a form with a mistake in it.
WRONG = 422


def test_what_if_is_asked_solved_and_saved_without_a_script(
    house: House, chromium: Browser
) -> None:
    house.welcome()
    with visit(chromium, house.link("ann"), scripts=False, errors=(WRONG,)) as page:
        go(page, "Territories")
        page.get_by_role("link", name="West bank").first.click()
        _led(page, page.locator("tr[data-mark='unit:U4'] button"))
        assert page.url.endswith("/territories?territory=West")
        expect(page.locator(".changes > li")).to_contain_text("Station stays with Bob Baker")
        page.locator("#what-if-kind select").select_option("hours")
        _led(page, page.locator("#what-if-kind button"))
        page.locator("#change-hours").fill("many")
        _led(page, page.locator("#what-if-change > button"))
        expect(page.locator("#change-hours-said")).to_contain_text("A number is expected")
        expect(page.locator("#change-hours")).to_have_value("many")
        page.locator("#change-hours").fill("45")
        _led(page, page.locator("#what-if-change > button"))
        expect(page.locator(".changes > li")).to_have_count(2)
        page.get_by_role("button", name="Solve again").click()
        # The page that waits asks again by itself, and leads back when it is over.
        expect(page.locator(".answer .outcome")).to_contain_text("Solved.", timeout=60_000)
        go(page, "Plan")
        expect(page.locator("#content .headline.changed s").first).to_be_visible()
        page.locator(".keeping summary").click()
        page.get_by_role("link", name="Save as a scenario").click()
        send(page, "save", name="valley", reason="Ann asked for fewer hours")
        expect(page.locator("header .version")).to_have_text("valley/2")


def _led(page: Page, button) -> None:  # type: ignore[no-untyped-def]
    with page.expect_navigation():
        button.click()
