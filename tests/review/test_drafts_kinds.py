"""Kinds of changes: what each sets, and what is set where several are about the same thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from support_scenario import write_scenario

from allocopt.config import parse_settings
from allocopt.documents.facts import Facts
from allocopt.errors import DataError
from allocopt.review.drafts import Change
from allocopt.review.drafts.kinds import KINDS, kind_of
from allocopt.review.drafts.kinds.ground import Ground
from allocopt.review.drafts.settings import in_force, settings_of
from allocopt.review.room import Room
from allocopt.review.voice import room_voice
from allocopt.scenario import Scenario, change_scenario, load_scenario

VERSION = "valley/1"
Changed = Callable[..., Scenario]

# What is entered for each kind in the scenario of this folder's rooms, and what it sets there.
ENTERED = {
    "hours": {"rep": "Ann", "hours": "45", "from": "2026-02-10"},
    "add_rep": {"name": "Zoe", "territory": "West", "hours": "50", "hired": "yes"},
    "fill": {"rep": "New"},
    "lose_rep": {"rep": "Bob Baker", "from": "2026-03"},
    "lock": {"unit": "U3", "rep": "Bob"},
    "demand": {"scope": "segment=Key", "change": "-10"},
    "unit_demand": {"unit": "Mill (U2)", "change": "25"},
    "rep_quota": {"rep": "Ann", "least": "1万"},
    "lever": {"lever": "ads", "most": "4,000"},
    "spend": {"scope": "territory=East", "most": "2000"},
    "balance": {"measure": "demand", "value": "12.5"},
    "handover_units": {"value": "1"},
    "handover_share": {"value": "30"},
    "handover_reps": {"value": "2"},
    "handover_loss": {"value": "20"},
    "workload_hard": {"value": "yes"},
    "overtime": {"value": "10%"},
    "distance": {"value": "120"},
    "every_unit": {"value": "no"},
    "hires_least": {"value": "1"},
    "hires_most": {"value": ""},
    "budget_total": {"value": "7000"},
    "roi_least": {"value": "1.5"},
    "quota_target": {"value": "380000"},
    "over_assignment": {"value": "-2"},
    "quota_rise": {"value": "40"},
    "quota_fall": {"value": "-40"},
    "setting": {"setting": "solver.gap=0.01"},
}


@pytest.fixture
def scenario(room: Room) -> Scenario:
    return room.shelf.plan(room.folder_of(VERSION))[1]


@pytest.fixture
def ground(room: Room) -> Ground:
    facts = Facts(*room.shelf.plan(room.folder_of(VERSION)))
    return Ground(facts, room_voice("en", "EUR"), "analyst")


def changed(scenario: Scenario, *changes: Change) -> Scenario:
    return change_scenario(scenario, parse_settings(settings_of(changes, scenario)))


def test_every_kind_sets_what_was_entered_and_says_it_in_both_languages(
    scenario: Scenario, ground: Ground
) -> None:
    chinese = replace(ground, voice=room_voice("zh-CN", "EUR"))
    offered = {name for name, kind in KINDS.items() if kind.is_offered(ground)}
    assert offered - {"distance"} == ENTERED.keys() - {"distance"}
    for name, given in ENTERED.items():
        change, wrong = KINDS[name].read(given, ground)
        assert change is not None, (name, wrong)
        after = changed(scenario, change)
        same = after.config == scenario.config
        same &= all(table.equals(scenario.table(key)) for key, table in after.tables.items())
        assert not same, name
        told = {kind_of(change).sentence(change, one) for one in (ground, chinese)}
        assert len(told) == (1 if name == "setting" else 2)


def test_hours_from_a_day_hold_in_the_periods_from_then_on(scenario: Scenario) -> None:
    after = changed(scenario, Change("hours", {"rep": "Ann", "hours": "45", "from": "2026-02-10"}))
    rows = after.table("overrides")
    assert [f"{day:%Y-%m}" for day in rows["period"]] == ["2026-02", "2026-03"]
    assert set(rows["value"]) == {"45"} or set(rows["value"]) == {"45.0"}


def test_rep_who_is_gone_is_gone_from_the_day_on(scenario: Scenario) -> None:
    after = changed(scenario, Change("lose_rep", {"rep": "Bob", "from": "2026-03-01"}))
    bob = after.table("reps").set_index("rep").loc["Bob"]
    assert (bob["status"], f"{bob['end']:%Y-%m-%d}") == ("leaving", "2026-02-28")


def test_later_change_of_the_same_thing_takes_the_place_of_the_earlier(scenario: Scenario) -> None:
    first, other, last = (
        Change("budget_total", {"value": "1"}),
        Change("handover_units", {"value": "1"}),
        Change("budget_total", {"value": "2"}),
    )
    assert in_force([first, other, last]) == (other, last)
    after = changed(scenario, first, other, last)
    assert (after.config.budget.total_max, after.config.handover.max_units) == (2, 1)
    locks = [Change("lock", {"unit": "U1", "rep": rep}) for rep in ("Bob", "Ann")]
    freed = Change("unlock", {"unit": "U1"})
    assert in_force([*locks, freed]) == (freed,)
    assert list(changed(scenario, *locks).table("overrides")["value"]) == ["Ann"]


def test_changes_of_several_places_in_a_list_are_all_kept(scenario: Scenario) -> None:
    changes = [
        Change("spend", {"scope": "territory=East", "most": "2000"}),
        Change("spend", {"scope": "channel=online", "most": "3000"}),
        Change("demand", {"scope": "territory=West", "change": "0.1"}),
        Change("unit_demand", {"unit": "U1", "change": "-0.5"}),
    ]
    config = changed(scenario, *changes).config
    assert [(str(one.scope), one.max) for one in config.budget.by] == [
        ("territory=East", 2000),
        ("channel=online", 3000),
    ]
    assert [one.change for one in config.forecast.changes] == [0.1, -0.5]


def test_setting_of_a_name_with_quotes_dots_and_invisible_letters_is_read_back(
    scenario: Scenario,
) -> None:
    names = ['a"b', "a'b", "=1+1", "007", "null", "a.b=c", "李 雷", "x\u202ey\u2028z", "#"]
    row = {"territory": "East", "hours": "40", "hired": "yes"}
    # A name with both quotes cannot stand in a key: then all cells are in one value.
    for listed in (names, [*names, "a\"b'c"]):
        added = changed(scenario, *(Change("add_rep", {**row, "name": name}) for name in listed))
        after = changed(added, *(Change("hours", {"rep": name, "hours": "7"}) for name in listed))
        hours = after.table("reps").set_index("rep")["hours"]
        assert hours[listed].tolist() == [7] * len(listed)


def test_change_of_an_unknown_kind_is_an_error_with_its_name(scenario: Scenario) -> None:
    with pytest.raises(DataError, match="'levitate'"):
        settings_of([Change("levitate")], scenario)


def test_demand_is_changed_where_the_change_says_and_nowhere_else(tmp_path) -> None:
    from allocopt.forecasting import forecast_scenario
    from allocopt.planning import problem_of

    yaml = """
    calendar: {plan_start: 2026-01-01, plan_periods: 1}
    forecast: {changes: [{scope: territory=East, change: -0.5}, {units: [B, C], change: 1}]}
    """
    tables = {
        "units": """
            unit,territory,segment,hours,demand,rep
            A,East,K,1,100,r
            B,East,K,1,100,r
            C,West,K,1,100,r
        """,
        "reps": "rep,hours\nr,10",
        "territories": "territory\nEast\nWest",
        "segments": "segment\nK",
    }
    scenario = load_scenario(write_scenario(tmp_path / "s", yaml, **tables))
    demand = problem_of(scenario, forecast_scenario(scenario)).demand
    assert demand.sum(axis=1).to_dict() == {"A": 50, "B": 100, "C": 200}


def test_demand_change_of_an_unknown_place_or_unit_is_a_finding(scenario: Scenario) -> None:
    for text, said in (
        ('forecast.changes=[{"scope": "territory=Eats", "change": 0.1}]', "territory=Eats"),
        ('forecast.changes=[{"units": ["U9"], "change": 0.1}]', "no unit 'U9'"),
        ('forecast.changes=[{"scope": "lever=ads", "change": 0.1}]', "lever"),
    ):
        with pytest.raises(DataError, match=said):
            change_scenario(scenario, parse_settings([text]))


def test_position_that_is_filled_leaves_room_for_the_hires_that_are_allowed(
    scenario: Scenario,
) -> None:
    headcount = changed(scenario, Change("fill", {"rep": "New"})).config.headcount
    assert [(str(one.scope), one.min) for one in headcount.by] == [("rep=New", 1)]
    assert headcount.max == 2
    asked = Change("hires_most", {"value": "1"})
    assert changed(scenario, asked, Change("fill", {"rep": "New"})).config.headcount.max == 1


@pytest.mark.parametrize(
    "change",
    [
        Change("lose_rep", {"rep": "Zoe"}),
        Change("balance", {"measure": "hours", "value": "0.1"}),
    ],
    ids=["rep", "band"],
)
def test_change_of_what_another_version_had_is_refused_in_words(
    change: Change, scenario: Scenario
) -> None:
    with pytest.raises(DataError, match="which this plan does not have"):
        settings_of([change], scenario)
