"""Metrics: how far forecasts were from what happened.

Every metric is a ratio of two sums over blocks. A block is all that a function reduces: the last
axis of its arrays, so that arrays (series, period) give one block per series and arrays
(origin, series, horizon) one per origin and series. Keeping the parts apart is what lets a
bootstrap weigh blocks without measuring anything twice. Cells whose actual is NaN do not count.

Sources: Kolassa and Schütz 2007 (WAPE as MAD/mean); Hyndman and Koehler 2006, eq. 3 (MASE);
Makridakis and Hibon 2000, appendix A (sMAPE); Makridakis et al. 2022, "M5 accuracy competition",
eq. 1 (RMSSE); Makridakis et al. 2022, "M5 uncertainty competition", eq. 1 (scaled pinball loss);
Gneiting and Raftery 2007, §6.2 (interval score), scaled as in Makridakis et al. 2020, "M4", eq. 6
(MSIS); Rangapuram et al. 2021, "End-to-end learning of coherent probabilistic forecasts", §5
(sCRPS as twice the mean pinball loss over quantiles, by the sum of absolute actuals).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import FloatArray


@dataclass(frozen=True)
class Ratio:
    """A metric as a ratio of sums; both arrays have one number per block."""

    numerator: FloatArray
    denominator: FloatArray

    @property
    def value(self) -> float:
        """The metric over all blocks; NaN where nothing counts."""
        denominator = float(self.denominator.sum())
        return float(self.numerator.sum()) / denominator if denominator > 0 else float("nan")


def wape(actual: FloatArray, forecast: FloatArray) -> Ratio:
    """Sum of absolute errors by the sum of absolute actuals [share]."""
    return Ratio(_sum(np.abs(forecast - actual)), _sum(np.abs(actual)))


def bias(actual: FloatArray, forecast: FloatArray) -> Ratio:
    """Sum of forecast − actual by the sum of absolute actuals [share]; positive: too high."""
    return Ratio(_sum(forecast - actual), _sum(np.abs(actual)))


def smape(actual: FloatArray, forecast: FloatArray) -> Ratio:
    """Mean of 2 |error| / (|actual| + |forecast|) [share]; 0 where both are 0."""
    size = np.abs(actual) + np.abs(forecast)
    share = 2 * np.abs(forecast - actual) / np.where(size > 0, size, 1.0)
    return Ratio(_sum(share), _count(actual))


def mase(actual: FloatArray, forecast: FloatArray, scale: FloatArray) -> Ratio:
    """Mean over blocks of the mean absolute error in units of `scale` (one per block).

    Blocks whose scale is 0 do not count.
    """
    return _mean_of_blocks(_mean(np.abs(forecast - actual)), scale)


def rmsse(actual: FloatArray, forecast: FloatArray, scale: FloatArray) -> Ratio:
    """Mean over blocks of the root mean squared error in units of `scale` (one per block).

    Unlike absolute errors it is lowest at the mean, so it may judge intermittent demand.
    """
    unit = np.where(scale > 0, scale, 1.0)
    relative = (forecast - actual) / unit[..., None]
    return _mean_of_blocks(np.sqrt(_mean(relative**2)) * unit, scale)


def pinball(actual: FloatArray, quantiles: Mapping[float, FloatArray], scale: FloatArray) -> Ratio:
    """Mean over blocks of the mean pinball loss over periods and quantiles, by `scale`.

    `quantiles` are forecasts by their probability, each of the shape of `actual`.
    """
    return _mean_of_blocks(_mean(_pinball(actual, quantiles)), scale)


def scrps(actual: FloatArray, quantiles: Mapping[float, FloatArray]) -> Ratio:
    """Scaled continuous ranked probability score: twice the pinball loss by absolute actuals."""
    return Ratio(2 * _sum(_pinball(actual, quantiles)), _sum(np.abs(actual)))


def coverage(actual: FloatArray, lower: FloatArray, upper: FloatArray) -> Ratio:
    """Share of actuals that lie between the bounds, bounds included."""
    inside = np.where(np.isnan(actual), np.nan, (actual >= lower) & (actual <= upper))
    return Ratio(_sum(inside), _count(actual))


def msis(
    actual: FloatArray, lower: FloatArray, upper: FloatArray, share: float, scale: FloatArray
) -> Ratio:
    """Mean scaled interval score: width of the interval, plus what actuals lie outside of it.

    `share` is the part of actuals that should lie inside; each unit outside costs 2 / (1 − share).
    """
    outside = np.maximum(lower - actual, 0.0) + np.maximum(actual - upper, 0.0)
    score = upper - lower + 2 / (1 - share) * outside
    return _mean_of_blocks(_mean(np.where(np.isnan(actual), np.nan, score)), scale)


def _pinball(actual: FloatArray, quantiles: Mapping[float, FloatArray]) -> FloatArray:
    """Mean pinball loss over quantiles, of the shape of `actual`."""
    loss = np.zeros_like(actual)
    for probability, forecast in quantiles.items():
        error = actual - forecast
        loss += np.maximum(probability * error, (probability - 1) * error)
    return loss / max(len(quantiles), 1)


def _mean_of_blocks(mean: FloatArray, scale: FloatArray) -> Ratio:
    """Mean over blocks of `mean / scale`; blocks without a scale or a mean do not count."""
    counts = (scale > 0) & ~np.isnan(mean)
    share = np.where(counts, mean, 0.0) / np.where(counts, scale, 1.0)
    return Ratio(share, counts.astype(float))


def _sum(values: FloatArray) -> FloatArray:
    return np.asarray(np.where(np.isnan(values), 0.0, values).sum(axis=-1))


def _count(actual: FloatArray) -> FloatArray:
    return np.asarray((~np.isnan(actual)).sum(axis=-1), dtype=float)


def _mean(values: FloatArray) -> FloatArray:
    """Mean over the last axis of what is known, NaN where nothing is."""
    count = _count(values)
    return np.where(count > 0, _sum(values) / np.maximum(count, 1.0), np.nan)
