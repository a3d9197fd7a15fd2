"""Two people ask and save at the same time, and nothing of either is lost."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect
from support_house import House, change, go, send, solve, visit, words

from allocopt.plan import load_plan_scenario
from allocopt.store import lasting_folder, open_store, record_of

CONFLICT = 409


def test_second_to_save_sees_who_saved_what_and_carries_the_changes_over(
    house: House, chromium: Browser
) -> None:
    house.welcome()
    with (
        visit(chromium, house.link("ann")) as ann,
        visit(chromium, house.link("ben"), errors=(CONFLICT,)) as ben,
    ):
        change(ann, "budget_total", value="8000")
        change(ben, "hours", rep="Bob", hours="50")
        for page in (ann, ben):
            page.get_by_role("button", name="Solve again").click()
        for page, own, other in ((ann, "8.00k", "50 h"), (ben, "50 h", "8.00k")):
            _solved(page)
            expect(page.locator(".changes")).to_contain_text(own)
            expect(page.locator(".changes")).not_to_contain_text(other)
        go(ann, "Versions")
        assert send(ann, "save", reason="A smaller budget").status == 200
        expect(ann.locator("header .version")).to_have_text("valley/2")
        go(ben, "Versions")
        assert send(ben, "save", reason="Bob is away on Fridays").status == CONFLICT
        told = words(ben)
        assert "valley/2, saved by ann" in told
        assert "A smaller budget" in told
        # Nothing that was typed is lost.
        expect(ben.locator("#form-save [name=reason]")).to_have_value("Bob is away on Fridays")
        send(ben, "rebase")
        expect(ben.locator("header .version")).to_have_text("valley/2")
        expect(ben.locator(".changes")).to_contain_text("60 → 50 h per month")
        solve(ben)
        go(ben, "Versions")
        send(ben, "save", reason="Bob is away on Fridays")
        expect(ben.locator("header .version")).to_have_text("valley/3")
    _holds_both(house)


def _solved(page: Page) -> None:
    expect(page.locator(".answer .outcome")).to_contain_text("Solved.", timeout=60_000)


def _holds_both(house: House) -> None:
    """The third version has the changes of both, and both are its authors' own."""
    store = open_store(house.folder / "store.sqlite")
    record = record_of(store, "valley/3")
    assert [one.author for one in (record.version, *record.lineage)] == ["ben", "ann", "ann"]
    scenario = load_plan_scenario(lasting_folder(store, "valley/3", house.folder))
    reps = scenario.table("reps").set_index("rep")
    assert float(reps.loc["Bob", "hours"]) == 50
    assert scenario.config.budget.total_max == 8000
