"""A first plan: each unit goes to the rep that the relaxation likes best."""

from __future__ import annotations

from typing import Any

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats


def rounded(model: CompiledModel, relaxed: Floats) -> Floats:
    """The relaxed point with its whole-numbered columns rounded.

    Of a unit's reps in a window the one with the largest share is chosen, so that no unit is lost or
    doubled, and the position of a chosen rep is filled in time. A unit that the relaxation leaves open
    stays open.
    """
    point = relaxed.copy()
    point[model.integer] = np.round(relaxed[model.integer])
    stints = _columns(model, "assign")
    best: dict[tuple[str, str], tuple[float, int, str]] = {}
    for (unit, rep, window), column in stints.items():
        point[column] = 0.0
        other = best.get((unit, window), (0.0, column, rep))
        best[unit, window] = max(other, (relaxed[column], column, rep))
    chosen = {key: (column, rep) for key, (share, column, rep) in best.items() if share > 0.0}
    for column, _ in chosen.values():
        point[column] = 1.0
    _fill_positions(model, point, [(rep, window) for (_, window), (_, rep) in chosen.items()])
    return point


def _fill_positions(model: CompiledModel, point: Floats, needed: list[tuple[str, str]]) -> None:
    """Fills each position once, early enough for all that its rep is to do; `needed`: (rep, window)."""
    hires = _columns(model, "hire")
    first_need: dict[str, str] = {}
    for rep, window in needed:
        first_need[rep] = min(window, first_need.get(rep, window))
    for rep in dict.fromkeys(rep for rep, _ in hires):
        days = [first for other, first in hires if other == rep]
        for first in days:
            point[hires[rep, first]] = 0.0
        if rep in first_need:
            in_time = [first for first in days if first <= first_need[rep]]
            point[hires[rep, max(in_time)]] = 1.0


def _columns(model: CompiledModel, name: str) -> dict[Any, int]:
    """Column of each item of a variable."""
    return {
        variable.index(): column
        for column, variable in enumerate(model.columns)
        if variable.parent_component().local_name == name
    }
