"""Rest targets: what is left to reach of targets that have begun."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from allocopt.config.scope import Scope, parse_scope
from allocopt.replanning.course import DAY, Course
from allocopt.replanning.elapsed import Elapsed
from allocopt.replanning.performance.amounts import Books

# Figures that cannot be less than nothing: a target that has been passed asks for no more.
AMOUNTS = ("sales", "margin")
# When a target that has been cut began: late rows of that time still count.
BEGUN = "begun"


def targets_of_rest(course: Course, targets: pd.DataFrame) -> pd.DataFrame:
    """Targets whose time is over are gone; what came of others is taken off, as far as it was not yet."""
    start = course.through + DAY
    rows = targets[targets["end"] >= start].reset_index(drop=True)
    begun = rows["start"] < start
    first = pd.to_datetime(rows[BEGUN]) if BEGUN in rows else rows["start"]
    first = first.fillna(rows["start"])
    elapsed = Elapsed(course)
    amount = [
        _left(elapsed, row, day) if cut else float(row["amount"])
        for row, day, cut in zip(rows.to_dict("records"), first, first < start, strict=True)
    ]
    dated = first.where(first < start).dt.strftime("%Y-%m-%d")
    return rows.assign(amount=amount, start=rows["start"].mask(begun, start), **{BEGUN: dated})


def _left(elapsed: Elapsed, row: Mapping[Hashable, Any], begun: pd.Timestamp) -> float:
    """What is left of the amount of a target that began on a day."""
    measure = row["measure"] if isinstance(row["measure"], str) else "sales"
    scope = parse_scope(row["scope"] if isinstance(row["scope"], str) else "company")
    now, then = (
        reached(course, scope, measure, begun) for course in (elapsed.course, elapsed.before)
    )
    left = float(row["amount"]) - (now - then)
    if measure == "contribution":
        left += float(elapsed.newly_spent["spend"].sum()) + elapsed.people + elapsed.other_costs
    return max(left, 0.0) if measure in AMOUNTS else left


def reached(course: Course, scope: Scope, measure: str, begun: pd.Timestamp) -> float:
    """What closed periods brought of a measure in a scope since a day; 0 of one that rows say nothing of.

    Of contribution it is the margin. A rep's sales are those of the units that the rep had, where rows name
    no rep.
    """
    sold = course.sold[course.sold["date"] >= begun]
    if scope.kind == "rep" and measure == "sales":
        return _of_rep(course, scope.value, begun)
    inside = sold[rows_in(course, sold, scope)]
    if measure in ("margin", "contribution"):
        return float(margin_of(course, inside).sum())
    return float(inside[measure].sum()) if measure in inside else 0.0


def _of_rep(course: Course, rep: str, begun: pd.Timestamp) -> float:
    """Sales credited to a rep in the closed periods that start on a day or later. [currency]"""
    if not course.closed:
        return 0.0
    actual = Books(course).reps.actual
    places = [k for k in range(len(course.closed)) if course.calendar.starts[k] >= begun]
    return float(actual.reindex([rep])[places].sum().sum())


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
