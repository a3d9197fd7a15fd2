"""Diagnosis of an infeasible model: which rules clash, and what giving way costs.

The multipliers of the linear elastic model name rows that clash (Gleeson and Ryan, 1990), of which a
deletion filter leaves an irreducible set. Where only whole numbers clash, rows around what gives way are
taken together, more and more of them until they clash by themselves; then the filter runs over these, with
a search for any plan in the place of the linear model (Chinneck, 2008, ch. 6).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np

from allocopt.problem import Problem
from allocopt.solver.compiled import CompiledModel, Floats, Mask, Numbers, RowKey
from allocopt.solver.conflict.concession import Concession
from allocopt.solver.conflict.concessions import concessions_of
from allocopt.solver.conflict.elastic import Elastic, breakable, elastic, only_rows
from allocopt.solver.conflict.irreducible import irreducible_rows
from allocopt.solver.conflict.relaxation import NOTHING, LeastPrice, Relaxed, least_price, relax
from allocopt.solver.highs import Limits, Outcome, run

# Multipliers below this are rounding.
MULTIPLIER = 1e-7
# Steps from what gives way to the rows that are looked at together.
MOST_STEPS = 6
# So many of the concessions that move are looked around one by one, before all together.
MOST_SEEDS = 3


@dataclass(frozen=True)
class Clash:
    """Rows that cannot hold together; `proven` when none of them can be left out."""

    rows: tuple[RowKey, ...]
    proven: bool


@dataclass(frozen=True)
class Diagnosis:
    """A clash, and the cheapest way out of all clashes where one was found; what may give way."""

    clash: Clash
    concessions: tuple[Concession, ...]
    relaxed: Relaxed | None


def diagnose(
    problem: Problem,
    model: CompiledModel,
    rules: Collection[str],
    seconds: float,
    *,
    relaxed: bool,
    breaks_more: Callable[[Floats], bool] = lambda _: False,
) -> Diagnosis:
    """Why the model of a problem has no plan, and the cheapest way to one.

    `rules` names those that people set; the others only hold the model together. `relaxed` says that even
    the linear model has no point; `breaks_more` whether a point breaks rows that are not in the model yet.
    """
    until = time.monotonic() + seconds
    model = breakable(model)
    concessions = concessions_of(problem, model)
    soft = elastic(model, concessions)
    linear = least_price(soft, seconds * 0.4)
    clash = None
    if relaxed:
        clash = _linear_clash(model, linear, _share_of_time(until, 0.5))
    way_out = None if linear is None else relax(soft, linear, _share_of_time(until, 0.6))
    if way_out is not None and breaks_more(way_out.point):
        way_out = _with_rows_to_come_given_up(soft, way_out)
    if clash is None:
        clash = _whole_number_clash(soft, model, rules, way_out, _share_of_time(until, 1.0))
    return Diagnosis(clash, concessions, way_out)


def _with_rows_to_come_given_up(soft: Elastic, way_out: Relaxed) -> Relaxed:
    """The same way out, and the rule whose rows come in rounds is given up as a whole."""
    lazy = np.array([one.rule == "units_connected" for one in soft.concessions], dtype=float)
    amounts = np.maximum(way_out.amounts, lazy)
    return replace(way_out, amounts=amounts, price=float(amounts @ soft.prices))


def _share_of_time(until: float, share: float) -> float:
    return max(until - time.monotonic(), 0.0) * share


def _linear_clash(model: CompiledModel, linear: LeastPrice | None, seconds: float) -> Clash:
    """An irreducible clash of the linear model, among the rows that the elastic one leans on."""
    rows = np.arange(len(model.rows))
    if linear is not None:
        leaned_on = np.flatnonzero(np.abs(linear.multipliers) > MULTIPLIER)
        part = only_rows(model, leaned_on)
        if run(part, Limits(time_limit=seconds / 2), relaxed=True).outcome is Outcome.INFEASIBLE:
            rows = leaned_on
    kept, proven = irreducible_rows(only_rows(model, rows), seconds)
    return Clash(tuple(model.rows[rows[place]] for place in kept), proven)


def _whole_number_clash(
    soft: Elastic,
    model: CompiledModel,
    rules: Collection[str],
    way_out: Relaxed | None,
    seconds: float,
) -> Clash:
    """Rows that clash, without any that can be spared; else, unproven, those that give way."""
    until = time.monotonic() + seconds
    named = np.array([key.rule in rules for key in model.rows], dtype=bool)
    for rows in _growing(soft, named, way_out):
        part = only_rows(model, rows)
        clash = _Filter(part, named[rows], until)
        outcome = clash.outcome_with(set(clash.named))
        if outcome is Outcome.INFEASIBLE:
            kept, proven = clash.irreducible()
            return Clash(tuple(part.rows[place] for place in sorted(kept)), proven)
        if outcome is not Outcome.OPTIMAL:
            break
    giving = named if way_out is None else soft.rows_of(way_out.amounts > 0) & named
    return Clash(tuple(model.rows[row] for row in np.flatnonzero(giving)), proven=False)


def _growing(soft: Elastic, named: Mask, way_out: Relaxed | None) -> Iterator[Numbers]:
    """Rows around one or all concessions that are made, with what ties their columns; at last all."""
    seeds: list[Mask] = []
    if way_out is not None:
        dearest = np.argsort(-way_out.amounts * soft.prices, kind="stable")
        moved = [place for place in dearest if way_out.amounts[place] > NOTHING]
        every = np.arange(len(soft.concessions))
        seeds = [soft.rows_of(every == place) for place in moved[:MOST_SEEDS]]
        seeds += [soft.rows_of(way_out.amounts > NOTHING)] if len(moved) > 1 else []
    seen: set[int] = set()
    for step in range(MOST_STEPS):
        for place, rows in enumerate(seeds):
            seeds[place] = _with_ties(soft, rows if step == 0 else _neighbours(soft, rows), ~named)
            count = int(seeds[place].sum())
            if count not in seen:
                seen.add(count)
                yield np.flatnonzero(seeds[place])
    if len(named) not in seen:
        yield np.arange(len(named))


def _neighbours(soft: Elastic, rows: Mask) -> Mask:
    """Rows that share a column with one of these."""
    columns = soft.pattern.T @ rows.astype(float) > 0
    return np.asarray(soft.pattern @ columns.astype(float) > 0)


def _with_ties(soft: Elastic, rows: Mask, ties: Mask) -> Mask:
    """The rows and all ties that their columns stand in, and so on."""
    while True:
        more = rows | (ties & _neighbours(soft, rows))
        if (more == rows).all():
            return rows
        rows = more


class _Filter:
    """Deletion filter over the named rows of a small model; rules as a whole first, then rows."""

    def __init__(self, model: CompiledModel, named: Mask, until: float) -> None:
        self.named: list[int] = np.flatnonzero(named).tolist()
        self._model = model
        self._until = until

    def irreducible(self) -> tuple[set[int], bool]:
        """The named rows that are left, and whether none of them can be spared."""
        kept = set(self.named)
        for rule in sorted({self._model.rows[row].rule for row in kept}):
            rest = {row for row in kept if self._model.rows[row].rule != rule}
            if self.outcome_with(rest) is Outcome.INFEASIBLE:
                kept = rest
        return self._shrunk(sorted(kept))

    def _shrunk(self, rows: list[int]) -> tuple[set[int], bool]:
        """Leaves parts of the rows out, halves at first, then single ones.

        Not proven when time ran out before each row was tried.
        """
        many = max(len(rows) // 2, 1)
        while True:
            place, proven = 0, True
            while place < len(rows):
                rest = rows[:place] + rows[place + many :]
                outcome = self.outcome_with(set(rest))
                if outcome is Outcome.INFEASIBLE:
                    rows = rest
                else:
                    place += many
                    proven &= outcome is Outcome.OPTIMAL
            if many == 1:
                return set(rows), proven
            many //= 2

    def outcome_with(self, kept: set[int]) -> Outcome:
        """Whether there is a point when of the named rows only these must hold."""
        left = self._until - time.monotonic()
        if left <= 0:
            return Outcome.TIME_LIMIT
        free = np.zeros(len(self._model.rows), dtype=bool)
        free[[row for row in self.named if row not in kept]] = True
        part = replace(
            self._model,
            row_lower=np.where(free, -np.inf, self._model.row_lower),
            row_upper=np.where(free, np.inf, self._model.row_upper),
        )
        return run(part, Limits(time_limit=left / 4)).outcome
