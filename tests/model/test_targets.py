"""Targets: floors that must be kept, goals that have a price, goals that are only reported."""

from __future__ import annotations

import pandas as pd
import pytest
from support_plan import HEAD, planned, problem_from, quotas_of, reps_of, total
from support_scenario import coded, findings_of, write_scenario

from allocopt.audit import audit
from allocopt.errors import Infeasible
from allocopt.plan import Plan
from allocopt.scenario import load_scenario

# One rep has time for one of two units. East brings 100 at full margin, West 120 at half of it, so that
# East is worth 100 and West 60.
UNITS = """
unit,territory,segment,hours,demand
u1,East,Key,10,100
u2,West,Small,10,120
"""
REPS = "rep,hours,cost\nAnn,10,0\n"
SEGMENTS = "segment,margin\nKey,1\nSmall,0.5\n"
TABLES = {"units": UNITS, "reps": REPS, "segments": SEGMENTS}
HARD = "workload: {hard: true}\ncoverage: {every_unit: false}\n"
HEADER = "name,amount,start,end,measure,scope,kind,price\n"
JANUARY = "2026-01-01,2026-01-31"


def row(amount, scope="territory=West", kind="goal", price="", measure="sales", days=JANUARY):
    """One row of `targets`."""
    return f"aim,{amount},{days},{measure},{scope},{kind},{price}\n"


def aimed(folder, rows="", yaml="", months=1, **rest):
    """The plan with these rows of `targets`."""
    return planned(folder, HARD + yaml, months, **{**TABLES, "targets": HEADER + rows, **rest})


def covered(plan):
    """Units that have a rep."""
    return {unit for unit, rep in reps_of(plan).items() if rep}


def aim(plan):
    """The row of `targets` of a plan."""
    return plan["targets"].set_index("name").loc["aim"]


def test_without_a_target_the_unit_that_is_worth_more_is_covered(tmp_path):
    plan = aimed(tmp_path)
    assert covered(plan) == {"u1"}
    assert plan.summary["objective"] == pytest.approx(100)


def test_a_floor_in_a_territory_moves_the_rep_there(tmp_path):
    plan = aimed(tmp_path, row(110, kind="floor"))
    assert covered(plan) == {"u2"}
    assert plan.summary["objective"] == pytest.approx(60)
    assert plan["shortfalls"].empty


def test_a_goal_without_a_price_is_only_reported(tmp_path):
    plan = aimed(tmp_path, row(110))
    assert covered(plan) == {"u1"}
    assert plan.summary["objective"] == pytest.approx(100)
    assert (aim(plan)["planned"], aim(plan)["gap"]) == (0, 110)


# Missing all 110 in the West costs 110 · price: less than the 40 that East is worth more, or more than it.
@pytest.mark.parametrize(("price", "unit", "objective"), [(0.3, "u1", 100 - 33), (0.5, "u2", 60)])
def test_a_goal_with_a_price_is_missed_where_that_is_cheaper(tmp_path, price, unit, objective):
    plan = aimed(tmp_path, row(110, price=price))
    assert covered(plan) == {unit}
    assert plan.summary["objective"] == pytest.approx(objective)
    missed = plan["shortfalls"][["rule", "item", "amount", "price"]].to_numpy().tolist()
    assert missed == ([["target_goal", "aim", pytest.approx(110), price]] if unit == "u1" else [])


def test_a_floor_by_segment_counts_its_units(tmp_path):
    assert covered(aimed(tmp_path, row(110, "segment=Small", "floor"))) == {"u2"}


def test_a_floor_of_the_company_counts_sales_and_not_what_they_are_worth(tmp_path):
    plan = aimed(tmp_path, row(120, "company", "floor"))
    assert covered(plan) == {"u2"}


def test_a_floor_on_margin_counts_what_sales_are_worth(tmp_path):
    # West would need a price to be left: 120 of sales are 60 of margin.
    pull = "pull,120,2026-01-01,2026-01-31,sales,territory=West,goal,1\n"
    assert covered(aimed(tmp_path / "a", pull)) == {"u2"}
    plan = aimed(tmp_path / "b", pull + row(70, "company", "floor", measure="margin"))
    assert covered(plan) == {"u1"}
    assert aim(plan)["planned"] == pytest.approx(100)


def test_a_floor_of_a_rep_counts_the_sales_credited(tmp_path):
    # Bob and Ann have time for both units; Ann is worth more in the East, a floor sends Ann to the West.
    reps = "rep,hours,cost\nAnn,10,0\nBob,10,0\n"
    pairs = "unit,rep,value\nu1,Ann,5\n"
    free = aimed(tmp_path / "a", reps=reps, pairs=pairs)
    held = aimed(tmp_path / "b", row(110, "rep=Ann", "floor"), reps=reps, pairs=pairs)
    assert (reps_of(free)["u1"], reps_of(held)["u1"]) == ("Ann", "Bob")
    assert aim(held)["planned"] == pytest.approx(120)


