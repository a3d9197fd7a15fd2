"""The screen of the money: levers, where they are on their curves, and what limits them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from starlette.testclient import TestClient
from support_room import ADDRESS
from support_screens import blocks_of, column_of, drawn, figure_of, grid_of, heads_of, view_on

from allocopt.documents.facts import Facts
from allocopt.documents.facts.curves import placed_curves
from allocopt.documents.facts.subject import Subject
from allocopt.plan import Plan, load_plan, load_plan_scenario
from allocopt.review.room import Room
from allocopt.review.screens.money import money_screen
from allocopt.review.tallies.money import CUTS, lever_tally, spend_by


@pytest.fixture(scope="session")
def facts(solved: Path) -> Facts:
    """The solved plan as who sees everything sees it."""
    return Facts(load_plan(solved), load_plan_scenario(solved))


def with_spend(facts: Facts, lever: str, factor: float) -> Facts:
    """The same plan with more or less money for a lever."""
    budget = facts.plan["budget"]
    spend = budget["spend"].where(budget["lever"] != lever, budget["spend"] * factor)
    tables = {**facts.plan.tables, "budget": budget.assign(spend=spend)}
    return Facts(Plan(facts.plan.summary, tables), facts.scenario)


def without_levers(facts: Facts) -> Facts:
    """The same plan in a scenario that knows no levers."""
    tables = {**facts.plan.tables, "budget": facts.plan["budget"].iloc[:0]}
    empty = {name: facts.scenario.table(name).iloc[:0] for name in ("levers", "responses")}
    scenario = replace(facts.scenario, tables={**facts.scenario.tables, **empty})
    return Facts(Plan(facts.plan.summary, tables), scenario)


def test_levers_have_the_numbers_of_the_plan(room: Room, facts: Facts, solved: Path) -> None:
    screen = money_screen(view_on(room, facts))
    budget = pd.read_csv(solved / "budget.csv").groupby("lever")[["spend", "lift"]].sum()
    for label, column in (("Spend", "spend"), ("Lift", "lift")):
        shown = {mark: cell["value"] for mark, cell in column_of(screen, "levers", label).items()}
        told = {f"lever:{lever}": value for lever, value in budget[column].items()}
        assert shown == pytest.approx(told)


def test_totals_are_the_sums_of_the_levers(room: Room, facts: Facts) -> None:
    screen = money_screen(view_on(room, facts))
    spend = sum(cell["value"] for cell in column_of(screen, "levers", "Spend").values())
    shown = figure_of(screen, "totals", "Spend on levers")
    assert shown["value"].value == pytest.approx(spend)
    assert "9.00k" in shown["note"] or "9,000" in shown["note"]


@pytest.mark.parametrize("cut", CUTS)
def test_spend_adds_up_by_whatever_it_is_cut(facts: Facts, cut: str) -> None:
    assert spend_by(facts, cut)["spend"].sum() == pytest.approx(facts.spend())


def test_spend_is_shown_by_what_the_address_asks_for(room: Room, facts: Facts) -> None:
    screen = money_screen(view_on(room, facts, by="territory"))
    shown = {mark: cell["value"] for mark, cell in column_of(screen, "spend", "Spend").items()}
    told = {
        f"territory:{key}": value for key, value in spend_by(facts, "territory")["spend"].items()
    }
    assert shown == pytest.approx(told)
    rows = blocks_of(screen, "spend", "chart")[0]["chart"]["rows"]
    assert {row["mark"] for row in rows} == set(told)


def test_return_at_the_margin_is_what_a_little_more_brings(facts: Facts) -> None:
    # The same spend in every period: the curve itself says what a little more brings.
    for placed in placed_curves(facts):
        term, planned, step = placed.report.term, placed.planned, 1e-4 * placed.planned
        here, beyond = (term.steady_lift(planned + more) for more in (0.0, step))
        elasticity = (beyond / here - 1) / (step / planned)
        assert placed.marginal_return == pytest.approx(placed.mean_return * elasticity, rel=1e-3)


def test_mean_return_is_the_margin_on_the_lift(facts: Facts) -> None:
    table = lever_tally(facts)
    placed = placed_curves(facts)
    for lever in table.index[table["spend"] > 0]:
        own = [one for one in placed if one.report.lever == lever]
        earned = sum(one.report.margin * one.brought for one in own)
        assert table.at[lever, "average"] == pytest.approx(earned / table.at[lever, "spend"])


def test_limits_have_the_slack_and_worth_of_the_plan(
    room: Room, facts: Facts, solved: Path
) -> None:
    screen = money_screen(view_on(room, facts))
    limits = pd.read_csv(solved / "limits.csv").query("rule == 'lever_budget'").set_index("item")
    for label, column in (("Left", "slack"), ("One more brings", "value_of_one_more")):
        shown = column_of(screen, "limits", label)
        for lever, value in limits[column].items():
            assert shown[f"lever:{lever}"]["value"] == pytest.approx(max(value, 0.0), abs=1e-6)


def test_quick_what_ifs_keep_limits_that_allow_them(room: Room, facts: Facts) -> None:
    rows = grid_of(money_screen(view_on(room, facts)), "levers")["rows"]
    row = next(one for one in rows if one["mark"] == "lever:ads")
    spend = lever_tally(facts).at["ads", "spend"]
    more, less, cap = (act["values"] for act in row["act"])
    assert more["least"] == f"{spend * 1.1:.2f}"
    assert float(more["most"]) == pytest.approx(max(spend * 1.1, 6000), abs=0.01)
    assert (less["least"], less["most"]) == ("", f"{spend * 0.9:.2f}")
    assert (cap["least"], cap["most"]) == ("", f"{spend:.2f}")


def test_buttons_make_changes_that_the_room_takes(
    client: TestClient, facts: Facts, room: Room
) -> None:
    rows = grid_of(money_screen(view_on(room, facts)), "levers")["rows"]
    for act in rows[0]["act"]:
        assert client.post(act["target"], data=act["values"]).status_code == 200


def test_who_asks_no_what_ifs_has_no_buttons(room: Room, facts: Facts) -> None:
    rows = grid_of(money_screen(view_on(room, facts, roles="viewer")), "levers")["rows"]
    assert not any(row["act"] for row in rows)


def test_what_if_marks_the_levers_it_changes(room: Room, facts: Facts) -> None:
    screen = money_screen(view_on(room, facts, with_spend(facts, "ads", 0.5)))
    badges = {row["mark"]: row["badge"] for row in grid_of(screen, "levers")["rows"]}
    assert badges == {"lever:ads": "changed", "lever:fair": ""}
    cell = column_of(screen, "levers", "Spend")["lever:ads"]
    assert cell["before"]
    assert cell["text"].endswith("▼")
    assert figure_of(screen, "totals", "Spend on levers")["before"]
    ids = [block["chart"]["id"] for block in blocks_of(screen, "curves", "chart")]
    assert len(set(ids)) == 2


def test_curves_and_levers_are_marked_alike(room: Room, facts: Facts) -> None:
    # Without a history nobody knows what a share of sales is: the curve of `ads` is not drawn.
    shapes = blocks_of(money_screen(view_on(room, facts)), "curves", "chart")[0]["chart"]["shapes"]
    assert {shape["mark"] for shape in shapes} == {"lever:fair"}


def test_plan_without_levers_says_how_to_get_some(room: Room, facts: Facts) -> None:
    screen = money_screen(view_on(room, without_levers(facts)))
    assert "levers.csv" in blocks_of(screen, "none", "prose")[0]["paragraphs"][0]


def test_part_of_the_plan_shows_what_is_spent_there(room: Room, facts: Facts) -> None:
    west = facts.within(Subject("territory", "West"))
    screen = money_screen(view_on(room, west))
    budget = facts.table("budget")
    own = budget[budget["territory"] == "West"].groupby("lever")["spend"].sum()
    shown = {mark: cell["value"] for mark, cell in column_of(screen, "levers", "Spend").items()}
    assert shown == pytest.approx({f"lever:{lever}": value for lever, value in own.items()})


def test_columns_without_content_are_left_out(room: Room, facts: Facts) -> None:
    heads = heads_of(money_screen(view_on(room, facts)), "levers")
    assert "At most" in heads
    assert not {"At least", "Return asked for"} & set(heads)


def test_names_with_markup_stay_text(room: Room, facts: Facts) -> None:
    levers = facts.scenario.table("levers").assign(name="<script>alert(1)</script>")
    named = replace(facts.scenario, tables={**facts.scenario.tables, "levers": levers})
    text = drawn(money_screen(view_on(room, Facts(facts.plan, named))))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_page_answers(client: TestClient) -> None:
    page = client.get(f"{ADDRESS}/money?by=segment")
    assert page.status_code == 200
    assert len(page.content) < 100_000
