"""Problem: all that the optimiser is told, in the plan's own periods; frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.notes import Note
from allocopt.problem.balance import BalanceRule
from allocopt.problem.budget import BudgetRule, Commitment, ReturnRule
from allocopt.problem.contiguity import ContiguityRule
from allocopt.problem.continuity import HandoverRule
from allocopt.problem.curves import Curve
from allocopt.problem.headcount import HeadcountRule
from allocopt.problem.incentive import Incentive
from allocopt.problem.kept import KeptDecisions
from allocopt.problem.lifts import LiftCurve
from allocopt.problem.overlays import Overlay, Support, support_of
from allocopt.problem.quota import QuotaRule
from allocopt.problem.risk import RiskRule
from allocopt.problem.supply import SupplyRule
from allocopt.problem.targets import TargetRule
from allocopt.problem.tenures import Tenures
from allocopt.problem.travel import TravelRule
from allocopt.problem.windows import Windows, unit_and_rep
from allocopt.problem.workload import WorkloadRule


@dataclass(frozen=True)
class Problem:
    """A scenario and its forecast, turned into sets and numbers.

    All amounts are per plan period (`calendar.period`) unless their name says otherwise.

    units: index unit; territory, segment, owner ("" = vacant), locked, locked_to (a rep), lock (why),
        lock_until, renewal, renewal_near (the day after which it is near), family, apart, share_max, hours
        [h/period], margin [share of sales], potential [currency/period, NaN = unknown], name.
    reps: index rep; status, territory, manager, hours [h/period], productivity, cost, variable_pay,
        pay_at_plan, quota_before [currency/period].
    pairs: index (unit, rep), eligible pairs only; hours and travel [h/period], value [currency per
        horizon], fit [0–1].
    windows: the windows of each unit, and its stints. tenures: when each rep may be there.
    need: unit × period, factor on the hours of the unit and of its pairs. overlays: the specialists.
    renewals: (unit, window before, window), changes so near a renewal that they are not made.
    demand, ceiling: unit × period [currency/period]; the most a unit may buy is `ceiling` (inf =
        unknown).
    responses: by unit, share of demand against the share of standard hours; units without one are
        all or nothing.
    """

    calendar: Calendar
    units: pd.DataFrame
    reps: pd.DataFrame
    pairs: pd.DataFrame
    windows: Windows
    tenures: Tenures
    need: pd.DataFrame
    demand: pd.DataFrame
    ceiling: pd.DataFrame
    responses: Mapping[str, Curve]
    lifts: tuple[LiftCurve, ...]
    committed: tuple[Commitment, ...]
    every_unit: bool
    renewals: tuple[tuple[str, str, str], ...]
    overlays: tuple[Overlay, ...]
    workload: WorkloadRule
    balance: tuple[BalanceRule, ...]
    handover: HandoverRule
    contiguity: ContiguityRule
    interchangeable: tuple[tuple[str, ...], ...]
    headcount: tuple[HeadcountRule, ...]
    hire_cost: float
    budget: tuple[BudgetRule, ...]
    returns: tuple[ReturnRule, ...]
    price_of_money: float
    quota: QuotaRule
    targets: tuple[TargetRule, ...]
    incentive: Incentive
    risk: RiskRule | None = None
    kept: KeptDecisions | None = None
    supply: tuple[SupplyRule, ...] = ()
    travel: TravelRule | None = None
    notes: tuple[Note, ...] = ()

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the plan periods, in order."""
        return self.calendar.labels

    @cached_property
    def times(self) -> frozenset[str]:
        """What names a time in the model: labels of periods, first days of windows and tenures."""
        windows = self.windows.days.index.get_level_values("window")
        return frozenset({*self.periods, *windows, *self.tenures.presence.index.unique("first")})

    @cached_property
    def open_reps(self) -> tuple[str, ...]:
        """Positions that the model may hire."""
        return tuple(self.reps.index[self.reps["status"] == "open"])

    def is_there(self, hired: Mapping[str, str]) -> pd.Series[bool]:
        """By rep: everybody but the open positions that are not in `hired`."""
        missing = set(self.open_reps) - set(hired)
        return pd.Series([rep not in missing for rep in self.reps.index], index=self.reps.index)

    @cached_property
    def selling_time(self) -> pd.DataFrame:
        """Selling time of each rep, of open positions as if filled as early as may be; rep × period [h]."""
        return self.tenures.taken(self.tenures.selling_time, self.tenures.earliest)

    @cached_property
    def most_presence(self) -> pd.DataFrame:
        """The largest share of each period in which a rep may be there; rep × period."""
        return self.tenures.presence.groupby(level="rep").max().reindex(self.reps.index).fillna(0.0)

    @property
    def stints(self) -> pd.MultiIndex:
        """(unit, rep, window): eligible pairs in the windows in which the rep is there."""
        return self.windows.stints

    @cached_property
    def shared_units(self) -> Mapping[str, int]:
        """Units that several reps may share: how many."""
        most = self.units["share_max"]
        shared = most[most > 1]
        return dict(zip(shared.index, shared.astype(int), strict=True))

    @cached_property
    def locked_stints(self) -> tuple[tuple[str, str, str], ...]:
        """Stints of locked units with their reps, as long as the lock holds and the rep is there."""
        units, days = self.units, self.windows.days
        index = days.index[days.index.get_level_values("unit").isin(units.index[units["locked"]])]
        unit = index.get_level_values("unit")
        until = units["lock_until"].reindex(unit).fillna(self.calendar.plan_end).to_numpy()
        keeper = units["locked_to"].reindex(unit)
        first, last = (
            self.tenures.days[side].reindex(keeper).to_numpy() for side in ("start", "end")
        )
        held = days.loc[index]
        holds = (held["end"] <= until) & (first <= held["start"]) & (held["end"] <= last)
        rows = zip(unit, keeper, index.get_level_values("window"), holds, strict=True)
        return tuple((unit, rep, window) for unit, rep, window, kept in rows if kept)

    @cached_property
    def likeness(self) -> Mapping[tuple[str, str], float]:
        """By pair, the share of a handover's loss that the rep avoids as successor."""
        return dict(
            zip(self.pairs.index, self.handover.similarity * self.pairs["fit"], strict=True)
        )

    @cached_property
    def _stint_set(self) -> frozenset[tuple[str, str, str]]:
        return frozenset(self.stints)

    @cached_property
    def _leavers(self) -> frozenset[str]:
        return frozenset(self.reps.index[self.reps["status"] == "leaving"])

    def may_stay_on(self, unit: str, rep: str, window: str) -> bool:
        """Whether a rep who has a unit before a window may keep it, and is no leaver."""
        return rep not in self._leavers and (unit, rep, window) in self._stint_set

    @cached_property
    def stint_weight(self) -> pd.DataFrame:
        """Share of each period that lies in the window of a stint; stint × period."""
        weight = self.windows.weight_of(self.stints)
        return pd.DataFrame(weight, self.stints, list(self.periods))

    @cached_property
    def stint_sales(self) -> pd.DataFrame:
        """Sales of an all-or-nothing unit with one rep alone: demand · productivity, at most the ceiling.

        Stint × period, of the part of the period that lies in the window [currency/period].
        """
        unit, rep = (self.stints.get_level_values(name) for name in ("unit", "rep"))
        productivity = self.reps["productivity"].reindex(rep).to_numpy()[:, None]
        amount = self.demand.reindex(unit).to_numpy() * productivity
        capped = np.minimum(amount, self.ceiling.reindex(unit).to_numpy())
        return self.stint_weight.mul(capped)

    @cached_property
    def stint_hours(self) -> pd.DataFrame:
        """Hours of an all-or-nothing unit with one rep alone, 0 with a response; stint × period [h]."""
        unit = self.stints.get_level_values("unit")
        hours = self.pairs["hours"].reindex(unit_and_rep(self.stints)).to_numpy()
        fixed = np.where(unit.isin(list(self.responses)), 0.0, hours)
        return self.stint_weight.mul(fixed, axis=0) * self.need.reindex(unit).to_numpy()

    @cached_property
    def support(self) -> Support:
        """What specialists can do for units."""
        hours = self.need.mul(self.units["hours"], axis=0)
        return support_of(self.overlays, self.pairs.index, hours, self.demand)

    @cached_property
    def stint_travel(self) -> pd.DataFrame:
        """Travel of a stint, whatever the rep's share of the unit; stint × period [h]."""
        travel = self.pairs["travel"].reindex(unit_and_rep(self.stints)).to_numpy()
        return self.stint_weight.mul(travel, axis=0)

    @cached_property
    def most_support_lift(self) -> pd.DataFrame:
        """Sales that full support of all its specialists adds to a unit; unit × period [currency]."""
        most = (self.support.full * self.support.worth).groupby(level="unit").sum()
        return most.reindex(self.units.index).fillna(0.0)

    @cached_property
    def flexible_units(self) -> frozenset[str]:
        """Units whose sales depend on time, support, spend or what can be delivered."""
        limited = (unit for rule in self.supply for unit in rule.shares)
        supported = self.support.full.index.get_level_values("unit")
        return frozenset({*self.responses, *self.lifted_units, *limited, *supported})

    def by_rep(self, shares: pd.Series[float], amounts: pd.DataFrame) -> pd.DataFrame:
        """An amount of units as one of reps, by share and by the days of the windows; rep × period.

        `shares` by stint; `amounts` unit × period.
        """
        return self._sum_by_rep(self.stint_parts(shares, amounts))

    def stint_parts(self, shares: pd.Series[float], amounts: pd.DataFrame) -> pd.DataFrame:
        """An amount of units on the stints that are chosen, as `by_rep` adds it up; stint × period."""
        unit = shares.index.get_level_values("unit")
        parts = self.windows.weight_of(shares.index) * shares.to_numpy()[:, None]
        parts *= amounts.reindex(unit).to_numpy()
        return pd.DataFrame(parts, shares.index, list(self.periods))

    def credited(self, shares: pd.Series[float], sales: pd.DataFrame) -> pd.DataFrame:
        """Planned sales of the reps who cover the units; rep × period [currency]."""
        return self._sum_by_rep(self.credited_stints(shares, sales))

    def credited_stints(self, shares: pd.Series[float], sales: pd.DataFrame) -> pd.DataFrame:
        """Planned sales of each stint that is chosen; stint × period [currency].

        Sales of an all-or-nothing unit are those that each rep brings; others are divided by share.
        """
        flexible = shares.index.isin(list(self.flexible_units), level="unit")
        brought = self.stint_sales.reindex(shares.index).mul(shares, axis=0)
        divided = self.stint_parts(shares, sales)
        return divided.where(np.repeat(flexible[:, None], divided.shape[1], axis=1), brought)

    def _sum_by_rep(self, amounts: pd.DataFrame) -> pd.DataFrame:
        return amounts.groupby(level="rep").sum().reindex(self.reps.index).fillna(0.0)

    @cached_property
    def least_hours(self) -> pd.Series[float]:
        """The fewest hours of all-or-nothing units over the horizon, by unit [h]."""
        hours = (self.stint_hours + self.stint_travel).sum(axis=1)
        return hours.groupby(level=["unit", "window"]).min().groupby(level="unit").sum()

    @cached_property
    def share_per_hour(self) -> pd.DataFrame:
        """Share of the period's standard hours that one hour makes; pair of a unit with a response ×
        period [1/h].

        Productivity over hours; 0 where no hours are needed, as time then brings nothing.
        """
        pairs = self.pairs[self.pairs.index.isin(list(self.responses), level="unit")]
        unit, rep = (pairs.index.get_level_values(name) for name in ("unit", "rep"))
        hours = self.need.reindex(unit).to_numpy() * pairs["hours"].to_numpy()[:, None]
        productivity = self.reps["productivity"].loc[rep].to_numpy()[:, None]
        rate = _over(np.broadcast_to(productivity, hours.shape), hours)
        return pd.DataFrame(rate, pairs.index, list(self.periods))

    @cached_property
    def most_time(self) -> pd.DataFrame:
        """The most hours that the response of a unit can use; stint of such a unit × period [h]."""
        weight = self.stint_weight
        weight = weight[weight.index.isin(list(self.responses), level="unit")]
        rate = self.share_per_hour.reindex(unit_and_rep(weight.index)).to_numpy()
        reach = [self.responses[unit].x[-1] for unit in weight.index.get_level_values("unit")]
        most = np.broadcast_to(np.array(reach, dtype=float)[:, None], rate.shape)
        return weight.mul(_over(most, rate))

    @cached_property
    def stint_value(self) -> pd.Series[float]:
        """Value of a stint: its pair's, by the share of the horizon [currency]."""
        value = self.pairs["value"].reindex(unit_and_rep(self.stints)).to_numpy()
        return self.stint_weight.mean(axis=1).mul(value)

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

    @cached_property
    def lift_margin(self) -> Mapping[tuple[str, str], pd.Series[float]]:
        """Margin of one more of lift by cell with a lift curve, of its units by their shares; by period."""
        cells: dict[tuple[str, str], pd.Series[float]] = {}
        for unit, share in self.lifted_units.items():
            cell = (self.units["territory"][unit], self.units["segment"][unit])
            cells[cell] = cells.get(cell, 0.0) + share * float(self.units["margin"][unit])
        return cells


def _over(part: npt.ArrayLike, whole: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """part / whole, 0 where the whole is nothing."""
    above, below = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    result = np.zeros(above.shape)
    np.divide(above, below, out=result, where=below > 0)
    return result
