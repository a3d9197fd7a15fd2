"""Curves as straight pieces: what a response or a lift is everywhere in allocopt.

Model, audit and documents evaluate the pieces, never the formula behind them; `error` bounds the
difference between the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from allocopt.response.forms import Formula, inflection, standard_lift

Values = npt.NDArray[np.float64]

# The polygon is at most this far from its formula, as a share of the height that spend can reach.
TOLERANCE = 0.005
MOST_PIECES = 24
# Heights below this are no lift.
_NOTHING = 1e-12
# Points of a curve that may become corners of its polygon.
_GRID = 4001
_GOLDEN = (5**0.5 - 1) / 2


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


def approximate(formula: Formula, end: float, bend: float = 0.0) -> Curve:
    """The polygon on [0, end] with the fewest pieces within `TOLERANCE` of a formula.

    The formula is convex up to `bend` and concave beyond it. Corners lie on the formula and on the bend, so
    the error of a chord grows with its length, and taking each piece as long as the tolerance allows
    needs the fewest (Gavrilović, 1975). The tolerance is then lowered until one more piece would be needed:
    all pieces are equally far off, which no other choice of so many corners on the formula betters.
    """
    bend = min(bend, end)
    # Fine near the foot, where power curves are steepest.
    grid = np.unique([*(end * np.linspace(0.0, 1.0, _GRID) ** 3), bend])
    height = formula(grid)
    turn = int(np.searchsorted(grid, bend))
    corners = _fewest_corners(grid, height, turn)
    x, y = grid[corners], height[corners]
    return Curve(tuple(x.tolist()), tuple(y.tolist()), _largest_gap(formula, x, y))


def _fewest_corners(grid: Values, height: Values, turn: int) -> list[int]:
    """Corners of the polygon with no more than `MOST_PIECES` pieces, equally far off."""
    allowed = max(TOLERANCE * float(height[-1]), _NOTHING)
    corners = _march(grid, height, turn, allowed)
    while len(corners) > MOST_PIECES + 1:
        allowed *= 1.5
        corners = _march(grid, height, turn, allowed)
    low, high = 0.0, allowed
    for _ in range(12):
        middle = (low + high) / 2
        tighter = _march(grid, height, turn, middle, len(corners))
        low, high = (low, middle) if len(tighter) <= len(corners) else (middle, high)
        corners = tighter if len(tighter) <= len(corners) else corners
    return corners


def _march(
    grid: Values, height: Values, turn: int, allowed: float, most: int | None = None
) -> list[int]:
    """Corners of the longest chords within `allowed` of the formula; stops early beyond `most` corners."""
    corners, last = [0], len(grid) - 1
    while corners[-1] < last and (most is None or len(corners) <= most):
        start = corners[-1]
        stop = turn if start < turn else last
        low, high = start + 1, stop
        while low < high:
            middle = (low + high + 1) // 2
            good = _chord_error(grid, height, start, middle) <= allowed
            low, high = (middle, high) if good else (low, middle - 1)
        corners.append(low)
    return corners


def _chord_error(grid: Values, height: Values, start: int, stop: int) -> float:
    """Largest distance of the formula to its chord between two points of the grid."""
    slope = (height[stop] - height[start]) / (grid[stop] - grid[start])
    inside = slice(start, stop + 1)
    off = height[inside] - height[start] - slope * (grid[inside] - grid[start])
    return float(np.abs(off).max())


def _largest_gap(formula: Formula, x: Values, y: Values) -> float:
    """Largest distance of a formula to its chords, by golden section: it has one top in each piece."""
    slope = np.diff(y) / np.diff(x)

    def gap(at: Values) -> Values:
        return np.abs(formula(at) - y[:-1] - slope * (at - x[:-1]))

    low, high = x[:-1].copy(), x[1:].copy()
    for _ in range(60):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        rises = gap(left) < gap(right)
        low, high = np.where(rises, left, low), np.where(rises, high, right)
    return float(np.max(gap((low + high) / 2)))


@lru_cache(maxsize=512)
def standard_curve(form: str, shape: float, end: float) -> Curve:
    """The polygon of a form of height 1 on [0, end] in units of half; flat where the form is."""
    formula, natural_end = standard_lift(form, shape)
    if form != "adbudg":
        end = min(end, natural_end)
    return approximate(formula, end, inflection(form, shape))


def lift_curve(form: str, shape: float, half: float, lift_max: float, end: float | None) -> Curve:
    """Lift against effective spend up to `end` [currency/period]; None: as far as it rises."""
    last = standard_lift(form, shape)[1] if end is None else end / half
    # Ends that differ by rounding share a polygon.
    return standard_curve(form, shape, float(f"{last:.9g}")).scaled(half, lift_max)


# Shares of standard hours at which a coverage response is given (design: 0, ½, 1, 1½ and 2½ × hours).
RESPONSE_HOURS = (0.0, 0.5, 1.0, 1.5, 2.5)


def coverage_curve(shares: tuple[float, float, float, float, float]) -> Curve:
    """Share of demand that is sold against the share of standard hours that is given."""
    return Curve(RESPONSE_HOURS, shares)
