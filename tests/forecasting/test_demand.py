"""Demand that was forecast elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from forecasting.sales import MONTHS, NO_UNITS, QUARTERS, TREE, history

from allocopt.calendar import Calendar
from allocopt.errors import DataError
from allocopt.forecasting import Forecast, Sources, forecast_demand

UNITS = pd.DataFrame({"unit": ["a", "b"], "territory": ["North", "North"], "segment": ["s", "s"]})


def demand(starts: list[str], means: list[float], **columns: object) -> pd.DataFrame:
    rows = pd.DataFrame({"period": pd.to_datetime(starts), "mean": means})
    given = {"territory": "North", "segment": "s", "unit": "", "lower": np.nan, "upper": np.nan}
    return rows.assign(**{**given, **columns})


def plan(rows: pd.DataFrame, calendar: Calendar, units: pd.DataFrame = NO_UNITS) -> Forecast:
    tables = {"demand": rows, "history": history({}), "units": units, "territories": TREE}
    return forecast_demand(Sources(tables), calendar)


STARTS = [f"2026-{month:02d}-01" for month in range(1, 13)]


def test_given_demand_is_the_forecast() -> None:
    result = plan(demand(STARTS[:6], [1, 2, 3, 4, 5, 6], lower=0.5), MONTHS)
    assert result.table["mean"].tolist() == [1, 2, 3, 4, 5, 6]
    assert result.table["lower"].tolist() == [0.5] * 6
    assert result.table["upper"].isna().all()
    assert result.nodes.query("node == ''")["mean"].tolist() == [1, 2, 3, 4, 5, 6]


def test_months_add_up_to_plan_quarters() -> None:
    result = plan(demand(STARTS, [1.0] * 12), QUARTERS)
    assert result.table["mean"].tolist() == [3.0] * 4


def test_quarters_are_split_evenly_into_plan_months() -> None:
    result = plan(demand(["2026-01-01", "2026-04-01"], [3.0, 30.0]), MONTHS)
    np.testing.assert_allclose(result.table["mean"], [1, 1, 1, 10, 10, 10])
    assert "split evenly" in result.notes[0]


def test_demand_outside_the_plan_is_noted_and_not_used() -> None:
    result = plan(demand(STARTS, [1.0] * 12), MONTHS)
    assert len(result.table) == 6
    assert "6 periods outside the plan" in result.notes[0]


def test_a_missing_month_is_a_problem_that_names_cell_and_period() -> None:
    rows = demand(STARTS[:6], [1, 2, 3, 4, 5, 6]).drop(3)
    with pytest.raises(DataError) as error:
        plan(rows, MONTHS)
    assert len(error.value.findings) == 1
    assert "North × s is missing in 2026-04" in error.value.findings[0].message


def test_an_unknown_amount_is_not_zero() -> None:
    with pytest.raises(DataError, match="2026-02"):
        plan(demand(STARTS[:6], [1, np.nan, 3, 4, 5, 6]), MONTHS)


def test_cells_without_a_row_are_the_sum_of_their_units() -> None:
    rows = pd.concat(
        [
            demand(STARTS[:6], [1.0] * 6, unit="a", territory=np.nan, segment=np.nan),
            demand(STARTS[:6], [2.0] * 6, unit="b", territory=np.nan, segment=np.nan),
        ],
        ignore_index=True,
    )
    table = plan(rows, MONTHS, UNITS).table
    assert table[table["unit"] == ""]["mean"].tolist() == [3.0] * 6
    assert table[table["unit"] == ""]["territory"].unique().tolist() == ["North"]


def test_a_cell_whose_units_need_more_is_their_sum() -> None:
    rows = pd.concat(
        [
            demand(STARTS[:6], [9.0, 9.0, 9.0, 1.0, 1.0, 1.0]),
            demand(STARTS[:6], [5.0] * 6, unit="a"),
        ],
        ignore_index=True,
    )
    table = plan(rows, MONTHS, UNITS).table
    assert table[table["unit"] == ""]["mean"].tolist() == [9, 9, 9, 5, 5, 5]
