"""The screen `variance`: why sales differ from plan, down to a unit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from support_screens import cells, grids, panel_of, room_in, said, view_of

from allocopt.documents.facts import Facts
from allocopt.documents.facts.noise import noise_of
from allocopt.review.person import Person
from allocopt.review.room import Room
from allocopt.review.screens.variance import variance_screen
from allocopt.review.view import View

# What January was to bring in the first plan, and what the fixture sold of it.
SOLD_IN_EAST, SOLD_IN_WEST = 0.9, 1.2


@pytest.fixture(scope="module")
def room(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> Room:
    return room_in(tmp_path_factory.mktemp("looking"), stored, "valley/1")


@pytest.fixture(scope="module")
def view(looked_at: Room) -> View:
    return view_of(looked_at, "valley/2")


def recorded(view: View, scope: str, item: str = "", period: str = "") -> pd.Series[float]:
    """Amounts of the plan's table by cause, unknown ones too."""
    rows = view.facts.table("variance").fillna({"item": "", "period": ""})
    own = (rows["scope"] == scope) & (rows["item"] == item) & (rows["period"] == period)
    return rows[own].set_index("cause")["amount"]


def values(grid: dict, column: int) -> list[float]:
    return [row["cells"][column]["value"] for row in grid["rows"]]


def with_options(view: View, **options: str) -> View:
    return replace(view, options=options)


def test_causes_are_those_of_the_plan_and_add_up_to_sales_less_plan(view: View) -> None:
    (grid,) = grids(panel_of(variance_screen(view), "causes"))
    assert sorted(values(grid, 1)) == sorted(recorded(view, "company").dropna())
    page = view.facts.table("performance")
    january = page[(page["scope"] == "company") & (page["period"] == "2026-01")].iloc[0]
    assert sum(values(grid, 1)) == pytest.approx(january["actual"] - january["plan"], abs=0.02)


def test_causes_that_are_not_known_are_named_with_what_would_tell_and_have_no_amount(
    view: View,
) -> None:
    panel = panel_of(variance_screen(view), "causes")
    names = [cells(row)[0] for row in grids(panel)[0]["rows"]]
    (listed,) = [block for block in panel["blocks"] if block["kind"] == "list"]
    unknown = recorded(view, "company").index[recorded(view, "company").isna()]
    assert len(unknown) == len(listed["items"]) > 0
    assert "Coverage" not in names
    assert "Coverage: hours in the actual rows" in listed["items"]


def test_places_right_below_add_up_to_the_whole_difference(view: View) -> None:
    # A single root is the whole: what lies below it is shown.
    (grid,) = grids(panel_of(variance_screen(view), "by-territory"))
    found = dict(zip([row["mark"] for row in grid["rows"]], values(grid, 3), strict=True))
    assert set(found) == {"territory:East", "territory:West"}
    whole = recorded(view, "company").sum()
    assert sum(found.values()) == pytest.approx(whole, abs=0.02)
    assert found["territory:East"] < 0 < found["territory:West"]


def test_plan_and_actual_of_each_place_are_those_of_the_page(view: View) -> None:
    (grid,) = grids(panel_of(variance_screen(view), "by-territory"))
    for row in grid["rows"]:
        plan, actual = (row["cells"][column]["value"] for column in (1, 2))
        sold = SOLD_IN_EAST if row["mark"] == "territory:East" else SOLD_IN_WEST
        assert actual == pytest.approx(plan * sold, abs=0.02)


def test_a_place_without_places_below_leads_to_its_units_and_who_covers_them(view: View) -> None:
    screen = variance_screen(with_options(view, scope="territory=East"))
    (units,) = grids(panel_of(screen, "by-unit"))
    assert {row["mark"] for row in units["rows"]} == {"unit:U1", "unit:U2", "unit:U3"}
    assert units["rows"][0]["link"].startswith("?scope=unit%3DU")
    planned = view.facts.course("sales")
    planned = planned[planned["period"] == "2026-01"].set_index("unit")["sales"]
    for row in units["rows"]:
        unit = row["mark"].partition(":")[2]
        assert row["cells"][1]["value"] == pytest.approx(planned[unit])
    (reps,) = grids(panel_of(screen, "by-rep"))
    held = view.facts.course("assignments")
    covering = set(held.loc[held["unit"].isin(["U1", "U2", "U3"]), "rep"])
    assert {row["mark"] for row in reps["rows"]} == {f"rep:{rep}" for rep in covering}


