"""The cheapest way out of a conflict: taken as advised, there is a plan, and not for less."""

from __future__ import annotations

import pytest
from support_plan import reps_of, scenario_of

from allocopt.config import parse_settings
from allocopt.errors import Infeasible
from allocopt.planning import plan_scenario
from allocopt.scenario import change_scenario
from allocopt.solver.conflict.advice import outward

HARD = "workload: {hard: true, overtime_cost: 5}\n"
SIX = "unit,territory,segment,hours,demand\n" + "".join(f"u{i},East,Key,6,10\n" for i in (1, 2, 3))


def way_out_of(scenario):
    """The way out of a scenario that has no plan."""
    with pytest.raises(Infeasible) as error:
        plan_scenario(scenario)
    assert error.value.way_out is not None
    return error.value.way_out


def taken(scenario, way_out):
    """The plan of the scenario with all settings of a way out."""
    return plan_scenario(change_scenario(scenario, parse_settings(way_out.settings)))


def test_hours_give_way_where_they_cost_less_than_the_unit_brings(tmp_path):
    # 18 h of work for 12 h of Ann: 6 h more cost 30; an open unit would cost what it brings, 100.
    units = SIX.replace(",10\n", ",100\n")
    scenario = scenario_of(tmp_path, HARD, units=units, reps="rep,hours\nAnn,12\n")
    way_out = way_out_of(scenario)
    (step,) = way_out.steps
    assert step.rule == "selling_time_limit"
    assert step.items == ("Ann",)
    assert (step.before, step.after, step.amount) == (12, 18, pytest.approx(6))
    assert step.settings == ("tables.reps.Ann.hours=18",)
    assert way_out.price == pytest.approx(30)
    assert way_out.least == pytest.approx(30)
    taken(scenario, way_out)


def test_unit_stays_open_where_it_brings_less_than_the_hours_cost(tmp_path):
    # u2 brings half of 20, its margin; 6 h more of Ann would cost 30.
    units = "unit,territory,segment,hours,demand\nu1,East,Key,6,100\nu2,East,Key,6,20\n"
    scenario = scenario_of(tmp_path, HARD, units=units, reps="rep,hours\nAnn,6\n")
    way_out = way_out_of(scenario)
    (step,) = way_out.steps
    assert (step.rule, step.items, step.price) == ("unit_covered", ("u2",), pytest.approx(10))
    assert way_out.settings == ("coverage.every_unit=false",)
    assert reps_of(taken(scenario, way_out)) == {"u1": "Ann", "u2": ""}


def test_whole_numbers_are_relaxed_by_what_whole_numbers_need(tmp_path):
    # 18 h fit 20 h in pieces, but one of the two reps needs 12 h for two units: 2 h more.
    units = SIX.replace(",10\n", ",100\n")
    scenario = scenario_of(tmp_path, HARD, units=units, reps="rep,hours\nAnn,10\nBob,10\n")
    way_out = way_out_of(scenario)
    (step,) = way_out.steps
    assert step.after == 12
    assert way_out.price == pytest.approx(10)
    taken(scenario, way_out)


def test_chinese_names_and_names_with_blanks_are_settings_that_can_be_read(tmp_path):
    units = "unit,territory,segment,hours,demand\n一,华东,Key,6,100\n二,华东,Key,6,100\n"
    for name in ("李雷", "Li Lei", "Li.Lei=x", 'the "big" one', "7"):
        reps = 'rep,hours\n"{}",10\n'.format(name.replace('"', '""'))
        scenario = scenario_of(tmp_path, HARD, units=units, reps=reps)
        way_out = way_out_of(scenario)
        assert way_out.steps[0].items == (name,)
        taken(scenario, way_out)


def test_of_equally_cheap_ways_out_the_one_with_fewest_steps_is_advised(tmp_path):
    # 20 h of a unit that two may share have 10 h of time: 10 h more of one rep, or some of each.
    units = "unit,territory,segment,hours,demand,share_max\nu1,East,Key,20,900,2\n"
    scenario = scenario_of(tmp_path, HARD, units=units, reps="rep,hours\nAnn,5\nBob,5\n")
    way_out = way_out_of(scenario)
    assert len(way_out.steps) == 1
    assert way_out.price == pytest.approx(50)
    taken(scenario, way_out)


