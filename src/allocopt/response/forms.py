"""Forms of a lift curve: formulas of height 1 over x = effective spend / half.

Each gives one half at x = 1. Sources: linear, power and log are the usual concave forms of the sales
response literature (Hanssens, Parsons and Schultz, 2001, ch. 3); adbudg is Little (1970), eq. 2, with its
floor at zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Formula = Callable[[Values], Values]

FORMS = ("linear", "power", "log", "adbudg")
# Forms that need an exponent.
SHAPED = ("power", "adbudg")
# What `responses.form` may say instead: five judgement points, or fitted to history.
POINTS, FIT = "points", "fit"
# Columns of the five points, in rising spend.
POINT_COLUMNS = ("lift_0", "lift_50", "lift_100", "lift_150", "lift_max")
# An ADBUDG curve never saturates; spend without a limit is planned up to the point of this share.
REACH = 0.98


@dataclass(frozen=True)
class Form:
    """What is known about a lever beforehand: "" is chosen by the hold-out, carryover None is searched."""

    name: str = ""
    carryover: float | None = None


def standard_lift(form: str, shape: float) -> tuple[Formula, float]:
    """The formula of a form, and the x at which it ends."""
    if form == "linear":
        return (lambda x: np.minimum(1.0, x / 2)), 2.0
    if form == "power":
        return (lambda x: np.minimum(1.0, x**shape / 2)), 2.0 ** (1 / shape)
    if form == "log":
        return (lambda x: np.minimum(1.0, np.log2(1 + x) / 2)), 3.0
    return (lambda x: x**shape / (1 + x**shape)), (REACH / (1 - REACH)) ** (1 / shape)


def inflection(form: str, shape: float) -> float:
    """The x up to which a form is convex; beyond it, it is concave.

    Where the second derivative of x^s / (1 + x^s) is zero: x^s = (s − 1) / (s + 1).
    """
    if shape <= 1 or form not in SHAPED:
        return 0.0
    if form == "power":
        return float(2.0 ** (1 / shape))
    return float(((shape - 1) / (shape + 1)) ** (1 / shape))


def marginal_lift(form: str, shape: float, x: float) -> float:
    """Slope of a form at x > 0; 0 where it has ended."""
    _, end = standard_lift(form, shape)
    if form != "adbudg" and x >= end:
        return 0.0
    if form == "linear":
        return 0.5
    if form == "power":
        return float(shape * x ** (shape - 1) / 2)
    if form == "log":
        return float(1 / (2 * np.log(2) * (1 + x)))
    return float(shape * x ** (shape - 1) / (1 + x**shape) ** 2)
