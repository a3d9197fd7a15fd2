"""Update: the forecast follows new actuals without a refit, and drift asks for one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from forecasting.cases import fitted, opened
from forecasting.sales import MONTHS, history, seasonal

from allocopt.calendar import Calendar
from allocopt.forecasting import Options
from allocopt.forecasting.fitting import Fitted, fit_again
from allocopt.forecasting.update import DRIFT, Update, is_refit_due, update

ROWS = history(seasonal(units=2))
LAST = ROWS["date"] == ROWS["date"].max()
# The plan of a month ago: December has not come yet.
BEFORE = ROWS[~LAST]


@pytest.fixture(scope="module")
def before() -> Fitted:
    return fitted(BEFORE)


def updated(before: Fitted, factor: float = 1.0) -> Update:
    came = ROWS[LAST]
    return update(before, came.assign(sales=factor * came["sales"]))


def test_the_forecast_is_that_of_the_whole_history_by_what_was_learnt(before: Fitted) -> None:
    after = updated(before).fitted
    expected = fit_again(opened(ROWS), before)
    np.testing.assert_array_equal(after.mean(), expected.mean())
    assert after.run.trained is before.run.trained
    assert not np.allclose(after.mean(), before.mean())


def test_what_was_expected_is_the_forecast_made_before(before: Fitted) -> None:
    december = Calendar("month", MONTHS.shift(MONTHS.plan_start, -1), 1)
    forecast = fitted(BEFORE, december).forecast()
    drift = updated(before).drift
    assert list(drift.columns) == DRIFT
    company = drift[drift["level"] == "company"]
    told = forecast.nodes.loc[forecast.nodes["node"] == "", "mean"].item()
    assert company["expected"].item() == pytest.approx(told, rel=1e-9)
    assert company["actual"].item() == pytest.approx(ROWS.loc[LAST, "sales"].sum())


def test_levels_of_the_drift_add_up(before: Fitted) -> None:
    drift = updated(before).drift
    for figure in ("expected", "actual"):
        sums = drift.groupby("level")[figure].sum()
        assert sums["unit"] == pytest.approx(sums["cell"])
        assert sums["cell"] == pytest.approx(sums["company"])


def test_usual_sales_ask_for_no_refit(before: Fitted) -> None:
    told = updated(before)
    assert not told.refit_due
    assert told.why == ""
    assert told.drift["drift"].mean() < 0.5


@pytest.mark.parametrize("factor", [0.4, 2.0])
def test_sales_that_double_or_break_are_drift(before: Fitted, factor: float) -> None:
    told = updated(before, factor)
    assert told.refit_due
    assert told.why == "the company's sales lie outside their interval"
    assert told.drift["drift"].mean() > 0.8


def test_members_are_trained_again_after_a_quarter_of_a_season() -> None:
    assert [is_refit_due(periods, 12) for periods in (2, 3)] == [False, True]
    assert [is_refit_due(periods, 52) for periods in (12, 13)] == [False, True]
    made = fitted(ROWS[ROWS["date"] < "2025-10-01"])
    told = update(made, ROWS[ROWS["date"] >= "2025-10-01"])
    assert told.refit_due
    assert told.why == "trained 3 periods ago"


def test_actuals_of_the_plan_itself_need_the_plan_of_today() -> None:
    made = fitted(ROWS)
    january = ROWS[LAST].assign(date=MONTHS.plan_start)
    kept = update(made, january)
    assert len(kept.drift) == 0
    np.testing.assert_array_equal(kept.fitted.mean(), made.mean())
    assert any("lie in the plan" in note for note in kept.fitted.case.history.notes)
    today = Calendar("month", MONTHS.shift(MONTHS.plan_start, 1), 5)
    moved = update(made, january, today)
    assert moved.fitted.mean().shape[1] == 5
    company = moved.drift[moved.drift["level"] == "company"]
    assert company["actual"].item() == pytest.approx(january["sales"].sum())


def test_no_new_period_is_no_drift(before: Fitted) -> None:
    told = update(before, ROWS.head(0))
    assert len(told.drift) == 0
    assert not told.refit_due
    np.testing.assert_array_equal(told.fitted.mean(), before.mean())


def test_a_new_unit_counts_in_what_came() -> None:
    came = ROWS[LAST]
    new = came.head(1).assign(unit="new", sales=1e6)
    told = update(fitted(BEFORE), pd.concat([came, new]))
    company = told.drift[told.drift["level"] == "company"]
    assert company["actual"].item() == pytest.approx(came["sales"].sum() + 1e6)


def test_more_cells_outside_than_a_wide_interval_promises_are_drift() -> None:
    # 2 of 12 cells outside are usual where a fifth is left out, and rare where one in a hundred is.
    narrow, wide = (
        fitted(BEFORE, options=Options("fast", interval=share)) for share in (0.8, 0.99)
    )
    own = narrow.case.record.judged.series
    assert len(own) == 12
    bad = {
        share: update(made, ROWS[LAST]).drift["drift"].mean()
        for share, made in ((0.8, narrow), (0.99, wide))
    }
    assert bad[0.99] <= bad[0.8]
