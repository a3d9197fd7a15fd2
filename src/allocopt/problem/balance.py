"""Balance: the bands of the measures that are spread over the reps."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from allocopt.scenario import Scenario


@dataclass(frozen=True)
class BalanceRule:
    """A measure that each rep carries in proportion to the rep's hours.

    `amounts` by unit, in the measure's own unit over the horizon; `lower` and `upper` by rep. Outside the
    band each unit of the measure costs `price` [currency], unless the rule is hard.
    """

    measure: str
    hard: bool
    price: float
    amounts: pd.Series[float]
    lower: pd.Series[float]
    upper: pd.Series[float]


def balance_rules(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, demand: pd.DataFrame
) -> tuple[BalanceRule, ...]:
    """Bands of ± tolerance around each rep's share of a measure, by the rep's hours."""
    planned = reps.index[reps["status"] != "leaving"]
    hours = reps.loc[planned, "hours"]
    share = hours / hours.sum() if hours.sum() > 0 else hours * 0.0
    rules = []
    for section in scenario.config.balance:
        amounts = measure_of(scenario, section.measure, units, demand)
        fair = share * float(amounts.sum())
        rules.append(
            BalanceRule(
                measure=section.measure,
                hard=section.hard,
                price=section.price or 0.0,
                amounts=amounts,
                lower=fair - section.tolerance * fair.abs(),
                upper=fair + section.tolerance * fair.abs(),
            )
        )
    return tuple(rules)


def measure_of(
    scenario: Scenario, measure: str, units: pd.DataFrame, demand: pd.DataFrame
) -> pd.Series[float]:
    """A measure by unit over the horizon; unknown counts as nothing."""
    periods = len(demand.columns)
    if measure == "demand":
        return demand.sum(axis=1)
    if measure in ("hours", "potential"):
        return units[measure].fillna(0.0) * periods
    table = scenario.table("units").set_index("unit")
    if measure in table.columns:
        return pd.to_numeric(table[measure], errors="coerce").reindex(units.index).fillna(0.0)
    count = units.groupby("territory")["territory"].transform("size")
    return (scenario.look_up("territories", measure, units["territory"]) / count).fillna(0.0)
