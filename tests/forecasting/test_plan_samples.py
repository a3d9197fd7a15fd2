"""Samples of a plan: few weighted outcomes of demand, from those of the forecast or from given bounds."""

from __future__ import annotations

import pandas as pd
import pytest
from support_plan import FULL_MARGIN, scenario_of

from allocopt.forecasting import forecast_scenario
from allocopt.forecasting.plan_samples import plan_samples, reduce_samples, samples_of_bounds

UNITS = "unit,territory,segment,hours\nu1,East,Key,1\nu2,West,Key,1\n"
REPS = "rep,hours\nAnn,40\n"
HISTORY = "date,territory,segment,sales\n" + "".join(
    f"{year}-{month:02d}-01,{place},Key,{level + 7 * month + year % 3 * 11}\n"
    for year in (2022, 2023, 2024, 2025)
    for month in range(1, 13)
    for place, level in (("East", 100), ("West", 300))
)


def rows(*cases: tuple[str, float, float, float]) -> pd.DataFrame:
    """Samples of East and West in one period: name, weight, demand of each."""
    return pd.DataFrame(
        [
            (name, weight, place, "Key", "", "2026-01", demand)
            for name, weight, east, west in cases
            for place, demand in (("East", east), ("West", west))
        ],
        columns=["sample", "weight", "territory", "segment", "unit", "period", "demand"],
    )


def kept(table: pd.DataFrame) -> dict[str, float]:
    """Weight of each sample that is kept."""
    return table.groupby("sample")["weight"].first().to_dict()


def test_dropped_outcomes_give_their_weight_to_the_nearest_kept_one():
    # Two near 100, two near 200: one of each pair stays, with the weight of both.
    many = rows(("1", 0.1, 50, 50), ("2", 0.3, 51, 50), ("3", 0.4, 100, 100), ("4", 0.2, 101, 100))
    assert kept(reduce_samples(many, 2)) == pytest.approx({"2": 0.4, "3": 0.6})


def test_of_two_outcomes_alike_the_likelier_stays():
    # Kept alone, an outcome is as good as the weighted distance of the others is small.
    many = rows(("1", 0.1, 0, 0), ("2", 0.6, 10, 0), ("3", 0.3, 20, 0))
    assert kept(reduce_samples(many, 1)) == pytest.approx({"2": 1.0})


def test_few_outcomes_stay_as_they_are():
    few = rows(("1", 0.5, 1, 2), ("2", 0.5, 3, 4))
    assert reduce_samples(few, 2) is few


def bounded(**bounds: float) -> pd.DataFrame:
    table = {"territory": "East", "segment": "Key", "unit": "", "period": "2026-01", "mean": 100.0}
    return pd.DataFrame([{**table, **bounds}])


def test_two_outcomes_of_an_even_interval_are_its_bounds():
    # At the quartiles, which an interval of one half has as its bounds.
    drawn = samples_of_bounds(bounded(lower=70.0, upper=160.0), 2, 0.5)
    assert drawn["demand"].tolist() == pytest.approx([70, 160])
    assert drawn["weight"].tolist() == [0.5, 0.5]


def test_demand_is_never_below_zero():
    drawn = samples_of_bounds(bounded(lower=10.0, upper=110.0), 50, 0.5)
    assert drawn["demand"].min() == 0
    assert drawn["demand"].is_monotonic_increasing


def test_all_rows_are_low_and_high_together():
    table = pd.concat(
        [
            bounded(lower=70.0, upper=160.0),
            bounded(lower=90.0, upper=110.0).assign(territory="West"),
        ]
    )
    drawn = samples_of_bounds(table, 5, 0.8).pivot(
        index="sample", columns="territory", values="demand"
    )
    assert drawn["East"].rank().equals(drawn["West"].rank())


def test_demand_without_bounds_is_certain():
    free = bounded(lower=float("nan"), upper=float("nan"))
    assert samples_of_bounds(free, 5, 0.8).empty
    both = pd.concat([free, bounded(lower=50.0, upper=150.0).assign(territory="West")])
    drawn = samples_of_bounds(both, 2, 0.5)
    assert drawn.loc[drawn["territory"] == "East", "demand"].tolist() == [100, 100]


def test_history_gives_as_many_joint_outcomes_as_are_asked_for(tmp_path):
    scenario = scenario_of(
        tmp_path,
        "forecast: {recipe: fast}\nrisk: {samples: 6}\n",
        months=3,
        units=UNITS,
        reps=REPS,
        segments=FULL_MARGIN,
        history=HISTORY,
    )
    forecast = forecast_scenario(scenario)
    drawn = plan_samples(scenario, forecast)
    weights = kept(drawn)
    # Six outcomes: the expected one and five samples.
    assert len(weights) == 5
    assert sum(weights.values()) == pytest.approx(1)
    mean = (drawn["demand"] * drawn["weight"]).groupby([drawn["territory"], drawn["period"]]).sum()
    cells = forecast.table[forecast.table["unit"] == ""]
    expected = cells.set_index(["territory", "period"])["mean"]
    assert mean.sort_index().to_numpy() == pytest.approx(expected.sort_index().to_numpy(), rel=0.05)


def test_no_outcome_is_drawn_that_nobody_asks_for(tmp_path):
    scenario = scenario_of(
        tmp_path,
        units=UNITS,
        reps=REPS,
        demand="territory,segment,period,mean,lower,upper\nEast,Key,2026-01,9,5,12\n",
    )
    assert plan_samples(scenario, forecast_scenario(scenario)).empty
