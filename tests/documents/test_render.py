"""The page as a whole: well-formed, self-contained, escaped, complete in each language."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jinja2
import pandas as pd
import pytest

from allocopt.documents import render_document, render_to_file
from allocopt.documents.content import document_content
from allocopt.documents.facts import Facts
from allocopt.documents.language.messages import languages, load_messages
from allocopt.documents.language.shown import Shown
from allocopt.documents.language.voice import voice_of
from allocopt.documents.templates import template_environment
from allocopt.errors import AllocoptError, Finding, Severity
from allocopt.plan import PLAN_TABLES, Plan

from .conftest import Case, empty

SECTIONS = (
    *("summary", "goals", "segments", "strategy", "resources"),
    *("quotas", "timeline", "risks", "assumptions", "appendix"),
)
VOID = {"meta", "link", "br", "hr", "img", "input", "path", "rect"}
HOSTILE = '<script>alert("x")</script> {{7*7}} {amount} & =cmd|1 🎯 ' + "长" * 120


class Page(HTMLParser):
    """Tags that are open, texts by the tag they stand in, and attributes that lead elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href", "srcset"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open:
            self.texts.append((self.open[-1], data.strip()))

    def all_of(self, *tags: str) -> list[str]:
        return [text for tag, text in self.texts if tag in tags]


def render(case: Case, language: str = "en") -> str:
    return render_document(case.plan, case.scenario, language=language)  # type: ignore[arg-type]


def content(case: Case, language: str = "en") -> dict[str, Any]:
    voice = voice_of(language, case.scenario.config.scenario.currency)
    return document_content(Facts(case.plan, case.scenario), voice, "annual")  # type: ignore[arg-type]


@pytest.mark.parametrize("language", languages())
def test_page_is_well_formed_and_has_every_section(case: Case, language: str) -> None:
    text = render(case, language)
    page = Page(text)
    assert page.open == []
    titles = [load_messages(language)(f"{name}.title") for name in SECTIONS]
    assert page.all_of("h2") == titles
    assert all(f'id="{name}"' in text for name in SECTIONS)
    assert f'<html lang="{language}">' in text


def test_page_needs_nothing_from_outside_and_runs_nothing(case: Case) -> None:
    text = render(case)
    page = Page(text)
    assert page.links
    assert all(link.startswith("#") for link in page.links)
    assert not page.tags & {"script", "link", "img", "iframe", "object", "form"}
    assert "@import" not in text
    assert "url(" not in text
    assert not re.search(r"\son\w+=", text)


def test_every_chart_is_xml_with_a_title_and_a_description(case: Case) -> None:
    drawings = re.findall(r"<svg.*?</svg>", render(case), flags=re.DOTALL)
    # Sales, load, handovers, map, spend, contribution, quotas, time line.
    assert len(drawings) == 8
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)  # noqa: S314 - our own page
        name = "{http://www.w3.org/2000/svg}"
        assert root.get("role") == "img"
        assert all(root.find(f"{name}{part}").text for part in ("title", "desc"))  # type: ignore[union-attr]
        assert root.get("aria-labelledby", "").split() == [
            root.find(f"{name}{part}").get("id")  # type: ignore[union-attr]
            for part in ("title", "desc")
        ]


def test_hostile_names_are_shown_as_text(case: Case) -> None:
    tables = {
        name: case.scenario.tables[name].assign(name=HOSTILE)
        for name in ("reps", "territories", "segments", "levers", "units")
    }
    document = {"strategy": HOSTILE, "milestones": [{"date": "2026-03-01", "name": HOSTILE}]}
    hostile = case.with_scenario(**tables).with_config(document=document)
    hostile = hostile.with_summary(assumptions=[HOSTILE], warnings=[HOSTILE], id=HOSTILE)
    text = render(hostile, "zh-CN")
    assert Page(text).open == []
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "{{7*7}}" in text
    assert "{amount}" in text
    assert "🎯" in text


def test_templates_get_plain_values_only(case: Case) -> None:
    def check(value: object) -> None:
        assert type(value) in {dict, list, str, Shown, int, float, bool}, repr(value)
        inner = (
            value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        )
        for item in inner:
            check(item)

    check(content(case))


