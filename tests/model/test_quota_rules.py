"""Quotas that people decide, that newcomers bear, that can be attained, that are rounded, cut and paid."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from support_plan import FULL_MARGIN, planned, problem_of, quotas_of, scenario_of

from allocopt.audit import audit
from allocopt.errors import Infeasible

# Territories leave one rep for each unit, so that only quotas are decided.
UNITS = """
unit,territory,segment,hours,demand,potential,rep
u1,East,Key,10,100,600,Ann
u2,West,Key,10,200,200,Bob
"""
REPS = """
rep,hours,territories,manager,variable_pay
Ann,40,East,Mia,10
Bob,40,West,Mia,20
"""
TABLES = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN}
HISTORY = """
date,unit,territory,segment,product,sales
2025-06-01,u1,East,Key,Tea,30
2025-06-01,u1,East,Key,Milk,10
2025-06-01,u2,West,Key,Milk,70
"""
# Sales are half as much or half as much again in one case of ten each.
DEMAND = """
period,territory,segment,mean,lower,upper
2026-01,East,Key,100,50,150
2026-01,West,Key,200,200,200
"""
OPEN_UNITS = UNITS.replace(",100,600", ",,600").replace(",200,200", ",,200")


def quotas(folder, yaml="", months=1, **rest):
    return planned(folder, yaml, months, **{**TABLES, **rest})


def outcome(number, of, mean=100.0, spread=50.0):
    """Demand in one of several equally likely outcomes, the lowest first."""
    reach = NormalDist().inv_cdf(0.9)
    return mean + NormalDist().inv_cdf((number + 0.5) / of) / reach * spread


def broken(problem, plan, table, change):
    """What the audit says of a plan with a changed table."""
    changed = plan[table].copy()
    change(changed)
    return audit(problem, replace(plan, tables={**plan.tables, table: changed}))


def test_decided_quota_stays_and_the_others_bear_the_rest(tmp_path):
    # By demand it is 100 and 200; with 150 decided for Ann, Bob has the other 150.
    overrides = "kind,rep,period,value,reason,by,expires\nquota,Ann,2026-01,150,new client,Mia,\n"
    assert quotas_of(quotas(tmp_path / "free", "quota: {target: 300}\n")) == pytest.approx(
        {"Ann": 100, "Bob": 200}
    )
    plan = quotas(tmp_path / "decided", "quota: {target: 300}\n", overrides=overrides)
    assert quotas_of(plan) == pytest.approx({"Ann": 150, "Bob": 150})
    assert plan["shortfalls"].empty


def test_decided_quota_moves_expected_sales_where_no_target_is_given(tmp_path):
    overrides = "kind,rep,value\nquota,Bob,150\n"
    plan = quotas(tmp_path, overrides=overrides)
    assert quotas_of(plan) == pytest.approx({"Ann": 150, "Bob": 150})


def test_expired_decision_is_none(tmp_path):
    overrides = "kind,rep,period,value,reason,by,expires\nquota,Ann,,150,,,2025-12-31\n"
    plan = quotas(tmp_path, "quota: {target: 300}\n", overrides=overrides)
    assert quotas_of(plan) == pytest.approx({"Ann": 100, "Bob": 200})


def test_audit_finds_a_decided_quota_that_moved(tmp_path):
    overrides = "kind,rep,period,value\nquota,Ann,2026-01,150\n"
    tables = {**TABLES, "overrides": overrides}
    plan = planned(tmp_path / "a", "quota: {target: 300}\n", **tables)

    def swap(table):
        reps = table["level"] == "rep"
        table.loc[reps, "quota"] = [140.0, 160.0]

    problem = problem_of(tmp_path / "b", "quota: {target: 300}\n", **tables)
    assert audit(problem, plan) == ()
    said = broken(problem, plan, "quotas", swap)
    assert any(text.startswith("quota_decided: Ann in 2026-01") for text in said)


RAMPING = REPS.replace("variable_pay", "variable_pay,start,ramp").replace(
    "Mia,10", "Mia,10,2026-01-01,3"
)


@pytest.mark.parametrize(
    # A quarter of her share of 100 in the first of four periods: 25 and 200, raised to 300 together.
    ("relief", "ann"),
    [("", 25 * 300 / 225), ("ramp_relief: 0", 100), ("ramp_relief: 0.5", 62.5 * 300 / 262.5)],
)
def test_newcomer_bears_a_part_of_a_share(tmp_path, relief, ann):
    reps = RAMPING.replace("Mia,20", "Mia,20,,")
    plan = quotas(tmp_path, f"quota: {{target: 300, {relief}}}\n", reps=reps)
    assert quotas_of(plan) == pytest.approx({"Ann": ann, "Bob": 300 - ann})


def test_harmless_quota_does_not_fall_unless_the_territory_shrank(tmp_path):
    # Half of the target would be 50 and 100; Ann had 100, Bob 200, and nobody falls below 90 % of that.
    # Bob's unit sold 4,800 last year and is expected to sell 200 · 12, half of it: his floor is 90.
    reps = REPS.replace("variable_pay", "variable_pay,quota_before")
    reps = reps.replace("Mia,10", "Mia,10,100").replace("Mia,20", "Mia,20,200")
    yaml = "quota: {target: 150, hold_harmless: 0.9}\n"
    free = quotas(tmp_path / "free", "quota: {target: 150}\n", reps=reps)
    assert quotas_of(free) == pytest.approx({"Ann": 50, "Bob": 100})
    plan = quotas(tmp_path / "both", yaml, reps=reps)
    assert quotas_of(plan) == pytest.approx({"Ann": 90, "Bob": 180})
    history = "date,unit,sales\n2025-06-01,u2,4800\n"
    plan = quotas(tmp_path / "shrunk", yaml, reps=reps, history=history)
    assert quotas_of(plan) == pytest.approx({"Ann": 90, "Bob": 90})


def test_growth_follows_history_and_the_forecast_of_the_territory(tmp_path):
    # East sold 40 and West 70 last year; they are expected to sell 100 and 200.
    past = quotas(tmp_path / "a", "quota: {target: 330, method: history}\n", history=HISTORY)
    assert quotas_of(past) == pytest.approx({"Ann": 120, "Bob": 210})
    grown = quotas(tmp_path / "b", "quota: {target: 330, method: growth}\n", history=HISTORY)
    assert quotas_of(grown) == pytest.approx({"Ann": 110, "Bob": 220})


def test_attained_with_given_bounds_half_of_the_time(tmp_path):
    plan = quotas(tmp_path, "forecast: {samples: 10}\n", units=OPEN_UNITS, demand=DEMAND)
    row = plan["attainment"].set_index(["level", "rep"])
    # The quota is what is expected: five of ten outcomes of the East lie above; the West is certain.
    assert row["attain_probability"].tolist() == pytest.approx([0.5, 0.5, 0.5, 1])
    assert row.loc[("rep", "Ann"), "upper"] == pytest.approx(outcome(8, 10))
    # Below 80 % nothing, up to twice the pay from 120 % on.
    attained = np.array([outcome(n, 10) for n in range(10)]) / 100
    paid = 10 * np.interp(attained, [0.8, 1, 1.2], [0, 1, 2])
    assert row.loc[("rep", "Ann"), "payout_mean"] == pytest.approx(paid.mean())
    assert row.loc[("company", ""), "payout_at_plan"] == pytest.approx(30)
    table = plan["quotas"].set_index(["level", "rep"])
    assert table.loc[("rep", "Ann"), "payout_mean"] == pytest.approx(paid.mean())
    assert plan["kpis"].set_index(["kpi", "scope"]).loc[
        ("share_at_quota", "company"), "value"
    ] == pytest.approx(0.75)


def test_nothing_is_said_of_attainment_where_demand_is_given_without_bounds(tmp_path):
    plan = quotas(
        tmp_path,
        units=OPEN_UNITS,
        demand=DEMAND.replace(",50,150", ",,").replace(",200,200,200", ",200,,"),
    )
    assert plan["quotas"]["attain_probability"].isna().all()
    assert "attainment" not in plan.tables


@pytest.mark.parametrize(("probability", "rank"), [(0.9, 1), (0.8, 2), (0.5, 5)])
def test_quota_is_low_enough_to_be_attained(tmp_path, probability, rank):
    # Of ten outcomes of the East, `rank` lie below the ceiling; the West is certain, so Bob's is 200.
    yaml = f"forecast: {{samples: 10}}\nquota: {{target: 300, attain_probability: {probability}}}\n"
    plan = quotas(tmp_path, yaml, units=OPEN_UNITS, demand=DEMAND)
    found = quotas_of(plan)
    assert found == pytest.approx({"Ann": min(outcome(rank, 10), 100), "Bob": 200})
    missing = plan["shortfalls"].set_index("rule")["amount"]
    assert missing.get("quota_target", 0.0) == pytest.approx(300 - sum(found.values()))
    row = plan["attainment"].set_index(["level", "rep"])
    assert row.loc[("rep", "Ann"), "attain_probability"] >= probability - 1e-9


def test_quota_between_its_floor_and_what_is_attainable_is_not_rounded(tmp_path):
    # The second-lowest outcome of the East is the ceiling; no multiple of 200 is between it and the floor.
    floor = 0.95 * outcome(1, 10)
    reps = REPS.replace("variable_pay", "variable_pay,quota_min").replace(
        "Mia,10", f"Mia,10,{floor}"
    )
    yaml = "forecast: {samples: 10}\n"
    yaml += "quota: {target: 300, attain_probability: 0.9, round_to: 200}\n"
    tables = {"units": OPEN_UNITS, "demand": DEMAND, "reps": reps.replace("Mia,20", "Mia,20,")}
    plan = quotas(tmp_path, yaml, **tables)
    assert quotas_of(plan)["Ann"] == pytest.approx(outcome(1, 10))


def test_rounded_quotas_add_up_and_keep_their_bounds(tmp_path):
    # 101 and 202 are 303 together, 300 to the nearest ten.
    yaml = "quota: {target: 303, round_to: 10}\n"
    plan = quotas(tmp_path / "free", yaml)
    assert quotas_of(plan) == {"Ann": 100, "Bob": 200}
    assert quotas_of(plan, "company") == {"": 300}
    rows = plan["quotas"].set_index(["level", "rep"])
    assert rows.loc[("rep", "Ann"), "unrounded"] == pytest.approx(101)
    assert rows.loc[("manager", "Mia"), "unrounded"] == pytest.approx(303)
    # At least 101 is 110 in tens; the sum is the nearest still, so that Bob has 190.
    reps = REPS.replace("variable_pay", "variable_pay,quota_min").replace("Mia,10", "Mia,10,101")
    bounded = quotas(tmp_path / "bound", yaml, reps=reps.replace("Mia,20", "Mia,20,"))
    found = quotas_of(bounded)
    assert found["Ann"] == 110
    assert found["Bob"] == 190


def test_audit_finds_a_quota_that_is_no_multiple(tmp_path):
    yaml = "quota: {target: 303, round_to: 10}\n"
    plan = planned(tmp_path / "a", yaml, **TABLES)
    problem = problem_of(tmp_path / "b", yaml, **TABLES)

    def shift(table):
        table.loc[table["rep"] == "Ann", "quota"] += 3
        table.loc[table["rep"] == "Bob", "quota"] -= 3

    assert any("rounding: Ann" in text for text in broken(problem, plan, "quotas", shift))


def test_quotas_are_cut_by_product_and_segment(tmp_path):
    yaml = "quota: {target: 300, cuts: [product, segment]}\n"
    plan = quotas(tmp_path, yaml, history=HISTORY)
    rows = plan["quotas"].set_index(["level", "rep", "item"])["quota"]
    # Three quarters of Ann's 100 are tea; Bob's 200 are milk.
    assert rows["product"].to_dict() == pytest.approx(
        {("Ann", "Tea"): 75, ("Ann", "Milk"): 25, ("Bob", "Milk"): 200}
    )
    assert rows["segment"].to_dict() == pytest.approx({("Ann", "Key"): 100, ("Bob", "Key"): 200})
    assert quotas_of(plan) == pytest.approx({"Ann": 100, "Bob": 200})
    problem = problem_of(tmp_path / "again", yaml, **TABLES, history=HISTORY)

    def lose(table):
        table.loc[table["item"] == "Tea", "quota"] = 70.0

    assert any("cuts: parts by product of Ann" in x for x in broken(problem, plan, "quotas", lose))


TARGETS = """
name,amount,start,end,scope
Year,360,2026-01-01,2026-02-28,company
East,200,2026-01-01,2026-02-28,territory=East
February,120,2026-02-01,2026-02-28,company
Tea,100,2026-01-01,2026-02-28,product=Tea
"""


def test_tree_shows_the_gap_at_every_node(tmp_path):
    units = UNITS.replace(",100,600", ",50,600").replace(",200,200", ",100,200")
    yaml = "quota: {tree: [year, month, week], over_assignment: 0.1}\n"
    plan = quotas(tmp_path, yaml, 2, units=units, targets=TARGETS, history=HISTORY)
    table = plan["quota_tree"]
    year = table[table["grain"] == "year"].set_index(["tree", "node"])
    # 300 are expected, 360 asked, 396 given as quotas. The East has 200 to bring and 100 in sight.
    company = year.loc[("territory", "company")]
    assert company[["top_down", "quota", "bottom_up", "gap"]].tolist() == pytest.approx(
        [360, 396, 300, 60]
    )
    east = year.loc[("territory", "territory=East")]
    assert east[["top_down", "bottom_up", "gap"]].tolist() == pytest.approx([200, 100, 100])
    assert year.loc[("product", "product=Tea"), "top_down"] == pytest.approx(100)
    months = table[(table["grain"] == "month") & (table["node"] == "company")]
    by_month = months[months["tree"] == "territory"].set_index("period")["top_down"]
    assert by_month.to_dict() == pytest.approx({"2026-01": 240, "2026-02": 120})
    assert table.loc[table["grain"] == "week", "period"].nunique() == 9


def test_audit_finds_a_tree_that_does_not_add_up(tmp_path):
    yaml = "quota: {tree: [year]}\n"
    plan = planned(tmp_path / "a", yaml, **TABLES)
    problem = problem_of(tmp_path / "b", yaml, **TABLES)

    def lose(table):
        table.loc[table["node"] == "rep=Ann", "quota"] = 1.0

    said = broken(problem, plan, "quota_tree", lose)
    assert said == ("quota_tree: the parts of a node do not add up to it",)


def test_pay_at_plan_is_what_the_curve_pays_for_a_met_quota(tmp_path):
    # The curve pays half at 100 %: 15 of 30.
    full = quotas(tmp_path / "full")
    half = quotas(tmp_path / "half", "incentive: {curve: [[0.9, 0], [1.1, 1]]}\n")
    assert full.summary["objective_parts"]["variable_pay"] == pytest.approx(-30)
    assert half.summary["objective_parts"]["variable_pay"] == pytest.approx(-15)
    assert half["reps"]["cost"].sum() == pytest.approx(15)


def test_commission_pays_for_sales_inside_its_tiers(tmp_path):
    # Ann hunts: 1 % up to her quota of 100, 5 % beyond; demand is certain, so she earns 1.
    reps = REPS.replace("variable_pay", "variable_pay,role").replace("Mia,10", "Mia,10,Hunter")
    commission = "role,attainment,rate\nHunter,0,0.01\nHunter,1,0.05\n"
    demand = DEMAND.replace(",50,150", ",100,100")
    yaml = "quota: {target: 300}\n"
    plan = quotas(
        tmp_path,
        yaml,
        reps=reps.replace("Mia,20", "Mia,20,"),
        commission=commission,
        units=OPEN_UNITS,
        demand=demand,
    )
    paid = plan["attainment"].set_index(["level", "rep"])["payout_mean"]
    assert paid["rep"].to_dict() == pytest.approx({"Ann": 1, "Bob": 20})


def test_fairness_tests_are_in_the_plan(tmp_path):
    names = [f"r{n}" for n in range(5)]
    units = "unit,territory,segment,hours,demand,rep\n" + "".join(
        f"u{n},T{n},Key,10,{100 + 10 * n},{rep}\n" for n, rep in enumerate(names)
    )
    reps = "rep,hours,territories,quota_before\n" + "".join(
        f"{rep},40,T{n},100\n" for n, rep in enumerate(names)
    )
    # Equal quotas of unequal places: the larger the place, the easier; quotas themselves do not differ.
    overrides = "kind,rep,value\n" + "".join(
        f"quota,{rep},{110 - n}\n" for n, rep in enumerate(names)
    )
    plan = planned(
        tmp_path,
        "quota: {target: 540}\n",
        units=units,
        reps=reps,
        overrides=overrides,
        segments=FULL_MARGIN,
    )
    tests = plan["quota_fairness"].set_index("test")
    # Where quotas are lower by 1, sales are higher by 10: all ten pairs of reps disagree.
    assert tests["correlation"].tolist() == pytest.approx([-1, -1, -1])
    assert tests["p_value"].tolist() == pytest.approx([2 / 120] * 3)
    assert tests["fair"].tolist() == ["no"] * 3


def test_demand_of_history_has_outcomes(tmp_path):
    months = pd.date_range("2023-01-01", "2025-12-01", freq="MS")
    rng = np.random.default_rng(1)
    rows = [
        f"{day:%Y-%m-%d},{unit},{amount * rng.uniform(0.8, 1.2):.0f}"
        for unit, amount in (("u1", 100), ("u2", 200))
        for day in months
    ]
    units = UNITS.replace(",100,600", ",,600").replace(",200,200", ",,900")
    history = "\n".join(["date,unit,sales", *rows])
    plan = quotas(tmp_path, "forecast: {recipe: fast}\n", 3, units=units, history=history)
    chance = plan["attainment"]["attain_probability"]
    # Quotas are expected sales: half of the time, more or less, they are reached.
    assert chance.between(0.25, 0.75).all()
    assert (plan["attainment"]["payout_p90"] >= plan["attainment"]["payout_mean"]).all()
    assert scenario_of(tmp_path).config.forecast.samples == 0
    assert "samples" not in plan.tables


def test_credit_of_a_specialist_is_counted_once(tmp_path):
    # Sam serves both: 300 of quotas lie with Ann and Bob, and in Sam's row once more.
    reps = REPS.replace("Mia,20", "Mia,20\nSam,10,,Mia,5")
    overlays = "rep,serves\nSam,Ann\nSam,Bob\n"
    plan = quotas(tmp_path, reps=reps, overlays=overlays)
    assert quotas_of(plan, "overlay") == pytest.approx({"Sam": 300})
    assert quotas_of(plan, "company") == pytest.approx({"": 300})
    assert quotas_of(plan, "manager") == pytest.approx({"Mia": 300})


def test_quota_of_before_comes_from_the_quotas_that_were_set(tmp_path):
    # Ann's own column wins over what was set; of Bob the last of his counts. Both may rise by a tenth.
    reps = REPS.replace("variable_pay", "variable_pay,quota_before").replace("Mia,10", "Mia,10,100")
    history = "rep,start,quota\nAnn,2025-12-01,999\nBob,2025-11-01,50\nBob,2025-12-01,100\n"
    plan = quotas(
        tmp_path,
        "quota: {target: 600, change_max: 0.1}\n",
        reps=reps.replace("Mia,20", "Mia,20,"),
        quota_history=history,
    )
    assert quotas_of(plan) == pytest.approx({"Ann": 110, "Bob": 110})


def test_parts_that_ask_for_more_than_bounds_allow_are_named(tmp_path):
    # Ann can reach 55 or so in nine of ten cases, and may not have less than 90.
    reps = REPS.replace("variable_pay", "variable_pay,quota_min").replace("Mia,10", "Mia,10,90")
    yaml = "forecast: {samples: 20}\nquota: {target: 300, attain_probability: 0.9}\n"
    with pytest.raises(Infeasible) as caught:
        quotas(
            tmp_path,
            yaml,
            reps=reps.replace("Mia,20", "Mia,20,"),
            units=OPEN_UNITS,
            demand=DEMAND,
        )
    said = str(caught.value)
    assert "quota_attainable" in said or "can be reached with the probability" in said


def test_plan_says_that_no_quota_could_be_held_to_its_probability(tmp_path):
    # Two months of history tell nothing of how far sales may miss a forecast.
    history = "date,unit,sales\n2025-11-01,u1,100\n2025-12-01,u1,100\n2025-12-01,u2,200\n"
    yaml = "quota: {target: 300, attain_probability: 0.9}\n"
    problem = problem_of(tmp_path, yaml, **{**TABLES, "units": OPEN_UNITS, "history": history})
    assert problem.quota.attainable is None
    assert any("no quota is held to the probability" in note for note in problem.notes)
