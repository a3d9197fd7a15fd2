"""Drivers become covariates: known, assumed or continued, by the narrowest scope."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.forecasting.effects import Covariates, read_drivers
from allocopt.forecasting.grain import span
from allocopt.territory_tree import TerritoryTree

TREE = TerritoryTree({"Inland": "", "North": "Inland", "South": "Inland", "East": ""})
SERIES = pd.DataFrame({"territory": ["North", "South", "East"], "segment": ["big", "big", "small"]})
QUARTER = Calendar("quarter", pd.Timestamp("2020-01-01"), 1)
PAST, HORIZON = 12, 3
PERIODS = span(QUARTER, QUARTER.plan_start, PAST + HORIZON)


def table(values: list[float | None], first: int = 0, **scope: str) -> pd.DataFrame:
    """A driver called gdp, one value a quarter from the quarter `first` on."""
    dates = PERIODS.starts[first : first + len(values)]
    return pd.DataFrame({"date": dates, "driver": "gdp", "value": values, **scope}).dropna()


def read(*tables: pd.DataFrame) -> tuple[Covariates, tuple[str, ...]]:
    return read_drivers(pd.concat(tables), SERIES, TREE, PERIODS, PAST, season=4)


def figures(given: Covariates) -> np.ndarray:
    """The first driver, (series, period)."""
    return given.values[0, given.place]


def test_values_after_the_past_are_assumptions_used_as_they_are() -> None:
    covariates, notes = read(table([100.0] * 12 + [110, 120, 130]))
    assert figures(covariates)[1].tolist() == [100.0] * 12 + [110, 120, 130]
    assert (covariates.names, notes) == (("gdp",), ())


def test_a_figure_is_continued_by_its_own_forecast_from_where_it_ends() -> None:
    # Ends two quarters before the past does; a constant goes on as it was.
    covariates, _ = read(table([70.0] * 10))
    np.testing.assert_allclose(figures(covariates), 70)
    growing, _ = read(table([100.0 + 2 * step for step in range(13)]))
    assert (np.diff(figures(growing)[0, 11:]) > 0).all()
    assert figures(growing)[0, 12] == 124


def test_gaps_are_interpolated_and_the_time_before_is_unknown() -> None:
    covariates, _ = read(table([10.0, None, None, 40, *[50.0] * 9], first=2))
    assert np.isnan(figures(covariates)[0, :2]).all()
    np.testing.assert_allclose(figures(covariates)[0, 2:6], [10, 20, 30, 40])


def test_several_values_of_a_period_are_averaged() -> None:
    twice = pd.concat([table([10.0] * 15), table([30.0] * 15)])
    twice.iloc[15:, 0] += pd.Timedelta(days=40)
    covariates, _ = read(twice)
    assert figures(covariates)[0].tolist() == [20.0] * 15


def test_the_narrowest_scope_counts() -> None:
    covariates, _ = read(
        table([1.0] * 15, territory="", segment=""),
        table([2.0] * 15, territory="Inland", segment=""),
        table([3.0] * 15, territory="North", segment=""),
        table([4.0] * 15, territory="", segment="small"),
    )
    assert figures(covariates)[:, 0].tolist() == [3, 2, 4]


def test_a_series_outside_every_scope_knows_nothing() -> None:
    covariates, _ = read(table([2.0] * 15, territory="Inland"))
    assert figures(covariates)[:2, 0].tolist() == [2, 2]
    assert np.isnan(figures(covariates)[2]).all()
    assert np.isnan(covariates.features()[0, 2]).all()


def test_a_figure_with_little_history_is_left_out_with_a_note() -> None:
    covariates, notes = read(table([1.0] * 5, first=9, territory="North"))
    assert covariates.names == ()
    assert covariates.features().shape == (0, 3, 15)
    assert notes == ("Driver gdp of North has less than a year of history: left out.",)


def test_differences_of_features_are_relative_changes() -> None:
    covariates, _ = read(table([100.0] * 12 + [110, 121, 121]))
    features = covariates.features()[0, 0]
    np.testing.assert_allclose(np.diff(features[11:]), [np.log(1.1), np.log(1.1), 0], atol=1e-12)
    # A figure that may be negative is counted in units of its size.
    swinging, _ = read(table([-5.0, 5.0] * 6 + [10.0, 0, 0]))
    np.testing.assert_allclose(swinging.features()[0, 0, 10:13], [-1, 1, 2])


def test_units_of_a_figure_change_nothing() -> None:
    values = [100.0 + step % 5 for step in range(15)]
    left, _ = read(table(values))
    right, _ = read(table([value * 1e6 for value in values]))
    np.testing.assert_allclose(left.features(), right.features(), rtol=1e-9, atol=1e-12)


def test_a_what_if_changes_the_future_of_one_figure() -> None:
    covariates, _ = read(table([100.0] * 15))
    more = covariates.scaled("gdp", 1.1)
    np.testing.assert_allclose(figures(more)[0], [100.0] * 12 + [110] * 3)
    other = covariates.assumed("gdp", np.array([1.0, 2, 3]))
    assert figures(other)[0].tolist() == [100.0] * 12 + [1, 2, 3]
    assert figures(covariates)[0].tolist() == [100.0] * 15


def test_no_table_gives_no_covariates() -> None:
    empty = pd.DataFrame({"date": pd.to_datetime([]), "driver": [], "value": []})
    covariates, notes = read(empty)
    assert (covariates.names, notes) == ((), ())
    assert covariates.features().shape == (0, 3, 15)
