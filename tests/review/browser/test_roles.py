"""Who sees and does what, in the page and past it; and every word in the language that was chosen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from support_house import House, change, go, send, visit

from allocopt.review.routes import changes, meeting, versions, what_ifs
from allocopt.review.screens import SCREENS
from allocopt.store import list_versions, open_store, record_of

# Forms that change nothing but how the room looks to one browser.
OWN_LOOKS = ("/looks", "/leave")
# What changes a plan, or what is kept of it.
CHANGES = [
    route.path.rpartition("/")[2]
    for module in (changes, versions, meeting, what_ifs)
    for route in module.ROUTES
    if route.path.startswith("/plans/") and "POST" in (route.methods or ())
]
# What all these forms ask for.
SENT = {
    **dict.fromkeys(("text", "what", "owner", "title", "reason", "words"), "x"),
    "kind": "hours",
    "rep": "Ann",
    "hours": "1",
    "unit": "U1",
    "territory": "East",
    "role": "manager",
    "name": "valley",
    "onto": "valley/1",
    "status": "done",
}
# Names that only the West has.
OF_WEST = ("West bank", "Station", "Bridge", "Chapel")
# Words that are the same in every language: names of formats and keys, people of these tests.
PROPER = {
    *("Excel", "PDF", "Word", "PowerPoint", "CSV", "Markdown", "allocopt", "English", "EUR", "KPI"),
    # A command, a column of the scenario's own, and who comes into the shared house.
    *("key", "value", "replan", "valley", "shops"),
    *("ann", "amy", "kay", "kim", "kit", "lin", "nat", "pat"),
    # The reason with which the command itself has stored the version.
    *("opened", "for", "review"),
}
# Every text of a page by itself, what is read aloud as well as what is seen.
SAID = """() => {
  const said = [document.title], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) said.push(texts.currentNode.data);
  const labelled = [...document.querySelectorAll("[title], [aria-label]")];
  return [...said, ...labelled.flatMap((one) => [one.title, one.ariaLabel ?? ""])];
}"""
KEY = re.compile(r"[A-Za-z]+[._][\w.]+|--\w+")
WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")
HAN = re.compile(r"[\u4e00-\u9fff]+")


@pytest.fixture(scope="module")
def guarded_house(build: Callable[[Path], House], guarded: Path) -> House:
    """An open house in which people have roles."""
    house = build(guarded)
    house.welcome()
    return house


def screens(house: House, page: Page) -> Iterator[str]:
    """Every screen of the version, one after the other; its name when it is there."""
    for name in SCREENS:
        page.goto(f"{house.address}/plans/valley/1/{name}")
        yield name


def test_viewer_sees_no_form_and_changes_nothing(guarded_house: House, chromium: Browser) -> None:
    told = _begun(guarded_house, chromium)
    with visit(chromium, guarded_house.link("Vic")) as page:
        for name in screens(guarded_house, page):
            if name == "documents":  # a viewer may have the plan as a file
                continue
            sent = page.locator("form[method=post]").evaluate_all(
                "all => all.map((one) => one.getAttribute('action'))"
            )
            assert [one for one in sent if one not in OWN_LOOKS] == [], name
            expect(page.locator("#what-if")).to_have_count(0)
        before = _kept(guarded_house)
        refused = refusals(guarded_house, page, **told)
        assert set(refused.values()) <= {403, 422}, refused
        assert _kept(guarded_house) == before


def _kept(house: House) -> tuple[object, ...]:
    """All that is in the store, and every what-if."""
    store = open_store(house.folder / "store.sqlite")
    files = (house.folder / "review" / "what-ifs").glob("*.json")
    versions = [version.id for version, _ in list_versions(store)]
    return (
        versions,
        record_of(store, "valley/1").events,
        {one.name: one.read_bytes() for one in files},
    )


def _begun(house: House, chromium: Browser) -> dict[str, str]:
    """A what-if and an action of somebody who may ask and agree, as forms name them."""
    with visit(chromium, house.link("ann")) as page:
        change(page, "hours", rep="Ann", hours="50")
        shared = page.locator("#what-if-share").get_attribute("value") or ""
        go(page, "Minutes")
        send(page, "agree", what="Ask the Mill", owner="ann")
        key = page.locator("#follow-key option").first.get_attribute("value") or ""
    return {"draft": shared.rpartition("=")[2], "key": key}


def refusals(house: House, page: Page, **told: str) -> dict[str, int]:
    """What somebody is told who sends forms that the page does not have."""
    mark = page.locator("[name=csrf]").first.get_attribute("value") or ""
    sent = {"csrf": mark, **SENT, **told}
    base = f"{house.address}/plans/valley/1"
    return {
        name: page.request.post(f"{base}/{name}", form=sent, max_redirects=0).status
        for name in CHANGES
    }


def test_manager_sees_the_own_part_alone(guarded_house: House, chromium: Browser) -> None:
    with visit(chromium, guarded_house.link("Mia")) as page:
        for name in screens(guarded_house, page):
            shown = page.content()
            assert [one for one in OF_WEST if one in shown] == [], name
        page.locator("#what-if-kind select").select_option("hours")
        expect(page.locator("#change-rep option")).to_have_text(
            ["Ann Archer (Ann)", "Open position (New)"]
        )


def test_room_for_presenting_has_nothing_to_change(house: House, chromium: Browser) -> None:
    house.welcome("--read-only")
    with visit(chromium, house.link("ann")) as page:
        for name in screens(house, page):
            sent = page.locator("main form[method=post], aside form")
            assert sent.count() == 0, name
        assert set(refusals(house, page).values()) == {403}


def test_projector_shows_the_screen_alone(shared: House, chromium: Browser) -> None:
    with visit(chromium, shared.link("pat")) as page:
        go(page, "Plan")
        page.get_by_role("button", name="Present").click()
        expect(page.locator("aside")).to_have_count(0)
        expect(page.locator("main form[method=post]")).to_have_count(0)
        page.get_by_role("button", name="Present").click()
        expect(page.locator("aside")).to_have_count(1)


def test_every_word_is_of_the_language_that_was_chosen(shared: House, chromium: Browser) -> None:
    with visit(chromium, shared.link("lin")) as page:
        for name in screens(shared, page):
            assert _strange(page, HAN) <= {"中文"}, name
        page.get_by_role("button", name="中文").click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        own = PROPER | _names(shared.plan)
        found = {name: _strange(page, WORD) - own for name in screens(shared, page)}
        assert {name: left for name, left in found.items() if left} == {}
        page.locator("#what-if-kind select").select_option("add_rep")
        page.locator("#what-if-change").wait_for()
        assert _strange(page, WORD) - own == set()


def _names(plan: Path) -> set[str]:
    """Words in the cells of a plan's tables."""
    tables = (plan / "inputs").glob("*.csv")
    cells = (line for table in tables for line in table.read_text("utf-8").splitlines()[1:])
    return set(WORD.findall(" ".join(cells)))


def _strange(page: Page, letters: re.Pattern[str]) -> set[str]:
    """Words of a script in all that the page says: its text, titles and labels."""
    said = KEY.sub("", "\n".join(page.evaluate(SAID)))
    return set(letters.findall(said))
