"""The longer plan: what a plan of more years leaves for the days of this one.

Its spend, the positions that it fills and its sales become the total budget, the headcount and the sales
target of the shorter plan. Amounts of its periods are shared over their days: a year may bound months.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from allocopt.calendar import PER_YEAR, Calendar, share_of_periods
from allocopt.config import Config
from allocopt.config.validation import place_of
from allocopt.errors import Finding, Severity
from allocopt.horizon import company_targets
from allocopt.tables import empty_table
from allocopt.yaml_source import Place, YamlSource

Tables = Mapping[str, pd.DataFrame]
PATH = ("longer_plan", "plan")
DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class LongerPlan:
    """What is read of a plan: sales and spend by period [currency/period], first days of hires."""

    name: str
    currency: str
    calendar: Calendar
    sales: pd.Series[float]
    spend: pd.Series[float]
    hires: pd.DatetimeIndex
    digest: str


@dataclass(frozen=True)
class Allowance:
    """What a longer plan has for the days of a shorter one: sales, spend [currency], positions filled."""

    name: str
    sales: float
    spend: float
    hires: int


@dataclass(frozen=True)
class Bounded:
    """Configuration and tables with the bounds of a longer plan, and what there is to say of them."""

    config: Config
    tables: Tables
    findings: tuple[Finding, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)


def bound_by_longer_plan(
    config: Config, tables: Tables, calendar: Calendar, source: YamlSource, folder: Path
) -> Bounded:
    """The scenario's parts under the longer plan that `longer_plan.plan` names; unchanged without one."""
    if not config.longer_plan.plan:
        return Bounded(config, tables)
    place = place_of(source, PATH)
    try:
        plan = read_longer_plan(_folder_of(place, folder) / config.longer_plan.plan)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Bounded(config, tables, (_unreadable(place, config.longer_plan.plan, error),))
    if findings := tuple(_misfits(plan, config, calendar, place)):
        return Bounded(config, tables, findings)
    bounded = _apply(allowance(plan, calendar), config, tables, calendar, place)
    done = bounded.config.longer_plan.model_copy(update={"plan": ""})
    return replace(
        bounded,
        config=bounded.config.model_copy(update={"longer_plan": done}),
        hashes={"longer plan": plan.digest},
    )


def read_longer_plan(folder: Path) -> LongerPlan:
    """The parts of a plan folder that bound another plan.

    A plan is saved with its scenario, so that the module of plans needs that of scenarios; this one, which
    scenarios need, reads for itself. Raises OSError, ValueError, KeyError or TypeError where the folder is
    no whole plan.
    """
    text = (folder / "plan.json").read_bytes()
    summary = json.loads(text)
    said = summary["calendar"]
    calendar = _calendar_of(said)
    sales = _by_period(folder / "sales.csv", "sales")
    if lost := [label for label in calendar.labels if label not in sales.index]:
        raise ValueError(f"its sales.csv has no row of {lost[0]}")
    reps = pd.read_csv(folder / "reps.csv", usecols=["hired", "start"], dtype=str)
    return LongerPlan(
        name=str(summary["id"]),
        currency=str(summary["scenario"]["currency"]),
        calendar=calendar,
        sales=sales,
        spend=_by_period(folder / "budget.csv", "spend"),
        hires=pd.DatetimeIndex(reps.loc[reps["hired"] == "yes", "start"]),
        digest=hashlib.sha256(text).hexdigest(),
    )


def _calendar_of(said: Mapping[str, Any]) -> Calendar:
    """The calendar that plan.json tells of."""
    if said["period"] not in PER_YEAR:
        raise ValueError(f"its plan.json has periods of a {said['period']}")
    return Calendar(said["period"], pd.Timestamp(said["plan_start"]), len(said["labels"]))


def _by_period(path: Path, column: str) -> pd.Series[float]:
    table = pd.read_csv(path, usecols=["period", column], dtype={"period": str, column: float})
    return table.groupby("period")[column].sum()


def allowance(plan: LongerPlan, calendar: Calendar) -> Allowance:
    """What a plan has on the days of a calendar: amounts by the share of each period's days."""
    share = _overlap(plan.calendar, calendar)
    inside = (plan.hires >= calendar.plan_start) & (plan.hires <= calendar.plan_end)
    return Allowance(
        name=plan.name,
        sales=float((plan.sales * share).sum()),
        spend=float((plan.spend * share).sum()),
        hires=int(inside.sum()),
    )


def _overlap(longer: Calendar, shorter: Calendar) -> pd.Series[float]:
    """Share of the days of each period of the longer plan that lie in the shorter one."""
    first, last = pd.Series([shorter.plan_start]), pd.Series([shorter.plan_end])
    share = share_of_periods(first, last, longer)[0]
    return pd.Series(share, index=list(longer.labels), dtype=float)


def _folder_of(place: Place, folder: Path) -> Path:
    """The folder of the scenario.yaml that names the plan, which may be that of a base."""
    return (folder / place.file).parent if place.file.endswith(".yaml") else folder


