"""Several turns of the loop: what has been counted once is not counted again, and late rows still count."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support_plan import HEAD
from support_scenario import write_scenario

from allocopt.plan import load_plan_scenario, save_plan
from allocopt.planning import plan_scenario
from allocopt.replanning.turn import Asked, Replanned, replan
from allocopt.scenario import load_scenario

UNITS = """
    unit,territory,segment,hours,demand,rep
    u1,East,Key,10,100,Ann
    u2,West,Key,10,100,Bob
"""
MARGIN = "segment,margin\nKey,1\n"


def planned(folder: Path, yaml: str = "", months: int = 4, **tables: str) -> Path:
    """A saved plan."""
    given = {"units": UNITS, "reps": "rep,hours\nAnn,20\nBob,20\n", "segments": MARGIN, **tables}
    head = HEAD.format(months=months)
    scenario = load_scenario(write_scenario(folder / "scenario", head + yaml, **given))
    return save_plan(plan_scenario(scenario), scenario, folder / "plan")


def turn(plan: Path, name: str, *rows: str, asked: Asked | None = None) -> tuple[Path, Replanned]:
    """One replan with a file of sales; the folder of its plan."""
    path = plan.parent / f"{name}.csv"
    path.write_text("\n".join(["date,unit,sales", *rows]), encoding="utf-8")
    done = replan(plan, [path], asked or Asked(weigh=False))
    return save_plan(done.plan, done.scenario, plan.parent / name), done


def test_late_rows_of_frozen_months_come_off_targets_and_the_quota_target(tmp_path):
    yaml = "quota: {target: 800}\nreplan: {quotas: rebase}\n"
    targets = "name,amount,start,end,scope\nAll,800,2026-01-01,2026-04-30,territory=West\n"
    plan = planned(tmp_path, yaml, targets=targets)
    first, _ = turn(plan, "january", "2026-01-31,u1,90")
    # West reports its January a month late.
    second, _ = turn(first, "february", "2026-01-31,u2,60", "2026-02-28,u1,90", "2026-02-28,u2,70")
    rest = load_plan_scenario(second)
    assert rest.table("targets")["amount"].tolist() == [800 - 60 - 70]
    assert rest.config.quota.target == pytest.approx(800 - 90 - 60 - 90 - 70)


def test_goals_of_a_rep_count_the_sales_of_the_units_that_the_rep_had(tmp_path):
    targets = "name,amount,start,end,scope\nAnn,400,2026-01-01,2026-04-30,rep=Ann\n"
    plan = planned(tmp_path, targets=targets)
    first, _ = turn(plan, "january", "2026-01-31,u1,90", "2026-01-31,u2,50")
    second, _ = turn(first, "february", "2026-02-28,u1,80", "2026-02-28,u2,50")
    assert load_plan_scenario(second).table("targets")["amount"].tolist() == [400 - 90 - 80]


def test_people_count_in_the_budget_as_the_model_counts_them(tmp_path):
    # Two reps at 10 a month for four months are the whole budget.
    yaml = "budget: {total_max: 80, include_people: true}\n"
    reps = "rep,hours,cost,variable_pay\nAnn,20,10,3\nBob,20,10,3\n"
    plan = planned(tmp_path, yaml, reps=reps)
    folder, _ = turn(plan, "january", "2026-01-31,u1,90", "2026-01-31,u2,50")
    assert load_plan_scenario(folder).config.budget.total_max == pytest.approx(60)


def test_units_of_a_leaver_do_not_use_up_the_ceiling_on_handovers(tmp_path):
    reps = "rep,hours,status,end\nAnn,20,leaving,2026-01-31\nBob,40,active,\n"
    plan = planned(tmp_path, "handover: {max_units: 1}\n", reps=reps)
    first, done = turn(plan, "january", "2026-01-31,u1,90", "2026-01-31,u2,50")
    assert set(done.plan["assignments"]["rep"]) == {"Bob"}
    assert load_plan_scenario(first).config.handover.max_units == 1


def test_doing_nothing_brings_what_the_plan_brings_where_demand_is_as_expected(tmp_path):
    # 20 h are needed in all and 15 are there, softly: overload is no cost of doing nothing.
    plan = planned(tmp_path, reps="rep,hours\nAnn,5\nBob,10\n")
    _, done = turn(plan, "january", "2026-01-31,u1,100", "2026-01-31,u2,100")
    assert done.unchanged is not None
    assert done.unchanged.contribution == pytest.approx(float(done.plan.summary["contribution"]))


def test_a_forced_move_leaves_the_curve_with_the_steps_that_are_possible(tmp_path):
    units = UNITS + "    u3,West,Key,10,100,Ann\n"
    reps = "rep,hours\nAnn,20\nBob,20\n"
    plan = planned(tmp_path, "workload: {hard: true}\n", units=units, reps=reps)
    asked = Asked(settings=["tables.reps.Ann.hours=10"])
    _, done = turn(plan, "january", "2026-01-31,u1,100", "2026-01-31,u2,100", asked=asked)
    curve = done.plan["change_curve"]
    assert curve["changes"].tolist() == [1]
    assert curve["share"].tolist() == [1]


def test_relief_goes_back_where_demand_does(tmp_path):
    plan = planned(tmp_path, "replan: {quotas: relief}\n")

    def quotas(folder: Path) -> float:
        rows = pd.read_csv(folder / "quotas.csv")
        chosen = (rows["level"] == "rep") & (rows["rep"] == "Ann") & (rows["period"] == "2026-04")
        return float(rows.loc[chosen, "quota"].iloc[0])

    folder, found = plan, []
    for month, day, demand in (("jan", "01-31", 90), ("feb", "02-28", 100), ("mar", "03-31", 90)):
        asked = Asked(settings=[f"tables.units.u1.demand={demand}"], weigh=False)
        rows = (f"2026-{day},u1,{demand}", f"2026-{day},u2,100")
        folder, _ = turn(folder, month, *rows, asked=asked)
        found.append(quotas(folder))
    assert found == pytest.approx([90, 100, 90])
