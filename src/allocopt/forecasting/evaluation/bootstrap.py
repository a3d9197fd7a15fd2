"""Bootstrap: how sure a difference between two forecasters is.

Series and origins are drawn with replacement, each as a whole block, and all forecasters are
measured on the same draw: errors of one series at several origins, and of all series at one
origin, stay together. Sources: Efron and Tibshirani 1993, "An Introduction to the Bootstrap",
§13.3 (percentile interval); Owen 2007, "The pigeonhole bootstrap", §3 (rows and columns of a
two-way table drawn independently).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.evaluation.metrics import Ratio

DRAWS = 1000
# Weights of series that are held at once [numbers]: 32 MB.
WEIGHTS_MAX = 4_000_000

Loss = Callable[[FloatArray], FloatArray]


def resampled_values(ratios: Sequence[Ratio], draws: int, seed: int) -> FloatArray:
    """Each ratio in each draw, shape (draw, ratio); the parts have shape (origin, series).

    NaN where nothing counts in a draw, and everywhere when there is but one block to draw from.
    """
    origins, series = ratios[0].numerator.shape
    if origins * series < 2:
        return np.full((draws, len(ratios)), np.nan)
    parts = np.stack([part for ratio in ratios for part in (ratio.numerator, ratio.denominator)])
    rows = parts.reshape(-1, series)
    # A fixed order, so that a draw does not depend on how the series were sorted.
    rows = rows[:, np.lexsort(rows)]
    sums = _resampled_sums(rows, origins, draws, np.random.default_rng(seed))
    numerator, denominator = sums[:, 0::2], sums[:, 1::2]
    counts = denominator > 0
    return np.where(counts, numerator / np.where(counts, denominator, 1.0), np.nan)


def _resampled_sums(
    rows: FloatArray, origins: int, draws: int, random: np.random.Generator
) -> FloatArray:
    """Weighted sums (draw, part) of rows (part × origin, series)."""
    series = rows.shape[1]
    by_origin = _multiplicities(origins, draws, random)
    sums = np.empty((draws, len(rows) // origins))
    step = max(1, WEIGHTS_MAX // series)
    for start in range(0, draws, step):
        some = by_origin[start : start + step]
        by_series = _multiplicities(series, len(some), random)
        weighted = (by_series @ rows.T).reshape(len(some), -1, origins)
        sums[start : start + step] = (weighted * some[:, None, :]).sum(axis=2)
    return sums


def _multiplicities(count: int, draws: int, random: np.random.Generator) -> FloatArray:
    """How often each of `count` blocks is in each draw of `count` blocks, shape (draw, block)."""
    drawn = random.integers(0, count, (draws, count)) + count * np.arange(draws)[:, None]
    times = np.bincount(drawn.ravel(), minlength=draws * count)
    return times.reshape(draws, count).astype(float)


def percentile_interval(values: FloatArray, confidence: float) -> tuple[float, float]:
    """Bounds that hold the middle `confidence` of the known values; NaN where none is known."""
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return float("nan"), float("nan")
    lower, upper = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(lower), float(upper)