def test_sales_credited_to_a_rep_may_rest_on_time(tmp_path):
    # At half its hours u2 sells 0.7 · 120 = 84: Ann, who has 5 hours, can reach 80 there, not 90.
    segments = (
        "segment,margin,response_0,response_50,response_100,response_150,response_max\n"
        "Key,1,,,,,\nSmall,0.5,0,0.7,1,1,1\n"
    )
    reps = "rep,hours,cost\nAnn,5,0\n"
    plan = aimed(tmp_path / "a", row(80, "rep=Ann", "floor"), segments=segments, reps=reps)
    assert aim(plan)["planned"] == pytest.approx(84)
    with pytest.raises(Infeasible) as error:
        aimed(tmp_path / "b", row(90, "rep=Ann", "floor"), segments=segments, reps=reps)
    assert "target_floor" in {conflict.rule for conflict in error.value.conflicts}


def test_a_floor_on_contribution_hires_against_a_price(tmp_path):
    # New costs 40 and brings 50 in the West. A pair worth −50 speaks against the hire, which is a part of
    # the objective and not of contribution.
    units = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\nu2,West,Key,10,50\n"
    reps = "rep,hours,cost,status\nAnn,10,0,active\nNew,10,40,open\n"
    pairs = "unit,rep,value\nu1,New,-50\nu2,New,-50\n"
    tables = {"units": units, "reps": reps, "pairs": pairs}
    floor = row(105, "company", "floor", measure="contribution")
    free, held = aimed(tmp_path / "a", **tables), aimed(tmp_path / "b", floor, **tables)
    assert (covered(free), free.summary["contribution"]) == ({"u1"}, pytest.approx(100))
    assert (covered(held), held.summary["contribution"]) == ({"u1", "u2"}, pytest.approx(110))
    assert held.summary["objective"] == pytest.approx(60)
    assert aim(held)["planned"] == pytest.approx(110)


def test_a_goal_of_contribution_may_miss_more_than_its_amount(tmp_path):
    # Ann costs 150 and brings 100: −50, so that 60 are missing of a contribution of 10.
    goal = row(10, "company", price=0.5, measure="contribution")
    plan = aimed(tmp_path, goal, reps="rep,hours,cost\nAnn,10,150\n")
    assert total(plan, "shortfalls", "amount") == pytest.approx(60)
    assert plan.summary["objective"] == pytest.approx(-50 - 30)


def test_part_of_a_period_counts_by_its_days(tmp_path):
    # January and half of February (14 of 28 days): 120 + 60.
    days = "2026-01-01,2026-02-14"
    plan = aimed(tmp_path, row(180, kind="floor", days=days), months=2)
    assert covered(plan) == {"u2"}
    assert aim(plan)["planned"] == pytest.approx(180)
    with pytest.raises(Infeasible):
        aimed(tmp_path / "more", row(181, kind="floor", days=days), months=2)


def test_a_goal_that_reaches_beyond_the_plan_is_reported_by_what_lies_inside(tmp_path):
    goal = row(500, "company", price=9, days="2025-07-01,2026-06-30")
    plan = aimed(tmp_path, goal)
    assert (covered(plan), aim(plan)["planned"]) == ({"u1"}, pytest.approx(100))
    assert pd.isna(aim(plan)["gap"])
    assert plan["shortfalls"].empty


def test_a_floor_that_nothing_can_reach_is_named(tmp_path):
    with pytest.raises(Infeasible) as error:
        aimed(tmp_path, row(130, kind="floor"))
    conflicts = {conflict.rule: conflict for conflict in error.value.conflicts}
    assert conflicts["target_floor"].items == ("aim",)
    assert conflicts["target_floor"].sentence == "A floor is reached."


def test_a_floor_where_nobody_may_sell_is_a_conflict_and_no_crash(tmp_path):
    reps = "rep,hours,cost,territories\nAnn,10,0,East\n"
    with pytest.raises(Infeasible) as error:
        aimed(tmp_path, row(5, kind="floor"), reps=reps)
    assert {conflict.rule for conflict in error.value.conflicts} == {"target_floor"}


def test_what_one_more_of_a_goal_is_worth_is_its_price(tmp_path):
    plan = aimed(tmp_path, row(110, price=0.3))
    (limit,) = plan["limits"].query("rule == 'target_goal'").to_dict("records")
    assert (limit["item"], limit["lower"]) == ("aim", pytest.approx(110))
    assert (limit["activity"], limit["value_of_one_more"]) == (0, pytest.approx(0.3))


