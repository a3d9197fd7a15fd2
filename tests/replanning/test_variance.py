"""Variance: parts add up to the cent at every level, whatever came; who says what of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_plan import EVERYTHING, EVERYTHING_TABLES, scenario_of
from support_variance import (
    causes_in,
    course_of,
    one_unit,
    plan_by_hand,
    rows_of,
    unknown_in,
)

from allocopt.plan import OPTIONAL_TABLES, Plan
from allocopt.planning import plan_scenario
from allocopt.replanning.course import Course
from allocopt.replanning.variance import (
    CAUSES,
    Variance,
    deviation_notes,
    drill,
    explain_variance,
    sentences,
    unknown_note,
    variance_table,
    waterfall,
)
from allocopt.replanning.variance.cents import shared_out
from allocopt.replanning.variance.credibility import credible
from allocopt.replanning.variance.effects import FACTORS, effects, world
from allocopt.replanning.variance.items import base_items
from allocopt.replanning.variance.sentences import OF_COMPANY, OF_PLAN
from allocopt.replanning.variance.shapley import shapley
from allocopt.replanning.variance.words import CAUSES_IN_WORDS
from allocopt.scenario import Scenario, load_scenario
from allocopt.tables import empty_table

UNITS = """
    unit,territory,segment,hours,demand,rep
    u1,Town,Key,10,100.37,Ann
    u2,Town,Small,10,33.33,Bob
    u3,Port,Key,10,0,Bob
    u4,West,Small,10,66.67,
    u5,West,Key,10,250.01,Ann
    u6,West,Key,5,17.02,Ann
"""
TREE = "territory,parent\nTown,East\nPort,East\nEast,Land\nWest,Land\n"
SEGMENTS = """
    segment,margin,response_0,response_50,response_100,response_150,response_max
    Key,1,0.5,0.8,1,1.1,1.2
    Small,1,,,,,
"""
HISTORY = """
    date,unit,product,sales,units_sold
    2025-03-01,u1,p,25,5
    2025-04-01,u1,q,75.5,5
    2025-05-01,u4,p,10,3
"""
REPS = "rep,hours,cost,start\nAnn,40,10,\nBob,40,10,2025-01-01\n"
MARKET = "period,territory,size\n2026-01,West,{size}"
LEVERS = {
    "levers": "lever,channel\nads,online",
    "responses": "lever,form,lift_max,lift_unit,half,carryover\nads,log,0.3,share,20,0.4",
}
DEALS = """
    deal,territory,segment,amount,probability,stage,close,snapshot_date
    d1,West,Key,60,0.5,open,2026-01-20,2025-12-31
    d1,West,Key,60,0.9,won,2026-02-10,2026-03-05
"""
MONTHS = ("2026-01", "2026-02", "2026-03")
SPENT = "date,lever,territory,spend\n2026-01-05,ads,,25\n2026-02-05,ads,West,3"
CAME = {
    "absences": "rep,start,end,share\nAnn,2026-01-10,2026-02-20,0.5",
    "market": MARKET.format(size=900),
    "pipeline": DEALS,
    "spend": SPENT,
}


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """A scenario in which every cause may work, its plan, and what came besides sales."""
    scenario = scenario_of(
        tmp_path_factory.mktemp("variance"),
        months=3,
        units=UNITS,
        territories=TREE,
        segments=SEGMENTS,
        history=HISTORY,
        **{"reps": REPS, "market": MARKET.format(size=1000), **LEVERS},
    )
    sales = "".join(
        f"{unit},{label},{demand + 5.55},{demand},5.55,4\n"
        for unit, demand in (
            ("u1", 100.37),
            ("u2", 33.33),
            ("u3", 0),
            ("u4", 66.67),
            ("u5", 250.01),
        )
        for label in MONTHS
    )
    cells = ("Town,Key", "Town,Small", "Port,Key", "West,Small", "West,Key")
    budget = "".join(f"ads,{cell},{label},4,5.55\n" for cell in cells for label in MONTHS)
    forecast = "".join(f"{c},,{label},100,80,120\n" for c in cells for label in MONTHS)
    plan = plan_by_hand(
        scenario,
        sales="unit,period,sales,demand,lift,spend\n" + sales,
        budget="lever,territory,segment,period,spend,lift\n" + budget,
        forecast="territory,segment,unit,period,mean,lower,upper\n" + forecast,
        assignments="unit,rep,start,end,share\n"
        "u1,Ann,2026-01-01,2026-01-14,1\nu1,Bob,2026-01-15,2026-03-31,1\n"
        "u2,Bob,2026-01-01,2026-03-31,0.3\nu2,Ann,2026-01-01,2026-03-31,0.7\n"
        "u5,Ann,2026-01-01,2026-03-31,1\n",
    )
    return course_of(scenario, "date,unit,sales\n2026-01-01,u1,1", MONTHS, plan, **CAME)


def typed(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows in the columns and types of a table."""
    empty = empty_table(name)
    frame = rows.reindex(columns=empty.columns)
    return pd.DataFrame({column: frame[column].astype(empty[column].dtype) for column in frame})


