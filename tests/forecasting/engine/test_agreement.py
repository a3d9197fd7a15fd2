"""Agreement: whatever nodes are forecast at, what comes out adds up."""

from __future__ import annotations

import numpy as np
from forecasting.engine.made import noisy, task

from allocopt.forecasting.engine import build_agreement, measure_residuals
from allocopt.forecasting.engine.task import Task


def base_of(own: Task) -> np.ndarray:
    """Forecasts that do not add up: every node at ten more than its last period."""
    return own.nodes[:, -3:] + 10.0


def test_series_stay_as_they_are_where_forecasts_agree_already() -> None:
    own = task(noisy())
    agreement = build_agreement(own.structure, measure_residuals(own).local)
    bottom = agreement.reconciler.to_bottom(own.nodes[:, -3:])
    np.testing.assert_allclose(bottom, own.values[:, -3:], rtol=1e-9)


def test_without_errors_the_structure_decides() -> None:
    own = task([[5.0, 6.0], [7.0, 8.0]], season=1, horizon=1)
    blocks = measure_residuals(own).local
    unknown = blocks.until(blocks.origins, blocks.scale)
    agreement = build_agreement(own.structure, unknown)
    assert agreement.reconciler.method == "structural"
    assert np.isfinite(agreement.reconciler.to_bottom(own.nodes[:, -1:] + 1)).all()


def test_levels_without_a_say_are_overruled_by_those_with_one() -> None:
    own = task(noisy())
    blocks = measure_residuals(own).local
    base = own.nodes[:, -3:].copy()
    company = own.structure.at("company")
    base[company] += 60.0  # the only node that asks for more
    told, silent = (
        build_agreement(own.structure, blocks, levels).reconciler.to_bottom(base).sum(axis=0)
        - own.values[:, -3:].sum(axis=0)
        for levels in (["company"], ["territory"])
    )
    assert (told > 1.0).all()
    np.testing.assert_allclose(silent, 0.0, atol=0.1)


def test_the_blocks_are_handed_on_as_they_were() -> None:
    own = task(noisy())
    blocks = measure_residuals(own).local
    assert build_agreement(own.structure, blocks, ["company"]).blocks is blocks
