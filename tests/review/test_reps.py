"""The screen of the reps, a rep's own page and that of a unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from starlette.testclient import TestClient
from support_room import ADDRESS
from support_screens import blocks_of, column_of, drawn, figure_of, grid_of, heads_of, view_on

from allocopt.documents.facts import Facts
from allocopt.documents.facts.subject import Subject
from allocopt.documents.facts.visibility import seen_by
from allocopt.errors import AllocoptError
from allocopt.plan import Plan, load_plan, load_plan_scenario
from allocopt.review.panels import Screen
from allocopt.review.room import Room
from allocopt.review.screens.reps import reps_screen
from allocopt.review.tallies.candidates import candidates
from allocopt.review.tallies.headlines import Figure, sided_headlines
from allocopt.review.tallies.reps import changed_reps, rep_tally
from allocopt.review.voice import room_voice
from allocopt.store import Move, make_move

MARKUP = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="session")
def facts(solved: Path) -> Facts:
    """The solved plan as who sees everything sees it."""
    return Facts(load_plan(solved), load_plan_scenario(solved))


def with_tables(facts: Facts, **changes: Callable[[pd.DataFrame], pd.DataFrame]) -> Facts:
    """The same plan with tables that are otherwise."""
    tables = {name: change(facts.plan[name]) for name, change in changes.items()}
    plan = Plan(facts.plan.summary, {**facts.plan.tables, **tables})
    return Facts(plan, facts.scenario)


def moved(facts: Facts, unit: str, rep: str) -> Facts:
    """A plan that gives a unit to another rep."""

    def given(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(rep=rows["rep"].mask(rows["unit"] == unit, rep))

    return with_tables(facts, assignments=given, time=given)


def numbers_of(screen: Screen, label: str) -> list[float]:
    """The known numbers of a column of the list, from the top."""
    values = [cell["value"] for cell in column_of(screen, "reps", label).values()]
    return [value for value in values if isinstance(value, float)]


def test_list_has_the_numbers_of_the_plan(room: Room, facts: Facts, solved: Path) -> None:
    screen = reps_screen(view_on(room, facts))
    reps = pd.read_csv(solved / "reps.csv").groupby("rep")[["load"]].sum()
    quotas = pd.read_csv(solved / "quotas.csv").query("level == 'rep'")
    quotas = quotas.groupby("rep")[["quota", "expected"]].sum()
    for rep in ("Ann", "Bob"):
        shown = {
            label: column_of(screen, "reps", label)[f"rep:{rep}"]["value"]
            for label in ("Planned hours", "Quota", "Expected")
        }
        told = {
            "Planned hours": reps["load"][rep],
            "Quota": quotas["quota"][rep],
            "Expected": quotas["expected"][rep],
        }
        assert shown == pytest.approx(told)


def test_totals_are_the_sums_of_the_list(room: Room, facts: Facts) -> None:
    screen = reps_screen(view_on(room, facts))
    quota = sum(numbers_of(screen, "Quota"))
    assert figure_of(screen, "totals", "Quota in all")["value"] == room_voice(
        "en", "EUR"
    ).show.money(quota)
    held = facts.table("assignments")
    assert figure_of(screen, "totals", "Units")["value"] == str(held["unit"].nunique())


def test_rows_and_bars_are_about_the_same_reps(room: Room, facts: Facts) -> None:
    screen = reps_screen(view_on(room, facts))
    marks = {row["mark"] for row in grid_of(screen, "reps")["rows"]}
    for panel in ("load", "beside"):
        rows = blocks_of(screen, panel, "chart")[0]["chart"]["rows"]
        assert {row["mark"] for row in rows} <= marks
        assert "rep:Ann" in {row["mark"] for row in rows}


def test_open_position_says_what_becomes_of_it(room: Room, facts: Facts) -> None:
    screen = reps_screen(view_on(room, facts))
    told = column_of(screen, "reps", "Position")
    state = rep_tally(facts)["state"]["New"]
    assert told["rep:New"]["text"].startswith("filled from" if state == "filled" else "stays open")
    assert told["rep:Ann"]["text"] == ""


def test_position_that_is_left_open_is_no_rep_in_the_totals(room: Room, facts: Facts) -> None:
    left = with_tables(facts, reps=lambda rows: rows.assign(hired="no"))
    screen = reps_screen(view_on(room, left))
    assert column_of(screen, "reps", "Position")["rep:New"]["text"] == "stays open"
    assert figure_of(screen, "totals", "Reps")["value"] == "2"


def test_a_column_that_the_reader_may_not_see_is_not_there(room: Room, facts: Facts) -> None:
    chances = pd.DataFrame(
        {"level": ["rep"], "rep": ["Ann"], "attain_probability": [0.4], "payout_mean": [900.0]}
    )
    plan = Plan(facts.plan.summary, {**facts.plan.tables, "attainment": chances})
    whole = Facts(plan, facts.scenario)
    told = {"Chance", "Variable pay"}
    assert told <= set(heads_of(reps_screen(view_on(room, whole)), "reps"))
    hidden = Facts(*seen_by("viewer", plan, facts.scenario))
    screen = reps_screen(view_on(room, hidden, roles="viewer"))
    assert not told & set(heads_of(screen, "reps"))
    options = [one["value"] for one in screen["controls"][0]["options"]]
    assert "chance" not in options


def test_cost_of_a_rep_is_for_who_may_see_it(room: Room, facts: Facts) -> None:
    assert figure_of(reps_screen(view_on(room, facts, rep="Ann")), "who", "Cost over the plan")
    hidden = Facts(*seen_by("viewer", facts.plan, facts.scenario))
    shown = blocks_of(
        reps_screen(view_on(room, hidden, roles="viewer", rep="Ann")), "who", "headlines"
    )
    assert "Cost over the plan" not in {one["label"] for one in shown[0]["entries"]}


def test_what_if_marks_whom_it_changes_and_shows_both_sides(room: Room, facts: Facts) -> None:
    after = moved(facts, "U1", "Bob")
    assert changed_reps(facts, after) == {"Ann", "Bob"}
    screen = reps_screen(view_on(room, facts, after))
    rows = grid_of(screen, "reps")["rows"]
    assert [(row["mark"], row["badge"]) for row in rows] == [
        ("rep:Ann", "changed"),
        ("rep:Bob", "changed"),
        ("rep:New", ""),
    ]
    units = rep_tally(facts)["units"]
    cell = column_of(screen, "reps", "Units")["rep:Ann"]
    assert (cell["before"], cell["text"]) == (f"{units['Ann']:.0f}", f"{units['Ann'] - 1:.0f} ▼")
    assert cell["value"] == units["Ann"] - 1


def test_only_changed_reps_are_listed_when_that_is_asked(room: Room, facts: Facts) -> None:
    screen = reps_screen(view_on(room, facts, moved(facts, "U1", "Bob"), listed="only"))
    assert {row["mark"] for row in grid_of(screen, "reps")["rows"]} == {"rep:Ann", "rep:Bob"}


def test_rep_whom_only_one_side_has_is_marked(room: Room, facts: Facts) -> None:
    def gone(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["rep"] != "Bob"]

    after = with_tables(facts, reps=gone, quotas=gone)
    rows = grid_of(reps_screen(view_on(room, facts, after)), "reps")["rows"]
    badges = {row["mark"]: row["badge"] for row in rows}
    assert badges["rep:Bob"] == "gone"
    back = grid_of(reps_screen(view_on(room, after, facts)), "reps")["rows"]
    assert {row["mark"]: row["badge"] for row in back}["rep:Bob"] == "new"
    page = reps_screen(view_on(room, facts, after, rep="Bob"))
    assert "No longer in the what-if." in blocks_of(page, "who", "prose")[0]["paragraphs"][0]


def test_five_hundred_reps_come_in_pages_and_are_found_by_name(room: Room, facts: Facts) -> None:
    names = [f"R{number:03}" for number in range(500)]
    row = facts.plan["reps"].query("rep == 'Ann'").iloc[[0]]
    many = pd.concat([row] * len(names), ignore_index=True).assign(rep=names, name=names)
    crowd = with_tables(facts, reps=lambda _: many)
    screen = reps_screen(view_on(room, crowd))
    grid = grid_of(screen, "reps")
    assert len(grid["rows"]) == 50
    assert grid["listing"]["long"]
    assert len(drawn(screen).encode()) < 100_000
    found = reps_screen(view_on(room, crowd, reps_find="R49"))
    assert [one["mark"] for one in grid_of(found, "reps")["rows"]] == [
        f"rep:R49{digit}" for digit in range(10)
    ]


def test_list_is_sorted_by_what_the_address_asks_for(room: Room, facts: Facts) -> None:
    for sort, falling in (("quota", False), ("-quota", True)):
        screen = reps_screen(view_on(room, facts, reps_sort=sort))
        shown = numbers_of(screen, "Quota")
        assert len(shown) > 1
        assert shown == sorted(shown, reverse=falling)


def test_manager_sees_the_reps_of_a_part_with_its_units(room: Room, facts: Facts) -> None:
    east = facts.within(Subject("territory", "East"))
    screen = reps_screen(view_on(room, east))
    own = set(east.table("assignments")["rep"].dropna())
    assert {row["mark"] for row in grid_of(screen, "reps")["rows"]} == {f"rep:{rep}" for rep in own}
    page = reps_screen(view_on(room, east, rep="Ann"))
    units = {row["mark"] for row in grid_of(page, "units")["rows"]}
    assert units <= {f"unit:{unit}" for unit in east.units.index}


def test_rep_of_another_part_has_no_page(room: Room, facts: Facts) -> None:
    outside = with_tables(facts, assignments=lambda rows: rows.assign(rep="Ann"))
    east = outside.within(Subject("territory", "East"))
    with pytest.raises(AllocoptError, match="Bob"):
        reps_screen(view_on(room, east, rep="Bob"))


def test_rep_page_has_the_units_of_the_plan_with_reason_and_lock(room: Room, facts: Facts) -> None:
    screen = reps_screen(view_on(room, facts, rep="Ann"))
    held = facts.table("assignments")
    own = set(held.loc[held["rep"] == "Ann", "unit"])
    rows = grid_of(screen, "units")["rows"]
    assert {row["mark"] for row in rows} == {f"unit:{unit}" for unit in own}
    act = rows[0]["act"][0]
    assert act["target"] == f"{ADDRESS}/lock"
    assert act["values"] == {"unit": rows[0]["mark"].removeprefix("unit:"), "rep": "Ann"}
    assert column_of(screen, "units", "Why this rep")["unit:U1"]["text"] == "stays"


def test_locked_unit_can_be_freed(room: Room, facts: Facts) -> None:
    units = facts.scenario.table("units")
    locked = units.assign(lock=units["lock"].mask(units["unit"] == "U1", "contract"))
    scenario = replace(facts.scenario, tables={**facts.scenario.tables, "units": locked})
    screen = reps_screen(view_on(room, Facts(facts.plan, scenario), rep="Ann"))
    rows = grid_of(screen, "units")["rows"]
    acts = {row["mark"]: [act["target"] for act in row["act"]] for row in rows}
    assert acts.pop("unit:U1") == [f"{ADDRESS}/unlock"]
    assert all(targets == [f"{ADDRESS}/lock"] for targets in acts.values())


def test_quick_what_ifs_are_for_who_may_ask(room: Room, facts: Facts) -> None:
    asking = view_on(room, facts, rep="Ann")
    acts = blocks_of(reps_screen(asking), "who", "actions")[0]["acts"]
    assert [act["values"] for act in acts] == [
        {"kind": "lose_rep", "rep": "Ann"},
        {"kind": "hours", "rep": "Ann", "hours": "30"},
    ]
    others = (replace(asking, presenting=True), view_on(room, facts, roles="viewer", rep="Ann"))
    for view in others:
        screen = reps_screen(view)
        assert not blocks_of(screen, "who", "actions")[0]["acts"]
        assert not any(row["act"] for row in grid_of(screen, "units")["rows"])


def test_buttons_make_changes_that_the_room_takes(client: TestClient, facts: Facts) -> None:
    page = client.get(f"{ADDRESS}/reps?rep=Ann")
    assert page.status_code == 200
    answers = [
        client.post(f"{ADDRESS}/changes", data={"kind": "hours", "rep": "Ann", "hours": "30"}),
        client.post(f"{ADDRESS}/lock", data={"unit": "U1", "rep": "Bob"}),
    ]
    assert all(answer.status_code == 200 for answer in answers)


def test_load_by_period_is_that_of_the_plan(room: Room, facts: Facts) -> None:
    shapes = blocks_of(reps_screen(view_on(room, facts, rep="Ann")), "load", "chart")[0]["chart"]
    limits = facts.table("limits")
    own = limits[(limits["rule"] == "selling_time_limit") & (limits["item"] == "Ann")]
    titles = [shape["title"] for shape in shapes["shapes"] if shape["draw"] == "group"]
    tick = room_voice("en", "EUR").show.tick
    told = [f"{label}: {tick(hours)}" for label, hours in zip(
        ("Jan 26", "Feb 26", "Mar 26"), own["activity"], strict=True
    )]  # fmt: skip
    assert titles[:3] == told


def test_comments_on_a_rep_stand_on_its_page(room: Room, client: TestClient) -> None:
    about = {"about": "rep:Ann"}
    make_move(room.store, "valley/1", Move.COMMENT, user="ann", text="Too many?", detail=about)
    assert "Too many?" in client.get(f"{ADDRESS}/reps?rep=Ann").text
    assert "Too many?" not in client.get(f"{ADDRESS}/reps?rep=Bob").text


def test_comment_leads_back_to_the_page_that_it_was_made_on(client: TestClient) -> None:
    page = client.get(f"{ADDRESS}/reps?rep=Ann").text
    form = page.split('<form id="form-comment"')[1].split("</form>")[0]
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    data = {**sent, "text": "Why?"}
    told = client.post(f"{ADDRESS}/comment", data=data, follow_redirects=False)
    assert told.headers["location"] == f"{ADDRESS}/reps?rep=Ann#remarks"


def test_rise_in_hours_has_its_sign() -> None:
    voice = room_voice("en", "EUR")

    def hours(value: float) -> str:
        return voice.say("general.hours", n=voice.show.number(value))

    block = sided_headlines([Figure("Hours", 110.0, hours, 100.0)], voice)
    assert block is not None
    assert block["entries"][0]["change"] == "+10 h"


def test_names_with_markup_stay_text(room: Room, facts: Facts) -> None:
    reps = facts.scenario.table("reps")
    named = reps.assign(name=reps["name"].mask(reps["rep"] == "Ann", MARKUP + "x" * 10_000))
    scenario = replace(facts.scenario, tables={**facts.scenario.tables, "reps": named})
    for options in ({}, {"rep": "Ann"}, {"unit": "U1"}):
        screen = reps_screen(view_on(room, Facts(facts.plan, scenario), **options))
        text = drawn(screen)
        assert "<img" not in text
        assert "&lt;img" in text


def test_unit_page_tells_who_has_it_and_who_may(room: Room, facts: Facts) -> None:
    screen = reps_screen(view_on(room, facts, unit="U6"))
    held = facts.table("assignments")
    own = held.loc[held["unit"] == "U6", "rep"].tolist()
    assert [row["mark"] for row in grid_of(screen, "holders")["rows"]] == [f"rep:{r}" for r in own]
    found = candidates(facts, "U6")
    rows = grid_of(screen, "candidates")["rows"]
    assert [row["mark"] for row in rows] == [f"rep:{rep}" for rep in found.index]
    act = rows[-1]["act"][0]
    assert act["values"] == {"unit": "U6", "rep": found.index[-1]}


def test_unit_page_has_the_sales_of_each_period(room: Room, facts: Facts) -> None:
    screen = reps_screen(view_on(room, facts, unit="U1"))
    rows = grid_of(screen, "periods")["rows"]
    place = heads_of(screen, "periods").index("Planned sales")
    sales = facts.table("sales").query("unit == 'U1'")["sales"]
    assert [row["cells"][place]["value"] for row in rows] == pytest.approx(sales.tolist())


def test_unit_that_several_share_has_them_all(room: Room, facts: Facts) -> None:
    def shared(rows: pd.DataFrame) -> pd.DataFrame:
        own = rows[rows["unit"] == "U1"].assign(rep="Bob", share=0.25)
        rest = rows.assign(share=rows["share"].mask(rows["unit"] == "U1", 0.75))
        return pd.concat([rest, own], ignore_index=True)

    both = with_tables(facts, assignments=shared)
    screen = reps_screen(view_on(room, both, unit="U1"))
    rows = grid_of(screen, "holders")["rows"]
    assert {row["mark"]: row["cells"][2]["text"] for row in rows} == {
        "rep:Ann": "75%",
        "rep:Bob": "25%",
    }
    page = reps_screen(view_on(room, both, rep="Bob"))
    assert column_of(page, "units", "Share")["unit:U1"]["text"] == "25%"


def test_uncovered_units_are_listed(room: Room, facts: Facts) -> None:
    assert not blocks_of(reps_screen(view_on(room, facts)), "open", "grid")
    bare = with_tables(
        facts,
        assignments=lambda rows: rows.assign(rep=rows["rep"].mask(rows["unit"] == "U6", "")),
    )
    screen = reps_screen(view_on(room, bare))
    assert [row["mark"] for row in grid_of(screen, "open")["rows"]] == ["unit:U6"]
    both = reps_screen(view_on(room, facts, bare))
    assert grid_of(both, "open")["rows"][0]["badge"] == "new"


@pytest.mark.parametrize("asked", ["rep=Nobody", "unit=Nothing"])
def test_what_the_plan_does_not_have_gets_a_sentence(client: TestClient, asked: str) -> None:
    answer = client.get(f"{ADDRESS}/reps?{asked}")
    assert answer.status_code == 400
    assert asked.partition("=")[2] in answer.text


@pytest.mark.parametrize(
    ("page", "kind", "about"),
    [("rep=Ann", "rep", "rep=Ann"), ("unit=U1", "account", "account=U1")],
)
def test_page_leads_to_the_order_of_its_own_document(
    reader: TestClient, page: str, kind: str, about: str
) -> None:
    text = reader.get(f"{ADDRESS}/reps?{page}").text
    link = re.search(rf'href="({ADDRESS}/documents\?[^"]*)"', text)
    assert link is not None
    ordered = reader.get(unescape(link[1])).text
    for chosen in (kind, about):
        assert re.search(rf'<option value="{chosen}" selected', ordered)