def with_rows(start: Course, rows: list[dict[str, object]], **came: pd.DataFrame) -> Course:
    """The course with other actual sales."""
    empty = empty_table("actuals")
    frame = pd.DataFrame(rows, columns=empty.columns)
    actuals = pd.DataFrame({name: frame[name].astype(empty[name].dtype) for name in frame})
    return Course(
        start.plan, start.scenario, start.closed, {**start.came, "actuals": actuals, **came}
    )


CENTS = st.integers(-2_000, 40_000).map(lambda cents: cents / 100)
MAYBE = st.none() | st.integers(0, 3_000).map(lambda hundredths: hundredths / 100)
ROW = st.fixed_dictionaries(
    {
        "date": st.sampled_from([pd.Timestamp(f"{label}-17") for label in MONTHS]),
        "unit": st.sampled_from([None, "u1", "u2", "u3", "u4", "u5", "u6"]),
        "sales": CENTS,
        "rep": st.sampled_from([None, "Ann", "Bob", "gone"]),
        "product": st.sampled_from([None, "p", "q", "new"]),
        "units_sold": MAYBE,
        "hours": MAYBE,
        "booked": st.none() | CENTS,
    }
)


def placed(row: dict[str, object]) -> dict[str, object]:
    """A row without a unit names its cell."""
    return row if row["unit"] else {**row, "territory": "West", "segment": "Key"}


ROWS = st.lists(ROW.map(placed), max_size=25)


def cents(amounts) -> np.ndarray:
    """Whole cents; fails where an amount has a part of a cent."""
    exact = np.asarray(amounts, dtype=float) * 100
    assert np.abs(exact - np.rint(exact)).max(initial=0.0) < 1e-6
    return np.rint(exact).astype(int)


def sums_of(variance: Variance) -> pd.DataFrame:
    """Cents of each scope, item, period and cause; unknown ones count as nothing."""
    table = variance.table
    return table.assign(cents=cents(table["amount"].fillna(0.0)))


@settings(max_examples=12, deadline=None)
@given(rows=ROWS)
def test_causes_and_parts_add_up_to_the_cent(start, rows):
    variance = explain_variance(with_rows(start, rows))
    assert not (variance.table["amount"] == 0).any()
    sums = sums_of(variance)
    causes_add_up(variance, sums)
    parts_add_up(sums)
    company = variance.totals[variance.totals["scope"] == "company"]
    assert cents(company["actual"])[-1] == round(sum(row["sales"] for row in rows) * 100)


def causes_add_up(variance: Variance, sums: pd.DataFrame) -> None:
    """Of every item and period, to actual less plan."""
    key = ["scope", "item", "period"]
    totals = variance.totals.set_index(key)
    found = sums.groupby(key)["cents"].sum().reindex(totals.index).fillna(0).astype(int)
    assert found.tolist() == (cents(totals["actual"]) - cents(totals["plan"])).tolist()


