"""Rest quotas: what becomes of the quotas of the periods still to come.

Quotas that are held or relieved are written into the table `overrides`, as decisions of people are; those
that are re-based are divided anew by the model.
"""

from __future__ import annotations

import pandas as pd

from allocopt.horizon import company_targets
from allocopt.replanning.course import Course
from allocopt.rolling.year import Year

# Who has decided the quotas that a replan carries over.
BY = "replan"


def target_of_rest(course: Course) -> float | None:
    """What the quotas of the rest add up to before over-assignment [currency]; None: by the plan's rules.

    Re-based quotas share what is left of a target that is given, else the sales that are expected now.
    The company's goal in `targets` says by itself what is left of it.
    """
    section, quotas = course.scenario.config.quota, _of_reps(course)
    if course.scenario.config.replan.quotas == "rebase":
        newly = course.sold["period"].isin(course.newly_closed)
        sold = float(course.sold["sales"][newly].sum())
        return None if section.target is None else max(section.target - sold, 0.0)
    goals = company_targets(course.scenario.table("targets"), course.scenario.calendar)
    if section.target is None and len(goals):
        return None
    total = float(quotas.loc[quotas["period"].isin(course.open), "quota"].sum())
    return max(total, 0.0) / (1 + section.over_assignment)


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
    if rule == "relief":
        rows = rows.assign(quota=rows["quota"] * rows["rep"].map(relief(course, demand)))
    starts = dict(zip(calendar.labels, calendar.starts, strict=True))
    return pd.DataFrame(
        {
            "kind": "quota",
            "rep": rows["rep"],
            "period": rows["period"].map(starts),
            "value": (rows["quota"] / calendar.input_factor).map(repr),
            "reason": f"{rule} of remaining quotas",
            "by": BY,
        }
    )


def relief(course: Course, demand: pd.DataFrame) -> pd.Series[float]:
    """Share of the quota that stays, by rep: how far demand of the rep's units has fallen, at most 1.

    Units count by what was planned to be sold in the periods still to come.
    """
    rows = course.plan["sales"][course.plan["sales"]["period"].isin(course.open)]
    planned = rows.groupby("unit")[["sales", "demand"]].sum()
    kept = demand.sum(axis=1).reindex(planned.index) / planned["demand"]
    kept = kept.where(planned["demand"] > 0, 1.0).fillna(1.0)
    held = Year(course.plan, course.scenario, until=course.through).stays["rep"]
    weighed = pd.DataFrame({"sales": planned["sales"], "kept": planned["sales"] * kept})
    sums = weighed.groupby(held.reindex(planned.index)).sum()
    share = (sums["kept"] / sums["sales"].where(sums["sales"] > 0)).clip(upper=1.0)
    return share.reindex(course.scenario.table("reps")["rep"]).fillna(1.0)


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
