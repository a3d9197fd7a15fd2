"""Renewals: a unit whose contract is renewed soon does not change hands by choice."""

from __future__ import annotations

import pyomo.environ as pyo

from allocopt.model.continuity import share_of
from allocopt.problem import Problem


def keep_before_renewals(m: pyo.ConcreteModel, problem: Problem) -> None:
    """share now ≥ share before, for reps who may stay on when a renewal is near."""
    links = [
        (unit, rep, before, window)
        for unit, before, window in problem.renewals
        for rep in m.REPS_OF[unit, before]
        if problem.may_stay_on(unit, rep, window)
    ]

    @m.Constraint(links, doc="A unit that is renewed soon keeps its rep.")
    def kept_before_renewal(m, unit, rep, before, window):
        return share_of(m, unit, rep, window) >= share_of(m, unit, rep, before)
