"""Targets against what is planned: the table `targets` of a plan."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from allocopt.config.scope import Scope, parse_scope
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
    scope = parse_scope(target["scope"] if isinstance(target["scope"], str) else "company")
    sales = _sales_in(scenario, problem, decisions, scope)
    if sales is None:
        return np.nan
    calendar = problem.calendar
    inside = (calendar.starts >= target["start"]) & (calendar.ends <= target["end"])
    periods = [label for label, within in zip(calendar.labels, inside, strict=True) if within]
    return float(sales[periods].sum()) if periods else np.nan


def _sales_in(
    scenario: Scenario, problem: Problem, decisions: Decisions, scope: Scope
) -> pd.Series[float] | None:
    """Planned sales of a scope by period; None for a scope that neither units nor reps have."""
    units, sales = problem.units, decisions.sales
    if scope.kind == "company":
        return sales.sum()
    if scope.kind == "territory":
        below = {scope.value, *scenario.territory_tree.descendants(scope.value)}
        return sales[units["territory"].isin(below)].sum()
    if scope.kind == "segment":
        return sales[units["segment"] == scope.value].sum()
    if scope.kind == "rep" and scope.value in problem.reps.index:
        return problem.credited(decisions.shares, sales).T[scope.value]
    return None
