"""Differences of two plans in sentences: the weightiest first, and only what a reader may see."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from allocopt.documents.facts import Facts
from allocopt.documents.facts.subject import Subject
from allocopt.documents.facts.visibility import seen_by
from allocopt.documents.language.voice import Voice
from allocopt.plan import Plan
from allocopt.review.differences import differences
from allocopt.review.room import Room
from allocopt.review.voice import room_voice

VERSION = "valley/1"
ENGLISH, CHINESE = room_voice("en", "EUR"), room_voice("zh-CN", "EUR")


@pytest.fixture
def before(room: Room) -> Facts:
    return Facts(*room.shelf.plan(room.folder_of(VERSION)))


def with_tables(facts: Facts, **tables: pd.DataFrame) -> Facts:
    """The same plan with some of its tables otherwise."""
    plan = replace(facts.plan, tables={**facts.plan.tables, **tables})
    return Facts(plan, facts.scenario)


def given_to(facts: Facts, unit: str, rep: str) -> Facts:
    rows = facts.plan["assignments"]
    return with_tables(
        facts, assignments=rows.assign(rep=rows["rep"].mask(rows["unit"] == unit, rep))
    )


def texts(before: Facts, after: Facts, voice: Voice = ENGLISH) -> list[str]:
    found = differences(before, after, voice)
    return [one.text for one in (*found.material, *found.smaller)]


def test_plan_does_not_differ_from_itself(before: Facts) -> None:
    assert not differences(before, before, ENGLISH)


def test_unit_that_moves_is_told_with_its_sales_in_both_languages(before: Facts) -> None:
    holder = str(before.plan["assignments"].set_index("unit").loc["U1", "rep"])
    other = "Bob" if holder != "Bob" else "Ann"
    after = given_to(before, "U1", other)
    sales = ENGLISH.show.money(float(after.units.loc["U1", "sales"]))
    giver, taker = (before.name_of("reps", rep) for rep in (holder, other))
    assert f"{giver} hands Harbour to {taker}: {sales} of planned sales." in texts(before, after)
    assert any("Harbour 交给" in text for text in texts(before, after, CHINESE))
    found = differences(before, after, ENGLISH)
    assert "unit:U1" in {one.mark for one in found.material}


def test_quota_lever_and_missed_goal_come_with_what_they_were(before: Facts) -> None:
    quotas, budget = before.plan["quotas"], before.plan["budget"]
    own = (quotas["level"] == "rep") & (quotas["rep"] == "Ann")
    raised = quotas.assign(quota=quotas["quota"].mask(own, quotas["quota"] * 1.2))
    cut = budget.assign(spend=budget["spend"].mask(budget["lever"] == "ads", 0.0))
    after = with_tables(before, quotas=raised, budget=cut)
    told = texts(before, after)
    was = before.rep_quotas["quota"]["Ann"]
    quota = f"from {ENGLISH.show.money(was)} to {ENGLISH.show.money(was * 1.2)} (+20.0%)"
    assert any("The quota of Ann Archer rises" in text and quota in text for text in told)
    assert any("Nothing is spent on Search ads any more" in text for text in told)


def test_weightier_differences_come_first(before: Facts) -> None:
    quotas = before.plan["quotas"]
    factor = quotas["rep"].map({"Ann": 1.1, "Bob": 1.5}).fillna(1.0)
    after = with_tables(before, quotas=quotas.assign(quota=quotas["quota"] * factor))
    found = differences(before, after, ENGLISH)
    assert next(one.mark for one in found.material if one.kind == "quota") == "rep:Bob"
    assert [one.worth for one in found.material] == sorted(
        (one.worth for one in found.material), reverse=True
    )


def test_small_differences_are_apart_from_material_ones(before: Facts) -> None:
    quotas = before.plan["quotas"]
    own = quotas["rep"] == "Ann"
    after = with_tables(
        before, quotas=quotas.assign(quota=quotas["quota"].mask(own, quotas["quota"] * 1.01))
    )
    found = differences(before, after, ENGLISH)
    assert found.material == ()
    assert [one.mark for one in found.smaller] == ["rep:Ann"]


def test_reader_without_cost_reads_no_contribution(before: Facts) -> None:
    goal = {"contribution": before.contribution()}
    hidden = [Facts(*seen_by("viewer", one.plan, one.scenario)) for one in (before, before)]
    told = texts(*hidden)
    assert all(ENGLISH.show.money(goal["contribution"]) not in text for text in told)


def test_of_a_part_only_its_own_is_told(before: Facts) -> None:
    rows = before.plan["assignments"]
    swapped = rows.assign(rep=rows["rep"].replace({"Ann": "Bob", "Bob": "Ann"}))
    after = with_tables(before, assignments=swapped)
    east = Subject("territory", "East")
    told = texts(before.within(east), after.within(east))
    assert told
    assert not any("Station" in text or "Bridge" in text for text in told)


def test_many_moves_between_two_reps_are_one_sentence(before: Facts) -> None:
    rows = before.plan["assignments"]
    one = with_tables(before, assignments=rows.assign(rep="Ann"))
    two = with_tables(before, assignments=rows.assign(rep="Bob"))
    moves = [text for text in texts(one, two) if "hands" in text]
    assert len(moves) == 1
    assert "hands 6 units to Bob Baker" in moves[0]
    assert "and 3 more" in moves[0]


def test_plans_of_other_terms_are_not_compared(before: Facts) -> None:
    from allocopt.errors import DataError

    summary = before.plan.summary
    scenario = {**summary["scenario"], "currency": "CNY"}
    other = Plan({**summary, "scenario": scenario}, before.plan.tables, before.plan.frozen)
    with pytest.raises(DataError, match="currency"):
        differences(before, Facts(other, before.scenario), ENGLISH)
