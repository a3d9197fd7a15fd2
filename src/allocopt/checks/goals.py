"""Goals: what keeps one from being specific, measurable, relevant and dated.

Four of the five letters of SMART (Doran, 1981); whether a goal is attainable only a plan can say.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from allocopt.checks.settings import names_in
from allocopt.checks.subject import Subject
from allocopt.config.scope import Scope, parse_scope
from allocopt.errors import Finding, Severity

# Figures that are the better the less of them there is: a goal on one is a ceiling.
LESS_IS_BETTER = frozenset(
    {"spend", "people_cost", "handovers", "handover_share", "balance_spread", "forecast_wape"}
)
CRITERIA = ("specific", "measurable", "attainable", "relevant", "dated")
MONEY = ("sales", "margin", "contribution")
# Figures that a plan has of the whole company, and of the other kinds of scope.
COMPANY_FIGURES = (
    *(
        "sales",
        "demand",
        "margin",
        "contribution",
        "spend",
        "people_cost",
        "quota",
        "units",
        "reps",
    ),
    *("hires", "hours", "load", "handovers", "handover_share", "balance_spread", "forecast_wape"),
)
FIGURES = {
    "company": COMPANY_FIGURES,
    "territory": ("sales", "margin", "demand", "units"),
    "segment": ("sales", "margin", "demand", "units"),
    "rep": ("sales", "demand", "units"),
}


@dataclass(frozen=True)
class Goal:
    """A row of `targets` or a goal of scenario.yaml; `number` counts the goals of scenario.yaml.

    Blank texts and not-a-number stand for what is not given.
    """

    name: str
    measure: str
    scope: str
    amount: float
    start: pd.Timestamp
    due: pd.Timestamp
    reason: str = ""
    number: int | None = None

    @property
    def of_company(self) -> bool:
        """Whether it speaks of the whole company."""
        return self.scope in ("", "company")


@dataclass(frozen=True)
class Fault:
    """Why a goal misses one of the criteria, and how to mend it, in English and in Chinese."""

    criterion: str
    message: str
    zh: str
    mend: str = field(default="")
    mend_zh: str = field(default="")


def goals_of(subject: Subject) -> tuple[Goal, ...]:
    """The goals of scenario.yaml, then the rows of `targets`."""
    return (*_configured(subject), *_listed(subject))


def _configured(subject: Subject) -> Iterator[Goal]:
    calendar = subject.calendar
    for number, goal in enumerate(subject.config.goals):
        yield Goal(
            name=goal.name,
            measure=goal.measure,
            scope=goal.scope,
            amount=math.nan if goal.amount is None else goal.amount,
            start=calendar.plan_start if goal.start is None else pd.Timestamp(goal.start),
            due=pd.Timestamp(goal.due or "NaT"),
            reason=goal.reason,
            number=number,
        )


def _listed(subject: Subject) -> Iterator[Goal]:
    targets = subject.table("targets")
    words = targets.assign(
        measure=targets["measure"].fillna("sales"), scope=targets["scope"].fillna("company")
    )
    columns = ("name", "measure", "scope", "amount", "start", "end")
    for row in zip(*(words[column] for column in columns), strict=True):
        yield Goal(*row)


def check_goals(subject: Subject) -> Iterator[Finding]:
    """Goals that lack what a goal needs are told, and shown all the same."""
    for goal in goals_of(subject):
        for fault in faults_of(subject, goal):
            message = f"goal {goal.name} is not {fault.criterion}: {fault.message}"
            said: dict[str, Any] = {"mend": fault.mend, "code": f"goal-not-{fault.criterion}"}
            if goal.number is None:
                yield subject.say(Severity.NOTICE, "targets", message, **said)
            else:
                place = subject.place("goals", goal.number, "name")
                yield Finding(
                    Severity.NOTICE,
                    message,
                    file=place.file,
                    line=place.line,
                    position=place.position,
                    **said,
                )


def faults_of(subject: Subject, goal: Goal) -> tuple[Fault, ...]:
    """What a goal lacks, by criterion; a goal without faults may still be out of reach."""
    return (
        *_unspecific(subject, goal),
        *_unmeasurable(subject, goal),
        *_irrelevant(subject, goal),
        *_undated(subject, goal),
    )


def scope_of(goal: Goal) -> Scope | None:
    """The scope of a goal; None where its text names none."""
    try:
        return parse_scope(goal.scope)
    except ValueError:
        return None


def _unspecific(subject: Subject, goal: Goal) -> Iterator[Fault]:
    """Scope and measure are named."""
    if not goal.measure:
        yield Fault(
            "specific",
            "it names no measure",
            "没有写明衡量指标",
            "name the measure, such as sales",
            "请填写衡量指标（measure），例如 sales",
        )
    scope = scope_of(goal)
    known = set() if scope is None else names_in(subject, scope)
    if scope is None or (known and scope.value not in known):
        yield Fault(
            "specific",
            f"there is no {goal.scope}",
            f"不存在 {goal.scope}",
            "write the scope as company, territory=…, segment=… or rep=…",
            "范围（scope）请写 company、territory=…、segment=… 或 rep=…",
        )


def _unmeasurable(subject: Subject, goal: Goal) -> Iterator[Fault]:
    """There is a number, and a figure of the plan or of `kpi_values` to hold against it."""
    if math.isnan(goal.amount):
        yield Fault(
            "measurable",
            "it names no amount",
            "没有写明数值",
            "name the amount",
            "请填写目标值（amount）",
        )
    scope = scope_of(goal)
    if scope is None or not goal.measure:
        return
    followed = subject.table("kpi_values")["kpi"].isin([goal.measure]).any()
    if goal.measure.partition(":")[0] not in FIGURES.get(scope.kind, ()) and not followed:
        yield Fault(
            "measurable",
            f"no plan has a figure for {goal.measure} of {scope}",
            f"计划中没有{scope}的{goal.measure}这一数字",
            f"measure one of {', '.join(FIGURES.get(scope.kind, MONEY))}, "
            "or follow it in kpi_values",
            f"请改用 {'、'.join(FIGURES.get(scope.kind, MONEY))}，或在 kpi_values 中记录",
        )


def _irrelevant(subject: Subject, goal: Goal) -> Iterator[Fault]:
    """It is a target of the company, serves one, or says why it matters."""
    is_target = goal.number is None and goal.of_company
    if not is_target and not goal.reason and not _serves(subject, goal):
        yield Fault(
            "relevant",
            "it serves no target of the company",
            "与公司目标没有关联",
            "add a target with scope company for the same time, or name the reason",
            "请在 targets 中增加同一时期、范围为 company 的目标，或填写理由（reason）",
        )


def _serves(subject: Subject, goal: Goal) -> bool:
    """Whether the company has a target at the same time that the goal's measure adds to."""
    if subject.config.quota.target is not None and goal.measure in MONEY:
        return True
    aims = [other for other in _listed(subject) if other.of_company]
    return any(
        (goal.measure == aim.measure or {goal.measure, aim.measure} <= set(MONEY))
        and goal.start <= aim.due
        and not goal.due < aim.start
        for aim in aims
    )


