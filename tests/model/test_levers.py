"""Levers: forms of the lift, where it works, what carries over, and what past spend already brought."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, by_key, planned, total

UNIT = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\n"
ONE = {"units": UNIT, "reps": "rep,hours\nAnn,40\n", "segments": FULL_MARGIN}
LEVERS = "lever,channel\nads,online\n"
HEADER = "lever,territory,segment,form,lift_max,lift_unit,half,shape,carryover,spend_max,spend_min_if_any\n"
# 2 of sales for each unit of money up to 100.
LINEAR = HEADER + "ads,,,linear,200,currency,50,,,,\n"


def lifted(folder, responses=LINEAR, yaml="", levers=LEVERS, **rest):
    """The plan of one unit, one rep and one lever."""
    return planned(folder, yaml, levers=levers, responses=responses, **{**ONE, **rest})


def test_without_a_response_nothing_is_spent(tmp_path):
    plan = planned(tmp_path, levers=LEVERS, **ONE)
    assert plan["budget"].empty
    assert plan.summary["objective"] == pytest.approx(100)


def test_money_that_brings_more_than_itself_is_spent(tmp_path):
    plan = lifted(tmp_path)
    assert total(plan, "budget", "spend") == pytest.approx(100)
    assert total(plan, "budget", "lift") == pytest.approx(200)
    # 100 of demand and 200 of lift for 100 of money.
    assert plan.summary["objective"] == pytest.approx(200)


# Each optimum lies where one more unit of money brings one: with x = spend / 50,
# power ½: 100·√x has slope 1 at 50. log: 100·log2(1 + x) has it at 100/ln 2 − 50 = 94.27.
# adbudg 1: 200·x/(1 + x) has it at 50. adbudg 2 is S-shaped: its best is 200·x²/(1 + x²) − 50·x.
@pytest.mark.parametrize(
    ("form", "shape", "spend", "lift"),
    [
        ("power", "0.5", 50, 100),
        ("log", "", 94.27, 152.86),
        ("adbudg", "1", 50, 100),
        ("adbudg", "2", 78.98, 142.77),
    ],
)
def test_curves_are_followed_to_where_money_is_worth_itself(tmp_path, form, shape, spend, lift):
    plan = lifted(tmp_path, HEADER + f"ads,,,{form},200,currency,50,{shape},,,\n")
    error = plan.summary["curve_error"]
    assert 0 < error <= 0.005 * 200 + 1e-9
    assert plan.summary["objective"] == pytest.approx(100 + lift - spend, abs=error)


def test_s_shaped_lever_is_given_to_one_cell_and_not_halved(tmp_path):
    # 50 in one cell lift 200 · 1/(1 + 1) = 100; 25 in each lift 2 · 200 · ¼/(1 + ¼) = 80.
    units = UNIT + "u2,West,Key,10,100\n"
    responses = HEADER + "ads,,,adbudg,200,currency,50,2,,,\n"
    plan = lifted(tmp_path, responses, "budget: {total_max: 50}\n", units=units)
    assert sorted(by_key(plan, "budget", "territory", "spend").values()) == pytest.approx([0, 50])
    assert plan.summary["objective"] == pytest.approx(250, abs=plan.summary["curve_error"])


def test_lift_as_a_share_grows_with_demand(tmp_path):
    # Twice the demand of 100 at full spend is the 200 of the amount.
    responses = HEADER + "ads,,,linear,2,share,50,,,,\n"
    plan = lifted(tmp_path, responses)
    double = lifted(tmp_path / "b", responses, units=UNIT.replace(",100", ",200"))
    assert total(plan, "budget", "lift") == pytest.approx(200)
    assert total(double, "budget", "lift") == pytest.approx(400)


def test_carried_over_spend_works_again(tmp_path):
    # 40 of money in the first month lift 80, and the half that still works in the second lifts 40.
    responses = HEADER + "ads,,,linear,200,currency,50,,0.5,,\n"
    yaml = "budget: {total_max: 40}\n"
    plan = planned(tmp_path, yaml, months=2, levers=LEVERS, responses=responses, **ONE)
    assert plan["budget"]["spend"].tolist() == pytest.approx([40, 0])
    assert plan["budget"]["lift"].tolist() == pytest.approx([80, 40])


def test_carried_over_spend_may_pass_the_most_of_one_period(tmp_path):
    # 40 a month at most, and half carries over: the second month works with 40 + 20.
    responses = HEADER + "ads,,,linear,200,currency,50,,0.5,40,\n"
    plan = planned(tmp_path, months=2, levers=LEVERS, responses=responses, **ONE)
    assert plan["budget"]["spend"].tolist() == pytest.approx([40, 40])
    assert plan["budget"]["lift"].tolist() == pytest.approx([80, 120])


def test_spend_ends_at_its_most(tmp_path):
    plan = lifted(tmp_path, HEADER + "ads,,,linear,200,currency,50,,,30,\n")
    assert total(plan, "budget", "spend") == pytest.approx(30)
    assert total(plan, "budget", "lift") == pytest.approx(60)


def test_a_lever_that_may_not_be_used_brings_nothing(tmp_path):
    plan = lifted(tmp_path, HEADER + "ads,,,linear,200,currency,50,,,0,\n")
    assert plan.summary["objective"] == pytest.approx(100)


@pytest.mark.parametrize(("least", "spend"), [(60, 0), (30, 40)])
def test_spend_reaches_its_minimum_or_there_is_none(tmp_path, least, spend):
    # There are 40 to spend: less than a minimum of 60, so nothing is.
    responses = HEADER + f"ads,,,linear,200,currency,50,,,,{least}\n"
    plan = lifted(tmp_path, responses, "budget: {total_max: 40}\n")
    assert total(plan, "budget", "spend") == pytest.approx(spend)


def test_the_row_that_names_its_place_most_closely_wins(tmp_path):
    units = UNIT + "u2,East,Other,10,100\nu3,West,Key,10,100\nu4,West,Other,10,100\n"
    segments = "segment,margin\nKey,1\nOther,1\n"
    responses = HEADER + "".join(
        f"ads,{place},linear,{lift},currency,50,,,,\n"
        for place, lift in ((",", 110), ("East,", 120), (",Key", 130), ("East,Key", 140))
    )
    plan = lifted(tmp_path, responses, units=units, segments=segments)
    lifts = plan["budget"].groupby(["territory", "segment"])["lift"].sum().to_dict()
    assert lifts == pytest.approx(
        {("East", "Key"): 140, ("East", "Other"): 120, ("West", "Key"): 130, ("West", "Other"): 110}
    )


def test_lift_of_a_cell_is_shared_by_demand(tmp_path):
    # 40 of money lift 80 in the cell: a quarter for u1, the rest for u2.
    units = UNIT + "u2,East,Key,10,300\n"
    plan = lifted(tmp_path, LINEAR, "budget: {total_max: 40}\n", units=units)
    assert by_key(plan, "sales", "unit", "lift") == pytest.approx({"u1": 20, "u2": 60})
    assert by_key(plan, "sales", "unit", "spend") == pytest.approx({"u1": 10, "u2": 30})


def test_nothing_is_spent_on_what_a_unit_cannot_buy(tmp_path):
    # Potential leaves room for 30, which 15 of money bring.
    units = "unit,territory,segment,hours,demand,potential\nu1,East,Key,10,100,130\n"
    plan = lifted(tmp_path, units=units)
    assert total(plan, "sales", "sales") == pytest.approx(130)
    assert total(plan, "budget", "spend") == pytest.approx(15)


MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
HISTORY = "date,territory,segment,sales\n" + "".join(f"{m}-01,East,Key,110\n" for m in MONTHS)
SPENT = "date,lever,spend,territory,segment\n" + "".join(
    f"{m}-01,ads,50,East,Key\n" for m in MONTHS
)
# A lift of a tenth at 50 of spend; one unit of money brings 0.2, so the plan spends nothing.
WEAK = HEADER + "ads,,,linear,0.2,share,50,,,,\n"
NO_DEMAND = "unit,territory,segment,hours\nu1,East,Key,10\n"


def test_lift_of_past_spend_leaves_demand(tmp_path):
    # 110 were sold with a lift of a tenth, so 100 would have been sold without.
    plan = lifted(tmp_path, WEAK, units=NO_DEMAND, history=HISTORY, spend=SPENT)
    assert total(plan, "budget", "spend") == pytest.approx(0, abs=1e-9)
    assert total(plan, "sales", "sales") == pytest.approx(100)


def test_without_past_spend_demand_is_history_and_the_plan_says_so(tmp_path):
    plan = lifted(tmp_path, WEAK, units=NO_DEMAND, history=HISTORY)
    assert total(plan, "sales", "sales") == pytest.approx(110)
    assert any("No past spend is known for ads" in text for text in plan.summary["warnings"])


def test_a_line_rightly_gets_nothing_although_its_slope_is_the_best_somewhere(tmp_path):
    # At its inflection (80 of spend) grip brings 1.26 for one more of money, plain 1.1 anywhere. But the
    # most that grip brings on average is 2/3 · 150 for 126, which is 0.79.
    responses = (
        HEADER + "grip,,,adbudg,150,currency,100,3,,,\nplain,,,linear,220,currency,100,,,,\n"
    )
    plan = lifted(tmp_path, responses, "budget: {total_max: 100}\n", "lever\ngrip\nplain\n")
    assert by_key(plan, "budget", "lever", "spend") == pytest.approx({"grip": 0, "plain": 100})
    assert plan.summary["objective"] == pytest.approx(110)


def test_the_same_line_gets_all_where_its_average_is_better(tmp_path):
    # With twice the height 126 of money bring 200 there and 138.6 in plain.
    responses = (
        HEADER + "grip,,,adbudg,300,currency,100,3,,,\nplain,,,linear,220,currency,100,,,,\n"
    )
    plan = lifted(tmp_path, responses, "budget: {total_max: 126}\n", "lever\ngrip\nplain\n")
    assert by_key(plan, "budget", "lever", "spend") == pytest.approx({"grip": 126, "plain": 0})
    assert plan.summary["objective"] == pytest.approx(174, abs=plan.summary["curve_error"])


POINTS = "lever,form,lift_unit,spend_today,lift_0,lift_50,lift_100,lift_150,lift_max\n"


def test_five_points_are_the_curve_through_them(tmp_path):
    # 120 · x / (1 + x) with x = spend / 50: one more of money brings one where (1 + x)² = 2.4, at 27.46.
    plan = lifted(tmp_path, POINTS + "ads,points,currency,50,0,40,60,72,120\n")
    assert total(plan, "budget", "spend") == pytest.approx(27.46, abs=5)
    error = plan.summary["curve_error"]
    assert plan.summary["objective"] == pytest.approx(100 + 42.54 - 27.46, abs=error)


def test_points_may_be_levels_of_sales(tmp_path):
    # An index of 50, 70, 80, 86, 110 is a lift of 120 % of demand at the most: the curve above.
    index = POINTS + "ads,points,share,50,50,70,80,86,110\n"
    levels = lifted(tmp_path / "a", index)
    lifts = lifted(tmp_path / "b", POINTS + "ads,points,currency,50,0,40,60,72,120\n")
    assert levels.summary["objective"] == pytest.approx(lifts.summary["objective"], abs=1e-3)


def test_a_curve_reaches_as_far_as_spend_does(tmp_path):
    # Half of each month's spend carries over, so the second month works with up to 150: beyond the 100 that
    # one month may spend the curve goes on, and its error counts there too.
    plan = planned(
        tmp_path,
        months=2,
        levers=LEVERS,
        responses=HEADER + "ads,,,adbudg,900,currency,100,1,0.5,100,\n",
        **ONE,
    )
    budget = plan["budget"]
    assert budget["spend"].tolist() == pytest.approx([100, 100])
    true = [900 * x / (100 + x) for x in (100, 150)]
    off = sum(abs(a - b) for a, b in zip(budget["lift"], true, strict=True))
    assert 0 < off <= plan.summary["curve_error"]
