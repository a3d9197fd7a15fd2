"""Plan: the result tables, where they came from, and how they are saved and loaded."""

from __future__ import annotations

import json
import math
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from allocopt.errors import DataError, Finding, Severity
from allocopt.files import write_atomic
from allocopt.inputs import GEOGRAPHY
from allocopt.scenario import Scenario, config_text, load_scenario
from allocopt.tables import write_table
from allocopt.tables.cells import unguarded

# The parts of the objective that make up the contribution, in the order of a statement of account.
CONTRIBUTION_PARTS = (
    "margin_on_sales",
    "spend",
    "people",
    "variable_pay",
    "hire_cost",
    "overtime",
    "travel",
    "handover_loss",
    "uncertainty",
)
# Columns of each table of a plan folder, in order. Keys, units and meaning: docs/data.md.
PLAN_TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "assignments": ("unit", "rep", "start", "end", "share", "before", "handover", "reason"),
        "reps": ("rep", "start", "end", "hired", "hours", "load", "overtime", "cost"),
        "time": ("unit", "rep", "period", "hours"),
        "sales": ("unit", "period", "sales", "demand", "lift", "spend"),
        "budget": ("lever", "territory", "segment", "period", "spend", "lift"),
        "quotas": (
            "level",
            "rep",
            "period",
            "quota",
            "expected",
            "baseline",
            "before",
            "attain_probability",
            "payout_mean",
            "payout_p90",
        ),
        "forecast": ("territory", "segment", "unit", "period", "mean", "lower", "upper"),
        "forecast_nodes": ("node", "period", "mean", "lower", "upper"),
        "past": ("territory", "segment", "period", "sales"),
        "limits": (
            "rule",
            "item",
            "period",
            "activity",
            "lower",
            "upper",
            "slack",
            "value_of_one_more",
        ),
        "shortfalls": ("rule", "item", "period", "amount", "price"),
        "targets": ("name", "goal", "planned", "gap", "probability"),
        "kpis": ("kpi", "scope", "period", "value"),
    }
)
# Tables and columns that a plan has only where they were asked for.
OPTIONAL_TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "samples": ("sample", "weight", "territory", "segment", "unit", "period", "demand"),
        "support": ("rep", "unit", "period", "hours", "sales"),
        "outcomes": ("sample", "weight", "sales", "margin", "spend", "shortfall"),
        "outcome_time": ("sample", "unit", "rep", "period", "hours"),
        "outcome_sales": ("sample", "unit", "period", "sales", "demand", "lift", "spend"),
        "outcome_budget": (
            *("sample", "lever", "territory", "segment"),
            *("period", "spend", "lift"),
        ),
        "attainment": (
            *("level", "rep", "quota", "expected", "attain_probability", "lower", "upper"),
            *("payout_at_plan", "payout_mean", "payout_p90"),
        ),
        "goals": (
            *("name", "specific", "measurable", "attainable", "relevant", "dated"),
            *("planned", "probability", "note"),
        ),
        "quota_fairness": ("test", "reps", "slope", "correlation", "p_value", "fair"),
        "quota_tree": (
            *("tree", "parent", "node", "grain", "period"),
            *("top_down", "quota", "bottom_up", "gap"),
        ),
        "performance": (
            *("scope", "item", "period", "plan", "actual", "prior_year", "ytd_plan", "ytd_actual"),
            *("attainment", "time_elapsed", "landing", "landing_lower", "landing_upper"),
            *("to_go", "required_run_rate"),
        ),
        "variance": ("scope", "item", "period", "cause", "amount", "known"),
        "alerts": ("alert", "scope", "since", "probability", "suggestion"),
        "results": ("kpi", "scope", "period", "value", "plan"),
        "reported": ("territory", "period", "rows", "sales", "plan"),
        "restated": (
            *("table", "date", "territory", "segment", "unit", "rep", "product", "channel"),
            *("lever", "was", "now", "source"),
        ),
        "reforecast": ("territory", "segment", "unit", "period", "was", "now", "lower", "upper"),
        "moves": ("unit", "before", "rep", "start", "demand", "worth", "reason"),
        "change_curve": ("changes", "used", "objective", "benefit", "share"),
    }
)
# Tables of a plan that go on from the periods before it: a plan that was made again has their rows of
# periods that were over by then as the plans of then had them.
FROZEN_TABLES = (
    *("assignments", "time", "sales", "budget", "quotas", "forecast", "forecast_nodes", "support"),
)
OPTIONAL_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "quotas": ("item", "unrounded", "actual"),
        "sales": ("actual",),
        "budget": ("actual",),
        "forecast": ("median", "statistical", "pipeline", "judgement"),
        "forecast_nodes": ("median",),
        "performance": (
            *("grain", "year_plan", "quota", "target", "period_attainment", "ytd_attainment"),
            *("growth_year", "previous", "growth_previous", "ytd_prior_year", "ytd_growth_year"),
            *("unreported", "ytd_unreported"),
        ),
        "alerts": ("value", "threshold", "text", "text_zh", "suggestion_zh", "command"),
    }
)
# What came in a frozen period, beside what was planned.
ACTUAL = "actual"


