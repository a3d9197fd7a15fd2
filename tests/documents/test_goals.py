"""Goals: the SMART check, the chance where it may be seen, and which goals belong to a part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocopt.documents.facts import Facts
from allocopt.documents.facts.goals import all_goals, given_goals
from allocopt.documents.facts.subject import Subject
from allocopt.documents.language.voice import Voice, voice_of
from allocopt.documents.sections.goals import goals_section
from allocopt.plan import OPTIONAL_TABLES

from .conftest import Case

ENGLISH, CHINESE = voice_of("en", "CNY"), voice_of("zh-CN", "CNY")
GOALS = [
    {"name": "Grow", "measure": "sales", "amount": 12_000_000.0, "reason": "The market grows."},
    {"name": "Tea", "measure": "sales", "amount": 500.0, "scope": "territory=T3"},
    {"name": "Ann", "measure": "sales", "amount": 900.0, "scope": "rep=R3"},
]
JUDGED = pd.DataFrame(
    [
        ("Grow", "yes", "yes", "yes", "yes", "no", 12_870_000.0, 0.62, "Not dated."),
        ("Tea", "yes", "yes", "unknown", "no", "yes", np.nan, np.nan, ""),
        ("Ann", "yes", "yes", "no", "no", "yes", 800.0, 0.1, ""),
    ],
    columns=list(OPTIONAL_TABLES["goals"]),
)


@pytest.fixture
def judged(case: Case) -> Case:
    return case.with_plan(goals=JUDGED, targets=case.plan["targets"][:0]).with_config(goals=GOALS)


def facts_of(case: Case) -> Facts:
    scenario: Any = case.scenario
    return Facts(case.plan, scenario)


def tables_of(facts: Facts, voice: Voice = ENGLISH) -> list[dict[str, Any]]:
    return [block for block in goals_section(facts, voice)["blocks"] if block["kind"] == "table"]


def heads(table: dict[str, Any]) -> list[str]:
    return [column["label"] for column in table["columns"]]


def test_each_criterion_bears_its_mark(judged: Case) -> None:
    _, smart = tables_of(facts_of(judged))
    grow, tea, ann, quota = smart["rows"]
    assert [cell[0] for cell in grow] == ["✓", "✓", "✓", "✓", "✗"]
    assert grow[3] == "✓ The market grows."
    # What is unknown is its mark alone; the quota was not judged.
    assert (tea[2], tea[3]) == ("?", "✗")
    assert ann[2].startswith("✗ the plan misses it by")
    assert quota[2] == "the plan misses it by ¥882k"
    assert heads(tables_of(facts_of(judged), CHINESE)[1]) == [
        *("具体", "可衡量", "可实现", "相关", "时限")
    ]


def test_what_is_missing_is_said_of_the_goals_shown(judged: Case) -> None:
    remarks = goals_section(facts_of(judged), ENGLISH)["blocks"][-1]
    assert remarks["items"] == ["Grow: Not dated."]


def test_the_chance_is_a_column_where_it_may_be_seen(judged: Case) -> None:
    reached, _ = tables_of(facts_of(judged))
    assert heads(reached)[-1] == "Chance"
    assert [row[-1] for row in reached["rows"]] == ["62%", "–", "10%", "–"]
    hidden = judged.with_plan(goals=JUDGED.assign(probability=np.nan))
    assert "Chance" not in heads(tables_of(facts_of(hidden))[0])


def test_what_the_plan_could_not_say_of_a_goal_is_unknown(judged: Case) -> None:
    kpis = judged.plan["kpis"]
    own = pd.DataFrame([("sales", "territory=T3", "", 700.0)], columns=kpis.columns)
    known = judged.with_plan(kpis=pd.concat([kpis, own], ignore_index=True))
    tea = next(goal for goal in all_goals(facts_of(known), ENGLISH) if goal.key == "Tea")
    assert np.isnan(tea.planned)
    # A plan of an earlier version has judged no goals, and its key figure is all there is.
    earlier = known.with_plan(goals=JUDGED[:0])
    tea = next(goal for goal in all_goals(facts_of(earlier), ENGLISH) if goal.key == "Tea")
    assert tea.planned == 700


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        (Subject(), ["Grow", "Tea", "Ann"]),
        (Subject("territory", "T3"), ["Tea", "Ann"]),
        (Subject("territory", "T4"), []),
        (Subject("rep", "R3"), ["Ann"]),
    ],
    ids=str,
)
def test_a_part_has_the_goals_whose_scope_lies_in_it(
    judged: Case, subject: Subject, names: list[str]
) -> None:
    # Of the made-up units, T3 has those of R9, R10 and R11; here it has R3's.
    held = judged.plan["assignments"]
    inside = held["unit"].str.startswith("T3")
    moved = judged.with_plan(assignments=held.assign(rep=held["rep"].where(~inside, "R3")))
    assert [goal.key for goal in given_goals(facts_of(moved).within(subject))] == names


def test_without_goals_the_plans_own_figures_are_proposed(case: Case) -> None:
    bare = case.with_config(goals=[]).with_plan(targets=case.plan["targets"][:0])
    blocks = goals_section(facts_of(bare), ENGLISH)["blocks"]
    assert blocks[0]["text"].startswith("No goals were given.")
    assert blocks[1]["rows"][0][0] == "Reach the planned sales"
