"""Visibility: what a reader may not see is taken out before any document or export is made.

It is taken out of the plan's and the scenario's tables, not out of the text: what a section never gets, no
format can show. Figures that the hidden ones can be computed from go with them. What follows from a leave,
a unit that somebody else covers from a day on, stays: whoever takes it over must know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from allocopt.config import Config
from allocopt.config.sections import Visibility
from allocopt.plan import TEXT, Plan
from allocopt.scenario import Scenario

# Who sees what nobody was named for: those who plan. Viewers and reps get what is handed on.
PLANNERS = ("analyst", "manager", "finance", "marketing")
LEAVING, ACTIVE = "leaving", "active"
# Reasons of assignments that tell of a leave, and what stands for them.
LEAVE, UNFORCED = "leaves", "better for the whole plan"


@dataclass(frozen=True)
class Hidden:
    """What one entry of `visibility` hides, of the plan and (`given`) of the scenario."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kpis: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    given_tables: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


# The contribution and the objective go with the cost of people, which is what they lack of the other parts.
COST = Hidden(
    columns={
        "reps": ("cost",),
        "quotas": ("payout_mean", "payout_p90"),
        "attainment": ("payout_at_plan", "payout_mean", "payout_p90"),
        "change_curve": ("objective",),
    },
    kpis=("people_cost", "contribution", "payout_at_plan", "payout_mean", "payout_p90"),
    summary=("objective", "bound", "contribution"),
    parts=("people", "variable_pay", "hire_cost", "overtime"),
    given={"reps": ("cost", "variable_pay")},
    given_tables=("commission",),
    settings=(
        *(("headcount", "hire_cost"), ("workload", "overtime_cost")),
        *(("incentive", "curve"), ("incentive", "cap")),
    ),
)
PROBABILITY = Hidden(
    columns={
        "quotas": ("attain_probability",),
        "targets": ("probability",),
        "goals": ("probability", "attainable", "note"),
        "alerts": ("probability",),
    },
    kpis=("attain_probability", "share_at_quota", "target_probability"),
    tables=("attainment", "outcomes", "samples"),
)
LEAVE_DATA = Hidden(given={"reps": ("replaces",)}, given_tables=("absences",))
HIDDEN: Mapping[str, Hidden] = MappingProxyType(
    {"cost": COST, "attain_probability": PROBABILITY, "leaving": LEAVE_DATA}
)


def seen_by(reader: str, plan: Plan, scenario: Scenario) -> tuple[Plan, Scenario]:
    """The plan and its scenario as a reader may see them."""
    names = hidden_from(reader, scenario.config.visibility)
    for name in names:
        plan, scenario = _without(HIDDEN[name], plan, scenario)
        plan, scenario = _without_secret_goals(HIDDEN[name].kpis, plan, scenario)
    if "leaving" in names:
        plan, scenario = _without_leavers(plan, scenario)
    return plan, scenario


def hidden_from(reader: str, visibility: Visibility) -> tuple[str, ...]:
    """The entries of `visibility` that a reader is not named in; nobody named = all who plan."""
    named = {name: getattr(visibility, name) for name in HIDDEN}
    return tuple(
        name
        for name, roles in named.items()
        if reader not in (PLANNERS if roles is None else roles)
    )


