"""Each cause of a variance on an instance solved in the head: where nothing else changed, all is its."""

from __future__ import annotations

import pytest
from support_variance import (
    ONE_UNIT,
    causes_in,
    causes_of,
    course_of,
    one_unit,
    plan_by_hand,
    unknown_in,
)

from allocopt.replanning.variance import explain_variance

NOTHING_TOLD = {"vacancy", "ramp", "coverage", "price", "mix", "volume", "timing", "market"}


def test_without_further_data_all_is_rest_and_the_other_causes_are_unknown(tmp_path):
    course = course_of(one_unit(tmp_path), "date,unit,sales\n2026-01-10,u1,80")
    variance = explain_variance(course)
    assert causes_in(variance) == {"rest": -20.0}
    # No lever is planned, so that spend is known to have done nothing.
    assert unknown_in(variance) == NOTHING_TOLD


def test_half_of_the_time_of_an_all_or_nothing_unit_is_half_of_its_sales(tmp_path):
    course = course_of(one_unit(tmp_path), "date,unit,sales,hours\n2026-01-10,u1,50,5")
    assert causes_of(course) == {"coverage": -50.0}


def test_a_unit_without_a_row_got_no_time_where_its_territory_tells_hours(tmp_path):
    units = ONE_UNIT + "u2,East,Key,10,100,Bob\n"
    scenario = one_unit(tmp_path, units=units)
    course = course_of(scenario, "date,unit,sales,hours\n2026-01-10,u1,100,10")
    assert causes_of(course, "unit", "u2") == {"coverage": -100.0}


def test_more_time_than_planned_brings_an_all_or_nothing_unit_nothing(tmp_path):
    course = course_of(one_unit(tmp_path), "date,unit,sales,hours\n2026-01-10,u1,110,20")
    assert causes_of(course) == {"rest": 10.0}


CURVE = """
    segment,margin,response_0,response_50,response_100,response_150,response_max
    Key,1,0.5,0.8,1,1.1,1.2
"""


def test_sales_follow_the_response_to_the_time_that_was_given(tmp_path):
    scenario = one_unit(tmp_path, segments=CURVE)
    # Half of the hours bring 0.8 of demand, one and a half times as many 1.1.
    for hours, sales in ((5, 80), (15, 110), (0, 50)):
        course = course_of(scenario, f"date,unit,sales,hours\n2026-01-10,u1,{sales},{hours}")
        assert causes_of(course) == {"coverage": sales - 100.0}


def test_travel_in_planned_time_does_not_move_the_point_on_the_curve(tmp_path):
    scenario = one_unit(tmp_path, segments=CURVE)
    plan = plan_by_hand(scenario, time="unit,rep,period,hours\nu1,Ann,2026-01,20")
    # Planned sales of 100 stand for the standard 10 hours, the other 10 are travel.
    course = course_of(scenario, "date,unit,sales,hours\n2026-01-10,u1,80,10", plan=plan)
    assert causes_of(course) == {"coverage": -20.0}


AWAY = "rep,start,end\nAnn,2026-01-01,2026-01-31"


def test_absence_is_a_vacancy_without_hours_told(tmp_path):
    half = "rep,start,end,share\nAnn,2026-01-01,2026-01-31,0.5"
    course = course_of(one_unit(tmp_path), "date,unit,sales\n2026-01-10,u1,50", absences=half)
    variance = explain_variance(course)
    assert causes_in(variance) == {"vacancy": -50.0}
    assert "coverage" in unknown_in(variance)


def test_who_stands_in_shows_as_coverage(tmp_path):
    # Ann was away all month, a colleague gave 4 hours: 40 where she is missing, nothing beside her.
    course = course_of(
        one_unit(tmp_path), "date,unit,sales,hours\n2026-01-10,u1,40,4", absences=AWAY
    )
    assert causes_of(course) == {"vacancy": -80.0, "coverage": 20.0}


REPS = "rep,hours,cost,start,ramp\nAnn,40,10,2026-01-01,{ramp}\nBob,40,10,,\n"


def test_a_longer_ramp_takes_time(tmp_path):
    scenario = one_unit(tmp_path, reps=REPS.format(ramp=0))
    course = course_of(scenario, "date,unit,sales\n2026-01-10,u1,50", reps=REPS.format(ramp=1))
    # Full hours after one period: half of them in the first.
    assert causes_of(course) == {"ramp": -50.0}


