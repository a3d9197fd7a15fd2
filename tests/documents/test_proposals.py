"""What the data suggests: the right figures, only where they are worth a sentence, marked as proposed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocopt.documents.facts import Facts
from allocopt.documents.facts.subject import Subject
from allocopt.documents.language.voice import voice_of
from allocopt.documents.proposals import signals
from allocopt.documents.proposals.customers import customer_attributes, find_customers, in_words
from allocopt.documents.proposals.strategy import propose_strategy
from allocopt.documents.proposals.swot import propose_swot
from allocopt.documents.proposals.topics import TOPICS, propose_topic
from allocopt.documents.sections.segments import segments_section
from allocopt.documents.sections.strategy import strategy_section
from allocopt.plan import OPTIONAL_TABLES
from allocopt.tables import empty_table

from .conftest import SEGMENTS, Case

ENGLISH, CHINESE = voice_of("en", "CNY"), voice_of("zh-CN", "CNY")


def facts_of(case: Case) -> Facts:
    scenario: Any = case.scenario
    return Facts(case.plan, scenario)


def given(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A table of the scenario with the contract's columns."""
    return pd.DataFrame(rows).reindex(columns=list(empty_table(name).columns))


@pytest.fixture(scope="module")
def rich(case: Case) -> Case:
    """The made-up plan where every proposal has something to say."""
    sales = case.plan["sales"]
    units = case.scenario.tables["units"]
    # Units of the smallest segment sell less than in the year before.
    small = sales["unit"].str.endswith("Small business")
    hours = np.where(units["segment"] == "Small business", 20.0, 5.0)
    time = pd.DataFrame({"unit": units["unit"], "rep": "R0", "period": "2026-01", "hours": hours})
    levers = given(
        "levers",
        [
            {"lever": "L0", "name": "Search", "kind": "marketing", "channel": "online"},
            {"lever": "L1", "name": "Fairs", "kind": "marketing", "channel": "field"},
            {"lever": "L2", "name": "Partners", "kind": "people", "channel": "field"},
            {"lever": "L3", "name": "Samples", "kind": "tools", "channel": "field"},
        ],
    ).assign(total_max=2_000_000.0)
    segments = given(
        "segments",
        [
            {"segment": name, "name": name, "margin": margin, "visits": 2.0, "hours_per_visit": 1.5}
            for name, margin in zip(SEGMENTS, (0.3, 0.4, 0.5), strict=True)
        ],
    )
    reps = case.scenario.tables["reps"].assign(end=[pd.NaT] * 11 + [pd.Timestamp("2026-08-01")])
    held = case.plan["assignments"]
    moved = held["unit"].isin(units["unit"][27:])
    return case.with_plan(
        sales=sales.assign(sales=sales["sales"] * np.where(small, 0.8, 1.0)),
        time=time,
        assignments=held.assign(handover=np.where(moved, "yes", "no")),
    ).with_scenario(levers=levers, segments=segments, reps=reps)


def test_concentration_of_equal_units_is_their_number(case: Case) -> None:
    sales = case.plan["sales"].assign(sales=1_000.0)
    found = signals.concentration(facts_of(case.with_plan(sales=sales)))
    assert found is not None
    assert (found.largest, found.share) == (6, pytest.approx(0.2))
    assert found.as_if == pytest.approx(30)


def test_one_unit_that_buys_nearly_all_is_told_as_one(case: Case) -> None:
    sales = case.plan["sales"]
    huge = sales["unit"] == "T9/Small business"
    found = signals.concentration(
        facts_of(case.with_plan(sales=sales.assign(sales=np.where(huge, 1e9, 1.0))))
    )
    assert found is not None
    assert found.as_if == pytest.approx(1, abs=0.01)


def test_open_potential_is_that_of_the_whole_horizon(case: Case) -> None:
    # Potential is given per month: 12 months of it, less what is planned.
    left = signals.open_potential(facts_of(case), "territory")
    units = case.scenario.tables["units"]
    potential = units.loc[units["territory"] == "T9", "potential"].sum() * 12
    planned = case.plan["sales"].loc[lambda t: t["unit"].str.startswith("T9"), "sales"].sum()
    assert left["T9"] == pytest.approx(potential - planned)
    assert left.index[0] == "T9"


def test_neglected_units_get_less_time_for_their_potential_than_half_of_all(rich: Case) -> None:
    units = signals.neglected_units(facts_of(rich))
    # Small business gets four times as many hours as the others.
    assert not units.index.str.endswith("Small business").any()
    assert list(units["open"]) == sorted(units["open"], reverse=True)
    assert signals.neglected_units(facts_of(rich.with_plan(time=rich.plan["time"][:0]))).empty


