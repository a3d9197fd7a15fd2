"""Contiguity: which units touch, and whether a rep's units must hang together."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from allocopt.borders import Borders, unit_borders
from allocopt.scenario import Scenario

NOWHERE = pd.MultiIndex.from_tuples([], names=["a", "b"])
NO_BORDERS = Borders(pd.Series(0.0, NOWHERE))


@dataclass(frozen=True)
class ContiguityRule:
    """Borders between units, and what they mean for the plan.

    Where the rule is hard, the units that a rep has at one time hang together. `cut_price` is what a
    border between units of different reps costs [currency per unit of length, over the horizon].
    """

    hard: bool
    cut_price: float
    borders: Borders


def contiguity_rule(scenario: Scenario) -> ContiguityRule:
    """The rule of a scenario; where it asks nothing no unit touches another."""
    section = scenario.config.contiguity
    asked = section.hard or section.cut_price > 0
    units, tree = scenario.table("units"), scenario.territory_tree
    return ContiguityRule(
        hard=section.hard,
        cut_price=section.cut_price,
        borders=unit_borders(units, scenario.table("adjacency"), tree) if asked else NO_BORDERS,
    )
