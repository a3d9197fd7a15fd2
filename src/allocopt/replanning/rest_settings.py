"""Rest settings: what scenario.yaml says of a year, said of the rest of it."""

from __future__ import annotations

import pandas as pd

from allocopt.config import Config
from allocopt.config.rules import Budget, BudgetBound, Handover, Headcount, HeadcountBound
from allocopt.config.scope import Scope
from allocopt.problem.budget import spent_in
from allocopt.problem.cells import PLACE
from allocopt.problem.headcount import rep_in
from allocopt.replanning.course import Course
from allocopt.replanning.elapsed import Elapsed
from allocopt.replanning.rest_quotas import target_of_rest
from allocopt.scenario import Scenario


def rest_settings(course: Course) -> Config:
    """The configuration of the rest of the horizon: what is used up counts against the limits."""
    config, elapsed = course.scenario.config, Elapsed(course)
    start = course.calendar.starts[len(course.closed)].date()
    moved = {
        "plan_start": start,
        "plan_periods": len(course.open),
        "horizon_start": course.calendar.plan_start.date(),
    }
    return config.model_copy(
        update={
            "calendar": config.calendar.model_copy(update=moved),
            "headcount": _headcount(course.scenario, elapsed),
            "handover": _handover(config.handover, elapsed),
            "budget": _budget(course.scenario, elapsed),
            "quota": config.quota.model_copy(update={"target": target_of_rest(course)}),
        }
    )


def _headcount(scenario: Scenario, elapsed: Elapsed) -> Headcount:
    """Positions that are filled count; days of hire that have passed are gone."""
    headcount, start = scenario.config.headcount, elapsed.course.through
    days = tuple(day for day in headcount.hire_dates if day and pd.Timestamp(day) > start)
    by = tuple(_fewer(scenario, bound, elapsed.hired) for bound in headcount.by)
    return headcount.model_copy(
        update={**_left(headcount, len(elapsed.hired)), "by": by, "hire_dates": days}
    )


def _fewer(scenario: Scenario, bound: HeadcountBound, hired: tuple[str, ...]) -> HeadcountBound:
    reps = scenario.table("reps").set_index("rep")
    inside = sum(rep_in(scenario, reps, rep, bound.scope) for rep in hired)
    return bound.model_copy(update=_left(bound, inside))


def _left(bound: Headcount | HeadcountBound, filled: int) -> dict[str, int | None]:
    most = None if bound.max is None else max(bound.max - filled, 0)
    return {"min": max(bound.min - filled, 0), "max": most}


def _handover(handover: Handover, elapsed: Elapsed) -> Handover:
    """The ceiling of the horizon less what has changed hands; that of one replan stays as it is."""
    most = handover.max_units
    left = None if most is None else max(most - elapsed.handed_over, 0) + elapsed.shared
    return handover.model_copy(update={"max_units": left})


def _budget(scenario: Scenario, elapsed: Elapsed) -> Budget:
    """Bounds over the horizon, less what has been spent; those of one period stay.

    What is committed for the horizon goes on, so that no upper bound is below that.
    """
    budget, most = scenario.config.budget, scenario.config.budget.total_max
    if most is not None:
        people = elapsed.people if budget.include_people else 0.0
        used = float(elapsed.newly_spent["spend"].sum()) + people
        most = max(most - used, float(elapsed.committed["spend"].sum()))
    by = tuple(_less(scenario, bound, elapsed) for bound in budget.by)
    return budget.model_copy(update={"total_max": most, "by": by})


def _less(scenario: Scenario, bound: BudgetBound, elapsed: Elapsed) -> BudgetBound:
    if bound.period is not None:
        return bound
    used = _inside(scenario, bound.scope, elapsed.newly_spent)
    least = _inside(scenario, bound.scope, elapsed.committed)
    ends = {
        "min": None if bound.min is None else max(bound.min - used, 0.0),
        "max": None if bound.max is None else max(bound.max - used, least),
    }
    return bound.model_copy(update=ends)


def _inside(scenario: Scenario, scope: Scope, spent: pd.DataFrame) -> float:
    """Money of rows by lever, territory and segment that lies in a scope. [currency]"""
    keys = list(spent[list(PLACE)].itertuples(index=False, name=None))
    inside = set(spent_in(scenario, tuple(keys), scope))
    return float(spent["spend"][[key in inside for key in keys]].sum())