def test_a_floor_of_the_company_leaves_the_quota_target_alone(tmp_path):
    # The goal feeds quotas; the floor beside it is another amount and no contradiction.
    goal = "all,100,2026-01-01,2026-01-31,sales,company,goal,\n"
    plan = aimed(tmp_path, goal + row(90, "company", "floor"))
    assert quotas_of(plan) == pytest.approx({"Ann": 100})


def test_a_floor_can_be_added_by_an_override(tmp_path):
    text = (
        "{name: aim, amount: 110, start: 2026-01, end: 2026-01, scope: territory=West, kind: floor}"
    )
    yaml = f"override: {{targets: {{add: [{text}]}}}}\n"
    assert covered(planned(tmp_path / "a", HARD + yaml, **TABLES)) == {"u2"}
    write_scenario(tmp_path / "b", HEAD.format(months=1) + HARD, **TABLES)
    given = load_scenario(tmp_path / "b", [f"override.targets.add=[{text}]"])
    assert given.table("targets")["name"].tolist() == ["aim"]


def test_audit_sees_a_floor_that_is_not_reached_and_a_figure_that_is_wrong(tmp_path):
    plan = aimed(tmp_path, row(110, kind="floor"))
    problem = problem_from(load_scenario(tmp_path))
    assert audit(problem, plan) == ()
    less = plan["sales"].assign(sales=plan["sales"]["sales"] * 0.5)
    false = Plan(plan.summary, {**plan.tables, "sales": less})
    broken = {violation.split(":")[0] for violation in audit(problem, false)}
    assert {"target_floor", "targets"} <= broken
    unsaid = Plan(plan.summary, {**plan.tables, "targets": plan["targets"].iloc[:0]})
    assert {violation.split(":")[0] for violation in audit(problem, unsaid)} == {"targets"}
    missed = pd.DataFrame(
        [("target_goal", "aim", "", 5.0, 0.0)], columns=plan["shortfalls"].columns
    )
    excused = Plan(plan.summary, {**plan.tables, "shortfalls": missed})
    assert "target_floor" in {violation.split(":")[0] for violation in audit(problem, excused)}


NO_RULE = {
    "a measure that no plan decides": (row(5, measure="new_customers", kind="floor"), "measure"),
    "a product": (row(5, "product=p", "floor"), "scope"),
    "a rep's contribution": (row(5, "rep=Ann", "floor", measure="contribution"), "scope"),
    "a territory without units": (row(5, "territory=North", "floor"), "scope"),
    "time before the plan": (row(5, kind="floor", days="2025-12-01,2026-01-31"), "start"),
    "time after the plan": (row(5, kind="floor", days="2026-01-01,2026-02-28"), "start"),
}


@pytest.mark.parametrize("case", NO_RULE)
def test_a_floor_that_cannot_be_a_rule_is_a_problem_and_a_price_a_warning(tmp_path, case):
    text, column = NO_RULE[case]
    yaml = HARD + "calendar: {plan_start: 2026-01-01, plan_periods: 1}\n"
    tables = {
        **TABLES,
        "products": "product\np\n",
        "territories": "territory\nEast\nWest\nNorth\n",
    }
    folder = write_scenario(tmp_path, yaml, **tables, targets=HEADER + text)
    (finding,) = coded(findings_of(folder), "target-no-rule")
    assert (finding.severity, finding.column) == ("problem", column)
    write_scenario(tmp_path, yaml, **tables, targets=HEADER + text.replace("floor,", "goal,2"))
    (finding,) = coded(findings_of(folder), "target-no-rule")
    assert (finding.severity, finding.column) == ("warning", column)
    write_scenario(tmp_path, yaml, **tables, targets=HEADER + text.replace("floor,", "goal,"))
    assert not coded(findings_of(folder), "target-no-rule")


def test_a_floor_on_the_contribution_of_a_part_of_the_plan_is_a_problem(tmp_path):
    text = row(5, "company", "floor", measure="contribution")
    yaml = HARD + "calendar: {plan_start: 2026-01-01, plan_periods: 2}\n"
    folder = write_scenario(tmp_path, yaml, **TABLES, targets=HEADER + text)
    (finding,) = coded(findings_of(folder), "target-no-rule")
    assert finding.expected == "the whole plan, 2026-01-01 to 2026-02-28"


def test_the_price_of_a_floor_is_said_not_to_be_used(tmp_path):
    folder = write_scenario(
        tmp_path, HARD, **TABLES, targets=HEADER + row(5, kind="floor", price=3)
    )
    assert coded(findings_of(folder), "floor-with-price")
