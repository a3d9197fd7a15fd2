"""What catches the eye on paper: texts that can be read, columns that say something, words for readers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from allocopt.calendar import Calendar
from allocopt.documents import render_document
from allocopt.documents.blocks import table
from allocopt.documents.charts.scales import legible_ticks
from allocopt.documents.facts import Facts
from allocopt.documents.facts.subject import Subject
from allocopt.documents.language.voice import voice_of
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.assumptions import assumptions_section
from allocopt.documents.sections.indicators import result_name
from allocopt.documents.sections.quotas import quotas_section
from allocopt.documents.sections.risks import risks_section
from allocopt.documents.sections.rollout_note import all_changes_section
from allocopt.documents.sections.segments import segments_section

from .conftest import Case

ENGLISH = voice_of("en", "USD")


def facts_of(case: Case) -> Facts:
    return Facts(case.plan, case.scenario)  # type: ignore[arg-type]


def captions(section: dict[str, Any]) -> list[str]:
    return [block["caption"] for block in section["blocks"] if block["kind"] == "table"]


def test_no_text_of_a_chart_has_a_rim(case: Case) -> None:
    # WeasyPrint paints a rim over the letters, whatever `paint-order` says.
    page = render_document(case.plan, case.scenario, language="en")  # type: ignore[arg-type]
    texts = re.findall(r"<text[^>]*>", page)
    assert texts
    assert not [text for text in texts if "stroke" in text]


def test_columns_that_say_nothing_are_left_out_with_their_total() -> None:
    rows = [["Ann", "3", ENGLISH.show.unknown, ""], ["Bo", "4", ENGLISH.show.unknown, ""]]
    block = lean_table("Reps", "rep #units #change hired", rows, ENGLISH, ["Total", "7", "", ""])
    assert block is not None
    assert [column["label"] for column in block["columns"]] == ["Rep", "Units"]
    assert block["rows"] == [["Ann", "3"], ["Bo", "4"]]
    assert block["total"] == ["Total", "7"]


def test_columns_of_a_few_letters_are_kept_on_one_line() -> None:
    heads = [("Name", "text"), ("What", "text")]
    block = table("", heads, [["阿依古丽", "更换销售代表的覆盖单元"]], ENGLISH)
    assert block is not None
    assert [column["brief"] for column in block["columns"]] == [True, False]


def test_quotas_of_a_long_plan_are_named_by_year(case: Case) -> None:
    calendar = Calendar("quarter", pd.Timestamp("2026-01-01"), 12)
    months = case.plan["quotas"]["period"]
    quotas = case.plan["quotas"].assign(
        period=months.map(dict(zip(months.unique(), calendar.labels, strict=True)))
    )
    longer = replace(
        case.with_plan(quotas=quotas), scenario=replace(case.scenario, calendar=calendar)
    )
    of_year = captions(quotas_section(facts_of(longer), ENGLISH))
    assert [text for text in of_year if text.startswith("Quota per rep and year")]
    of_case = captions(quotas_section(facts_of(case), ENGLISH))
    assert [text for text in of_case if text.startswith("Quota per rep and quarter")]


def test_heads_of_the_list_of_changes_differ(case: Case) -> None:
    block = all_changes_section(facts_of(case), ENGLISH)["blocks"][0]
    heads = [column["label"] for column in block["columns"]]
    assert len(set(heads)) == len(heads)


def test_plan_of_a_part_leaves_out_what_is_written_about_the_company(case: Case) -> None:
    texts = {
        "market": "The market grows.",
        "ideal_customer_profile": "Plants.",
        "segments": "Three.",
    }
    facts = facts_of(case.with_config(document=texts))
    assert "The market grows." in str(segments_section(facts, ENGLISH))
    part = facts.within(Subject("territory", "North"))
    blocks = segments_section(part, ENGLISH)["blocks"]
    assert [block["kind"] for block in blocks] == ["table"]


def test_risks_of_a_part_are_those_that_name_nothing_else(case: Case) -> None:
    risks = [
        "Prices may fall.",
        "Territory 1 may lose its dealer.",
        "Territory 9 may lose its dealer.",
    ]
    facts = facts_of(case.with_config(document={"risks": risks}))
    of_part = risks_section(facts.within(Subject("territory", "North")), ENGLISH)["blocks"]
    assert of_part[0]["paragraphs"] == risks[:2]
    assert risks_section(facts, ENGLISH)["blocks"][0]["paragraphs"] == risks


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_assumptions_name_a_table_without_its_folder(case: Case, language: str) -> None:
    file = "/data/of/ours/reps.csv"
    said = f'{file}, column "cost": the cost of 2 reps is not given: 0 assumed'
    finding: dict[str, Any] = {"sentence": said, "file": file, "column": "cost", "value": ""}
    finding |= {"code": "assumed-cost", "names": ["Ann", "Bo"], "count": 2}
    facts = facts_of(case.with_summary(assumptions=[said], findings=[finding]))
    text = str(assumptions_section(facts, voice_of(language, "USD")))
    assert "reps.csv" in text
    assert "/data" not in text


def test_ticks_of_values_that_are_written_alike_are_taken_apart() -> None:
    # 8.344 and 8.345 million are both written 8.3M.
    ticks = legible_ticks(8_345_000.0, 8_344_000.0, lambda value: f"{value / 1e6:.1f}M")
    texts = [f"{tick / 1e6:.1f}M" for tick in ticks]
    assert len(set(texts)) == len(texts) > 1
    assert ticks[0] <= 8_344_000
    assert ticks[-1] >= 8_345_000


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_figure_of_a_review_has_a_name(language: str) -> None:
    voice = voice_of(language, "USD")
    levels = [
        f"forecast_{name}:{level}"
        for name in ("wape", "bias", "coverage")
        for level in ("cell", "territory", "company")
    ]
    bands = [f"attainment_band:{band}" for band in ("0-0.5", "0.5-0.8", "1.2+")]
    kpis = [
        *levels,
        *bands,
        "attainment_quartile:0.25",
        "reps_with_quota",
        "spend",
        "return_on_spend",
    ]
    names = [result_name(kpi, voice) for kpi in kpis]
    assert len(set(names)) == len(names)
    assert not [name for name in names if ":0" in name or "_" in name or "wape:" in name]