def test_attainment_comes_from_quotas_and_sales_of_the_past(case: Case) -> None:
    months = pd.to_datetime(["2025-11-01", "2025-12-01"])
    quotas = [
        {"rep": rep, "start": month, "quota": quota}
        for rep, quota in (("R0", 100.0), ("R1", 200.0))
        for month in months
    ]
    sold = [
        {"date": month + pd.Timedelta(days=9), "rep": rep, "sales": sales}
        for rep, sales in (("R0", 120.0), ("R1", 150.0))
        for month in months
    ]
    past = case.with_scenario(
        quota_history=given("quota_history", quotas), history=given("history", sold)
    )
    found = signals.attainment(facts_of(past))
    assert found is not None
    assert found.reps.to_dict() == {"R0": pytest.approx(1.2), "R1": pytest.approx(0.75)}
    assert found.company == pytest.approx(540 / 600)
    text = " ".join(propose_strategy(facts_of(past), ENGLISH))
    assert "1 of 2 reps reached their quota; Rep number 0 leads with 120%" in text
    assert any("December 2025 were reached to 90.0%" in s for s in weak(past))


def weak(case: Case) -> list[str]:
    return propose_swot("weaknesses", facts_of(case), ENGLISH)


def test_attainment_of_a_running_plan_is_that_of_its_last_period(case: Case) -> None:
    rows = [
        ("company", "", "2026-01", 90.0, 100.0),
        ("company", "", "2026-02", 220.0, 200.0),
        ("rep", "R0", "2026-02", 150.0, 100.0),
        ("rep", "R1", "2026-02", 70.0, 100.0),
    ]
    table = pd.DataFrame(rows, columns=["scope", "item", "period", "ytd_actual", "ytd_plan"])
    performance = table.reindex(columns=[*OPTIONAL_TABLES["performance"], "grain"])
    running = case.with_plan(performance=performance.assign(grain="month"))
    found = signals.attainment(facts_of(running))
    assert found is not None
    assert found.of_plan
    assert (found.company, found.last) == (pytest.approx(1.1), "2026-02")
    (said,) = [s for s in propose_swot("strengths", facts_of(running), ENGLISH) if "of plan" in s]
    assert said == "Sales up to February 2026 are 110.0% of plan."


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_has_a_proposal_with_figures_in_both_languages(rich: Case, topic: str) -> None:
    for voice in (ENGLISH, CHINESE):
        sentences = propose_topic(topic, facts_of(rich), voice)
        assert sentences
        assert all(any(char.isdigit() for char in sentence) for sentence in sentences)


def test_topics_tell_the_plans_figures(rich: Case) -> None:
    facts = facts_of(rich)
    sales = facts.by("segment")["sales"]
    margin = sales * pd.Series(dict(zip(SEGMENTS, (0.3, 0.4, 0.5), strict=True)))
    share = ENGLISH.show.percent(float((margin / margin.sum()).max()), 0)
    (positioning,) = propose_topic("positioning", facts, ENGLISH)
    assert f"{margin.idxmax()} earns {share} of the margin" in positioning
    (pricing,) = propose_topic("pricing", facts, ENGLISH)
    assert ENGLISH.show.money(facts.sales() / 100) in pricing
    assert "50.0% (Small business) to 30.0% (Key accounts)" in pricing
    # Equal lift for every spend: the cheapest lever, Search, has the channel online for itself.
    (channels,) = propose_topic("channels", facts, ENGLISH)
    assert "2.50 of sales in online" in channels
    standard, compared = propose_topic("process", facts, ENGLISH)
    assert "Key accounts 2 visits of 1.5 h" in standard
    assert compared.startswith("Small business takes 67% of selling time")


def test_a_plan_that_earns_nothing_proposes_no_position(rich: Case) -> None:
    case = rich.with_plan(sales=rich.plan["sales"].assign(sales=0.0))
    facts = facts_of(case)
    assert propose_topic("positioning", facts, voice_of("en", "CNY")) == []


def test_swot_has_what_follows_from_the_figures(rich: Case) -> None:
    facts = facts_of(rich)
    said = {name: " ".join(propose_swot(name, facts, ENGLISH)) for name in QUADRANTS}
    assert "Margins above the average" in said["strengths"]
    assert "Small business (50.0%)" in said["strengths"]
    assert "would bring about" in said["opportunities"]
    assert "Search brings 2.50 of sales for each unit of money" in said["opportunities"]
    assert "Sales fall: Small business (" in said["threats"]
    assert "2 of the largest units change their rep" in said["threats"]
    assert "Demand of a single period may come 6% above or below" in said["threats"]
    assert "Rep number 11 leaves within the plan." in said["threats"]
    chinese = [s for name in QUADRANTS for s in propose_swot(name, facts, CHINESE)]
    assert len(chinese) == sum(len(propose_swot(name, facts, ENGLISH)) for name in QUADRANTS)


