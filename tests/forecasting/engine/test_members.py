"""Members forecast every node from its own past, and from a global model where there is one."""

from __future__ import annotations

import numpy as np
import pytest
from forecasting.engine.made import noisy, task

from allocopt.forecasting.engine import members as module
from allocopt.forecasting.engine.members import Members, train_members
from allocopt.forecasting.kernels import local_forecast, tsb
from allocopt.forecasting.kernels.year import year_forecast
from allocopt.forecasting.options import Options


@pytest.mark.parametrize("year", [0.0, 0.4])
def test_without_a_global_model_both_members_are_the_local_forecast(year: float) -> None:
    own = task(noisy())
    base = Members(None, None, year).forecast(own)
    np.testing.assert_array_equal(base.local, base.stack)
    assert base.quantiles == {}


def test_a_share_of_the_year_forecast_enters_the_local_one() -> None:
    own = task(noisy())
    smooth = local_forecast(own.nodes, 4, 3).mean
    year = year_forecast(own.nodes, 4, 3)
    mixed = Members(None, None, 0.25).forecast(own).local
    np.testing.assert_allclose(mixed, 0.75 * smooth + 0.25 * year, rtol=1e-12)


def test_rare_sales_are_forecast_by_their_rate_and_not_by_the_year() -> None:
    rare = [6.0 * (quarter * quarter % 7 == 1) for quarter in range(40)]
    own = task([rare, [9.0] * 40])
    base = Members(None, None, 0.5).forecast(own)
    rows = np.flatnonzero(own.intermittent)
    assert len(rows)
    np.testing.assert_array_equal(base.local[rows], tsb(own.nodes[rows], 3))


def test_some_rows_are_forecast_as_they_are_among_all(monkeypatch: pytest.MonkeyPatch) -> None:
    own = task(noisy(7))
    whole = Members(None, None, 0.3).forecast(own)
    rows = np.array([5, 1, 8])
    np.testing.assert_array_equal(
        Members(None, None, 0.3).forecast(own, rows).local, whole.local[rows]
    )
    monkeypatch.setattr(module, "CHUNK", 2)
    np.testing.assert_allclose(
        Members(None, None, 0.3).forecast(own).local, whole.local, rtol=1e-12
    )


def test_the_fast_recipe_trains_nothing() -> None:
    trained = train_members(task(noisy(40)), 0.2, Options("fast"), 1000)
    assert trained == Members(None, None, 0.2)


def test_few_nodes_have_no_global_model_and_many_have_one() -> None:
    assert train_members(task(noisy(5)), 0.0, Options("balanced"), 20_000).smooth is None
    trained = train_members(task(noisy(30)), 0.0, Options("balanced"), 20_000)
    assert trained.smooth is not None
    # No node of this panel sells rarely.
    assert trained.intermittent is None
    base = trained.forecast(task(noisy(30)))
    assert np.isfinite(base.stack).all()
    assert not np.allclose(base.stack, base.local)
