"""The room without a mouse: everything is reached by keys, and what has the focus is seen."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect
from support_house import LONG, House, answered, visit

# What has the focus: its words, whether it is marked as such, and whether it lies in the window.
FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), look = getComputedStyle(one);
  const label = one.labels?.[0] && [...one.labels[0].childNodes].find((node) => node.textContent.trim());
  return {
    what: one.localName, id: one.id, name: (label ?? one).textContent.trim(),
    marked: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
# More steps than a page has places for the focus.
MANY = 200


def tab_to(page: Page, what: str, name: str) -> None:
    """Press Tab until an element of that kind and name has the focus; every place on the way is seen.

    Behind the last place of a page the keys are the browser's own for a step.
    """
    page.wait_for_load_state()
    for _ in range(MANY):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found["what"] == "body":
            continue
        assert found["marked"] or found["id"] == "content", found
        assert found["inside"], found
        if (found["what"], found["name"]) == (what, name):
            return
    raise AssertionError(f"no Tab leads to {what} {name!r}")


def press(page: Page, key: str) -> None:
    """Press a key in the panel; when the panel has been replaced, the focus is still in it."""
    with page.expect_response(
        lambda answer: "/what-ifs/" in answer.url or "/changes" in answer.url
    ):
        page.keyboard.press(key)
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping')")
    assert page.evaluate("() => !!document.activeElement.closest('#what-if')")


def test_what_if_is_asked_solved_stopped_and_undone_by_keys(
    shared: House, chromium: Browser
) -> None:
    with visit(chromium, shared.link("kay")) as page:
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED)["name"] == "Go to the content"
        page.keyboard.press("Enter")
        assert page.evaluate(FOCUSED)["id"] == "content"
        page.reload()
        tab_to(page, "a", "Plan")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Plan")

        tab_to(page, "select", "What if …")
        press(page, "H")
        assert page.evaluate(FOCUSED)["what"] == "select"
        tab_to(page, "input", "Hours [h per month]")
        page.keyboard.type("45")
        tab_to(page, "button", "Add the change")
        press(page, "Enter")
        expect(page.locator(".changes > li")).to_contain_text("60 → 45 h per month")

        tab_to(page, "button", "Solve again")
        press(page, "Enter")
        tab_to(page, "button", "Stop")
        page.keyboard.press("Enter")
        expect(page.locator("#running")).to_have_count(0, timeout=LONG * 1000)
        assert page.evaluate(FOCUSED)["what"] != "body"
        tab_to(page, "button", "Solve again")
        press(page, "Enter")
        answered(page)
        assert page.evaluate(FOCUSED)["name"] == "Solve again"

        tab_to(page, "button", "Undo")
        press(page, "Enter")
        expect(page.locator(".changes > li")).to_have_count(0)


def test_buttons_of_the_panel_have_keys_which_are_letters_in_a_field(
    shared: House, chromium: Browser
) -> None:
    with visit(chromium, shared.link("kim")) as page:
        page.locator("#what-if-kind select").select_option("hours")
        hours = page.locator("#change-hours")
        hours.fill("50")
        page.keyboard.press("Enter")
        expect(page.locator(".changes > li")).to_have_count(1)
        page.locator("#what-if").focus()
        page.keyboard.press("u")
        expect(page.locator(".changes > li")).to_have_count(0)
        page.locator("#what-if").focus()
        page.keyboard.press("r")
        expect(page.locator(".changes > li")).to_have_count(1)
        page.locator("#what-if-kind select").select_option("hours")
        hours.fill("")
        hours.press_sequentially("urw")
        expect(hours).to_have_value("urw")
        expect(page.locator(".changes > li")).to_have_count(1)


def test_focus_stays_where_it_was_when_the_screen_is_replaced(
    shared: House, chromium: Browser
) -> None:
    with visit(chromium, shared.link("kit")) as page:
        page.goto(f"{shared.address}/plans/valley/1/territories")
        colour = page.locator(".controls [name=measure]")
        colour.focus()
        with page.expect_response(lambda answer: "measure=" in answer.url):
            page.keyboard.press("ArrowDown")
        page.wait_for_function("() => location.search.includes('measure=')")
        expect(colour).to_be_focused()
        expect(colour).not_to_have_value("sales")