def _unreadable(place: Place, value: str, error: Exception) -> Finding:
    # Only these two say what is wrong; the others tell of what Python met in a plan.json that is torn.
    reason = str(error) if isinstance(error, OSError | ValueError) else "its plan.json is torn"
    return place.problem(
        "the longer plan cannot be read",
        value=value,
        expected=f"a plan folder ({reason})",
        mend="solve the longer plan with --out, and name that folder",
        code="longer-plan-broken",
    )


def _misfits(
    plan: LongerPlan, config: Config, calendar: Calendar, place: Place
) -> Iterator[Finding]:
    """Why a plan cannot bound this one."""
    longer = plan.calendar
    if longer.plan_start > calendar.plan_start or longer.plan_end < calendar.plan_end:
        yield place.problem(
            "the longer plan does not cover the planned periods",
            value=f"{longer.plan_start:%Y-%m-%d} to {longer.plan_end:%Y-%m-%d}",
            expected=f"{calendar.plan_start:%Y-%m-%d} to {calendar.plan_end:%Y-%m-%d} inside it",
            mend="name another plan, or move calendar.plan_start",
            code="longer-plan-dates",
        )
    own, other = config.scenario.currency, plan.currency
    if own and other and own != other:
        yield place.problem(
            "the longer plan is in another currency",
            value=other,
            expected=own,
            code="longer-plan-currency",
        )


def _apply(
    left: Allowance, config: Config, tables: Tables, calendar: Calendar, place: Place
) -> Bounded:
    """Each bound that is asked for, and a finding that says where it comes from."""
    asked, said = config.longer_plan, list[tuple[str, str, str]]()
    if asked.budget:
        config, *told = _bound_budget(config, left)
        said += told
    if asked.headcount:
        config, *told = _bound_headcount(config, tables, left)
        said += told
    if asked.sales != "off":
        tables, *told = _aim_at_sales(config, tables, calendar, left)
        said += told
    findings = (_origin(place, left.name, *each) for each in said)
    return Bounded(config, tables, tuple(findings))


def _origin(place: Place, plan: str, code: str, message: str, value: str) -> Finding:
    return Finding(
        Severity.ASSUMPTION,
        f"{message}, from plan {plan}",
        file=place.file,
        line=place.line,
        position=place.position,
        value=value,
        code=code,
        names=(plan,),
    )


def _bound_budget(config: Config, left: Allowance) -> tuple[Config, tuple[str, str, str]]:
    """Total spend is at most that of the longer plan; a budget of one's own holds where it is less."""
    budget = config.budget
    if budget.include_people:
        message = "the total budget counts people and is not bound by the spend"
        return config, ("longer-plan-people", message, f"{left.spend:,.2f}")
    most = left.spend if budget.total_max is None else min(budget.total_max, left.spend)
    message = f"the total budget is at most {left.spend:,.2f}"
    changed = config.model_copy(update={"budget": budget.model_copy(update={"total_max": most})})
    return changed, ("longer-plan-budget", message, f"{most:,.2f}")


def _bound_headcount(
    config: Config, tables: Tables, left: Allowance
) -> tuple[Config, tuple[str, str, str]]:
    """As many positions are filled as the longer plan fills in this time, of those that are open here."""
    head, reps = config.headcount, tables.get("reps", empty_table("reps"))
    positions = int((reps["status"] == "open").sum())
    most = min(left.hires, positions) if head.max is None else min(left.hires, positions, head.max)
    most = max(head.min, most)
    message = f"{most} open positions are filled, of {left.hires} filled in this time"
    changed = config.model_copy(
        update={"headcount": head.model_copy(update={"min": most, "max": most})}
    )
    return changed, ("longer-plan-headcount", message, f"{most}")


def _aim_at_sales(
    config: Config, tables: Tables, calendar: Calendar, left: Allowance
) -> tuple[Tables, tuple[str, str, str]]:
    """A row of `targets` for the company; a goal of one's own stays the goal."""
    kind = config.longer_plan.sales
    targets = tables.get("targets", empty_table("targets"))
    own = [*company_targets(targets, calendar)["amount"]]
    own += [] if config.quota.target is None else [config.quota.target]
    if kind == "goal" and own:
        message = f"the sales target of {own[0]:,.2f} stays; sales are {left.sales:,.2f}"
        return tables, ("longer-plan-own-target", message, f"{left.sales:,.2f}")
    row: dict[str, Any] = {
        "name": _free_name(f"Sales of {left.name}", targets["name"].tolist()),
        "amount": left.sales,
        "start": calendar.plan_start,
        "end": calendar.plan_end,
        "measure": "sales",
        "scope": "company",
        "kind": kind,
    }
    more = pd.DataFrame([row]).reindex(columns=targets.columns).astype(targets.dtypes.to_dict())
    changed = {**tables, "targets": pd.concat([targets, more], ignore_index=True)}
    message = f"the {kind} on sales is {left.sales:,.2f}"
    return changed, ("longer-plan-sales", message, f"{left.sales:,.2f}")


def _free_name(name: str, taken: Sequence[str]) -> str:
    """The name, with a number where the table has it already."""
    names = (name, *(f"{name} ({number})" for number in range(2, len(taken) + 3)))
    return next(free for free in names if free not in taken)
