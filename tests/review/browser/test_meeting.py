"""A whole meeting, from the link to the minutes."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from playwright.sync_api import Browser, Page, expect
from support_house import House, answered, change, go, send, solve, visit, words


def test_meeting_goes_from_its_agenda_to_published_plan_and_minutes(
    build: Callable[[Path], House], guarded: Path, chromium: Browser
) -> None:
    house = build(guarded)
    house.welcome()
    with visit(chromium, house.link("ann")) as ann:
        _looked(ann)
        _asked(ann)
        _relaxed(ann)
        _saved(ann)
        _decided(ann)
        with visit(chromium, house.link("Mia")) as mia:
            _signed(mia, ann.url)
        with visit(chromium, house.link("Max")) as max_:
            _published(max_, ann.url)
        _exported(ann)
    house.close()


def _looked(page: Page) -> None:
    """The review opens with what was agreed last time, and the map is one click away."""
    expect(page.locator("h1")).to_have_text("Review")
    go(page, "Territories")
    expect(page.locator("svg [data-mark='territory:East']").first).to_be_visible()


def _asked(page: Page) -> None:
    """Lock a unit by click, change the hours of a rep, and have both solved."""
    page.get_by_role("link", name="West bank").first.click()
    station = page.locator("tr[data-mark='unit:U4']")
    station.get_by_role("button", name="Lock").click()
    expect(page.locator(".changes > li")).to_contain_text("Station stays with Bob Baker")
    change(page, "hours", rep="Ann", hours="45")
    expect(page.locator(".changes > li").nth(1)).to_contain_text("60 → 45 h per month")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".changes > li")).to_have_count(1)
    page.get_by_role("button", name="Redo").click()
    expect(page.locator(".changes > li")).to_have_count(2)
    page.get_by_role("button", name="Solve again").click()
    expect(page.locator("#running")).to_be_visible()
    answered(page)
    # The screen behind the panel shows both plans by now, without a click.
    expect(page.locator("#content .changed").first).to_be_visible()
    go(page, "Plan")
    expect(page.locator("#content .headline.changed s").first).to_be_visible()


def _relaxed(page: Page) -> None:
    """What no plan can keep is told with its rules, and one click finds the way out."""
    change(page, "handover_units", value="0")
    change(page, "lock", unit="U1", rep="Bob")
    solve(page, "No plan keeps all these rules.")
    for rule in ("A locked unit stays with its rep. (Harbour)", "Few enough units change reps."):
        expect(page.locator(".conflicts")).to_contain_text(rule)
    page.get_by_role("button", name="Relax this").first.click()
    expect(page.locator(".changes > li").last).to_contain_text("Relaxed:")
    solve(page)


def _saved(page: Page) -> None:
    """The answer becomes a scenario of its own."""
    page.locator(".keeping summary").click()
    page.get_by_role("link", name="Save as a scenario").click()
    send(page, "save", name="valley, Ann part-time", reason="Ann asked for fewer hours")
    expect(page.locator("header .version")).to_have_text("valley, Ann part-time/1")


def _decided(page: Page) -> None:
    """A decision and an action are kept, and the plan is handed in."""
    go(page, "Minutes")
    send(page, "meet", title="Spring review", attendees="ann\nMia\nMax")
    send(page, "decide", text="Ann goes part-time", why="She asked for it")
    send(page, "agree", what="Tell the Station", owner="Bob", due="2026-02-01")
    assert "Ann goes part-time" in words(page)
    assert "Tell the Station" in words(page)
    go(page, "Versions")
    send(page, "submit", words="Please look at it")
    expect(page.locator("header .state")).to_have_text("Submitted")


def _signed(page: Page, address: str) -> None:
    """Mia signs for the East, and cannot approve before; her part is all that she sees."""
    page.goto(address)
    send(page, "sign-off")
    expect(page.locator("header .state")).to_have_text("Submitted")


def _published(page: Page, address: str) -> None:
    page.goto(address)
    send(page, "approve", words="Agreed")
    send(page, "publish")
    expect(page.locator("header .state")).to_have_text("Published")


def _exported(page: Page) -> None:
    """Minutes and documents hold the names and the numbers of the screen."""
    go(page, "Minutes")
    text = _loaded(page, "Minutes as a page").decode()
    for said in ("Spring review", "Ann goes part-time", "Tell the Station", "Mia", "published"):
        assert said in html.unescape(text), said
    go(page, "Plan")
    sales = page.locator(".headline:has(dt:text-is('Planned sales')) .value").inner_text()
    go(page, "Documents")
    send(page, "order", kind="annual", form="html")
    assert sales in _document(page).decode()
    go(page, "Documents")
    send(page, "order", kind="annual", form="xlsx")
    book = pd.read_excel(
        io.BytesIO(_document(page)), sheet_name=None, header=None, engine="calamine"
    )
    told = " ".join(map(str, pd.concat(book.values()).to_numpy().ravel()))
    assert "Ann Archer" in told
    assert "Bob Baker" in told


def _document(page: Page) -> bytes:
    """The document that was ordered last, once it is written."""
    expect(page.locator("#made tbody tr").first).to_contain_text("ready", timeout=60_000)
    return _loaded(page, page.locator("#made tbody tr a").first.inner_text())


def _loaded(page: Page, name: str) -> bytes:
    """The file behind a link."""
    with page.expect_download() as loading:
        page.get_by_role("link", name=name, exact=True).first.click()
    return Path(loading.value.path()).read_bytes()
