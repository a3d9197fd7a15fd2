"""Expectation: what closed periods were expected to bring, what came, and how far chance reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.forecasting.outcome_draws import outcome_draws
from allocopt.problem.demand_samples import DemandSamples
from allocopt.replanning.course import Outlook
from allocopt.replanning.performance.accuracy import Forecasted, forecasted
from allocopt.replanning.performance.amounts import Amounts, Books
from allocopt.replanning.performance.credit import Credit

Floats = npt.NDArray[np.float64]
CELL = ["territory", "segment"]
# No forecast is surer than this share of what it expects, however steady the past was.
LEAST_SPREAD = 1e-3


@dataclass(frozen=True, eq=False)
class Expectation:
    """Planned sales and actuals of one scope; frames item × closed place [currency/period].

    `low` and `high` are standard deviations below and above what is planned, NaN where the forecast had no
    bounds; `actual` is NaN where not all has been reported.
    """

    scope: str
    mean: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    actual: pd.DataFrame

    @property
    def items(self) -> pd.Index:
        """What is expected anything of."""
        return self.mean.index

    @cached_property
    def errors(self) -> pd.DataFrame:
        """Actual − planned in standard deviations; NaN where unknown."""
        away = self.actual - self.mean
        spread = self._at_least(self.high.where(away > 0, self.low), self.mean)
        return away / spread.where(spread > 0)

    @staticmethod
    def _at_least(spread: pd.DataFrame, mean: pd.DataFrame) -> pd.DataFrame:
        least = LEAST_SPREAD * mean.abs()
        return spread.where((spread >= least) | spread.isna(), least)

    def known_sums(self, item: str, places: list[int]) -> tuple[float, float]:
        """Actual and planned sales of one item over the places of which both are known. [currency]"""
        sold, mean = (frame.loc[[item], places].to_numpy()[0] for frame in (self.actual, self.mean))
        known = self.errors.loc[[item], places].notna().to_numpy()[0]
        return float(sold[known].sum()), float(mean[known].sum())

    def to_date(self, places: list[int], together: float) -> Floats:
        """The sum over places: actual − planned in standard deviations, by item; NaN where unknown.

        `together`: by how much a sum spreads more than that of errors which do not go together.
        """
        known = self.errors[places].notna()
        away = (self.actual - self.mean)[places].where(known).sum(axis=1, min_count=1)
        parts = (self._at_least(part, self.mean)[places] for part in (self.low, self.high))
        low, high = ((part.where(known) ** 2).sum(axis=1) for part in parts)
        spread = np.sqrt(high.where(away > 0, low)) * together
        return np.asarray(away / spread.where(spread > 0), dtype=float)


@dataclass(frozen=True, eq=False)
class Expectations:
    """Expectations of every scope whose sales are expected by unit.

    The company and territories spread by the bounds that the forecast has of them. All others, and these
    where it has none, are put together from cells: a unit has the part of its cell's variance that it has
    of its sales, and cells go together as much as makes the company's bounds out of theirs; altogether
    where the company has none, which is what given demand means in a plan.
    """

    books: Books

    @cached_property
    def nodes(self) -> tuple[Expectation, Expectation]:
        """The company, and territories."""
        _, territories, company = self._forecasts
        return (
            self._bounded(self._of_cells(self.books.company), company),
            self._bounded(self._of_cells(self.books.territories), territories),
        )

    def __iter__(self) -> Iterator[Expectation]:
        """The company, territories, segments, reps and managers."""
        yield from self.nodes
        for amounts in (self.books.by_place("segment"), self.books.reps, self.books.managers):
            if len(amounts.items):
                yield self._of_cells(amounts)

    @cached_property
    def _forecasts(self) -> tuple[Forecasted, ...]:
        return forecasted(self.books)

    @staticmethod
    def _bounded(expected: Expectation, forecast: Forecasted) -> Expectation:
        """Planned sales that move as the forecast does, by its bounds where it has any."""
        low, high = (
            (part.reindex(expected.items) * expected.mean).fillna(own)
            for part, own in zip(relative(forecast), (expected.low, expected.high), strict=True)
        )
        return replace(expected, low=low, high=high)

    def _of_cells(self, amounts: Amounts) -> Expectation:
        """A scope whose spread is put together from cells."""
        members = self._members(amounts)
        low, high = (
            self._spread(members, variance, together)
            for variance, together in zip(self._variances, self._together, strict=True)
        )
        mean = members.of(self._planned).where(low.notna())
        actual = amounts.actual[self._planned.columns].where(amounts.missing == 0)
        return Expectation(amounts.scope, mean, low, high, actual.reindex(mean.index))

    @cached_property
    def _planned(self) -> pd.DataFrame:
        """Planned sales, unit × closed place."""
        return self.books.planned[list(range(self.books.spans.closed))]

    @cached_property
    def _cell_of(self) -> npt.NDArray[np.intp]:
        """Number of the cell of each unit."""
        cell = [self.books.units[name] for name in CELL]
        return np.asarray(self.books.units.groupby(cell, sort=False).ngroup(), dtype=np.intp)

    @cached_property
    def _variances(self) -> tuple[Floats, Floats]:
        """Variance of each unit below and above what is planned, unit × closed place."""
        whole = self._planned.groupby(self._cell_of).transform("sum")
        keys = pd.MultiIndex.from_frame(self.books.units[CELL])
        low, high = (
            part.reindex(keys).to_numpy(dtype=float) for part in relative(self._forecasts[0])
        )
        scale = (self._planned * whole).to_numpy(dtype=float)
        return scale * low**2, scale * high**2

    @cached_property
    def _together(self) -> tuple[Floats, Floats]:
        """Correlation of cells in each closed period that makes the company's spread out of theirs."""
        _, _, company = self._forecasts
        planned = self._planned.sum().to_numpy()
        members = self._members(self.books.company)
        found = []
        for part, variance in zip(relative(company), self._variances, strict=True):
            apart, altogether = (self._spread(members, variance, rho) ** 2 for rho in (0.0, 1.0))
            room = (altogether - apart).to_numpy().sum(axis=0)
            whole = (part.to_numpy(dtype=float) * planned) ** 2
            more = np.nansum(whole, axis=0) - apart.to_numpy().sum(axis=0)
            known = ~np.isnan(whole).all(axis=0) & (room > 0)
            share = np.divide(more, room, out=np.ones_like(room), where=known)
            found.append(np.clip(share, 0.0, 1.0))
        return found[0], found[1]

    def _spread(self, members: Credit, variance: Floats, together: Floats | float) -> pd.DataFrame:
        """Standard deviation of each item, item × closed place; unknown where that of any unit is."""
        parts = variance[members.unit] * members.share[:, : variance.shape[1]]
        places, cell = np.unique(
            np.column_stack([members.rep, self._cell_of[members.unit]]), axis=0, return_inverse=True
        )
        of_cell = np.zeros((len(places), variance.shape[1]))
        np.add.at(of_cell, cell.ravel(), parts)
        sums, sums_of_roots = (np.zeros((len(members.reps), variance.shape[1])) for _ in range(2))
        np.add.at(sums, places[:, 0], of_cell)
        np.add.at(sums_of_roots, places[:, 0], np.sqrt(of_cell))
        spread = np.sqrt((1 - together) * sums + together * sums_of_roots**2)
        return pd.DataFrame(spread, members.reps, self._planned.columns)

    def _members(self, amounts: Amounts) -> Credit:
        """Which part of each unit is each item's."""
        credit, units = self.books.credit, self.books.units
        if amounts.scope == "rep":
            return credit
        if amounts.scope == "manager":
            pairs = [
                (k, row)
                for k, name in enumerate(amounts.items)
                for row in np.flatnonzero(among_names(credit, self.books.teams[str(name)]))
            ]
            item, rows = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
            return Credit(units.index, amounts.items, credit.unit[rows], item, credit.share[rows])
        pairs = [
            (k, unit)
            for k, name in enumerate(amounts.items)
            for unit in np.flatnonzero(self._holds(amounts.scope, str(name)))
        ]
        item, unit = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        whole = np.ones((len(unit), self._planned.shape[1]))
        return Credit(units.index, amounts.items, unit, item, whole)

    def _holds(self, scope: str, item: str) -> npt.NDArray[np.bool_]:
        """Which units a place holds."""
        units = self.books.units
        if scope == "company":
            return np.ones(len(units), dtype=bool)
        if scope == "territory":
            inside = self.books.course.scenario.territory_tree.within([item])
            return units["territory"].isin(inside).to_numpy(dtype=bool)
        return (units[scope] == item).to_numpy(dtype=bool)