def parts_add_up(sums: pd.DataFrame) -> None:
    """Of every scope and of the periods, to their whole, cause by cause."""

    def of(scope: str, *items: str) -> pd.Series:
        chosen = sums[(sums["scope"] == scope) & (sums["item"].isin(items) if items else True)]
        return chosen.groupby(["period", "cause"])["cents"].sum().loc[lambda x: x != 0]

    company = of("company")
    for scope in (("territory", "Land"), ("territory", "East", "West"), ("segment",)):
        assert of(*scope).equals(company)
    assert of("product").equals(company)
    assert of("rep").equals(company)
    by_period, to_date = (
        sums[(sums["period"] == "") == whole].groupby(["scope", "item", "cause"])["cents"].sum()
        for whole in (False, True)
    )
    both = pd.concat([by_period, to_date], axis=1).fillna(0)
    assert (both.iloc[:, 0] == both.iloc[:, 1]).all()


@settings(max_examples=5, deadline=None)
@given(rows=ROWS, seed=st.randoms())
def test_the_order_of_rows_and_of_factors_changes_nothing(start, rows, seed):
    course = with_rows(start, rows)
    mixed = seed.sample(rows, len(rows))
    one, other = (
        explain_variance(c).table.set_index(["scope", "item", "period", "cause"])["amount"]
        for c in (course, with_rows(start, mixed))
    )
    both = pd.concat([one, other], axis=1).fillna(0.0)
    # Sums in another order may round the other way.
    assert (both.iloc[:, 0] - both.iloc[:, 1]).abs().max() < 0.021 or both.empty
    state = world(course, base_items(course))
    found = shapley(state.sales, FACTORS)
    again = shapley(state.sales, seed.sample(FACTORS, len(FACTORS)))
    for name in FACTORS:
        np.testing.assert_allclose(found[name], again[name], rtol=1e-9, atol=1e-7)


def test_what_came_as_planned_is_no_variance(tmp_path):
    scenario = scenario_of(tmp_path, EVERYTHING, 2, **EVERYTHING_TABLES)
    plan = plan_scenario(scenario)
    hours = plan["time"].groupby(["unit", "period"], as_index=False)["hours"].sum()
    rows = plan["sales"].drop(columns="spend").merge(hours, how="left").fillna({"hours": 0.0})
    spent = plan["budget"][["lever", "territory", "segment", "spend"]].assign(
        date=pd.to_datetime(plan["budget"]["period"])
    )
    course = with_rows(
        Course(plan, scenario, MONTHS[:2], {}),
        rows.assign(date=pd.to_datetime(rows["period"])).to_dict("records"),
        spend=typed("spend", spent),
    )
    variance = explain_variance(course)
    assert variance.table["amount"].isna().all()
    # Hours, spend and the forecast's interval are known.
    assert set(variance.table["cause"]) == {
        *("vacancy", "ramp", "price", "mix", "volume", "timing", "credit")
    }


@settings(max_examples=4, deadline=None)
@given(rows=ROWS)
def test_children_and_steps_add_up_to_their_item(start, rows):
    variance = explain_variance(with_rows(start, rows))
    for row in variance.totals[variance.totals["period"].isin(["", MONTHS[1]])].itertuples():
        children = drill(variance, row.scope, row.item, row.period)
        for name in ("plan", "actual"):
            assert cents(children[name]).sum() == cents([getattr(row, name)])[0]
        size = children["amount"].abs()
        assert (size.diff().dropna() <= 0).all()
        steps = waterfall(variance, row.scope, row.item, row.period)
        assert steps["end"].iloc[-2] == pytest.approx(row.actual, abs=1e-9)
        assert steps["amount"].iloc[-1] == row.actual
        moved = steps.iloc[1:-1]
        assert (moved["end"] - moved["start"]).to_numpy() == pytest.approx(
            moved["amount"].fillna(0.0).to_numpy(), abs=1e-9
        )


