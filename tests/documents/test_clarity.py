"""One label for one figure, periods by their names, signs that mean what they say."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from allocopt.calendar import Calendar
from allocopt.documents import render_document
from allocopt.documents.facts import Facts
from allocopt.plan import PLAN_TABLES
from allocopt.resources import resource_folder

from .conftest import Case, empty
from .test_render import Page

YEAR_BEFORE = {"en": "on the year before", "zh-CN": "同比"}


def render(case: Case, language: str = "en") -> str:
    return render_document(case.plan, case.scenario, language=language)  # type: ignore[arg-type]


def year_later(case: Case) -> Case:
    """The same plan for 2027, with a history that still ends in 2025."""
    tables = {
        name: case.plan[name].assign(period=case.plan[name]["period"].str.replace("2026", "2027"))
        for name in ("sales", "forecast", "forecast_nodes", "budget", "quotas")
    }
    calendar = Calendar("month", pd.Timestamp("2027-01-01"), 12)
    later = case.with_plan(**tables)
    later = later.with_summary(calendar={"period": "month", "labels": list(calendar.labels)})
    return replace(later, scenario=replace(later.scenario, calendar=calendar))


def spread_of(case: Case, factors: dict[str, float]) -> Case:
    """The case with past sales of each segment changed by a factor."""
    past = case.plan["past"]
    sales = past["sales"] * past["segment"].map(factors).fillna(1.0)
    return case.with_plan(past=past.assign(sales=sales))


def row_of(text: str, first: str) -> list[str]:
    """Cells of the table row that begins with a text."""
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", text)]
    return next(row for row in rows if row and unescape(row[0]) == first)


@pytest.mark.parametrize(
    ("language", "without", "with_pay"),
    [
        ("en", "Cost of people, without variable pay", "Cost of people, with variable pay"),
        ("zh-CN", "人员成本（不含浮动薪酬）", "人员成本（含浮动薪酬）"),
    ],
)
def test_cost_of_people_says_what_is_in_it(
    case: Case, language: str, without: str, with_pay: str
) -> None:
    text = render(case, language)
    assert row_of(text, without)[1] in {"−¥2.50M", "−250万元"}
    assert row_of(text, with_pay)[1] in {"¥2.88M", "288万元"}


def test_the_sentence_on_contribution_adds_up(case: Case) -> None:
    said = next(text for text in Page(render(case)).all_of("li") if "contribution is" in text)
    # 6.036 − 1.8 − 2.5 − 0.38 − 0.12 = 1.236 M
    assert said == (
        "The contribution is ¥1.24M: a margin of ¥6.04M on sales, less ¥1.80M of spend on levers, "
        "¥2.50M for people without variable pay, ¥380k of variable pay, "
        "and ¥120k for hiring, overtime and handovers."
    )


def test_the_share_that_is_handed_over_is_the_key_figure(case: Case) -> None:
    text = render(case)
    assert "10.0% of demand" in Page(text).all_of("p")
    assert "they stand for 10.0% of demand." in text
    assert row_of(text, "Share of demand handed over")[1] == "10.0%"


@pytest.mark.parametrize("language", YEAR_BEFORE)
def test_another_year_is_never_called_the_year_before(case: Case, language: str) -> None:
    assert YEAR_BEFORE[language] in render(case, language)
    later = year_later(case)
    assert not Facts(later.plan, later.scenario).on_year_before  # type: ignore[arg-type]
    text = render(later, language)
    assert YEAR_BEFORE[language] not in text.replace("quota before", "")
    heads = {"en": "Change on Jan 25 to Dec 25", "zh-CN": "较25年1月至25年12月"}
    assert Page(text).all_of("th").count(heads[language]) == 2
    assert "coloured by change on Jan 25" in text or "颜色表示较25年1月" in text


def test_a_change_that_is_unknown_names_no_year(case: Case) -> None:
    text = render(case.with_plan(past=empty("past")))
    assert "year before" not in text
    assert "–" not in row_of(text, "Key accounts")


@pytest.mark.parametrize(
    ("factor", "english", "chinese"),
    [
        (1.0, "11.5% more than the ¥11.5M", "较2025年1月至2025年12月的1,154万元增长11.5%。"),
        (1.5, "25.7% less than the ¥17.3M", "较2025年1月至2025年12月的1,731万元下降25.7%。"),
    ],
)
def test_sales_grow_or_fall_in_words(case: Case, factor: float, english: str, chinese: str) -> None:
    past = case.plan["past"]
    changed = case.with_plan(past=past.assign(sales=past["sales"] * factor))
    assert english in render(changed)
    assert chinese in render(changed, "zh-CN")


def test_goals_that_are_missed_stand_beside_rules_that_are_kept(case: Case) -> None:
    kept = case.with_plan(shortfalls=empty("shortfalls"))
    # Made-up goals: 12.87 M planned for 9 M and 11 M; the company's quota is 13.752 M.
    assert "All soft rules are kept; one goal is missed." not in render(case)
    assert "All soft rules are kept; one goal is missed." in render(kept)
    assert "所有软性规则均已满足；有 1 项目标未达成。" in render(kept, "zh-CN")
    quotas = kept.plan["quotas"].assign(quota=1.0)
    assert "All soft rules are kept." in render(kept.with_plan(quotas=quotas))


@pytest.mark.parametrize(
    ("measure", "amount", "missing"),
    [("handovers", 5.0, "kept"), ("handovers", 1.0, "2 units"), ("units", 2.0, "reached")],
)
def test_what_is_missing_is_positive_and_the_rest_is_said(
    case: Case, measure: str, amount: float, missing: str
) -> None:
    rows = [(measure, "company", "", 3.0)]
    kpis = pd.DataFrame(rows, columns=list(PLAN_TABLES["kpis"]))
    goals = [{"name": "A goal", "measure": measure, "amount": amount, "unit": "units"}]
    assert (
        row_of(render(case.with_plan(kpis=kpis).with_config(goals=goals)), "A goal")[6] == missing
    )


def test_heads_of_amounts_and_of_rules_that_are_not_kept(case: Case) -> None:
    chinese = Page(render(case, "zh-CN")).all_of("th")
    assert "金额" in chinese
    assert "偏离" in chinese
    assert chinese.count("目标值") == 1
    english = Page(render(case)).all_of("th")
    assert "Outside the rule" in english
    assert english.count("Missing") == 1


def test_no_spend_is_zero_and_not_unknown(case: Case) -> None:
    spend = pd.DataFrame([("spend", "company", np.nan, 0.0)], columns=list(PLAN_TABLES["kpis"]))
    frugal = case.with_plan(budget=empty("budget"), kpis=spend)
    text = render(frugal)
    assert "¥0" in Page(text).all_of("p")
    assert row_of(text, "Territory 9")[-1] == "0"


def test_the_list_of_rules_without_slack_says_how_many_more(case: Case) -> None:
    rows = [
        ("selling_time_limit", f"X{k}", "2026-01", 9.0, np.nan, 9.0, 0.0, 5.0) for k in range(15)
    ]
    limits = pd.DataFrame(rows, columns=list(PLAN_TABLES["limits"]))
    assert "and 3 more" in Page(render(case.with_plan(limits=limits))).all_of("p")


def test_selling_time_with_overtime_binds_and_counts_without_it(case: Case) -> None:
    rows = [("selling_time_limit", "R1", "2026-01", 105.0, np.nan, 100.0, -5.0, 300.0)]
    limits = pd.DataFrame(rows, columns=list(PLAN_TABLES["limits"]))
    row = row_of(render(case.with_plan(limits=limits)), "A rep's units fit the rep's selling time")
    assert row[1:] == ["Rep number 1", "1", "¥300", "¥300"]


def test_reasons_say_nearer_or_full_where_the_plan_knows(case: Case) -> None:
    moved = case.plan["assignments"].assign(reason="better for the whole plan")
    units, people = case.scenario.tables["units"], case.scenario.tables["reps"]
    here = {"latitude": 30.0, "longitude": 110.0}
    together = case.with_plan(assignments=moved).with_scenario(
        reps=people.assign(**here), units=units.assign(**here)
    )
    assert "better for the whole plan:" not in render(together)
    # R9 hands over units 0, 1 and 2; R0, R1 and R2 have time left.
    reps = case.plan["reps"]
    full = reps.assign(load=reps["load"].where(reps["rep"] != "R9", 1_440.0))
    reason = "better for the whole plan: the selling time of Rep number 9 is full"
    assert render(together.with_plan(reps=full)).count(reason) == 3
    # A degree of latitude is 111 km; only R0 is nearer than R9.
    apart = people.assign(latitude=[30.0] + [31.0] * 11, longitude=110.0)
    assert render(together.with_scenario(reps=apart)).count("Rep number 0 is 111 km nearer") == 1


def test_growth_that_is_nearly_the_same_makes_no_proposal(case: Case) -> None:
    assert "grows fastest" not in render(case)
    apart = spread_of(case, {"Key accounts": 0.9, "Mid market": 1.0, "Small business": 1.0})
    assert "Key accounts grows fastest" in render(apart)


def test_tables_of_one_workbook_share_one_line(case: Case) -> None:
    shared = case.with_summary(hashes={"units": "ab" * 32, "reps": "ab" * 32, "levers": "cd" * 32})
    text = render(shared)
    assert row_of(text, "Hash of the file that holds reps, units")[1] == "ab" * 8
    assert row_of(text, "Hash of levers")[1] == "cd" * 8
    assert text.count("ab" * 8) == 1


def test_sentences_without_a_translation_are_announced(case: Case) -> None:
    note = "没有中文译文的条目按原文显示。"
    assert note in render(case, "zh-CN")
    assert note not in render(case.with_summary(assumptions=[], warnings=[]), "zh-CN")


def test_words_stay_whole_and_heads_stay_with_their_tables() -> None:
    style = Path(str(resource_folder("templates") / "document.css")).read_text(encoding="utf-8")
    assert "anywhere" not in style
    assert "overflow-wrap: break-word" in style
    printed = style.partition("@media print")[2]
    assert re.search(r"h2, h3, caption, figcaption, thead[^}]*break-after: avoid", printed)