def test_a_late_start_is_a_vacancy_first_and_a_ramp_after(tmp_path):
    scenario = one_unit(tmp_path, months=2, reps=REPS.format(ramp=1))
    plan = plan_by_hand(
        scenario, time="unit,rep,period,hours\nu1,Ann,2026-01,10\nu1,Ann,2026-02,10"
    )
    late = REPS.format(ramp=1).replace("2026-01-01", "2026-02-01")
    rows = "date,unit,sales\n2026-01-10,u1,0\n2026-02-10,u1,50"
    variance = explain_variance(course_of(scenario, rows, ("2026-01", "2026-02"), plan, reps=late))
    assert causes_in(variance, period="2026-01") == {"vacancy": -100.0}
    # In February the rep is in the first period of the ramp and not in the second: half the hours.
    assert causes_in(variance, period="2026-02") == {"ramp": -50.0}


LEVERS = {
    "levers": "lever,channel\nads,online",
    "responses": "lever,form,lift_max,lift_unit,half,carryover\nads,linear,60,currency,10,{carry}",
}


def lifted(folder, months=1, carry="0"):
    """A unit that sells 100 without spend, and 30 more with the planned spend of 10."""
    tables = {name: text.format(carry=carry) for name, text in LEVERS.items()}
    scenario = one_unit(folder, months=months, **tables)
    labels = scenario.calendar.labels
    sales = "".join(f"u1,{label},130,100,30,10\n" for label in labels)
    spend = "".join(f"ads,East,Key,{label},10,30\n" for label in labels)
    plan = plan_by_hand(
        scenario,
        sales="unit,period,sales,demand,lift,spend\n" + sales,
        budget="lever,territory,segment,period,spend,lift\n" + spend,
    )
    return scenario, plan


def test_half_of_the_spend_brings_half_of_a_linear_lift(tmp_path):
    scenario, plan = lifted(tmp_path)
    spend = "date,lever,spend\n2026-01-05,ads,5"
    course = course_of(scenario, "date,unit,sales\n2026-01-10,u1,115", plan=plan, spend=spend)
    assert causes_of(course) == {"spend": -15.0}


def test_spend_that_nobody_told_is_unknown(tmp_path):
    scenario, plan = lifted(tmp_path)
    variance = explain_variance(
        course_of(scenario, "date,unit,sales\n2026-01-10,u1,115", plan=plan)
    )
    assert "spend" in unknown_in(variance)
    assert causes_in(variance) == {"rest": -15.0}


def test_spend_of_a_month_without_any_row_is_unknown_in_that_month(tmp_path):
    scenario, plan = lifted(tmp_path, months=2)
    rows = "date,unit,sales\n2026-01-10,u1,115\n2026-02-10,u1,130"
    spend = "date,lever,spend\n2026-01-05,ads,5"
    variance = explain_variance(
        course_of(scenario, rows, ("2026-01", "2026-02"), plan, spend=spend)
    )
    assert causes_in(variance) == {"spend": -15.0}
    assert "spend" in unknown_in(variance, period="2026-02")


def test_spend_goes_on_working_where_it_is_carried_over(tmp_path):
    scenario, _ = lifted(tmp_path, months=2, carry="0.5")
    # Effective spend of 10 and 15 as planned: lift of 30 and 45.
    plan = plan_by_hand(
        scenario,
        sales="unit,period,sales,demand,lift,spend\nu1,2026-01,130,100,30,10\nu1,2026-02,145,100,45,10",
        budget="lever,territory,segment,period,spend,lift\n"
        "ads,East,Key,2026-01,10,30\nads,East,Key,2026-02,10,45",
    )
    rows = "date,unit,sales\n2026-01-10,u1,100\n2026-02-10,u1,130"
    spend = "date,lever,spend\n2026-01-05,ads,0\n2026-02-05,ads,10"
    variance = explain_variance(
        course_of(scenario, rows, ("2026-01", "2026-02"), plan, spend=spend)
    )
    assert causes_in(variance, period="2026-01") == {"spend": -30.0}
    # Nothing is left of January: 10 instead of 15.
    assert causes_in(variance, period="2026-02") == {"spend": -15.0}


# Last year p cost 5 and q 15, as many of each: 10 in the mean.
HISTORY = """
    date,unit,product,sales,units_sold
    2025-03-01,u1,p,25,5
    2025-03-01,u1,q,75,5
"""
SOLD = "date,unit,product,sales,units_sold\n"


