"""Stints: what each unit brings and takes with each rep in each of its windows.

An amount of a stint is that of the whole period times the share of the period that lies in the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.problem.frames import Frames
from allocopt.problem.windows import unit_and_rep
from allocopt.tables import among


@dataclass(frozen=True)
class Stints(Frames):
    """Frames by stint (unit, rep, window) × period, made from those of a problem."""

    @property
    def index(self) -> pd.MultiIndex:
        """(unit, rep, window): eligible pairs in the windows in which the rep is there."""
        return self.windows.stints

    @cached_property
    def _unit(self) -> pd.Index:
        return self.index.get_level_values("unit")

    @cached_property
    def _responds(self) -> npt.NDArray[np.bool_]:
        return among(self._unit, list(self.responses))

    def of_pairs(self, column: str) -> npt.NDArray[np.float64]:
        """A column of `pairs` by stint."""
        return self.pairs[column].reindex(unit_and_rep(self.index)).to_numpy(dtype=float)

    def of_pair(self, unit: str, rep: str) -> npt.NDArray[np.bool_]:
        """Which stints are those of a unit with a rep."""
        return np.asarray((self._unit == unit) & (self.index.get_level_values("rep") == rep))

    @cached_property
    def weight(self) -> pd.DataFrame:
        """Share of each period that lies in the window of a stint."""
        return pd.DataFrame(
            self.windows.weight_of(self.index), self.index, self.windows.weight.columns
        )

    @cached_property
    def sales(self) -> pd.DataFrame:
        """Sales of an all-or-nothing unit with one rep alone: demand · productivity, at most the ceiling.

        [currency/period]
        """
        rep = self.index.get_level_values("rep")
        productivity = self.reps["productivity"].reindex(rep).to_numpy()[:, None]
        amount = self.demand.reindex(self._unit).to_numpy() * productivity
        return self.weight.mul(np.minimum(amount, self.ceiling.reindex(self._unit).to_numpy()))

    @cached_property
    def hours(self) -> pd.DataFrame:
        """Hours of an all-or-nothing unit with one rep alone, 0 with a response. [h]"""
        fixed = np.where(self._responds, 0.0, self.of_pairs("hours"))
        return self.weight.mul(fixed, axis=0) * self.need.reindex(self._unit).to_numpy()

    @cached_property
    def travel(self) -> pd.DataFrame:
        """Travel, whatever the rep's share of the unit. [h]"""
        return self.weight.mul(self.of_pairs("travel"), axis=0)

    @cached_property
    def value(self) -> pd.Series[float]:
        """Value of a stint: its pair's, by the share of the horizon. [currency]"""
        return self.weight.mean(axis=1).mul(self.of_pairs("value"))

    @cached_property
    def least_hours(self) -> pd.Series[float]:
        """The fewest hours of all-or-nothing units over the horizon, by unit. [h]"""
        hours = (self.hours + self.travel).sum(axis=1)
        return hours.groupby(level=["unit", "window"]).min().groupby(level="unit").sum()

    @cached_property
    def share_per_hour(self) -> pd.DataFrame:
        """Share of the period's standard hours that one hour makes; pair of a unit with a response ×
        period [1/h].

        Productivity over hours; 0 where no hours are needed, as time then brings nothing.
        """
        unit = self.pairs.index.get_level_values("unit")
        pairs = self.pairs[among(unit, list(self.responses))]
        unit, rep = (pairs.index.get_level_values(name) for name in ("unit", "rep"))
        hours = self.need.reindex(unit).to_numpy() * pairs["hours"].to_numpy()[:, None]
        productivity = self.reps["productivity"].loc[rep].to_numpy()[:, None]
        rate = _over(np.broadcast_to(productivity, hours.shape), hours)
        return pd.DataFrame(rate, pairs.index, self.windows.weight.columns)

    @cached_property
    def most_time(self) -> pd.DataFrame:
        """The most hours that the response of a unit can use; stint of such a unit × period [h]."""
        weight = self.weight[self._responds]
        rate = self.share_per_hour.reindex(unit_and_rep(weight.index)).to_numpy()
        reach = [self.responses[unit].x[-1] for unit in self._unit[self._responds].tolist()]
        most = np.broadcast_to(np.array(reach, dtype=float)[:, None], rate.shape)
        return weight.mul(_over(most, rate))

    @cached_property
    def locked(self) -> tuple[tuple[str, str, str], ...]:
        """Stints of locked units with their reps, as long as the lock holds and the rep is there."""
        units, days = self.units, self.windows.days
        unit = days.index.get_level_values("unit")
        days = days[among(unit, units.index[units["locked"]])]
        unit, window = (days.index.get_level_values(name) for name in ("unit", "window"))
        until, keeper = (units[name].reindex(unit) for name in ("lock_until", "locked_to"))
        there = self.tenures.days.reindex(keeper)
        first, last = (there[side].to_numpy() for side in ("start", "end"))
        holds = until.isna().to_numpy() | (days["end"].to_numpy() <= until.to_numpy())
        holds &= (first <= days["start"].to_numpy()) & (days["end"].to_numpy() <= last)
        names = (x.to_numpy(dtype=object)[holds].tolist() for x in (unit, keeper, window))
        return tuple(zip(*names, strict=True))

    def parts(self, shares: pd.Series[float], amounts: pd.DataFrame) -> pd.DataFrame:
        """An amount of units (unit × period) on the stints that are chosen, by share and by days."""
        unit = shares.index.get_level_values("unit")
        parts = self.windows.weight_of(shares.index) * shares.to_numpy()[:, None]
        parts *= amounts.reindex(unit).to_numpy()
        return pd.DataFrame(parts, shares.index, self.windows.weight.columns)


def _over(part: npt.ArrayLike, whole: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """part / whole, 0 where the whole is nothing."""
    above, below = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    result = np.zeros(above.shape)
    np.divide(above, below, out=result, where=below > 0)
    return result
