"""Sums: Σ weight · variable in one step, as most rows of the model have them, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo
from pyomo.core.expr import (
    LinearExpression,
    MonomialTermExpression,
    NegationExpression,
    ProductExpression,
    SumExpression,
)


def weighted(terms: Iterable[tuple[float, Any]]) -> Any:
    """Σ weight · variable; terms of no weight are left out, and an empty sum is 0.

    The same as `sum(weight * variable …)`, where every `+` looks at the kinds of both its sides.
    """
    kept = [MonomialTermExpression(term) for term in terms if term[0]]
    return LinearExpression(kept) if kept else 0


def worth(expression: Any) -> float:
    """Value of an expression: what `pyo.value` says, without a stack for each number in it."""
    kind = expression.__class__
    if kind is MonomialTermExpression:
        weight, variable = expression.args
        return float(weight * variable.value)
    if kind in (LinearExpression, SumExpression):
        return float(sum(map(worth, expression.args)))
    if kind is ProductExpression:
        first, second = expression.args
        return worth(first) * worth(second)
    if kind is NegationExpression:
        return -worth(expression.args[0])
    if kind not in (int, float) and expression.is_named_expression_type():
        return worth(expression.expr)
    return float(pyo.value(expression))
