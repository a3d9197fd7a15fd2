"""Rest targets: what is left to reach of targets that have begun."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from allocopt.config.scope import Scope, parse_scope
from allocopt.replanning.course import DAY, Course
from allocopt.replanning.elapsed import Elapsed

# Figures that cannot be less than nothing: a target that has been passed asks for no more.
AMOUNTS = ("sales", "margin")


def targets_of_rest(course: Course, targets: pd.DataFrame) -> pd.DataFrame:
    """Targets whose time is over are gone; of others what came in newly closed periods is taken off."""
    start = course.through + DAY
    rows = targets[targets["end"] >= start].reset_index(drop=True)
    begun = rows["start"] < start
    amount = [
        _left(course, row) if row["start"] < start else float(row["amount"])
        for row in rows.to_dict("records")
    ]
    return rows.assign(amount=amount, start=rows["start"].mask(begun, start))


def _left(course: Course, row: Mapping[Hashable, Any]) -> float:
    """What is left of the amount of a target."""
    measure = row["measure"] if isinstance(row["measure"], str) else "sales"
    scope = parse_scope(row["scope"] if isinstance(row["scope"], str) else "company")
    sold = course.sold[course.sold["period"].isin(course.newly_closed)]
    sold = sold[(sold["date"] >= row["start"]) & rows_in(course, sold, scope)]
    left = float(row["amount"]) - reached(course, sold, measure)
    return max(left, 0.0) if measure in AMOUNTS else left


def reached(course: Course, sold: pd.DataFrame, measure: str) -> float:
    """What rows of sales bring of a measure; 0 of one that they say nothing of."""
    if measure == "sales":
        return float(sold["sales"].sum())
    if measure == "margin":
        return float(margin_of(course, sold).sum())
    if measure == "contribution":
        elapsed = Elapsed(course)
        spend = float(elapsed.newly_spent["spend"].sum())
        return float(margin_of(course, sold).sum()) - spend - elapsed.people
    return float(sold[measure].sum()) if measure in sold else 0.0


def margin_of(course: Course, sold: pd.DataFrame) -> pd.Series[float]:
    """Margin of rows of sales [currency]: by their cost, else by the margin of their segment."""
    share = course.scenario.look_up("segments", "margin", sold["segment"]).fillna(1.0)
    return (sold["sales"] - sold["cost"]).fillna(sold["sales"] * share)


def rows_in(course: Course, rows: pd.DataFrame, scope: Scope) -> pd.Series[bool]:
    """Which rows of sales lie in a scope."""
    if scope.kind == "company":
        return pd.Series(data=True, index=rows.index)
    if scope.kind == "territory":
        return rows["territory"].isin(course.scenario.territory_tree.within([scope.value]))
    if scope.kind in rows:
        return rows[scope.kind] == scope.value
    return pd.Series(data=False, index=rows.index)
