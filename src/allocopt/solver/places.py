"""Places: which columns of a model concern which units and reps.

Nothing but the names of the columns is read, so that a new family of rules finds its place by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.cut import Mask

Numbers = npt.NDArray[np.intp]


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

    @cached_property
    def could(self) -> csr_array:
        """unit × rep, stints in which the rep may have the unit."""
        entries = (np.ones(len(self.unit)), (self.unit, self.rep))
        return csr_array(coo_array(entries, shape=(len(self.units), len(self.reps))))

    def overlap(self, held: csr_array) -> csr_array:
        """rep × rep: stints in which the second rep could have what the first one has.

        What nobody has counts as everybody's who could have it.
        """
        nobodys = (np.asarray(held.sum(axis=1)) == 0).astype(float)
        return csr_array((held + self.could.multiply(nobodys[:, None])).T @ self.could)

    def idle_beside(self, held: csr_array, group: Sequence[int], most: int) -> list[int]:
        """Positions without units that could have most of what a group has, `most` of them at most."""
        idle = self.is_position & (np.asarray(held.sum(axis=0)) == 0)
        if not idle.any():
            return []
        units = (held[:, list(group)].sum(axis=1) > 0).astype(float)
        near = np.where(idle, self.could.T @ units, 0.0)
        order = np.argsort(-near, kind="stable")[:most]
        return [rep for rep in order[near[order] > 0].tolist() if rep not in group]


def places_of(model: CompiledModel) -> Places:
    """The places of a compiled model; all empty where it assigns nothing."""
    stints = columns_of(model, "assign")
    units, reps = (_numbered(stint[k] for stint in stints) for k in (0, 1))
    windows = _numbered((unit, window) for unit, _, window in stints)
    return Places(
        units=tuple(units),
        reps=tuple(reps),
        column=_integers(stints.values(), len(stints)),
        unit=_integers((units[stint[0]] for stint in stints), len(stints)),
        rep=_integers((reps[stint[1]] for stint in stints), len(stints)),
        window=_integers((windows[stint[0], stint[2]] for stint in stints), len(stints)),
        of_unit=_incidence(model, units),
        of_rep=_incidence(model, reps),
        is_position=np.isin(list(reps), [rep for rep, _ in columns_of(model, "hire")]),
    )


def columns_of(model: CompiledModel, name: str) -> dict[Any, int]:
    """Column of each item of a variable."""
    return {
        item if len(item) > 1 else item[0]: column
        for column, (variable, item) in enumerate(model.names)
        if variable == name
    }


def _integers(values: Iterable[int], count: int) -> Numbers:
    return np.fromiter(values, dtype=np.intp, count=count)


def _numbered(names: Iterable[Any]) -> dict[Any, int]:
    return {name: number for number, name in enumerate(dict.fromkeys(names))}


def _incidence(model: CompiledModel, numbers: Mapping[str, int]) -> csr_array:
    """name × column, 1 where the column has the name."""
    found = [
        (numbers[name], column)
        for column, (_, item) in enumerate(model.names)
        for name in item
        if name in numbers
    ]
    row, column = np.array(found, dtype=np.intp).reshape(-1, 2).T
    shape = (len(numbers), len(model.columns))
    return csr_array(coo_array((np.ones(len(row)), (row, column)), shape=shape))