QUADRANTS = ("strengths", "weaknesses", "opportunities", "threats")


def test_who_leaves_is_not_told_to_those_who_may_not_know(rich: Case) -> None:
    reps = rich.scenario.tables["reps"].assign(end=pd.NaT)
    threats = propose_swot("threats", facts_of(rich.with_scenario(reps=reps)), ENGLISH)
    assert not any("leaves" in sentence for sentence in threats)


def test_a_lever_at_its_limit_is_no_opportunity(rich: Case) -> None:
    levers = rich.scenario.tables["levers"]
    spent = facts_of(rich).lever_spend["spend"]
    full = rich.with_scenario(levers=levers.assign(total_max=levers["lever"].map(spent)))
    assert signals.room_for_spend(facts_of(full)).empty


def test_what_people_wrote_stands_in_place_of_proposals(rich: Case) -> None:
    document = {
        "pricing": "We never discount.",
        "swot": {"strengths": ["Loyal dealers"]},
        "strategy": "To the dealers.",
    }
    blocks = strategy_section(facts_of(rich.with_config(document=document)), ENGLISH)["blocks"]
    titles = {block.get("title") or block.get("text") for block in blocks}
    assert "What the data suggests" not in titles
    (pricing,) = [k for k, block in enumerate(blocks) if block.get("text") == "Pricing"]
    assert blocks[pricing + 1]["paragraphs"] == ["We never discount."]
    inside = next(block for block in blocks if block.get("caption", "").startswith("SWOT: what we"))
    heads = [column["label"] for column in inside["columns"]]
    assert heads == ["Strengths", "Weaknesses (proposed by allocopt from the data)"]
    assert inside["rows"][0][0] == "Loyal dealers"
    badges = {block["badge"] for block in blocks if block["kind"] == "list"}
    assert badges == {"proposed by allocopt from the data"}


def test_attributes_are_what_customers_are_like_and_never_who_they_are(case: Case) -> None:
    units = case.scenario.tables["units"].assign(
        industry=["food", "glass", "paper"] * 10,
        employees=np.arange(30.0),
        customer_id=np.arange(30.0),
        owner_mail="a@b.example",
        hours=2.0,
        rep="R1",
    )
    places = case.scenario.tables["territories"].assign(inhabitants=np.arange(10.0))
    table = customer_attributes(facts_of(case.with_scenario(units=units, territories=places)))
    assert set(table) == {
        *("segment", "industry", "employees"),
        *("level 1", "territory", "inhabitants"),
    }


def test_good_customers_are_told_as_rules_that_hold(case: Case) -> None:
    # Without hours, margin less spend of each unit decides.
    units = case.scenario.tables["units"].assign(industry=["food", "glass", "paper"] * 10)
    sales = case.plan["sales"]
    food = sales["unit"].str.endswith("Key accounts")
    changed = case.with_scenario(units=units).with_plan(
        sales=sales.assign(sales=np.where(food, 90_000.0, 10_000.0))
    )
    found = find_customers(facts_of(changed))
    assert found is not None
    assert not found.by_hour
    best = found.profile.groups[0]
    # Industry and segment divide the units alike: the first of them is asked.
    assert in_words(best.conditions, facts_of(changed), ENGLISH) == "segment is Key accounts"
    assert best.units == 10
    # The margin of key accounts is 0.3: 12 months of 27,000 less 800 of spend.
    assert best.value == pytest.approx(12 * (0.3 * 90_000 - 800))


def test_rules_stand_in_the_companys_plan_where_nobody_wrote_a_profile(case: Case) -> None:
    rules = "Rules for good customers, and what they are worth"
    written = case.with_config(document={"ideal_customer_profile": "Dealers with a shop."})
    company = facts_of(case)
    for facts, shown in (
        (company, True),
        (company.within(Subject("territory", "T3")), False),
        (facts_of(written), False),
    ):
        blocks = segments_section(facts, ENGLISH)["blocks"]
        assert any(block.get("caption") == rules for block in blocks) is shown


def test_no_rules_are_said_to_be_none(case: Case) -> None:
    rng = np.random.default_rng(4)
    sales = case.plan["sales"]
    worth = dict(zip(sales["unit"].unique(), rng.uniform(20_000, 60_000, 30), strict=True))
    segments = case.scenario.tables["segments"].assign(margin=0.5)
    alike = case.with_plan(sales=sales.assign(sales=sales["unit"].map(worth)))
    for voice, said in ((ENGLISH, "better than chance"), (CHINESE, "不足以区分优质客户")):
        blocks = segments_section(facts_of(alike.with_scenario(segments=segments)), voice)["blocks"]
        assert said in blocks[-1]["text"]
