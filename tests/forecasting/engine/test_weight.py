"""The weight of the global model follows the hold-outs, drawn to what the panel's size allows."""

from __future__ import annotations

import numpy as np
import pytest
from forecasting.engine.made import holdout
from hypothesis import given
from hypothesis import strategies as st

from allocopt.forecasting.engine.weight import choose_weight

NODES = 10
MANY = 200


def constant(value: float, nodes: int = NODES) -> np.ndarray:
    return np.full((nodes, 3), value)


def every(nodes: int = NODES) -> np.ndarray:
    return np.ones(nodes, dtype=bool)


def test_without_a_hold_out_the_global_model_has_no_weight() -> None:
    assert choose_weight([], every(), 40, squared=False).share == 0


def test_what_no_hold_out_can_compare_has_the_reason_that_the_caller_knows() -> None:
    same = holdout(constant(5.0), constant(5.0), constant(7.0))
    weight = choose_weight([same], every(), 40, squared=False, untested="there is none")
    assert (weight.share, weight.why) == (0.0, "there is none")


def test_members_that_say_the_same_cannot_be_told_apart() -> None:
    same = holdout(constant(5.0), constant(5.0), constant(7.0))
    assert choose_weight([same], every(), 40, squared=False).share == 0


def test_a_tiny_panel_is_drawn_to_the_local_forecast() -> None:
    # The global model was right both times: 2 hold-outs for it against a prior of 6 for nothing.
    right = holdout(constant(0.0), constant(1.0), constant(1.0))
    weight = choose_weight([right, right], every(), 40, squared=False)
    assert weight.share == pytest.approx(2 / 8)
    assert weight.why == "100% was best in 2 hold-outs, drawn to 0%"


def test_a_large_panel_is_drawn_to_three_quarters() -> None:
    wrong = holdout(constant(1.0, MANY), constant(0.0, MANY), constant(1.0, MANY))
    weight = choose_weight([wrong, wrong], every(MANY), 40, squared=False)
    assert weight.share == pytest.approx(6 * 0.75 / 8)


def test_a_short_panel_has_no_prior_for_the_global_model() -> None:
    wrong = holdout(constant(1.0, MANY), constant(0.0, MANY), constant(1.0, MANY))
    assert choose_weight([wrong], every(MANY), 20, squared=False).share == 0


def test_the_best_weight_may_lie_between() -> None:
    between = holdout(constant(0.0), constant(2.0), constant(0.5))
    assert choose_weight([between], every(), 40, squared=True).share == pytest.approx(0.25 / 7)


def test_absolute_errors_ask_for_the_median_and_squared_ones_for_the_mean() -> None:
    # Three periods of nothing and one of four: the median is 0, the mean 1.
    actual = np.tile([0.0, 0.0, 0.0, 4.0], (NODES, 1))
    local, stack = np.zeros_like(actual), np.full_like(actual, 1.0)
    own = holdout(local, stack, actual)
    assert choose_weight([own], every(), 40, squared=False).share == 0
    assert choose_weight([own], every(), 40, squared=True).share == pytest.approx(1 / 7)


def test_only_members_of_the_class_count() -> None:
    stack = np.vstack([constant(1.0, 5), constant(9.0, 5)])
    own = holdout(constant(0.0), stack, constant(1.0))
    first = np.arange(NODES) < 5
    assert choose_weight([own], first, 40, squared=False).share == pytest.approx(1 / 7)
    assert choose_weight([own], ~first, 40, squared=False).why.startswith("10%")


def test_one_accident_does_not_decide() -> None:
    actual = constant(1.0)
    actual[0] = 1e9  # an accident, nearer to the global model's 3 than to 1
    own = holdout(constant(1.0), constant(3.0), actual)
    assert choose_weight([own], every(), 40, squared=False).share == 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3), st.integers(1, 300))
def test_a_weight_lies_between_nothing_and_all(values: list[float], nodes: int) -> None:
    local, stack, actual = (constant(value, nodes) for value in values)
    weight = choose_weight([holdout(local, stack, actual)], every(nodes), 60, squared=True)
    assert 0 <= weight.share <= 1
