"""Forced: the problem in which a unit has a rep, or a pair is worth more, and the unit without its lock."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from allocopt.explanation.case import Case
from allocopt.problem import Problem
from allocopt.scenario import Scenario


def held_by(problem: Problem, unit: str, rep: str) -> Problem:
    """The problem in which a unit is locked to a rep for as long as the rep is there."""
    units = problem.units.copy()
    units.loc[unit, "locked"] = True
    units.loc[unit, "locked_to"] = rep
    units.loc[unit, "lock_until"] = pd.NaT
    return replace(problem, units=units)


def worth_more(problem: Problem, unit: str, rep: str, value: float) -> Problem:
    """The problem in which a pair is worth so much more. [currency per horizon]"""
    values = problem.pairs["value"].copy()
    values.loc[(unit, rep)] += value
    return replace(problem, pairs=problem.pairs.assign(value=values))


def part_of_horizon(problem: Problem, unit: str, rep: str) -> float:
    """The part of the horizon in which a rep may have a unit; so much of the pair's value counts."""
    mine = problem.by_stint.of_pair(unit, rep)
    return float(problem.stint_weight.loc[mine].mean(axis=1).sum())


def unlocked(case: Case, unit: str) -> Problem:
    """The problem in which nothing locks a unit."""
    return case.problem_for(_without_lock(case.scenario, unit))


def _without_lock(scenario: Scenario, unit: str) -> Scenario:
    """The scenario without the unit's lock, with no decision that locks it and no renewal that does."""
    units = scenario.table("units").copy()
    units.loc[units["unit"] == unit, ["lock", "lock_until", "renewal"]] = None
    decided = scenario.table("overrides")
    locks = (decided["kind"] == "lock") & (decided["unit"] == unit)
    return replace(
        scenario, tables={**scenario.tables, "units": units, "overrides": decided[~locks]}
    )
