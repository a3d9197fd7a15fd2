"""Kept: decisions that were taken before are no longer open."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from allocopt.problem import Problem
from allocopt.problem.keys import by_key


def keep_decisions(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Closes assign, part, hire, spend and agreed hours at the values that `problem.kept` has."""
    kept = problem.kept
    if kept is None:
        raise ValueError("the problem keeps no decisions")
    shares, spend = kept.shares.to_dict(), by_key(kept.spend)
    for stint in m.assign:
        _close(m.assign[stint], float(stint in shares))
    for stint in m.part:
        _close(m.part[stint], shares.get(stint, 0.0))
    for rep, first in m.hire:
        _close(m.hire[rep, first], float(kept.hired.get(rep) == first))
    for key, amount in spend.items():
        _close(m.spend[key], amount)
    for name, agreed in kept.hours.items():
        hours = by_key(agreed)
        for key in m.component(name) or ():
            _close(m.component(name)[key], hours[key])


def _close(variable: Any, value: float) -> None:
    # Bounds and not a fixed variable: the rules keep their rows, so that a clash is told in their words.
    variable.setlb(value)
    variable.setub(value)
