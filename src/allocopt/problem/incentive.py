"""Incentive: what attainment pays, by the pay curve or by commission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.scenario import Scenario

Floats = npt.NDArray[np.float64]
Tiers = tuple[tuple[float, float], ...]
EVERY_ROLE = ""


@dataclass(frozen=True)
class Incentive:
    """The pay plan.

    `curve`: points of attainment and payout [share of variable pay], straight lines between them. Below
    the first point nothing is paid; from the last on payout stays, and it is never above `cap`.
    `commission`: by role, tiers (attainment from which on, rate) in rising order; the rate of a tier is a
    share of the sales inside it. Who has tiers is paid by them and not by the curve.
    """

    curve: Tiers
    cap: float | None = None
    commission: Mapping[str, Tiers] = field(default_factory=dict)

    def payout(self, attainment: Floats) -> Floats:
        """Share of variable pay at each attainment; not a number where attainment is none."""
        reached, paid = np.array(self.curve, dtype=float).T
        share = np.interp(attainment, reached, paid)
        share = np.where(attainment < reached[0], 0.0, share)
        most = np.inf if self.cap is None else self.cap
        return np.asarray(np.where(np.isnan(attainment), np.nan, np.minimum(share, most)))

    @property
    def at_plan(self) -> float:
        """Share of variable pay that is paid when the quota is met exactly."""
        return float(self.payout(np.array([1.0]))[0])

    def tiers_of(self, role: str) -> Tiers:
        """Commission tiers of a role, its own before those of all roles; empty without any."""
        return self.commission.get(role) or self.commission.get(EVERY_ROLE, ())

    def pay(self, sales: Floats, quota: Floats, role: str, variable_pay: Floats) -> Floats:
        """What is paid for sales against a quota; shapes alike or broadcast [currency]."""
        tiers = self.tiers_of(role)
        if tiers:
            return _commission(tiers, sales, quota)
        attainment = np.full(np.broadcast(sales, quota).shape, np.nan)
        np.divide(sales, quota, out=attainment, where=np.broadcast_to(quota > 0, attainment.shape))
        # Without a quota there is nothing to attain, and nothing to pay for it.
        return np.asarray(np.nan_to_num(self.payout(attainment)) * variable_pay)


def _commission(tiers: Tiers, sales: Floats, quota: Floats) -> Floats:
    """Σ rate · sales between a tier's attainment and the next one's. [currency]"""
    total = np.zeros(np.broadcast(sales, quota).shape)
    ends = [start for start, _ in tiers[1:]]
    for number, (start, rate) in enumerate(tiers):
        most = np.minimum(sales, ends[number] * quota) if number < len(ends) else sales
        total += rate * np.maximum(most - start * quota, 0.0)
    return total


def pay_at_plan(scenario: Scenario, reps: pd.DataFrame) -> pd.Series[float]:
    """What a met quota pays; by rep [currency/period].

    The curve's share of variable pay at attainment 1; on commission it is `variable_pay` as given.
    """
    incentive = incentive_of(scenario)
    on_commission = reps["role"].fillna("").map(lambda role: bool(incentive.tiers_of(role)))
    return reps["variable_pay"] * on_commission.map({True: 1.0, False: incentive.at_plan})


def incentive_of(scenario: Scenario) -> Incentive:
    """The pay plan of a scenario: `incentive`, and the table `commission`."""
    section, table = scenario.config.incentive, scenario.table("commission")
    rows = table.assign(role=table["role"].fillna(EVERY_ROLE)).sort_values("attainment")
    tiers = {
        str(role): tuple(zip(own["attainment"].tolist(), own["rate"].tolist(), strict=True))
        for role, own in rows.groupby("role", sort=False)
    }
    return Incentive(tuple(section.curve), section.cap, tiers)
