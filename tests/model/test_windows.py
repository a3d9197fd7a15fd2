"""Windows: units and quotas move on the day somebody leaves or starts."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, by_key, planned, problem_of, quotas_of, total

from allocopt.errors import Infeasible
from allocopt.plan import Plan


def rows(plan: Plan) -> list[tuple[str, str, str, str]]:
    """unit, rep, start and end of each assignment."""
    table = plan["assignments"]
    days = [table[name].astype(str).str[:10] for name in ("start", "end")]
    return list(zip(table["unit"], table["rep"], *days, strict=True))


UNITS = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\nu2,East,Key,10,80,Bob\n"


def test_units_move_on_the_day_their_rep_leaves(tmp_path):
    # Ann leaves at the end of June; Bob has room for both units. Without the window u1 would sell for
    # half of the year only: 6 · 100 + 12 · 80 = 1,560 instead of 12 · 180 = 2,160.
    reps = "rep,hours,status,end\nAnn,10,leaving,2026-06-30\nBob,20,active,\n"
    plan = planned(tmp_path, months=12, segments=FULL_MARGIN, units=UNITS, reps=reps)
    assert rows(plan) == [
        ("u1", "Ann", "2026-01-01", "2026-06-30"),
        ("u1", "Bob", "2026-07-01", "2026-12-31"),
        ("u2", "Bob", "2026-01-01", "2026-12-31"),
    ]
    assert total(plan, "sales", "sales") == pytest.approx(2160)
    # Quotas move on that day too: Bob has 12 · 80 + 6 · 100, Ann 6 · 100.
    assert quotas_of(plan) == pytest.approx({"Ann": 600, "Bob": 1560})


def test_loss_of_a_handover_starts_on_its_day(tmp_path):
    # The change on 1 July loses 15 % of the six months that are left: 0.15 · 600 = 90.
    reps = "rep,hours,status,end\nAnn,10,leaving,2026-06-30\nBob,20,active,\n"
    plan = planned(tmp_path, months=12, segments=FULL_MARGIN, units=UNITS, reps=reps)
    assert plan.summary["objective_parts"]["handover_loss"] == pytest.approx(-90)
    table = plan["assignments"]
    moved = table[table["handover"] == "yes"]
    assert moved[["unit", "before", "reason"]].to_numpy().tolist() == [
        ["u1", "Ann", "the rep before leaves"]
    ]


def test_what_a_leaver_gives_up_does_not_count_against_the_ceiling(tmp_path):
    reps = "rep,hours,status,end\nAnn,10,leaving,2026-06-30\nBob,20,active,\n"
    none = "handover: {max_units: 0, max_reps: 0, max_share_of_sales: 0}\n"
    plan = planned(tmp_path, none, months=12, segments=FULL_MARGIN, units=UNITS, reps=reps)
    assert ("u1", "Bob", "2026-07-01", "2026-12-31") in rows(plan)


def test_unit_comes_to_a_better_rep_on_the_first_day(tmp_path):
    # New sells half as much again from April on: 9 · 50 = 450 more a year, less the handover.
    units = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\n"
    reps = "rep,hours,start,productivity\nAnn,10,,1\nNew,10,2026-04-01,1.5\n"
    plan = planned(
        tmp_path, "handover: {loss: 0}\n", months=12, segments=FULL_MARGIN, units=units, reps=reps
    )
    assert rows(plan) == [
        ("u1", "Ann", "2026-01-01", "2026-03-31"),
        ("u1", "New", "2026-04-01", "2026-12-31"),
    ]
    assert total(plan, "sales", "sales") == pytest.approx(3 * 100 + 9 * 150)


def test_change_that_costs_more_than_it_brings_is_not_made(tmp_path):
    # The same, but a handover loses 0.6 · 900 = 540 of margin and brings 450.
    units = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\n"
    reps = "rep,hours,start,productivity\nAnn,10,,1\nNew,10,2026-04-01,1.5\n"
    plan = planned(
        tmp_path, "handover: {loss: 0.6}\n", months=12, segments=FULL_MARGIN, units=units, reps=reps
    )
    assert rows(plan) == [("u1", "Ann", "2026-01-01", "2026-12-31")]


def test_change_by_choice_inside_the_plan_counts_against_the_ceiling(tmp_path):
    units = (
        "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\nu2,East,Key,10,90,Ann\n"
    )
    reps = "rep,hours,start,productivity\nAnn,20,,1\nNew,20,2026-04-01,1.5\n"
    one = "handover: {loss: 0, max_units: 1}\n"
    plan = planned(tmp_path, one, months=12, segments=FULL_MARGIN, units=units, reps=reps)
    # Only the larger unit moves.
    assert rows(plan) == [
        ("u1", "Ann", "2026-01-01", "2026-03-31"),
        ("u1", "New", "2026-04-01", "2026-12-31"),
        ("u2", "Ann", "2026-01-01", "2026-12-31"),
    ]


def test_change_inside_a_period_takes_its_share_of_days(tmp_path):
    # January has 31 days: 10 with Ann, 21 with Bob. Hours and credit follow the days.
    units = "unit,territory,segment,hours,demand,rep\nu1,East,Key,31,310,Ann\n"
    reps = "rep,hours,end,start\nAnn,31,2026-01-10,\nBob,31,,2026-01-11\n"
    plan = planned(tmp_path, segments=FULL_MARGIN, units=units, reps=reps)
    assert by_key(plan, "time", "rep", "hours") == pytest.approx({"Ann": 10, "Bob": 21})
    assert quotas_of(plan) == pytest.approx({"Ann": 100, "Bob": 210})


def test_lock_ends_inside_the_plan(tmp_path):
    # Bob sells twice as much; the lock keeps u1 with Ann until the end of March.
    units = (
        "unit,territory,segment,hours,demand,rep,lock,lock_until\n"
        "u1,East,Key,10,100,Ann,renewal,2026-03-31\n"
    )
    reps = "rep,hours,productivity\nAnn,10,1\nBob,10,2\n"
    plan = planned(
        tmp_path, "handover: {loss: 0}\n", months=6, segments=FULL_MARGIN, units=units, reps=reps
    )
    assert rows(plan) == [
        ("u1", "Ann", "2026-01-01", "2026-03-31"),
        ("u1", "Bob", "2026-04-01", "2026-06-30"),
    ]
    assert plan["assignments"]["reason"].tolist() == [
        "locked: renewal",
        "better for the whole plan",
    ]


def test_families_move_together_inside_the_plan(tmp_path):
    units = (
        "unit,territory,segment,hours,demand,rep,family\n"
        "u1,East,Key,10,100,Ann,shops\nu2,East,Key,10,80,Ann,shops\n"
    )
    reps = "rep,hours,end\nAnn,20,2026-06-30\nBob,20,\nCid,10,\n"
    plan = planned(
        tmp_path,
        "workload: {hard: true}\n",
        months=12,
        segments=FULL_MARGIN,
        units=units,
        reps=reps,
    )
    assert [row[:3] for row in rows(plan)] == [
        ("u1", "Ann", "2026-01-01"),
        ("u1", "Bob", "2026-07-01"),
        ("u2", "Ann", "2026-01-01"),
        ("u2", "Bob", "2026-07-01"),
    ]


def test_apart_groups_are_apart_on_every_day(tmp_path):
    # From July on only Bob and Cid are there; without the group Bob would take both.
    units = (
        "unit,territory,segment,hours,demand,rep,apart\n"
        "u1,East,Key,10,100,Ann,rivals\nu2,East,Key,10,80,Bob,rivals\n"
    )
    reps = "rep,hours,end,productivity\nAnn,20,2026-06-30,1\nBob,20,,1\nCid,20,,0.1\n"
    plan = planned(tmp_path, months=12, segments=FULL_MARGIN, units=units, reps=reps)
    late = {unit: rep for unit, rep, start, end in rows(plan) if end == "2026-12-31"}
    assert late["u1"] != late["u2"]


def test_a_time_without_any_rep_is_told_and_left_open(tmp_path):
    units = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,\n"
    reps = "rep,hours,start\nAnn,10,2026-03-01\n"
    plan = planned(tmp_path, months=4, segments=FULL_MARGIN, units=units, reps=reps)
    assert rows(plan) == [
        ("u1", "", "2026-01-01", "2026-02-28"),
        ("u1", "Ann", "2026-03-01", "2026-04-30"),
    ]
    assert total(plan, "sales", "sales") == pytest.approx(200)
    assert any("from 2026-01-01 to 2026-02-28" in text for text in plan.summary["warnings"])


def test_hours_clash_only_in_the_months_after_somebody_left(tmp_path):
    units = UNITS
    reps = "rep,hours,status,end\nAnn,10,leaving,2026-06-30\nBob,15,active,\n"
    with pytest.raises(Infeasible) as caught:
        planned(tmp_path, "workload: {hard: true}\n", months=12, units=units, reps=reps)
    named = {name for conflict in caught.value.conflicts for name in conflict.items}
    assert named == {"Bob", "u1", "u2"}


def test_units_without_common_dates_have_one_window(tmp_path):
    # Only u1 may go to New: u2 needs no second decision.
    units = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,\nu2,West,Key,10,80,\n"
    reps = "rep,hours,start,territories\nAnn,20,,\nNew,20,2026-04-01,East\n"
    problem = problem_of(tmp_path, months=12, units=units, reps=reps)
    windows = problem.windows.days.index.tolist()
    assert windows == [("u1", "2026-01-01"), ("u1", "2026-04-01"), ("u2", "2026-01-01")]


def test_balance_counts_the_part_of_the_plan_in_which_a_rep_is_there(tmp_path):
    # Bob is there for one of two months: a third of all hours, and of what is to be carried.
    units = "unit,territory,segment,hours,demand\n" + "".join(
        f"u{n},East,Key,1,100\n" for n in range(4)
    )
    reps = "rep,hours,start\nAnn,10,\nBob,10,2026-02-01\n"
    problem = problem_of(
        tmp_path,
        "balance: [{measure: demand, tolerance: 0.1, hard: true}]\n",
        2,
        units=units,
        reps=reps,
    )
    upper = problem.balance[0].upper.groupby(level="rep").max()
    # 59 days, 28 of them with Bob: presence is counted by periods, one of two.
    assert upper.to_dict() == pytest.approx({"Ann": 800 * 2 / 3 * 1.1, "Bob": 800 / 3 * 1.1})
