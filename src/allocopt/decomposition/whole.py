"""Whole: the compiled model of all, put together from those of its regions.

Each region's units stand in one part, with all their reps. The parts share the rows of reps and of the
company, and the columns of reps; what they share adds up to the row and the column of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csc_array

from allocopt.problem import Problem
from allocopt.problem.numbering import Mask, Numbers
from allocopt.solver import CompiledModel
from allocopt.solver.compiled import Floats, RowKey

# Rows of the whole company: every part has all of the limit, which counts once.
COMPANY = -1

Limit = tuple[float, float]


@dataclass(frozen=True)
class Part:
    """The compiled model of a region's units with all their reps.

    Its columns are told by the place of their stint in the part, or by their name. `stints` are the
    places of the part's stints in the problem, `guests` the reps of other regions.
    """

    model: CompiledModel
    stints: Numbers
    guests: frozenset[str]

    def at_home(self, index: Iterable[Any]) -> bool:
        """Whether a row or column of this index names no guest."""
        return self.guests.isdisjoint(index)


@dataclass(frozen=True)
class Whole:
    """The compiled model of all regions.

    region: of each row, `COMPANY` for a limit of the company. of_reps: rows that sum over units.
    stint: place of each column's stint in the problem, −1 for other columns. column_region: the part that
    each column came from.
    """

    model: CompiledModel
    region: Numbers
    of_reps: Mask
    stint: Numbers
    column_region: Numbers

    def by_stint(self, values: Floats, stints: int) -> Floats:
        """Values of columns by stint of the problem, of which there are so many; 0 without a column."""
        found, known = np.zeros(stints), self.stint >= 0
        found[self.stint[known]] = values[known]
        return found


def put_together(problem: Problem, parts: Sequence[Part]) -> Whole:
    """The compiled model of the whole; its rows and columns are those of the parts, in order."""
    rows = _Rows(problem)
    row_of = [rows.add(region, part) for region, part in enumerate(parts)]
    column_of, owner = _numbered(parts)
    entries = [
        _entries(region, parts[region], row_of, column_of[region], owner)
        for region in range(len(parts))
    ]
    data, i, j = (np.concatenate(arrays) for arrays in zip(*entries, strict=True))
    model = CompiledModel(
        **_columns(parts, column_of, owner),
        offset=sum(part.model.offset for part in parts),
        matrix=csc_array(coo_array((data, (i, j)), shape=(len(rows.keys), len(owner)))),
        row_lower=np.array(rows.lower),
        row_upper=np.array(rows.upper),
        rows=tuple(rows.keys),
        columns=tuple(range(len(owner))),
    )
    return Whole(
        model=model,
        region=np.array(rows.region, dtype=np.int64),
        of_reps=np.array(rows.of_reps, dtype=bool),
        stint=_stints(parts, column_of, len(owner)),
        column_region=owner,
    )


def _columns(parts: Sequence[Part], column_of: Sequence[Numbers], owner: Numbers) -> dict[str, Any]:
    """Costs, bounds and whole-number marks; the bounds of a column that several parts have add up."""
    count = len(owner)
    cost, lower, upper = np.zeros(count), np.zeros(count), np.zeros(count)
    integer = np.zeros(count, dtype=bool)
    for region, (part, column) in enumerate(zip(parts, column_of, strict=True)):
        own = owner[column] == region
        cost[column[own]] = part.model.cost[own]
        integer[column[own]] = part.model.integer[own]
        lower[column] += part.model.lower
        upper[column] += part.model.upper
    return {"cost": cost, "lower": lower, "upper": upper, "integer": integer}


def _stints(parts: Sequence[Part], column_of: Sequence[Numbers], count: int) -> Numbers:
    """The place of each column's stint in the problem; −1 for other columns."""
    stint = np.full(count, -1, dtype=np.int64)
    for part, column in zip(parts, column_of, strict=True):
        place = np.array([x if isinstance(x, int) else -1 for x in part.model.columns])
        stint[column[place >= 0]] = part.stints[place[place >= 0]]
    return stint


def _entries(
    region: int, part: Part, row_of: Sequence[Numbers], column: Numbers, owner: Numbers
) -> tuple[Floats, Numbers, Numbers]:
    """Coefficients of a part by row and column of the whole.

    What a part says of a column of another one counts in rows that the other one has not.
    """
    entry = coo_array(part.model.matrix)
    i, j = row_of[region][entry.row], column[entry.col]
    kept = owner[j] == region
    for other in np.unique(owner[j[~kept]]):
        kept |= (owner[j] == other) & ~np.isin(i, row_of[other])
    return entry.data[kept], i[kept], j[kept]


