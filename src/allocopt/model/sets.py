"""Sets of the model: what is assigned, to whom, and when."""

from __future__ import annotations

import pyomo.environ as pyo

from allocopt.problem import Problem


def declare_sets(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Units, reps, periods, tenures and stints, and the ways to walk along the stints."""
    m.PERIODS = pyo.Set(initialize=problem.periods, doc="Periods of the plan.")
    m.UNITS = pyo.Set(initialize=problem.units.index.tolist(), doc="What is assigned as a whole.")
    m.REPS = pyo.Set(initialize=problem.reps.index.tolist(), doc="Positions, filled or open.")
    m.OPEN_REPS = pyo.Set(
        within=m.REPS, initialize=list(problem.open_reps), doc="Positions that may be hired."
    )
    m.WINDOWS = pyo.Set(
        dimen=2,
        initialize=problem.windows.days.index.tolist(),
        doc="A unit and a range of days in which it keeps its rep.",
    )
    m.STINTS = pyo.Set(
        dimen=3,
        initialize=problem.stints.tolist(),
        doc="A unit, a rep who may cover it, and a window in which the rep is there.",
    )
    m.REPS_OF = {window: [] for window in m.WINDOWS}
    m.STINTS_OF = {rep: [] for rep in m.REPS}
    m.WINDOWS_OF = {unit: [] for unit in m.UNITS}
    for unit, window in m.WINDOWS:
        m.WINDOWS_OF[unit].append(window)
    for unit, rep, window in m.STINTS:
        m.REPS_OF[unit, window].append(rep)
        m.STINTS_OF[rep].append((unit, window))
    m.LIFTS = pyo.Set(
        dimen=3,
        initialize=[lift.key for lift in problem.lifts],
        doc="A lever and the cell (territory, segment) that it works in.",
    )