@settings(max_examples=5, deadline=None)
@given(rows=ROWS, factor=st.sampled_from([0.01, 7.3, 1e6]))
def test_another_currency_scales_every_cause(tmp_path_factory, rows, factor):
    folder = tmp_path_factory.mktemp("currency")
    history = pd.DataFrame(
        {"date": ["2025-03-01"] * 2, "unit": "u1", "product": ["p", "q"], "sales": [25.0, 75.0]}
    ).assign(units_sold=5)
    found = []
    for k, scale in enumerate((1.0, factor)):
        scenario = scenario_of(
            folder / str(k),
            months=3,
            units=UNITS,
            segments=SEGMENTS,
            history=history.assign(sales=history["sales"] * scale).to_csv(index=False),
        )
        sales = "".join(
            f"{unit},{label},{90 * scale},{100 * scale},0,0\n"
            for unit in ("u1", "u5")
            for label in MONTHS
        )
        plan = plan_by_hand(scenario, sales="unit,period,sales,demand,lift,spend\n" + sales)
        course = course_of(scenario, "date,unit,sales\n2026-01-01,u1,1", MONTHS, plan)
        own = [
            {
                **row,
                "sales": row["sales"] * scale,
                "booked": row["booked"] and row["booked"] * scale,
            }
            for row in rows
        ]
        came = with_rows(course, own)
        found.append(effects(came, base_items(came)).amounts)
    small, large = found
    for name in small:
        np.testing.assert_allclose(large[name], small[name] * factor, rtol=1e-6, atol=1e-6 * factor)


def test_the_table_has_the_columns_of_the_contract_and_every_scope(start):
    rows = [placed({"date": pd.Timestamp("2026-01-05"), "unit": "u1", "sales": 50.0})]
    course = with_rows(start, rows)
    table = variance_table(course)
    assert tuple(table.columns) == OPTIONAL_TABLES["variance"]
    assert set(table["scope"]) == {"company", "territory", "segment", "unit", "rep", "product"}
    assert set(table["period"]) == {"", *MONTHS}
    assert set(table["cause"]) <= set(CAUSES)


def test_hours_told_of_a_part_are_known_of_that_part(tmp_path):
    scenario = one_unit(tmp_path, units=TWO)
    rows = "date,unit,sales,hours\n2026-01-10,u1,50,5\n2026-01-10,u2,100,"
    variance = explain_variance(course_of(scenario, rows))
    assert causes_in(variance)["coverage"] == -50.0
    assert causes_in(variance, "unit", "u1") == {"coverage": -50.0}
    assert "coverage" in unknown_in(variance, "unit", "u2")
    # 150 of the planned and actual 350 are sales of u1.
    known = rows_of(variance, "company", "", "").set_index("cause")["known"]
    assert known["coverage"] == pytest.approx(150 / 350, abs=1e-4)


TWO = """
    unit,territory,segment,hours,demand,rep
    u1,East,Key,10,100,Ann
    u2,West,Key,10,100,Bob
"""


def test_a_cell_whose_sales_name_no_unit_is_one_item(tmp_path):
    scenario = one_unit(tmp_path, units=TWO.replace("West", "East"))
    rows = "date,territory,segment,unit,sales\n2026-01-10,East,Key,u1,70\n2026-01-10,East,Key,,90"
    variance = explain_variance(course_of(scenario, rows))
    assert "unit" not in variance.scopes
    assert causes_in(variance, "territory", "East") == {"rest": -40.0}
    # Each of the two was to sell half of the cell.
    assert causes_in(variance, "rep", "Ann") == {"rest": -20.0}
    assert drill(variance, "territory", "East")[["scope", "item"]].to_numpy().tolist() == [
        ["segment", "Key"]
    ]


def test_a_unit_that_was_not_planned_and_one_without_sales_are_told(tmp_path):
    scenario = one_unit(tmp_path, units=TWO)
    plan = plan_by_hand(
        scenario, sales="unit,period,sales,demand,lift,spend\nu1,2026-01,100,100,0,0"
    )
    rows = "date,unit,sales\n2026-01-10,u2,30"
    variance = explain_variance(course_of(scenario, rows, plan=plan))
    assert sum(causes_in(variance, "unit", "u2").values()) == 30.0
    assert causes_in(variance, "unit", "u1") == {"unreported": -100.0}


def test_returns_and_a_plan_of_nothing_add_up(tmp_path):
    scenario = one_unit(tmp_path, units=TWO.replace("100,Bob", "0,Bob"))
    rows = "date,unit,sales,hours\n2026-01-10,u1,-25.5,2\n2026-01-11,u2,10,1"
    variance = explain_variance(course_of(scenario, rows))
    assert sum(causes_in(variance, "unit", "u1").values()) == -125.5
    # A fifth of the time loses 80 of the planned 100, and nothing of the demand of none that came.
    assert causes_in(variance, "unit", "u1")["coverage"] == -40.0
    assert sum(causes_in(variance, "unit", "u2").values()) == 10.0


