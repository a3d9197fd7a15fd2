"""Occurrences written down by hand for the tests of effects."""

from __future__ import annotations

import numpy as np

from allocopt.forecasting.effects import Occurrences


def occurrences(
    runs: dict[str, list[tuple[int, int]]],
    series: int,
    past: int,
    horizon: int = 3,
    *,
    kinds: dict[str, str] | None = None,
) -> Occurrences:
    """Events by name with (series, period) in which they run fully; kind "promotion" if not given."""
    planned = np.zeros((len(runs), series, past + horizon))
    for event, cells in enumerate(runs.values()):
        for row, period in cells:
            planned[event, row, period] = 1.0
    return Occurrences(
        tuple(runs),
        tuple((kinds or {}).get(name, "promotion") for name in runs),
        planned,
        np.zeros_like(planned),
        np.arange(series),
        past,
    )
