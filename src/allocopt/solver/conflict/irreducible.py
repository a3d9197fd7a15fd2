"""Irreducible rows: what is left of an infeasible linear model when nothing more can be left out.

Rows are freed in turn and stay free while the rest still clash (deletion filter: Chinneck and Dravnieks,
1991); the multipliers that prove a clash free all rows without one at once (Gleeson and Ryan, 1990).

Not `getIis` of HiGHS 1.15, whose sets (strategy irreducible) were as small on 8,000 random models: among
some hundred rows it takes many times as long, and where its time ends it does not say what it has tried.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import highspy
import numpy as np

from allocopt.solver.compiled import CompiledModel
from allocopt.solver.highs import load

# Multipliers below this share of the largest are rounding.
MULTIPLIER = 1e-9
# Rows are freed together at first, so many parts of all.
PARTS = 8


def irreducible_rows(model: CompiledModel, seconds: float) -> tuple[tuple[int, ...], bool]:
    """Rows of an infeasible linear model without any one of which it is feasible, and whether proven.

    Not proven where time runs out, or where the model is feasible after all.
    """
    rows = _Rows(model, time.monotonic() + seconds)
    if not rows.clash_without([]):
        return tuple(sorted(rows.kept)), False
    needed: set[int] = set()
    proven = True
    for many in _sizes(len(rows.kept)):
        for part in _parts(sorted(rows.kept - needed), many):
            still = rows.clash_without([row for row in part if row in rows.kept])
            if many == 1 and still is not True:
                needed.add(part[0])
                proven &= still is False
    return tuple(sorted(rows.kept)), proven and rows.clash_without([]) is True


def _sizes(count: int) -> Iterator[int]:
    """How many rows are freed together: an eighth of all, then an eighth of that, at last each alone."""
    while count > PARTS:
        count //= PARTS
        if count > 1:
            yield count
    yield 1


def _parts(rows: Sequence[int], many: int) -> Iterator[Sequence[int]]:
    return (rows[first : first + many] for first in range(0, len(rows), many))


class _Rows:
    """The rows of a model that still hold; `kept` shrinks as others turn out not to be needed."""

    def __init__(self, model: CompiledModel, until: float) -> None:
        self.kept = set(range(len(model.rows)))
        self._model = model
        self._until = until
        self._solver = load(model, relaxed=True)
        # A proof by presolve has no multipliers.
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("solver", "simplex")
        self._solver.setOptionValue("threads", 1)

    def clash_without(self, part: Sequence[int]) -> bool | None:
        """Whether the kept rows clash without these, which then are kept no longer; None: not known."""
        left = self._until - time.monotonic()
        if left <= 0:
            return None
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + left)
        self._free(part)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            self._keep_proof(self.kept.difference(part))
            return True
        for row in part:
            self._solver.changeRowBounds(
                row, self._model.row_lower[row], self._model.row_upper[row]
            )
        return False if status == highspy.HighsModelStatus.kOptimal else None

    def _keep_proof(self, kept: set[int]) -> None:
        """Frees what the proof that the kept rows clash does not need."""
        _, known, ray = self._solver.getDualRay()
        if known:
            size = np.abs(ray)
            proof = set(np.flatnonzero(size > MULTIPLIER * size.max()).tolist()) & kept
            self._free(kept - proof)
            kept = proof
        self.kept = kept

    def _free(self, part: Sequence[int] | set[int]) -> None:
        for row in part:
            self._solver.changeRowBounds(row, -np.inf, np.inf)
