"""What is sold and spent: the tables `sales` and `budget` of a plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.model import Decisions
from allocopt.problem import Problem
from allocopt.results.people import long_form


def sales_table(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """unit, period, sales, demand, lift and spend [currency]; lift and spend are shares of the cell's."""
    lift, spend = _unit_share(problem, decisions.lift), _unit_share(problem, decisions.spend)
    table = long_form(decisions.sales.rename_axis(index="unit"), "sales")
    for name, frame in (("demand", problem.demand), ("lift", lift), ("spend", spend)):
        table[name] = frame.loc[problem.units.index, list(problem.periods)].to_numpy().ravel()
    return table


def _unit_share(problem: Problem, by_curve: pd.DataFrame) -> pd.DataFrame:
    """An amount by (lever, territory, segment), shared over units as lift is; unit × period."""
    shares = pd.DataFrame(0.0, index=problem.units.index, columns=list(problem.periods))
    if by_curve.empty:
        return shares
    cells = by_curve.groupby(level=["territory", "segment"]).sum()
    units = problem.units.loc[list(problem.lifted_units)]
    keys = pd.MultiIndex.from_frame(units[["territory", "segment"]])
    weight = np.array([problem.lifted_units[unit].to_numpy() for unit in units.index])
    shares.loc[units.index] = cells.reindex(keys).to_numpy() * weight
    return shares


def budget_table(decisions: Decisions) -> pd.DataFrame:
    """lever, territory, segment, period, spend and lift [currency]."""
    table = long_form(decisions.spend, "spend")
    table["lift"] = decisions.lift.to_numpy().ravel()
    return table
