"""Contiguity: a rep's units hang together on the map, and borders between reps have a price."""

from __future__ import annotations

import pandas as pd
import pytest
from support_plan import FULL_MARGIN, planned, problem_of, reps_of, total

from allocopt.errors import Infeasible
from allocopt.problem.compactness import border_length

# Four units in a row. Ann is worth most at both ends, Bob in the middle: 400 + 30 + 20 + 5 + 5 = 460.
UNITS = """
unit,territory,segment,hours,demand
u1,East,Key,10,100
u2,East,Key,10,100
u3,East,Key,10,100
u4,East,Key,10,100
"""
REPS = "rep,hours\nAnn,40\nBob,40\n"
PAIRS = "unit,rep,value\nu1,Ann,30\nu4,Ann,20\nu2,Bob,5\nu3,Bob,5\n"
ROW = "a,b\nu1,u2\nu2,u3\nu3,u4\n"
TABLES = {"units": UNITS, "reps": REPS, "pairs": PAIRS, "segments": FULL_MARGIN, "adjacency": ROW}
HARD = "contiguity: {hard: true}\n"


def in_a_row(folder, contiguity="", **rest):
    """The plan of the four units."""
    return planned(folder, contiguity, **{**TABLES, **rest})


def test_without_contiguity_a_rep_may_have_both_ends(tmp_path):
    plan = in_a_row(tmp_path)
    assert reps_of(plan) == {"u1": "Ann", "u2": "Bob", "u3": "Bob", "u4": "Ann"}
    assert plan.summary["objective"] == pytest.approx(460)


def test_units_of_a_rep_hang_together(tmp_path):
    # All with Ann is 450; Ann at one end and Bob beside her is 440 at most.
    plan = in_a_row(tmp_path, HARD)
    assert set(reps_of(plan).values()) == {"Ann"}
    assert plan.summary["objective"] == pytest.approx(450)
    assert plan.summary["status"] == "optimal"


@pytest.mark.parametrize(("price", "objective"), [(4, 452), (15, 450)])
def test_a_border_is_kept_while_it_pays(tmp_path, price, objective):
    # Two borders: 460 − 2 · 4 is more than 450 without any, 460 − 2 · 15 is less.
    plan = in_a_row(tmp_path, f"contiguity: {{cut_price: {price}}}\n")
    assert plan.summary["objective"] == pytest.approx(objective)
    borders = {4: 2, 15: 0}[price]
    assert plan.summary["objective_parts"]["borders"] == pytest.approx(-price * borders)
    figures = plan["kpis"].set_index("kpi")["value"]
    assert figures["border_length"] == pytest.approx(borders)
    assert figures["border_share"] == pytest.approx(borders / 3)


@pytest.mark.parametrize(("length", "objective"), [(3, 456), (12, 453)])
def test_a_long_border_costs_more(tmp_path, length, objective):
    # Both ends with Ann alone cost 1 + length: 460 − 4. Where that is 13, Ann takes u3 too: 455 − 2.
    rows = f"a,b,length\nu1,u2,1\nu2,u3,1\nu3,u4,{length}\n"
    plan = in_a_row(tmp_path, "contiguity: {cut_price: 1}\n", adjacency=rows)
    assert plan.summary["objective"] == pytest.approx(objective)


def test_a_unit_that_touches_nothing_is_all_that_its_rep_has(tmp_path):
    # u4 is an island: Ann has u1 to u3 (30) or u4 (20, with Bob's 10); with Cem on it all others are best.
    rows = "a,b\nu1,u2\nu2,u3\n"
    two = in_a_row(tmp_path / "two", HARD, adjacency=rows)
    three = in_a_row(tmp_path / "three", HARD, adjacency=rows, reps=REPS + "Cem,40\n")
    assert two.summary["objective"] == pytest.approx(430)
    assert three.summary["objective"] == pytest.approx(440)
    assert reps_of(three) == {"u1": "Ann", "u2": "Bob", "u3": "Bob", "u4": "Cem"}


def test_the_way_leads_through_units_that_the_rep_may_cover(tmp_path):
    # Ann may not cover u2, so u1 is cut off from the rest: Ann there and Bob beyond is 440.
    pairs = PAIRS.replace("value", "value,allowed").replace(
        "\nu1,Ann,30", "\nu2,Ann,0,no\nu1,Ann,30,"
    )
    plan = in_a_row(tmp_path, HARD, pairs=pairs)
    assert reps_of(plan) == {"u1": "Ann", "u2": "Bob", "u3": "Bob", "u4": "Bob"}
    assert plan.summary["objective"] == pytest.approx(440)