def test_limit_is_rounded_to_the_side_that_gives_more():
    assert outward(166.3731, up=True) == 166.4
    assert outward(0.70213, up=True) == 0.7022
    assert outward(1234567.0, up=False) == 1234000
    assert outward(13.00000000001, up=True) == 13
    assert outward(2.3, up=True, whole=True) == 3
    assert outward(0.0, up=False) == 0


# Of each limit that people set a scenario in which it is too tight, and the rule that has to give way.
LOCKED = "unit,territory,segment,hours,demand,rep,lock\nu1,East,Key,6,90,Ann,promised\n"
ADS = {
    "levers": "lever,total_min,total_max,roi_min\nads,,,\n",
    "responses": "lever,form,lift_max,lift_unit,half\nads,linear,20,currency,20\n",
}
PEOPLE = "rep,hours,cost,status,territory\nAnn,40,60,,\nNew,40,70,open,East\nNext,40,70,open,East\n"
TIGHT = {
    "lock": (
        {"unit_locked", "selling_time_limit"},
        HARD,
        {"units": LOCKED, "reps": "rep,hours\nAnn,5\nBob,40\n"},
    ),
    "decided lock": (
        {"unit_locked"},
        HARD.replace("5", "500"),
        {
            "units": LOCKED.replace("promised", ""),
            "reps": "rep,hours\nAnn,40\nBob,5\n",
            "overrides": "kind,unit,value,reason\nlock,u1,Bob,promised\n",
        },
    ),
    "handovers": (
        {"handover_limit", "unit_locked"},
        "handover: {max_units: 0, loss: 0.1}\n",
        {
            "units": LOCKED.replace("promised", ""),
            "reps": "rep,hours\nAnn,40\nBob,40\n",
            "overrides": "kind,unit,value,reason\nlock,u1,Bob,promised\n",
        },
    ),
    "share of sales": (
        {"handover_limit", "unit_locked"},
        "handover: {max_share_of_sales: 0.1, loss: 0.01}\n",
        {
            "units": LOCKED.replace("promised", ""),
            "reps": "rep,hours\nAnn,40\nBob,40\n",
            "overrides": "kind,unit,value,reason\nlock,u1,Bob,promised\n",
        },
    ),
    "reps touched": (
        {"touched_limit", "unit_locked"},
        "handover: {max_reps: 0, loss: 0.01}\n",
        {
            "units": LOCKED.replace("promised", ""),
            "reps": "rep,hours\nAnn,40\nBob,40\n",
            "overrides": "kind,unit,value,reason\nlock,u1,Bob,promised\n",
        },
    ),
    "apart": (
        {"group_apart", "unit_covered", "selling_time_limit"},
        HARD,
        {
            "units": "unit,territory,segment,hours,demand,apart,rep,lock\n"
            "u1,East,Key,6,90,rivals,,\nu2,East,Key,6,90,rivals,,\nu3,East,Key,6,90,rivals,,\n"
            "u4,East,Key,6,90,,Cem,promised\n",
            "reps": "rep,hours\nAnn,40\nBob,40\nCem,6\n",
        },
    ),
    "family": (
        {"family_together", "selling_time_limit", "unit_covered"},
        HARD.replace("5", "500"),
        {
            "units": "unit,territory,segment,hours,demand,family\n"
            + "".join(f"u{i},East,Key,6,90,shops\n" for i in (1, 2, 3)),
            "reps": "rep,hours\nAnn,10\nBob,10\n",
        },
    ),
    "fewest positions": (
        {"headcount_limit", "budget_total"},
        "headcount: {min: 1}\nbudget: {total_max: 100, include_people: true}\n",
        {"units": SIX, "reps": PEOPLE},
    ),
    "most positions": (
        {"headcount_limit", "unit_covered", "selling_time_limit"},
        HARD + "headcount: {by: [{scope: territory=East, max: 1}]}\n",
        {
            "units": "unit,territory,segment,hours,demand\n"
            + "".join(f"u{i},East,Key,40,900\n" for i in (1, 2, 3)),
            "reps": PEOPLE,
        },
    ),
    "band": (
        {"balance_floor", "balance_ceiling", "unit_covered"},
        "balance: [{measure: demand, tolerance: 0.1, hard: true}]\n",
        {"units": SIX.replace(",10\n", ",90\n"), "reps": "rep,hours\nAnn,40\nBob,40\n"},
    ),
    "band and hours": (
        {"selling_time_limit", "balance_floor", "balance_ceiling", "unit_covered"},
        HARD + "balance: [{measure: demand, tolerance: 0.1, hard: true}]\n",
        {"units": SIX.replace(",10\n", ",90\n"), "reps": "rep,hours\nAnn,9\nBob,9\n"},
    ),
    "outside of bands": (
        {"outside_limit", "unit_covered"},
        "balance: [{measure: demand, tolerance: 0.1, price: 2, most_outside: 1}]\n",
        {"units": SIX.replace(",10\n", ",90\n"), "reps": "rep,hours\nAnn,40\nBob,40\n"},
    ),
    "commitments": (
        {"budget_total"},
        "budget: {total_max: 20}\n",
        {
            "units": SIX,
            "reps": "rep,hours\nAnn,40\n",
            "spend": "date,lever,spend,kind\n2026-01-05,ads,30,committed\n",
            **ADS,
        },
    ),
    "levers": (
        {"budget_total", "lever_budget"},
        "budget: {total_max: 20}\n",
        {
            "units": SIX,
            "reps": "rep,hours\nAnn,40\n",
            **ADS,
            "levers": "lever,total_min\nads,30\n",
        },
    ),
    "scopes": (
        {"scope_budget", "period_budget"},
        "budget: {by: [{scope: lever=ads, min: 30}, {scope: company, max: 5, period: each}]}\n",
        {"units": SIX, "reps": "rep,hours\nAnn,40\n", **ADS},
    ),
    "returns": (
        {"return_floor", "lever_budget"},
        "",
        {
            "units": SIX,
            "reps": "rep,hours\nAnn,40\n",
            **ADS,
            "levers": "lever,total_min,roi_min\nads,30,9\n",
        },
    ),
    "floor": (
        {"target_floor"},
        "",
        {
            "units": SIX,
            "reps": "rep,hours\nAnn,40\n",
            "targets": "name,amount,start,end,kind\nleast,40,2026-01-01,2026-01-31,floor\n",
        },
    ),
    "quotas": (
        {"quota_floor", "quota_ceiling"},
        "quota: {target: 100, change_min: -0.2}\n",
        {"units": SIX, "reps": "rep,hours,quota_before,quota_max\nAnn,40,150,100\n"},
    ),
    "travel": (
        {"travel_limit", "unit_covered"},
        "coverage: {travel_speed: 60, travel_max: 1}\nworkload: {overtime_cost: 5}\n",
        {
            "units": "unit,territory,segment,hours,visits,demand\nu1,East,Key,6,2,90\n",
            "reps": "rep,hours\nAnn,40\n",
            "pairs": "unit,rep,distance\nu1,Ann,60\n",
        },
    ),
    "map": (
        {"units_connected", "unit_locked", "unit_covered"},
        "contiguity: {hard: true}\n",
        {
            "units": "unit,territory,segment,hours,demand,rep,lock\n"
            "u1,East,Key,6,90,Ann,promised\nu2,East,Key,6,90,Bob,promised\nu3,East,Key,6,90,Ann,promised\n",
            "reps": "rep,hours\nAnn,40\nBob,40\n",
            "adjacency": "a,b\nu1,u2\nu2,u3\n",
        },
    ),
}


@pytest.mark.parametrize("name", TIGHT)
def test_taken_as_advised_there_is_a_plan(tmp_path, name):
    rules, yaml, tables = TIGHT[name]
    scenario = scenario_of(tmp_path, yaml, **tables)
    way_out = way_out_of(scenario)
    assert {step.rule for step in way_out.steps} <= rules
    assert way_out.steps
    assert way_out.least <= way_out.price * (1 + 1e-9)
    assert way_out.price == pytest.approx(sum(step.price for step in way_out.steps))
    taken(scenario, way_out)
