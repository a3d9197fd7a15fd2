"""The screen of the territories: what colours the map, what a territory holds, what a what-if changes."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pandas as pd
import pytest
from starlette.testclient import TestClient
from support_room import ADDRESS

from allocopt.documents.facts import Facts
from allocopt.plan import Plan
from allocopt.review.archive import Archive
from allocopt.review.person import Person
from allocopt.review.room import Room
from allocopt.review.screens.territories import territories_screen
from allocopt.review.tallies.territories import MEASURES, own_measures, territory_tally
from allocopt.review.view import View
from allocopt.review.voice import room_voice

GEOJSON = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"territory": "East"}, "geometry": {"type": "Polygon",
  "coordinates": [[[8.5, 46.5], [9.5, 46.5], [9.5, 47.5], [8.5, 47.5], [8.5, 46.5]]]}},
 {"type": "Feature", "properties": {"territory": "West"}, "geometry": {"type": "Polygon",
  "coordinates": [[[7.5, 46.5], [8.5, 46.5], [8.5, 47.5], [7.5, 47.5], [7.5, 46.5]]]}}]}"""


def view_of(room: Room, facts: Facts, after: Facts | None = None, **options: str) -> View:
    """What a screen is made from."""
    person = Person("ann", ("analyst",))
    voice, archive = room_voice("en", "EUR"), Archive(room, "ann")
    record = room.record("valley/1")
    return View(person, record, facts, voice, archive, after=after, options=options)


def with_sales(facts: Facts, unit: str, factor: float) -> Facts:
    """The facts of a plan that sells otherwise in one unit."""
    sales = facts.plan["sales"]
    moved = sales["sales"].where(sales["unit"] != unit, sales["sales"] * factor)
    tables = {**facts.plan.tables, "sales": sales.assign(sales=moved)}
    return Facts(Plan(facts.plan.summary, tables), facts.scenario)


def map_of(screen: dict[str, object], side: int = 0) -> dict[str, object]:
    """The geometry of the map, or of the second of two."""
    panel = next(one for one in screen["panels"] if one["id"] == "map")  # type: ignore[attr-defined]
    return panel["blocks"][0]["sides"][side]["block"]["chart"]  # type: ignore[no-any-return]


def test_tally_adds_up_to_the_company(facts: Facts) -> None:
    tally = territory_tally(facts)
    assert tally["sales"].sum() == pytest.approx(facts.sales())
    assert tally["hours"].sum() == pytest.approx(facts.plan["time"]["hours"].sum())
    assert tally["quota"].sum() == pytest.approx(facts.rep_quotas["quota"].sum())
    assert tally["handovers"].sum() == facts.handovers["unit"].nunique()


def test_tally_says_who_covers_what(facts: Facts) -> None:
    held = facts.plan["assignments"].merge(facts.scenario.table("units")[["unit", "territory"]])
    for territory, own in held.groupby("territory"):
        told = territory_tally(facts).at[territory, "reps"].split(";")
        assert set(told) == set(own["rep"].dropna()) - {""}


def test_numeric_column_of_ones_own_is_a_measure(facts: Facts) -> None:
    assert own_measures(facts) == ["shops"]
    assert territory_tally(facts)["shops"].to_dict() == {"East": 40, "West": 25}


@pytest.mark.parametrize("measure", [*MEASURES, "shops", "reps", "no such measure"])
def test_map_is_drawn_for_any_measure(room: Room, facts: Facts, measure: str) -> None:
    chart = map_of(territories_screen(view_of(room, facts, measure=measure)))
    assert {tile["mark"] for tile in chart["tiles"]} == {"territory:East", "territory:West"}  # type: ignore[attr-defined]


def test_rows_and_tiles_carry_the_same_marks(reader: TestClient) -> None:
    text = reader.get(f"{ADDRESS}/territories").text
    for mark in ("territory:East", "territory:West"):
        assert re.search(rf'<g [^>]*data-mark="{mark}"', text)
        assert re.search(rf'<tr[^>]*data-mark="{mark}"', text)


