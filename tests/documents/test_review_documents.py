"""Reviews, year-end reviews, options, contingency plans and long-term plans."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support_scenario import write_scenario

from allocopt.config.document import Goal
from allocopt.contingency import make_pack, save_pack
from allocopt.documents.facts import Facts
from allocopt.documents.facts.choice import options_of, recommended
from allocopt.documents.facts.outcomes import GoalOutcome, goal_outcomes
from allocopt.documents.facts.subject import Subject
from allocopt.documents.language.messages import languages, load_messages
from allocopt.documents.language.shown import Shown
from allocopt.documents.pack_folder import with_pack
from allocopt.documents.rendering import Material, Rendering, Request, Solved, rendering_of
from allocopt.documents.sections.years import years_of
from allocopt.errors import AllocoptError
from allocopt.plan import Plan, load_plan, load_plan_scenario, save_plan
from allocopt.planning import plan_scenario
from allocopt.replanning.turn import Asked, replan
from allocopt.scenario import load_scenario
from allocopt.whatif import basis_of_plan
from allocopt.whatif.batch import Effort

from .conftest import Case, empty

THREE_YEARS = Path(__file__).parents[2] / "scenarios" / "three_years"
# Two reps with two units each and time for three; 280 of sales are planned in each of four months.
YAML = """
scenario: {name: small, title: Small plan, currency: CNY}
calendar: {plan_start: 2026-01-01, plan_periods: 4}
workload: {hard: true}
handover: {loss: 0.1}
solver: {gap: 0}
contingency:
  - {name: demand-low, demand: -0.2}
  - {name: flood, when: The river floods., set: {override: {reps: {Ben: {hours: 25}}}}}
"""
TABLES = {
    "units": "unit,territory,segment,hours,rep,name\n"
    "e1,East,Key,10,Ann,Eagle\ne2,East,Key,10,Ann,Elm\n"
    "w1,West,Key,10,Ben,Wolf\nw2,West,Key,10,Ben,Willow\n",
    "reps": "rep,hours,cost,name,manager\nAnn,30,5,Ann Vogel,Max\nBen,30,5,Ben Weiss,Max\n",
    "segments": "segment,margin\nKey,1\n",
    "demand": "period,unit,mean\n"
    + "".join(
        f"2026-{month:02d},{unit},{amount}\n"
        for month in range(1, 5)
        for unit, amount in (("e1", 100), ("e2", 80), ("w1", 60), ("w2", 40))
    ),
    "targets": "name,amount,start,end,kind,measure,scope,owner\n"
    "Spring,1125,2026-01-01,2026-04-30,goal,sales,company,Mia\n"
    "East,800,2026-01-01,2026-04-30,goal,sales,territory=East,Mia\n",
}
ACTIONS = (
    "action,goal,owner,due,status\n"
    "Call Eagle,Spring,Ann,2026-02-15,open\nWrite to Wolf,Spring,Ben,2026-05-01,open\n"
    "Print lists,Spring,Mia,2026-01-15,done\n"
)
# The East sells 90 % of its plan, the West 120 %: 282 a month.
SOLD = {"e1": 90, "e2": 72, "w1": 72, "w2": 48}


Told = dict[tuple[str, str], Rendering]


@dataclass(frozen=True)
class Story:
    """A plan, its review after two of four months, the same at its end, and a contingency pack."""

    plan: Solved
    review: Solved
    closing: Solved
    pack: Path


def actuals(folder: Path, *months: int) -> Path:
    path = folder / f"sales-{months[0]}.csv"
    rows = [
        f"2026-{month:02d}-28,{unit},{amount}" for month in months for unit, amount in SOLD.items()
    ]
    path.write_text("\n".join(["date,unit,sales", *rows]), encoding="utf-8")
    return path


def loaded(folder: Path, name: str = "") -> Solved:
    return Solved(load_plan(folder), load_plan_scenario(folder), name)


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    scenario = load_scenario(write_scenario(folder / "scenario", YAML, **TABLES))
    plan = save_plan(plan_scenario(scenario), scenario, folder / "plan")
    actions = folder / "actions.csv"
    actions.write_text(ACTIONS, encoding="utf-8")
    quick = Asked(weigh=False)
    first = replan(plan, [actuals(folder, 1, 2), actions], quick)
    review = save_plan(first.plan, first.scenario, folder / "review")
    last = replan(plan, [actuals(folder, 1, 2, 3, 4)], quick)
    closing = save_plan(last.plan, last.scenario, folder / "closing")
    pack = save_pack(make_pack(basis_of_plan(plan), Effort(jobs=1)), folder / "pack")
    return Story(loaded(plan), loaded(review), loaded(closing), pack)


def rendered(material: Material, kind: str, language: str = "en", **asked: Any) -> Rendering:
    return rendering_of(material, Request(kind=kind, language=language, **asked))


def section_of(rendering: Rendering, name: str) -> dict[str, Any]:
    return next(one for one in rendering.content["sections"] if one["id"] == name)


def tables_of(rendering: Rendering, name: str) -> list[dict[str, Any]]:
    blocks = section_of(rendering, name)["blocks"]
    return [block for block in blocks if block["kind"] == "table"]


def texts_of(value: object) -> Iterator[str]:
    """Every text of a document's content."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from texts_of(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from texts_of(entry)


