"""Outcomes: what came of goals, units, handovers and the forecast over the closed periods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

import pandas as pd

from allocopt.checks.goals import LESS_IS_BETTER
from allocopt.documents.facts import Facts, is_yes, ratio
from allocopt.documents.facts.deviations import deviations
from allocopt.documents.facts.goals import TOLERANCE, GoalFacts, given_goals
from allocopt.documents.facts.progress import (
    by_period,
    closed_starts,
    results,
    review_of,
)
from allocopt.documents.language.days import day_of
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text

# Measures of goals that are key figures of a review, too: of all that has closed.
COUNT, SHARE = "new_customers", "market_share"


@dataclass(frozen=True)
class GoalOutcome:
    """A goal with what was asked and what came; unknown is NaN."""

    goal: GoalFacts
    asked: float
    came: float

    @property
    def reached(self) -> float:
        """What came as a share of what was asked."""
        return ratio(self.came, self.asked)

    @property
    def is_kept(self) -> bool | None:
        """Whether the goal was reached; None where that was not measured."""
        if not (known(self.asked) and known(self.came)):
            return None
        less = self.goal.measure.partition(":")[0] in LESS_IS_BETTER
        missing = self.came - self.asked if less else self.asked - self.came
        return missing <= TOLERANCE * abs(self.asked)


def goal_outcomes(facts: Facts) -> list[GoalOutcome]:
    """Goals and targets that people set, with what came of each."""
    return [
        GoalOutcome(goal, _asked(goal, facts), _came(goal, facts)) for goal in given_goals(facts)
    ]


def _asked(goal: GoalFacts, facts: Facts) -> float:
    """The amount; a target that a replan cut to its rest has again what had come by then."""
    first, start = _begun(goal, facts), day_of(goal.start)
    if not first < start:
        return goal.amount
    return goal.amount + _sales(goal.scope, first, start - pd.Timedelta(days=1), facts)


def _came(goal: GoalFacts, facts: Facts) -> float:
    """What came of a goal's measure in its days."""
    if goal.measure in ("", "sales"):
        first = min(_begun(goal, facts), day_of(goal.start))
        return _sales(goal.scope, first, day_of(goal.due), facts)
    if not _is_whole(goal, facts):
        return nan
    if goal.measure == "handovers" and goal.scope == "company":
        return float(len(moved_units(facts)))
    if goal.measure not in (COUNT, SHARE):
        return nan
    scope = "company" if goal.scope == str(facts.subject) else goal.scope
    came = float(results(facts, scope)["value"].get(goal.measure, nan))
    return 100 * came if goal.measure == SHARE and goal.unit == "%" else came


def _is_whole(goal: GoalFacts, facts: Facts) -> bool:
    """Whether a goal holds for all of the time that has closed."""
    through = day_of(review_of(facts).get("through"))
    return bool(day_of(goal.start) <= facts.begun and through <= day_of(goal.due))


def _begun(goal: GoalFacts, facts: Facts) -> pd.Timestamp:
    """The first day of a goal, before a replan cut it to its rest."""
    rows = facts.scenario.table("targets")
    found = list(rows.loc[rows["name"] == goal.key, "begun"]) if "begun" in rows else []
    begun = day_of(found[0] if found else None)
    return day_of(goal.start) if pd.isna(begun) or goal.measure not in ("", "sales") else begun


def _sales(scope: str, first: pd.Timestamp, last: pd.Timestamp, facts: Facts) -> float:
    """Actual sales of a scope in the closed periods that begin within some days."""
    kind, _, key = scope.partition("=")
    rows = by_period(facts, kind)
    rows = rows[rows["item"].map(known_text) == key]
    begin = rows["period"].map(closed_starts(facts))
    inside = rows[(begin >= first) & (begin <= last)]
    return float(inside["actual"].sum(min_count=1)) if len(inside) else nan


def unit_outcomes(facts: Facts) -> pd.DataFrame:
    """Per unit: plan, actual [currency over the closed periods], attained [share of plan]."""
    closed = review_of(facts).get("closed", ())
    rows = facts.course("sales")
    plan = rows[rows["period"].isin(closed)].groupby("unit")["sales"].sum(min_count=1)
    off = pd.Series({one.item: one.amount for one in deviations(facts, "unit")}, dtype=float)
    table = pd.DataFrame({"plan": plan}).join(off.rename("off"))
    table["actual"] = table["plan"] + table["off"]
    return table.assign(attained=table["actual"] / table["plan"].where(table["plan"] > 0))


def moved_units(facts: Facts) -> list[str]:
    """Units that changed their rep in the closed periods."""
    rows = facts.course("assignments")
    moved = rows[rows["handover"].map(is_yes).astype(bool)]
    through = known_text(review_of(facts).get("through"))
    return sorted(set(moved.loc[moved["start"].astype(str).str[:10] <= through, "unit"]))


def forecast_errors(facts: Facts, column: str) -> pd.DataFrame:
    """Per territory or segment: forecast, actual [currency], bias and wape [share of actual]."""
    rows = facts.course("forecast")
    rows = rows[(rows["unit"].map(known_text) == "")]
    told = rows.groupby([column, "period"])["mean"].sum(min_count=1).rename("forecast")
    came = by_period(facts, column).set_index(["item", "period"])["actual"]
    both = told.to_frame().join(came.rename_axis([column, "period"])).dropna()
    sums = both.assign(error=(both["forecast"] - both["actual"]).abs()).groupby(column).sum()
    return sums.assign(
        bias=sums["forecast"] / sums["actual"].where(sums["actual"] > 0) - 1,
        wape=sums["error"] / sums["actual"].where(sums["actual"] > 0),
    )


def growth_of(facts: Facts, scope: str) -> Iterator[tuple[str, float, float]]:
    """Item, actual and prior year of those whose prior year is known [currency]."""
    rows = by_period(facts, scope).groupby("item")[["actual", "prior_year"]]
    sums = rows.sum(min_count=1).dropna()
    for item, actual, before in sums.itertuples():
        yield str(item), float(actual), float(before)