def test_own_map_is_offered_where_there_is_one(room: Room, facts: Facts) -> None:
    mapped = Facts(facts.plan, replace(facts.scenario, geography=GEOJSON.encode()))
    own = territories_screen(view_of(room, mapped))
    assert [control["name"] for control in own["controls"]] == ["measure", "map"]
    assert {shape["mark"] for shape in map_of(own)["shapes"] if shape["draw"] == "group"} == {  # type: ignore[attr-defined]
        "territory:East",
        "territory:West",
    }
    tiles = territories_screen(view_of(room, mapped, map="tiles"))
    assert map_of(tiles)["kind"] == "tiles"


def test_answer_stands_beside_the_plan_with_what_changed_outlined(room: Room, facts: Facts) -> None:
    after = with_sales(facts, "U1", 0.5)
    screen = territories_screen(view_of(room, facts, after, measure="sales"))
    before, now = map_of(screen), map_of(screen, 1)
    assert not any(tile["rim"] for tile in before["tiles"])  # type: ignore[attr-defined]
    signed = {tile["full"]: (bool(tile["rim"]), "▼" in tile["text"]) for tile in now["tiles"]}  # type: ignore[attr-defined]
    assert signed == {"East bank": (True, True), "West bank": (False, False)}
    assert before["id"] != now["id"]


def test_colours_mean_the_same_before_and_after(room: Room, facts: Facts) -> None:
    screen = territories_screen(view_of(room, facts, with_sales(facts, "U1", 0.5), measure="sales"))
    legends = [[entry["text"] for entry in map_of(screen, side)["legend"]] for side in (0, 1)]  # type: ignore[attr-defined]
    assert legends[0] == legends[1]


def test_territory_shows_its_units_and_locks_them_by_a_click(reader: TestClient) -> None:
    text = unescape(reader.get(f"{ADDRESS}/territories?territory=East").text)
    assert re.findall(r'data-mark="unit:(U\d)"', text)
    assert "Harbour" in text
    assert 'data-mark="unit:U4"' not in text
    assert re.search(r'name="unit" value="U1"><input type="hidden" name="rep" value="\w+"', text)


def test_territory_that_there_is_not_changes_nothing(reader: TestClient) -> None:
    usual = reader.get(f"{ADDRESS}/territories")
    odd = reader.get(f"{ADDRESS}/territories?territory=%3Cb%3E")
    assert odd.status_code == usual.status_code == 200
    assert "<b>" not in odd.text


def test_plan_without_sales_has_no_map(room: Room, facts: Facts) -> None:
    none = {**facts.plan.tables, "sales": facts.plan["sales"].iloc[:0]}
    empty = Facts(Plan(facts.plan.summary, none), facts.scenario)
    assert isinstance(territory_tally(empty), pd.DataFrame)
    assert territories_screen(view_of(room, empty))["panels"]


def held_by(facts: Facts, rep: str) -> Facts:
    """A plan in which one rep has all units."""
    tables = {name: facts.plan[name].assign(rep=rep) for name in ("assignments", "time")}
    return Facts(Plan(facts.plan.summary, {**facts.plan.tables, **tables}), facts.scenario)


def test_a_colour_is_the_same_reps_on_both_maps(room: Room, facts: Facts) -> None:
    # Bob has the West, and in the answer the East as well: his colour is there on both maps.
    view = view_of(room, facts, held_by(facts, "Bob"), measure="reps")
    screen = territories_screen(view)
    before, after = (
        {tile["mark"]: tile["colour"] for tile in map_of(screen, side)["tiles"]}  # type: ignore[attr-defined]
        for side in (0, 1)
    )
    west, east = "territory:West", "territory:East"
    assert before[west] != before[east]
    assert after[west] == after[east] == before[west]
