"""Positions: open positions to place the next reps in, made up where the scenario has too few."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from allocopt.config import Setting
from allocopt.scenario import Scenario, change_scenario
from allocopt.whatif.origin import setting_maker
from allocopt.whatif.people import COMPANY, reps_in

# What a made-up position has of the reps who work in its place: the median of each.
_OF_THE_MEDIAN = ("hours", "cost", "variable_pay", "ramp", "latitude", "longitude")
ORIGIN = "headcount-curve"


def open_positions(scenario: Scenario) -> list[str]:
    """Names of the open positions, in the order of the table."""
    reps = scenario.table("reps")
    return list(reps.loc[reps["status"] == "open", "rep"])


def with_positions(scenario: Scenario, count: int) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario with at least `count` open positions to choose from, and those that were made up.

    Where fewer are open, each territory at the top of the tree gets as many more as are missing: a rep
    with the median hours, cost, ramp and place of those who work there (of all reps where nobody does),
    who may cover that territory and starts with the plan.
    """
    missing = count - len(open_positions(scenario))
    if missing <= 0:
        return scenario, ()
    rows = [row for territory in _places(scenario) for row in _copies(scenario, territory, missing)]
    settings = [*_added(rows)]
    return change_scenario(scenario, settings), tuple(str(row["rep"]) for row in rows)


def _places(scenario: Scenario) -> tuple[str, ...]:
    """The highest level of the tree that has several places; a lone root is the whole company."""
    level = scenario.territory_tree.roots
    while len(level) == 1 and scenario.territory_tree.children(level[0]):
        level = scenario.territory_tree.children(level[0])
    return level


def _copies(scenario: Scenario, territory: str, count: int) -> Iterator[dict[str, Any]]:
    """Rows of `reps` for one territory."""
    start = scenario.calendar.plan_start
    there = reps_in(scenario, territory, start)
    template = median_of(there if len(there) else reps_in(scenario, COMPANY, start))
    taken = set(scenario.table("reps")["rep"])
    names = (f"New {territory} {number}" for number in range(1, count + len(taken) + 1))
    for name in [name for name in names if name not in taken][:count]:
        yield {
            "rep": name,
            "territory": territory,
            "territories": territory,
            "status": "open",
            **template,
        }


def median_of(reps: pd.DataFrame) -> dict[str, float]:
    """What a position has that is like those of some reps, rows of `reps`: hours, cost, ramp, place."""
    known = reps[list(_OF_THE_MEDIAN)].median().dropna()
    return {str(column): float(value) for column, value in known.items()}


def _added(rows: list[dict[str, Any]]) -> Iterator[Setting]:
    if rows:
        yield setting_maker(ORIGIN)(("override", "reps", "add"), rows)
