"""Attainment: how likely each quota is reached over the demand samples, and what that pays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.plan import OPTIONAL_TABLES
from allocopt.problem.demand_samples import DemandSamples
from allocopt.problem.incentive import Incentive

Floats = npt.NDArray[np.float64]


class Team(NamedTuple):
    """Whose quotas and sales make a row, and whose pay: the same reps but for a specialist."""

    sellers: Sequence[str]
    paid: Sequence[str]


Teams = Mapping[tuple[str, str], Team]

# Sales within this share of the quota reach it.
ROUNDING = 1e-9
# Probabilities of the bounds of sales; pay is budgeted by the upper one.
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, eq=False)
class Outlook:
    """What reps may sell and earn: arrays (sample, rep, period) [currency] and the samples' `weight`."""

    weight: Floats
    sales: Floats
    quota: pd.DataFrame
    pay: Floats
    pay_of_horizon: Floats
    pay_at_plan: pd.Series[float]

    @property
    def mean_attainment(self) -> pd.Series[float]:
        """Mean sales over the quota of the horizon, by rep; unknown without a quota [share]."""
        quota = self.quota.sum(axis=1)
        mean: Floats = self.weight @ self.sales.sum(axis=2)
        return pd.Series(mean, quota.index) / quota.where(quota > 0)


def simulated_sales(
    samples: DemandSamples,
    units: pd.DataFrame,
    sales: pd.DataFrame,
    ceiling: pd.DataFrame,
    credited: pd.DataFrame,
    reps: pd.Index,
) -> Floats:
    """Sales credited to each rep in each outcome, shape (sample, rep, period) [currency].

    `sales`, `ceiling` unit × period; `credited` (unit, …, rep) × period, planned sales that count for the
    rep. A unit sells its planned sales times demand over mean demand, at most what it can buy; time and
    money stay where the plan has put them.
    """
    unit = sales.index.get_indexer(credited.index.get_level_values("unit"))
    rep = reps.get_indexer(credited.index.get_level_values("rep"))
    planned, amounts = sales.to_numpy(), credited.to_numpy()
    # Planned sales that lift has brought above the ceiling stay.
    most = np.full_like(planned, np.inf)
    np.divide(ceiling.to_numpy(), planned, out=most, where=planned > 0)
    most = np.maximum(most, 1.0)
    result = np.zeros((len(samples), len(reps), planned.shape[1]))
    for number, (_, relative) in enumerate(samples.outcomes(units)):
        np.add.at(result[number], rep, amounts * np.minimum(relative, most)[unit])
    return result


def outlook_of(
    weight: Floats,
    sales: Floats,
    quota: pd.DataFrame,
    reps: pd.DataFrame,
    incentive: Incentive,
    serves: Mapping[str, Sequence[str]] | None = None,
) -> Outlook:
    """Pay for simulated sales, by period and for the whole horizon.

    `reps` has role and, in columns of the periods, variable pay [currency/period] by rep. A specialist is
    paid by the sales and quotas of the reps whom the specialist `serves`, which stay theirs.
    """
    variable = reps[list(quota.columns)].to_numpy()
    pay, whole, at_plan = np.zeros_like(sales), np.zeros(sales.shape[:2]), np.zeros(len(quota))
    for row, (rep, role) in enumerate(zip(quota.index, reps["role"], strict=True)):
        rows = quota.index.get_indexer(pd.Index((serves or {}).get(str(rep), [rep])))
        own, asked = sales[:, rows].sum(axis=1), quota.to_numpy(dtype=float)[rows].sum(axis=0)
        pay[:, row] = incentive.pay(own, asked, role, variable[row])
        total, goal = own.sum(axis=1), np.array(asked.sum(), dtype=float)
        whole[:, row] = incentive.pay(total, goal, role, np.array(variable[row].sum()))
        at_plan[row] = incentive.pay(goal, goal, role, variable[row].sum())
    return Outlook(weight, sales, quota, pay, whole, pd.Series(at_plan, quota.index))


def by_period(outlook: Outlook, teams: Teams) -> pd.DataFrame:
    """attain_probability, payout_mean and payout_p90 by (level, rep, period); `teams` by (level, rep)."""
    parts = []
    for team, rows, paid in _rows_of(outlook, teams):
        quota = outlook.quota.to_numpy()[rows].sum(axis=0)
        sales, pay = outlook.sales[:, rows].sum(axis=1), outlook.pay[:, paid].sum(axis=1)
        index = pd.MultiIndex.from_tuples(
            [(*team, period) for period in outlook.quota.columns], names=["level", "rep", "period"]
        )
        figures = {
            "attain_probability": probability(sales, quota, outlook.weight),
            "payout_mean": outlook.weight @ pay,
            "payout_p90": quantile(pay, HIGH, outlook.weight),
        }
        parts.append(pd.DataFrame(figures, index=index))
    return pd.concat(parts)


def over_horizon(outlook: Outlook, teams: Teams) -> pd.DataFrame:
    """The table `attainment`: a row per rep, manager and the company over the horizon.

    Pay is settled once, on the attainment of the horizon.
    """
    rows_of_table = []
    for team, rows, paid in _rows_of(outlook, teams):
        quota = float(outlook.quota.to_numpy()[rows].sum())
        sales = outlook.sales[:, rows].sum(axis=(1, 2))
        pay = outlook.pay_of_horizon[:, paid].sum(axis=1)
        lower, upper = (float(quantile(sales, p, outlook.weight)) for p in (LOW, HIGH))
        rows_of_table.append(
            (
                *team,
                quota,
                float(outlook.weight @ sales),
                float(probability(sales, np.array(quota), outlook.weight)),
                lower,
                upper,
                float(outlook.pay_at_plan.iloc[paid].sum()),
                float(outlook.weight @ pay),
                float(quantile(pay, HIGH, outlook.weight)),
            )
        )
    return pd.DataFrame(rows_of_table, columns=list(OPTIONAL_TABLES["attainment"]))


def _rows_of(
    outlook: Outlook, teams: Teams
) -> Iterator[tuple[tuple[str, str], list[int], list[int]]]:
    """Each team with the rows of its sellers, and of those who are paid."""
    row_of = {str(rep): row for row, rep in enumerate(outlook.quota.index)}
    for name, team in teams.items():
        yield name, [row_of[rep] for rep in team.sellers], [row_of[rep] for rep in team.paid]


def probability(sales: Floats, quota: Floats, weight: Floats) -> Floats:
    """Weight of the outcomes (sample, …) that reach the quota; not a number without a quota."""
    reached = weight @ (sales >= quota * (1 - ROUNDING)).reshape(len(weight), -1)
    # Sums of many weights are one but for their last digits.
    reached = np.clip(np.round(reached / weight.sum(), 12), 0.0, 1.0)
    return np.where(quota > 0, reached.reshape(np.shape(quota)), np.nan)


def quantile(values: Floats, level: float, weight: Floats) -> Floats:
    """Least value (sample, …) that outcomes of at least `level` of the weight do not pass."""
    order = np.argsort(values, axis=0, kind="stable")
    covered = np.cumsum(weight[order], axis=0)
    first = (covered >= level - ROUNDING).argmax(axis=0)
    chosen = np.take_along_axis(order, np.expand_dims(first, 0), axis=0)
    return np.asarray(np.take_along_axis(values, chosen, axis=0)[0])


def expected_share_at_quota(horizon: pd.DataFrame) -> float:
    """Share of the reps with a quota who are expected to reach it, from the table `attainment`."""
    return float(horizon.loc[horizon["level"] == "rep", "attain_probability"].mean())
