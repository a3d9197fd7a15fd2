"""Fitting: what is learnt, in which periods, and what is told of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from forecasting.cases import FAST, fitted, opened
from forecasting.sales import MONTHS, QUARTERS, history, seasonal

from allocopt.forecasting import Options, Sources
from allocopt.forecasting.case import open_case
from allocopt.forecasting.fitting import fit, fit_again, yardsticks


def monthly_orders() -> pd.DataFrame:
    """Five years of one cell, with a season within each quarter that quarters do not see."""
    months = pd.date_range("2021-01-01", "2025-12-01", freq="MS")
    values = 100 + np.arange(len(months)) + 20.0 * (months.month % 3)
    return pd.DataFrame(
        {"date": months, "territory": "North", "segment": "a", "unit": "", "sales": values}
    )


def test_a_history_without_rows_is_no_case_but_says_why() -> None:
    rows = history(seasonal()).assign(date=MONTHS.plan_start)
    told = open_case(Sources({"history": rows}), MONTHS, FAST)
    assert isinstance(told, tuple)
    assert "lie in the plan" in told[0]


def test_finer_periods_are_tried_and_the_better_kept() -> None:
    made = fitted(monthly_orders(), QUARTERS)
    assert set(made.case.record.panels) == {"quarter", "month"}
    assert made.name == f"smoothing by {made.grain}"
    # Quarters of a straight line rise by 9; a trend is damped.
    company = made.mean().sum(axis=0)
    last = monthly_orders()["sales"].tail(3).sum()
    assert last < company[0] < last + 10
    assert (np.diff(company) > 3.0).all()


def test_the_mean_is_what_the_table_says() -> None:
    made = fitted(history(seasonal(units=2)))
    units = made.forecast().table.query("unit != ''")["mean"]
    assert units.sum() == pytest.approx(made.mean().sum())
    assert made.mean().shape == (12, 6)


def test_the_recipe_best_has_more_hold_outs() -> None:
    assert len(fitted(history(seasonal())).trials) == 2
    assert len(fitted(history(seasonal()), options=Options("best")).trials) == 4


def test_fitting_again_trains_nothing() -> None:
    rows = history(seasonal())
    made = fitted(rows[rows["date"] < "2025-11-01"])
    again = fit_again(opened(rows), made)
    assert again.run.trained is made.run.trained
    assert again.run.study.task.periods == 48
    assert again.trials.origins == made.trials.origins


def test_fitting_the_same_case_again_gives_the_same_forecast() -> None:
    made = fitted(history(seasonal()))
    np.testing.assert_array_equal(fit_again(made.case, made).mean(), made.mean())


def test_further_series_are_forecast_by_what_was_learnt_without_them() -> None:
    series = seasonal()
    made = fitted(history(series))
    series["West", "big", ""] = [70.0] * 48
    again = fit_again(opened(history(series)), made)
    assert len(again.trials) == 0
    assert again.mean().shape == (7, 6)
    forecast = again.forecast()
    assert np.isfinite(forecast.table[["mean", "lower", "upper"]]).all(axis=None)


def test_an_earlier_case_knows_nothing_later() -> None:
    rows = history(seasonal(units=2))
    case = opened(rows, drivers=_drivers())
    then = case.at(40, 3)
    today = case.record.judged.periods.starts[40]
    assert then.calendar.plan_start == today
    assert then.calendar.plan_periods == 3
    assert (then.history.rows["date"] < today).all()
    assert (then.sources.table("drivers")["date"] < today).all()
    assert {panel.end for panel in then.record.panels.values()} == {today}


def _drivers() -> pd.DataFrame:
    dates = pd.date_range("2022-01-01", periods=60, freq="MS")
    values = np.arange(60.0) + 1
    return pd.DataFrame(
        {"date": dates, "driver": "index", "value": values, "territory": "", "segment": ""}
    )


def test_yardsticks_forecast_from_the_periods_before_each_origin() -> None:
    made = fitted(history(seasonal()))
    told = yardsticks(made.trials, 12, "naive")["naive"]
    for number, place in enumerate(made.trials.origins.places):
        last = made.trials.nodes[:, place - 1]
        np.testing.assert_array_equal(told[number], np.repeat(last[:, None], told.shape[2], axis=1))


def test_progress_is_told_for_each_grain() -> None:
    told: list[float] = []
    fit(opened(monthly_orders(), QUARTERS), lambda done, message: told.append(done))
    assert told == sorted(told)
    assert told[0] == 0.0
    assert max(told) >= 0.5


def test_nothing_is_measured_where_nothing_was_held_out() -> None:
    made = fitted(history({("North", "a", ""): [3.0]}))
    assert len(made.accuracy()) == 0


def test_accuracy_stands_beside_seasonal_naive() -> None:
    made = fitted(history(seasonal()))
    assert set(made.accuracy()["forecaster"]) == {made.name, "seasonal naive"}
