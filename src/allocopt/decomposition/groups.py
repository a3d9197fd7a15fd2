"""Groups: regions that are planned as one, and what each may use of the company's limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from allocopt.decomposition.regions import Regions
from allocopt.decomposition.shares import added_up, shared_out
from allocopt.problem import Problem
from allocopt.problem.numbering import Mask, Numbers
from allocopt.problem.restriction import Restrictions
from allocopt.solver.compiled import Floats

# Regions that are planned as one.
Group = tuple[int, ...]


@dataclass(frozen=True)
class Cutting:
    """A part of a problem and the places of its stints in the whole."""

    problem: Problem
    stints: Numbers

    @classmethod
    def out_of(cls, restrictions: Restrictions, units: Mask, reps: Mask) -> Cutting:
        """The part of some units with some reps alone."""
        part = restrictions.to_reps(units, reps)
        inside = units[restrictions.stint_unit]
        names = part.reps.index
        known = restrictions.problem.reps.index.isin(names)
        return cls(part, np.flatnonzero(inside & known[restrictions.stint_rep]))

    def shares(self, held: Floats) -> pd.Series[float]:
        """Shares of the chosen stints of the part."""
        own = held[self.stints]
        return pd.Series(own[own > 0], index=self.problem.stints[own > 0])


class Groups:
    """The groups of all regions that have units: each region by itself at first."""

    def __init__(self, restrictions: Restrictions, regions: Regions) -> None:
        self.all: list[Group] = [(k,) for k in range(len(regions.names)) if regions.units(k).any()]
        self._restrictions, self._regions = restrictions, regions
        self._near = _pairs_between(restrictions, regions)
        self._cuttings: dict[Group, Cutting] = {}
        parts = shared_out(restrictions.problem, [self.cutting(one).problem for one in self.all])
        self._parts = {region: part for (region,), part in zip(self.all, parts, strict=True)}

    def cutting(self, group: Group) -> Cutting:
        """The part of the problem that a group is."""
        if group not in self._cuttings:
            units, reps = (np.isin(x, group) for x in (self._regions.of_unit, self._regions.of_rep))
            self._cuttings[group] = Cutting.out_of(self._restrictions, units, reps)
        return self._cuttings[group]

    def problem(self, group: Group) -> Problem:
        """What a group is to plan, with all that its regions may use."""
        parts = [self._parts[region] for region in group]
        return added_up(self.cutting(group).problem, parts)

    def join(self, failed: Sequence[Group]) -> None:
        """Makes each group that failed one with the group that it has most pairs with."""
        for group in failed:
            # Another one that failed may have taken it in.
            if group in self.all and len(self.all) > 1:
                self.all.remove(group)
                other = max(self.all, key=partial(_links, self._near, group))
                self.all.remove(other)
                self.all.append(tuple(sorted((*group, *other))))


def _pairs_between(restrictions: Restrictions, regions: Regions) -> Numbers:
    """How many pairs each region's units have with each region's reps."""
    count = len(regions.names)
    unit = regions.of_unit[restrictions.pair_unit]
    rep = regions.of_rep[restrictions.pair_rep]
    return np.bincount(unit * count + rep, minlength=count * count).reshape(count, count)


def _links(near: Numbers, one: Group, other: Group) -> int:
    return int(near[np.ix_(one, other)].sum() + near[np.ix_(other, one)].sum())
