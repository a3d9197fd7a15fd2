"""CUSUM: small lasting shifts of standardised errors (Page, 1954, "Continuous inspection schemes")."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

Floats = npt.NDArray[np.float64]

# Half of the shift that is found soonest, in standard deviations.
REFERENCE = 0.5
# What a path in steps overshoots the interval by on both ends (Siegmund, 1985).
OVERSHOOT = 1.166
PATHS = 40_000
SEED = 1954


@dataclass(frozen=True, eq=False)
class Chart:
    """Upper and lower sums of a series: S⁺ₜ = max(0, S⁺ₜ₋₁ + zₜ − k), S⁻ the same of −z.

    Both have the shape of the errors (…, period); an unknown error changes neither.
    """

    upper: Floats
    lower: Floats

    @property
    def height(self) -> Floats:
        """The larger sum at the end of each series."""
        return np.asarray(np.maximum(self.upper[..., -1], self.lower[..., -1]))


def chart(errors: Floats, reference: float = REFERENCE) -> Chart:
    """Tabular CUSUM of standardised errors (…, period)."""
    known = np.nan_to_num(errors)
    step = np.where(np.isnan(errors), 0.0, reference)
    upper, lower = np.zeros_like(known), np.zeros_like(known)
    above = below = np.zeros(known.shape[:-1])
    for period in range(known.shape[-1]):
        above = np.maximum(0.0, above + known[..., period] - step[..., period])
        below = np.maximum(0.0, below - known[..., period] - step[..., period])
        upper[..., period], lower[..., period] = above, below
    return Chart(upper, lower)


def began(path: Floats) -> int:
    """Place of the first period of the change: the one after the sum was last zero (Page, 1954)."""
    zero = np.flatnonzero(path <= 0)
    return int(zero[-1]) + 1 if len(zero) else 0


@lru_cache
def decision_interval(run_length: float, reference: float = REFERENCE) -> float:
    """The height h at which a two-sided chart rings once in `run_length` periods without any change.

    One side rings after (exp(2kb) − 2kb − 1) / (2k²) periods on average, b = h + 1.166 (Siegmund, 1985,
    "Sequential Analysis: Tests and Confidence Intervals"); rates of both sides add up.
    """

    def excess(height: float) -> float:
        reach = 2 * reference * (height + OVERSHOOT)
        one_sided = (np.expm1(reach) - reach) / (2 * reference**2)
        return float(one_sided / 2 - run_length)

    return float(brentq(excess, 0.0, 60.0)) if excess(0.0) < 0 else 0.0


@lru_cache(maxsize=64)
def _heights(periods: int) -> Floats:
    """Final heights of charts that nothing has happened to, sorted."""
    errors = np.random.default_rng(SEED).standard_normal((PATHS, periods))
    return np.sort(chart(errors).height)


def chance(height: Floats, periods: int) -> Floats:
    """Chance that a chart of so many periods ends at least so high without any change, by simulation.

    Beyond the height of one case in a thousand it falls as exp(−2kh), which the approximation of Siegmund
    (1985) has for it.
    """
    heights = _heights(periods)
    beyond = (PATHS - np.searchsorted(heights, height, side="left")) / PATHS
    far = float(heights[-PATHS // 1000])
    tail = np.exp(-2 * REFERENCE * np.maximum(height - far, 0.0)) / 1000
    return np.asarray(np.where(height > far, tail, beyond))
