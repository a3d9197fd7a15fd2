"""Targets against what is planned: the table `targets` of a plan."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from allocopt.config.scope import parse_scope
from allocopt.model import Decisions
from allocopt.plan import PLAN_TABLES
from allocopt.problem import Problem
from allocopt.scenario import Scenario


def target_table(scenario: Scenario, problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """name, goal, planned, gap (goal − planned) [unit of the measure], probability (not known yet).

    Planned is unknown where the plan has no such figure: a product, a channel, new customers.
    """
    targets = scenario.table("targets")
    planned = [
        _planned(scenario, problem, decisions, target) for target in targets.to_dict("records")
    ]
    table = pd.DataFrame(
        {"name": targets["name"], "goal": targets["amount"], "planned": np.array(planned, float)}
    )
    gap = table["goal"] - table["planned"]
    return table.assign(gap=gap, probability=np.nan)[list(PLAN_TABLES["targets"])]


def _planned(
    scenario: Scenario, problem: Problem, decisions: Decisions, target: Mapping[Hashable, Any]
) -> float:
    """What the plan brings for a row of `targets` inside the planned horizon."""
    if isinstance(target["measure"], str) and target["measure"] not in ("", "sales"):
        return np.nan
    units = _units_in(scenario, problem, decisions, target["scope"])
    if units is None:
        return np.nan
    calendar = problem.calendar
    inside = (calendar.starts >= target["start"]) & (calendar.ends <= target["end"])
    periods = [label for label, within in zip(calendar.labels, inside, strict=True) if within]
    return float(decisions.sales.loc[units, periods].to_numpy().sum()) if periods else np.nan


def _units_in(
    scenario: Scenario, problem: Problem, decisions: Decisions, text: object
) -> pd.Index | None:
    """Units of a scope; None for a scope that units do not have."""
    units = problem.units
    scope = parse_scope(text if isinstance(text, str) else "company")
    if scope.kind == "company":
        return units.index
    if scope.kind == "territory":
        below = {scope.value, *scenario.territory_tree.descendants(scope.value)}
        return units.index[units["territory"].isin(below)]
    if scope.kind == "segment":
        return units.index[units["segment"] == scope.value]
    if scope.kind == "rep":
        return units.index[decisions.rep_of == scope.value]
    return None
