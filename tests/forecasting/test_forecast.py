"""The forecast as a whole: shape, coherence, invariances and no peeking."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from forecasting.sales import MONTHS, NO_UNITS, QUARTERS, TREE, history, seasonal
from hypothesis import given, settings
from hypothesis import strategies as st

from allocopt.calendar import Calendar
from allocopt.forecasting import Forecast, Options, forecast_history

FAST = Options("fast")


def forecast(rows: pd.DataFrame, calendar: Calendar = MONTHS, options: Options = FAST) -> Forecast:
    return forecast_history(rows, NO_UNITS, TREE, calendar, options)


def means(result: Forecast) -> np.ndarray:
    return result.table["mean"].to_numpy()


def test_table_has_each_cell_and_unit_in_each_plan_period() -> None:
    result = forecast(history(seasonal(units=2)))
    cells = result.table[result.table["unit"] == ""]
    units = result.table[result.table["unit"] != ""]
    assert len(cells) == 6 * 6
    assert len(units) == 12 * 6
    assert set(result.table["period"]) == set(MONTHS.labels)
    assert list(result.table.columns) == [
        "territory", "segment", "unit", "period", "mean", "lower", "upper", "median",
    ]  # fmt: skip


@pytest.mark.parametrize("recipe", ["fast", "balanced"])
def test_units_add_up_to_cells_and_cells_to_the_company(recipe: str) -> None:
    result = forecast(history(seasonal(units=3)), options=Options(recipe))  # type: ignore[arg-type]
    place = ["territory", "segment", "period"]
    table = result.table
    units = table[table["unit"] != ""].groupby(place)["mean"].sum()
    cells = table[table["unit"] == ""].set_index(place)["mean"].sort_index()
    np.testing.assert_allclose(units, cells, rtol=1e-9)
    company = result.nodes[result.nodes["node"] == ""].set_index("period")["mean"]
    np.testing.assert_allclose(cells.groupby("period").sum(), company, rtol=1e-9)
    inland = result.nodes[result.nodes["node"] == "Inland"].set_index("period")["mean"]
    parts = cells.drop("East", level="territory").groupby("period").sum()
    np.testing.assert_allclose(parts, inland, rtol=1e-9)


def test_bounds_enclose_the_mean_and_are_never_negative() -> None:
    result = forecast(history(seasonal()))
    for table in (result.table, result.nodes):
        assert (table["lower"] >= 0).all()
        assert (table["lower"] <= table["mean"]).all()
        assert (table["mean"] <= table["upper"]).all()


def test_interval_of_the_company_is_narrower_than_the_sum_of_bounds() -> None:
    # Errors of six independent series cancel out: a sum of bounds would be about √6 times too wide.
    result = forecast(history(seasonal()))
    cells = result.table[result.table["unit"] == ""].groupby("period")[["lower", "upper"]].sum()
    company = result.nodes[result.nodes["node"] == ""].set_index("period")
    narrow = company["upper"] - company["lower"]
    assert (narrow < cells["upper"] - cells["lower"]).all()


def test_a_series_that_repeats_itself_is_forecast_exactly() -> None:
    year = [10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]
    result = forecast(history({("North", "big", ""): year * 4}))
    np.testing.assert_allclose(means(result), year[:6], rtol=1e-6)
    # It never erred with two years to learn from: the interval is next to nothing.
    assert (result.table["upper"] - result.table["mean"] < 0.1 * result.table["mean"]).all()


def test_the_same_input_gives_the_same_bits() -> None:
    rows, options = history(seasonal(units=3)), Options("balanced")
    first, second = forecast(rows, options=options), forecast(rows, options=options)
    pd.testing.assert_frame_equal(first.table, second.table, check_exact=True)
    pd.testing.assert_frame_equal(first.accuracy, second.accuracy, check_exact=True)


@pytest.mark.parametrize("recipe", ["fast", "balanced"])
def test_the_order_of_rows_changes_nothing(recipe: str) -> None:
    rows, options = history(seasonal(units=3)), Options(recipe)  # type: ignore[arg-type]
    shuffled = rows.sample(frac=1.0, random_state=3, ignore_index=True)
    left, right = forecast(rows, options=options), forecast(shuffled, options=options)
    pd.testing.assert_frame_equal(left.table, right.table, check_exact=True)


@pytest.mark.parametrize("recipe", ["fast", "balanced"])
def test_another_currency_unit_scales_the_forecast(recipe: str) -> None:
    rows, options = history(seasonal(units=3)), Options(recipe)  # type: ignore[arg-type]
    thousand = rows.assign(sales=rows["sales"] * 1000)
    left, right = forecast(rows, options=options), forecast(thousand, options=options)
    amounts = ["mean", "lower", "upper"]
    np.testing.assert_allclose(left.table[amounts] * 1000, right.table[amounts], rtol=1e-9)


@pytest.mark.parametrize("recipe", ["fast", "balanced"])
def test_rows_from_the_plan_on_are_not_looked_at(recipe: str) -> None:
    rows, options = history(seasonal(units=3)), Options(recipe)  # type: ignore[arg-type]
    future = rows.assign(date=rows["date"] + pd.DateOffset(years=4), sales=-7e6)
    future = future[future["date"] >= MONTHS.plan_start]
    left, right = (
        forecast(rows, options=options),
        forecast(pd.concat([rows, future]), options=options),
    )
    pd.testing.assert_frame_equal(left.table, right.table, check_exact=True)
    assert any("lie in the plan" in note for note in right.notes)


@pytest.mark.parametrize(
    ("calendar", "season"),
    [
        (Calendar("week", pd.Timestamp("2026-01-05"), 8), 52),
        (MONTHS, 12),
        (QUARTERS, 4),
        (Calendar("quarter", pd.Timestamp("2026-02-01"), 4, fiscal_start_month=2), 4),
    ],
)
def test_weeks_months_and_quarters_are_forecast(calendar: Calendar, season: int) -> None:
    rows = history(seasonal(periods=4 * season, season=season), calendar)
    result = forecast(rows, calendar)
    assert tuple(result.table["period"].unique()) == calendar.labels
    actual = rows[rows["date"] >= calendar.shift(calendar.plan_start, -season)]["sales"].mean()
    assert result.table["mean"].mean() == pytest.approx(actual, rel=0.5)


HARD_SERIES = {
    "all zero": [0.0] * 40,
    "constant": [5.0] * 40,
    "one observation": [5.0],
    "two observations": [5.0, 7.0],
    "returns only": [-5.0] * 40,
    "stopped": [9.0] * 30 + [0.0] * 10,
    "late": [9.0] * 5,
    "intermittent": [0.0, 0, 0, 8, 0, 0, 0, 0, 0, 30] * 4,
    "huge and tiny": [1e12, 1e-6] * 20,
    "tiny": [1e-9, 3e-9] * 20,
    "gappy": [4.0, float("nan"), 6.0, float("nan")] * 10,
}


@pytest.mark.parametrize("name", HARD_SERIES)
@pytest.mark.parametrize("recipe", ["fast", "balanced", "best"])
def test_no_series_gives_an_unknown_or_negative_number(name: str, recipe: str) -> None:
    beside = seasonal(cells=9, periods=40) if name != "one observation" else {}
    rows = history({**beside, ("East", "odd", "x"): HARD_SERIES[name]})
    result = forecast(rows, options=Options(recipe))  # type: ignore[arg-type]
    for table in (result.table, result.nodes):
        assert np.isfinite(table[["mean", "lower", "upper", "median"]]).all(axis=None)
        assert (table["mean"] >= 0).all()


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.lists(
            st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 2)),
            min_size=1,
            max_size=30,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_history_gives_finite_coherent_bounds(values: list[list[float]]) -> None:
    rows = history({("North", f"s{k}", ""): own for k, own in enumerate(values)}, QUARTERS)
    result = forecast(rows, QUARTERS)
    amounts = result.table[["lower", "mean", "upper"]]
    assert np.isfinite(amounts).all(axis=None)
    assert (amounts["lower"] >= 0).all()
    assert (amounts["lower"] <= amounts["mean"]).all()
    assert (amounts["mean"] <= amounts["upper"]).all()


def test_less_than_two_years_fall_back_to_last_year_and_say_so() -> None:
    values = [float(k) for k in range(1, 16)]
    result = forecast(history({("North", "big", ""): values}))
    np.testing.assert_allclose(means(result), values[3:9])
    assert "less than two years" in result.provenance["why"].iloc[0]


def test_less_than_a_year_falls_back_to_the_mean() -> None:
    result = forecast(history({("North", "big", ""): [2.0, 4.0, 6.0]}))
    np.testing.assert_allclose(means(result), 4.0)


def test_one_observation_has_assumed_bounds() -> None:
    result = forecast(history({("North", "big", ""): [4.0]}))
    assert result.table[["lower", "mean", "upper"]].iloc[0].tolist() == [0.0, 4.0, 8.0]
    assert any("assumed" in note for note in result.notes)


def test_a_plan_that_starts_later_is_forecast_through_the_gap() -> None:
    year = [float(k) for k in range(1, 13)]
    rows = history({("North", "big", ""): year * 3})
    later = Calendar("month", pd.Timestamp("2026-04-01"), 3)
    np.testing.assert_allclose(means(forecast(rows, later)), [4, 5, 6], rtol=1e-6)


def test_no_history_gives_an_empty_forecast_with_a_note() -> None:
    result = forecast(history({}))
    assert len(result.table) == 0
    assert list(result.table.columns)[-4:] == ["mean", "lower", "upper", "median"]
    assert "no sales history" in result.notes[0]


def test_backtest_tells_accuracy_beside_the_naive_forecast() -> None:
    result = forecast(history(seasonal()), options=Options("fast", backtest=True))
    cell = result.accuracy.query("level == 'cell' and metric == 'wape'")
    errors = dict(zip(cell["forecaster"], cell["value"], strict=True))
    assert {"naive", "seasonal naive", "theta"} <= set(errors)
    assert result.error() == min(errors.values())
    assert set(result.accuracy["level"]) == {"cell", "node", "company"}


def test_progress_is_told_and_never_falls() -> None:
    told: list[float] = []
    forecast_history(
        history(seasonal()), NO_UNITS, TREE, MONTHS, FAST, lambda done, message: told.append(done)
    )
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] <= 1


def upper_half_widths(rows: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Upper bound − mean of each cell and unit (rows) and plan period (columns)."""
    table = forecast(rows, calendar).table
    table = table.assign(half=table["upper"] - table["mean"])
    return table.pivot(index=["territory", "segment", "unit"], columns="period", values="half")


