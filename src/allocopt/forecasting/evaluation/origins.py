"""Origins: the earlier dates at which a back-test forecasts, and what came after each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import FloatArray

# (values (series, period), season, horizon) → mean (series, horizon)
Method = Callable[[FloatArray, int, int], FloatArray]


@dataclass(frozen=True)
class Origins:
    """`places` count the periods that are known at each origin, ascending; `horizon` what follows.

    All origins have the same horizon, so that no horizon is measured on fewer dates than another.
    """

    places: tuple[int, ...]
    horizon: int


def choose_origins(periods: int, season: int, horizon: int, most: int) -> Origins:
    """At most `most` origins, the last one `horizon` periods before the end (Tashman 2000).

    Each keeps two seasons of history where there are three, one where there are two, else half of
    what there is; a horizon that leaves less than that is cut. They lie half a horizon apart, less
    where that would leave out origins that fit. No origin at all where there are under two periods.
    """
    if periods < 2 or most < 1:
        return Origins((), 0)
    seasons = 2 if periods >= 3 * season else 1 if periods >= 2 * season else 0
    least = seasons * season if seasons else max(1, periods // 2)
    reach = max(1, min(horizon, periods - least))
    last = periods - reach
    step = max(1, min(reach // 2, (last - least) // max(most - 1, 1)))
    return Origins(tuple(sorted(range(last, least - 1, -step)[:most])), reach)


def actual_after(values: FloatArray, origins: Origins) -> FloatArray:
    """What came after each origin, shape (origin, series, horizon)."""
    return np.stack([values[:, place : place + origins.horizon] for place in origins.places])


def forecast_at(
    values: FloatArray, season: int, origins: Origins, methods: Mapping[str, Method]
) -> dict[str, FloatArray]:
    """Each method at each origin, arrays (origin, series, horizon).

    A method is handed the periods before the origin only. A series that has not opened by then
    is forecast at 0.
    """
    return {
        name: np.stack(
            [
                _forecast(values[:, :place], season, origins.horizon, method)
                for place in origins.places
            ]
        )
        for name, method in methods.items()
    }


def _forecast(values: FloatArray, season: int, horizon: int, method: Method) -> FloatArray:
    opened = ~np.isnan(values).all(axis=1)
    mean = np.zeros((len(values), horizon))
    if opened.any():
        mean[opened] = method(values[opened], season, horizon)
    return mean
