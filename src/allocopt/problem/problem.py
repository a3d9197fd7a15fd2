"""Problem: all that the optimiser is told, in the plan's own periods; frozen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.problem.balance import BalanceRule
from allocopt.problem.budget import BudgetRule, Commitment, ReturnRule
from allocopt.problem.continuity import HandoverRule
from allocopt.problem.curves import Curve
from allocopt.problem.headcount import HeadcountRule
from allocopt.problem.lifts import LiftCurve
from allocopt.problem.quota import QuotaRule
from allocopt.problem.workload import WorkloadRule


@dataclass(frozen=True)
class Problem:
    """A scenario and its forecast, turned into sets and numbers.

    All amounts are per plan period (`calendar.period`) unless their name says otherwise.

    units: index unit; territory, segment, owner ("" = vacant), locked, lock, family, apart, hours
        [h/period], margin [share of sales], potential [currency/period, NaN = unknown], name.
    reps: index rep; status, territory, manager, hours [h/period], productivity, cost, variable_pay,
        quota_before [currency/period].
    pairs: index (unit, rep), eligible pairs only; hours and travel [h/period], value [currency per
        horizon], fit [0–1].
    demand, ceiling: unit × period [currency/period]; the most a unit may buy is `ceiling` (inf =
        unknown). presence: rep × period, share of the period. selling_time: rep × period [h].
    responses: by unit, share of demand against the share of standard hours; units without one are
        all or nothing.
    """

    calendar: Calendar
    units: pd.DataFrame
    reps: pd.DataFrame
    pairs: pd.DataFrame
    demand: pd.DataFrame
    ceiling: pd.DataFrame
    presence: pd.DataFrame
    selling_time: pd.DataFrame
    responses: Mapping[str, Curve]
    lifts: tuple[LiftCurve, ...]
    committed: tuple[Commitment, ...]
    every_unit: bool
    workload: WorkloadRule
    balance: tuple[BalanceRule, ...]
    handover: HandoverRule
    headcount: tuple[HeadcountRule, ...]
    hire_cost: float
    budget: tuple[BudgetRule, ...]
    returns: tuple[ReturnRule, ...]
    price_of_money: float
    quota: QuotaRule
    notes: tuple[str, ...] = ()

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the plan periods, in order."""
        return self.calendar.labels

    @cached_property
    def open_reps(self) -> tuple[str, ...]:
        """Positions that the model may hire."""
        return tuple(self.reps.index[self.reps["status"] == "open"])

    def is_there(self, hired: Collection[str]) -> pd.Series[bool]:
        """By rep: everybody but the open positions that are not in `hired`."""
        missing = set(self.open_reps) - set(hired)
        return pd.Series([rep not in missing for rep in self.reps.index], index=self.reps.index)

    @cached_property
    def pair_sales(self) -> pd.DataFrame:
        """Sales of an all-or-nothing pair: demand · productivity · presence, at most the ceiling.

        Index (unit, rep), columns periods [currency/period].
        """
        unit = self.pairs.index.get_level_values("unit")
        rep = self.pairs.index.get_level_values("rep")
        productivity = self.reps["productivity"].loc[rep].to_numpy()[:, None]
        amount = self.demand.loc[unit].to_numpy() * self.presence.loc[rep].to_numpy() * productivity
        capped = np.minimum(amount, self.ceiling.loc[unit].to_numpy())
        return pd.DataFrame(capped, index=self.pairs.index, columns=list(self.periods))

    @cached_property
    def pair_hours(self) -> pd.DataFrame:
        """Hours that a pair takes without a choice: travel, and all of an all-or-nothing unit.

        Index (unit, rep), columns periods [h/period].
        """
        unit = self.pairs.index.get_level_values("unit")
        rep = self.pairs.index.get_level_values("rep")
        fixed = self.pairs["hours"].where(~unit.isin(list(self.responses)), 0.0)
        hours = (fixed + self.pairs["travel"]).to_numpy()[:, None]
        amount = hours * self.presence.loc[rep].to_numpy()
        return pd.DataFrame(amount, index=self.pairs.index, columns=list(self.periods))

    @cached_property
    def share_per_hour(self) -> pd.Series[float]:
        """Share of standard hours that one hour makes, by pair of a unit with a response [1/h].

        Productivity over hours; 0 where no hours are needed, as time then brings nothing.
        """
        pairs = self.pairs[self.pairs.index.isin(list(self.responses), level="unit")]
        rep = pairs.index.get_level_values("rep")
        rate = _over(self.reps["productivity"].loc[rep], pairs["hours"])
        return pd.Series(rate, pairs.index)

    @cached_property
    def most_time(self) -> pd.DataFrame:
        """The most hours that the response of a unit can use; (unit, rep) × period [h/period]."""
        rate = self.share_per_hour
        reach = [self.responses[unit].x[-1] for unit in rate.index.get_level_values("unit")]
        hours = _over(reach, rate)
        presence = self.presence.loc[rate.index.get_level_values("rep")].to_numpy()
        return pd.DataFrame(hours[:, None] * presence, rate.index, list(self.periods))

    @cached_property
    def lifted_units(self) -> Mapping[str, pd.Series[float]]:
        """Units whose cell has a lift curve: by unit, the share of the cell's lift per period."""
        cells = {(lift.territory, lift.segment) for lift in self.lifts}
        shares = {}
        for cell, members in self.units.groupby(["territory", "segment"]).groups.items():
            if cell not in cells:
                continue
            demand = self.demand.loc[members]
            total = demand.sum()
            even = 1.0 / max(len(members), 1)
            share = (demand / total.where(total > 0)).fillna(even)
            shares.update({unit: share.loc[unit] for unit in members})
        return shares


def _over(part: npt.ArrayLike, whole: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """part / whole, 0 where the whole is nothing."""
    above, below = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    result = np.zeros(len(above))
    np.divide(above, below, out=result, where=below > 0)
    return result
