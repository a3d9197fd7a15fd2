"""Attainment: probabilities and pay over outcomes that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from allocopt.problem.demand_samples import DemandSamples, samples_of_table
from allocopt.problem.incentive import Incentive
from allocopt.results.attainment import (
    Team,
    by_period,
    expected_share_at_quota,
    outlook_of,
    over_horizon,
    probability,
    quantile,
    simulated_sales,
)

# Four outcomes: East sells 50, 100, 100 or 150 of its mean 100; West always 200.
KEYS = pd.DataFrame({"territory": ["East", "West"], "segment": ["Key", "Key"], "unit": ["", ""]})
DEMAND = np.array([[[50.0], [200]], [[100.0], [200]], [[100.0], [200]], [[150.0], [200]]])
SAMPLES = DemandSamples(KEYS, ("2026-01",), np.full(4, 0.25), DEMAND)
UNITS = pd.DataFrame(
    {"territory": ["East", "West"], "segment": ["Key", "Key"]},
    index=pd.Index(["u1", "u2"], name="unit"),
)
CURVE = Incentive(((0.8, 0.0), (1.0, 1.0), (1.2, 2.0)))


def sold(planned=(100, 200), most=(np.inf, np.inf), credit=None):
    credit = credit or {("u1", "Ann"): planned[0], ("u2", "Bob"): planned[1]}
    index = pd.MultiIndex.from_tuples(list(credit), names=["unit", "rep"])
    return simulated_sales(
        SAMPLES,
        UNITS,
        pd.DataFrame({"2026-01": planned}, index=UNITS.index, dtype=float),
        pd.DataFrame({"2026-01": most}, index=UNITS.index, dtype=float),
        pd.DataFrame({"2026-01": list(credit.values())}, index=index, dtype=float),
        pd.Index(["Ann", "Bob"]),
    )


def outlook(sales, quota=(100, 200), roles=("", ""), pay=(10, 20)):
    quotas = pd.DataFrame({"2026-01": quota}, index=["Ann", "Bob"], dtype=float)
    reps = pd.DataFrame({"role": roles, "2026-01": pay}, index=["Ann", "Bob"])
    return outlook_of(SAMPLES.weight, sales, quotas, reps, CURVE)


TEAMS = {
    key: Team(names, names)
    for key, names in {
        ("company", ""): ["Ann", "Bob"],
        ("rep", "Ann"): ["Ann"],
        ("rep", "Bob"): ["Bob"],
    }.items()
}


def test_a_unit_sells_its_plan_times_demand_over_mean_demand():
    # A plan of 80 where demand is 100: 40, 80, 80, 120.
    assert sold(planned=(80, 200))[:, 0, 0].tolist() == [40, 80, 80, 120]


def test_a_unit_sells_no_more_than_it_can_buy():
    assert sold(most=(120, np.inf))[:, 0, 0].tolist() == [50, 100, 100, 120]


def test_sales_of_a_shared_unit_are_credited_by_share():
    both = sold(credit={("u1", "Ann"): 75, ("u1", "Bob"): 25, ("u2", "Bob"): 200})
    assert both[:, 0, 0].tolist() == [37.5, 75, 75, 112.5]
    assert both[:, 1, 0].tolist() == [212.5, 225, 225, 237.5]


def test_probability_is_the_weight_of_outcomes_that_reach_the_quota():
    sales = np.array([[50.0], [100], [100], [150]])
    assert probability(sales, np.array([100.0]), SAMPLES.weight)[0] == 0.75
    assert probability(sales, np.array([101.0]), SAMPLES.weight)[0] == 0.25
    assert np.isnan(probability(sales, np.array([0.0]), SAMPLES.weight)[0])


def test_quantile_is_the_least_value_that_is_passed_seldom_enough():
    values, weight = np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.5, 0.3])
    assert [float(quantile(values, p, weight)) for p in (0.5, 0.8, 0.9)] == [1, 2, 3]


def test_figures_of_reps_and_of_the_company():
    table = by_period(outlook(sold()), TEAMS).droplevel("period")
    # Ann reaches 100 in three outcomes of four; pay is 0, 10, 10 and 20 (150 % pays twice, the most).
    assert table.loc[("rep", "Ann")].tolist() == pytest.approx([0.75, 10, 20])
    assert table.loc[("rep", "Bob")].tolist() == pytest.approx([1, 20, 20])
    # 250, 300, 300, 350 against 300; together they earn 20, 30, 30 or 40.
    assert table.loc[("company", "")].tolist() == pytest.approx([0.75, 30, 40])


def test_horizon_settles_once():
    table = over_horizon(outlook(sold()), TEAMS).set_index(["level", "rep"])
    ann = table.loc[("rep", "Ann")]
    assert ann.tolist() == pytest.approx([100, 100, 0.75, 50, 150, 10, 10, 20])
    assert table.loc[("company", ""), "payout_at_plan"] == pytest.approx(30)
    assert expected_share_at_quota(table.reset_index()) == pytest.approx((0.75 + 1) / 2)


def test_a_curved_pay_plan_costs_more_than_at_plan():
    # No cap below: pay 0 below 100 %, and 2 at 150 %: the mean of 0, 1, 1, 4 is 1.5 of pay at plan.
    curve = Incentive(((1.0, 1.0), (1.5, 4.0)))
    quotas = pd.DataFrame({"2026-01": [100.0, 200]}, index=["Ann", "Bob"])
    reps = pd.DataFrame({"role": ["", ""], "2026-01": [10, 20]}, index=["Ann", "Bob"])
    table = over_horizon(outlook_of(SAMPLES.weight, sold(), quotas, reps, curve), TEAMS)
    ann = table.set_index(["level", "rep"]).loc[("rep", "Ann")]
    assert (ann["payout_at_plan"], ann["payout_mean"]) == pytest.approx((10, 15))


def test_unit_without_samples_of_its_own_moves_with_its_cell_and_else_not_at_all():
    units = UNITS.assign(territory=["East", "North"])
    (_, first), *_ = SAMPLES.outcomes(units)
    assert first.tolist() == [[0.5], [1.0]]


def test_samples_come_back_from_their_table():
    again = samples_of_table(SAMPLES.table(), SAMPLES.periods)
    assert again is not None
    assert again.demand.tolist() == DEMAND.tolist()
    assert again.weight.tolist() == SAMPLES.weight.tolist()
    pd.testing.assert_frame_equal(again.keys, KEYS, check_dtype=False)


def test_specialist_is_paid_by_the_sales_of_those_who_are_served():
    # Bob owns nothing and serves Ann: he earns 20 for her attainment, 0, 1, 1 and 2 times.
    sales = sold(credit={("u1", "Ann"): 100})
    quotas = pd.DataFrame({"2026-01": [100.0, 0]}, index=["Ann", "Bob"])
    reps = pd.DataFrame({"role": ["", ""], "2026-01": [10, 20]}, index=["Ann", "Bob"])
    made = outlook_of(SAMPLES.weight, sales, quotas, reps, CURVE, {"Bob": ["Ann"]})
    teams = {**TEAMS, ("overlay", "Bob"): Team(["Ann"], ["Bob"])}
    table = over_horizon(made, teams).set_index(["level", "rep"])
    # His row has her quota, her sales and his pay; the company counts her quota once and pays both.
    columns = ["quota", "expected", "payout_mean"]
    assert table.loc[("overlay", "Bob"), columns].tolist() == pytest.approx([100, 100, 20])
    assert table.loc[("company", ""), columns].tolist() == pytest.approx([100, 100, 30])
    assert np.isnan(table.loc[("rep", "Bob"), "attain_probability"])
