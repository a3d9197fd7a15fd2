"""Inside: what is said of some units and lift curves of a problem, as it is in the whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from allocopt.borders import Borders
from allocopt.problem.cells import Key
from allocopt.problem.continuity import HandoverRule
from allocopt.problem.numbering import Mask
from allocopt.problem.problem import Problem

T = TypeVar("T")


def among(names: Iterable[T], known: frozenset[T]) -> tuple[T, ...]:
    """The names that are known, in their order."""
    return tuple(name for name in names if name in known)


def of_units(problem: Problem, units: pd.Index, windows: Mask) -> dict[str, Any]:
    """What is said of single units; `windows` are theirs."""
    names = frozenset(units)
    borders = problem.contiguity.borders.length
    ends = (borders.index.get_level_values(side).isin(units) for side in (0, 1))
    return {
        "need": problem.need.loc[units],
        "demand": problem.demand.loc[units],
        "ceiling": problem.ceiling.loc[units],
        "responses": {unit: x for unit, x in problem.responses.items() if unit in names},
        "renewals": tuple(x for x in problem.renewals if x[0] in names),
        "handover": _handover(problem.handover, names, windows),
        "contiguity": replace(problem.contiguity, borders=Borders(borders[np.logical_and(*ends)])),
    }


def _handover(rule: HandoverRule, units: frozenset[str], windows: Mask) -> HandoverRule:
    return replace(
        rule,
        loss=rule.loss[windows],
        sales=rule.sales[windows],
        owned=among(rule.owned, units),
        counted=among(rule.counted, units),
    )


def of_money(problem: Problem, units: pd.Index, keys: frozenset[Key]) -> dict[str, Any]:
    """Lift curves, what they must bring, and what can be delivered to the units."""
    names = frozenset(units)
    return {
        "lifts": tuple(lift for lift in problem.lifts if lift.key in keys),
        "returns": tuple(
            replace(rule, keys=among(rule.keys, keys))
            for rule in problem.returns
            if not keys.isdisjoint(rule.keys)
        ),
        "supply": tuple(
            replace(rule, shares=shares)
            for rule in problem.supply
            if (shares := {u: x for u, x in rule.shares.items() if u in names})
        ),
    }
