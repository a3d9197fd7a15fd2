"""Names that would be markup or scripts stay text, on every screen and in every file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from support_house import House, change, go, send, solve, visit, words
from support_scenario import write_scenario

from allocopt.plan import save_plan
from allocopt.planning import plan_scenario
from allocopt.review.screens import SCREENS
from allocopt.scenario import load_scenario

SCRIPT = "<script>alert(1)</script>"
IMAGE = "\"><img src=x onerror=alert(2)>'"
CLOSED = "</title></textarea></script><svg onload=alert(3)>"
ADDRESS = "javascript:alert(4)"
BACKWARDS = "\u202eEast\u202c {{7*7}} ${7*7}"
LONG_WORD = "W" * 300
FORMULA = '=HYPERLINK("http://elsewhere.example")'
YAML = f"""
scenario: {{name: names, title: '{SCRIPT} {LONG_WORD}', currency: EUR, language: en}}
calendar: {{plan_start: 2026-01-01, plan_periods: 2}}
budget: {{total_max: 3000}}
handover: {{loss: 0.1}}
solver: {{gap: 0.01, time_limit: 5}}
"""
TABLES = {
    "units": [
        ("unit", "name", "territory", "segment", "hours", "demand", "potential", "rep"),
        (IMAGE, SCRIPT, "east", "key", "10", "900", "1500", "ann"),
        ("u2", LONG_WORD, "east", "key", "10", "800", "900", "ann"),
        ("u3", BACKWARDS, "west", "key", "10", "700", "900", CLOSED),
    ],
    "reps": [
        ("rep", "name", "hours", "cost", "territory", "manager"),
        ("ann", IMAGE, "40", "10", "east", SCRIPT),
        (CLOSED, LONG_WORD, "40", "10", "west", ADDRESS),
    ],
    "territories": [
        ("territory", "name", "parent"),
        ("east", BACKWARDS, "all"),
        ("west", CLOSED, "all"),
        ("all", SCRIPT, ""),
    ],
    "segments": [("segment", "name", "margin"), ("key", IMAGE, "0.5")],
    "levers": [("lever", "name", "channel", "total_max"), ("ads", ADDRESS, SCRIPT, "2000")],
    "responses": [
        ("lever", "territory", "form", "lift_max", "lift_unit", "half", "shape"),
        ("ads", "", "adbudg", "0.2", "share", "900", "1.5"),
    ],
}
# No window is so wide that a page of it must be pushed to the side.
IS_PUSHED = "() => document.documentElement.scrollWidth > innerWidth"
DANGEROUS = "a[href^='javascript:' i], [onerror], [onload], iframe, #content img, #what-if script"


@pytest.fixture(scope="module")
def house(build: Callable[[Path], House], tmp_path_factory: pytest.TempPathFactory) -> House:
    """An open house whose plan has such names wherever there are names."""
    folder = tmp_path_factory.mktemp("names")
    tables = {name: _csv(rows) for name, rows in TABLES.items()}
    scenario = load_scenario(write_scenario(folder / "names", YAML, **tables))
    house = build(save_plan(plan_scenario(scenario), scenario, folder / "plan"))
    house.welcome()
    return house


def _csv(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def test_names_with_markup_are_shown_as_they_are_on_every_screen(
    house: House, chromium: Browser
) -> None:
    with visit(chromium, house.link(SCRIPT)) as page:
        for screen in SCREENS:
            for asked in _looks(screen):
                page.goto(f"{house.address}/plans/names/1/{screen}{asked}")
                _is_harmless(page)
        page.goto(f"{house.address}/plans/names/1/reps")
        assert IMAGE in words(page)
        expect(page.locator("header .person")).to_contain_text(SCRIPT)


def _looks(screen: str) -> list[str]:
    """Addresses of a screen: by itself, drilled down, and with what nobody would ask for."""
    down = {
        "reps": ["?rep=ann", "?unit=u2", "?unit=u3"],
        "territories": ["?territory=west", "?territory=east"],
        "meeting": ["?about=unit:u2"],
    }
    return ["", *down.get(screen, []), "?what_if=%22%3E%3Cscript%3Ealert(5)%3C/script%3E&a=%27"]


def _is_harmless(page: Page) -> None:
    assert page.locator(DANGEROUS).count() == 0, page.url
    assert not page.evaluate(IS_PUSHED), page.url


def test_names_that_are_typed_stay_text_in_panel_minutes_and_document(
    house: House, chromium: Browser, tmp_path: Path
) -> None:
    with visit(chromium, house.link("eve")) as page:
        change(page, "add_rep", name=CLOSED + "x", territory="east", hours="30")
        page.locator(".keeping summary").click()
        page.locator("#what-if-title").fill(IMAGE)
        page.locator(".keeping .form button").click()
        expect(page.locator(".changes")).to_contain_text(CLOSED)
        solve(page)
        _is_harmless(page)
        go(page, "Minutes")
        send(page, "meet", title=SCRIPT, attendees=f"{IMAGE}\n{LONG_WORD}")
        send(page, "decide", text=IMAGE, why=ADDRESS, by=SCRIPT)
        send(page, "agree", what=CLOSED, owner=BACKWARDS)
        send(page, "comment", text=f"{SCRIPT} {LONG_WORD}", about="rep:ann")
        _is_harmless(page)
        for name in (SCRIPT, IMAGE, CLOSED, ADDRESS):
            assert name in words(page)
        minutes = _loaded(page, tmp_path / "minutes.html", "Minutes as a page")
        go(page, "Documents")
        send(page, "order", kind="annual", form="html")
        expect(page.locator("#made tbody tr").first).to_contain_text("ready", timeout=60_000)
        document = _loaded(page, tmp_path / "plan.html", "Annual plan")
    for file in (minutes, document):
        assert IMAGE in _opened(chromium, file)


def _loaded(page: Page, file: Path, link: str) -> Path:
    with page.expect_download() as loading:
        page.get_by_role("link", name=link, exact=True).first.click()
    loading.value.save_as(file)
    return file


def _opened(chromium: Browser, file: Path) -> str:
    """What a saved page shows, in a browser that would run what is in it."""
    context = chromium.new_context()
    page, ran = context.new_page(), list[str]()
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: ran.append(request.url))
    page.goto(file.as_uri())
    told = page.locator("body").inner_text()
    context.close()
    assert ran == [file.as_uri()]
    return told
