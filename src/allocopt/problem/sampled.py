"""Sampled: the problem as it is when one outcome of demand has come."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from allocopt.problem.lifts import LiftCurve
from allocopt.problem.problem import Problem
from allocopt.problem.risk import EXPECTED


def in_outcome(problem: Problem, outcome: str) -> Problem:
    """The problem with the demand of an outcome: of a sample, or the expected one.

    What a unit may buy follows its demand where that passes its potential; lift that is a share of demand
    grows with the demand of its cell.
    """
    if problem.risk is None or outcome == EXPECTED:
        return problem
    factor = problem.risk.factor.xs(outcome)
    demand = problem.demand * factor.loc[problem.demand.index]
    return replace(
        problem,
        demand=demand,
        ceiling=_ceiling(problem, demand),
        lifts=tuple(_lift_at(lift, problem, demand) for lift in problem.lifts),
    )


def _ceiling(problem: Problem, demand: pd.DataFrame) -> pd.DataFrame:
    """The most that units buy, max(potential, demand); inf where potential is unknown."""
    potential = problem.units["potential"]
    ceiling = demand.clip(lower=potential, axis=0)
    return ceiling.where(potential.notna(), np.inf, axis=0)


def _lift_at(lift: LiftCurve, problem: Problem, demand: pd.DataFrame) -> LiftCurve:
    if not lift.of_demand:
        return lift
    units = problem.units
    members = (units["territory"] == lift.territory) & (units["segment"] == lift.segment)
    before, now = problem.demand[members].sum(), demand[members].sum()
    growth = (now / before.where(before > 0)).fillna(1.0)
    curves = zip(lift.curves, growth, strict=True)
    return replace(lift, curves=tuple(curve.scaled(1.0, float(size)) for curve, size in curves))
