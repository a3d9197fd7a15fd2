"""Travel: what an hour of it costs, and how much of it there may be."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from allocopt.scenario import Scenario


@dataclass(frozen=True)
class TravelRule:
    """An hour of travel costs `cost` [currency/h]; all reps travel at most `most` [h per horizon]."""

    cost: float
    most: float | None

    @staticmethod
    def hours(stint_travel: pd.DataFrame, shares: pd.Series[float]) -> float:
        """Travel of the stints that are chosen, whatever their share. [h per horizon]"""
        return float(stint_travel.reindex(shares.index).to_numpy().sum())


def travel_rule(scenario: Scenario) -> TravelRule | None:
    """The rule on travel; None where there is no travel, or neither cost nor limit."""
    section = scenario.config.coverage
    asked = section.travel_cost > 0 or section.travel_max is not None
    if section.travel_speed is None or not asked:
        return None
    return TravelRule(section.travel_cost, section.travel_max)


def travel_hours(
    distance: pd.Series[float], visits: pd.Series[float], speed: float | None
) -> pd.Series[float]:
    """Hours per period on the way to a unit and back, once for each visit; by pair (unit, rep).

    `distance` [km, one way] by pair, `visits` [1/period] by unit, `speed` [km/h]. There is no travel
    without a speed, and none where distance or visits are not known.
    """
    if speed is None:
        return pd.Series(0.0, distance.index)
    often = visits.reindex(distance.index.get_level_values("unit")).to_numpy()
    return (2 * distance / speed * often).fillna(0.0)
