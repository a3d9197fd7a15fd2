"""Hiring: whether, and on which of the allowed days, an open position is filled."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, planned, total

from allocopt.plan import Plan

UNITS = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\nu2,East,Key,10,80\n"
HARD = "workload: {hard: true}\ncoverage: {every_unit: false}\n"


def hires(plan: Plan) -> dict[str, str]:
    """First day of the positions that are filled."""
    table = plan["reps"]
    filled = table[table["hired"] == "yes"]
    return dict(zip(filled["rep"], filled["start"].astype(str).str[:10], strict=True))


def reps(cost: float = 30) -> str:
    """Ann, who has room for one unit, and one open position that can start after two months."""
    return f"rep,hours,status,cost,lead_time\nAnn,10,active,0,\nNew,10,open,{cost},2\n"


def test_position_is_filled_as_early_as_its_lead_time_allows(tmp_path):
    plan = planned(tmp_path, HARD, months=6, segments=FULL_MARGIN, units=UNITS, reps=reps())
    assert hires(plan) == {"New": "2026-03-01"}
    # 6 · 100 of Ann and 4 · 80 of New, who costs 30 a month.
    assert total(plan, "sales", "sales") == pytest.approx(920)
    assert plan.summary["objective_parts"]["people"] == pytest.approx(-120)


def test_position_that_does_not_pay_stays_open(tmp_path):
    dear = planned(tmp_path, HARD, months=6, segments=FULL_MARGIN, units=UNITS, reps=reps(cost=90))
    assert hires(dear) == {}


def test_a_later_day_is_chosen_where_work_comes_late(tmp_path):
    # u2 asks nothing before May; the position costs 30 a month from its first day on.
    demand = "period,unit,mean\n" + "".join(
        f"2026-{month:02d},u1,100\n2026-{month:02d},u2,{80 if month >= 5 else 0}\n"
        for month in range(1, 7)
    )
    units = "unit,territory,segment,hours\nu1,East,Key,10\nu2,East,Key,10\n"
    late = HARD + "headcount: {hire_dates: [2026-05-01]}\n"
    fixed = planned(
        tmp_path / "a",
        HARD,
        months=6,
        segments=FULL_MARGIN,
        units=units,
        reps=reps(),
        demand=demand,
    )
    free = planned(
        tmp_path / "b",
        late,
        months=6,
        segments=FULL_MARGIN,
        units=units,
        reps=reps(),
        demand=demand,
    )
    assert hires(fixed) == {"New": "2026-03-01"}
    assert hires(free) == {"New": "2026-05-01"}
    saved = free.summary["objective"] - fixed.summary["objective"]
    assert saved == pytest.approx(60)


def test_ramp_counts_from_the_day_that_is_chosen(tmp_path):
    # ramp 1: half of 10 h in the first month, so that a unit of 10 h fits from the second on.
    units = "unit,territory,segment,hours,demand\nu1,East,Key,5,100\n"
    people = "rep,hours,status,cost,ramp\nNew,10,open,0,1\n"
    plan = planned(tmp_path, HARD, months=2, segments=FULL_MARGIN, units=units, reps=people)
    assert plan["reps"]["hours"].tolist() == pytest.approx([15])


def test_backfill_starts_when_the_one_it_replaces_has_left(tmp_path):
    people = (
        "rep,hours,status,end,replaces,cost\nAnn,20,leaving,2026-03-31,,0\nNew,20,open,,Ann,1\n"
    )
    plan = planned(tmp_path, months=6, segments=FULL_MARGIN, units=UNITS, reps=people)
    assert hires(plan) == {"New": "2026-04-01"}
    later = plan["assignments"]
    assert set(later.loc[later["rep"] == "New", "start"].astype(str).str[:10]) == {"2026-04-01"}
