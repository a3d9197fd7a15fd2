"""Forecaster: the one method that a statistical model must have to take part."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.integer]
BoolArray: TypeAlias = NDArray[np.bool_]


class Forecaster(Protocol):
    """Forecasts all series of a panel at once.

    `name` is what people see in provenance and accuracy; `few_series` is the smallest panel on
    which the forecaster is worth trying.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - described above

    @property
    def few_series(self) -> int: ...  # noqa: D102 - described above

    def forecast(self, values: FloatArray, season: int, horizon: int) -> FloatArray:
        """Mean of the next `horizon` periods, shape (series, horizon), finite.

        `values` has shape (series, period), oldest first, NaN only before a series' first period;
        every series has at least one known value. `season` is the number of periods in a year.
        """
        ...
