"""Sales: what coverage and lift bring, at most what a unit can buy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from allocopt.model.overlays import lift_of_support
from allocopt.model.sums import weighted
from allocopt.problem import LiftCurve, Problem
from allocopt.problem.keys import by_key


def sell(m: pyo.ConcreteModel, problem: Problem) -> None:
    """planned_sales[unit, period].

    Sales of a unit without response and lift follow from its reps alone and are an expression; the others
    are variables, at most what coverage and spend bring.
    """
    lifts, most = _lifts_of_units(problem), _most_sales(problem)
    flexible = [unit for unit in problem.units.index if unit in problem.flexible_units]
    m.FLEXIBLE_UNITS = pyo.Set(
        within=m.UNITS, initialize=flexible, doc="Units whose sales depend on time or spend."
    )
    _cover(m, problem)

    @m.Expression(
        m.FLEXIBLE_UNITS, m.PERIODS, doc="The unit's share of its cell's lift. [currency]"
    )
    def unit_lift(m, unit, period):
        if not lifts[unit]:
            return 0
        share = problem.lifted_units[unit][period]
        return share * sum(m.lift[(*lift.key, period)] for lift in lifts[unit])

    m.sales = pyo.Var(
        m.FLEXIBLE_UNITS,
        m.PERIODS,
        bounds=lambda _, *key: (0, most[key]),
        doc="Planned sales. [currency]",
    )

    @m.Constraint(m.FLEXIBLE_UNITS, m.PERIODS, doc="Sales are what coverage and spend bring.")
    def sales_earned(m, unit, period):
        earned = m.covered_sales[unit, period] + m.unit_lift[unit, period]
        return m.sales[unit, period] <= earned + lift_of_support(m, unit, period)

    varied = set(flexible)

    @m.Expression(m.UNITS, m.PERIODS, doc="Planned sales of any unit. [currency]")
    def planned_sales(m, unit, period):
        source = m.sales if unit in varied else m.covered_sales
        return source[unit, period]


def _cover(m: pyo.ConcreteModel, problem: Problem) -> None:
    sales, demand = by_key(problem.stint_sales), by_key(problem.demand)

    @m.Expression(m.UNITS, m.PERIODS, doc="Sales that coverage brings. [currency]")
    def covered_sales(m, unit, period):
        if unit in problem.responses:
            curve = problem.responses[unit]
            slopes = enumerate(curve.slopes)
            used = sum(slope * m.coverage_piece[unit, k, period] for k, slope in slopes)
            return demand[unit, period] * (curve.y[0] + used)
        return weighted(
            (sales[unit, rep, window, period], m.share[unit, rep, window])
            for window in m.WINDOWS_OF[unit]
            for rep in m.REPS_OF[unit, window]
        )


def _lifts_of_units(problem: Problem) -> dict[str, list[LiftCurve]]:
    cells: dict[tuple[str, str], list[LiftCurve]] = {}
    for lift in problem.lifts:
        cells.setdefault((lift.territory, lift.segment), []).append(lift)
    keys = zip(problem.units["territory"], problem.units["segment"], strict=True)
    return {unit: cells.get(key, []) for unit, key in zip(problem.units.index, keys, strict=True)}


def _most_sales(problem: Problem) -> dict[tuple[str, str], float]:
    """The most that each unit may sell in a period, a finite bound. [currency]

    All that cover, spend and support bring together, and no more than the unit can buy.
    """
    alone = problem.stint_sales.groupby(level=["unit", "window"]).max()
    rigid = alone.groupby(level="unit").sum().reindex(problem.units.index).fillna(0.0)
    heights = pd.Series(
        {unit: max(curve.y) for unit, curve in problem.responses.items()}, dtype=float
    )
    covered = problem.demand.mul(heights.reindex(problem.units.index), axis=0).fillna(rigid)
    most = (covered + problem.most_support_lift + _most_lift(problem)).clip(upper=problem.ceiling)
    return by_key(most)


def _most_lift(problem: Problem) -> pd.DataFrame:
    """Lift of each unit where all curves of its cell are at their height; unit × period. [currency]"""
    heights: dict[tuple[str, str], Any] = {}
    for lift in problem.lifts:
        top = np.array([max(curve.y) for curve in lift.curves])
        heights[lift.key[1:]] = heights.get(lift.key[1:], 0.0) + top
    cells = zip(problem.units["territory"], problem.units["segment"], strict=True)
    nothing = np.zeros(len(problem.periods))
    rows = {
        unit: problem.lifted_units[unit].to_numpy() * heights[cell] if cell in heights else nothing
        for unit, cell in zip(problem.units.index, cells, strict=True)
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(problem.periods))