def among_names(credit: Credit, reps: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Rows of a credit that are of these reps."""
    return np.isin(credit.rep, credit.reps.get_indexer(pd.Index(reps)))


def relative(forecast: Forecasted) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Standard deviations below and above the mean, as shares of it; item × closed place.

    Each side is half a normal distribution through the bound, as where outcomes are drawn from bounds.
    """
    deviates = NormalDist().inv_cdf((1 + forecast.interval) / 2)
    mean = forecast.mean.where(forecast.mean > 0)
    return (mean - forecast.lower) / mean / deviates, (forecast.upper - mean) / mean / deviates


def togetherness(outlook: Outlook | None, periods: int) -> float:
    """How much more the sum of so many periods spreads than if its errors did not go together.

    As in the joint outcomes of the forecast made again, over as many of its periods; 1 where there are
    none.
    """
    samples = None if outlook is None else outcome_draws(outlook.scenario, outlook.forecast)
    if samples is None:
        return 1.0
    whole = _company(samples)[:, :periods]
    centred = whole - samples.weight @ whole
    variance = float((samples.weight @ centred**2).sum())
    of_sum = float(samples.weight @ centred.sum(axis=1) ** 2)
    return max(float(np.sqrt(of_sum / variance)), 1.0) if variance > 0 else 1.0


def _company(samples: DemandSamples) -> Floats:
    """Demand of all cells in each outcome, shape (sample, period)."""
    cells = (samples.keys["unit"].fillna("") == "").to_numpy()
    return np.asarray(samples.demand[:, cells].sum(axis=1))
