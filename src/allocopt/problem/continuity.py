"""Continuity: what a handover costs, and how many there may be."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from allocopt.scenario import Scenario


@dataclass(frozen=True)
class HandoverRule:
    """What a change of rep costs, and how many there may be.

    `loss` by unit [currency]: lost when today's owner gives the unit away. `similarity` is the share of
    it that a successor of fit 1 avoids. `counted` are the units that count against the ceilings (those
    whose owner stays); `sales` [currency over the horizon] is their demand.
    """

    loss: pd.Series[float]
    similarity: float
    counted: tuple[str, ...]
    sales: pd.Series[float]
    max_units: int | None
    max_sales: float | None
    max_reps: int | None


def handover_rule(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, demand: pd.DataFrame
) -> HandoverRule:
    """The loss of each unit's handover over its first 12 months, and the ceilings."""
    section = scenario.config.handover
    owned = units.index[units["owner"] != ""]
    rate = scenario.look_up("segments", "handover_loss", units["segment"]).fillna(section.loss)
    year = demand.iloc[:, : scenario.calendar.season].sum(axis=1)
    # Those who leave, or are gone before the plan starts, cannot keep their units.
    staying = {*reps.index[reps["status"] != "leaving"]}
    counted = tuple(unit for unit in owned if units["owner"][unit] in staying)
    share = section.max_share_of_sales
    return HandoverRule(
        loss=(rate * units["margin"] * year).loc[owned],
        similarity=section.similarity,
        counted=counted,
        sales=demand.sum(axis=1),
        max_units=section.max_units,
        max_sales=None if share is None else share * float(demand.to_numpy().sum()),
        max_reps=section.max_reps,
    )
