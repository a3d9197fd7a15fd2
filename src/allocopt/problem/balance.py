"""Balance: the bands of the measures that are spread over the reps."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from allocopt.problem.tenures import Tenures
from allocopt.problem.windows import Windows, unit_and_window
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class BalanceRule:
    """A measure that each rep carries in proportion to the rep's hours.

    `amounts` by (unit, window), in the measure's own unit: what the unit adds in that window; `lower` and
    `upper` by tenure (rep, first), 0 for a tenure that is not taken. Outside the band each unit of the
    measure costs `price` [currency], unless the rule is hard.
    """

    measure: str
    hard: bool
    price: float
    amounts: pd.Series[float]
    lower: pd.Series[float]
    upper: pd.Series[float]

    @property
    def reps(self) -> list[str]:
        """Reps with a band."""
        return list(dict.fromkeys(self.lower.index.get_level_values("rep")))

    def carried(self, shares: pd.Series[float]) -> pd.Series[float]:
        """What each rep carries of the measure; `shares` by stint."""
        amounts = self.amounts.reindex(unit_and_window(shares.index)).to_numpy()
        return (shares * amounts).groupby(level="rep").sum()

    def bands(self, tenures: pd.MultiIndex) -> pd.DataFrame:
        """Lower and upper by rep, for the tenures taken; 0 for a rep who is not there."""
        sides = pd.DataFrame({"lower": self.lower, "upper": self.upper})
        taken = sides[sides.index.isin(tenures)].droplevel("first")
        return taken.reindex(self.reps).fillna(0.0)


def balance_rules(
    scenario: Scenario,
    units: pd.DataFrame,
    reps: pd.DataFrame,
    demand: pd.DataFrame,
    windows: Windows,
    tenures: Tenures,
) -> tuple[BalanceRule, ...]:
    """Bands of ± tolerance around each rep's share of a measure, by the rep's hours."""
    share = _fair_shares(reps, tenures)
    rules = []
    for section in scenario.config.balance:
        amounts = measure_of(scenario, section.measure, units, demand, windows)
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


def _fair_shares(reps: pd.DataFrame, tenures: Tenures) -> pd.Series[float]:
    """Share of the hours of all who are there, open positions from their earliest day on; by tenure.

    A leaver has no band; a leaver's hours count only where the last day is known.
    """
    present = tenures.presence.mean(axis=1)
    rep = present.index.get_level_values("rep")
    hours = present * reps["hours"].reindex(rep).to_numpy()
    leaving = (reps["status"] == "leaving").reindex(rep).to_numpy()
    unknown = leaving & reps["end"].isna().reindex(rep).to_numpy()
    total = float(hours[~rep.duplicated() & ~unknown].sum())
    banded: pd.Series[float] = hours[~leaving]
    return banded.div(total) if total > 0 else banded.mul(0.0)


def measure_of(
    scenario: Scenario, measure: str, units: pd.DataFrame, demand: pd.DataFrame, windows: Windows
) -> pd.Series[float]:
    """What each unit adds to a measure in each of its windows; unknown counts as nothing."""
    unit = windows.weight.index.get_level_values("unit")
    if measure == "demand":
        return (windows.weight * demand.reindex(unit).to_numpy()).sum(axis=1)
    if measure in ("hours", "potential"):
        flat = units[measure].fillna(0.0).reindex(unit).to_numpy()
        return windows.weight.sum(axis=1).mul(flat)
    column = _column(scenario, measure, units).reindex(unit)
    return windows.weight.mean(axis=1).mul(column.to_numpy())


def _column(scenario: Scenario, measure: str, units: pd.DataFrame) -> pd.Series[float]:
    """A column of units, else one of territories shared evenly by their units."""
    table = scenario.table("units").set_index("unit")
    if measure in table.columns:
        return pd.to_numeric(table[measure], errors="coerce").reindex(units.index).fillna(0.0)
    count = units.groupby("territory")["territory"].transform("size")
    return (scenario.look_up("territories", measure, units["territory"]) / count).fillna(0.0)