def _without(hidden: Hidden, plan: Plan, scenario: Scenario) -> tuple[Plan, Scenario]:
    """Both without one kind of secret: unknown cells, no rows of key figures, no tables."""

    def cleaned(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        kept = {name: table for name, table in tables.items() if name not in hidden.tables}
        return {name: _clean(name, table, hidden) for name, table in kept.items()}

    summary = {key: value for key, value in plan.summary.items() if key not in hidden.summary}
    parts = summary.get("objective_parts", {})
    summary["objective_parts"] = {k: v for k, v in parts.items() if k not in hidden.parts}
    given = {
        name: _blank(table, hidden.given.get(name, ()))
        for name, table in scenario.tables.items()
        if name not in hidden.given_tables
    }
    seen = Plan(
        _untold(_unreviewed(summary, hidden), hidden), cleaned(plan.tables), cleaned(plan.frozen)
    )
    config = _silent_settings(scenario.config, hidden.settings)
    return seen, replace(scenario, config=config, tables=given)


def _silent_settings(config: Config, names: tuple[tuple[str, str], ...]) -> Config:
    """The configuration with settings as if nobody had given them."""
    for section, name in names:
        usual = getattr(getattr(Config(), section), name)
        silent = getattr(config, section).model_copy(update={name: usual})
        config = config.model_copy(update={section: silent})
    return config


def _clean(name: str, table: pd.DataFrame, hidden: Hidden) -> pd.DataFrame:
    table = _blank(table, hidden.columns.get(name, ()))
    for column in ("kpi", "measure"):
        if column in table:
            table = table[~table[column].isin(hidden.kpis)]
    return table


def _blank(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The table with unknown cells in some columns."""
    found = [column for column in columns if column in table]
    return table.assign(**{column: None if column in TEXT else np.nan for column in found})


def _unreviewed(summary: dict[str, Any], hidden: Hidden) -> dict[str, Any]:
    """plan.json without what carrying on unchanged would have brought of what is hidden."""
    review = summary.get("review", {})
    if "unchanged" not in review:
        return summary
    kept = {key: value for key, value in review["unchanged"].items() if key not in hidden.summary}
    return {**summary, "review": {**review, "unchanged": kept}}


def _untold(summary: dict[str, Any], hidden: Hidden) -> dict[str, Any]:
    """plan.json without sentences that may tell what is hidden: warnings, and what is assumed of it."""
    secret = {column for columns in hidden.given.values() for column in columns}
    findings = [
        one
        for one in summary.get("findings", [])
        if one["severity"] != "warning" and one["column"] not in secret
    ]
    told = {one["sentence"] for one in summary.get("findings", [])}
    kept = {one["sentence"] for one in findings}
    assumed = [text for text in summary.get("assumptions", []) if text in kept or text not in told]
    return {**summary, "findings": findings, "assumptions": assumed, "warnings": []}


def _without_secret_goals(
    kpis: tuple[str, ...], plan: Plan, scenario: Scenario
) -> tuple[Plan, Scenario]:
    """Both without goals and targets of hidden measures: what is missing to one tells the figure."""
    targets, goals = scenario.table("targets"), scenario.config.goals
    secret = {str(name) for name in targets.loc[targets["measure"].isin(kpis), "name"]}
    secret |= {goal.name for goal in goals if goal.measure in kpis}

    def kept(table: pd.DataFrame) -> pd.DataFrame:
        for column in ("name", "item"):
            if column in table:
                table = table[~table[column].isin(secret)]
        return table

    named = ("targets", "goals", "limits", "shortfalls")
    tables = {k: kept(table) if k in named else table for k, table in plan.tables.items()}
    shown = tuple(goal for goal in goals if goal.name not in secret)
    config = scenario.config.model_copy(update={"goals": shown})
    given = {**scenario.tables, "targets": kept(targets)}
    return replace(plan, tables=tables), replace(scenario, config=config, tables=given)


def _without_leavers(plan: Plan, scenario: Scenario) -> tuple[Plan, Scenario]:
    """Both as if nobody left: who leaves is active until the plan's end, and no reason speaks of it."""
    reps = scenario.table("reps")
    leaves = (reps["status"] == LEAVING) | reps["end"].notna()
    leavers = frozenset(reps.loc[leaves, "rep"])
    given = {**scenario.tables, "reps": _staying(reps, leaves, None)}
    last = str(plan.summary.get("calendar", {}).get("plan_end", ""))
    tables = {name: _silent(name, table, leavers, last) for name, table in plan.tables.items()}
    frozen = {name: _silent(name, table, leavers, last) for name, table in plan.frozen.items()}
    return replace(plan, tables=tables, frozen=frozen), replace(scenario, tables=given)


def _silent(name: str, table: pd.DataFrame, leavers: frozenset[str], last: str) -> pd.DataFrame:
    """A table of the plan that does not say who leaves."""
    if name == "reps":
        return _staying(table, table["rep"].isin(leavers), last)
    if "reason" in table:
        told = table["reason"].astype("str").str.endswith(LEAVE)
        return table.assign(reason=table["reason"].mask(told, UNFORCED))
    return table


def _staying(reps: pd.DataFrame, leaves: pd.Series[bool], last: str | None) -> pd.DataFrame:
    """Reps with the leavers active; `last` is the day that stands for the one on which they leave."""
    changed = {"end": reps["end"].mask(leaves, last)}
    if "status" in reps:
        changed["status"] = reps["status"].mask(reps["status"] == LEAVING, ACTIVE)
    return reps.assign(**changed)
