"""Sales: what coverage and lift bring, at most what a unit can buy."""

from __future__ import annotations

import math

import pyomo.environ as pyo

from allocopt.model.overlays import lift_of_support
from allocopt.problem import LiftCurve, Problem
from allocopt.problem.keys import by_key


def sell(m: pyo.ConcreteModel, problem: Problem) -> None:
    """planned_sales[unit, period].

    Sales of a unit without response and lift follow from its reps alone and are an expression; the others
    are variables, at most what coverage and spend bring.
    """
    lifts = _lifts_of_units(problem)
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
        bounds=lambda _, unit, period: (0, _most(problem, lifts[unit], unit, period)),
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
        return sum(
            sales[unit, rep, window, period] * m.share[unit, rep, window]
            for window in m.WINDOWS_OF[unit]
            for rep in m.REPS_OF[unit, window]
            if sales[unit, rep, window, period]
        )


def _lifts_of_units(problem: Problem) -> dict[str, list[LiftCurve]]:
    cells: dict[tuple[str, str], list[LiftCurve]] = {}
    for lift in problem.lifts:
        cells.setdefault((lift.territory, lift.segment), []).append(lift)
    keys = zip(problem.units["territory"], problem.units["segment"], strict=True)
    return {unit: cells.get(key, []) for unit, key in zip(problem.units.index, keys, strict=True)}


def _most(problem: Problem, lifts: list[LiftCurve], unit: str, period: str) -> float:
    """A finite bound on sales: what the unit can buy, or all that time, spend and support bring."""
    if math.isfinite(ceiling := problem.ceiling[period][unit]):
        return float(ceiling)
    curve = problem.responses.get(unit)
    best = curve.y[-1] if curve else max(problem.reps["productivity"], default=0.0)
    most = problem.demand[period][unit] * best + problem.most_support_lift[period][unit]
    if lifts:
        now = problem.periods.index(period)
        most += problem.lifted_units[unit][period] * sum(lift.curves[now].y[-1] for lift in lifts)
    return float(most)
