"""Risks: a plan for uncertain demand tells its outcomes; any other says nothing of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import voice_of
from allocopt.documents.sections.demand_outcomes import outcome_blocks
from allocopt.documents.sections.risks import risks_section
from allocopt.plan import OPTIONAL_TABLES

from .conftest import Case

ENGLISH, CHINESE = voice_of("en", "CNY"), voice_of("zh-CN", "CNY")


def outcomes(sales: list[float], weights: list[float]) -> pd.DataFrame:
    names = ["expected", *map(str, range(1, len(sales)))]
    short = np.maximum(1_000_000 - np.array(sales), 0.0)
    rows = zip(names, weights, sales, sales, [50_000.0] * len(sales), short, strict=True)
    return pd.DataFrame(rows, columns=list(OPTIONAL_TABLES["outcomes"]))


def uncertain(case: Case, table: pd.DataFrame) -> Facts:
    figures = {"risk_target": 1e6, "shortfall_cvar": 180_000.0, "target_probability": 0.25}
    rows = [(name, "company", "", value) for name, value in figures.items()]
    kpis = pd.concat([case.plan["kpis"], pd.DataFrame(rows, columns=case.plan["kpis"].columns)])
    scenario: Any = case.scenario
    return Facts(case.with_plan(outcomes=table, kpis=kpis).plan, scenario)


def test_few_outcomes_are_told_one_by_one_lowest_first(case: Case) -> None:
    facts = uncertain(case, outcomes([900_000.0, 700_000.0, 1_200_000.0], [0.5, 0.25, 0.25]))
    heading, table, figures = outcome_blocks(facts, ENGLISH)
    assert heading is not None
    assert heading["text"] == "Uncertain demand"
    assert table is not None
    assert table["rows"][0] == ["sample 1", "25.0%", "700k", "50.0k", "300k"]
    assert [row[0] for row in table["rows"]] == ["sample 1", "as forecast", "sample 2"]
    assert figures is not None
    assert dict(figures["rows"]) == {
        "Sales that are wanted": "¥1.00M",
        "Chance to reach them": "25.0%",
        "Missing in the worst outcomes, on average": "¥180k",
    }


def test_many_outcomes_are_told_by_the_lowest_the_middle_and_the_highest(case: Case) -> None:
    # The one that half of the probability lies below is the third: 0.1, 0.3, then 0.6.
    weights = [0.3, 0.1, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05]
    sales = [3e5, 1e5, 2e5, 4e5, 5e5, 6e5, 7e5, 8e5]
    facts = uncertain(case, outcomes(sales, weights))
    table = list(outcome_blocks(facts, CHINESE))[1]
    assert table is not None
    assert [row[0] for row in table["rows"]] == ["销售额最低", "销售额居中", "销售额最高"]
    assert [row[2] for row in table["rows"]] == ["10.0万", "30.0万", "80.0万"]


def test_a_plan_for_one_outcome_says_nothing_of_others(case: Case) -> None:
    scenario: Any = case.scenario
    facts = Facts(case.plan, scenario)
    assert list(outcome_blocks(facts, ENGLISH)) == []
    assert risks_section(facts, ENGLISH)["blocks"][0]["text"] == "What binds the plan"