@dataclass(frozen=True)
class Plan:
    """A solved plan.

    `summary` is plan.json: status, objective, bound, gap, seconds, contribution, objective_parts,
    curve_error, scenario, id, hashes, versions, seed, rules (the sentence of each rule by its name).
    `tables` has one frame for each name in `PLAN_TABLES`, columns in that order, then optional ones;
    those of `OPTIONAL_TABLES` may be there. A plan that was made again inside a horizon has in `frozen`
    the rows of `FROZEN_TABLES` from before its first period, and `summary["frozen"]` names those periods.
    """

    summary: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    frozen: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def frozen_periods(self) -> tuple[str, ...]:
        """Labels of the periods of the horizon that were over when the plan was made."""
        return tuple(self.summary.get("frozen", {}).get("periods", ()))

    def whole(self, name: str) -> pd.DataFrame:
        """A table with the rows of frozen periods before its own."""
        own, before = self.tables[name], self.frozen.get(name)
        if before is None or before.empty:
            return own
        return pd.concat([before, own], ignore_index=True)


# Columns that hold text; all others hold numbers, and so does `before` of a quota.
TEXT = frozenset(
    {
        *("unit", "rep", "name", "role", "manager", "status", "territory", "segment", "lever"),
        *("period", "start", "end", "before", "handover", "reason", "hired"),
        *("level", "rule", "item", "node", "kpi", "scope", "sample"),
        *("tree", "parent", "grain", "test", "fair"),
        *("specific", "measurable", "attainable", "relevant", "dated", "note"),
        *("cause", "alert", "since", "suggestion", "date", "source", "product", "channel", "table"),
        *("text", "text_zh", "suggestion_zh", "command"),
    }
)
SUMMARY = "plan.json"
# Of a scenario's name in a plan's id: a folder's name may have 255 bytes, and a Chinese letter takes three.
MOST_LETTERS = 60
INPUTS = "inputs"
# What plan.json tells of every plan.
TOLD = (
    *("id", "status", "scenario", "calendar", "objective", "contribution", "bound", "gap"),
    *("objective_parts", "rules", "forecast"),
)


