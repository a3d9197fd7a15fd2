"""Concessions: everything that people set and that may give way.

Facts, and rules that hold the model together, do not: who may serve whom, what can be delivered, what has
been promised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from allocopt.problem import Problem
from allocopt.solver.compiled import CompiledModel
from allocopt.solver.conflict.concession import Concession
from allocopt.solver.conflict.coverage_concessions import CoverageConcessions
from allocopt.solver.conflict.money_concessions import MoneyConcessions


def concessions_of(problem: Problem, model: CompiledModel) -> tuple[Concession, ...]:
    """Everything that may give way in a model of the problem."""
    cover, money = CoverageConcessions(problem, model), MoneyConcessions(problem, model)
    families: tuple[Callable[[], Iterator[Concession]], ...] = (
        cover.selling_time,
        cover.coverage,
        cover.locks,
        cover.apart,
        cover.families,
        cover.contiguity,
        cover.handovers,
        money.headcount,
        money.bands,
        money.budgets,
        money.returns,
        money.targets,
        money.quotas,
        money.attainable,
        money.travel,
    )
    every = (concession for family in families for concession in family())
    # The rows of the map come in rounds: there may be none yet.
    return tuple(one for one in every if one.rows or one.rule == "units_connected")
