"""The curves of the levers: where the plan and today's spend lie on them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support_charts import draw

from allocopt.documents.facts import Facts
from allocopt.documents.figures import lever_chart
from allocopt.documents.language.voice import voice_of
from allocopt.plan import PLAN_TABLES, Plan
from allocopt.scenario import load_scenario

EN = voice_of("en", "USD")
YAML = "calendar: {period: month, plan_start: 2026-01-01, plan_periods: 2}\n"
# Both curves are straight up to twice `half`: 100 of lift at 50 of spend, and 400 at 100.
RESPONSES = """lever,territory,segment,form,lift_max,lift_unit,half
ads,,,linear,200,currency,50
ads,East,,linear,800,currency,100
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("levers")
    files = {
        "scenario.yaml": YAML,
        "units.csv": "unit,territory,segment,hours,demand\nu,East,s,1,1000\nv,West,s,1,1000\n",
        "reps.csv": "rep,hours\nAnn,100\n",
        "levers.csv": "lever,name\nads,Search ads\n",
        "responses.csv": RESPONSES,
        "spend.csv": "date,lever,spend,territory,segment\n"
        + "".join(f"2025-{month:02d}-01,ads,20,East,s\n" for month in range(1, 13)),
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    return load_scenario(folder)


def facts_of(scenario, *spent):
    """A plan that spends amounts on ads in places over its two periods."""
    rows = [
        ("ads", place, "s", label, amount / 2, 0.0) for place, amount in spent for label in "ab"
    ]
    tables = {name: pd.DataFrame(columns=list(columns)) for name, columns in PLAN_TABLES.items()}
    tables["budget"] = pd.DataFrame(rows, columns=list(PLAN_TABLES["budget"]))
    summary = {"calendar": {"labels": ["a", "b"]}, "scenario": {"currency": "USD"}}
    return Facts(Plan(summary, tables), scenario)


def test_money_lies_on_the_curve_that_names_its_place_most_closely(scenario):
    block = lever_chart(facts_of(scenario, ("East", 100.0), ("West", 60.0)), EN)
    texts = draw(block["chart"]).texts
    # Per period 50 in the East, where 20 was spent last year, and 30 elsewhere.
    assert "Search ads · East" in texts
    assert texts[texts.index("Search ads · East") + 1] == "plan 50, today 20"
    assert texts[texts.index("Search ads") + 1].startswith("plan 30")
    assert EN.show.money(80.0) in block["chart"]["desc"]


def test_the_plan_lies_on_its_curve(scenario):
    chart = lever_chart(facts_of(scenario, ("East", 100.0)), EN)["chart"]
    (panel,) = [s for s in chart["shapes"] if s["title"] == "Search ads · East"]
    marks = [
        inner
        for shape in panel["shapes"]
        if shape["draw"] == "group"
        for inner in shape["shapes"]
        if inner["shape"] == "dot"
    ]
    (curve,) = [s for s in panel["shapes"] if s["draw"] == "path" and s["thick"] == 2.0]
    corners = np.array([[float(n) for n in c.split(",")] for c in curve["d"][1:].split(" L")])
    height = np.interp(marks[0]["x"], corners[:, 0], corners[:, 1])
    assert marks[0]["y"] == pytest.approx(height, abs=0.2)


def test_without_spend_there_is_no_chart(scenario):
    silent = replace(scenario, tables={**scenario.tables, "spend": scenario.table("spend")[:0]})
    assert lever_chart(facts_of(silent), EN) is None
    assert lever_chart(facts_of(scenario), EN) is not None, "today's spend is shown"