def save_plan(plan: Plan, scenario: Scenario, folder: str | Path) -> Path:
    """Writes the plan folder, `inputs/` in it, whole or not at all; an older plan there is replaced.

    Raises FileExistsError when the folder holds something that is not a plan.
    """
    target = Path(folder)
    if target.exists() and not _may_replace(target):
        raise FileExistsError(f"{target} holds files that are not a plan; choose another folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        _write(plan, scenario, fresh)
        _swap(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def _may_replace(target: Path) -> bool:
    return target.is_dir() and ((target / SUMMARY).exists() or not any(target.iterdir()))


def _write(plan: Plan, scenario: Scenario, folder: Path) -> None:
    for name in plan.tables:
        table = plan.whole(name)
        # Empty text and an unknown cell are one thing in a file.
        write_table(table.replace("", None), folder / f"{name}.csv")
    for name, table in scenario.tables.items():
        write_table(table, folder / INPUTS / f"{name}.csv")
    write_atomic(folder / INPUTS / "scenario.yaml", config_text(scenario).encode())
    if scenario.geography:
        write_atomic(folder / INPUTS / GEOGRAPHY, scenario.geography)
    # Last: a folder without plan.json is no plan.
    write_atomic(folder / SUMMARY, summary_text(plan).encode())
    folder.chmod(0o755)


def _swap(fresh: Path, target: Path) -> None:
    """Moves the new folder into place; the old one is out of the way for one rename only."""
    if not target.exists():
        fresh.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
    target.rename(old / "plan")
    try:
        fresh.rename(target)
    except OSError:
        (old / "plan").rename(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def named_id(scenario: str, digest: str) -> str:
    """Id of a plan: the name of its scenario, and a hash of all that decides the result.

    It names a folder, so only letters, digits, `_`, `.` and `-` of the scenario's name are kept.
    """
    name = re.sub(r"[^\w.-]+", "-", scenario).strip(".-")[:MOST_LETTERS] or "plan"
    return f"{name}-{digest}"


def summary_text(plan: Plan) -> str:
    """plan.json: numbers that are not finite are null, which JSON can say."""
    return json.dumps(_plain(plan.summary), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def load_plan(folder: str | Path) -> Plan:
    """The plan in a folder. Raises DataError when it is not a whole plan."""
    source = Path(folder)
    missing = [SUMMARY, *(f"{name}.csv" for name in PLAN_TABLES)]
    missing = [name for name in missing if not (source / name).is_file()]
    if missing:
        raise DataError([_broken(source / name, "the plan lacks this file") for name in missing])
    try:
        summary = json.loads((source / SUMMARY).read_text(encoding="utf-8"))
        tables = {name: _read_table(source / f"{name}.csv") for name in _names_in(source)}
    except (ValueError, OSError) as error:
        raise DataError([_broken(source, f"the plan cannot be read: {error}")]) from error
    _refuse_torn(source, summary, tables)
    plan = _thawed(Plan(summary, tables))
    _refuse_holes(source, plan)
    return plan


def _refuse_holes(source: Path, plan: Plan) -> None:
    """Every unit of the plan has its sales in every period, and no frozen period is gone."""
    labels = plan.summary["calendar"]["labels"]
    counts = plan["sales"].groupby("unit")["period"].nunique()
    frozen = plan.frozen.get("sales", plan["sales"].iloc[:0])
    lost = [
        *counts.index[counts != len(labels)],
        *set(plan["assignments"]["unit"]).difference(counts.index),
        *set(plan.frozen_periods).difference(frozen["period"]),
    ]
    if lost:
        message = f"the plan lacks rows of {', '.join(map(str, sorted(lost)[:3]))}"
        raise DataError([_broken(source / "sales.csv", message)])


def _thawed(plan: Plan) -> Plan:
    """The plan with the rows of frozen periods apart from its own."""
    periods = plan.frozen_periods
    if not periods:
        return plan
    tables, frozen = dict(plan.tables), {}
    for name in FROZEN_TABLES:
        if name in tables:
            before = _is_frozen(tables[name], plan.summary)
            frozen[name] = tables[name][before].reset_index(drop=True)
            tables[name] = _without_actuals(tables[name][~before].reset_index(drop=True))
    return Plan(plan.summary, tables, frozen)


def _is_frozen(table: pd.DataFrame, summary: Mapping[str, Any]) -> pd.Series[bool]:
    """Which rows are about time that was over when the plan was made."""
    if "period" in table:
        return table["period"].isin(summary["frozen"]["periods"])
    ends: pd.Series[bool] = table["end"].astype(str).str[:10] <= summary["frozen"]["through"]
    return ends


def _without_actuals(table: pd.DataFrame) -> pd.DataFrame:
    """The plan's own rows: nothing has come yet in their periods."""
    return table.drop(columns=ACTUAL) if ACTUAL in table else table


def _refuse_torn(source: Path, summary: object, tables: Mapping[str, pd.DataFrame]) -> None:
    """plan.json and the tables have what is read of every plan."""
    told = summary if isinstance(summary, dict) else {}
    lost = {SUMMARY: [key for key in TOLD if key not in told]}
    for name, columns in PLAN_TABLES.items():
        lost[f"{name}.csv"] = [column for column in columns if column not in tables[name]]
    if any(lost.values()):
        raise DataError(
            _broken(source / file, f"the plan lacks {', '.join(names)}")
            for file, names in lost.items()
            if names
        )


def _names_in(folder: Path) -> Iterator[str]:
    """Names of the tables in a plan folder that has all it must have."""
    yield from PLAN_TABLES
    yield from (name for name in OPTIONAL_TABLES if (folder / f"{name}.csv").is_file())


def load_plan_scenario(folder: str | Path) -> Scenario:
    """The scenario that a plan was made from, as it was read then."""
    return load_scenario(Path(folder) / INPUTS)


def _broken(path: Path, message: str) -> Finding:
    mend = "solve again, or restore the folder"
    return Finding(Severity.PROBLEM, message, file=str(path), mend=mend, code="broken-plan")


def _read_table(path: Path) -> pd.DataFrame:
    """A table of a plan: text as it was, an unknown number as NaN."""
    cells = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    text = TEXT - {"before"} if path.stem == "quotas" else TEXT
    columns = {
        name: cells[name].map(unguarded).astype("str")
        if name in text
        else pd.to_numeric(cells[name].replace("", None)).astype(float)
        for name in cells.columns
    }
    return pd.DataFrame(columns, index=cells.index)
