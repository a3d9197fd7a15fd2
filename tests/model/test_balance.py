"""Balance: a measure spread over the reps in proportion to their hours."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support_plan import FULL_MARGIN, planned, problem_from, reps_of, scenario_of

from allocopt.audit import audit
from allocopt.errors import ConfigError, Infeasible
from allocopt.planning import plan_scenario

# Ann sells more with every unit and has time for all four.
UNITS = """
unit,territory,segment,hours,demand,potential,shops
u1,East,Key,10,100,400,1
u2,East,Key,10,100,100,1
u3,East,Key,10,100,100,1
u4,East,Key,10,100,100,5
"""
REPS = "rep,hours,productivity\nAnn,40,1.2\nBob,40,1\n"
TABLES = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN}


def balanced(folder, balance="", **rest):
    """The plan of four units and two reps."""
    return planned(folder, f"balance: [{balance}]\n" if balance else "", **{**TABLES, **rest})


def units_of(plan, rep):
    return {unit for unit, owner in reps_of(plan).items() if owner == rep}


def test_without_balance_the_better_rep_gets_all(tmp_path):
    plan = balanced(tmp_path, units=UNITS.replace(",400,", ",,").replace(",100,100,", ",100,,"))
    assert len(units_of(plan, "Ann")) == 4
    assert plan.summary["objective"] == pytest.approx(480)


def test_hard_band_on_demand(tmp_path):
    # 200 each, ± 10 %: two units each.
    plan = balanced(
        tmp_path,
        "{measure: demand, tolerance: 0.1, hard: true}",
        units=UNITS.replace(",400,", ",,").replace(",100,100,", ",100,,"),
    )
    assert len(units_of(plan, "Ann")) == len(units_of(plan, "Bob")) == 2
    assert plan.summary["objective"] == pytest.approx(440)


def test_band_follows_hours(tmp_path):
    # Ann has a quarter of the hours, so a quarter of the demand.
    plan = balanced(
        tmp_path,
        "{measure: demand, tolerance: 0.1, hard: true}",
        reps="rep,hours,productivity\nAnn,20,1.2\nBob,60,1\n",
    )
    assert len(units_of(plan, "Ann")) == 1


@pytest.mark.parametrize(("price", "units"), [(0.05, 4), (0.3, 2)])
def test_priced_band_is_left_while_it_pays(tmp_path, price, units):
    # The third unit with Ann brings 20 more and lies 100 beyond her band and 100 below Bob's, less the
    # tolerance of 20 once each: at 0.05 the four units cost 18, at 0.3 the third alone costs 48.
    plan = balanced(
        tmp_path,
        f"{{measure: demand, tolerance: 0.1, price: {price}}}",
        units=UNITS.replace(",400,", ",,").replace(",100,100,", ",100,,"),
    )
    assert len(units_of(plan, "Ann")) == units
    away = plan["shortfalls"].set_index("item")["amount"].to_dict()
    assert away == pytest.approx({"demand/Ann": 180, "demand/Bob": 180} if units == 4 else {})
    assert plan.summary["objective_parts"]["shortfalls"] == pytest.approx(
        -2 * 180 * price if units == 4 else 0
    )


def test_band_on_potential(tmp_path):
    # 700 of potential: only {u1} against the other three is within 350 ± 15 %.
    plan = balanced(tmp_path, "{measure: potential, tolerance: 0.15, hard: true}")
    assert {frozenset(units_of(plan, rep)) for rep in ("Ann", "Bob")} == {
        frozenset({"u1"}),
        frozenset({"u2", "u3", "u4"}),
    }


def test_band_on_a_column_of_units(tmp_path):
    # 8 shops: 4 each ± 1 leaves only {u4} against the other three.
    plan = balanced(tmp_path, "{measure: shops, tolerance: 0.25, hard: true}")
    assert {frozenset(units_of(plan, rep)) for rep in ("Ann", "Bob")} == {
        frozenset({"u4"}),
        frozenset({"u1", "u2", "u3"}),
    }


def test_band_on_hours_counts_all_periods(tmp_path):
    yaml = "balance: [{measure: hours, tolerance: 0.1, hard: true}]\n"
    plan = planned(tmp_path, yaml, months=2, **TABLES)
    assert len(units_of(plan, "Ann")) == 2


def test_measure_of_a_territory_is_shared_by_its_units(tmp_path):
    # East has 8 people for four units: 2 each, so two units are half.
    plan = balanced(
        tmp_path,
        "{measure: people, tolerance: 0.1, hard: true}",
        territories="territory,people\nEast,8\n",
    )
    assert len(units_of(plan, "Ann")) == 2


def test_band_of_an_open_position_holds_only_when_it_is_filled(tmp_path):
    # The new rep would get half of the demand. With a wide band Ann keeps all; in a narrow one she may not
    # carry more than her half, so the position is filled although it costs more than it brings.
    reps = "rep,hours,cost,status\nAnn,40,0,\nNew,40,1000,open\n"
    wide = balanced(tmp_path / "a", "{measure: demand, tolerance: 1, hard: true}", reps=reps)
    narrow = balanced(tmp_path / "b", "{measure: demand, tolerance: 0.1, hard: true}", reps=reps)
    assert wide["reps"]["hired"].tolist() == ["", "no"]
    assert narrow["reps"]["hired"].tolist() == ["", "yes"]
    assert len(units_of(narrow, "New")) == 2


def test_leaver_has_no_band(tmp_path):
    # Cem leaves: the others' bands are halves of the whole, whatever his hours.
    reps = REPS.replace("productivity", "productivity,status").replace("1.2", "1.2,")
    reps = reps.replace("40,1\n", "40,1,\n") + "Cem,40,0.1,leaving\n"
    plan = balanced(tmp_path, "{measure: demand, tolerance: 0.1, hard: true}", reps=reps)
    assert len(units_of(plan, "Ann")) == 2


def test_a_measure_has_one_band(tmp_path):
    hard = "{measure: demand, tolerance: 0.5, hard: true}"
    with pytest.raises(ConfigError, match="'demand' twice"):
        balanced(tmp_path, f"{hard}, {{measure: demand, tolerance: 0, price: 0.3}}")


def test_hard_band_that_nothing_can_keep(tmp_path):
    # One unit cannot be halved.
    units = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\n"
    with pytest.raises(Infeasible) as error:
        balanced(tmp_path, "{measure: demand, tolerance: 0.1, hard: true}", units=units)
    assert {conflict.rule for conflict in error.value.conflicts} & {
        "balance_floor",
        "balance_ceiling",
    }


@pytest.mark.parametrize(
    ("most", "units"), [("", 4), (", most_outside: 160", 3), (", most_outside: 159", 2)]
)
def test_what_lies_outside_all_bands_has_a_limit(tmp_path, most, units):
    # Bands are 180 … 220. With three of four units Ann is 80 above hers and Bob 80 below his.
    plan = balanced(
        tmp_path,
        f"{{measure: demand, tolerance: 0.1, price: 0{most}}}",
        units=UNITS.replace(",400,", ",,").replace(",100,100,", ",100,,"),
    )
    assert len(units_of(plan, "Ann")) == units


def test_audit_adds_up_what_lies_outside(tmp_path):
    scenario = scenario_of(
        tmp_path, "balance: [{measure: demand, tolerance: 0.1, price: 0}]\n", **TABLES
    )
    plan, problem = plan_scenario(scenario), problem_from(scenario)
    strict = replace(problem, balance=(replace(problem.balance[0], most_outside=100.0),))
    assert not audit(problem, plan)
    assert [text.partition(":")[0] for text in audit(strict, plan)] == ["outside_limit"]