def test_a_unit_shows_its_own_causes_and_nothing_lies_below_it(view: View) -> None:
    screen = variance_screen(with_options(view, scope="unit=U4"))
    (grid,) = grids(panel_of(screen, "causes"))
    assert sorted(values(grid, 1)) == sorted(recorded(view, "unit", "U4").dropna())
    assert {panel["id"] for panel in screen["panels"]} == {"why", "causes"}


def test_what_nobody_has_recorded_is_not_asked_for(view: View) -> None:
    asked = variance_screen(with_options(view, scope="unit=U99", period="2031"))
    chosen = [
        option["value"]
        for control in asked["controls"]
        for option in control["options"]
        if option["chosen"]
    ]
    assert chosen == ["company", ""]


def test_each_closed_period_can_be_looked_at_alone(view: View) -> None:
    screen = variance_screen(with_options(view, period="2026-01"))
    assert [one["value"] for one in screen["controls"][1]["options"]] == ["", "2026-01"]
    (grid,) = grids(panel_of(screen, "causes"))
    assert sorted(values(grid, 1)) == sorted(recorded(view, "company", period="2026-01").dropna())
    # What matters is told to date only.
    assert "material" not in {panel["id"] for panel in screen["panels"]}


def test_a_manager_sees_the_own_part_and_cannot_ask_for_another(looked_at: Room) -> None:
    person = Person("mia", ("manager",), ("East",))
    own = view_of(looked_at, "valley/2", person=person)
    screen = variance_screen(with_options(own, scope="territory=West"))
    (grid,) = grids(panel_of(screen, "causes"))
    whole = view_of(looked_at, "valley/2")
    assert sum(values(grid, 1)) == pytest.approx(recorded(whole, "territory", "East").sum())
    assert "West bank" not in said(screen)
    assert "unit:U4" not in said(screen)


def test_noise_of_a_place_is_its_intervals_share_of_the_plan(view: View) -> None:
    facts = with_interval(view.facts, 0.2)
    page = facts.table("performance")
    east = page[(page["item"] == "East") & (page["period"] == "2026-01")]["plan"].iloc[0]
    assert noise_of(facts, "East") == pytest.approx(0.2 * east)


@pytest.mark.parametrize(("width", "word"), [(0.05, "more than chance"), (0.3, "may be chance")])
def test_a_difference_beyond_the_interval_is_told_from_noise(
    view: View, width: float, word: str
) -> None:
    # The East sold a tenth less than planned.
    wide = replace(
        view, facts=with_interval(view.facts, width), options={"scope": "territory=East"}
    )
    sentences = panel_of(variance_screen(wide), "why")["blocks"][0]["items"]
    assert any(word in sentence for sentence in sentences)


def with_interval(facts: Facts, width: float) -> Facts:
    """The same with forecasts of places that may be off by a share of themselves."""
    rows = pd.DataFrame(
        {
            "node": ["", "East", "West"],
            "period": "2026-01",
            "mean": 100.0,
            "lower": 100 - 100 * width,
            "upper": 100 + 100 * width,
        }
    )
    plan = replace(facts.plan, frozen={**facts.plan.frozen, "forecast_nodes": rows})
    return Facts(plan, facts.scenario)


def test_a_plan_of_which_nothing_came_says_how_to_enter_it(room: Room) -> None:
    screen = variance_screen(view_of(room))
    assert not screen["controls"]
    assert "allocopt replan valley/1 --actuals FILE" in said(screen)
    assert "allocopt replan valley/1" in said(variance_screen(view_of(room, language="zh-CN")))
