"""Concessions: everything that people set and that may give way.

Facts, and rules that hold the model together, do not: who may serve whom, what can be delivered, what has
been promised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from allocopt.problem import Problem
from allocopt.solver.compiled import CompiledModel
from allocopt.solver.conflict.concession import Concession
from allocopt.solver.conflict.coverage_concessions import CoverageOffers
from allocopt.solver.conflict.money_concessions import MoneyOffers


def concessions(problem: Problem, model: CompiledModel) -> tuple[Concession, ...]:
    """Everything that may give way in a model of the problem."""
    cover, money = CoverageOffers(problem, model), MoneyOffers(problem, model)
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
        money.travel,
    )
    made = (offer for family in families for offer in family())
    # The rows of the map come in rounds: there may be none yet.
    return tuple(offer for offer in made if offer.rows or offer.rule == "units_connected")