def test_territories_stand_for_their_units(tmp_path):
    # u1 lies in East, u4 in West, u2 and u3 between them in the Middle: the row of the first test.
    units = UNITS.replace("u2,East", "u2,Middle").replace("u3,East", "u3,Middle")
    plan = in_a_row(
        tmp_path,
        HARD,
        units=units.replace("u4,East", "u4,West"),
        territories="territory\nEast\nMiddle\nWest\n",
        adjacency="a,b\nEast,Middle\nMiddle,West\n",
    )
    # One unit of the middle is enough to hang together: Ann has it (0 for 5), Bob the other.
    assert plan.summary["objective"] == pytest.approx(455)


def test_units_hang_together_at_every_time(tmp_path):
    # Ann is best in the middle and leaves after June (181 of 365 days). Until then Bob can have one end
    # only, and the other is Ann's; from July on he has all three.
    plan = planned(
        tmp_path,
        HARD + "handover: {loss: 0}\n",
        months=12,
        units="\n".join(UNITS.splitlines()[:5]),
        reps="rep,hours,status,end\nAnn,40,leaving,2026-06-30\nBob,40,,\n",
        pairs="unit,rep,value\nu1,Bob,30\nu2,Ann,100\nu3,Bob,30\n",
        segments=FULL_MARGIN,
        adjacency="a,b\nu1,u2\nu2,u3\n",
    )
    first_half = pytest.approx((181 / 365) * 130, rel=2e-2)
    assert plan.summary["objective_parts"]["pair_value"] - (184 / 365) * 60 == first_half
    rows = plan["assignments"]
    late = rows[pd.to_datetime(rows["end"]) > pd.Timestamp("2026-06-30")]
    assert set(late["rep"]) == {"Bob"}
    early = rows[pd.to_datetime(rows["start"]) < pd.Timestamp("2026-07-01")]
    assert sorted(early.groupby("rep")["unit"].nunique()) == [1, 2]


def test_nothing_borders_on_a_unit_that_is_left_open(tmp_path):
    # u2 costs more than it brings, so it stays open, and the other two have different reps at no price.
    plan = planned(
        tmp_path,
        "coverage: {every_unit: false}\ncontiguity: {cut_price: 9}\n",
        units="\n".join(UNITS.splitlines()[:5]),
        reps=REPS,
        pairs="unit,rep,value\nu1,Ann,30\nu2,Ann,-200\nu2,Bob,-200\nu3,Bob,30\n",
        segments=FULL_MARGIN,
        adjacency="a,b\nu1,u2\nu2,u3\n",
    )
    assert reps_of(plan) == {"u1": "Ann", "u2": "", "u3": "Bob"}
    assert plan.summary["objective_parts"]["borders"] == 0


def test_of_a_shared_unit_the_part_of_another_rep_is_a_border(tmp_path):
    # Ann has u1 and half of u2: half of that border, and the other half of u2 is Bob's, as all of u3.
    problem = problem_of(tmp_path, "contiguity: {cut_price: 1}\n", **TABLES)
    stints = [("u1", "Ann"), ("u2", "Ann"), ("u2", "Bob"), ("u3", "Bob"), ("u4", "Bob")]
    index = pd.MultiIndex.from_tuples(
        [(*stint, "2026-01-01") for stint in stints], names=["unit", "rep", "window"]
    )
    shares = pd.Series([1.0, 0.5, 0.5, 1.0, 1.0], index=index)
    assert border_length(problem, shares) == pytest.approx(0.5 + 0.5)


def test_locks_that_part_a_rep_are_told(tmp_path):
    # Ann is locked to both ends and Bob to the middle.
    units = "\n".join(
        f"{row},{extra}"
        for row, extra in zip(
            UNITS.strip().splitlines()[:4],
            ("rep,lock", "Ann,VIP", "Bob,VIP", "Ann,VIP"),
            strict=True,
        )
    )
    with pytest.raises(Infeasible) as error:
        in_a_row(tmp_path, HARD, units=units, pairs="", adjacency="a,b\nu1,u2\nu2,u3\n")
    told = {conflict.rule: conflict.sentence for conflict in error.value.conflicts}
    assert told["units_connected"] == "A rep's units hang together on the map."
    assert "unit_locked" in told


def test_contiguity_does_not_change_a_plan_that_keeps_it(tmp_path):
    # Ann at the left, Bob at the right: already in one piece each.
    pairs = "unit,rep,value\nu1,Ann,30\nu2,Ann,30\nu3,Bob,30\nu4,Bob,30\n"
    free = in_a_row(tmp_path / "free", pairs=pairs)
    tied = in_a_row(tmp_path / "tied", HARD, pairs=pairs)
    assert reps_of(free) == reps_of(tied)
    assert total(tied, "sales", "sales") == pytest.approx(400)