def test_bounds_of_a_plan_that_starts_later_are_those_of_its_distance() -> None:
    rows = history(seasonal(units=4))  # enough errors for a width of each distance
    at_once = upper_half_widths(rows, Calendar("month", MONTHS.plan_start, 6))
    later = upper_half_widths(rows, Calendar("month", MONTHS.shift(MONTHS.plan_start, 3), 3))
    assert (at_once.loc[:, "2026-06"] > at_once.loc[:, "2026-01"]).any()
    # April is as far from the history, whether or not the plan begins before.
    np.testing.assert_allclose(later, at_once[list(later.columns)])


def test_months_of_a_history_in_quarters_have_a_part_of_the_error_of_the_quarter() -> None:
    quarters = history(seasonal(season=4, periods=24), QUARTERS)
    by_quarter = upper_half_widths(quarters, QUARTERS)
    months = Calendar("month", QUARTERS.plan_start, 12)
    by_month = upper_half_widths(quarters, months)
    assert by_month.shape == (6, 12)
    for place, label in enumerate(by_quarter.columns):
        of_quarter = by_month.iloc[:, 3 * place : 3 * place + 3]
        np.testing.assert_allclose(of_quarter.sum(axis=1), by_quarter[label])


@pytest.mark.filterwarnings("error")
def test_a_gap_before_a_unit_opens_is_nothing_to_warn_of() -> None:
    rows = history(seasonal(units=3))
    rows = rows[(rows["unit"] != "u001") | (rows["date"] >= "2025-06-01")]
    rows = rows[rows["date"] != "2023-05-01"]
    result = forecast(rows, options=Options("balanced"))
    assert any("2023-05" in note for note in result.notes)
    assert np.isfinite(means(result)).all()