def row_of(table: dict[str, Any], first: str) -> list[str]:
    return next(row for row in table["rows"] if row[0] == first)


@pytest.fixture(scope="module")
def told(story: Story) -> Told:
    """Each kind of these documents in each language."""
    return {
        (kind, language): rendering
        for language in languages()
        for kind, rendering in documents(story, language).items()
    }


def documents(story: Story, language: str) -> dict[str, Rendering]:
    pack = with_pack(Material(story.plan), story.pack)
    beside = Material(replace(story.plan, name="A"), beside=(replace(pack.beside[0], name="B"),))
    return {
        "review": rendered(Material(story.review, before=story.plan), "review", language),
        "closing": rendered(Material(story.closing), "closing", language),
        "contingency": rendered(pack, "contingency", language),
        "options": rendered(beside, "options", language),
    }


@pytest.mark.parametrize("language", languages())
def test_no_section_is_empty_and_no_column_says_nothing(told: Told, language: str) -> None:
    unknown = load_messages(language)("format.unknown")
    for kind in ("review", "closing", "contingency", "options"):
        for section in told[kind, language].content["sections"]:
            assert section["blocks"], (kind, section["id"])
            for block in (block for block in section["blocks"] if block["kind"] == "table"):
                assert all(len(row) == len(block["columns"]) for row in block["rows"])
                if section["id"] in {"performance", "options", "contingency", "goal_results"}:
                    columns = zip(*block["rows"], strict=True)
                    assert all(set(cells) - {"", unknown} for cells in columns), block["caption"]


def test_review_opens_with_sales_beside_the_plan(told: Told) -> None:
    first = section_of(told["review", "en"], "performance")
    sales = first["blocks"][0]["cards"][0]
    # Two months of 282 where 280 were planned.
    assert sales["value"].value == pytest.approx(564)
    assert "100.7%" in sales["note"]


def test_review_says_who_is_behind_and_who_is_ahead(told: Told) -> None:
    performance = tables_of(told["review", "en"], "performance")
    places = next(table for table in performance if table["columns"][0]["label"] == "Territory")
    assert [row[0] for row in places["rows"]] == ["East", "West"]
    assert row_of(places, "East")[-1] == "behind"
    assert row_of(places, "West")[-1] == "ahead"
    assert row_of(places, "East")[3].value == pytest.approx(0.9)  # type: ignore[attr-defined]


def test_causes_of_the_review_add_up_to_the_difference(told: Told) -> None:
    causes = tables_of(told["review", "en"], "variance")[0]
    assert sum(row[1].value for row in causes["rows"]) == pytest.approx(4)


