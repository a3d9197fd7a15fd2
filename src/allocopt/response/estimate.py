"""Estimate: the curves of several levers at once, from sales and spend.

sales = controls + Σ_levers lift_max · form(effective spend / half), with lift_max ≥ 0. For given
carryover, half and shape the rest is linear: controls are projected out, lifts follow by non-negative
least squares, and only the curved parameters are searched (variable projection: Golub and Pereyra, 1973).
Weak priors on those keep what spend does not tell near usual values, as Jin et al. (2017) do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from allocopt.response.carryover import effective_spend
from allocopt.response.controls import control_basis
from allocopt.response.forms import Form, Values, marginal_lift, standard_lift
from allocopt.response.observations import Observations

# Bounds, usual value and how far from it is unusual, of what is searched: the part of effective spend that
# carries over, the logarithm of half over the largest effective spend, and the exponent by form.
CARRYOVER = (0.0, 0.9, 0.3, 0.3)
HALF = {"adbudg": (-3.0, 1.1, -0.7, 0.8), "log": (-1.0986, 1.1, -0.5, 0.8)}
SHAPE = {"adbudg": (0.5, 3.0, 1.0, 0.3), "power": (0.2, 1.0, 0.6, 0.3)}
# A lever that controls explain but for this share of it has said nothing.
_ROUNDING = 1e-6
# Starting points that are tried for each lever in turn.
_TRIED_CARRYOVER, _TRIED_HALF = (0.0, 0.3, 0.6), (-1.6, -0.4)


@dataclass(frozen=True)
class Term:
    """What is curved in one lever's lift; `half` is a share of usual sales."""

    form: str
    carryover: float
    half: float
    shape: float

    def lift(self, spend: Values) -> Values:
        """Height of the curve, at most 1, over spend along the last axis."""
        formula, _ = standard_lift(self.form, self.shape)
        return formula(effective_spend(spend, self.carryover) / self.half)

    def steady_lift(self, spend: float) -> float:
        """Height of the curve when the same is spent in every period."""
        formula, _ = standard_lift(self.form, self.shape)
        return float(formula(np.array([spend / (1 - self.carryover) / self.half]))[0])

    def steady_slope(self, spend: float) -> float:
        """Height that one more of spend in every period adds; 0 at no spend, where it may have no end."""
        scale = (1 - self.carryover) * self.half
        return marginal_lift(self.form, self.shape, spend / scale) / scale if spend > 0 else 0.0


@dataclass(frozen=True)
class Estimate:
    """Curves by lever: terms, and lift_max as shares of usual sales; `parameters` led to them."""

    terms: tuple[Term, ...]
    lifts: Values
    parameters: Values


def estimate(seen: Observations, forms: Sequence[Form], start: Values | None = None) -> Estimate:
    """The curves that explain sales best; from `start`, else from the best of a few usual values."""
    from scipy.optimize import least_squares  # noqa: PLC0415 - 30 MB, only for curves from history

    fit = _Fit(seen, tuple(forms))
    first = fit.usual if start is None else np.clip(start, fit.low, fit.high)
    if start is None:
        first = _best_start(fit, first)
    if len(first):
        noise = float(np.sqrt(np.mean(fit.misfit(first) ** 2)))
        found = least_squares(
            lambda p: np.concatenate([fit.misfit(p), noise * (p - fit.usual) / fit.spread]),
            np.clip(first, fit.low + 1e-6, fit.high - 1e-6),
            bounds=(fit.low, fit.high),
            diff_step=1e-3,
            xtol=1e-5,
            ftol=1e-7,
            max_nfev=40,
        )
        first = np.asarray(found.x)
    terms = fit.terms(first)
    return Estimate(terms, fit.lifts(terms)[0], first)