def _undated(subject: Subject, goal: Goal) -> Iterator[Fault]:
    """It starts before it ends, and ends inside the plan."""
    calendar = subject.calendar
    if pd.isna(goal.due):
        end = calendar.plan_end
        yield Fault(
            "dated",
            "it names no last day",
            "没有写明截止日期",
            f"name the day it is due; the plan ends on {end:%Y-%m-%d}",
            f"请填写截止日期（due）；计划截止于 {end:%Y-%m-%d}",
        )
    elif goal.due < goal.start:
        yield Fault(
            "dated",
            f"it ends on {goal.due:%Y-%m-%d}, before it starts on {goal.start:%Y-%m-%d}",
            f"截止日期 {goal.due:%Y-%m-%d} 早于开始日期 {goal.start:%Y-%m-%d}",
            "let it end after its start",
            "请让截止日期晚于开始日期",
        )
    elif not calendar.plan_start <= goal.due <= calendar.plan_end:
        first, last = calendar.plan_start, calendar.plan_end
        yield Fault(
            "dated",
            f"it ends on {goal.due:%Y-%m-%d}, outside the plan",
            f"截止日期 {goal.due:%Y-%m-%d} 不在计划期内",
            f"let it end between {first:%Y-%m-%d} and {last:%Y-%m-%d}",
            f"请让截止日期落在 {first:%Y-%m-%d} 至 {last:%Y-%m-%d}",
        )
