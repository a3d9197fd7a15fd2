"""Provenance: every row says what it was made by, and why."""

from __future__ import annotations

import pandas as pd
from forecasting.cases import fitted
from forecasting.sales import history, seasonal

from allocopt.forecasting import Options
from allocopt.forecasting.provenance import provenance
from allocopt.forecasting.result import KEYS, PROVENANCE

# A sale in one month of four, at no time of the year in particular.
RARE = [7.0 * (month * month % 7 == 1) for month in range(48)]


def told(rows: pd.DataFrame, recipe: str = "fast") -> pd.DataFrame:
    options = Options(recipe)  # type: ignore[arg-type]
    made = fitted(rows, options=options)
    return provenance(made.run, made.name, options)


def test_each_cell_and_unit_has_one_row() -> None:
    table = told(history(seasonal(units=2)))
    assert list(table.columns) == PROVENANCE
    assert len(table) == 6 + 12
    assert not table[KEYS].duplicated().any()


def test_local_forecasts_are_called_smoothing_and_have_no_weight() -> None:
    table = told(history(seasonal()))
    assert set(table["forecaster"]) == {"smoothing by month"}
    assert set(table["recipe"]) == {"fast"}
    assert (table["weight"] == 0).all()


def test_a_panel_too_small_for_a_global_model_says_that_it_has_none() -> None:
    table = told(history(seasonal()), "balanced")
    assert set(table["forecaster"]) == {"smoothing by month"}
    assert (table["weight"] == 0).all()


def test_less_than_two_years_are_said_to_be_no_choice() -> None:
    table = told(history({("North", "big", ""): [5.0] * 14}))
    assert table["forecaster"].tolist() == ["last year by month"]
    assert table["why"].iloc[0].startswith("Only 14 periods of history")


def test_a_rare_series_is_called_intermittent() -> None:
    series = seasonal()
    series["North", "rare", ""] = RARE
    why = told(history(series)).set_index("segment")["why"]
    assert why["rare"].startswith("intermittent")
    assert not why["big"].str.startswith("intermittent").any()


def test_a_cell_is_closed_only_when_all_of_its_units_are() -> None:
    series = seasonal(units=2)
    first, *_ = series
    series[first] = [9.0] * 6 + [0.0] * 42
    table = told(history(series)).set_index(KEYS)["forecaster"]
    territory, segment, unit = first
    assert table[territory, segment, unit] == "closed"
    assert table[territory, segment, ""] != "closed"
    assert (table == "closed").sum() == 1
