"""Budget: totals, limits by lever and scope, commitments, return floors, the price of money."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, by_key, planned, total

from allocopt.errors import Infeasible

UNITS = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\nu2,West,Other,10,100\n"
# One unit of money brings 3 with ads and 1.2 with fair, in each of the two cells, up to 100 and 200.
TABLES = {
    "units": UNITS,
    "reps": "rep,hours,cost\nAnn,40,60\n",
    "segments": FULL_MARGIN + "Other,1\n",
    "responses": (
        "lever,form,lift_max,lift_unit,half\nads,linear,300,currency,50\nfair,linear,240,currency,100\n"
    ),
}
LEVERS = "lever,channel,group,total_min,total_max,roi_min\n"
PLAIN = LEVERS + "ads,online,media,,,\nfair,events,trade,,,\n"


def spent(folder, yaml="", levers=PLAIN, **rest):
    """The plan of two cells and two levers."""
    return planned(folder, yaml, **{**TABLES, "levers": levers, **rest})


def test_without_limits_all_that_pays_is_spent(tmp_path):
    plan = spent(tmp_path)
    assert by_key(plan, "budget", "lever", "spend") == pytest.approx({"ads": 200, "fair": 400})


def test_total_goes_to_the_better_lever(tmp_path):
    plan = spent(tmp_path, "budget: {total_max: 150}\n")
    assert by_key(plan, "budget", "lever", "spend") == pytest.approx({"ads": 150, "fair": 0})
    # 200 of demand, 450 of lift, 150 of money, 60 for Ann.
    assert plan.summary["objective"] == pytest.approx(440)


def test_limits_of_a_lever(tmp_path):
    levers = LEVERS + "ads,online,media,,70,\nfair,events,trade,30,,\n"
    plan = spent(tmp_path, "budget: {total_max: 150}\n", levers)
    assert by_key(plan, "budget", "lever", "spend") == pytest.approx({"ads": 70, "fair": 80})
    forced = spent(tmp_path / "b", "budget: {total_max: 90}\n", levers)
    assert by_key(forced, "budget", "lever", "spend") == pytest.approx({"ads": 60, "fair": 30})


@pytest.mark.parametrize(
    ("scope", "key", "name"),
    [
        ("channel=online", "lever", "ads"),
        ("group=media", "lever", "ads"),
        ("lever=ads", "lever", "ads"),
        ("territory=West", "territory", "West"),
        ("segment=Other", "segment", "Other"),
    ],
)
def test_limit_of_a_scope(tmp_path, scope, key, name):
    plan = spent(tmp_path, f"budget: {{by: [{{scope: {scope}, max: 40}}]}}\n")
    sums = by_key(plan, "budget", key, "spend")
    assert sums.pop(name) == pytest.approx(40)
    assert min(sums.values()) > 100


def test_least_of_a_scope_is_spent_although_it_does_not_pay(tmp_path):
    # One unit of money on fairs brings half of itself here.
    responses = TABLES["responses"].replace("240", "100")
    free = spent(tmp_path / "a", responses=responses)
    bound = spent(
        tmp_path / "b", "budget: {by: [{scope: channel=events, min: 50}]}\n", responses=responses
    )
    assert by_key(free, "budget", "lever", "spend")["fair"] == pytest.approx(0)
    assert by_key(bound, "budget", "lever", "spend")["fair"] == pytest.approx(50)
    assert free.summary["objective"] - bound.summary["objective"] == pytest.approx(25)


def test_a_scope_above_covers_the_places_below(tmp_path):
    territories = "territory,parent\nCountry,\nEast,Country\nWest,Country\n"
    yaml = "budget: {by: [{scope: territory=Country, max: 40}]}\n"
    plan = spent(tmp_path, yaml, territories=territories)
    assert total(plan, "budget", "spend") == pytest.approx(40)


def test_the_whole_company_is_a_scope(tmp_path):
    yaml = "budget: {total_max: 90, by: [{scope: company, max: 40}]}\n"
    assert total(spent(tmp_path, yaml), "budget", "spend") == pytest.approx(40)


def test_two_limits_of_one_scope_both_hold(tmp_path):
    yaml = "budget: {by: [{scope: lever=ads, max: 40}, {scope: lever=ads, max: 70}]}\n"
    plan = spent(tmp_path, yaml)
    assert by_key(plan, "budget", "lever", "spend")["ads"] == pytest.approx(40)


def test_committed_spend_is_made_where_it_was_promised(tmp_path):
    responses = TABLES["responses"].replace("240", "100")
    spend = "date,lever,spend,kind,territory\n2026-01-15,fair,25,committed,West\n"
    plan = spent(tmp_path, responses=responses, spend=spend)
    fair = plan["budget"].query("lever == 'fair'").set_index("territory")["spend"]
    assert fair.to_dict() == pytest.approx({"East": 0, "West": 25})


def test_commitment_to_a_place_above_may_be_kept_below(tmp_path):
    responses = TABLES["responses"].replace("240", "100")
    territories = "territory,parent\nCountry,\nEast,Country\nWest,Country\n"
    spend = "date,lever,spend,kind,territory\n2026-01-15,fair,25,committed,Country\n"
    plan = spent(tmp_path, responses=responses, spend=spend, territories=territories)
    assert by_key(plan, "budget", "lever", "spend")["fair"] == pytest.approx(25)


def test_commitment_where_no_lever_works_is_said_in_words(tmp_path):
    responses = "lever,form,lift_max,lift_unit,half\nads,linear,300,currency,50\n"
    spend = "date,lever,spend,kind\n2026-01-15,fair,25,committed\n"
    with pytest.raises(Infeasible) as error:
        spent(tmp_path, responses=responses, spend=spend)
    assert "fair" in error.value.conflicts[0].detail


def test_return_of_a_lever(tmp_path):
    # A unit of money on fairs brings 1.2, less than the 1.5 that it must.
    levers = LEVERS + "ads,online,media,,,1.5\nfair,events,trade,,,1.5\n"
    plan = spent(tmp_path, levers=levers)
    assert by_key(plan, "budget", "lever", "spend") == pytest.approx({"ads": 200, "fair": 0})


def test_return_in_all_lets_the_good_lever_carry_the_other(tmp_path):
    # 600 + 1.2 · fair ≥ 2 · (200 + fair) allows 250 on fairs.
    plan = spent(tmp_path, "budget: {roi_min: 2}\n")
    assert by_key(plan, "budget", "lever", "spend") == pytest.approx({"ads": 200, "fair": 250})


def test_price_of_money_is_no_cost_and_keeps_poor_spend_away(tmp_path):
    plan = spent(tmp_path, "budget: {price_of_money: 0.5}\n")
    assert by_key(plan, "budget", "lever", "spend") == pytest.approx({"ads": 200, "fair": 0})
    # 200 + 600 − 200 − 60, and 0.5 · 200 less of objective.
    assert plan.summary["contribution"] == pytest.approx(540)
    assert plan.summary["objective"] == pytest.approx(440)


def test_people_can_count_against_the_total(tmp_path):
    # Ann costs 60 of the 100.
    plan = spent(tmp_path, "budget: {total_max: 100, include_people: true}\n")
    assert total(plan, "budget", "spend") == pytest.approx(40)


def test_budget_for_people_alone_decides_who_is_hired(tmp_path):
    # Hiring pays 100 − 70, but 60 + 70 pass the total of 100.
    reps = "rep,hours,cost,status\nAnn,10,60,\nNew,10,70,open\n"
    yaml = (
        "workload: {hard: true}\ncoverage: {every_unit: false}\n"
        "budget: {total_max: %d, include_people: true}\n"
    )
    tables = {**TABLES, "reps": reps, "responses": ""}
    tight = planned(tmp_path / "a", yaml % 100, **tables)
    loose = planned(tmp_path / "b", yaml % 130, **tables)
    assert tight["reps"]["hired"].tolist() == ["", "no"]
    assert loose["reps"]["hired"].tolist() == ["", "yes"]


def test_people_who_cost_more_than_the_total_are_named(tmp_path):
    with pytest.raises(Infeasible) as error:
        planned(
            tmp_path,
            "budget: {total_max: 50, include_people: true}\n",
            **{**TABLES, "responses": ""},
        )
    assert error.value.conflicts[0].rule == "budget_total"
    assert "60" in error.value.conflicts[0].detail


def test_a_bound_of_each_period_holds_in_each(tmp_path):
    yaml = "budget: {by: [{scope: company, max: 40, period: each}]}\n"
    plan = planned(tmp_path, yaml, months=2, **{**TABLES, "levers": PLAIN})
    assert by_key(plan, "budget", "period", "spend") == pytest.approx(
        {"2026-01": 40, "2026-02": 40}
    )


def test_a_bound_of_one_period_leaves_the_others(tmp_path):
    yaml = "budget: {by: [{scope: lever=ads, max: 10, period: 2026-02}]}\n"
    plan = planned(tmp_path, yaml, months=2, **{**TABLES, "levers": PLAIN})
    ads = plan["budget"].query("lever == 'ads'")
    assert by_key({"b": ads}, "b", "period", "spend") == pytest.approx(
        {"2026-01": 200, "2026-02": 10}
    )


def test_least_of_one_period_is_spent_in_it(tmp_path):
    responses = TABLES["responses"].replace("240", "100")
    yaml = "budget: {by: [{scope: channel=events, min: 50, period: 2026-02}]}\n"
    tables = {**TABLES, "levers": PLAIN, "responses": responses}
    fair = planned(tmp_path, yaml, months=2, **tables)["budget"].query("lever == 'fair'")
    assert by_key({"b": fair}, "b", "period", "spend") == pytest.approx(
        {"2026-01": 0, "2026-02": 50}
    )


# Demand is 100 in January and none in February; at 50 of spend ads lift it by one and a half times itself.
ONCE = {
    "units": "unit,territory,segment,hours\nu1,East,Key,10\n",
    "reps": "rep,hours\nAnn,40\n",
    "segments": FULL_MARGIN,
    "demand": "period,territory,segment,mean\n2026-01,East,Key,100\n2026-02,East,Key,0\n",
    "responses": "lever,form,lift_max,lift_unit,half\nads,linear,3,share,50\n",
}


def test_spend_that_is_committed_once_is_the_same_in_every_period(tmp_path):
    free = planned(tmp_path / "a", months=2, levers="lever,commit\nads,period\n", **ONCE)
    once = planned(tmp_path / "b", months=2, levers="lever,commit\nads,horizon\n", **ONCE)
    assert free["budget"]["spend"].tolist() == pytest.approx([100, 0])
    # 3 of lift for 2 of money still pays.
    assert once["budget"]["spend"].tolist() == pytest.approx([100, 100])
    assert (free.summary["objective"], once.summary["objective"]) == pytest.approx((300, 200))


def test_committing_once_may_not_pay_where_choosing_does(tmp_path):
    tables = {**ONCE, "responses": ONCE["responses"].replace("linear,3", "linear,1.8")}
    free = planned(tmp_path / "a", months=2, levers="lever,commit\nads,period\n", **tables)
    once = planned(tmp_path / "b", months=2, levers="lever,commit\nads,horizon\n", **tables)
    assert free["budget"]["spend"].tolist() == pytest.approx([100, 0])
    assert once["budget"]["spend"].tolist() == pytest.approx([0, 0])


def test_what_has_been_spent_inside_the_plan_is_fixed_and_counts(tmp_path):
    # 120 of 150 are gone in January, more than anybody would spend again; 30 are left for February.
    spend = "date,lever,spend,kind\n2026-01-10,fair,120,actual\n"
    responses = TABLES["responses"].replace("240", "100")
    plan = planned(
        tmp_path,
        "budget: {total_max: 150}\n",
        months=2,
        **{**TABLES, "levers": PLAIN, "responses": responses, "spend": spend},
    )
    sums = plan["budget"].groupby(["lever", "period"])["spend"].sum().to_dict()
    assert sums["fair", "2026-01"] == pytest.approx(120)
    assert sums["fair", "2026-02"] == pytest.approx(0)
    assert sums["ads", "2026-01"] + sums["ads", "2026-02"] == pytest.approx(30)


def test_a_lever_committed_once_is_steady_in_what_is_left(tmp_path):
    spend = "date,lever,spend,kind\n2026-01-10,ads,7,actual\n"
    tables = {**ONCE, "demand": ONCE["demand"].replace("Key,0", "Key,0\n2026-03,East,Key,100")}
    plan = planned(tmp_path, months=3, levers="lever,commit\nads,horizon\n", spend=spend, **tables)
    assert plan["budget"]["spend"].tolist() == pytest.approx([7, 100, 100])


def test_what_was_spent_may_pass_the_most_and_miss_the_least(tmp_path):
    columns = "lever,form,lift_max,lift_unit,half,spend_max,spend_min_if_any\n"
    responses = columns + "ads,linear,300,currency,50,60,20\n"
    spend = "date,lever,spend,kind,territory\n2026-01-10,ads,80,actual,East\n2026-01-10,ads,5,actual,West\n"
    plan = spent(tmp_path, responses=responses, spend=spend)
    assert by_key(plan, "budget", "territory", "spend") == pytest.approx({"East": 80, "West": 5})
    assert by_key(plan, "budget", "territory", "lift") == pytest.approx({"East": 240, "West": 15})


def test_a_promise_is_history_once_its_spend_is_known(tmp_path):
    # 25 were promised and 20 were spent: nobody has to spend the rest.
    spend = (
        "date,lever,spend,kind,territory\n2026-01-15,fair,25,committed,West\n"
        "2026-01-15,fair,20,actual,West\n"
    )
    responses = TABLES["responses"].replace("240", "100")
    plan = spent(tmp_path, responses=responses, spend=spend)
    fair = plan["budget"].query("lever == 'fair'").set_index("territory")["spend"]
    assert fair.to_dict() == pytest.approx({"East": 0, "West": 20})


def test_return_counts_the_margin_of_the_units_that_are_lifted(tmp_path):
    # Two units of one cell share the lift evenly, with margins of 1 and 0.5 by their products: 3 · 0.75 for
    # a unit of money is 2.25, which a floor of 2.5 forbids and one of 2 allows.
    units = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\nu2,East,Key,10,100\n"
    history = "date,unit,product,sales\n2025-06-01,u1,pump,10\n2025-06-01,u2,valve,10\n"
    tables = {
        "units": units,
        "history": history,
        "products": "product,margin\npump,1\nvalve,0.5\n",
    }
    strict = spent(tmp_path / "a", "budget: {roi_min: 2.5}\n", **tables)
    loose = spent(tmp_path / "b", "budget: {roi_min: 2}\n", **tables)
    assert total(strict, "budget", "spend") == pytest.approx(0)
    assert by_key(loose, "budget", "lever", "spend")["ads"] == pytest.approx(100)
