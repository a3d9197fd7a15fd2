"""What the room and its people keep when the net, the room or its machine goes away."""

from __future__ import annotations

from playwright.sync_api import Browser, expect
from support_house import House, answered, change, go, send, visit, words

from allocopt.review.screens import SCREENS


def test_room_works_with_the_network_cut(shared: House, chromium: Browser) -> None:
    # `visit` cuts off, and reports, whatever is asked of anybody but the room.
    with visit(chromium, shared.link("nat")) as page:
        for screen in SCREENS:
            page.goto(f"{shared.address}/plans/valley/1/{screen}")
            expect(page.locator("h1")).to_have_count(1)
        change(page, "budget_total", value="8000")
        page.get_by_role("button", name="Solve again").click()
        answered(page)


def test_page_says_that_the_room_is_gone_and_keeps_what_was_typed(
    house: House, chromium: Browser
) -> None:
    house.welcome()
    with visit(chromium, house.link("ann"), alone=True) as page:
        go(page, "Minutes")
        form = page.locator("#form-decide")
        form.locator("[name=text]").fill("The fair stays")
        page.locator("#what-if-kind select").select_option("hours")
        page.locator("#change-hours").fill("45")
        house.kill()
        page.locator("#what-if-change > button").click()
        expect(page.locator("#notice")).to_contain_text("The room does not answer.")
        expect(page.locator("#change-hours")).to_have_value("45")
        expect(form.locator("[name=text]")).to_have_value("The fair stays")
        house.open()
        page.locator("#what-if-change > button").click()
        expect(page.locator(".changes > li")).to_contain_text("60 → 45 h per month")
        expect(page.locator("#notice")).to_be_empty()
        send(page, "decide")
        assert "The fair stays" in words(page)


def test_server_that_is_killed_in_mid_solve_goes_on_where_it_was(
    house: House, chromium: Browser
) -> None:
    house.welcome()
    with visit(chromium, house.link("ann"), alone=True) as page:
        go(page, "Minutes")
        send(page, "decide", text="The fair stays", why="It pays")
        send(page, "comment", text="Ask Bob", about="rep:Bob")
        change(page, "hours", rep="Ann", hours="45")
        change(page, "budget_total", value="8000")
        page.get_by_role("button", name="Solve again").click()
        expect(page.locator("#running")).to_be_visible()
        house.kill()
        house.open()
        # Nobody loads the page again: it hears of the search once the room is back.
        answered(page)
        expect(page.locator(".changes > li")).to_have_count(2)
        page.reload()
        answered(page)
        for kept in ("The fair stays", "It pays", "Ask Bob"):
            assert kept in words(page)
