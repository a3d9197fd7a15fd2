"""What a replay knows at its start: which periods are played, and each table as it stood then."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support_replay import AS_PLANNED, MOVED, QUOTAS, history, past

from allocopt.errors import DataError
from allocopt.plan import Plan
from allocopt.replanning.replay.arrivals import arrivals_of_past, arrived_by
from allocopt.replanning.replay.known import known_at
from allocopt.replanning.replay.quotas import company_quotas, sales_shares
from allocopt.replanning.replay.span import span_of_past
from allocopt.replanning.replay.walk import Standing


def test_as_many_last_periods_are_played_as_the_scenario_plans(tmp_path: Path) -> None:
    span = span_of_past(past(tmp_path, MOVED))
    assert span.labels == ("2025Q2", "2025Q3", "2025Q4")
    assert span.origin == pd.Timestamp("2025-04-01")


def test_a_period_that_is_not_over_is_not_played(tmp_path: Path) -> None:
    # Rows of other quarters come on their 15th day: one of the second day may be followed by more.
    begun = history(AS_PLANNED) + "\n2026-01-02,u1,1,\n"
    scenario = past(tmp_path, AS_PLANNED, history=begun)
    assert span_of_past(scenario).labels == ("2025Q2", "2025Q3", "2025Q4")


@pytest.mark.parametrize(
    ("first", "code", "told"),
    [
        ("2023Q3", "replay-past", "2 periods of sales lie before 2023Q3"),
        ("2031Q1", "replay-start", "no period of the history"),
    ],
)
def test_a_past_that_is_too_short_is_told(tmp_path: Path, first: str, code: str, told: str) -> None:
    with pytest.raises(DataError) as raised:
        span_of_past(past(tmp_path, MOVED), first)
    finding = raised.value.findings[0]
    assert finding.code == code
    assert told in finding.sentence()


def test_no_history_is_told(tmp_path: Path) -> None:
    demand = "period,unit,mean\n2026-01-01,u1,100\n"
    with pytest.raises(DataError, match="no past"):
        span_of_past(past(tmp_path, MOVED, history="", demand=demand))


def test_what_came_later_is_not_known(tmp_path: Path) -> None:
    scenario = past(
        tmp_path,
        MOVED,
        "quota: {target: 9}\n",
        quota_history=QUOTAS,
        levers="lever\nads\n",
        responses="lever,form,lift_max,lift_unit,half,spend_max\nads,linear,10,currency,5,20\n",
        spend="date,lever,spend,kind\n2025-03-01,ads,5,\n2025-06-01,ads,6,\n2025-07-01,ads,7,committed\n",
    )
    then = known_at(scenario, span_of_past(scenario)).scenario
    assert then.table("history")["date"].max() == pd.Timestamp("2025-01-15")
    # What was promised before is known; that it was spent is not.
    assert then.table("spend")["spend"].tolist() == [5, 7]
    # The quota of 29 March is that of the second quarter.
    assert then.table("quota_history")["quota"].tolist() == [90]
    assert then.config.quota.target is None


def test_units_belong_to_who_sold_to_them_last_then(tmp_path: Path) -> None:
    lines = history(AS_PLANNED).splitlines()
    sold = [line + ("Bob" if line < "2025-04" else "Ann") for line in lines[1:]]
    scenario = past(
        tmp_path,
        AS_PLANNED,
        reps="rep,hours,cost\nAnn,20,0\nBob,20,0\n",
        history="\n".join([lines[0], *sold]),
    )
    known = known_at(scenario, span_of_past(scenario))
    assert known.scenario.table("units")["rep"].tolist() == ["Bob", "Bob"]
    assert "2 units belong to the rep who sold to them last" in " ".join(known.notes)


def test_a_seller_who_has_gone_is_no_owner(tmp_path: Path) -> None:
    lines = history(AS_PLANNED).splitlines()
    scenario = past(
        tmp_path, AS_PLANNED, history="\n".join([lines[0], *(line + "Gone" for line in lines[1:])])
    )
    units = known_at(scenario, span_of_past(scenario)).scenario.table("units")
    assert units["rep"].fillna("").tolist() == ["Ann", ""]


def test_quotas_are_rebased_unless_the_scenario_says_otherwise(tmp_path: Path) -> None:
    free = past(tmp_path / "free", MOVED)
    held = past(tmp_path / "held", MOVED, "replan: {quotas: hold}\n")
    known = [known_at(scenario, span_of_past(scenario)) for scenario in (free, held)]
    assert [each.scenario.config.replan.quotas for each in known] == ["rebase", "hold"]
    assert ["by replay" in each.notes[0] for each in known] == [True, False]


def test_each_turn_has_what_came_until_then(tmp_path: Path) -> None:
    scenario = past(tmp_path, MOVED)
    span = span_of_past(scenario)
    came = arrivals_of_past(scenario, known_at(scenario, span).scenario, span)
    rows = [len(arrived_by(came, day).tables["actuals"]) for day in span.played.ends]
    assert rows == [2, 4, 6]


def test_company_quotas_are_those_in_force_in_the_middle_of_a_period(tmp_path: Path) -> None:
    scenario = past(tmp_path, MOVED, quota_history=QUOTAS)
    quotas = company_quotas(scenario, span_of_past(scenario))
    assert {label: amounts["Ann"] for label, amounts in quotas.items()} == {
        "2025Q2": 40,
        "2025Q3": 50,
        "2025Q4": 60,
    }


@pytest.mark.parametrize(
    ("columns", "rows", "shares"),
    [
        ("date,unit,sales,rep", ("u1,60,Bob", "u2,40,Bob"), {"Ann": 0.0, "Bob": 1.0}),
        ("date,unit,sales", ("u1,60", "u2,40"), {"Ann": 0.6, "Bob": 0.4}),
        # Both units are of one cell: 100 are shared by a demand of 30 and of 10.
        (
            "date,territory,segment,sales",
            ("East,Key,80", "East,Key,20"),
            {"Ann": 0.75, "Bob": 0.25},
        ),
    ],
)
def test_last_years_sales_count_for_whom_rows_or_owners_name(
    tmp_path: Path, columns: str, rows: tuple[str, ...], shares: dict[str, float]
) -> None:
    # Sales of more than a year before the start count for nothing.
    lines = [f"2023-01-15,{rows[0]}", *(f"2025-06-15,{row}" for row in rows)]
    scenario = past(
        tmp_path,
        MOVED,
        units="unit,territory,segment,hours,rep\nu1,East,Key,10,Ann\nu2,East,Key,10,Bob\n",
        reps="rep,hours\nAnn,10\nBob,10\n",
        history="\n".join([columns, *lines]),
    )
    sales = pd.DataFrame({"unit": ["u1", "u2"], "demand": [30.0, 10.0]})
    found = sales_shares(Standing(Plan({}, {"sales": sales}), scenario))
    assert found.reindex(list(shares)).fillna(0.0).to_dict() == pytest.approx(shares)