def test_review_of_a_territory_is_about_that_territory(story: Story) -> None:
    subject = Subject("territory", "East")
    first = section_of(rendered(Material(story.review), "review", subject=subject), "performance")
    assert first["blocks"][0]["cards"][0]["value"].value == pytest.approx(324)


def test_review_marks_what_is_overdue_on_the_last_closed_day(told: Told) -> None:
    (actions,) = tables_of(told["review", "en"], "actions")
    status = {row[0]: row[-1] for row in actions["rows"]}
    assert status == {"Call Eagle": "overdue", "Write to Wolf": "open", "Print lists": "done"}


def test_alerts_are_told_in_the_language_of_the_document(story: Story) -> None:
    alerts = story.review.plan["alerts"].head(1).reindex(range(1))
    alerts = alerts.assign(
        alert="runrate", scope="company", since="2026-01", probability=0.9, value=1.0, threshold=1.0
    ).assign(text="It runs.", text_zh="偏快。", suggestion="Look.", suggestion_zh="查看。")
    plan = replace(story.review.plan, tables={**story.review.plan.tables, "alerts": alerts})
    material = Material(replace(story.review, plan=plan))
    for language, what, advice in (("en", "It runs.", "Look."), ("zh-CN", "偏快。", "查看。")):
        (table,) = tables_of(rendered(material, "review", language), "alerts")
        assert (table["rows"][0][1], table["rows"][0][-1]) == (what, advice)


@pytest.mark.parametrize("kind", ["review", "closing"])
def test_plan_without_actuals_says_how_to_enter_them(story: Story, kind: str) -> None:
    with pytest.raises(AllocoptError, match="allocopt replan PLAN --actuals"):
        rendered(Material(story.plan), kind)


def test_hidden_cost_hides_what_the_new_plan_brings(story: Story) -> None:
    seen = rendered(Material(story.review), "review", reader="analyst")
    hidden = rendered(Material(story.review), "review", reader="viewer")
    said = [" ".join(texts_of(section_of(one, "adjustments"))) for one in (seen, hidden)]
    assert "contribution" in said[0]
    assert "contribution" not in said[1]


def test_year_end_review_measures_goals_where_they_hold(story: Story) -> None:
    facts = Facts(story.closing.plan, story.closing.scenario)
    found = {outcome.goal.key: outcome for outcome in goal_outcomes(facts)}
    # 4 × 282 came in all, 4 × 162 of it in the East.
    assert found["Spring"].came == pytest.approx(1128)
    assert found["Spring"].is_kept
    assert found["East"].came == pytest.approx(648)
    assert not found["East"].is_kept


def test_target_that_a_replan_cut_to_its_rest_is_measured_whole(story: Story) -> None:
    facts = Facts(story.review.plan, story.review.scenario)
    (spring,) = (one for one in goal_outcomes(facts) if one.goal.key == "Spring")
    assert spring.goal.amount < 1000
    assert spring.asked == pytest.approx(1125)
    assert spring.came == pytest.approx(564)


def asked_for(plan: Solved, **goal: Any) -> GoalOutcome:
    """What came of a goal of scenario.yaml."""
    config = plan.scenario.config
    goals = (Goal.model_validate({"name": "Own", **goal}),)
    scenario = replace(plan.scenario, config=config.model_copy(update={"goals": goals}))
    return goal_outcomes(Facts(plan.plan, scenario))[0]


def test_goal_without_a_start_begins_with_the_plan_and_not_with_its_rest(story: Story) -> None:
    outcome = asked_for(story.review, measure="sales", amount=1000)
    assert outcome.goal.start == pd.Timestamp("2026-01-01")
    # January and February, which the replan took off the plan.
    assert outcome.came == pytest.approx(564)


