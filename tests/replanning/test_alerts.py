"""Alerts: what rings, since when, how sure, and what to do; and that noise does not ring."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from support_course import actuals, course_of, course_scenario, outlook_of, row_of

from allocopt.config import Config
from allocopt.replanning.alerts import calls_for_replan, find_alerts
from allocopt.replanning.alerts.collapse import deepest_fall
from allocopt.replanning.alerts.progress import runrate_alerts
from allocopt.replanning.alerts.review import Review
from allocopt.replanning.course import Course
from allocopt.replanning.performance import performance_table

UNITS = "unit,territory,segment,hours,rep\nu1,East,Key,10,Ann\nu2,West,Key,10,Bob\n"
# Standard deviation 10 of 100 a month: the bounds hold 80 %, 1.2816 deviations on each side.
DEMAND = "territory,segment,period,mean,lower,upper\n" + "".join(
    f"{place},Key,2026-{month:02d},100,87.1845,112.8155\n"
    for month in range(1, 13)
    for place in ("East", "West")
)
PLACES = ("East", "West")


def scenario_of(tmp_path, yaml: str = "", **tables: str):
    return course_scenario(tmp_path, yaml, **{"units": UNITS, "demand": DEMAND, **tables})


def sold(months: int, **places: list[float]) -> str:
    """Monthly sales by place, 100 where nothing is said."""
    rows = [
        f"2026-{month + 1:02d}-10,{place},Key,{places[place][month] if place in places else 100}"
        for month in range(months)
        for place in PLACES
    ]
    return "\n".join(["date,territory,segment,sales", *rows])


def alerts_of(course: Course, outlook=None) -> pd.DataFrame:
    return find_alerts(course, performance_table(course, outlook), outlook)


def kinds(table: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(table["alert"], table["scope"], strict=True))


def test_nothing_rings_when_all_comes_as_planned(tmp_path):
    assert alerts_of(course_of(scenario_of(tmp_path), 4, sold(4))).empty


def test_a_territory_below_plan_rings_with_when_how_sure_and_what_to_do(tmp_path):
    course = course_of(scenario_of(tmp_path), 3, sold(3, West=[100, 70, 60]))
    table = alerts_of(course)
    west = row_of(table, alert="plan_share", scope="territory=West")
    # 230 of 300; after February it was at 85 %, after January at all of it.
    assert west["value"] == pytest.approx(230 / 300)
    assert west["threshold"] == 0.9
    assert west["since"] == "2026-02"
    # 70 below in deviations of √3 · 10: 4.04, whose chance of 0.00003 is shared among nine tests.
    assert 0.999 < west["probability"] < 1
    assert "Ask Bob" in west["suggestion"]
    assert "Bob" in west["suggestion_zh"]
    assert "76.7%" in west["text"]
    assert "76.7%" in west["text_zh"]
    assert ("plan_share", "territory=East") not in kinds(table)
    bob = row_of(table, alert="plan_share", scope="rep=Bob")
    assert "--quotas relief" in bob["command"]


def test_below_the_threshold_by_chance_alone_does_not_ring(tmp_path):
    # 88 of 100 in one month is 1.2 deviations down: one case in nine of each test.
    table = alerts_of(course_of(scenario_of(tmp_path), 1, sold(1, West=[88])))
    assert ("plan_share", "territory=West") not in kinds(table)


def test_without_bounds_of_the_forecast_the_threshold_alone_decides(tmp_path):
    units = (
        UNITS.replace("rep\n", "demand,rep\n").replace("Ann", "100,Ann").replace("Bob", "100,Bob")
    )
    course = course_of(scenario_of(tmp_path, units=units, demand=""), 1, sold(1, West=[88]))
    west = row_of(alerts_of(course), alert="plan_share", scope="territory=West")
    assert pd.isna(west["probability"])


def test_a_quota_above_expected_sales_is_no_alarm_by_itself(tmp_path):
    scenario = scenario_of(tmp_path, "quota: {over_assignment: 0.3}\n")
    assert alerts_of(course_of(scenario, 6, sold(6))).empty


def test_an_unreported_territory_rings_as_unreported_and_not_as_short(tmp_path):
    rows = "\n".join(line for line in sold(2).splitlines() if "02-10,West" not in line)
    table = alerts_of(course_of(scenario_of(tmp_path), 2, rows))
    assert kinds(table) == {("unreported", "territory=West")}
    west = table.iloc[0]
    assert (west["since"], west["value"]) == ("2026-02", 100)
    assert west["suggestion"].startswith("Ask Bob for the sales of 2026-02")
    assert pd.isna(west["probability"])


def test_sales_far_above_the_forecast_ring_too(tmp_path):
    table = alerts_of(course_of(scenario_of(tmp_path), 2, sold(2, East=[140, 150])))
    east = row_of(table, alert="runrate", scope="territory=East")
    assert (east["value"], east["threshold"], east["since"]) == (290, 200, "2026-01")
    assert "more to sell" in east["suggestion"]


def test_errors_that_go_together_ring_later(tmp_path):
    course = course_of(scenario_of(tmp_path), 4, sold(4, West=[88, 88, 88, 88]))
    apart = alerts_of(course)
    west = row_of(apart, alert="runrate", scope="territory=West")
    # Given demand is low in all months together: then four low months are as likely as one.
    together = alerts_of(course, outlook_of(course))
    assert ("runrate", "territory=West") not in kinds(together)
    assert west["probability"] > 0.9


def test_drift_tells_when_it_began(tmp_path):
    shifted = [100.0] * 3 + [80.0] * 5
    table = alerts_of(course_of(scenario_of(tmp_path), 8, sold(8, West=shifted)))
    west = row_of(table, alert="drift", scope="territory=West")
    # Two deviations a month less half of one: 5 · 1.5 since April.
    assert west["since"] == "2026-04"
    assert west["value"] == pytest.approx(7.5, abs=0.01)
    assert west["threshold"] == pytest.approx(4.77, abs=0.01)
    assert "-20.0%" in west["text"]
    assert "replan.refit=always" in west["command"]


def test_hours_given_beyond_those_there_are(tmp_path):
    rows = "\n".join(
        line + ("," + more if "East" in line else ",,")
        for line, more in zip(sold(2).splitlines()[1:], ["Ann,40", "", "Ann,60", ""], strict=True)
    )
    course = course_of(scenario_of(tmp_path), 2, "date,territory,segment,sales,rep,hours\n" + rows)
    ann = row_of(alerts_of(course), alert="capacity", scope="rep=Ann")
    # 100 h where there are 80 h; January was as it should be.
    assert ann["value"] == pytest.approx(1.25)
    assert ann["since"] == "2026-02"
    assert 'tables.reps."Ann".hours=50' in ann["command"]
    scenario = scenario_of(tmp_path / "off", "alerts: {hours_above: 0}\n")
    quiet = replace(course, scenario=scenario)
    assert alerts_of(quiet).empty


def test_time_planned_beyond_what_there_is(tmp_path):
    reps = "rep,hours,territories\nAnn,8,East\nBob,40,West\n"
    yaml = "workload: {overtime_max: 0.1, overtime_cost: 1}\n"
    course = course_of(scenario_of(tmp_path, yaml, reps=reps), 1, sold(1))
    ann = row_of(alerts_of(course), alert="capacity", scope="rep=Ann")
    assert ann["value"] == pytest.approx(1.25)
    assert ann["since"] == "2026-02"
    assert "--set workload.hard=true" in ann["command"]


def test_market_share_below_its_threshold(tmp_path):
    market = "period,territory,size\n" + "".join(
        f"2026-{month:02d},West,{size}\n" for month, size in ((1, 400), (2, 500), (3, 800))
    )
    scenario = scenario_of(tmp_path, "alerts: {market_share_below: 0.22}\n", market=market)
    table = alerts_of(course_of(scenario, 3, sold(3)))
    west = row_of(table, alert="market_share", scope="territory=West")
    assert (west["value"], west["since"]) == (pytest.approx(0.125), "2026-02")


def test_actions_that_are_overdue(tmp_path):
    actions = """
    action,owner,due,status
    call,Ann,2026-01-15,open
    visit,Bob,2026-01-15,完成
    plan,Bob,2026-12-15,open
    """
    table = alerts_of(course_of(scenario_of(tmp_path, actions=actions), 2, sold(2)))
    assert kinds(table) == {("overdue", "action=call")}
    assert table.iloc[0]["since"] == "2026-01"
    assert table.iloc[0]["value"] == 44
    assert "Ask Ann" in table.iloc[0]["suggestion"]


CHANNEL_HISTORY = "date,territory,segment,sales,channel\n" + "".join(
    f"2025-{month:02d}-10,{place},Key,{sales},{channel}\n"
    for month in range(1, 13)
    for place in PLACES
    for channel, sales in (("shop", 60 + month % 3), ("web", 40 - month % 3))
)


def by_channel(months: int, web: list[float]) -> str:
    rows = [
        f"2026-{month + 1:02d}-10,{place},Key,{amount},{channel}"
        for month in range(months)
        for place in PLACES
        for channel, amount in (("shop", 100 - web[month]), ("web", web[month]))
    ]
    return "\n".join(["date,territory,segment,sales,channel", *rows])


def test_a_channel_that_collapses(tmp_path):
    levers = "lever,channel,total_max\nclicks,web,60\nposters,shop,60\n"
    responses = "lever,form,lift_max,lift_unit,half\nclicks,linear,30,currency,5\n"
    responses += "posters,linear,40,currency,5\n"
    segments = "segment,margin\nKey,1\n"
    tables = {"levers": levers, "responses": responses, "segments": segments}
    scenario = scenario_of(tmp_path, history=CHANNEL_HISTORY, **tables)
    course = course_of(scenario, 3, by_channel(3, [40, 39, 5]))
    web = row_of(alerts_of(course), alert="channel_collapse", scope="channel=web")
    # 10 where about 39 % of 200 are usual, in the last month only.
    assert web["since"] == "2026-03"
    assert web["value"] == pytest.approx(10 / 78, abs=0.01)
    assert web["probability"] > 0.99
    assert "shift budget from clicks" in web["suggestion"]
    assert "to posters" in web["suggestion"]
    # What is to be typed stands apart from what people read in a meeting.
    assert "allocopt" not in web["suggestion"] + web["suggestion_zh"]
    assert web["command"].startswith("allocopt replan PLAN")
    assert web["command"].endswith("--set 'tables.levers.\"clicks\".total_max=0'")


def test_a_channel_that_goes_as_usual_or_with_everybody_does_not_ring(tmp_path):
    scenario = scenario_of(tmp_path, history=CHANNEL_HISTORY)
    course = course_of(scenario, 3, by_channel(3, [40, 39, 38]))
    assert "channel_collapse" not in set(alerts_of(course)["alert"])
    halved = actuals(by_channel(3, [40, 39, 38]))
    halved["sales"] = halved["sales"] / 4
    fallen = alerts_of(replace(course, came={"actuals": halved}))
    assert "channel_collapse" not in set(fallen["alert"])


def test_a_fall_needs_a_past_to_be_told_from_chance():
    assert deepest_fall(np.array([9.0, 1, 1, 1]), np.array([10.0, 10, 10, 10])) is None
    fall = deepest_fall(np.array([50.0, 51, 49, 50, 50, 51, 49, 50, 5]), np.full(9, 100.0))
    assert fall is not None
    assert (fall.periods, fall.sold) == (1, 5)
    assert fall.usual == pytest.approx(50, abs=0.2)


def test_what_calls_for_a_new_plan():
    rings = pd.DataFrame({"alert": ["unreported", "drift"]})
    auto = Config.model_validate({"alerts": {"replan": "auto"}})
    assert calls_for_replan(rings, auto)
    assert not calls_for_replan(rings, Config())
    assert not calls_for_replan(rings.head(1), auto)
    assert not calls_for_replan(rings.head(0), auto)


def test_after_a_replan_the_forecasts_of_then_are_what_actuals_are_held_against(tmp_path):
    first = course_of(scenario_of(tmp_path), 2, sold(2, West=[80, 80]))
    made = outlook_of(first)
    frozen = {
        name: first.plan[name]
        for name in ("sales", "forecast", "forecast_nodes", "quotas", "budget")
    }
    before = {
        name: table[table["period"].isin(first.closed)].reset_index(drop=True)
        for name, table in frozen.items()
    }
    days = first.plan["assignments"].assign(end="2026-02-28")
    summary = {
        **made.plan.summary,
        "frozen": {"periods": list(first.closed), "through": "2026-02-28"},
    }
    plan = replace(made.plan, summary=summary, frozen={**before, "assignments": days})
    labels = first.scenario.calendar.labels
    second = Course(plan, made.scenario, labels[:4], {"actuals": actuals(sold(4, West=[80] * 4))})
    assert second.newly_closed == labels[2:4]
    page = performance_table(second, None)
    west = row_of(page, scope="rep", item="Bob", period="2026-04")
    assert (west["ytd_plan"], west["ytd_actual"], west["year_plan"]) == (400, 320, 1200)
    drift = row_of(find_alerts(second, page, None), alert="drift", scope="territory=West")
    assert drift["since"] == "2026-01"


def test_chances_are_those_that_noise_has(tmp_path):
    """300 territories in control are 300 tests: one in ten has a chance below 0.1."""
    places = [f"P{k}" for k in range(300)]
    units = "unit,territory,segment,hours,rep\n" + "".join(
        f"u{p},{p},Key,0.1,Ann\n" for p in places
    )
    demand = "territory,segment,period,mean,lower,upper\n" + "".join(
        f"{place},Key,2026-{month:02d},100,87.1845,112.8155\n"
        for month in range(1, 7)
        for place in places
    )
    scenario = course_scenario(tmp_path, units=units, demand=demand, periods=6)
    draw = np.random.default_rng(11)
    rows = [
        f"2026-{month:02d}-10,{place},Key,{100 + 10 * draw.standard_normal():.4f}"
        for month in range(1, 7)
        for place in places
    ]
    course = course_of(scenario, 6, "\n".join(["date,territory,segment,sales", *rows]))
    review = Review(course, performance_table(course, None), None)
    scores = review.expectations.nodes[1].to_date(review.to_date, 1.0)
    for level in (0.01, 0.1, 0.5):
        share = float((2 * norm.sf(np.abs(scores)) < level).mean())
        assert share == pytest.approx(level, abs=4 * np.sqrt(level * (1 - level) / 300))
    # Together they ring no more often than one: not at all here, where thirty are beyond 0.1.
    assert find_alerts(course, review.performance, None).empty


def test_noise_rings_no_more_often_than_is_said(tmp_path):
    course = course_of(scenario_of(tmp_path), 6, sold(6))
    draw = np.random.default_rng(13)
    runs, rang = 60, 0
    rows = course.table("actuals")
    for _ in range(runs):
        noisy = rows.assign(sales=100 + 10 * draw.standard_normal(len(rows)))
        review = Review(replace(course, came={"actuals": noisy}), pd.DataFrame(), None)
        rang += any(True for _ in runrate_alerts(review))
    # Nominal: one review in ten; 3 deviations of a binomial share.
    assert rang / runs < 0.1 + 3 * np.sqrt(0.09 / runs)


def test_a_real_shift_is_found_within_two_months_in_most_cases(tmp_path):
    course = course_of(scenario_of(tmp_path), 6, sold(6))
    draw = np.random.default_rng(12)
    found = []
    for _ in range(21):
        noise = 10 * draw.standard_normal((6, 2))
        amounts = (100 + noise - [0, 25]).ravel()
        rows = course.table("actuals").assign(sales=amounts)
        for closed in range(1, 7):
            seen = rows[rows["date"].dt.month <= closed]
            upto = Course(course.plan, course.scenario, course.closed[:closed], {"actuals": seen})
            if any(
                a.scope == "territory=West"
                for a in runrate_alerts(Review(upto, pd.DataFrame(), None))
            ):
                found.append(closed)
                break
        else:
            found.append(99)
    assert np.median(found) <= 2
