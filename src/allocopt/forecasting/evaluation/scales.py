"""Scales: the unit that errors of a series are measured in, from the history before the forecast.

Sources: Hyndman and Koehler 2006, "Another look at measures of forecast accuracy", eq. 3 (mean
absolute seasonal difference); Makridakis et al. 2022, "M5 accuracy competition", eq. 1 (root mean
squared difference from one period to the next).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.kernels.known import mean_known

# Differences below this share of a series' size are rounding, not movement.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Scales:
    """Units of errors [currency/period], shape (series,) or (origin, series); 0: there is none.

    `absolute` divides absolute errors (MASE, pinball, MSIS), `squared` is the root that divides
    root mean squared errors (RMSSE).
    """

    absolute: FloatArray
    squared: FloatArray


def find_scales(values: FloatArray, season: int) -> Scales:
    """Scales of each series of a history (series, period); NaN is unknown.

    A series with less than a season and a period is measured by its differences from one period
    to the next, one with a single value by its size.
    """
    size = mean_known(np.abs(values))
    yearly, steps = _differences(values, season), _differences(values, 1)
    absolute = _first_known(mean_known(np.abs(yearly)), mean_known(np.abs(steps)), size)
    # Squares of values around 1e200 overflow; those of shares of the size do not.
    unit = np.where(size > 0, size, 1.0)
    squared = _first_known(np.sqrt(mean_known((steps / unit[:, None]) ** 2)) * unit, size)
    least = ROUNDING * np.nan_to_num(size)
    return Scales(
        np.where(absolute > least, absolute, 0.0), np.where(squared > least, squared, 0.0)
    )


def scales_at(values: FloatArray, places: Sequence[int], season: int) -> Scales:
    """Scales known at each origin, shape (origin, series); `places` count the known periods."""
    found = [find_scales(values[:, :place], season) for place in places]
    return Scales(
        np.stack([scales.absolute for scales in found]),
        np.stack([scales.squared for scales in found]),
    )


def _differences(values: FloatArray, lag: int) -> FloatArray:
    return values[:, lag:] - values[:, :-lag]


def _first_known(*candidates: FloatArray) -> FloatArray:
    """The first candidate that is known, element by element; 0 where none is."""
    chosen = np.zeros_like(candidates[0])
    for candidate in reversed(candidates):
        chosen = np.where(np.isnan(candidate), chosen, candidate)
    return chosen