QUARTERS = """{period: quarter, plan_start: 2026-02-01, plan_periods: 2, fiscal_start_month: 2,
  input_period: quarter}"""


@pytest.mark.parametrize(
    ("calendar", "label", "day"),
    [
        ("{period: week, plan_start: 2026-01-05, plan_periods: 2}", "2026-W02", "2026-01-07"),
        (QUARTERS, "2026-02-Q", "2026-04-30"),
    ],
)
def test_weeks_and_quarters_of_a_fiscal_year_are_periods_like_months(
    tmp_path, calendar, label, day
):
    scenario = one_unit(tmp_path / "s")
    folder = tmp_path / "s"
    (folder / "scenario.yaml").write_text(f"calendar: {calendar}\n", encoding="utf-8")
    scenario = load_scenario(folder)
    course = course_of(scenario, f"date,unit,sales,hours\n{day},u1,50,5", (label,))
    assert causes_in(explain_variance(course), period=label) == {"coverage": -50.0}


UNITS_OF_REST = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\n"


def with_start(scenario: Scenario, day: str):
    """The configuration with another first day of the plan."""
    section = scenario.config.calendar.model_copy(update={"plan_start": pd.Timestamp(day).date()})
    return scenario.config.model_copy(update={"calendar": section})


def test_periods_before_a_replan_are_explained_against_the_plan_of_then(tmp_path):
    scenario = one_unit(tmp_path, months=2)
    whole = plan_by_hand(scenario)
    head = "unit,period,sales,demand,lift,spend\n"
    now = plan_by_hand(scenario, sales=head + "u1,2026-02,60,60,0,0")
    first = {name: whole[name][whole[name]["period"] == "2026-01"] for name in ("sales", "time")}
    rest = scenario_of(tmp_path / "rest", units=UNITS_OF_REST, months=1)
    rest = replace(rest, config=with_start(rest, "2026-02-01"))
    own = {**now.tables, "time": whole["time"][whole["time"]["period"] == "2026-02"]}
    plan = Plan({**now.summary, "frozen": {"periods": ["2026-01"]}}, own, first)
    rows = "date,unit,sales\n2026-01-10,u1,90\n2026-02-10,u1,66"
    course = course_of(rest, rows, MONTHS[:2], plan)
    variance = explain_variance(course)
    assert variance.totals.query("scope == 'company'")["plan"].tolist() == [100.0, 60.0, 160.0]
    assert sum(causes_in(variance, period="2026-01").values()) == -10.0
    assert sum(causes_in(variance, period="2026-02").values()) == 6.0


def test_a_sentence_tells_what_matters_in_both_languages(tmp_path):
    scenario = one_unit(tmp_path, units=TWO)
    rows = "date,unit,sales,hours\n2026-01-10,u1,50,5\n2026-01-10,u2,99,10"
    variance = explain_variance(course_of(scenario, rows))
    said = sentences(variance)
    east = next(note for note in said if note.startswith("Territory East"))
    assert east.startswith("Territory East is 50.00 (50.0%) below plan to date: coverage -50.00.")
    assert east.zh.startswith("区域 East 至今低于计划 50.00（50.0%）：覆盖时间 -50.00。")
    # What is not known of the whole company is told once.
    assert "Not known" not in east
    unknown = unknown_note(variance)
    assert unknown is not None
    assert unknown.startswith("Not known: vacancies")
    assert unknown.zh.startswith("未知：岗位空缺")
    # 1 of 100 is neither 5 % of West nor more than 1 % of the company.
    assert not [note for note in said if "West" in note]
    assert sentences(variance, "2026-01")[0].startswith("The company is 51.00")
    assert deviation_notes(variance) == (*said, unknown)