def _best_start(fit: _Fit, start: Values) -> Values:
    """Lever by lever the usual carryover and half that explain most, the others as they are."""
    best, least = start, float(np.sum(fit.misfit(start) ** 2))
    for slots in fit.slots:
        tried = [
            _TRIED_CARRYOVER if name == "carryover" else _TRIED_HALF
            for name in slots
            if name != "shape"
        ]
        places = [place for name, place in slots.items() if name != "shape"]
        base = best
        for values in product(*tried):
            candidate = base.copy()
            candidate[places] = values
            off = float(np.sum(fit.misfit(candidate) ** 2))
            if off < least:
                best, least = candidate, off
    return best


class _Fit:
    """The search space of an estimate, and how well a point of it explains sales."""

    def __init__(self, seen: Observations, forms: tuple[Form, ...]) -> None:
        self.seen, self.forms = seen, forms
        self.basis = control_basis(seen.controls[seen.known])
        # Chance is smaller, as a share of sales, where more is sold.
        self.weight = np.sqrt(seen.size / seen.size.mean())[:, None]
        self.target = self._without_controls(seen.sales[:, seen.known]).ravel()
        self.slots: list[Mapping[str, int]] = []
        priors: list[tuple[float, float, float, float]] = []
        for form in forms:
            names = {}
            for name, prior in _searched(form).items():
                names[name] = len(priors)
                priors.append(prior)
            self.slots.append(names)
        table = np.array(priors, dtype=float).reshape(-1, 4)
        self.low, self.high, self.usual, self.spread = table.T.copy()

    def _without_controls(self, lines: Values) -> Values:
        """What controls leave of lines by place, the places weighed by their sales."""
        off: Values = self.weight * (lines - (lines @ self.basis) @ self.basis.T)
        return off

    def _own(self, lines: Values) -> Values:
        """What a lever's lift does not share with the controls; nothing where that is only rounding."""
        left = self._without_controls(lines)
        if np.linalg.norm(left) <= _ROUNDING * np.linalg.norm(lines):
            left = np.zeros_like(left)
        return left.ravel()

    def terms(self, parameters: Values) -> tuple[Term, ...]:
        """The curves that a point of the space stands for."""
        return tuple(
            _term(form, {name: float(parameters[k]) for name, k in slots.items()}, spend)
            for form, slots, spend in zip(self.forms, self.slots, self.seen.spend, strict=True)
        )

    def lifts(self, terms: Sequence[Term]) -> tuple[Values, Values]:
        """lift_max of each curve, and the columns that they multiply."""
        from scipy.optimize import nnls  # noqa: PLC0415 - 30 MB, only for curves from history

        raw = [
            term.lift(spend)[:, self.seen.known]
            for term, spend in zip(terms, self.seen.spend, strict=True)
        ]
        columns = np.stack([self._own(lines) for lines in raw], axis=1)
        return np.asarray(nnls(columns, self.target)[0]), columns

    def misfit(self, parameters: Values) -> Values:
        """Sales that are not explained, controls and best lifts taken off."""
        lifts, columns = self.lifts(self.terms(parameters))
        off: Values = self.target - columns @ lifts
        return off


def _searched(form: Form) -> dict[str, tuple[float, float, float, float]]:
    """What is searched for a lever, with bounds and prior."""
    found = {} if form.carryover is not None else {"carryover": CARRYOVER}
    if form.name in HALF:
        found["half"] = HALF[form.name]
    if form.name in SHAPE:
        found["shape"] = SHAPE[form.name]
    return found


def _term(form: Form, found: Mapping[str, float], spend: Values) -> Term:
    """A curve whose half is measured by the largest effective spend that was seen.

    Linear and power curves have no scale of their own: they end where spend has been seen to end.
    """
    carryover = found.get("carryover", form.carryover or 0.0)
    shape = found.get("shape", 1.0)
    reach = max(float(np.max(effective_spend(spend, carryover))), 1e-12)
    end = standard_lift(form.name, shape)[1]
    half = reach * float(np.exp(found["half"])) if "half" in found else reach / end
    return Term(form.name, carryover, half, shape)
