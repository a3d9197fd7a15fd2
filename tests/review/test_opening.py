"""The screen `opening`: what a meeting begins with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from support_room import browser_in
from support_screens import cells, grids, panel_of, room_in, said, view_of

from allocopt.config.approval import SignOff
from allocopt.documents.facts import Facts
from allocopt.documents.facts.progress import state_of
from allocopt.review.person import Person
from allocopt.review.room import Room
from allocopt.review.screens.opening import opening_screen
from allocopt.review.view import View
from allocopt.store import Action

OPENING = "/plans/valley/2/opening"


@pytest.fixture(scope="module")
def room(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> Room:
    return room_in(tmp_path_factory.mktemp("looking"), stored, "valley/1")


@pytest.fixture(scope="module")
def view(looked_at: Room) -> View:
    return view_of(looked_at, "valley/2")


def with_tables(view: View, **tables: pd.DataFrame) -> View:
    plan = view.facts.plan
    plan = replace(plan, tables={**plan.tables, **tables})
    return replace(view, facts=Facts(plan, view.facts.scenario))


def with_actions(view: View, *actions: Action) -> View:
    return replace(view, record=replace(view.record, actions=actions))


def names(view: View) -> list[str]:
    return [panel["id"] for panel in opening_screen(view)["panels"]]


def test_a_review_opens_with_last_times_actions(view: View) -> None:
    assert names(view)[0] == "actions"
    (grid,) = grids(panel_of(opening_screen(view), "actions"))
    assert cells(grid["rows"][0])[:2] == ["Visit the Mill", "Ann"]
    assert cells(grid["rows"][0])[4:] == ["East grows", "valley/1"]


def test_an_action_whose_day_has_come_is_called_overdue_and_stands_first(view: View) -> None:
    late = Action("valley/1#1", "Late", due="2026-01-20")
    later = Action("valley/1#2", "Later", due="2999-01-01")
    some = Action("valley/1#3", "Some day")
    (grid,) = grids(panel_of(opening_screen(with_actions(view, some, later, late)), "actions"))
    assert [(cells(row)[0], cells(row)[3]) for row in grid["rows"]] == [
        ("Late", "overdue"),
        ("Later", "open"),
        ("Some day", "open"),
    ]


def test_an_action_that_is_told_done_is_gone_from_the_opening(reviewed: Room) -> None:
    browser = browser_in(reviewed)
    assert "Visit the Mill" in browser.get(OPENING).text
    told = {"key": "valley/1#1", "status": "done", "note": "Went there", "screen": "opening"}
    answer = browser.post("/plans/valley/2/follow", data=told, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(OPENING)
    assert reviewed.record("valley/2").actions == ()
    assert "No action is open." in browser.get(OPENING).text


def test_who_only_looks_on_cannot_tell_of_actions(looked_at: Room) -> None:
    looking = view_of(looked_at, "valley/2", person=Person("vi", ("viewer",)))
    (grid,) = grids(panel_of(opening_screen(looking), "actions"))
    assert grid["rows"]
    assert not grid["rows"][0]["act"]
    assert "tell" not in names(looking)


def test_decisions_of_the_version_before_are_told(view: View) -> None:
    (listed,) = panel_of(opening_screen(view), "decided")["blocks"]
    assert listed["items"][0].startswith("The fair stays. (valley/1")


@pytest.mark.parametrize(("by", "mark"), [("territory", "territory:East"), ("rep", "rep:Ann")])
def test_who_stands_where_is_what_the_plan_recorded(view: View, by: str, mark: str) -> None:
    screen = opening_screen(replace(view, options={"by": by}))
    rows = [row for grid in grids(panel_of(screen, "standing")) for row in grid["rows"]]
    (row,) = [row for row in rows if row["mark"] == mark]
    page = view.facts.table("performance")
    own = page[(page["scope"] == by) & (page["item"] == mark.partition(":")[2])]
    year = own[own["grain"] == "year"].iloc[-1]
    numbers = [cell["value"] for cell in row["cells"][1:4]]
    assert numbers == pytest.approx([year["ytd_plan"], year["ytd_actual"], year["ytd_attainment"]])
    state = state_of(year["ytd_attainment"])
    assert cells(row)[-1] == view.voice.say(f"performance.state.{state}")


def test_attainment_stands_beside_the_time_that_has_passed(view: View) -> None:
    labels = [
        card["label"] for card in panel_of(opening_screen(view), "progress")["blocks"][0]["cards"]
    ]
    assert {"Of the year's plan", "Expected for the year", "To go"} <= set(labels)


def alert(scope: str) -> pd.DataFrame:
    row = {"alert": "runrate", "scope": scope, "since": "2026-01", "probability": 0.97}
    told = {"suggestion": "Ask there.", "text": "Sales lag.", "suggestion_zh": "", "text_zh": ""}
    return pd.DataFrame([{**row, **told}])


def reforecast(now: float) -> pd.DataFrame:
    cell = {"territory": "East", "segment": "Key", "unit": "", "period": "2026-02"}
    return pd.DataFrame([{**cell, "was": 100.0, "now": now}])


@pytest.mark.parametrize(
    ("now", "change"),
    # The East sold 10 % less than planned: the new forecast has nothing, half or all of it already.
    [(100.0, "-10"), (95.0, "-5.263"), (90.0, None)],
)
def test_an_alert_offers_what_the_new_forecast_has_not_taken_up(
    view: View, now: float, change: str | None
) -> None:
    alerted = with_tables(view, alerts=alert("territory=East"), reforecast=reforecast(now))
    (grid,) = grids(panel_of(opening_screen(alerted), "alerts"))
    (row,) = grid["rows"]
    assert row["mark"] == "territory:East"
    offered = [act["values"] for act in row["act"]]
    if change is None:
        assert not offered
    else:
        assert [one["kind"] for one in offered] == ["demand"]
        assert offered[0]["scope"] == "territory=East"
        assert float(offered[0]["change"]) == pytest.approx(float(change), abs=1e-3)


def test_what_changed_says_why_and_leads_to_all_of_it(view: View) -> None:
    blocks = panel_of(opening_screen(view), "since")["blocks"]
    assert any("Actuals up to 31 January 2026" in item for item in blocks[0]["items"])
    assert blocks[-1]["links"][0]["address"] == "/plans/valley/2/versions?a=valley%2F1"


def test_each_version_tells_how_it_saw_the_year(view: View) -> None:
    (grid,) = grids(panel_of(opening_screen(view), "sights"))
    first, second = grid["rows"]
    assert (cells(first)[0], cells(second)[0]) == ("valley/1", "valley/2")
    before = view.archive.facts("valley/1")
    assert first["cells"][2]["value"] == pytest.approx(before.sales())
    page = view.facts.table("performance")
    year = page[(page["scope"] == "company") & (page["grain"] == "year")].iloc[-1]
    assert [second["cells"][place]["value"] for place in (2, 3, 5)] == pytest.approx(
        [year["year_plan"], year["ytd_actual"], year["landing"]]
    )


def test_signatures_that_are_missing_and_given_are_listed(looked_at: Room) -> None:
    record = looked_at.record("valley/2")
    asked = SignOff(territory="East", role="manager")
    view = view_of(looked_at, "valley/2")
    waiting = replace(view, record=replace(record, missing=(asked,)))
    (grid,) = grids(panel_of(opening_screen(waiting), "signatures"))
    assert cells(grid["rows"][0])[:3] == ["Manager", "East bank", "missing"]
    assert grid["rows"][0]["mark"] == "territory:East"


def test_a_plan_of_which_nothing_came_says_what_it_is_and_how_to_go_on(room: Room) -> None:
    view = view_of(room)
    assert names(view)[0] == "plan"
    text = said(opening_screen(view))
    assert "Valley 2026: version valley/1 plans January 2026 to March 2026" in text
    assert "allocopt replan valley/1 --actuals FILE" in text
    assert view.facts.summary["assumptions"]
    assumed = panel_of(opening_screen(view), "assumed")["blocks"][0]
    assert len(assumed["items"]) == len(view.facts.summary["assumptions"])


def test_a_manager_opens_with_the_own_part(looked_at: Room) -> None:
    own = view_of(looked_at, "valley/2", person=Person("mia", ("manager",), ("East",)))
    screen = opening_screen(own)
    page = view_of(looked_at, "valley/2").facts.table("performance")
    east = page[(page["scope"] == "territory") & (page["item"] == "East")].iloc[-1]
    cards = panel_of(screen, "progress")["blocks"][0]["cards"]
    assert cards[0]["value"] == own.voice.show.money(east["ytd_actual"])
    assert "West bank" not in said(screen)
    sights = grids(panel_of(screen, "sights"))[0]["rows"]
    assert sights[-1]["cells"][3]["value"] == pytest.approx(east["ytd_actual"])


def test_both_languages_open_the_same_panels(looked_at: Room, room: Room) -> None:
    for own, version in ((looked_at, "valley/2"), (room, "valley/1")):
        english, chinese = (
            opening_screen(view_of(own, version, language=language)) for language in ("en", "zh-CN")
        )
        assert [one["id"] for one in english["panels"]] == [one["id"] for one in chinese["panels"]]
        assert [one["title"] for one in english["panels"]] != [
            one["title"] for one in chinese["panels"]
        ]
