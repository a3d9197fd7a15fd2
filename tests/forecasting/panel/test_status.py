"""Each period of a series is a sale, none, unknown, not opened yet, or closed."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from allocopt.forecasting.panel import Status, closed_since, status_of

NAN = np.nan
ALWAYS = [1.0] * 24


def since(values: list[float], season: int = 4) -> int:
    """When a series closed beside one that always sells; 24 while it is open."""
    return int(closed_since(np.array([values, ALWAYS]), season)[0])


def test_every_kind_of_period_is_told_apart() -> None:
    values = np.array([[NAN, 2.0, 0.0, NAN, -1.0, 3.0]])
    expected = [Status.UNOPENED, Status.SALE, Status.ZERO, Status.GAP, Status.SALE, Status.SALE]
    assert status_of(values, 2).tolist() == [expected]


def test_a_regular_buyer_that_stops_for_more_than_a_year_has_closed() -> None:
    assert since([1.0] * 20 + [0.0] * 4) == 24  # a year is a season: it may come back
    assert since([1.0] * 19 + [0.0] * 5) == 19
    assert (
        status_of(np.array([[1.0] * 19 + [0.0] * 5, ALWAYS]), 4)[0, 19:].tolist()
        == [Status.CLOSED] * 5
    )


def test_a_rare_buyer_has_three_times_its_longest_interval() -> None:
    every_third = [0.0, 0.0, 1.0] * 5  # four intervals of 3, the last sale in period 14
    assert since([*every_third, *[0.0] * 9]) == 24
    assert since([*every_third[1:], *[0.0] * 10]) == 14


def test_few_sales_prove_little() -> None:
    twice = [1.0, 1.0] + [0.0] * 22  # one interval of 1: nineteen of them must pass
    assert since(twice) == 2
    assert since([0.0, 0.0, 0.0, *twice[:21]]) == 24
    once = [1.0] + [0.0] * 23
    assert since(once, season=7) == 1  # three seasons of 7 are over
    assert since(once, season=8) == 24


def test_returns_do_not_open_a_closed_series_again() -> None:
    assert since([1.0] * 12 + [0.0] * 6 + [-1.0] + [0.0] * 5) == 12


def test_a_panel_that_stops_as_a_whole_is_not_closed() -> None:
    together = np.array([[1.0] * 12 + [0.0] * 12, [2.0] * 12 + [0.0] * 12])
    assert closed_since(together, 4).tolist() == [24, 24]


def test_series_without_a_sale_are_open() -> None:
    values = np.array([[0.0] * 24, [NAN] * 24, ALWAYS])
    assert closed_since(values, 4).tolist() == [24, 24, 24]


VALUES = arrays.arrays(
    float, (4, 18), elements=st.sampled_from([0.0, 0.0, 1.0, -1.0, 1e12, 1e-9, NAN])
)


@settings(max_examples=40, deadline=None)
@given(VALUES, st.integers(1, 6), st.permutations(range(4)))
def test_status_follows_its_series_and_closing_ends_it(
    values: np.ndarray, season: int, order: list[int]
) -> None:
    closed, status = closed_since(values, season), status_of(values, season)
    np.testing.assert_array_equal(closed_since(values[order], season), closed[order])
    np.testing.assert_array_equal(status_of(values[order] * 8, season), status[order])
    for row, first in enumerate(closed):
        assert (status[row, first:] == Status.CLOSED).all()
        assert not (status[row, :first] == Status.CLOSED).any()
        assert first == 18 or not (np.nan_to_num(values[row, first:]) > 0).any()
