"""Intervals: how far the sales of each scope may be from plan by the forecasts' own intervals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from allocopt.replanning.course import Course
from allocopt.replanning.variance.items import Floats, Items
from allocopt.replanning.variance.levels import paths, variances
from allocopt.replanning.variance.noise import by_group, noise
from allocopt.replanning.variance.scopes import Scope


def allowed(course: Course, items: Items, scopes: Mapping[str, Scope]) -> dict[str, Floats]:
    """Standard deviation of sales; item × column of company, territory, segment and unit [currency].

    The company and nodes by their own forecasts, segments and units from those of cells, of which units
    have their share. Periods count as independent. Empty where no forecast has an interval.
    """
    known = noise(course)
    if not known.is_known:
        return {}
    planned = np.maximum(items.plan, 0.0)
    *nodes, (cell, of_cells) = variances(course, items, known, planned * 0.0, planned) or []
    named: dict[str, Floats] = {}
    for (_, amounts), names in zip(reversed(nodes), reversed(paths(course, items)), strict=True):
        named |= dict(zip(pd.factorize(names)[1].tolist(), amounts, strict=True))
    own = of_cells[cell] * _share_of_cell(items, planned)
    by_name = {"company": named, "territory": named}
    for name in ("segment", "unit"):
        codes, found = pd.factorize(items.names[name])
        by_name[name] = dict(zip(found.tolist(), by_group(codes, own), strict=True))
    return {
        name: _with_all(np.array([amounts[item] for item in scopes[name].items]))
        for name, amounts in by_name.items()
        if name in scopes
    }


def _share_of_cell(items: Items, planned: Floats) -> Floats:
    """Share of each item in the plan of its cell; item × period, 0 where nothing is planned."""
    whole = by_group(items.cells, planned)[items.cells]
    return np.divide(planned, whole, out=np.zeros(items.shape), where=whole > 0)


def _with_all(variance: Floats) -> Floats:
    """Standard deviations by period, and of all periods together."""
    together = variance.sum(axis=1, keepdims=True)
    return np.asarray(np.sqrt(np.concatenate([variance, together], axis=1)))
