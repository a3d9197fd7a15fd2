"""Quota index and bounds: what each method and each decision says of units and reps."""

from __future__ import annotations

import pandas as pd
import pytest
from support_plan import scenario_of

from allocopt.problem.deals import open_deals
from allocopt.problem.quota_bounds import decided_quotas, quota_bounds, shrinkage
from allocopt.problem.quota_index import quota_index

UNITS = """
unit,territory,segment,hours,demand,potential,rep
u1,East,Key,10,60,600,Ann
u2,East,Key,10,60,200,Ann
u3,West,Key,10,120,200,Bob
"""
REPS = "rep,hours,quota_before\nAnn,40,100\nBob,40,200\n"
# East sold 80, u1 three quarters of it; West 120.
HISTORY = """
date,unit,sales
2025-06-01,u1,60
2025-06-01,u2,20
2025-06-01,u3,120
"""
DEALS = """
deal,unit,territory,segment,amount,stage,probability,close,snapshot_date
d1,u3,,,100,Proposal,0.5,2026-01-20,2025-12-01
d2,,East,Key,300,Proposal,0.5,2026-01-10,2025-12-01
d3,u3,,,900,Closed won,1,2026-01-10,2025-12-01
d4,u3,,,900,Proposal,0.5,2026-06-10,2025-12-01
d5,u3,,,900,Proposal,0.5,2026-01-10,2025-11-01
d6,u3,,,900,Proposal,,2026-01-10,2025-12-01
"""


def made(folder, yaml="", **tables):
    scenario = scenario_of(folder, yaml, **{"units": UNITS, "reps": REPS, **tables})
    units = scenario.table("units").set_index("unit")
    units = units.assign(owner=units["rep"].fillna(""))
    demand = pd.DataFrame({"2026-01": units["demand"].astype(float)})
    return scenario, units, demand


def index(folder, yaml, **tables):
    return quota_index(*made(folder, yaml, **tables))["2026-01"].to_dict()


def test_growth_is_history_times_the_growth_of_the_territory(tmp_path):
    # East grows from 80 to 120 and West stays: 60 and 20 become 90 and 30, beside 120 of 240.
    shares = index(tmp_path, "quota: {method: growth}\n", history=HISTORY)
    assert shares == pytest.approx({"u1": 90 / 240, "u2": 30 / 240, "u3": 120 / 240})
    # By history alone East would have 80 of 200.
    shares = index(tmp_path / "past", "quota: {method: history}\n", history=HISTORY)
    assert shares == pytest.approx({"u1": 60 / 200, "u2": 20 / 200, "u3": 120 / 200})


def test_territory_without_a_past_takes_its_demand(tmp_path):
    history = HISTORY.replace("2025-06-01,u3,120", "2020-06-01,u3,120")
    shares = index(tmp_path, "quota: {method: growth}\n", history=history)
    assert shares["u3"] == pytest.approx(120 / 240)


def test_open_deals_of_the_plan_count_with_their_probability(tmp_path):
    scenario, *_ = made(tmp_path, pipeline=DEALS)
    # d3 is won, d4 closes after the plan, d5 is gone from the newest snapshot.
    assert open_deals(scenario)["deal"].tolist() == ["d1", "d2", "d6"]
    # u3 has 50; 150 of the East are shared by demand, 75 each; the rest goes to demand, 1 : 1 : 2.
    yaml = "quota: {method: weighted, weights: {pipeline: 0.5}}\n"
    shares = index(tmp_path / "half", yaml, pipeline=DEALS)
    assert shares == pytest.approx(
        {"u1": 0.5 * 75 / 200 + 0.125, "u2": 0.5 * 75 / 200 + 0.125, "u3": 0.5 * 50 / 200 + 0.25}
    )


def test_shares_add_up_to_one_whatever_is_known(tmp_path):
    yaml = "quota: {method: weighted, weights: {history: 0.3, potential: 0.3, pipeline: 0.4}}\n"
    assert sum(index(tmp_path, yaml).values()) == pytest.approx(1)


def bounds(folder, yaml, **tables):
    scenario, units, demand = made(folder, yaml, **tables)
    lower, upper = quota_bounds(scenario, units, scenario.table("reps").set_index("rep"), demand)
    return lower.to_dict(), upper.to_dict()


def test_nobody_falls_below_what_is_held_harmless_unless_the_territory_shrank(tmp_path):
    # A month: Ann's units sell 120 · 12 a year against 80, Bob's 120 · 12 against 2400, 60 % of it.
    history = HISTORY.replace("u3,120", "u3,2400")
    yaml = "quota: {hold_harmless: 0.9}\n"
    assert bounds(tmp_path, yaml, history=history)[0] == pytest.approx({"Ann": 90, "Bob": 108})
    assert bounds(tmp_path / "unknown", yaml)[0] == pytest.approx({"Ann": 90, "Bob": 180})


def test_shrinkage_counts_only_units_with_a_past(tmp_path):
    # u2 is new: u1 sells 60 · 12 = 720 against 1440 before.
    history = "date,unit,sales\n2025-06-01,u1,1440\n"
    scenario, units, demand = made(tmp_path, history=history)
    reps = scenario.table("reps").set_index("rep")
    assert shrinkage(scenario, units, reps, demand).to_dict() == {"Ann": 0.5, "Bob": 1}


def test_the_stricter_floor_holds(tmp_path):
    yaml = "quota: {hold_harmless: 0.9, change_min: -0.05, change_max: 0.2}\n"
    lower, upper = bounds(tmp_path, yaml)
    assert lower == pytest.approx({"Ann": 95, "Bob": 190})
    assert upper == pytest.approx({"Ann": 120, "Bob": 240})


def decided(folder, rows, months=2):
    overrides = "kind,rep,period,value,reason,by,expires\n" + rows
    scenario = scenario_of(folder, months=months, units=UNITS, reps=REPS, overrides=overrides)
    return decided_quotas(scenario, scenario.table("reps").set_index("rep"))


def test_decided_quotas_stand_by_rep_and_period(tmp_path):
    rows = "quota,Ann,2026-02,150,new client,Mia,\nquota,Bob,,80,,Mia,2026-01-31\n"
    found = decided(tmp_path, rows)
    assert found.loc["Ann"].isna().tolist() == [True, False]
    assert found.loc["Ann", "2026-02"] == 150
    # Bob's holds to the end of January.
    assert found.loc["Bob", "2026-01"] == 80
    assert pd.isna(found.loc["Bob", "2026-02"])


def test_without_overrides_nothing_is_decided(tmp_path):
    assert decided(tmp_path, "hours,Ann,,30,,,\n").isna().all(axis=None)
