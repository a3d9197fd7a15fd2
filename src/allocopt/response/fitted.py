"""Fitted curves: what history says that spend on each lever brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from allocopt.response.confidence import TAIL, redrawn_estimates
from allocopt.response.estimate import Estimate, estimate
from allocopt.response.forms import Form
from allocopt.response.holdout import Accuracy, accuracy, choose_forms
from allocopt.response.observations import Observations, Sources, observe
from allocopt.response.place import Place

# A lever of which nothing is asked explains sales in proportion to its spend.
_OTHER = Form("linear", 0.0)
# Lift is never taken to be more than this part of all past sales.
_MOST_LIFT = 0.9


@dataclass(frozen=True)
class FittedCurve:
    """A curve as history tells it.

    half, most_seen, usual_spend: spend per period as shares of the place's usual sales, `usual_sales`
    [currency/period]; lift_max: share of sales without any lever, which are the share `base` of all.
    `most_seen` is the largest spend of a period, `usual_spend` the mean of the last year.
    """

    lever: str
    place: Place
    form: str
    shape: float
    carryover: float
    half: float
    lift_max: float
    most_seen: float
    usual_spend: float
    usual_sales: float
    base: float
    periods: int


@dataclass(frozen=True)
class Interval:
    """Where four of five refits lie."""

    lower: float
    upper: float


@dataclass(frozen=True)
class Fit:
    """All curves of one place, fitted together; `asked` are the levers that a fit was asked for."""

    asked: tuple[str, ...]
    seen: Observations
    forms: tuple[Form, ...]
    found: Estimate
    place: Place
    season: int

    def curve(self, lever: str) -> FittedCurve:
        """The curve of one lever."""
        k = self.seen.levers.index(lever)
        term, spend = self.found.terms[k], self.seen.intensity[k]
        base = without_levers(self.seen, self.found)
        return FittedCurve(
            lever=lever,
            place=self.place,
            form=term.form,
            shape=term.shape,
            carryover=term.carryover,
            half=term.half,
            lift_max=float(self.found.lifts[k]) / base,
            most_seen=float(self.seen.spend[k].max()),
            usual_spend=float(spend[-self.season :].mean()),
            usual_sales=float(self.seen.size.sum()),
            base=base,
            periods=int(self.seen.known.sum()),
        )

    @cached_property
    def accuracy(self) -> Accuracy:
        """How well all curves together explain and foretell sales."""
        return accuracy(self.seen, self.forms, self.found)

    @cached_property
    def redrawn(self) -> list[Estimate]:
        """Curves fitted again with other chance."""
        return redrawn_estimates(self.seen, self.forms, self.found)

    def intervals(self, lever: str) -> Mapping[str, Interval]:
        """Intervals of lift_max, of the lift at usual spend and of its marginal lift."""
        k = self.seen.levers.index(lever)
        usual = float(self.seen.intensity[k][-self.season :].mean())
        figures = [
            _figures(other, k, without_levers(self.seen, other), usual) for other in self.redrawn
        ]
        bounds = np.quantile(figures, [TAIL, 1 - TAIL], axis=0).T
        names = ("lift_max", "lift", "marginal")
        return {
            name: Interval(float(lower), float(upper))
            for name, (lower, upper) in zip(names, bounds, strict=True)
        }


def fit_place(sources: Sources, place: Place, asked: Mapping[str, Form]) -> Fit | None:
    """Curves of the asked levers in a place, with what the other levers there explain taken off.

    None where spend and sales never meet.
    """
    seen = observe(sources, list(asked), place)
    if seen is None:
        return None
    forms, found = _chosen(seen, tuple(asked.get(lever, _OTHER) for lever in seen.levers))
    return Fit(tuple(asked), seen, forms, found, place, sources.calendar.season)


# A plan is solved many times over one past: changes of the plan leave what it says about levers alone.
@lru_cache(maxsize=64)
def _chosen(seen: Observations, asked: tuple[Form, ...]) -> tuple[tuple[Form, ...], Estimate]:
    """The forms that are chosen for what is asked, and the curves."""
    forms = choose_forms(seen, asked)
    return forms, estimate(seen, forms)


def without_levers(seen: Observations, found: Estimate) -> float:
    """Mean sales that the levers did not bring, as a share of all."""
    weight = seen.size / seen.size.sum()
    heights = zip(found.lifts, found.terms, seen.spend, strict=True)
    brought = sum(
        float(lift) * float(weight @ term.lift(spend)[:, seen.known].mean(axis=1))
        for lift, term, spend in heights
    )
    return 1.0 - min(brought, _MOST_LIFT)


def _figures(found: Estimate, k: int, base: float, usual: float) -> tuple[float, float, float]:
    """lift_max, lift at usual spend and its slope, as shares of sales without levers."""
    term, lift_max = found.terms[k], float(found.lifts[k]) / base
    return lift_max, lift_max * term.steady_lift(usual), lift_max * term.steady_slope(usual)
