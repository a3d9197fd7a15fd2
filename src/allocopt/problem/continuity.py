"""Continuity: what a handover costs, and how many there may be."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from allocopt.calendar import Calendar, share_of_periods
from allocopt.problem.windows import DAY, Windows
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class HandoverRule:
    """What a change of rep costs, and how many there may be.

    `loss` by (unit, window) [currency]: lost when the unit is given away at the start of that window.
    `similarity` is the share of it that a successor of fit 1 avoids. `owned` are the units that have an
    owner today; of those that change at the plan's start only the `counted` are held against the
    ceilings (those whose owner stays). `sales` by (unit, window) [currency] is demand from the change on.
    """

    loss: pd.Series[float]
    similarity: float
    owned: tuple[str, ...]
    counted: tuple[str, ...]
    sales: pd.Series[float]
    max_units: int | None
    max_sales: float | None
    max_reps: int | None


def handover_rule(
    scenario: Scenario,
    units: pd.DataFrame,
    reps: pd.DataFrame,
    demand: pd.DataFrame,
    windows: Windows,
) -> HandoverRule:
    """The loss of a handover over its first 12 months, and the ceilings."""
    section = scenario.config.handover
    owned = tuple(units.index[units["owner"] != ""])
    rate = scenario.look_up("segments", "handover_loss", units["segment"]).fillna(section.loss)
    # Those who leave, or are gone before the plan starts, cannot keep their units.
    staying = reps.index[reps["status"] != "leaving"]
    share = section.max_share_of_sales
    year = windows.days["start"] + pd.DateOffset(years=1) - DAY
    horizon = pd.Series(scenario.calendar.plan_end, index=year.index)
    unit = year.index.get_level_values("unit")
    return HandoverRule(
        loss=_demand_until(year, demand, windows, scenario.calendar)
        * (rate * units["margin"]).reindex(unit).to_numpy(),
        similarity=section.similarity,
        owned=owned,
        counted=tuple(units.index[units["owner"].isin(staying)]),
        sales=_demand_until(horizon, demand, windows, scenario.calendar),
        max_units=_most_units(scenario),
        max_sales=None if share is None else share * float(demand.to_numpy().sum()),
        max_reps=section.max_reps,
    )


def _most_units(scenario: Scenario) -> int | None:
    """The ceiling of the plan; where the rest of a horizon is planned, that of one replan as well."""
    config = scenario.config
    ceilings = [config.handover.max_units]
    if config.calendar.horizon_start is not None:
        ceilings.append(config.replan.max_units)
    return min((most for most in ceilings if most is not None), default=None)


def _demand_until(
    last: pd.Series[pd.Timestamp], demand: pd.DataFrame, windows: Windows, calendar: Calendar
) -> pd.Series[float]:
    """Demand from the first day of each window to a last day; (unit, window)."""
    share = share_of_periods(windows.days["start"], last, calendar)
    amount = demand.reindex(last.index.get_level_values("unit")).to_numpy()
    return pd.Series((share * amount).sum(axis=1), index=last.index)
