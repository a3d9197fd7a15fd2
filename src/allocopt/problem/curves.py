"""Curves as straight pieces: what a response or a lift is everywhere in allocopt.

Model, audit and documents evaluate the pieces, never the formula behind them; `error` bounds the
difference between the two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

# Pieces are added until the polygon is this close to its formula, as a share of the curve's height.
TOLERANCE = 0.005
MOST_PIECES = 24
# An ADBUDG curve never saturates; spend is planned up to the point where this share is reached.
REACH = 0.98


@dataclass(frozen=True)
class Curve:
    """A polygon through (`x`, `y`), rising from x = 0; flat beyond its last point.

    `error` is the largest distance to the formula that it stands for, in units of y.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    error: float = 0.0

    @cached_property
    def widths(self) -> tuple[float, ...]:
        """Length of each piece on the x axis."""
        return tuple(np.diff(self.x).tolist())

    @cached_property
    def slopes(self) -> tuple[float, ...]:
        """Slope of each piece."""
        return tuple((np.diff(self.y) / np.diff(self.x)).tolist())

    @cached_property
    def ordered(self) -> int:
        """How many pieces must be full before the next may start.

        0 for a concave curve, whose steeper pieces fill first by themselves. Piece k must be full before
        piece k + 1 wherever a later piece is steeper than piece k; so must all before it.
        """
        steeper = [
            k + 1
            for k in range(len(self.slopes) - 1)
            if max(self.slopes[k + 1 :]) > self.slopes[k] * (1 + 1e-9) + 1e-12
        ]
        return max(steeper, default=0)

    def __call__(self, x: npt.ArrayLike) -> Values:
        """Height of the polygon at `x`."""
        return np.asarray(np.interp(np.asarray(x, dtype=float), self.x, self.y))

    def scaled(self, x: float, y: float) -> Curve:
        """The same shape with other units on both axes."""
        return Curve(
            tuple(point * x for point in self.x),
            tuple(point * y for point in self.y),
            self.error * y,
        )


def standard_lift(form: str, shape: float) -> tuple[Callable[[Values], Values], float]:
    """The formula of a lift curve of height 1 over x = effective spend / half, and where it ends.

    Each form gives one half at x = 1. Sources: linear, power and log are the usual concave forms of the
    sales response literature (Hanssens, Parsons and Schultz, 2001, ch. 3); adbudg is Little (1970), eq. 2,
    with its floor at zero.
    """
    if form == "linear":
        return (lambda x: np.minimum(1.0, x / 2)), 2.0
    if form == "power":
        return (lambda x: np.minimum(1.0, x**shape / 2)), 2.0 ** (1 / shape)
    if form == "log":
        return (lambda x: np.minimum(1.0, np.log2(1 + x) / 2)), 3.0
    return (lambda x: x**shape / (1 + x**shape)), (REACH / (1 - REACH)) ** (1 / shape)


def approximate(formula: Callable[[Values], Values], end: float) -> Curve:
    """A polygon on [0, end] within `TOLERANCE` of a formula whose height is 1.

    Points are added where the polygon is farthest off, so steep parts get short pieces.
    """
    # Fine near zero, where power curves are steepest.
    grid = end * np.linspace(0.0, 1.0, 4001) ** 3
    height = formula(grid)
    points = [0, len(grid) - 1]
    while True:
        off = np.abs(height - np.interp(grid, grid[points], height[points]))
        worst = int(np.argmax(off))
        if off[worst] <= TOLERANCE or len(points) > MOST_PIECES:
            break
        points = sorted({*points, worst})
    return Curve(tuple(grid[points].tolist()), tuple(height[points].tolist()), float(off.max()))


def lift_curve(form: str, shape: float, half: float, lift_max: float, end: float | None) -> Curve:
    """Lift against effective spend, cut at `end` [currency/period] if the curve is longer."""
    formula, natural_end = standard_lift(form, shape)
    last = natural_end if end is None else min(natural_end, end / half)
    return approximate(formula, last).scaled(half, lift_max)


# Shares of standard hours at which a coverage response is given (design: 0, ½, 1, 1½ and 2½ × hours).
RESPONSE_HOURS = (0.0, 0.5, 1.0, 1.5, 2.5)


def coverage_curve(shares: tuple[float, float, float, float, float]) -> Curve:
    """Share of demand that is sold against the share of standard hours that is given."""
    return Curve(RESPONSE_HOURS, shares)
