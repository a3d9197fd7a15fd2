"""Moved: the plan before, in which units go where the relaxation of the changed model wants them.

A plan that was improved for long is better than its relaxation rounded anew. So a unit moves only where the
relaxation itself has moved it away from who has it, or where who has it is gone, barred or locked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats, Numbers
from allocopt.solver.local.options import bounds_with_rows
from allocopt.solver.places import Places, columns_of

NOBODY = -1
# What multipliers say of a column decides where the relaxation says nothing. [share]
LITTLE = 1e-6


@dataclass(frozen=True)
class Relaxations:
    """Where the relaxation was before the change, in the columns of the changed model, and where it is."""

    before: Floats
    after: Floats


def moved(model: CompiledModel, places: Places, point: Floats, relaxed: Relaxations) -> Floats:
    """The point with units moved; positions of those who get one are filled in time."""
    if not len(places.column):
        return point
    least, most = bounds_with_rows(model)
    least, most = least[places.column], most[places.column]
    holder = _favourite(places, np.where(most > 0.5, point[places.column], 0.0))
    liked_before = _favourite(places, relaxed.before[places.column])
    # No share is more than 1.
    forced = 2.0 * (least > 0.5) - 2.0 * (most < 0.5)
    liked = _favourite(places, relaxed.after[places.column] + forced)
    left = (holder == liked_before) & (liked_before != liked)
    goes = left | (holder == NOBODY) | (least[holder] < least[liked])
    return _placed(model, places, point, liked[goes & (liked != NOBODY)])


def liking(model: CompiledModel, relaxed: Floats, row_dual: Floats) -> Floats:
    """By column its share in a relaxation, and a little more the more it brings at the multipliers."""
    reduced = model.cost - model.matrix.T @ row_dual
    spread = max(float(np.ptp(reduced)), 1e-300)
    return np.asarray(relaxed + LITTLE * (1.0 + (reduced - reduced.min()) / spread))


def _favourite(places: Places, share: Floats) -> Numbers:
    """By unit and window, the stint with the largest share; NOBODY where none has one."""
    order = np.lexsort((share, places.window))
    last = np.flatnonzero(np.diff(places.window[order], append=NOBODY))
    stint = order[last]
    return np.where(share[stint] > 0.0, stint, NOBODY)


def _placed(model: CompiledModel, places: Places, point: Floats, stints: Numbers) -> Floats:
    """The point with these stints in place of all others of their windows."""
    changed = np.isin(places.window, places.window[stints])
    x = point.copy()
    x[places.column[changed]] = 0.0
    x[places.column[stints]] = 1.0
    days = _days(model)
    if days:
        names = model.names
        for column in places.column[stints].tolist():
            _, rep, window = names[column][1]
            _fill(x, days.get(rep, {}), window)
    return x


def _days(model: CompiledModel) -> dict[str, dict[str, int]]:
    """By open position, the columns of the first days on which it may be filled."""
    days: dict[str, dict[str, int]] = {}
    for (rep, first), column in columns_of(model, "hire").items():
        days.setdefault(rep, {})[first] = column
    return days


def _fill(point: Floats, days: Mapping[str, int], window: str) -> None:
    """Fills an open position in time for a window, if it is one and nobody has been hired."""
    if days and not any(point[column] > 0.5 for column in days.values()):
        point[days[max(first for first in days if first <= window)]] = 1.0
