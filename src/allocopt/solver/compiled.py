"""Compiled model: the Pyomo model as sparse arrays, with the way back to rules and variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.sparse import csc_array

from allocopt.model.memory import without_collections

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]

# The compiler pauses the garbage collector of the whole process, which two threads cannot do at once.
_COMPILING = Lock()

# How the compiler marks a row: −1 body ≥ rhs, 0 body = rhs, 1 body ≤ rhs.
AT_LEAST, EQUAL, AT_MOST = -1, 0, 1


@dataclass(frozen=True)
class RowKey:
    """The rule that a row belongs to, which of its items it is, and of which sample ("" = the plan)."""

    rule: str
    index: tuple[Any, ...]
    sample: str = ""


@dataclass(frozen=True)
class AddedColumn:
    """A column that is no variable of the Pyomo model; it concerns whom a row of this index concerns."""

    local_name: str
    of: tuple[Any, ...]

    def index(self) -> tuple[Any, ...]:
        """Whom it concerns."""
        return self.of

    def parent_component(self) -> AddedColumn:
        """What it belongs to: itself."""
        return self


@dataclass(frozen=True)
class CompiledModel:
    """maximise cost · x + offset subject to row_lower ≤ A x ≤ row_upper, lower ≤ x ≤ upper.

    `integer` marks whole-numbered columns; `columns` are the Pyomo variables, in order, whose names are
    known as long as their model, the `source`, is, or what takes the place of one.
    """

    cost: Floats
    offset: float
    matrix: csc_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    integer: Mask
    rows: tuple[RowKey, ...]
    columns: tuple[Any, ...]
    source: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """What another process is given: all but the source."""
        return {**self.__dict__, "source": None}

    @cached_property
    def names(self) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        """By column, the name of its variable and which of its items it is."""
        found = ((column.parent_component().local_name, column.index()) for column in self.columns)
        return tuple((name, item if isinstance(item, tuple) else (item,)) for name, item in found)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.columns)

    def value(self, x: Floats) -> float:
        """Objective at a point."""
        return float(self.cost @ x + self.offset)

    @property
    def scale(self) -> float:
        """Σ |objective coefficients|, against which a gap of nothing is measured."""
        return float(np.abs(self.cost).sum())

    def gap(self, objective: float, bound: float) -> float:
        """What a plan may miss of the bound, as a share: of 1e-9 of the scale where it is worth less."""
        return (bound - objective) / max(abs(objective), 1e-9 * self.scale, 1e-300)

    def submodel(
        self, columns: Numbers, rows: Numbers | None = None, x: Floats | None = None
    ) -> CompiledModel:
        """These columns alone, in these rows, or in all rows that they stand in.

        The other columns stay at `x`, which moves the sides of the rows and the offset; without it they
        stay at 0.
        """
        entries = self.matrix[:, columns]
        rows = np.flatnonzero(np.bincount(entries.indices)) if rows is None else rows
        row_lower, row_upper, offset = self.row_lower[rows], self.row_upper[rows], self.offset
        if x is not None:
            fixed = x.copy()
            fixed[columns] = 0.0
            activity = (self.matrix @ fixed)[rows]
            row_lower, row_upper = row_lower - activity, row_upper - activity
            offset = self.value(fixed)
        return replace(
            self,
            cost=self.cost[columns],
            offset=offset,
            matrix=csc_array(entries[rows]),
            row_lower=row_lower,
            row_upper=row_upper,
            lower=self.lower[columns],
            upper=self.upper[columns],
            integer=self.integer[columns],
            rows=tuple(self.rows[row] for row in rows.tolist()),
            columns=tuple(self.columns[column] for column in columns.tolist()),
        )


@without_collections()
def compile_model(m: pyo.ConcreteModel, columns: Sequence[Any] = ()) -> CompiledModel:
    """Arrays of a model that maximises its only objective; `columns` come first, in their order."""
    with _COMPILING:
        form = LinearStandardFormCompiler().write(
            m, mixed_form=True, set_sense=None, column_order=list(columns) or None
        )
    kind = np.array([row.bound_type for row in form.rows], dtype=int)
    rhs = np.asarray(form.rhs, dtype=float)
    ordered = tuple(form.columns)
    return CompiledModel(
        cost=np.asarray(form.c.toarray(), dtype=float)[0],
        offset=float(form.c_offset[0]),
        matrix=csc_array(form.A),
        row_lower=np.where(kind == AT_MOST, -np.inf, rhs),
        row_upper=np.where(kind == AT_LEAST, np.inf, rhs),
        lower=np.array([column.lb for column in ordered], dtype=float),
        upper=np.array([column.ub for column in ordered], dtype=float),
        integer=np.array([not column.is_continuous() for column in ordered], dtype=bool),
        rows=tuple(_row_key(row.constraint) for row in form.rows),
        columns=ordered,
        source=m,
    )


def _row_key(constraint: Any) -> RowKey:
    index = constraint.index()
    if index is None:
        index = ()
    sample = constraint.parent_block().index()
    return RowKey(
        constraint.parent_component().local_name,
        index if isinstance(index, tuple) else (index,),
        "" if sample is None else str(sample),
    )


def load_values(compiled: CompiledModel, x: Floats) -> None:
    """Puts a solution into the variables of the model; whole numbers exactly."""
    clean = np.where(compiled.integer, np.round(x), np.clip(x, compiled.lower, compiled.upper))
    for column, value in zip(compiled.columns, clean.tolist(), strict=True):
        column.set_value(value, skip_validation=True)
