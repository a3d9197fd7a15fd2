"""Places: which columns of a model concern which units and reps.

Nothing but the names of the columns is read, so that a new family of rules finds its place by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array

from allocopt.solver.compiled import CompiledModel, Floats, Mask, Numbers


@dataclass(frozen=True)
class Places:
    """Units and reps by number, and their columns.

    column, unit, rep, window: of each stint, its column `assign` and its numbers; windows are those of one
    unit. of_unit, of_rep: unit × column and rep × column, 1 where the column's name has the unit or the rep
    in it. is_position: by rep, whether it is for the plan to say if the rep is there.
    """

    units: tuple[str, ...]
    reps: tuple[str, ...]
    column: Numbers
    unit: Numbers
    rep: Numbers
    window: Numbers
    of_unit: csr_array
    of_rep: csr_array
    is_position: Mask

    @cached_property
    def names_unit(self) -> Mask:
        """Columns that name a unit."""
        return np.asarray(self.of_unit.sum(axis=0)) > 0

    @cached_property
    def names_rep(self) -> Mask:
        """Columns that name a rep."""
        return np.asarray(self.of_rep.sum(axis=0)) > 0

    @cached_property
    def common(self) -> Mask:
        """Columns that name neither."""
        return ~self.names_unit & ~self.names_rep

    def held(self, x: Floats) -> csr_array:
        """unit × rep, above 0 where the rep has the unit at some time."""
        chosen = x[self.column] > 0.5
        entries = (np.ones(int(chosen.sum())), (self.unit[chosen], self.rep[chosen]))
        return csr_array(coo_array(entries, shape=(len(self.units), len(self.reps))))

    def around(self, held: csr_array, group: Sequence[int]) -> Mask:
        """Columns of the group's reps and of the units that they or nobody have, and of nobody else."""
        inside = np.zeros(len(self.reps))
        inside[list(group)] = 1.0
        # A unit that is shared with somebody outside stays as it is.
        units = (held @ (1.0 - inside) == 0).astype(float)
        own = self.of_unit.T @ units > 0
        mine = self.of_rep.T @ inside > 0
        return np.asarray(np.where(self.names_unit, own & (mine | ~self.names_rep), mine))

    def closeness(self, worth: Floats, held: csr_array) -> csr_array:
        """unit × rep, how close a rep who may have a unit is to it; 1 for the best of those who are there.

        `worth` is by column [objective]. What is lost with another rep makes it smaller, measured by the
        loss below which a quarter of them lie.
        """
        busy = np.asarray(held.sum(axis=0)) > 0
        there = busy[self.rep] | ~self.is_position[self.rep] | (not busy.any())
        best = np.full(int(np.max(self.window, initial=-1)) + 1, -np.inf)
        np.maximum.at(best, self.window[there], worth[self.column[there]])
        best = np.where(np.isfinite(best), best, 0.0)
        lost = best[self.window] - worth[self.column]
        typical = max(float(np.quantile(lost[there], 0.25)), 1e-9 * float(np.abs(lost).max()))
        near = np.exp(-np.maximum(lost / max(typical, 1e-300), -1.0))
        entries = (near, (self.unit, self.rep))
        return csr_array(coo_array(entries, shape=(len(self.units), len(self.reps))))

    def overlap(self, held: csr_array, closeness: csr_array) -> csr_array:
        """rep × rep: how close the second rep is to what the first one has.

        What nobody has counts as everybody's who could have it.
        """
        nobodys = (np.asarray(held.sum(axis=1)) == 0).astype(float)
        return csr_array((held + closeness.multiply(nobodys[:, None])).T @ closeness)

    def idle_beside(
        self, held: csr_array, worth: Floats, group: Sequence[int], most: int
    ) -> list[int]:
        """Positions without units that are closest to what a group has, `most` of them at most."""
        idle = self.is_position & (np.asarray(held.sum(axis=0)) == 0)
        if not idle.any():
            return []
        units = (held[:, list(group)].sum(axis=1) > 0).astype(float)
        near = np.where(idle, self.closeness(worth, held).T @ units, 0.0)
        order = np.argsort(-near, kind="stable")[:most]
        return [rep for rep in order[near[order] > 0].tolist() if rep not in group]


def places_of(model: CompiledModel) -> Places:
    """The places of a compiled model; all empty where it assigns nothing."""
    stints = columns_of(model, "assign")
    names = np.array(list(stints), dtype=object).reshape(-1, 3)
    (unit, units), (rep, reps), (day, days) = (pd.factorize(names[:, k]) for k in range(3))
    window, _ = pd.factorize(unit * len(days) + day)
    of_unit, of_rep = _incidence(model, list(units), list(reps))
    return Places(
        units=tuple(units),
        reps=tuple(reps),
        column=np.fromiter(stints.values(), dtype=np.intp, count=len(stints)),
        unit=unit,
        rep=rep,
        window=window,
        of_unit=of_unit,
        of_rep=of_rep,
        is_position=np.isin(reps, [rep for rep, _ in columns_of(model, "hire")]),
    )


def columns_of(model: CompiledModel, name: str) -> dict[Any, int]:
    """Column of each item of a variable."""
    return {
        item if len(item) > 1 else item[0]: column
        for column, (variable, item) in enumerate(model.names)
        if variable == name
    }


def _incidence(model: CompiledModel, *each: Sequence[str]) -> Iterator[csr_array]:
    """For each list of names, name × column, 1 where the column has the name."""
    items = [item for _, item in model.names]
    flat = pd.Series(list(chain.from_iterable(items)), dtype=object)
    column = np.repeat(np.arange(len(items)), [len(item) for item in items])
    for names in each:
        row = pd.Index(pd.Series(list(names), dtype=object)).get_indexer(pd.Index(flat))
        entries = np.ones(int((row >= 0).sum())), (row[row >= 0], column[row >= 0])
        yield csr_array(coo_array(entries, shape=(len(names), len(items))))