def test_templates_escape_and_refuse_missing_values() -> None:
    environment = template_environment()
    assert environment.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
    with pytest.raises(jinja2.UndefinedError):
        environment.from_string("{{ y }}").render(x="")


def test_headings_of_the_chinese_page_are_chinese(case: Case) -> None:
    page = Page(render(case, "zh-CN"))
    headings = page.all_of("h2", "h3", "caption", "th", "figcaption", "dt")
    assert len(headings) > 60
    assert [text for text in headings if not re.search(r"[\u4e00-\u9fff]", text)] == []


def test_figures_of_the_page_are_those_of_the_tables(case: Case) -> None:
    page = Page(render(case))
    quotas = case.plan["quotas"]
    by_rep = quotas[quotas["level"] == "rep"].groupby("rep")["quota"].sum()
    cells = page.all_of("td")
    assert all(f"{quota:,.0f}" in cells for quota in by_rep)
    # Demand: 360 · 20,000 + 12 · 500 · 435 + 30 · 1,000 · 78 = 12.15 M; lift: 360 · 2,000 = 0.72 M.
    assert case.plan["sales"]["sales"].sum() == 12_870_000
    assert "¥12.9M" in page.all_of("p")
    # Spend: 30 cells · 6 months · (1 + 2 + 3 + 4) thousand
    assert "¥1.80M" in page.all_of("p")
    # Assigned before to somebody else: units 0, 1 and 2.
    assert "3" in page.all_of("p")


def test_growth_is_against_the_same_periods_of_the_year_before(case: Case) -> None:
    facts = Facts(case.plan, case.scenario)  # type: ignore[arg-type]
    assert facts.compared == (
        case.scenario.calendar.labels,
        tuple(f"2025-{m:02d}" for m in range(1, 13)),
    )
    assert facts.growth() == pytest.approx(12_870_000 / (12_150_000 * 0.95) - 1)


def test_growth_is_unknown_without_a_past(case: Case) -> None:
    bare = case.with_plan(past=empty("past"))
    assert Facts(bare.plan, bare.scenario).growth() != Facts(bare.plan, bare.scenario).growth()  # type: ignore[arg-type]
    assert "no past periods to compare" in render(bare)


@pytest.mark.parametrize("language", languages())
def test_a_plan_with_empty_tables_says_nothing_that_it_does_not_know(
    case: Case, language: str
) -> None:
    plan = Plan(
        {"calendar": case.plan.summary["calendar"]}, {name: empty(name) for name in PLAN_TABLES}
    )
    page = Page(render_document(plan, case.scenario, language=language))  # type: ignore[arg-type]
    assert page.open == []
    titles = [load_messages(language)(f"{name}.title") for name in SECTIONS if name != "appendix"]
    assert page.all_of("h2") == titles
    cards = [text for text in page.all_of("p") if text.startswith("¥") or text == "–"]
    assert cards == [], "an unknown figure is left out, and is no zero"
    assert "nan" not in " ".join(page.all_of("p", "td", "text", "li")).lower().split()


def test_a_plan_of_one_rep_and_no_levers_is_drawn(case: Case) -> None:
    small = case.with_plan(
        reps=case.plan["reps"].head(1),
        quotas=case.plan["quotas"].head(12),
        assignments=case.plan["assignments"].head(1),
        budget=empty("budget"),
    )
    text = render(small)
    assert "The plan spends nothing on levers." in text
    assert text.count("<svg") == 7


def test_proposals_are_marked_and_give_way_to_a_written_strategy(case: Case) -> None:
    assert "proposed by allocopt from the data" in render(case)
    written = case.with_config(document={"strategy": "We go where the dealers are."})
    text = render(written)
    assert "We go where the dealers are." in text
    assert "What the data suggests" not in text


