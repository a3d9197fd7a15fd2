"""A first plan: each unit goes to the rep that the relaxation likes best."""

from __future__ import annotations

from typing import Any

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats


def rounded(model: CompiledModel, relaxed: Floats) -> Floats:
    """The relaxed point with its whole-numbered columns rounded.

    Of a unit's pairs the one with the largest share is chosen, so that no unit is lost or doubled, and the
    position of a chosen pair is filled. A unit that the relaxation leaves open stays open.
    """
    point = relaxed.copy()
    point[model.integer] = np.round(relaxed[model.integer])
    pairs, positions = _columns(model, "assign"), _columns(model, "hire")
    best: dict[Any, tuple[float, int]] = {}
    for (unit, _), column in pairs.items():
        point[column] = 0.0
        best[unit] = max(best.get(unit, (0.0, column)), (relaxed[column], column))
    for share, column in best.values():
        if share <= 0.0:
            continue
        point[column] = 1.0
        rep = model.columns[column].index()[1]
        if rep in positions:
            point[positions[rep]] = 1.0
    return point


def _columns(model: CompiledModel, name: str) -> dict[Any, int]:
    """Column of each item of a variable."""
    return {
        variable.index(): column
        for column, variable in enumerate(model.columns)
        if variable.parent_component().local_name == name
    }
