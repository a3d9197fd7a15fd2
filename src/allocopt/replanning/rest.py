"""Rest: the scenario of what is left of a horizon, from the plan in force and what came of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from allocopt.replanning.closing import reported, silent
from allocopt.replanning.course import Course
from allocopt.replanning.elapsed import Elapsed
from allocopt.replanning.ledger import SOURCE
from allocopt.replanning.reading import AS_PLANNED
from allocopt.replanning.rest_quotas import BY, decided_by_rule, target_of_held
from allocopt.replanning.rest_settings import rest_settings
from allocopt.replanning.rest_targets import targets_of_rest
from allocopt.rolling.steps import STEPS, append_actuals, append_rows
from allocopt.rolling.year import Year
from allocopt.scenario import Scenario
from allocopt.tables import empty_table, table_bytes


def rest_scenario(course: Course) -> Scenario:
    """The scenario of the periods still to come, without the quotas that a rule decides.

    Its history has what came; reps have the units that they had on the last closed day, positions that
    were filled are active, what has been used up counts against every limit.
    """
    came = {name: frame for name, frame in course.came.items() if len(frame)}
    sold = course.table("actuals")
    sold = append_rows(sold[sold["date"] <= course.through], expected_of_silent(course))
    year = Year(course.plan, course.scenario, {"actuals": sold}, course.through)
    tables = {**course.scenario.tables, **came}
    tables["history"] = append_actuals(year, _before(course, "history"))
    if len(assumed := Elapsed(course).assumed_spend):
        tables["spend"] = append_rows(_with_source(course.table("spend")), assumed)
    for step in STEPS:
        if step.inside and step.table in tables:
            tables[step.table] = step.apply(year, tables[step.table])
    for name, apply in OF_THE_REST.items():
        if name in tables:
            tables[name] = apply(course, tables[name])
    return replace(
        course.scenario,
        config=rest_settings(course),
        tables=MappingProxyType(tables),
        findings=(),
        of_tables=(),
        hashes={**course.scenario.hashes, **fingerprint(course)},
    )


def with_quotas(rest: Scenario, course: Course, demand: pd.DataFrame) -> Scenario:
    """The rest with the quotas that the rule of the replan decides; what people decided goes before.

    `demand` is that of the rest; unit × period [currency/period].
    """
    rows = decided_by_rule(course, demand)
    by_people = rest.table("overrides")
    by_people = by_people[by_people["by"].fillna("") != BY]
    frame = empty_table("overrides").reindex(columns=[*by_people.columns, *_more(rows, by_people)])
    tables = {**rest.tables, "overrides": append_rows(append_rows(frame, rows), by_people)}
    config = rest.config
    if len(rows):
        quota = config.quota.model_copy(update={"target": target_of_held(course, rows)})
        config = config.model_copy(update={"quota": quota})
    return replace(rest, config=config, tables=MappingProxyType(tables))


def _more(rows: pd.DataFrame, others: pd.DataFrame) -> list[str]:
    return [str(name) for name in rows.columns if name not in others.columns]


def expected_of_silent(course: Course) -> pd.DataFrame:
    """Rows of sales as planned in places that have not reported: unknown is not zero.

    date, unit, territory, segment, sales and `source`. They stand for what will be reported, so that the
    forecast does not take silence for a collapse.
    """
    missing = silent(reported(course))[["territory", "period"]]
    planned = course.planned("sales").merge(
        course.units[["territory", "segment"]], left_on="unit", right_index=True
    )
    rows = planned.merge(missing, on=["territory", "period"])
    starts = dict(zip(course.calendar.labels, course.calendar.starts, strict=True))
    columns = ["date", "unit", "territory", "segment", "sales", SOURCE]
    return rows.assign(date=rows["period"].map(starts), **{SOURCE: AS_PLANNED})[columns]


def _before(course: Course, name: str) -> pd.DataFrame:
    """Rows of a table from before the horizon."""
    rows = course.scenario.table(name)
    return rows[rows["date"] < course.calendar.plan_start].reset_index(drop=True)


def levers_of_rest(course: Course, levers: pd.DataFrame) -> pd.DataFrame:
    """Totals of levers, less what has been spent; what is committed for the horizon goes on as planned."""
    spent = Elapsed(course).newly_spent.groupby("lever")["spend"].sum()
    used = levers["lever"].map(spent).fillna(0.0)
    least, most = ((levers[name] - used).clip(lower=0.0) for name in ("total_min", "total_max"))
    budget = course.plan["budget"]
    ahead = budget[budget["period"].isin(course.open)].groupby("lever")["spend"].sum()
    committed = (levers["commit"] == "horizon") & levers["lever"].isin(ahead.index)
    fixed = levers["lever"].map(ahead)
    return levers.assign(
        total_min=least.where(~committed, fixed), total_max=most.where(~committed, fixed)
    )


def pairs_of_rest(course: Course, pairs: pd.DataFrame) -> pd.DataFrame:
    """The value of a pair is that of the whole horizon; the rest has its part of it."""
    part = len(course.open) / course.scenario.calendar.plan_periods
    return pairs.assign(value=pairs["value"] * part)


def lead_times_of_rest(course: Course, reps: pd.DataFrame) -> pd.DataFrame:
    """A search for somebody that the plan has begun has come nearer to its end."""
    rows = course.plan["reps"]
    begun = reps["rep"].isin(rows.loc[rows["hired"] == "yes", "rep"])
    waited = (reps["lead_time"] - len(course.newly_closed)).clip(lower=0.0)
    return reps.assign(lead_time=reps["lead_time"].where(~begun, waited))


def _with_source(rows: pd.DataFrame) -> pd.DataFrame:
    return (
        rows if SOURCE in rows else rows.assign(**{SOURCE: pd.Series("", rows.index, dtype="str")})
    )


def fingerprint(course: Course) -> dict[str, str]:
    """What the rest rests on besides the scenario of the plan: that plan, and all that came."""
    digest = hashlib.sha256()
    for name in sorted(course.came):
        digest.update(name.encode() + table_bytes(course.came[name]))
    closed = json.dumps(course.closed)
    digest.update(closed.encode())
    return {"plan": str(course.plan.summary["id"]), "actuals": digest.hexdigest()}


# Tables that say something of a whole horizon, and how that is said of its rest.
OF_THE_REST: Mapping[str, Callable[[Course, pd.DataFrame], pd.DataFrame]] = {
    "targets": targets_of_rest,
    "levers": levers_of_rest,
    "pairs": pairs_of_rest,
    "reps": lead_times_of_rest,
}
