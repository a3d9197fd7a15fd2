"""Hold-outs: what the members would have forecast at earlier dates.

The global models are trained once, on what was known at the earliest of these dates, and asked again
at the later ones as they are: that is how they are used between two refits, and it costs one training
instead of one per date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import FloatArray, IntArray
from allocopt.forecasting.engine.members import Base, Members
from allocopt.forecasting.engine.task import Task
from allocopt.forecasting.evaluation.origins import Origins
from allocopt.forecasting.uncertainty import error_scale

# Panels with more nodes than this are judged on a sample of that size.
SAMPLE_ABOVE, SAMPLE = 10_000, 5_000


@dataclass(frozen=True)
class Holdout:
    """Forecasts of some nodes at one origin; arrays have a row for each of `rows`.

    `actual` (row, reach) is what came; `scale` (row,) the unit that errors are compared in.
    """

    origin: int
    rows: IntArray
    base: Base
    actual: FloatArray
    scale: FloatArray


@dataclass(frozen=True)
class Past:
    """A task as it was at an earlier date, and what came of every node (node, horizon)."""

    task: Task
    actual: FloatArray


def pasts_of(task: Task, origins: Origins) -> tuple[Past, ...]:
    """Earlier dates of a task whose history would have looked then as it does today."""
    reach = origins.horizon
    return tuple(
        Past(task.until(place, reach), task.nodes[:, place : place + reach])
        for place in origins.places
    )


def hold_out(pasts: Sequence[Past], members: Members) -> tuple[Holdout, ...]:
    """Forecasts at each date by members that know nothing beyond the earliest of them."""
    return tuple(_hold_out(past, members) for past in pasts)


def _hold_out(past: Past, members: Members) -> Holdout:
    then = past.task
    opened = (~np.isnan(then.nodes)).any(axis=1)
    rows = judged_rows(then.nodes, np.flatnonzero(opened))
    base = members.forecast(then, rows)
    scale = error_scale(then.nodes[rows], then.season)
    return Holdout(then.periods, rows, base, past.actual[rows], scale)


def judged_rows(nodes: FloatArray, rows: IntArray) -> IntArray:
    """All rows, or in a large panel a sample over all sizes that no order of the rows changes."""
    if len(rows) <= SAMPLE_ABOVE:
        return rows
    size = np.nansum(np.abs(nodes[rows]), axis=1)
    ranked = rows[np.argsort(size, kind="stable")]
    places = np.linspace(0, len(rows) - 1, SAMPLE).round().astype(np.intp)
    return np.sort(ranked[places])
