"""Landing: what the rest of the fiscal year is expected to bring, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.forecasting import Forecast
from allocopt.forecasting.outcome_draws import outcome_draws
from allocopt.plan import Plan
from allocopt.problem.demand import ceiling_of
from allocopt.problem.demand_samples import DemandSamples
from allocopt.replanning.course import Outlook
from allocopt.replanning.performance.amounts import Amounts, Books, holding
from allocopt.replanning.performance.credit import credit_of, leaders, teams
from allocopt.results.attainment import quantile
from allocopt.scenario import Scenario

Floats = npt.NDArray[np.float64]
PEOPLE = ("rep", "manager")
CELL = ["territory", "segment"]


@dataclass(frozen=True, eq=False)
class Rest:
    """Periods to come, `labels`, with what a plan has for them; without a forecast nothing is sure."""

    scenario: Scenario
    plan: Plan
    forecast: Forecast | None
    labels: Sequence[str]

    def of(self, amounts: Amounts) -> pd.DataFrame:
        """expected, lower and upper sales of each item [currency]; unknown ones are NaN.

        The bounds are quantiles of the forecast's joint outcomes, each of which moves what is planned as it
        moves demand; between them lies `forecast.interval` of the weight.
        """
        expected = self._expected(amounts.scope, amounts.items).reindex(amounts.items)
        table = pd.DataFrame({"expected": expected, "lower": np.nan, "upper": np.nan})
        if not self.labels:
            return table.assign(expected=0.0, lower=0.0, upper=0.0)
        if self.samples is None or amounts.scope not in (*PEOPLE, "company", *CELL):
            return table
        simulated = self._simulated(amounts)
        weight, coverage = self.samples.weight, self.scenario.config.forecast.interval
        mean = pd.Series(weight @ simulated, amounts.items)
        scale = (expected / mean.where(mean > 0)).fillna(0.0)
        tails = ((1 - coverage) / 2, (1 + coverage) / 2)
        low, high = (quantile(simulated, level, weight) for level in tails)
        table["lower"] = np.minimum(low * scale, expected)
        table["upper"] = np.maximum(high * scale, expected)
        return table

    @cached_property
    def samples(self) -> DemandSamples | None:
        """Joint outcomes of demand; None where nothing is known of its spread."""
        return None if self.forecast is None else outcome_draws(self.scenario, self.forecast)

    @cached_property
    def units(self) -> pd.DataFrame:
        """The table `units`, indexed by unit."""
        return self.scenario.table("units").set_index("unit")

    def _wide(self, column: str) -> pd.DataFrame:
        """A column of planned sales; unit × period of the rest."""
        rows = self.plan["sales"]
        wide = rows.pivot_table(index="unit", columns="period", values=column, aggfunc="sum")
        return wide.reindex(self.units.index, columns=list(self.labels)).fillna(0.0)

    @cached_property
    def sales(self) -> pd.DataFrame:
        """Planned sales; unit × period of the rest."""
        return self._wide("sales")

    def _expected(self, scope: str, items: pd.Index) -> pd.Series[float]:
        if scope in ("company", *PEOPLE):
            rows = self.plan["quotas"]
            rows = rows[(rows["level"] == scope) & rows["period"].isin(self.labels)]
            if scope != "company":
                return rows.groupby("rep")["expected"].sum()
            return pd.Series(float(self.sales.to_numpy().sum()), items)
        if scope in CELL:
            sums = self._summed(scope, items, self.sales.sum(axis=1).to_numpy(dtype=float))
            return pd.Series(sums, items)
        return self._of_products(scope)

    def _summed(self, scope: str, items: pd.Index, amounts: Floats) -> Floats:
        """Amounts by unit (…, unit) as those of a place's items (…, item)."""
        if scope == "company":
            return np.asarray(amounts.sum(axis=-1, keepdims=True))
        own, places = pd.factorize(self.units[scope])
        sums = np.zeros((*amounts.shape[:-1], len(places)))
        np.add.at(sums.T, own, amounts.T)
        if scope == "territory":
            holds = holding(self.scenario.territory_tree, list(items), list(places))
            return np.asarray(sums @ holds.to_numpy().T)
        return np.asarray(sums @ (items.to_numpy()[:, None] == np.asarray(places)).T)

    def _of_products(self, scope: str) -> pd.Series[float]:
        """The forecast by product or channel, as much of each cell's as the plan sells of its demand."""
        if self.forecast is None:
            return pd.Series(dtype=float)
        rows = self.forecast.products
        rows = rows[rows["period"].isin(self.labels) & (rows[scope].fillna("") != "")]
        cell = [self.units[name] for name in CELL]
        sales, demand = (
            self._wide(name).groupby(cell).sum().stack() for name in ("sales", "demand")
        )
        part = pd.Series(
            np.divide(sales, demand, out=np.ones(len(sales)), where=demand > 0), sales.index
        )
        keys = pd.MultiIndex.from_frame(rows[[*CELL, "period"]])
        amount = rows["mean"] * part.reindex(keys).fillna(0.0).to_numpy()
        return amount.groupby(rows[scope]).sum()

    def _simulated(self, amounts: Amounts) -> Floats:
        """Sales of each item over the rest in each outcome, shape (sample, item)."""
        by_unit, by_rep = self._outcomes
        if amounts.scope == "rep":
            return by_rep.reindex(columns=amounts.items).fillna(0.0).to_numpy()
        if amounts.scope == "manager":
            of_team = teams(leaders(self.scenario), list(by_rep.columns))
            led = [by_rep[of_team.get(str(name), [])].sum(axis=1) for name in amounts.items]
            return np.column_stack(led)
        return self._summed(amounts.scope, amounts.items, by_unit)

    @cached_property
    def _outcomes(self) -> tuple[Floats, pd.DataFrame]:
        """Sales over the rest in each outcome: sample × unit, and credited to reps, sample × rep."""
        samples, calendar = self.samples, self.scenario.calendar
        if samples is None:
            raise ValueError("the forecast has no outcomes")
        planned = self.sales.to_numpy()
        most = ceiling_of(self.scenario, self._wide("demand")).clip(lower=self.sales).to_numpy()
        columns = [samples.periods.index(label) for label in self.labels]
        credit = credit_of(self.plan["assignments"], self.units.index, calendar)
        credit = credit.over([calendar.labels.index(label) for label in self.labels])
        by_unit, by_rep = [], []
        for _, relative in samples.outcomes(self.units):
            sold = np.minimum(planned * relative[:, columns], most)
            by_unit.append(sold.sum(axis=1))
            by_rep.append(credit.of_array(sold).sum(axis=1))
        return np.stack(by_unit), pd.DataFrame(np.stack(by_rep), columns=credit.reps)


def rest_of(books: Books, outlook: Outlook | None) -> Rest:
    """What is to come of the fiscal year of the last closed period.

    Without an outlook it is what the plan in force has for it.
    """
    course, closed = books.course, books.spans.closed
    year = books.spans.year_of(max(closed - 1, 0))
    labels = course.calendar.labels[closed : year.stop]
    if outlook is None:
        return Rest(course.scenario, course.plan, None, labels)
    return Rest(outlook.scenario, outlook.plan, outlook.forecast, labels)
