"""Sets of the model: what is assigned, to whom, and when."""

from __future__ import annotations

import pyomo.environ as pyo

from allocopt.problem import Problem


def declare_sets(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Units, reps, periods, eligible pairs, and the two ways to walk along the pairs."""
    m.PERIODS = pyo.Set(initialize=problem.periods, doc="Periods of the plan.")
    m.UNITS = pyo.Set(initialize=list(problem.units.index), doc="What is assigned as a whole.")
    m.REPS = pyo.Set(initialize=list(problem.reps.index), doc="Positions, filled or open.")
    m.OPEN_REPS = pyo.Set(
        within=m.REPS, initialize=list(problem.open_reps), doc="Positions that may be hired."
    )
    m.PAIRS = pyo.Set(
        dimen=2, initialize=list(problem.pairs.index), doc="A unit and a rep who may cover it."
    )
    m.REPS_OF = {unit: [] for unit in problem.units.index}
    m.UNITS_OF = {rep: [] for rep in problem.reps.index}
    for unit, rep in problem.pairs.index:
        m.REPS_OF[unit].append(rep)
        m.UNITS_OF[rep].append(unit)
    m.LIFTS = pyo.Set(
        dimen=3,
        initialize=[lift.key for lift in problem.lifts],
        doc="A lever and the cell (territory, segment) that it works in.",
    )
