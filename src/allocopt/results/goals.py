"""Goals: whether each is specific, measurable, attainable, relevant and dated - the table `goals`.

Attainable is a goal that comes in at least half of the outcomes of demand: hard goals are worked for, goals
out of reach are given up (Locke and Latham, 1990). One that nearly always comes asks for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from allocopt.checks import Subject
from allocopt.checks.goals import CRITERIA, LESS_IS_BETTER, Fault, Goal, faults_of, goals_of
from allocopt.model import Decisions
from allocopt.notes import Note
from allocopt.plan import OPTIONAL_TABLES
from allocopt.problem import Problem
from allocopt.problem.demand_samples import DemandSamples
from allocopt.problem.targets import TargetRule, target_rule
from allocopt.results.attainment import quantile
from allocopt.results.odds import chance, reached_in_outcomes
from allocopt.results.targets import contribution_of
from allocopt.scenario import Scenario

ATTAINABLE, EASY = 0.5, 0.9
YES, NO, UNKNOWN = "yes", "no", "unknown"


@dataclass(frozen=True)
class Reach:
    """What a plan reaches of a goal: the figure, how likely, and what comes as often as not."""

    planned: float = math.nan
    probability: float = math.nan
    median: float = math.nan


def goal_table(
    scenario: Scenario,
    problem: Problem,
    decisions: Decisions,
    kpis: pd.DataFrame,
    samples: DemandSamples | None,
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """name, the five criteria (yes, no, unknown), planned, probability, note; and the notes in two
    languages. Goals of scenario.yaml first, then the rows of `targets`."""
    subject = Subject(
        scenario.config, scenario.tables, scenario.territory_tree, scenario.calendar, scenario.files
    )
    rows, notes = [], []
    for goal in goals_of(subject):
        reach = _reach(scenario, problem, decisions, kpis, samples, goal)
        verdict, remark = _attainable(goal, reach)
        faults = faults_of(subject, goal)
        note = _joined([*(_sentence(fault) for fault in faults), *remark])
        missed = {fault.criterion for fault in faults}
        verdicts = {name: NO if name in missed else YES for name in CRITERIA}
        verdicts["attainable"] = verdict
        figures = {"planned": reach.planned, "probability": reach.probability}
        rows.append({"name": goal.name, **verdicts, **figures, "note": str(note)})
        notes.append(note)
    return pd.DataFrame(rows, columns=list(OPTIONAL_TABLES["goals"])), tuple(filter(None, notes))


def _reach(
    scenario: Scenario,
    problem: Problem,
    decisions: Decisions,
    kpis: pd.DataFrame,
    samples: DemandSamples | None,
    goal: Goal,
) -> Reach:
    """From sales where the measure comes from them, else from the key figures of the whole plan."""
    rule = _rule(scenario, problem, goal)
    if rule is None:
        return Reach(_key_figure(scenario, kpis, goal))
    if not rule.inside:
        return Reach()
    contribution = contribution_of(decisions)
    credited = problem.credited(decisions.shares, decisions.sales)
    planned = rule.reached(decisions.sales, credited, contribution)
    if samples is None or math.isnan(goal.amount):
        return Reach(planned)
    came = reached_in_outcomes(problem, decisions, [rule], samples, contribution)[rule.name]
    weight = np.asarray(samples.weight)
    return Reach(
        planned, chance(came, goal.amount, weight), float(quantile(came, ATTAINABLE, weight))
    )


def _rule(scenario: Scenario, problem: Problem, goal: Goal) -> TargetRule | None:
    """The goal as a target; a goal without a last day is one for the whole plan."""
    row: Mapping[Any, Any] = {
        "name": goal.name,
        "amount": goal.amount,
        "start": goal.start,
        "end": scenario.calendar.plan_end if pd.isna(goal.due) else goal.due,
        "measure": goal.measure,
        "scope": goal.scope,
        "kind": "goal",
        "price": math.nan,
    }
    try:
        return target_rule(scenario, problem.units, row)
    except ValueError:  # a scope that is none; the goal is told to be unspecific
        return None


def _key_figure(scenario: Scenario, kpis: pd.DataFrame, goal: Goal) -> float:
    """The figure of the plan by that name, of a goal for the plan's whole time."""
    calendar = scenario.calendar
    whole = goal.start <= calendar.plan_start and not goal.due < calendar.plan_end
    named = (kpis["kpi"] == goal.measure) & (kpis["scope"] == (goal.scope or "company"))
    values = kpis.loc[named & (kpis["period"] == ""), "value"]
    return float(values.iloc[0]) if whole and len(values) else math.nan


def _attainable(goal: Goal, reach: Reach) -> tuple[str, list[Note]]:
    """The verdict, and what is to be said of it."""
    if math.isnan(reach.planned) or math.isnan(goal.amount):
        return UNKNOWN, []
    if not math.isnan(reach.probability):
        return _by_chance(goal, reach)
    less = goal.measure.partition(":")[0] in LESS_IS_BETTER
    missing = reach.planned - goal.amount if less else goal.amount - reach.planned
    if missing <= 1e-6 * abs(goal.amount):
        return YES, []
    return NO, [
        Note(
            f"Not attainable: the plan has {reach.planned:,.0f} of {goal.amount:,.0f}.",
            f"难以实现：计划为 {reach.planned:,.0f}，目标为 {goal.amount:,.0f}。",
        )
    ]


def _by_chance(goal: Goal, reach: Reach) -> tuple[str, list[Note]]:
    share, median = reach.probability, reach.median
    if share < ATTAINABLE:
        return NO, [
            Note(
                f"Not attainable: it comes in {share:.0%} of the outcomes of demand; "
                f"{median:,.0f} would come as often as not.",
                f"难以实现：只有 {share:.0%} 的需求情形能够达成；{median:,.0f} 的达成机会约为一半。",
            )
        ]
    if share >= EASY:
        return YES, [
            Note(
                f"It comes in {share:.0%} of the outcomes of demand and may ask for too little.",
                f"在 {share:.0%} 的需求情形下都能达成，目标可能偏低。",
            )
        ]
    return YES, []


def _sentence(fault: Fault) -> Note:
    criterion = _CHINESE[fault.criterion]
    return Note(
        f"Not {fault.criterion}: {fault.message}; {fault.mend}.",
        f"{criterion}：{fault.zh}；{fault.mend_zh}。",
    )


_CHINESE = {
    "specific": "不够具体",
    "measurable": "无法衡量",
    "relevant": "缺乏关联",
    "dated": "没有时限",
}


def _joined(notes: Sequence[Note]) -> Note:
    return Note(" ".join(notes), "".join(note.zh for note in notes))
