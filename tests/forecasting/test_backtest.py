"""Back-test: the whole forecaster at earlier dates, beside simple ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from forecasting.cases import opened
from forecasting.sales import history, seasonal

from allocopt.forecasting.backtest import ORIGINS, BackTest, back_test
from allocopt.forecasting.result import TESTED

NAME = "smoothing by month"


def judged(rows: pd.DataFrame, **tables: pd.DataFrame) -> BackTest:
    return back_test(opened(rows, **tables), NAME, lambda done, message: None)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return history(seasonal(units=2))


@pytest.fixture(scope="module")
def made(rows: pd.DataFrame) -> BackTest:
    return judged(rows)


def test_every_cell_and_unit_is_forecast_at_every_date(made: BackTest) -> None:
    table = made.table
    assert list(table.columns) == TESTED
    assert table["origin"].nunique() == ORIGINS
    counts = table.groupby("origin").size()
    assert (counts == (6 + 12) * 6).all()


def test_actual_is_what_the_books_say(made: BackTest, rows: pd.DataFrame) -> None:
    sold = rows.assign(period=rows["date"].dt.strftime("%Y-%m"))
    keys = ["territory", "segment", "unit", "period"]
    units = made.table[made.table["unit"] != ""].set_index(keys)["actual"]
    np.testing.assert_allclose(units, sold.set_index(keys)["sales"].loc[units.index])


def test_forecasts_of_a_date_add_up_and_lie_inside_their_bounds(made: BackTest) -> None:
    table = made.table
    place = ["origin", "territory", "segment", "period"]
    units = table[table["unit"] != ""].groupby(place)["mean"].sum()
    cells = table[table["unit"] == ""].groupby(place)["mean"].sum()
    np.testing.assert_allclose(units, cells, rtol=1e-9)
    assert (table["lower"] <= table["mean"]).all()
    assert (table["mean"] <= table["upper"]).all()


def test_a_date_is_followed_by_its_own_period(made: BackTest) -> None:
    first = made.table.groupby("origin")["period"].min()
    assert (first == first.index).all()


def test_accuracy_and_coverage_stand_beside_three_simple_forecasters(made: BackTest) -> None:
    accuracy = made.accuracy
    assert set(accuracy["forecaster"]) == {NAME, "naive", "seasonal naive", "theta"}
    assert {"wape", "bias", "mase", "rmsse"} <= set(accuracy["metric"])
    own = accuracy[accuracy["forecaster"] == NAME]
    cover = own[own["metric"].str.startswith("coverage") & (own["level"] == "unit")]["value"]
    assert 0.5 < cover.item() <= 1.0


def test_a_forecast_that_is_not_better_is_warned_of() -> None:
    # White noise around a level: last year's value is as good as it gets but for the noise.
    year = [10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]
    exact = judged(history({("North", "a", ""): year * 5}))
    assert any("not better than seasonal naive" in remark for remark in exact.remarks)


def test_a_history_too_short_to_test_is_not_tested() -> None:
    short = judged(history({("North", "a", ""): [3.0]}))
    assert len(short.accuracy) == 0
    assert len(short.table) == 0


def test_a_unit_that_had_not_opened_was_forecast_at_nothing() -> None:
    series = seasonal(units=2)
    series["North", "big", "new"] = [40.0] * 8
    table = judged(history(series)).table
    new = table[table["unit"] == "new"].set_index(["origin", "period"])
    early = new.loc[[label for label in new.index.levels[0] if label <= "2025-05"]]
    assert len(early)
    assert (early["mean"] == 0).all()
    assert early["actual"].max() == 40.0
