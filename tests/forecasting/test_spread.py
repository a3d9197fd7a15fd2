"""Spread: offsets from the errors of like nodes, where there are enough of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from forecasting.cases import fitted
from forecasting.sales import MONTHS, history, seasonal

from allocopt.calendar import Calendar
from allocopt.forecasting.fitting import Fitted
from allocopt.forecasting.spread import Spread, find_spread

PROBABILITIES = np.array([0.1, 0.5, 0.9])


def spread_of(made: Fitted, calendar: Calendar = MONTHS) -> Spread:
    spread = find_spread(made.run, made.trials, PROBABILITIES, calendar)
    assert spread is not None
    return spread


def many() -> Fitted:
    """102 units: at two hold-outs 204 errors of units at each period ahead."""
    return fitted(history(seasonal(units=17, periods=36)))


def test_nodes_with_few_like_them_are_left_to_their_paths() -> None:
    made = many()
    levels = made.case.record.structure.levels
    known = spread_of(made).known
    assert known[levels == "unit"].all()
    assert not known[levels != "unit"].any()


def test_offsets_are_in_order_and_widen_with_the_distance() -> None:
    low, middle, high = spread_of(many()).offsets
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert (np.diff(low, axis=1) <= 1e-9).all()
    assert (np.diff(high, axis=1) >= -1e-9).all()


def test_offsets_hold_the_promised_share_of_the_errors_they_come_from() -> None:
    made = many()
    spread, trials = spread_of(made), made.trials
    units = made.case.record.structure.levels == "unit"
    errors = (trials.actual - trials.forecast)[:, units]
    inside = (errors >= spread.offsets[0, units]) & (errors <= spread.offsets[2, units])
    assert 0.75 < inside.mean() < 0.95


def test_without_a_hold_out_there_is_no_spread() -> None:
    made = many()
    none = replace(made.trials, origins=replace(made.trials.origins, places=()))
    assert find_spread(made.run, none, PROBABILITIES, MONTHS) is None


def test_a_plan_that_reaches_further_than_a_hold_out_keeps_the_last_offsets() -> None:
    made = many()
    far = Calendar("month", MONTHS.plan_start, 9)
    near, further = spread_of(made).offsets, spread_of(made, far).offsets
    np.testing.assert_allclose(further[:, :, :6], near)
    np.testing.assert_allclose(further[:, :, 6:], np.repeat(near[:, :, -1:], 3, axis=2))


def test_what_has_ended_takes_no_errors_of_others() -> None:
    series = seasonal(units=17, periods=36)
    key = next(iter(series))
    series[key] = [5.0] * 6 + [0.0] * 30
    made = fitted(history(series))
    closed = np.flatnonzero(made.run.study.closed) + made.case.record.structure.aggregates
    assert len(closed) == 1
    assert not spread_of(made).known[closed].any()
