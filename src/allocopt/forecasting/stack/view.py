"""View: the same series as values, as logarithms, or as intermittent demand.

A view says what the booster corrects and in which unit. The plain and the logarithmic one see the
error of the local forecast in units of the series' mean absolute seasonal difference; the
intermittent one sees demand itself, in units of the series' mean, and corrects nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.kernels.known import mean_known, size_of
from allocopt.forecasting.kernels.local import Smoothers, fit_smoothers
from allocopt.forecasting.kernels.tsb import tsb

RECENT = 8  # periods, where there is no season
# Smallest scale as a share of the level: a series that hardly moves must not ask for huge
# corrections. One that moves less than `STILL` of its size is not corrected at all.
SCALE_LEAST = 1e-4
STILL = 1e-9


class View(Enum):
    """What the booster sees of a series."""

    PLAIN = "plain"
    LOGARITHMIC = "logarithmic"
    INTERMITTENT = "intermittent"


@dataclass(frozen=True)
class Sight:
    """The series of one panel as seen at an origin, in units of the view."""

    view: View
    season: int
    values: FloatArray  # (series, period)
    smoothers: Smoothers
    expected_demand: FloatArray  # (series, horizon), TSB; zero in the other views
    anchor: FloatArray  # (series,), level that features are relative to
    scale: FloatArray  # (series,), unit of errors; 0 where the series has never moved

    @property
    def base(self) -> FloatArray:
        """What the booster adds its correction to, shape (series, horizon)."""
        local = self.smoothers.mean
        return np.zeros_like(local) if self.view is View.INTERMITTENT else local

    @property
    def unit(self) -> FloatArray:
        """`scale` to divide by, shape (series,)."""
        return np.where(self.scale > 0, self.scale, 1.0)


def look(values: FloatArray, season: int, horizon: int, view: View) -> Sight:
    """Local forecasts, anchor and scale at the end of `values`, which are in units of the view."""
    additive = view is View.LOGARITHMIC
    intermittent = view is View.INTERMITTENT
    smoothers = fit_smoothers(values, season, horizon, additive=additive)
    recent = mean_known(values[:, -(season if season > 1 else RECENT) :])
    anchor = np.where(np.isnan(recent), smoothers.theta.level, recent)
    return Sight(
        view=view,
        season=season,
        values=values,
        smoothers=smoothers,
        expected_demand=tsb(values, horizon) if intermittent else np.zeros_like(smoothers.mean),
        anchor=np.zeros_like(anchor) if intermittent else anchor,
        scale=_mean_size(values) if intermittent else _scale(values, season, anchor, additive),
    )


def _scale(values: FloatArray, season: int, anchor: FloatArray, additive: bool) -> FloatArray:
    """Mean absolute seasonal difference, else of one period; a logarithm's level is 1."""
    yearly = mean_known(np.abs(values[:, season:] - values[:, :-season]))
    stepwise = mean_known(np.abs(np.diff(values, axis=1)))
    scale = np.nan_to_num(np.where(np.isnan(yearly) | (yearly == 0), stepwise, yearly))
    level = np.ones_like(anchor) if additive else np.abs(anchor)
    least = SCALE_LEAST * level
    return np.where(scale > STILL * size_of(values), np.maximum(scale, least), 0.0)


def _mean_size(values: FloatArray) -> FloatArray:
    return np.nan_to_num(mean_known(np.abs(values)))