def test_goal_is_measured_only_where_and_when_it_holds(story: Story) -> None:
    results = story.closing.plan["results"]
    told = pd.DataFrame(
        [("new_customers", "company", "", 7.0), ("market_share", "company", "", 0.25)],
        columns=["kpi", "scope", "period", "value"],
    )
    tables = {**story.closing.plan.tables, "results": pd.concat([results, told])}
    plan = replace(story.closing, plan=replace(story.closing.plan, tables=tables))
    goal = {"measure": "new_customers", "amount": 6}
    assert asked_for(plan, **goal).came == 7
    # Neither the East alone nor the first month is told; a margin in money is no share of sales.
    assert asked_for(plan, scope="territory=East", **goal).is_kept is None
    assert asked_for(plan, due="2026-01-31", **goal).is_kept is None
    assert asked_for(plan, measure="margin", amount=500).is_kept is None
    share = {"measure": "market_share", "unit": "%", "amount": 20}
    assert asked_for(plan, **share).came == pytest.approx(25)


def test_year_end_review_leads_to_the_next_plan(told: Told) -> None:
    closing = told["closing", "en"]
    assert "made from this plan" in " ".join(texts_of(section_of(closing, "next_year")))
    (handovers,) = (one for one in closing.content["sections"] if one["id"] == "handovers_done")
    assert handovers["blocks"]


def test_forecast_accuracy_names_the_lean_of_each_place(told: Told) -> None:
    closing = tables_of(told["closing", "en"], "forecast_accuracy")
    places = next(table for table in closing if table["columns"][0]["label"] == "Territory")
    # 4 × 180 were forecast in the East and 4 × 162 came: 11.1 % too high.
    assert row_of(places, "East")[3].value == pytest.approx(180 / 162 - 1)  # type: ignore[attr-defined]


def option(case: Case, name: str, contribution: float, handovers: int, slack: float = 0.0) -> Facts:
    """A plan of the made-up case with other figures."""
    rows = case.plan["assignments"]
    moved = ["yes" if k < handovers else "no" for k in range(len(rows))]
    changed = case.with_plan(assignments=rows.assign(handover=moved)).with_summary(
        contribution=contribution, objective=contribution, bound=contribution + slack, id=name
    )
    return Facts(changed.plan, changed.scenario, name=name)  # type: ignore[arg-type]


def test_recommended_is_the_highest_contribution(case: Case) -> None:
    low, high = option(case, "low", 100.0, 0), option(case, "high", 120.0, 5)
    assert recommended(options_of(replace(low, beside=(high,)))).title == "high"


def test_of_equal_plans_the_one_with_fewer_handovers_is_recommended(case: Case) -> None:
    calm, busy = option(case, "calm", 100.0, 1), option(case, "busy", 104.0, 5, slack=10.0)
    assert recommended(options_of(replace(calm, beside=(busy,)))).title == "calm"


def test_plan_that_misses_fewer_goals_is_recommended(case: Case) -> None:
    one, other = option(case, "keeps", 100.0, 0), option(case, "misses", 200.0, 0)
    missed = pd.DataFrame(
        {"name": ["Sales of the year"], "goal": [9e9], "planned": [1.0], "gap": [9e9]}
    ).assign(probability=0.5)
    tables = {**other.plan.tables, "targets": missed}
    other = replace(other, plan=Plan(other.plan.summary, tables))
    one = replace(
        one, plan=Plan(one.plan.summary, {**one.plan.tables, "targets": empty("targets")})
    )
    assert recommended(options_of(replace(one, beside=(other,)))).title == "keeps"


def test_plans_of_other_periods_are_not_put_side_by_side(story: Story) -> None:
    material = Material(story.plan, beside=(story.review,))
    with pytest.raises(AllocoptError, match=r"different periods.*2026-01 to 2026-04"):
        rendered(material, "options")


def test_figures_that_read_the_same_have_no_best(case: Case) -> None:
    solved = Solved(case.plan, case.scenario, "one")  # type: ignore[arg-type]
    for change, best in ((1.0, ""), (50_000.0, "other")):
        more = case.plan.summary["contribution"] + change
        other = replace(solved, plan=case.with_summary(contribution=more).plan, name="other")
        (table,) = tables_of(rendered(Material(solved, beside=(other,)), "options"), "options")
        assert row_of(table, "Contribution")[-1] == best