def test_a_lower_price_of_the_same_pieces_is_price(tmp_path):
    scenario = one_unit(tmp_path, history=HISTORY)
    course = course_of(scenario, SOLD + "2026-01-10,u1,p,20,5\n2026-01-10,u1,q,60,5")
    assert causes_of(course) == {"price": -20.0}


def test_as_many_cheaper_pieces_are_mix(tmp_path):
    scenario = one_unit(tmp_path, history=HISTORY)
    course = course_of(scenario, SOLD + "2026-01-10,u1,p,50,10")
    assert causes_of(course) == {"mix": -50.0}


def test_fewer_pieces_in_the_same_mix_are_volume(tmp_path):
    scenario = one_unit(tmp_path, history=HISTORY)
    course = course_of(scenario, SOLD + "2026-01-10,u1,p,20,4\n2026-01-10,u1,q,60,4")
    assert causes_of(course) == {"volume": -20.0}


def test_price_and_volume_share_what_they_did_together(tmp_path):
    scenario = one_unit(tmp_path, history=HISTORY)
    # Half the price and half the pieces: 25 instead of 100; either alone would have taken 50.
    course = course_of(scenario, SOLD + "2026-01-10,u1,p,6.25,2.5\n2026-01-10,u1,q,18.75,2.5")
    assert causes_of(course) == {"price": -37.5, "volume": -37.5}


def test_pieces_follow_from_the_price_where_they_are_not_told(tmp_path):
    scenario = one_unit(tmp_path, history=HISTORY)
    course = course_of(
        scenario, "date,unit,product,sales,price\n2026-01-10,u1,p,20,4\n2026-01-10,u1,q,60,12"
    )
    assert causes_of(course) == {"price": -20.0}


def test_a_list_price_alone_tells_the_price_and_not_the_mix(tmp_path):
    scenario = one_unit(tmp_path, products="product,price\np,10")
    variance = explain_variance(course_of(scenario, SOLD + "2026-01-10,u1,p,80,10"))
    assert causes_in(variance) == {"price": -20.0}
    assert {"mix", "volume"} <= unknown_in(variance)


def test_a_new_product_counts_as_mix(tmp_path):
    scenario = one_unit(tmp_path, history=HISTORY)
    course = course_of(scenario, SOLD + "2026-01-10,u1,new,200,10")
    assert causes_of(course) == {"mix": 100.0}


def test_products_gain_from_each_other_by_mix(tmp_path):
    scenario = one_unit(tmp_path, history=HISTORY)
    variance = explain_variance(course_of(scenario, SOLD + "2026-01-10,u1,p,50,10"))
    # Planned 25 of p and 75 of q.
    assert causes_in(variance, "product", "p") == {"mix": 25.0}
    assert causes_in(variance, "product", "q") == {"mix": -75.0}


def test_the_price_of_a_product_is_its_own(tmp_path):
    scenario = one_unit(tmp_path, history=HISTORY)
    course = course_of(scenario, SOLD + "2026-01-10,u1,p,25,5\n2026-01-10,u1,q,55,5")
    variance = explain_variance(course)
    assert causes_in(variance, "product", "q") == {"price": -20.0}
    assert causes_in(variance, "product", "p") == {}


MARKET = "period,territory,size\n2026-01,East,{size}"


def test_a_smaller_market_takes_its_share_of_planned_sales(tmp_path):
    scenario = one_unit(tmp_path, market=MARKET.format(size=1000))
    course = course_of(
        scenario, "date,unit,sales\n2026-01-10,u1,90", market=MARKET.format(size=900)
    )
    assert causes_of(course) == {"market": -10.0}


def test_sales_booked_and_not_invoiced_are_timing(tmp_path):
    course = course_of(one_unit(tmp_path), "date,unit,sales,booked\n2026-01-10,u1,60,100")
    assert causes_of(course) == {"timing": -40.0}


def test_where_sales_are_bookings_nothing_comes_before_them(tmp_path):
    scenario = one_unit(tmp_path, "measure: {sales: booked}\n")
    variance = explain_variance(course_of(scenario, "date,unit,sales,booked\n2026-01-10,u1,60,60"))
    assert "timing" in unknown_in(variance)


