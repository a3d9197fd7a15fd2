"""Symmetry: of plans that differ in the names of interchangeable reps only, one is looked at.

Of such reps the first takes the first unit, the next the first unit that is not the first rep's, and so
on: the first column of a partitioning orbitope (Kaibel and Pfetsch, 2008). No plan is lost but for names.
"""

from __future__ import annotations

import pandas as pd
import pyomo.environ as pyo

from allocopt.problem import Problem


def order_interchangeable_reps(m: pyo.ConcreteModel, problem: Problem) -> None:
    """assign[unit number q, rep number p] = 0 for p > q, from the plan's first day; no shared units."""
    # Two reps may both have the first of the shared units, so that these say nothing of an order.
    units = [unit for unit in _largest_first(problem) if unit not in problem.shared_units]
    late = {
        (units[place], rep): m.WINDOWS_OF[units[place]][0]
        for group in problem.interchangeable
        for place in range(min(len(group) - 1, len(units)))
        for rep in group[place + 1 :]
    }
    asked = [(*key, first) for key, first in late.items() if (*key, first) in m.STINTS]

    @m.Constraint(asked, doc="Of reps who are alike the first takes the first unit.")
    def alike_in_order(m, unit, rep, window):
        return m.assign[unit, rep, window] <= 0


def _largest_first(problem: Problem) -> pd.Index:
    """Units by what balance measures, else by demand: large ones are the hardest to place."""
    size = problem.demand.sum(axis=1)
    if problem.balance:
        size = problem.balance[0].amounts.groupby(level="unit").sum().reindex(size.index)
    return size.sort_values(ascending=False, kind="stable").index