def test_written_recommendation_goes_before_the_rule(story: Story) -> None:
    config = story.plan.scenario.config
    document = config.document.model_copy(update={"recommendation": "Take the second."})
    scenario = replace(story.plan.scenario, config=config.model_copy(update={"document": document}))
    material = Material(
        Solved(story.plan.plan, scenario, "A"), beside=(replace(story.plan, name="B"),)
    )
    (block,) = section_of(rendered(material, "options"), "recommendation")["blocks"]
    assert block["paragraphs"] == ["Take the second."]


def test_contingency_plan_has_each_world_with_its_trigger(told: Told) -> None:
    rendering = told["contingency", "en"]
    overview, watch = tables_of(rendering, "contingency")
    assert [row[0] for row in overview["rows"]] == ["Demand is low", "flood"]
    assert overview["rows"][1][1] == "The river floods."
    # Half-way to a fifth less, in the first of four months: 252 of 280.
    assert watch["rows"][0][2].value == pytest.approx(280)
    assert watch["rows"][0][3].value == pytest.approx(252)
    headings = [
        block["text"]
        for block in section_of(rendering, "alternatives")["blocks"]
        if block["kind"] == "heading"
    ]
    assert headings == ["Demand is low", "flood"]


def test_chinese_contingency_plan_has_no_english_trigger(told: Told) -> None:
    overview = tables_of(told["contingency", "zh-CN"], "contingency")[0]
    assert "Sales" not in overview["rows"][0][1]
    assert "累计销售额低于" in overview["rows"][0][1]


def test_hidden_probability_is_not_in_a_contingency_plan(story: Story) -> None:
    material = with_pack(Material(story.plan), story.pack)
    material = replace(material, pack=material.pack.assign(probability=0.37))  # type: ignore[union-attr]
    shown = [
        any(
            "37%" in text
            for text in texts_of(rendered(material, "contingency", reader=who).content)
        )
        for who in ("analyst", "viewer")
    ]
    assert shown == [True, False]


def test_pack_of_another_plan_is_refused(story: Story, tmp_path: Path) -> None:
    other = replace(
        story.plan, plan=replace(story.plan.plan, summary={**story.plan.plan.summary, "id": "x"})
    )
    with pytest.raises(AllocoptError, match="was made for the plan small-"):
        with_pack(Material(other), story.pack)
    with pytest.raises(AllocoptError, match=r"no contingency pack.*allocopt contingency"):
        with_pack(Material(story.plan), tmp_path)


