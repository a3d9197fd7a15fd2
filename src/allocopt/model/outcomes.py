"""Outcomes of demand: the models that share what is decided before it is known."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from allocopt.problem.risk import EXPECTED


def outcomes(m: pyo.ConcreteModel) -> dict[str, Any]:
    """The model of each outcome by its name: the plan itself where demand comes as expected."""
    samples = (
        {} if m.component("outcome") is None else {name: m.outcome[name] for name in m.SAMPLES}
    )
    return {EXPECTED: m, **samples}