def test_a_goal_to_stay_below_is_reached_from_below(case: Case) -> None:
    rows = [("handovers", "company", "", 3.0)]
    kpis = pd.DataFrame(rows, columns=list(PLAN_TABLES["kpis"]))
    goals = [{"name": "Few changes", "measure": "handovers", "amount": 5.0, "unit": "units"}]
    text = render(case.with_plan(kpis=kpis).with_config(goals=goals))
    assert "the plan keeps it" in text
    assert "−2 units" not in text
    assert "kept" in Page(text).all_of("td")


def test_assumptions_and_warnings_are_said(case: Case) -> None:
    items = Page(render(case)).all_of("li")
    assert "Margin of Small business: 100 %, assumed." in items
    assert "History ends in 2025-12." in items


def test_findings_are_said_in_the_language_of_the_page(case: Case) -> None:
    finding = Finding(
        Severity.ASSUMPTION,
        "the cost of 7 reps is not given: 0 assumed",
        file="reps.csv",
        column="cost",
        code="assumed-cost",
        count=7,
        names=("Li Lei", "Wang Fang"),
    )
    said = {"sentence": finding.sentence(), **finding.as_dict()}
    with_finding = case.with_summary(assumptions=[finding.sentence()], findings=[said])
    assert finding.sentence() in Page(render(with_finding, "en")).all_of("li")
    chinese = Page(render(with_finding, "zh-CN")).all_of("li")
    assert "Li Lei、Wang Fang 等，另有 5 个：成本未给出，假设为 0（reps.csv、cost）" in chinese


def test_notes_of_the_forecast_are_said_in_the_language_of_the_page(case: Case) -> None:
    said, zh = "No sales at all in 2025-03.", "2025-03 没有任何销售记录。"
    noted = case.with_summary(warnings=[said], translations={"zh-CN": {said: zh}})
    english, chinese = (Page(render(noted, name)).all_of("li") for name in ("en", "zh-CN"))
    assert said in english
    assert zh not in english
    assert zh in chinese
    assert said not in chinese
    # A plan of an earlier version has no translations.
    assert said in Page(render(case.with_summary(warnings=[said]), "zh-CN")).all_of("li")


def test_cost_of_a_single_rep_and_leaving_are_not_shown(case: Case) -> None:
    reps = case.scenario.tables["reps"].assign(status=["leaving"] + ["active"] * 11)
    text = render(case.with_scenario(reps=reps))
    assert "240,000" not in text
    assert "leaving" not in text


def test_binding_rules_add_up_their_periods(case: Case) -> None:
    # 12 periods, one more hour of each worth 310; 1 % of 120 hours is 1.2.
    cells = Page(render(case)).all_of("td")
    place = cells.index("A rep's units fit the rep's selling time")
    assert cells[place + 1 : place + 5] == ["Rep number 11", "12", "¥3.72k", "¥4.46k"]


def test_long_tables_say_how_much_more_there_is(case: Case) -> None:
    budget = pd.concat(
        [case.plan["budget"].assign(territory=f"P{k}") for k in range(3)], ignore_index=True
    )
    many = budget.assign(segment=[f"S{k % 20}" for k in range(len(budget))])
    assert "and 20 more" in render(case.with_plan(budget=many))


def test_unknown_kind_language_and_format_say_what_there_is(case: Case, tmp_path: Path) -> None:
    scenario: Any = case.scenario
    with pytest.raises(AllocoptError, match=r"no document 'anual'.*annual.*did you mean 'annual'"):
        render_document(case.plan, scenario, kind="anual")
    with pytest.raises(AllocoptError, match="en, zh-CN"):
        render_document(case.plan, scenario, language="fr")
    with pytest.raises(AllocoptError, match=r"no file format 'pdff'.*did you mean 'pdf'"):
        render_to_file(case.plan, scenario, tmp_path / "plan.pdf", format="pdff")
    assert list(tmp_path.iterdir()) == []


def test_document_is_written_whole(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "documents" / "计划.html"
    scenario: Any = case.scenario
    assert render_to_file(case.plan, scenario, path, language="en") == path
    assert path.read_text(encoding="utf-8") == render(case)
    assert [file.name for file in path.parent.iterdir()] == ["计划.html"]
