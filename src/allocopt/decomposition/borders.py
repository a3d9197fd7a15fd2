"""Borders: which reps should be planned together once more, though they are in different regions.

At the prices of the whole a unit may wish for a rep of another region. Groups of reps grow along the wishes
that cross borders, each to one model of some seconds; groups of a round have no rep in common.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array, csr_array

from allocopt.decomposition.regions import Regions
from allocopt.decomposition.whole import Whole
from allocopt.problem.numbering import Mask, Numbers
from allocopt.problem.restriction import Restrictions
from allocopt.solver.compiled import Floats

# Reps of a group: enough for chains of exchanges, few enough for a close answer.
GROUP = 30
# What a unit that could go to a rep counts beside one that wishes to. [share of the mean wish]
NEARNESS = 0.05


@dataclass(frozen=True)
class Wishes:
    """What units would gain with other reps at the prices of the whole.

    held: share by stint of the problem. worth: what each stint brings less the prices of what it takes of
    its rep [currency].
    """

    restrictions: Restrictions
    regions: Regions
    held: Floats
    worth: Floats

    @cached_property
    def _current(self) -> tuple[Numbers, Floats]:
        """Rep that each window has most of, −1 for none, and what that stint is worth."""
        chosen = np.flatnonzero(self.held > 0)
        chosen = chosen[np.argsort(self.held[chosen], kind="stable")]
        window = self.restrictions.stint_window[chosen]
        count = len(self.restrictions.problem.windows.days)
        rep, worth = np.full(count, -1, dtype=np.int64), np.zeros(count)
        rep[window] = self.restrictions.stint_rep[chosen]
        worth[window] = self.worth[chosen]
        return rep, worth

    @cached_property
    def gains(self) -> tuple[csr_array, csr_array]:
        """Between reps: the gain of units that wish to cross a border, and how many units may go."""
        rep, worth = self._current
        window, to = self.restrictions.stint_window, self.restrictions.stint_rep
        come_from = rep[window]
        other = (come_from >= 0) & (come_from != to)
        gain = np.maximum(self.worth - worth[window], 0.0)
        crosses = other & (self.regions.of_rep[come_from] != self.regions.of_rep[to])
        size = len(self.restrictions.problem.reps)
        wish = _between(come_from[crosses], to[crosses], gain[crosses], size)
        near = _between(come_from[other], to[other], np.ones(int(other.sum())), size)
        return wish, near

    @cached_property
    def divided(self) -> Mask:
        """Reps who have a unit for a part only: of its time, or of it; these stay as they are."""
        stints = np.flatnonzero(self.held > 0)
        unit, rep = self.restrictions.stint_unit[stints], self.restrictions.stint_rep[stints]
        order = np.lexsort((rep, unit))
        several = np.zeros(len(self.restrictions.problem.units), dtype=bool)
        same_unit = unit[order][1:] == unit[order][:-1]
        several[unit[order][1:][same_unit & (rep[order][1:] != rep[order][:-1])]] = True
        found = np.zeros(len(self.restrictions.problem.reps), dtype=bool)
        found[rep[several[unit]]] = True
        return found

    def groups(self, tried: Mask, size: int = GROUP) -> Iterator[Numbers]:
        """Groups of reps without a rep in common, most to gain first; none begins with one of `tried`."""
        wish, near = self.gains
        mean = float(wish.data.mean()) if wish.nnz else 0.0
        pull = csr_array(wish + NEARNESS * mean * near)
        asked = np.asarray(wish.sum(axis=1)).ravel()
        free = ~self.divided
        for seed in np.argsort(-asked, kind="stable"):
            if asked[seed] <= 0:
                return
            if not free[seed] or tried[seed]:
                continue
            group = self._grown(int(seed), pull, free, size)
            free[group] = False
            if len(group) > 1:
                yield group

    def _grown(self, seed: int, pull: csr_array, free: Mask, size: int) -> Numbers:
        """The group of a rep: again and again the free rep whom the group pulls most."""
        group = [seed]
        total = pull[[seed]].toarray().ravel()
        while len(group) < size:
            candidates = np.where(free, total, 0.0)
            candidates[group] = 0.0
            best = int(np.argmax(candidates))
            if candidates[best] <= 0:
                break
            group.append(best)
            total += pull[[best]].toarray().ravel()
        return np.array(sorted(group), dtype=np.int64)


def _between(a: Numbers, b: Numbers, amount: Floats, size: int) -> csr_array:
    """Amounts between reps, whichever way; rep × rep."""
    one_way = csr_array(coo_array((amount, (a, b)), shape=(size, size)))
    return csr_array(one_way + one_way.T)


def worth_of_stints(whole: Whole, row_dual: Floats, stints: int) -> Floats:
    """What each stint brings to the objective less the prices of its rep's time and bands [currency]."""
    model = whole.model
    reduced = model.cost - model.matrix.T @ np.where(whole.of_reps, row_dual, 0.0)
    return whole.by_stint(reduced, stints)