def test_world_without_a_plan_says_why(story: Story, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(story.pack, folder)
    shutil.rmtree(folder / "flood")
    rows = pd.read_csv(folder / "contingency.csv", dtype=str, keep_default_na=False)
    rows.loc[1, ["status", "reason", "contribution", "gain"]] = [
        "no plan",
        "Too little time.",
        "",
        "",
    ]
    rows.to_csv(folder / "contingency.csv", index=False)
    rendering = rendered(with_pack(Material(story.plan), folder), "contingency")
    assert any(
        "Too little time." in text for text in texts_of(section_of(rendering, "alternatives"))
    )


def test_changes_are_told_only_against_a_version_before(story: Story, told: Told) -> None:
    alone = rendered(Material(story.review), "review")
    assert "changes" not in {section["id"] for section in alone.content["sections"]}
    after = told["review", "en"]
    said = " ".join(texts_of(section_of(after, "changes")))
    assert "28 February 2026 were entered" in said
    common = tables_of(after, "changes")[-1]
    # March and April: 560 of demand before the replan and after it, which is given.
    assert row_of(common, "Demand")[1].value == pytest.approx(560)  # type: ignore[attr-defined]


def test_changed_setting_and_changed_cell_are_named(case: Case) -> None:
    parts = {**case.plan.summary["objective_parts"], "shortfalls": 0.0}
    case = case.with_summary(objective_parts=parts)
    reps = case.scenario.table("reps").assign(hours=100.0)
    before = case.with_scenario(reps=reps)
    after = case.with_scenario(reps=reps.assign(hours=[120.0, *[100.0] * (len(reps) - 1)]))
    after = after.with_config(budget={"total_max": 5000.0})
    solved = [Solved(one.plan, one.scenario) for one in (after, before)]  # type: ignore[arg-type]
    rendering = rendered(Material(solved[0], before=solved[1]), "annual")
    inputs = tables_of(rendering, "changes")[0]
    assert inputs["rows"][0][1:] == ["budget.total_max", "", "", "5000"]
    assert inputs["rows"][1][1:] == ["Rep number 0", "hours", "100", "120"]


@pytest.fixture(scope="module")
def years() -> Solved:
    scenario = load_scenario(THREE_YEARS)
    return Solved(plan_scenario(scenario), scenario)


def test_years_of_a_long_plan_add_up_to_it(years: Solved) -> None:
    facts = Facts(years.plan, years.scenario)
    table = years_of(facts)
    assert list(table.index) == ["2026", "2027", "2028"]
    assert table["contribution"].sum() == pytest.approx(facts.contribution())
    assert table["sales"].sum() == pytest.approx(facts.sales())
    # README.md: one hire at the start of each later year.
    assert list(table["hires"]) == [0, 1, 1]
    assert list(table["reps"]) == [1, 2, 3]
    # 40,000 a rep and quarter, also in a leap year.
    assert list(table["people"]) == pytest.approx([160_000, 320_000, 480_000])


@pytest.mark.parametrize("language", languages())
def test_long_term_plan_tells_each_year(years: Solved, language: str) -> None:
    rendering = rendered(Material(years), "long_term", language)
    (table,) = tables_of(rendering, "years")
    assert len(table["rows"]) == 3
    assert all(isinstance(row[1], Shown) for row in table["rows"])
    assert "longer_plan" in " ".join(texts_of(section_of(rendering, "years")))
    assert tables_of(rendering, "later_years")


def test_pack_folder_keeps_its_triggers_in_both_languages(story: Story) -> None:
    rows = with_pack(Material(story.plan), story.pack).pack
    assert rows is not None
    low = rows.set_index("name").loc["demand-low"]
    assert low["trigger"].startswith("Sales from the plan's start")
    assert "累计销售额低于" in low["trigger_zh"]


def test_years_of_which_the_plan_has_a_part_are_not_compared(tmp_path: Path) -> None:
    # From July 2026 on: half of the first year, two whole ones, half of the last.
    yaml = (
        "scenario: {name: long}\nsolver: {gap: 0}\n"
        "calendar: {period: quarter, plan_start: 2026-07-01, plan_periods: 12}\n"
    )
    quarters = [f"{2026 + (k + 2) // 4}Q{(k + 2) % 4 + 1}" for k in range(12)]
    amounts = [100, 100, *[200] * 4, *[220] * 4, 500, 500]
    demand = [f"{label},e1,{amount}" for label, amount in zip(quarters, amounts, strict=True)]
    tables = {
        "units": "unit,territory,segment,hours,rep\ne1,East,Key,1,Ann\n",
        "reps": "rep,hours\nAnn,30\n",
        "segments": "segment,margin\nKey,1\n",
        "demand": "\n".join(["period,unit,mean", *demand]) + "\n",
    }
    scenario = load_scenario(write_scenario(tmp_path, yaml, **tables))
    long = rendered(Material(Solved(plan_scenario(scenario), scenario)), "long_term")
    (table,) = tables_of(long, "years")
    assert [row[3] for row in table["rows"]] == ["–", "–", "+10.0%", "–"]
    said = " ".join(texts_of(section_of(long, "years")))
    assert "+10.0% a year" in said
    assert "only a part of 2026, 2029" in said
    assert tables_of(long, "later_years")[0]["rows"][0][-1] == "+10.0%"
