"""Customers' behaviour from the counts of a history, or from which units bought."""

from __future__ import annotations

import numpy as np
import pandas as pd
from forecasting.cases import opened
from forecasting.sales import history, seasonal

from allocopt.forecasting.behaviour import FEWEST_UNITS, behaviour_of
from allocopt.forecasting.case import Case
from allocopt.forecasting.effects import Behaviour


def behaviour(case: Case) -> Behaviour | None:
    return behaviour_of(case.record.judged, case, 12)


def buyers(units: int) -> pd.DataFrame:
    """Units of one cell; the last one bought for the first year only."""
    series = {("North", "big", f"u{k:03d}"): [10.0] * 36 for k in range(units - 1)}
    series["North", "big", "gone"] = [10.0] * 12 + [0.0] * 24
    return history(series)


def test_without_counts_and_with_few_units_nothing_is_known() -> None:
    assert behaviour(opened(buyers(FEWEST_UNITS - 1))) is None


def test_units_that_stop_are_lost_to_their_cell() -> None:
    own = behaviour(opened(buyers(FEWEST_UNITS)))
    assert own is not None
    active = own.values[own.names.index("active")]
    # All series of the cell see the same: 30 who bought within a year, then 29.
    assert (active == active[0]).all()
    assert (active[0, [11, 22, 23, 35]] == [30, 30, 29, 29]).all()


def test_counts_of_the_history_go_before_what_units_bought() -> None:
    rows = history(seasonal(cells=2)).assign(customers=8.0, lost_customers=2.0)
    own = behaviour(opened(rows))
    assert own is not None
    assert own.names == ("customers", "churn")
    np.testing.assert_array_equal(own.values[0], 8.0)
    np.testing.assert_array_equal(own.values[1, :, 1:], 0.25)


def test_an_earlier_case_has_no_later_counts() -> None:
    rows = history(seasonal(cells=2))
    late = rows["date"] >= "2025-06-01"
    counted = rows.assign(customers=np.where(late, 100.0, 8.0))
    case = opened(counted)
    place = len(case.record.judged.periods) - 7
    own = behaviour(case.at(place, 6))
    assert own is not None
    assert own.values.shape[2] == place
    assert (own.values[0] == 8.0).all()
