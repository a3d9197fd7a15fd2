"""Contiguity: which units touch, and whether a rep's units must hang together."""

from __future__ import annotations

from dataclasses import dataclass

from allocopt.borders import Borders, unit_borders
from allocopt.scenario import Scenario


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
    section, table = scenario.config.contiguity, scenario.table("adjacency")
    asked = section.hard or section.cut_price > 0
    return ContiguityRule(
        hard=section.hard,
        cut_price=section.cut_price,
        borders=unit_borders(
            scenario.table("units"), table if asked else table.iloc[:0], scenario.territory_tree
        ),
    )