def _numbered(parts: Sequence[Part]) -> tuple[list[Numbers], Numbers]:
    """The number of each part's columns in the whole, and the part whose column it is.

    A column that several parts have is that of the part in which its rep is at home.
    """
    number: dict[Any, int] = {}
    owner: list[int] = []
    settled: list[bool] = []
    column_of = []
    for region, part in enumerate(parts):
        places = []
        for name in part.model.columns:
            is_stint = isinstance(name, int)
            place = None if is_stint else number.get(name)
            if place is None:
                place = len(owner)
                owner.append(region)
                settled.append(is_stint or part.at_home(name.index))
                if not is_stint:
                    number[name] = place
            elif not settled[place] and part.at_home(name.index):
                owner[place], settled[place] = region, True
            places.append(place)
        column_of.append(np.array(places, dtype=np.int64))
    return column_of, np.array(owner, dtype=np.int64)


class _Rows:
    """Rows of all parts so far; a row that several parts have is one, with its sides added up."""

    def __init__(self, problem: Problem) -> None:
        self.limits = dict(company_limits(problem))
        self.units = frozenset(problem.units.index)
        self.keys: list[RowKey] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.region: list[int] = []
        self.of_reps: list[bool] = []
        self._settled: list[bool] = []
        self._number: dict[tuple[RowKey, bool], int] = {}

    def add(self, region: int, part: Part) -> Numbers:
        """The number of each row of a part in the whole."""
        model = part.model
        sides = zip(model.row_lower.tolist(), model.row_upper.tolist(), strict=True)
        numbers = [
            self._add_row(region, key, side, at_home=part.at_home(key.index))
            for key, side in zip(model.rows, sides, strict=True)
        ]
        return np.array(numbers, dtype=np.int64)

    def _add_row(self, region: int, key: RowKey, sides: Limit, *, at_home: bool) -> int:
        # A row with a lower and an upper limit comes as two of one name.
        told = key, bool(np.isfinite(sides[1]))
        number = self._number.get(told)
        if number is None:
            self._number[told] = number = len(self.keys)
            company = RowKey(key.rule, key.index) in self.limits
            self.keys.append(key)
            self.lower.append(sides[0])
            self.upper.append(sides[1])
            self.region.append(COMPANY if company else region)
            self.of_reps.append(self.units.isdisjoint(key.index))
            self._settled.append(at_home or company)
            return number
        once = self._counted_once(key, sides)
        self.lower[number] += sides[0] - once
        self.upper[number] += sides[1] - once
        if at_home and not self._settled[number]:
            self.region[number], self._settled[number] = region, True
        return number

    def _counted_once(self, key: RowKey, sides: Limit) -> float:
        """What stands in the row in every part; the compiler may have turned the row around."""
        if key.rule == "filled_once":
            return 1.0
        low, high = self.limits.get(RowKey(key.rule, key.index), (0.0, 0.0))
        if np.isfinite(sides[1]):
            return high if np.isfinite(high) else -low
        return low if np.isfinite(low) else -high


def company_limits(problem: Problem) -> Iterator[tuple[RowKey, Limit]]:
    """The rules of the whole company by their rows, and their lower and upper limits."""
    rule = problem.handover
    for what, most in (("units", rule.max_units), ("sales", rule.max_sales)):
        if most is not None:
            yield RowKey("handover_limit", (what,)), (-np.inf, float(most))
    for positions in problem.headcount:
        sides = float(positions.lower), float(positions.upper)
        yield RowKey("headcount_limit", (positions.scope,)), sides
    yield from _limits_of_money(problem)
    for band in problem.balance:
        if band.most_outside is not None:
            yield RowKey("outside_limit", (band.measure,)), (-np.inf, band.most_outside)
    if problem.travel is not None and problem.travel.most is not None:
        yield RowKey("travel_limit", ("company",)), (-np.inf, problem.travel.most)


def _limits_of_money(problem: Problem) -> Iterator[tuple[RowKey, Limit]]:
    for budget in problem.budget:
        sides = budget.lower, budget.upper
        if budget.rule != "period_budget":
            yield RowKey(budget.rule, (budget.item,)), sides
            continue
        for period in budget.periods:
            yield RowKey(budget.rule, (budget.item, period)), sides
    for floor in problem.returns:
        yield RowKey("return_floor", (floor.item,)), (0.0, np.inf)
    for supply in problem.supply:
        for period, most in supply.most.items():
            yield RowKey("supply_limit", (supply.item, period)), (-np.inf, most)
