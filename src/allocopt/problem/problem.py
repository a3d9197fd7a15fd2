"""Problem: all that the optimiser is told, in the plan's own periods; frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.notes import Note
from allocopt.problem.balance import BalanceRule
from allocopt.problem.budget import BudgetRule, Commitment, ReturnRule
from allocopt.problem.contiguity import ContiguityRule
from allocopt.problem.continuity import HandoverRule
from allocopt.problem.frames import Frames
from allocopt.problem.headcount import HeadcountRule
from allocopt.problem.incentive import Incentive
from allocopt.problem.kept import KeptDecisions
from allocopt.problem.lifts import LiftCurve, lifted_units
from allocopt.problem.overlays import Overlay, Support, support_of
from allocopt.problem.quota import QuotaRule
from allocopt.problem.risk import RiskRule
from allocopt.problem.stints import Stints
from allocopt.problem.supply import SupplyRule
from allocopt.problem.targets import TargetRule
from allocopt.problem.travel import TravelRule
from allocopt.problem.workload import WorkloadRule
from allocopt.tables import among


@dataclass(frozen=True)
class Problem(Frames):
    """A scenario and its forecast, turned into sets and numbers.

    All amounts are per plan period (`calendar.period`) unless their name says otherwise.
    renewals: (unit, window before, window), changes so near a renewal that they are not made.
    overlays: the specialists.
    """

    calendar: Calendar
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
    def whole(self) -> Problem:
        """The problem itself; of a part, what it is a part of."""
        return self

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
    def by_stint(self) -> Stints:
        """What units bring and take by stint."""
        return Stints(**{field.name: getattr(self, field.name) for field in fields(Stints)})

    @property
    def locked_stints(self) -> tuple[tuple[str, str, str], ...]:
        """Stints of locked units with their reps, as long as the lock holds and the rep is there."""
        return self.by_stint.locked

    @cached_property
    def pair_likeness(self) -> pd.Series[float]:
        """Share of a handover's loss that the rep avoids as successor, by pair."""
        return self.handover.similarity * self.pairs["fit"]

    @cached_property
    def likeness(self) -> Mapping[tuple[str, str], float]:
        """The same as a mapping."""
        return dict(zip(self.pairs.index.tolist(), self.pair_likeness.tolist(), strict=True))

    @cached_property
    def _stint_set(self) -> frozenset[tuple[str, str, str]]:
        return frozenset(self.stints)

    @cached_property
    def _leavers(self) -> frozenset[str]:
        return frozenset(self.reps.index[self.reps["status"] == "leaving"])

    def may_stay_on(self, unit: str, rep: str, window: str) -> bool:
        """Whether a rep who has a unit before a window may keep it, and is no leaver."""
        return rep not in self._leavers and (unit, rep, window) in self._stint_set

    @property
    def stint_weight(self) -> pd.DataFrame:
        """Share of each period that lies in the window of a stint; stint × period."""
        return self.by_stint.weight

    @property
    def stint_sales(self) -> pd.DataFrame:
        """Sales of an all-or-nothing unit with one rep alone; stint × period [currency/period]."""
        return self.by_stint.sales

    @property
    def stint_hours(self) -> pd.DataFrame:
        """Hours of an all-or-nothing unit with one rep alone, 0 with a response; stint × period [h]."""
        return self.by_stint.hours

    @property
    def stint_travel(self) -> pd.DataFrame:
        """Travel of a stint, whatever the rep's share of the unit; stint × period [h]."""
        return self.by_stint.travel

    @property
    def stint_value(self) -> pd.Series[float]:
        """Value of a stint: its pair's, by the share of the horizon [currency]."""
        return self.by_stint.value

    @property
    def share_per_hour(self) -> pd.DataFrame:
        """Share of the period's standard hours that one hour makes; pair × period [1/h]."""
        return self.by_stint.share_per_hour

    @property
    def most_time(self) -> pd.DataFrame:
        """The most hours that the response of a unit can use; stint of such a unit × period [h]."""
        return self.by_stint.most_time

    @cached_property
    def support(self) -> Support:
        """What specialists can do for units."""
        hours = self.need.mul(self.units["hours"], axis=0)
        return support_of(self.overlays, self.pairs.index, hours, self.demand)

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
        return self.by_stint.parts(shares, amounts)

    def credited(self, shares: pd.Series[float], sales: pd.DataFrame) -> pd.DataFrame:
        """Planned sales of the reps who cover the units; rep × period [currency]."""
        return self._sum_by_rep(self.credited_stints(shares, sales))

    def credited_stints(self, shares: pd.Series[float], sales: pd.DataFrame) -> pd.DataFrame:
        """Planned sales of each stint that is chosen; stint × period [currency].

        Sales of an all-or-nothing unit are those that each rep brings; others are divided by share.
        """
        flexible = among(shares.index.get_level_values("unit"), list(self.flexible_units))
        brought = self.stint_sales.reindex(shares.index).mul(shares, axis=0)
        divided = self.stint_parts(shares, sales)
        return divided.where(np.repeat(flexible[:, None], divided.shape[1], axis=1), brought)

    def _sum_by_rep(self, amounts: pd.DataFrame) -> pd.DataFrame:
        return amounts.groupby(level="rep").sum().reindex(self.reps.index).fillna(0.0)

    @property
    def least_hours(self) -> pd.Series[float]:
        """The fewest hours of all-or-nothing units over the horizon, by unit [h]."""
        return self.by_stint.least_hours

    @cached_property
    def lifted_units(self) -> Mapping[str, pd.Series[float]]:
        """Units whose cell has a lift curve: by unit, the share of the cell's lift per period."""
        return lifted_units(self.units, self.demand, self.lifts)

    @cached_property
    def lift_margin(self) -> Mapping[tuple[str, str], pd.Series[float]]:
        """Margin of one more of lift by cell with a lift curve, of its units by their shares; by period."""
        cells: dict[tuple[str, str], pd.Series[float]] = {}
        for unit, share in self.lifted_units.items():
            cell = (self.units["territory"][unit], self.units["segment"][unit])
            cells[cell] = cells.get(cell, 0.0) + share * float(self.units["margin"][unit])
        return cells
