"""Rest quotas: what becomes of the quotas of the periods still to come.

Quotas that are held or relieved are written into the table `overrides`, as decisions of people are; those
that are re-based are divided anew by the model.
"""

from __future__ import annotations

import pandas as pd

from allocopt.replanning.course import Course
from allocopt.replanning.elapsed import Elapsed
from allocopt.rolling.year import Year

# Who has decided the quotas that a replan carries over.
BY = "replan"
# What a relieved quota was when quotas were first held, and demand now as a share of demand then.
FIRST = ("first_quota", "fall")


def target_of_rest(course: Course) -> float | None:
    """What re-based quotas add up to before over-assignment [currency]; None: by the plan's rules.

    They share what is left of a target that is given, else the sales that are expected now; the company's
    goal in `targets` says by itself what is left of it.
    """
    target = course.scenario.config.quota.target
    if target is None or _is_held(course):
        # A target that an earlier turn has made of held quotas says nothing of what is wanted.
        return None
    before = Elapsed(course).before
    sold = float(course.sold["sales"].sum() - before.sold["sales"].sum())
    return max(target - sold, 0.0)


def _is_held(course: Course) -> bool:
    """Whether the target of the plan in force is the sum of quotas that a replan carried over."""
    by = course.scenario.table("overrides")["by"]
    return bool((by.fillna("") == BY).any())


def target_of_held(course: Course, decided: pd.DataFrame) -> float:
    """What held quotas and those of positions that nobody has yet add up to, before over-assignment.

    `decided` are the rows of `decided_by_rule`. [currency]
    """
    rows = _of_reps(course)
    rows = rows[rows["period"].isin(course.open) & ~rows["rep"].isin(_seated(course))]
    held = decided["value"].astype(float).sum() * course.scenario.calendar.input_factor
    section = course.scenario.config.quota
    return float(held + rows["quota"].sum()) / (1 + section.over_assignment)


def decided_by_rule(course: Course, demand: pd.DataFrame) -> pd.DataFrame:
    """Rows of `overrides`: a quota per rep and period still to come; none where quotas are re-based.

    Positions that are not filled yet get the quota that is left for them. `demand` is that of the rest;
    unit × period [currency/period].
    """
    rule, calendar = course.scenario.config.replan.quotas, course.scenario.calendar
    if rule == "rebase":
        return course.scenario.table("overrides").iloc[:0]
    rows = _of_reps(course)
    rows = rows[rows["period"].isin(course.open) & rows["rep"].isin(_seated(course))]
    starts = dict(zip(calendar.labels, calendar.starts, strict=True))
    table = pd.DataFrame(
        {
            "kind": "quota",
            "rep": rows["rep"],
            "period": rows["period"].map(starts),
            "value": rows["quota"] / calendar.input_factor,
            "reason": f"{rule} of remaining quotas",
            "by": BY,
        }
    )
    if rule == "relief":
        table = _relieved(course, table, demand)
    return table.assign(value=table["value"].map(repr))


def _relieved(course: Course, table: pd.DataFrame, demand: pd.DataFrame) -> pd.DataFrame:
    """Held quotas, less by how far demand has fallen since quotas were first held.

    A row remembers the quota and the fall so far: relief goes back where demand does.
    """
    known = course.scenario.table("overrides")
    known = known[known["by"].fillna("") == BY]
    key = ["rep", "period"]
    first = known.set_index(key).reindex(columns=list(FIRST)).astype(float)
    before = first.reindex(pd.MultiIndex.from_frame(table[key])).set_axis(table.index)
    quota = before["first_quota"].fillna(table["value"])
    then, now = (_demand_held(course, rows) for rows in (course.plan["sales"], _long(demand)))
    change = table["rep"].map(now / then.where(then > 0)).fillna(1.0)
    fall = before["fall"].fillna(1.0) * change
    return table.assign(value=quota * fall.clip(upper=1.0), first_quota=quota, fall=fall)


def _demand_held(course: Course, rows: pd.DataFrame) -> pd.Series[float]:
    """Demand of the periods to come of the units that each rep has on the last closed day; by rep."""
    by_unit = rows[rows["period"].isin(course.open)].groupby("unit")["demand"].sum()
    held = Year(course.plan, course.scenario, until=course.through).stays["rep"]
    sums: pd.Series[float] = by_unit.groupby(held.reindex(by_unit.index)).sum()
    return sums


def _long(demand: pd.DataFrame) -> pd.DataFrame:
    wide = demand.rename_axis(index="unit", columns="period")
    return pd.DataFrame({"demand": wide.stack()}).reset_index()


def _of_reps(course: Course) -> pd.DataFrame:
    quotas = course.plan["quotas"]
    return quotas[(quotas["level"] == "rep") & quotas["quota"].notna()]


def _seated(course: Course) -> frozenset[str]:
    """Positions that somebody has after the last closed day."""
    year, reps = (
        Year(course.plan, course.scenario, until=course.through),
        course.scenario.table("reps"),
    )
    filled = reps.loc[(reps["status"].fillna("active") != "open"), "rep"]
    return frozenset({*filled, *year.hired} - year.gone)
