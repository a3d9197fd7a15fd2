"""Balance: the bands of the measures that are spread over the reps."""

from __future__ import annotations

from collections.abc import Callable
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
    measure costs `price` [currency], unless the rule is hard; over all reps at most `most_outside` may lie
    there. A measure with an `order` is evened out before all else, 1 first.
    """

    measure: str
    hard: bool
    price: float
    amounts: pd.Series[float]
    lower: pd.Series[float]
    upper: pd.Series[float]
    order: int | None = None
    most_outside: float | None = None

    @property
    def reps(self) -> list[str]:
        """Reps with a band."""
        return list(dict.fromkeys(self.lower.index.get_level_values("rep")))

    @property
    def middle(self) -> pd.Series[float]:
        """The size of what each band lies around, by tenure."""
        return ((self.lower + self.upper) / 2).abs()

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
    reps: pd.DataFrame,
    tenures: Tenures,
    amounts_of: Callable[[str], pd.Series[float]],
) -> tuple[BalanceRule, ...]:
    """Bands of ± tolerance around each rep's share of a measure, by the rep's hours.

    `amounts_of` is `measure_of` for the plan's units. Specialists own no units and have no band.
    """
    share = _fair_shares(reps[~reps.index.isin(scenario.table("overlays")["rep"])], tenures)
    rules = []
    for section in scenario.config.balance:
        amounts = amounts_of(section.measure)
        fair = share * float(amounts.sum())
        rules.append(
            BalanceRule(
                measure=section.measure,
                hard=section.hard,
                price=section.price or 0.0,
                amounts=amounts,
                lower=fair - section.tolerance * fair.abs(),
                upper=fair + section.tolerance * fair.abs(),
                order=section.order,
                most_outside=section.most_outside,
            )
        )
    return tuple(rules)


def _fair_shares(reps: pd.DataFrame, tenures: Tenures) -> pd.Series[float]:
    """Share of the hours of all who are there, open positions from their earliest day on; by tenure.

    A leaver has no band; a leaver's hours count only where the last day is known.
    """
    present = tenures.presence.mean(axis=1)
    present = present[present.index.isin(reps.index, level="rep")]
    rep = present.index.get_level_values("rep")
    hours = present * reps["hours"].reindex(rep).to_numpy()
    leaving = (reps["status"] == "leaving").reindex(rep).to_numpy()
    unknown = leaving & reps["end"].isna().reindex(rep).to_numpy()
    total = float(hours[~rep.duplicated() & ~unknown].sum())
    banded: pd.Series[float] = hours[~leaving]
    return banded.div(total) if total > 0 else banded.mul(0.0)


def measure_of(
    scenario: Scenario,
    measure: str,
    units: pd.DataFrame,
    demand: pd.DataFrame,
    need: pd.DataFrame,
    windows: Windows,
) -> pd.Series[float]:
    """What each unit adds to a measure in each of its windows; unknown counts as nothing."""
    unit = windows.weight.index.get_level_values("unit")
    by_period = {"demand": demand, "hours": need.mul(units["hours"], axis=0)}
    if measure in by_period:
        return (windows.weight * by_period[measure].reindex(unit).to_numpy()).sum(axis=1)
    if measure == "potential":
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