def test_outside_the_interval_a_small_difference_matters_too(tmp_path):
    scenario = one_unit(tmp_path, units=TWO)
    tight = "territory,segment,unit,period,mean,lower,upper\nEast,Key,,2026-01,100,{},{}\n"
    rows = "date,unit,sales\n2026-01-10,u1,96\n2026-01-10,u2,100"
    for low, high, matters in ((98, 102, True), (90, 110, False)):
        plan = plan_by_hand(scenario, forecast=tight.format(low, high))
        said = sentences(explain_variance(course_of(scenario, rows, plan=plan)))
        assert bool([note for note in said if "East" in note]) is matters


def test_drill_goes_from_the_company_to_the_unit(start):
    rows = [placed({"date": pd.Timestamp("2026-01-05"), "unit": "u1", "sales": 50.0})]
    variance = explain_variance(with_rows(start, rows))
    assert drill(variance, "company")["item"].tolist() == ["Land"]
    assert set(drill(variance, "territory", "Land")["item"]) == {"East", "West"}
    assert set(drill(variance, "territory", "East")["item"]) == {"Town", "Port"}
    town = drill(variance, "territory", "Town")
    assert set(zip(town["scope"], town["item"], strict=True)) == {("unit", "u1"), ("unit", "u2")}
    with pytest.raises(KeyError):
        drill(variance, "territory", "nowhere")


def test_rounded_parts_add_up_to_their_total_and_differ_by_less_than_a_cent():
    parts = np.array([0.5, 0.5, -0.5, 33.4, 33.3, 33.3])
    group = np.array([0, 0, 0, 1, 1, 1])
    made = shared_out(parts, group, np.array([1, 100]))
    assert made.tolist() == [1, 0, 0, 34, 33, 33] or made.tolist() == [1, 1, -1, 34, 33, 33]
    assert (np.abs(made - parts) < 1).all()


def test_credibility_is_the_share_of_the_spread_that_noise_does_not_make():
    # One company, ten periods, all 20 % off where the forecast allows 10 %: 0.04 / (0.04 + v).
    weight = np.full((1, 10), 100.0)
    group = np.arange(10)[None, :]
    variance = np.full((1, 10), 10.0**2)
    found = credible(np.full((1, 10), -20.0), weight, [(group, variance)])
    spread = 0.2**2 - 0.1**2
    assert found == pytest.approx(np.full((1, 10), -0.2 * spread / (spread + 0.1**2)))
    inside = credible(np.full((1, 10), -5.0), weight, [(group, variance)])
    assert not inside.any()


def test_one_of_many_that_stands_out_is_credible_though_the_others_do_not_differ():
    deviation, weight = np.zeros((20, 1)), np.full((20, 1), 100.0)
    deviation[3] = -40.0
    group, variance = np.arange(20)[:, None], np.full((20, 1), 10.0**2)
    found = credible(deviation, weight, [(group, variance)]) * weight
    # Four standard deviations: 1 - 4 / 16 of it.
    assert found[3, 0] == pytest.approx(-30.0)
    assert not np.delete(found, 3).any()


def test_simulated_noise_is_seldom_called_market_and_a_common_shock_mostly_is():
    rng = np.random.default_rng(7)
    weight = np.full((40, 6), 100.0)
    variance = np.full((40, 6), 10.0**2)
    noise = rng.normal(0.0, 10.0, weight.shape)
    company = np.zeros((40, 6), dtype=int)
    cells = np.arange(40)[:, None] * 6 + np.arange(6)[None, :]
    levels = [(company, np.full((40, 6), variance.sum())), (cells, variance)]
    called = credible(noise, weight, levels) * weight
    assert np.abs(called).sum() < 0.25 * np.abs(noise).sum()
    shocked = credible(noise - 20.0, weight, levels) * weight
    assert shocked.mean() == pytest.approx(-20.0, abs=1.5)


def test_the_page_names_every_cause_and_what_matters():
    page = (Path(__file__).parents[2] / "docs" / "variance.md").read_text(encoding="utf-8")
    for cause in CAUSES:
        assert f"| `{cause}` | {CAUSES_IN_WORDS[cause][1].split('（')[0][:4]}" in page
    assert f"more than {OF_COMPANY:.0%} of the company's plan".replace("%", " %") in page
    assert f"more than {OF_PLAN:.0%} of its own plan".replace("%", " %") in page
