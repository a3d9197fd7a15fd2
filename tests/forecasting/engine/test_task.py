"""A task knows its nodes, which of them sell rarely, and what it was earlier."""

from __future__ import annotations

import numpy as np
import pytest
from forecasting.engine.made import noisy, task


def test_nodes_are_sums_of_their_known_series() -> None:
    own = task([[1.0, 2.0, 3.0], [np.nan, 10.0, 20.0]])
    assert own.nodes[0].tolist() == [1.0, 12.0, 23.0]
    np.testing.assert_array_equal(own.nodes[-1], [np.nan, 10.0, 20.0])


@pytest.mark.parametrize(("zeros", "intermittent"), [(0, False), (3, False), (4, True), (10, True)])
def test_more_than_three_tenths_of_periods_without_a_sale_are_intermittent(
    zeros: int, intermittent: bool
) -> None:
    own = task([[0.0] * zeros + [5.0] * (10 - zeros), [7.0] * 10])
    assert own.intermittent[-2] == intermittent
    # The sum of both sells in every period.
    assert not own.intermittent[0]


def test_periods_before_a_series_opened_are_not_periods_without_a_sale() -> None:
    own = task([[np.nan] * 8 + [5.0, 6.0], [7.0] * 10])
    assert not own.intermittent.any()


def test_an_earlier_task_has_neither_later_sales_nor_later_figures() -> None:
    values = noisy(3, 12)
    own = task(values, horizon=3)
    figures = np.arange(2 * len(own.structure) * 15.0).reshape(2, len(own.structure), 15)
    then = type(own)(values, 4, 3, own.structure, figures).until(8, 2)
    np.testing.assert_array_equal(then.values, values[:, :8])
    assert (then.periods, then.horizon, then.nodes.shape[1]) == (8, 2, 8)
    assert then.covariates is not None
    np.testing.assert_array_equal(then.covariates, figures[:, :, :10])