DEALS = """
    deal,unit,amount,probability,stage,close,snapshot_date
    d1,u1,60,0.5,open,2026-01-20,2025-12-31
    d1,u1,60,0.9,{stage},{close},2026-03-01
"""


def slipped(folder, stage, close, closed=("2026-01", "2026-02"), sales=(70, 130)):
    scenario = one_unit(folder, months=3)
    rows = "date,unit,sales\n" + "".join(
        f"{label}-10,u1,{amount}\n" for label, amount in zip(closed, sales, strict=True)
    )
    deals = DEALS.format(stage=stage, close=close)
    return explain_variance(course_of(scenario, rows, closed, pipeline=deals))


def test_a_deal_won_a_month_late_takes_from_one_month_and_gives_to_the_next(tmp_path):
    variance = slipped(tmp_path, "won", "2026-02-10")
    assert causes_in(variance, period="2026-01") == {"timing": -30.0}
    assert causes_in(variance, period="2026-02") == {"timing": 30.0}
    assert causes_in(variance) == {}


def test_a_deal_that_moves_beyond_today_is_missing_to_date(tmp_path):
    variance = slipped(tmp_path, "open", "2026-03-20", sales=(70, 100))
    assert causes_in(variance) == {"timing": -30.0}


def test_a_lost_deal_is_no_matter_of_time(tmp_path):
    variance = slipped(tmp_path, "lost", "2026-01-20", sales=(70, 100))
    assert "timing" not in causes_in(variance, period="2026-01")


def test_what_another_sold_is_credit_of_both(tmp_path):
    course = course_of(one_unit(tmp_path), "date,unit,sales,rep\n2026-01-10,u1,100,Bob")
    variance = explain_variance(course)
    assert causes_in(variance, "rep", "Ann") == {"credit": -100.0}
    assert causes_in(variance, "rep", "Bob") == {"credit": 100.0}
    assert causes_in(variance) == {}


def test_without_names_credit_is_unknown(tmp_path):
    course = course_of(one_unit(tmp_path), "date,unit,sales\n2026-01-10,u1,90")
    variance = explain_variance(course)
    assert "credit" in unknown_in(variance, "rep", "Ann")
    assert causes_in(variance, "rep", "Ann") == {"rest": -10.0}


UNITS = """
    unit,territory,segment,hours,demand,rep
    u1,East,Key,10,100,Ann
    u2,West,Key,10,100,Bob
"""


def test_a_territory_that_has_not_reported_explains_nothing_but_that(tmp_path):
    scenario = one_unit(tmp_path, units=UNITS)
    variance = explain_variance(course_of(scenario, "date,unit,sales\n2026-01-10,u1,100"))
    assert causes_in(variance, "territory", "West") == {"unreported": -100.0}
    assert unknown_in(variance, "territory", "West") == set()
    assert causes_in(variance) == {"unreported": -100.0}


FORECAST = """
    territory,segment,unit,period,mean,lower,upper
    East,Key,,2026-01,100,{low},{high}
    West,Key,,2026-01,100,{low},{high}
"""


@pytest.mark.parametrize(("low", "high", "cause"), [(100, 100, "market"), (60, 140, "rest")])
def test_what_the_forecast_does_not_allow_is_the_market_and_the_rest_is_noise(
    tmp_path, low, high, cause
):
    scenario = one_unit(tmp_path, units=UNITS)
    plan = plan_by_hand(scenario, forecast=FORECAST.format(low=low, high=high))
    rows = "date,unit,sales\n2026-01-10,u1,80\n2026-01-10,u2,80"
    assert causes_of(course_of(scenario, rows, plan=plan)) == {cause: -40.0}


def test_a_planned_rep_bears_the_own_absence_of_a_shared_unit(tmp_path):
    scenario = one_unit(tmp_path)
    plan = plan_by_hand(
        scenario,
        time="unit,rep,period,hours\nu1,Ann,2026-01,5\nu1,Bob,2026-01,5",
        assignments="unit,rep,start,end,share\n"
        "u1,Ann,2026-01-01,2026-01-31,0.5\nu1,Bob,2026-01-01,2026-01-31,0.5",
    )
    course = course_of(scenario, "date,unit,sales\n2026-01-10,u1,50", plan=plan, absences=AWAY)
    variance = explain_variance(course)
    assert causes_in(variance, "rep", "Ann") == {"vacancy": -50.0}
    assert causes_in(variance, "rep", "Bob") == {}
