"""The screen `limits`: what binds a plan, what one more of it brings, and what is not kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from support_screens import cells, grids, panel_of, room_in, said, view_of

from allocopt.config import parse_settings
from allocopt.documents.facts import Facts
from allocopt.documents.facts.binding import binding_rules
from allocopt.documents.language.messages import languages
from allocopt.results.limits import MOVABLE
from allocopt.review.drafts.change import Change
from allocopt.review.drafts.kinds import KINDS
from allocopt.review.drafts.kinds.ground import Ground
from allocopt.review.drafts.settings import settings_of
from allocopt.review.limits.families import FAMILY_OF
from allocopt.review.limits.loosening import MAKERS, Loosening, loosenings
from allocopt.review.limits.rows import limit_rows
from allocopt.review.person import Person
from allocopt.review.room import Room
from allocopt.review.screens.limits import limits_screen
from allocopt.review.view import View
from allocopt.review.voice import room_voice


@pytest.fixture(scope="module")
def room(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> Room:
    return room_in(tmp_path_factory.mktemp("looking"), stored, "valley/1")


@pytest.fixture(scope="module")
def view(room: Room) -> View:
    return view_of(room)


def everything(view: View, **options: str) -> View:
    return replace(view, options={"show": "all", **options})


def limits_grid(view: View) -> dict:
    return grids(panel_of(limits_screen(view), "limits"))[0]


def changed(view: View, name: str, table: pd.DataFrame) -> Facts:
    """The plan with another table."""
    plan = view.facts.plan
    return Facts(replace(plan, tables={**plan.tables, name: table}), view.facts.scenario)


@pytest.mark.parametrize("language", languages())
def test_every_rule_that_people_can_move_has_a_family_and_a_name(language: str) -> None:
    say = room_voice(language, "EUR").say
    for rule in MOVABLE:
        assert rule in FAMILY_OF
        assert say.get(f"review.limits.rule.{rule}", "") != ""
        assert say.get(f"review.limits.family.{FAMILY_OF[rule]}", "") != ""


def test_what_binds_is_what_the_documents_say_with_the_same_worth(view: View) -> None:
    told = binding_rules(view.facts, view.voice)
    rows = limits_grid(view)["rows"]
    assert len(told) > 0
    assert [(rule.item, rule.percent_more) for rule in told] == [
        (cells(row)[0], cells(row)[7]) for row in rows if cells(row)[7] != view.voice.show.unknown
    ]


def test_periods_of_a_limit_are_added_up_and_the_least_room_is_told(view: View) -> None:
    table = view.facts.table("limits")
    own = table[(table["rule"] == "selling_time_limit") & (table["item"] == "Ann")]
    row = limit_rows(view.facts, view.voice).set_index(["rule", "item"])
    found = row.loc[("selling_time_limit", "Ann")]
    assert found["activity"] == pytest.approx(own["activity"].sum())
    assert found["limit"] == pytest.approx(own["upper"].sum())
    assert found["slack"] == pytest.approx(own["slack"].min(), abs=1e-6)
    assert found["one"] == pytest.approx(own["value_of_one_more"].sum())
    assert found["periods"] == len(own) == 3


def test_limits_with_room_are_shown_only_where_they_are_asked_for(view: View) -> None:
    binding, every = limits_grid(view), limits_grid(everything(view))
    table = view.facts.table("limits")
    assert len(every["rows"]) == min(15, len(table.drop_duplicates(["rule", "item"])))
    assert len(binding["rows"]) < len(every["rows"])


def test_a_family_shows_its_own_limits(view: View) -> None:
    rows = limits_grid(everything(view, family="money"))["rows"]
    table = view.facts.table("limits")
    money = table[table["rule"].map(FAMILY_OF) == "money"]
    assert len(rows) == len(money.drop_duplicates(["rule", "item"])) > 0
    assert {row["mark"] for row in rows} >= {"lever:ads", "lever:fair"}


def moves_of(facts: Facts, view: View) -> Iterator[Loosening]:
    for row in limit_rows(facts, view.voice).to_dict("records"):
        yield from loosenings(row["rule"], row["item"], facts, floored=row["floored"])


def test_every_button_is_a_change_that_a_what_if_takes(view: View) -> None:
    moves = list(moves_of(view.facts, view))
    assert {move.kind for move in moves} >= {"hours", "budget_total", "lever", "balance"}
    ground = Ground(view.facts, view.voice, "analyst")
    for move in moves:
        change, wrong = KINDS[move.kind].read(move.values, ground)
        assert not wrong
        assert change is not None
        assert parse_settings(settings_of([change], view.facts.scenario))


def test_rules_that_the_small_plan_lacks_have_buttons_that_a_what_if_takes(view: View) -> None:
    scenario = view.facts.scenario
    handover = scenario.config.handover.model_copy(
        update={"max_units": 4, "max_share_of_sales": 0.2, "max_reps": 3}
    )
    config = scenario.config.model_copy(update={"handover": handover})
    facts = Facts(view.facts.plan, replace(scenario, config=config))
    ground = Ground(facts, view.voice, "analyst")
    for rule, item, kind, value in (
        ("handover_limit", "units", "handover_units", "5"),
        ("handover_limit", "sales", "handover_share", "0.21"),
        ("touched_limit", "company", "handover_reps", "4"),
        ("headcount_limit", "company", "hires_most", "2"),
    ):
        move = loosenings(rule, item, facts)[0]
        change, wrong = KINDS[move.kind].read(move.values, ground)
        assert (move.kind, wrong) == (kind, {})
        assert change is not None
        assert float(change["value"]) == pytest.approx(float(value))


def test_one_more_hour_and_a_tenth_more_are_what_the_buttons_say(view: View) -> None:
    one, tenth = loosenings("selling_time_limit", "Ann", view.facts)
    # Ann has 60 hours.
    assert (one.values["hours"], tenth.values["hours"]) == ("61", "66")
    settings = settings_of([Change("hours", one.values)], view.facts.scenario)
    assert settings == ("override.reps.Ann.hours=61.0",) or "61" in settings[0]


def test_a_limit_at_its_lower_side_is_not_offered_a_higher_upper_side(view: View) -> None:
    assert loosenings("lever_budget", "ads", view.facts)
    assert not loosenings("lever_budget", "ads", view.facts, floored=True)


def test_a_lever_that_may_have_no_money_is_offered_no_tenth_of_that(view: View) -> None:
    levers = view.facts.scenario.table("levers").assign(total_max=0.0)
    scenario = replace(view.facts.scenario, tables={**view.facts.scenario.tables, "levers": levers})
    assert not loosenings("lever_budget", "ads", replace(view.facts, scenario=scenario))


def test_makers_are_for_rules_that_there_are() -> None:
    assert set(MAKERS) <= set(MOVABLE)


def test_nobody_is_offered_what_he_may_not_ask(room: Room, view: View) -> None:
    def buttons(one: View) -> set[str]:
        return {
            act["values"]["kind"]
            for row in limits_grid(everything(one))["rows"]
            for act in row["act"]
        }

    assert buttons(view)
    assert not buttons(replace(view, presenting=True))
    assert not buttons(view_of(room, person=Person("vi", ("viewer",))))
    # The rules of the whole are nobody's part.
    manager = view_of(room, person=Person("mia", ("manager",), ("East",)))
    assert buttons(manager) <= {"hours", "rep_quota", "unlock"}


def test_soft_rules_cost_what_the_plan_says(view: View) -> None:
    (grid,) = grids(panel_of(limits_screen(view), "unkept"))
    rows = view.facts.table("shortfalls")
    rows = rows[rows["amount"] > 0]
    assert [cells(row)[5] for row in grid["rows"]] == [
        view.voice.show.money(cost) for cost in sorted(rows["amount"] * rows["price"], reverse=True)
    ]


def test_a_what_if_stands_beside_the_plan_and_what_differs_is_named(view: View) -> None:
    limits = view.facts.table("limits")
    own = (limits["rule"] == "selling_time_limit") & (limits["item"] == "Ann")
    loosened = limits.assign(
        upper=limits["upper"].mask(own, 70.0),
        slack=limits["slack"].mask(own, 10.0),
        value_of_one_more=limits["value_of_one_more"].mask(own, 0.0),
    )
    both = replace(view, after=changed(view, "limits", loosened))
    (row,) = [
        row
        for row in limits_grid(both)["rows"]
        if row["mark"] == "rep:Ann" and "Selling time" in cells(row)
    ]
    assert row["badge"] == "free now"
    assert row["cells"][3]["before"] == "180 h"
    assert cells(row)[3].startswith("210 h")
    card = panel_of(limits_screen(both), "overview")["blocks"][0]["entries"][0]
    assert int(card["value"]) == int(card["before"]) - 1


def test_locked_units_come_with_who_keeps_them_and_a_way_to_free_them(view: View) -> None:
    limits = view.facts.table("limits")
    lock = {"rule": "unit_locked", "item": "U4", "activity": 1.0, "lower": 1.0, "upper": 1.0}
    rows = pd.concat([limits, pd.DataFrame([{**lock, "slack": 0.0}])], ignore_index=True)
    locked = replace(view, facts=changed(view, "limits", rows))
    (grid,) = grids(panel_of(limits_screen(locked), "locks"))
    (row,) = grid["rows"]
    held = view.facts.table("assignments").set_index("unit")["rep"]["U4"]
    assert cells(row)[:2] == ["Station", view.facts.name_of("reps", held)]
    assert row["act"][0]["values"] == {"kind": "unlock", "unit": "U4"}


def test_a_plan_without_limits_says_that_nothing_binds(view: View) -> None:
    bare = changed(view, "limits", view.facts.table("limits").iloc[:0])
    assert "No limit binds" in said(limits_screen(replace(view, facts=bare)))


def test_manager_sees_limits_of_the_own_part_alone(room: Room) -> None:
    own = view_of(room, person=Person("mia", ("manager",), ("West",)), show="all")
    rows = grids(panel_of(limits_screen(own), "limits"))[0]["rows"]
    assert rows
    assert "rep:Ann" not in {row["mark"] for row in rows}
    assert "Total budget" not in said(limits_screen(own))
