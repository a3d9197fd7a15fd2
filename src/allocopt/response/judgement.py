"""Judgement points: what people who know a market say that spend brings there.

Decision calculus asks for sales at no spend, at half of today's, at today's, at one and a half times it
and at saturation, and draws an ADBUDG curve through the answers (Little, 1970; Lodish, 1971). The curve
and not a polygon stands for the points: saturation lies at no finite spend, and a polygon's marginal
return would jump at the very spends that people were asked about.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocopt.response.forms import Values, standard_lift

# Spends between nothing and saturation at which sales are judged.
SHARES_OF_TODAY = np.array([0.5, 1.0, 1.5])
# Exponents of ADBUDG that data.md allows and that a plan can evaluate.
SHAPES = (0.2, 20.0)
# Answers of nothing and of all have no finite exponent: they are moved in by this share of the height.
_EDGE = 0.01


@dataclass(frozen=True)
class JudgedCurve:
    """An ADBUDG curve through five points.

    `half` [currency/period]; `lift_max` in the unit of the points; `error` is the largest miss at a
    point, as a share of lift_max.
    """

    half: float
    shape: float
    lift_max: float
    error: float


def judged_curve(points: Values, spend_today: float, *, of_demand: bool) -> JudgedCurve:
    """The curve through points (nothing, ½, today, 1½, saturation).

    Only what is above the first point is lift. With `of_demand` points that start above nothing are
    levels of sales, such as an index of 80, 90, 100, 105, 115, and lift is a share of the first.
    """
    base = points[0] if of_demand and points[0] > 0 else 1.0
    height = float(points[-1] - points[0])
    reached = (points[1:4] - points[0]) / height
    shape, half = _through(reached)
    miss = standard_lift("adbudg", shape)[0](SHARES_OF_TODAY / half) - reached
    return JudgedCurve(half * spend_today, shape, height / base, float(np.abs(miss).max()))


def _through(reached: Values) -> tuple[float, float]:
    """Shape and half [share of today's spend] that miss the three shares of the height least.

    Starts from the line that the logits make over log spend, as ADBUDG is a logistic curve there.
    """
    from scipy.optimize import least_squares  # noqa: PLC0415 - 30 MB that few plans need

    inside = np.clip(reached, _EDGE, 1 - _EDGE)
    slope, level = np.polyfit(np.log(SHARES_OF_TODAY), np.log(inside / (1 - inside)), 1)
    slope = float(np.clip(slope, SHAPES[0] * 1.01, SHAPES[1] * 0.99))
    start = np.array([slope, np.clip(-level / slope, -6.9, 6.9)])

    def miss(parameters: Values) -> Values:
        formula, _ = standard_lift("adbudg", float(parameters[0]))
        off: Values = formula(SHARES_OF_TODAY / np.exp(parameters[1])) - reached
        return off

    best = least_squares(miss, start, bounds=([SHAPES[0], -7.0], [SHAPES[1], 7.0]))
    return float(best.x[0]), float(np.exp(best.x[1]))
