"""Comparison: what several forecasters said at the same origins, and what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.evaluation.metrics import (
    Ratio,
    bias,
    coverage,
    mase,
    msis,
    pinball,
    rmsse,
    scrps,
    smape,
    wape,
)
from allocopt.forecasting.evaluation.scales import Scales

Quantiles = Mapping[float, FloatArray]


@dataclass(frozen=True)
class Comparison:
    """Forecasts of all forecasters beside the actuals, arrays (origin, series, horizon).

    `series` may be bottom series and sums of them alike; `levels` (series,) says which level each
    one belongs to, and accuracy is told per level. `actual` [currency/period] is NaN where it is
    not known. `forecasts` holds the mean of each forecaster by its name; `quantiles` those
    quantiles that a forecaster gives, by its name and the probability: an 80 % interval is the
    pair 0.1 and 0.9. `scales` (origin, series) come from the history before each origin.

    A cell that any forecaster leaves NaN counts for none of them, so that all are measured on the
    same cells.
    """

    actual: FloatArray
    forecasts: Mapping[str, FloatArray]
    levels: NDArray[np.str_]
    scales: Scales
    quantiles: Mapping[str, Quantiles] = field(default_factory=dict)

    @property
    def level_names(self) -> tuple[str, ...]:
        """Levels in the order in which they first appear."""
        return tuple(dict.fromkeys(self.levels.tolist()))

    def with_quantiles(self, name: str, quantiles: Quantiles) -> Comparison:
        """The comparison with quantiles of one forecaster."""
        return replace(self, quantiles={**self.quantiles, name: quantiles})

    def at(self, level: str) -> Comparison:
        """The comparison of the series of one level."""
        own = self.levels == level
        return Comparison(
            self.actual[:, own],
            {name: forecast[:, own] for name, forecast in self.forecasts.items()},
            self.levels[own],
            Scales(self.scales.absolute[:, own], self.scales.squared[:, own]),
            {
                name: {probability: values[:, own] for probability, values in quantiles.items()}
                for name, quantiles in self.quantiles.items()
            },
        )

    def counted(self) -> FloatArray:
        """Actuals that count: NaN where unknown, and where any forecaster says nothing."""
        silent = np.zeros(self.actual.shape, dtype=bool)
        for forecast in (*self.forecasts.values(), *_all_quantiles(self.quantiles)):
            silent |= np.isnan(forecast)
        return np.where(silent, np.nan, self.actual)

    def ratios(self) -> dict[tuple[str, str], Ratio]:
        """Every metric of every forecaster, (forecaster, metric) → ratio over (origin, series).

        Pinball and sCRPS use the probabilities that all forecasters with quantiles share: means
        over different probabilities cannot be compared.
        """
        actual = self.counted()
        shared = _shared_probabilities(list(self.quantiles.values()))
        found: dict[tuple[str, str], Ratio] = {}
        for name, forecast in self.forecasts.items():
            found |= _keyed(name, point_metrics(actual, forecast, self.scales))
            own = self.quantiles.get(name, {})
            same = {probability: own[probability] for probability in shared if own}
            found |= _keyed(name, quantile_metrics(actual, same, self.scales))
        return found


def point_metrics(actual: FloatArray, forecast: FloatArray, scales: Scales) -> dict[str, Ratio]:
    """Metrics of a mean by their names."""
    return {
        "wape": wape(actual, forecast),
        "bias": bias(actual, forecast),
        "smape": smape(actual, forecast),
        "mase": mase(actual, forecast, scales.absolute),
        "rmsse": rmsse(actual, forecast, scales.squared),
    }


def quantile_metrics(actual: FloatArray, quantiles: Quantiles, scales: Scales) -> dict[str, Ratio]:
    """Metrics of quantiles by their names; `coverage_80` and `msis_80` for each pair of bounds."""
    if not quantiles:
        return {}
    found = {
        "pinball": pinball(actual, quantiles, scales.absolute),
        "scrps": scrps(actual, quantiles),
    }
    for percent, lower, upper in bounds(quantiles):
        found[f"coverage_{percent}"] = coverage(actual, lower, upper)
        found[f"msis_{percent}"] = msis(actual, lower, upper, percent / 100, scales.absolute)
    return found


def bounds(quantiles: Quantiles) -> list[tuple[int, FloatArray, FloatArray]]:
    """Percent covered, lower and upper bound of each pair of probabilities that sum to 1."""
    by_lower = {round(probability, 6): values for probability, values in quantiles.items()}
    return [
        (round(100 * (1 - 2 * lower)), values, by_lower[round(1 - lower, 6)])
        for lower, values in sorted(by_lower.items(), reverse=True)
        if lower < 0.5 and round(1 - lower, 6) in by_lower
    ]


def _keyed(name: str, ratios: Mapping[str, Ratio]) -> dict[tuple[str, str], Ratio]:
    return {(name, metric): ratio for metric, ratio in ratios.items()}


def _shared_probabilities(given: Sequence[Quantiles]) -> list[float]:
    """Probabilities that all who give quantiles have, ascending."""
    sets = [set(quantiles) for quantiles in given if quantiles]
    return sorted(set.intersection(*sets)) if sets else []


def _all_quantiles(quantiles: Mapping[str, Quantiles]) -> list[FloatArray]:
    return [values for own in quantiles.values() for values in own.values()]
