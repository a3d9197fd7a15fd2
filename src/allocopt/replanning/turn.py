"""Turn: one turn of the loop. What came is entered, set beside the plan, and the rest is solved again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from types import MappingProxyType
from typing import Any

import pandas as pd

from allocopt.config import parse_settings
from allocopt.errors import DataError, Finding, Severity
from allocopt.plan import Plan, load_plan, load_plan_scenario
from allocopt.planning import Progress, problem_of
from allocopt.replanning.alerts import calls_for_replan, find_alerts
from allocopt.replanning.closing import Closed, closed_periods, reported
from allocopt.replanning.course import Course, Outlook
from allocopt.replanning.frozen import frozen_tables
from allocopt.replanning.performance import performance_table, results_table
from allocopt.replanning.reading import ENTERED, Arrived, arrive
from allocopt.replanning.reforecast import (
    TRAINED,
    Reforecast,
    compared,
    forecast_again,
    trained_until,
)
from allocopt.replanning.resolve import Resolved, solve_rest
from allocopt.replanning.rest import fingerprint, rest_scenario, with_quotas
from allocopt.replanning.unchanged import Unchanged
from allocopt.replanning.variance import Variance, explain_variance
from allocopt.results.assemble import plan_id
from allocopt.scenario import Scenario, change_scenario

# Tables that one review makes and the next one makes anew.
REVIEW = (
    *("performance", "results", "variance", "alerts", "reported", "restated", "reforecast"),
    *("moves", "change_curve"),
)


@dataclass(frozen=True)
class Asked:
    """What a replan is asked for.

    `through`: the last period that is over, by its label or its last day; "": by what came. `whole`: each
    file of sales has all there is of the periods and territories that it names. `solve`: the rest is
    solved again in any case; else only where an alert calls for it and the scenario lets it. `rules`
    change the scenario in force before anything is done, such as `replan.quotas=rebase`; `settings` change
    that of the rest. `weigh`: the curve of changes and the worth of each move are found by further solves.
    """

    through: str = ""
    whole: bool = False
    solve: bool = True
    rules: Sequence[str] = ()
    settings: Sequence[str] = ()
    weigh: bool = True


@dataclass(frozen=True)
class Replanned:
    """A replan: what came, how the plan in force did, and the plan that goes on.

    `plan` is the rest solved again, or the plan in force with the review beside it; `scenario` is its own.
    `variance` is None where nothing new came; `reforecast` and `unchanged`, what doing nothing brings, are
    None where nothing is left of the horizon as well; `resolved` is None where nothing was solved again.
    """

    course: Course
    arrived: Arrived
    running: str
    plan: Plan
    scenario: Scenario
    variance: Variance | None = None
    reforecast: Reforecast | None = None
    unchanged: Unchanged | None = None
    resolved: Resolved | None = None

    @property
    def last(self) -> str:
        """Label of the last period that is over."""
        return self.course.closed[-1]

    @property
    def is_news(self) -> bool:
        """Whether anything came, was over or was asked for that the plan did not know."""
        return self.plan is not self.course.plan


def replan(
    folder: str | Path,
    files: Sequence[Path],
    asked: Asked | None = None,
    *,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Replanned:
    """Enters files of what came into a plan folder's course, and solves the rest again.

    Raises DataError with all problems of the files, or when no period is over, and what
    `planning.plan_scenario` raises.
    """
    asked, tell = asked or Asked(), progress or (lambda _done, _message: None)
    plan, scenario = load_plan(folder), load_plan_scenario(folder)
    if asked.rules:
        scenario = change_scenario(scenario, parse_settings(asked.rules))
    tell(0.0, "Reading what came")
    arrived = arrive(Path(folder), plan, scenario, files, whole=asked.whole)
    course, running = open_course(plan, scenario, arrived, asked)
    changes = [text for text in asked.settings if not text.startswith("solver.")]
    if not (arrived.changed or course.newly_closed or asked.rules or changes):
        return Replanned(course, arrived, running, plan, scenario)
    return go_on(course, arrived, running, asked, tell, stop)


def open_course(
    plan: Plan, scenario: Scenario, arrived: Arrived, asked: Asked
) -> tuple[Course, str]:
    """The course of a plan with what arrived, and the period that is running still, or "".

    Raises DataError where no period is over, or fewer than before.
    """
    course = Course(plan, scenario, plan.frozen_periods, arrived.tables)
    came = course.table("actuals")["date"]
    closed = closed_periods(course.calendar, came, course.past["date"], asked.through)
    if len(closed.labels) < max(len(plan.frozen_periods), 1):
        raise DataError([_too_early(closed, plan)])
    return replace(course, closed=closed.labels), closed.running


def go_on(
    course: Course,
    arrived: Arrived,
    running: str,
    asked: Asked,
    tell: Progress,
    stop: Event | None = None,
) -> Replanned:
    """The review of a course; the rest solved again where that is asked for and anything is left."""
    tell(0.01, "Explaining the variance")
    variance = explain_variance(course)
    review = Replanned(course, arrived, running, course.plan, course.scenario, variance)
    if not course.open:
        return _kept(review, review_tables(course, variance, None), None)
    tell(0.02, "Forecasting the rest")
    rest = change_scenario(rest_scenario(course), parse_settings(asked.settings))
    again = forecast_again(course, rest)
    problem = problem_of(rest, again.forecast)
    rest = change_scenario(with_quotas(rest, course, problem.demand), [])
    unchanged = Unchanged(problem, course.plan)
    tell(0.1, "Reviewing the plan")
    outlook = Outlook(rest, again.forecast, unchanged.as_plan)
    tables = review_tables(course, variance, outlook)
    tables["reforecast"] = compared(course, again.forecast)
    review = replace(review, reforecast=again, unchanged=unchanged)
    if not asked.solve and not _is_called_for(course, tables["alerts"]):
        return _kept(review, tables, outlook)
    solved = solve_rest(
        course.plan, rest, again.forecast, progress=_part(tell, 0.2, 0.8), stop=stop
    )
    tell(0.8, "Weighing the changes")
    stopped = stop is not None and stop.is_set()
    tables |= _weighed(solved, weigh=asked.weigh and not stopped)
    # The landing is that of the plan that goes on; alerts look at the one that was in force.
    outlook = Outlook(rest, again.forecast, solved.plan)
    tables["performance"] = performance_table(course, outlook)
    tables["results"] = results_table(course, outlook)
    return _solved_again(review, solved, tables)


def review_tables(
    course: Course, variance: Variance, outlook: Outlook | None
) -> dict[str, pd.DataFrame]:
    """The tables of a review: performance, variance, alerts, and who has reported."""
    performance = performance_table(course, outlook)
    return {
        "performance": performance,
        "variance": variance.table,
        "alerts": find_alerts(course, performance, outlook),
        "reported": reported(course),
    }


def _is_called_for(course: Course, alerts: pd.DataFrame) -> bool:
    return calls_for_replan(alerts, course.scenario.config)


def _weighed(solved: Resolved, *, weigh: bool) -> dict[str, pd.DataFrame]:
    """Who moves and what it is worth, and what fewer changes would bring."""
    moves = solved.moves(weigh=weigh)
    return {"moves": moves, **({"change_curve": solved.curve()} if weigh else {})}


def _kept(review: Replanned, tables: dict[str, pd.DataFrame], outlook: Outlook | None) -> Replanned:
    """The plan in force with the review beside it, and what came in its inputs."""
    course, plan = review.course, review.plan
    tables = {**tables, "results": results_table(course, outlook)}
    entered = {name: frame for name, frame in course.came.items() if len(frame)}
    scenario = replace(
        course.scenario,
        tables=MappingProxyType({**course.scenario.tables, **entered}),
        hashes={**course.scenario.hashes, **fingerprint(course)},
    )
    return _finished(review, plan, scenario, tables)


def _solved_again(
    review: Replanned, solved: Resolved, tables: dict[str, pd.DataFrame]
) -> Replanned:
    """The rest solved again, with the frozen periods before it."""
    course = review.course
    frozen = {
        "plan_start": f"{course.calendar.plan_start:%Y-%m-%d}",
        "through": f"{course.through:%Y-%m-%d}",
        "periods": list(course.closed),
    }
    plan = replace(
        solved.plan,
        summary={**solved.plan.summary, "frozen": frozen},
        frozen=frozen_tables(course),
    )
    return _finished(replace(review, resolved=solved), plan, solved.scenario, tables)


def _finished(
    review: Replanned, plan: Plan, scenario: Scenario, tables: dict[str, pd.DataFrame]
) -> Replanned:
    """The result, its plan named by all that it rests on."""
    restated = review.arrived.restated
    told = {**tables, **({"restated": restated} if len(restated) else {})}
    summary = {
        **plan.summary,
        "id": plan_id(scenario, plan.summary["versions"]),
        "parent": review.course.plan.summary["id"],
        "hashes": dict(scenario.hashes),
        "review": _told(review),
        ENTERED: dict(review.arrived.files),
    }
    stale = {name for name in REVIEW if name not in told}
    kept = {name: frame for name, frame in plan.tables.items() if name not in stale}
    plan = replace(plan, summary=summary, tables={**kept, **told})
    return replace(review, plan=plan, scenario=scenario)


def _told(review: Replanned) -> dict[str, Any]:
    """What plan.json says of the review."""
    course, again = review.course, review.reforecast
    told: dict[str, Any] = {
        "closed": list(course.closed),
        "through": f"{course.through:%Y-%m-%d}",
        "running": review.running,
        "quotas": course.scenario.config.replan.quotas,
        "solved": review.resolved is not None,
    }
    if again is not None:
        # The forecast of a review is not the plan's.
        trained = again.trained if review.resolved is not None else trained_until(course)
        told |= {"refitted": again.refitted, "why": again.why, TRAINED: f"{trained:%Y-%m-%d}"}
    if review.unchanged is not None:
        told["unchanged"] = {
            "sales": float(review.unchanged.sales.to_numpy().sum()),
            "contribution": review.unchanged.contribution,
        }
    return told


def _part(tell: Progress, first: float, last: float) -> Progress:
    """Progress of one step as a part of the whole."""
    return lambda done, message: tell(first + (last - first) * done, message)


def _too_early(closed: Closed, plan: Plan) -> Finding:
    frozen = plan.frozen_periods
    running = f"; {closed.running} is running still" if closed.running else ""
    expected = f"a period after {frozen[-1]}" if frozen else "at least one period that is over"
    return Finding(
        Severity.PROBLEM,
        f"no further period is over{running}",
        file="--actuals",
        expected=expected,
        mend="name later files, or say with --through which periods are over",
        code="nothing-closed",
    )
