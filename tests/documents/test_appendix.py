"""Appendix: who covers what and when, specialists, targets by node, the odds of quotas."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import voice_of
from allocopt.documents.sections.appendix import appendix_section
from allocopt.plan import OPTIONAL_TABLES
from allocopt.tables import empty_table

from .conftest import Case

ENGLISH = voice_of("en", "CNY")


def tables_of(case: Case) -> dict[str, dict[str, Any]]:
    """The tables of the appendix by their caption."""
    scenario: Any = case.scenario
    blocks = appendix_section(Facts(case.plan, scenario), ENGLISH)["blocks"]
    return {block["caption"]: block for block in blocks}


@pytest.fixture
def large(case: Case) -> Case:
    """With a specialist, a target tree and odds; R0 has one of three units until June."""
    support = pd.DataFrame(
        [
            ("R5", "T0/Mid market", "2026-01", 6.0, 4_000.0),
            ("R5", "T1/Mid market", "2026-01", 4, 0),
        ],
        columns=list(OPTIONAL_TABLES["support"]),
    )
    tree = pd.DataFrame(
        [
            ("territory", "", "company", "quarter", "2026Q1", 60.0, 70.0, 50.0, 10.0),
            ("territory", "", "company", "quarter", "2026Q2", 40.0, 30.0, 50.0, -10.0),
            ("territory", "", "company", "month", "2026-01", 20.0, 20.0, 20.0, 0.0),
            ("territory", "company", "territory=T3", "quarter", "2026Q1", 60.0, 70.0, 50.0, 10.0),
        ],
        columns=list(OPTIONAL_TABLES["quota_tree"]),
    )
    odds = pd.DataFrame(
        [
            ("rep", "R1", 100.0, 90.0, 0.4, 80.0, 110.0),
            ("company", "", 200.0, 190.0, 0.45, 160.0, 220.0),
            ("rep", "R0", 100.0, 100.0, 0.2, 80.0, 110.0),
        ],
        columns=list(OPTIONAL_TABLES["attainment"])[:7],
    )
    overlays = pd.DataFrame(
        {"rep": "R5", "role": "engineer", "serves": ["R0", "R1"], "share": 0.1, "lift": 0.2}
    ).reindex(columns=list(empty_table("overlays").columns))
    held = case.plan["assignments"]
    until = held["end"].where(held["unit"] != "T0/Key accounts", "2026-06-30")
    return (
        case.with_plan(
            support=support, quota_tree=tree, attainment=odds, assignments=held.assign(end=until)
        )
        .with_scenario(overlays=overlays)
        .with_summary(
            calendar={
                **case.plan.summary["calendar"],
                "plan_start": "2026-01-01",
                "plan_end": "2026-12-31",
            }
        )
    )


def test_units_that_a_rep_has_for_a_part_of_the_plan_bear_their_days(large: Case) -> None:
    rows = {row[0]: row for row in tables_of(large)["Who covers what"]["rows"]}
    # R0 has units 0, 12 and 24; unit 0 is left at the end of June.
    assert rows["Rep number 0"][1:] == [
        "3",
        "Unit 12, Unit 24; 1 January 2026 to 30 June 2026: Unit 0",
    ]


def test_specialists_stand_with_whom_they_serve_and_what_they_add(large: Case) -> None:
    (row,) = tables_of(large)["Specialists and what their support brings"]["rows"]
    served = "Rep number 0, Rep number 1"
    assert row == ["Rep number 5", "engineer", served, "2", "10", "4.00k"]


def test_a_node_has_its_sums_over_the_longest_periods(large: Case) -> None:
    table = tables_of(large)["Targets, quotas and expected sales by node over the plan"]
    assert table["rows"] == [
        ["Territory", "the whole company", "100", "100", "100", "0"],
        ["Territory", "Territory 3", "60", "70", "50", "10"],
    ]


def test_odds_go_from_the_company_to_the_least_likely_rep(large: Case) -> None:
    rows = tables_of(large)["How likely quotas are reached"]["rows"]
    assert [row[1] for row in rows] == ["", "Rep number 0", "Rep number 1"]
    assert rows[0] == ["company", "", "200", "190", "45%", "80%", "110%"]


def test_what_the_plan_lacks_has_no_table(case: Case) -> None:
    assert set(tables_of(case)) == {
        *("Who covers what", "Handovers", "Where the numbers come from"),
    }
