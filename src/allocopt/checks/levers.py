"""Levers: response curves that can be evaluated, and spend in periods that are planned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from allocopt.checks.subject import Subject, about, named, plural
from allocopt.errors import Finding, Severity
from allocopt.response.asked import asked_fits, is_fitted
from allocopt.response.forms import POINT_COLUMNS, POINTS, SHAPED
from allocopt.response.judgement import judged_curve
from allocopt.response.observations import Sources
from allocopt.response.obstacles import obstacles

GIVEN = ("lift_max", "lift_unit", "half")
# A curve that misses a judgement point by more than this share of its height says something else.
MISS = 0.05


def check_levers(subject: Subject) -> Iterator[Finding]:
    """A lever without a curve is never spent on."""
    levers, responses = subject.table("levers"), subject.table("responses")
    mute = levers.loc[~levers["lever"].isin(responses["lever"]), "lever"].tolist()
    if mute:
        message = f"{plural(mute, 'lever', 'levers')} without a response: nothing is spent on it"
        yield subject.say(
            Severity.WARNING,
            "levers",
            message,
            mend="add rows to responses",
            code="no-response",
            **about(mute),
        )


def check_curves(subject: Subject) -> Iterator[Finding]:
    """A curve has all its parameters; what carries over is less than all."""
    responses = subject.table("responses")
    rows = responses[~is_fitted(responses) & (responses["form"] != POINTS)]
    for row in rows.itertuples(index=False):
        missing = [name for name in GIVEN if pd.isna(getattr(row, name))]
        if missing:
            yield _lacking(subject, f"the {row.form} response of lever {row.lever}", missing)
    for row in rows[rows["form"].isin(SHAPED) & rows["shape"].isna()].itertuples(index=False):
        yield subject.say(
            Severity.PROBLEM,
            "responses",
            f"the {row.form} response of lever {row.lever} has no shape",
            "shape",
            expected="an exponent, such as 0.5",
            code="no-shape",
        )
    endless = responses[responses["carryover"] >= 1]
    for row in endless.itertuples(index=False):
        yield subject.say(
            Severity.PROBLEM,
            "responses",
            f"the effect of lever {row.lever} never fades",
            "carryover",
            value=f"{row.carryover:g}",
            expected="a share below 1",
            code="carryover",
        )


def _lacking(subject: Subject, what: str, missing: Sequence[str]) -> Finding:
    return subject.say(
        Severity.PROBLEM,
        "responses",
        f"{what} lacks {named(missing)}",
        missing[0],
        expected="all parameters, or none of lift_max and half to have it fitted to spend",
        code="incomplete-response",
    )


def check_points(subject: Subject) -> Iterator[Finding]:
    """Five judgement points refer to a spend and rise; the curve through them stays near them."""
    responses = subject.table("responses")
    for row in responses[responses["form"] == POINTS].itertuples(index=False):
        what = f"the response of lever {row.lever}"
        needed = (*POINT_COLUMNS, "spend_today", "lift_unit")
        missing = [name for name in needed if pd.isna(getattr(row, name))]
        points = np.array([getattr(row, name) for name in POINT_COLUMNS], dtype=float)
        if missing:
            yield subject.say(
                Severity.PROBLEM,
                "responses",
                f"{what} lacks {named(missing)}",
                missing[0],
                expected="five points, today's spend and the unit of the lift",
                code="incomplete-points",
            )
        elif (np.diff(points) < 0).any() or points[-1] <= points[0]:
            yield _falling(subject, what, points)
        else:
            yield from _far(subject, what, points, row)


def _falling(subject: Subject, what: str, points: np.ndarray) -> Finding:
    falls = np.flatnonzero(np.diff(points) < 0)
    column = POINT_COLUMNS[int(falls[0]) + 1 if len(falls) else -1]
    return subject.say(
        Severity.PROBLEM,
        "responses",
        f"{what} falls" if len(falls) else f"{what} never rises",
        column,
        value=" ".join(f"{point:g}" for point in points),
        expected="points that do not fall from no spend to saturation, and rise somewhere",
        code="falling-response",
    )


def _far(subject: Subject, what: str, points: np.ndarray, row: Any) -> Iterator[Finding]:
    """Points that no ADBUDG curve goes through."""
    of_demand = row.lift_unit == "share"
    curve = judged_curve(points, float(row.spend_today), of_demand=of_demand)
    if curve.error > MISS:
        yield subject.say(
            Severity.WARNING,
            "responses",
            f"{what}: the curve through its points misses one by {curve.error:.0%} of its height",
            value=" ".join(f"{point:g}" for point in points),
            mend="look at the points again; `allocopt response` shows the curve beside them",
            code="points-missed",
        )


def check_fits(subject: Subject) -> Iterator[Finding]:
    """A curve that history should tell needs spend that varies, beside sales."""
    responses = subject.table("responses")
    if not is_fitted(responses).any():
        return
    sources = Sources(subject.table, subject.tree, subject.calendar)
    for place, forms in asked_fits(responses).items():
        for obstacle in obstacles(sources, place, list(forms)):
            yield subject.say(
                Severity.PROBLEM,
                "responses",
                f"the response of lever {obstacle.lever} cannot be fitted: {obstacle.reason}",
                "form",
                mend="give its parameters or five points instead, or more of its past spend",
                code=obstacle.code,
            )


def check_spend_of_plan(subject: Subject) -> Iterator[Finding]:
    """Actual spend inside the plan is taken as made; a lever that works nowhere cannot have it."""
    spend, calendar = subject.table("spend"), subject.calendar
    actual = spend["kind"].fillna("actual") == "actual"
    inside = (spend["date"] >= calendar.plan_start) & (spend["date"] <= calendar.plan_end)
    rows = spend[actual & inside & ~spend["lever"].isin(subject.table("responses")["lever"])]
    names = list(dict.fromkeys(rows["lever"]))
    if names:
        which = plural(names, "lever", "levers")
        message = f"actual spend inside the plan on {which} without a response is left out"
        yield subject.say(
            Severity.WARNING, "spend", message, "lever", code="spend-left-out", **about(names)
        )


def check_steady(subject: Subject) -> Iterator[Finding]:
    """Spend that is committed once for the horizon cannot follow demand as it comes."""
    levers = subject.table("levers")
    both = levers[(levers["commit"] == "horizon") & levers["reactive"].fillna(value=False)]
    for lever in both["lever"]:
        yield subject.say(
            Severity.PROBLEM,
            "levers",
            f"lever {lever} is committed for the horizon and reactive at once",
            "commit",
            value="horizon",
            expected="period for a lever that follows demand",
            code="steady-and-reactive",
        )


def check_budget_periods(subject: Subject) -> Iterator[Finding]:
    """A bound of the budget names a period of the plan, or `each`."""
    labels = subject.calendar.labels
    for number, bound in enumerate(subject.config.budget.by):
        if bound.period is not None and bound.period not in ("each", *labels):
            yield subject.place("budget", "by", number, "period").problem(
                f"the plan has no period {bound.period!r}",
                value=bound.period,
                expected=f"a label from {labels[0]} to {labels[-1]}, or each",
                code="unknown-period",
            )
