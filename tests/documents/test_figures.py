"""Figures: each shows the plan's numbers, says the main ones, and is not there without any."""

from __future__ import annotations

import re
from dataclasses import replace
from math import nan

import pandas as pd
import pytest
from support_charts import draw

from allocopt.documents import figures
from allocopt.documents.facts import Facts
from allocopt.documents.facts.subject import Subject
from allocopt.documents.figures.carried import held, measure_of, owners
from allocopt.documents.figures.handovers import MOST_FLOWS
from allocopt.documents.figures.variance import CAUSES
from allocopt.documents.language.voice import voice_of
from allocopt.plan import CONTRIBUTION_PARTS, OPTIONAL_TABLES, Plan

EN, ZH = voice_of("en", "CNY"), voice_of("zh-CN", "CNY")
ALL = [getattr(figures, name) for name in figures.__all__ if name.endswith("_chart")]
LABELS = ["2026-01", "2026-02", "2026-03"]


def table(name, rows):
    return pd.DataFrame(rows, columns=list(OPTIONAL_TABLES[name])[: len(rows[0])]).reindex(
        columns=list(OPTIONAL_TABLES[name])
    )


def performance(rows):
    """scope, item, period, ytd_plan, ytd_actual, landing and its ends, year_plan."""
    columns = ["scope", "item", "period", "plan", "actual", "ytd_plan", "ytd_actual"]
    columns += ["landing", "landing_lower", "landing_upper", "year_plan"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.reindex(columns=list(dict.fromkeys([*OPTIONAL_TABLES["performance"], *columns])))


@pytest.fixture(scope="module")
def full(case):
    """The made-up plan after a review, with every table that a figure reads."""
    units = case.scenario.tables["units"]
    told = case.with_scenario(units=units.assign(rep=[f"R{k % 9}" for k in range(30)])).with_plan(
        variance=table(
            "variance",
            [
                ("company", "", "", "market", 90.0, 1.0),
                ("company", "", "", "coverage", -340.0, 1.0),
                ("company", "", "", "rest", 103.0, 1.0),
                ("company", "", "", "price", nan, 0.0),
                ("company", "", "2026-01", "rest", 7.0, 1.0),
                ("territory", "T0", "", "market", 55.0, 1.0),
            ],
        ),
        performance=performance(
            [
                ("company", "", "2026-02", 9.0, 9.0, 1000.0, 990.0, nan, nan, nan, 12_000.0),
                ("company", "", "2026-03", 9.0, 9.0, 3000.0, 2853.0, 11_400.0, 9e3, 13e3, 12e3),
                ("territory", "North", "2026-03", 9.0, 9.0, 1e3, 1e3, 6_300.0, 5e3, 7e3, 6e3),
                ("territory", "South", "2026-03", 9.0, 9.0, 1e3, 1e3, 5_100.0, 4e3, 6e3, 6e3),
                ("territory", "T0", "2026-03", 9.0, 9.0, 1e3, 1e3, 5_100.0, 4e3, 6e3, 6e3),
            ]
        ),
        attainment=table(
            "attainment", [("rep", f"R{k}", 1.0, 1.0, 0.95 - 0.1 * k) for k in range(9)]
        ),
        change_curve=table(
            "change_curve", [(0, 0, 1.0, 0.0, 0.0), (5, 5, 2.0, 800.0, 0.8), (9, 9, 2.0, 1e3, 1.0)]
        ),
    )
    # Prices are of the objective and of no contribution.
    parts = {
        **told.plan.summary["objective_parts"],
        "shortfalls": -3.0,
        "fairness": 0.0,
        "risk": 0.0,
    }
    plan = told.with_summary(objective_parts=parts).plan
    other = Plan(
        {
            **plan.summary,
            "id": "other",
            "contribution": 1_336_000.0,
            "objective_parts": {
                **plan.summary["objective_parts"],
                "margin_on_sales": 6_186_000.0,
                "spend": -1_850_000.0,
            },
        },
        {**plan.tables, "kpis": plan["kpis"].assign(value=plan["kpis"]["value"] * 1.1)},
    )
    facts = Facts(plan, told.scenario, name="Now")
    beside = Facts(other, told.scenario, name="Then")
    return replace(facts, before=beside, beside=(beside,))


def said(block):
    return draw(block["chart"]).texts


def test_every_figure_is_well_formed_and_legible_in_both_languages(full):
    parts = [Subject(), Subject("territory", "North"), Subject("rep", "R1")]
    for voice in (EN, ZH):
        drawn = [
            block["chart"]
            for part in parts
            for figure in ALL
            if (block := figure(full.within(part) if part.key else full, voice)) is not None
        ]
        for chart in drawn:
            picture = draw(chart)
            assert picture.outside() == [], chart["id"]
            assert picture.collisions() == [], chart["id"]
            assert re.search(r"\d", chart["desc"]), "the text alternative says numbers"
        ids = [chart["id"] for chart in drawn]
        assert len(set(ids)) == len(ids) > 20


def test_a_plan_without_rows_has_no_charts(case):
    empty = {name: frame.iloc[:0] for name, frame in case.plan.tables.items()}
    nothing = case.with_scenario(targets=pd.DataFrame(), units=case.scenario.table("units")[:0])
    plan = Plan({**case.plan.summary, "objective_parts": {}, "contribution": nan}, empty)
    config = case.scenario.config.model_copy(
        update={"document": type(case.scenario.config.document)()}
    )
    facts = Facts(plan, replace(nothing.scenario, config=config))
    assert [figure.__name__ for figure in ALL if figure(facts, EN) is not None] == []


def test_quota_rows_say_the_quota_and_its_share_of_the_potential(full):
    block = figures.quota_chart(full, EN)
    rows = {row["full"]: row["text"] for row in block["chart"]["rows"]}
    quotas = full.rep_quotas["quota"]
    amounts = held(full).assign(p=lambda t: t["unit"].map(measure_of(full, "potential")))
    potential = (amounts["share"] * amounts["p"]).groupby(amounts["rep"]).sum()
    assert rows == {
        full.name_of("reps", rep): f"{EN.show.compact(quota)} · "
        f"{EN.show.percent(quota / potential[rep], 0)}"
        for rep, quota in quotas.items()
    }
    assert EN.show.money(quotas.sum()) in block["chart"]["desc"]


def test_potential_is_of_the_whole_plan(full):
    # 400,000 a month over twelve months.
    assert measure_of(full, "potential").iloc[0] == pytest.approx(4_800_000)


def test_the_way_to_the_contribution_has_every_part_of_it(full):
    texts = said(figures.contribution_chart(full, EN))
    shown = [EN.show.compact(full.part(name)) for name in CONTRIBUTION_PARTS if full.part(name)]
    expected = [text for text in shown if text != EN.show.unknown]
    assert [text for text in texts if text in expected][: len(expected)] == expected
    assert EN.show.compact(1_236_000.0) in texts
    assert "Overtime" not in texts, "a part of nothing is no step"


def test_a_bridge_has_what_differs_between_two_plans(full):
    texts = said(figures.bridge_chart(full, EN))
    # From 1.336 M to 1.236 M: 150,000 less margin and 50,000 less spend.
    assert [text for text in texts if text in {"−150k", "+50.0k", "1.34M", "1.24M"}] == [
        *("1.34M", "−150k", "+50.0k", "1.24M")
    ]
    elsewhere = replace(full, before=Facts(full.plan, full.scenario))
    assert figures.bridge_chart(elsewhere, EN) is None, "nothing differs"


def test_variance_goes_from_plan_to_actual_and_names_what_is_not_known(full):
    block = figures.variance_chart(full, EN)
    texts = said(block)
    steps = ["3.00k", "+90", "−340", "+103", "2.85k"]
    assert [text for text in texts if text in steps] == steps
    assert EN.say("chart.cause.price") in block["note"]
    assert EN.show.money(-147.0) in block["chart"]["desc"]


def test_variance_of_a_period_and_of_a_part_is_its_own(full):
    month = figures.variance_chart(full, EN, "2026-01")
    assert "+7" in said(month)
    part = figures.variance_chart(full.within(Subject("territory", "T0")), EN)
    assert "+55" in said(part)
    assert "+90" not in said(part)


def test_every_cause_has_a_name():
    for voice in (EN, ZH):
        assert set(voice.say.branch("chart.cause")) == set(CAUSES)


def test_performance_says_what_is_sold_and_where_it_lands(full):
    rows = figures.performance_chart(full, EN)["chart"]["rows"]
    # 2,853 and 11,400 of 12,000; the roots of the tree come by their landing.
    assert [(row["full"], row["text"]) for row in rows] == [
        (EN.say("chart.company"), "24% → 95%"),
        ("North", "17% → 105%"),
        ("South", "17% → 85%"),
    ]


def test_balance_shows_todays_owners_beside_the_plans(full):
    limits = pd.DataFrame(
        [
            ("balance_floor", "demand/R0", nan, 9.0, 2e5, nan, 1.0, 0.0),
            ("balance_ceiling", "demand/R0", nan, 9.0, nan, 9e5, 1.0, 0.0),
        ],
        columns=full.plan["limits"].columns,
    )
    plan = Plan(full.plan.summary, {**full.plan.tables, "limits": limits})
    facts = Facts(plan, full.scenario)
    rows = figures.balance_chart(facts, EN)["chart"]["rows"]
    by_name = {row["full"]: row for row in rows}
    demand = facts.units["demand"]
    now = demand[owners(facts).query("rep == 'R0'")["unit"]].sum()
    later = demand[held(facts).query("rep == 'R0'")["unit"]].sum()
    row = by_name["Rep number 0"]
    assert row["text"] == f"{EN.show.compact(now)} → {EN.show.compact(later)}"
    assert len(row["band"]) == 1
    assert by_name["Rep number 1"]["band"] == []
    assert len(rows) == 12, "who has nothing today has a row as well"


def test_a_stay_of_half_the_plan_counts_half(case):
    rows = case.plan["assignments"].head(1).assign(start="2026-01-01", end="2026-07-02")
    facts = Facts(case.with_plan(assignments=rows).plan, case.scenario)
    # 183 of 365 days.
    assert held(facts)["share"].tolist() == pytest.approx([183 / 365])


def test_flows_carry_all_demand_that_changes_hands(case):
    rows = case.plan["assignments"].assign(
        handover="yes", before=[f"R{(k * 5 + 1 + k // 12) % 12}" for k in range(30)]
    )
    facts = Facts(case.with_plan(assignments=rows).plan, case.scenario)
    block = figures.handover_chart(facts, EN)
    pairs = rows.groupby(["before", "rep"]).ngroups
    assert pairs > MOST_FLOWS + 1
    assert block["note"] == f"and {pairs - MOST_FLOWS} more"
    flows = [title for title in draw(block["chart"]).titles if " → " in title]
    assert len(flows) == MOST_FLOWS + 1
    assert EN.show.money(facts.units["demand"].sum()) in block["chart"]["desc"]


def test_without_a_before_nothing_flows(case):
    rows = case.plan["assignments"].assign(handover="yes", before=None)
    facts = Facts(case.with_plan(assignments=rows).plan, case.scenario)
    assert figures.handover_chart(facts, EN) is None


def test_attainment_is_sorted_and_known_ones_only(full):
    rows = figures.attainment_chart(full, EN)["chart"]["rows"]
    assert [row["text"] for row in rows] == [f"{95 - 10 * k}%" for k in range(9)]
    hidden = full.table("attainment").assign(attain_probability=nan)
    plan = Plan(full.plan.summary, {**full.plan.tables, "attainment": hidden})
    assert figures.attainment_chart(Facts(plan, full.scenario), EN) is None


def test_the_change_curve_says_what_all_changes_bring(full):
    block = figures.change_chart(full, EN)
    assert {"0%", "80%", "100%"} <= set(said(block))
    assert EN.show.money(1000.0) in block["chart"]["desc"]
    one = Plan(
        full.plan.summary, {**full.plan.tables, "change_curve": full.table("change_curve")[:1]}
    )
    assert figures.change_chart(Facts(one, full.scenario), EN) is None


def test_plans_are_points_of_two_figures(full):
    block = figures.trade_off_chart(full, EN, "sales", "contribution")
    assert {"Now", "Then"} <= set(said(block))
    assert block["chart"]["path"] == "", "plans are no curve"
    assert figures.trade_off_chart(replace(full, beside=()), EN, "sales") is None


def test_actual_sales_of_closed_periods_are_marked(case):
    sales = case.plan["sales"]
    closed = sales["period"].isin(LABELS)
    summary = {**case.plan.summary, "frozen": {"periods": LABELS, "through": "2026-03-31"}}
    frozen = sales[closed].assign(actual=sales["sales"] * 1.1)
    tables = {**case.plan.tables, "sales": sales[~closed]}
    april = replace(
        case.scenario,
        calendar=type(case.scenario.calendar)("month", pd.Timestamp("2026-04-01"), 9),
    )
    summary["calendar"] = {"period": "month", "labels": list(april.calendar.labels)}
    facts = Facts(Plan(summary, tables, {"sales": frozen}), april)
    chart = figures.forecast_chart(facts, EN)["chart"]
    assert EN.say("chart.actual") in [entry["text"] for entry in chart["legend"]]
    (marked,) = [line for line in chart["lines"] if line["dots"]]
    assert len(marked["dots"]) == len(LABELS)


def test_an_interval_far_beyond_the_lines_is_cut_and_told(case):
    nodes = case.plan["forecast_nodes"].assign(upper=lambda t: t["mean"] * 40)
    facts = Facts(case.with_plan(forecast_nodes=nodes).plan, case.scenario)
    block = figures.forecast_chart(facts, EN)
    assert EN.show.money(nodes["upper"].max()) in block["note"]
    assert draw(block["chart"]).outside() == []


def test_milestones_have_the_sign_of_their_lane_and_no_label_on_another(case):
    document = {
        "milestones": [
            {"date": f"2026-02-{day:02d}", "name": f"Milestone {day} with a long name"}
            for day in range(1, 20)
        ],
        "tactics": [{"name": "Campaign", "start": "2026-03-01", "due": "2026-11-30"}],
    }
    facts = Facts(case.plan, case.with_config(document=document).scenario)
    block = figures.milestone_chart(facts, EN)
    drawn = draw(block["chart"])
    assert drawn.collisions() == []
    assert sum("Milestone" in text for text in drawn.texts) == 19 + 1
    assert any("Campaign" in text for text in drawn.texts)


def test_tiles_say_the_change_that_their_colour_says(full):
    tiles = figures.territory_chart(full, EN)["chart"]["tiles"]
    growth = full.by("territory")["growth"]
    shown = {tile["full"]: tile["lines"][1]["text"] for tile in tiles}
    assert shown == {
        full.name_of("territories", name): EN.show.change(value, 0)
        for name, value in growth.items()
    }


def test_a_single_milestone_is_told_and_not_counted(case):
    document = {"milestones": [{"date": "2026-02-15", "name": "Kick-off"}]}
    alone = case.with_config(document=document)
    alone = alone.with_plan(assignments=case.plan["assignments"].assign(handover="no"))
    alone = alone.with_scenario(
        units=case.scenario.table("units").drop(columns="lock_until"),
        reps=case.scenario.table("reps").assign(status="active"),
        targets=case.scenario.table("targets")[:0],
    )
    chart = figures.milestone_chart(Facts(alone.plan, alone.scenario), EN)["chart"]
    assert chart["desc"].endswith("Kick-off: 15 February 2026.")


def test_sales_of_nothing_are_no_map(full):
    sales = full.table("sales")
    plan = Plan(full.plan.summary, {**full.plan.tables, "sales": sales.assign(sales=0.0)})
    assert figures.territory_chart(Facts(plan, full.scenario), EN) is None


def test_a_chart_of_equal_bars_names_no_largest(case):
    reps = case.plan["reps"].assign(load=900.0, hours=1000.0)
    chart = figures.load_chart(Facts(case.with_plan(reps=reps).plan, case.scenario), EN)["chart"]
    assert "90% each." in chart["desc"]
    assert "Largest" not in chart["desc"]


def test_load_shows_overtime_beyond_the_hours(case):
    reps = case.plan["reps"].assign(load=[1_500.0] * 6 + [900.0] * 6)
    chart = figures.load_chart(Facts(case.with_plan(reps=reps).plan, case.scenario), EN)["chart"]
    over = [row for row in chart["rows"] if any(bar["hatch"] for bar in row["bars"])]
    assert {row["text"] for row in over} == {"104%"}
    assert len(over) == 6
    assert EN.say("chart.overtime") in [entry["text"] for entry in chart["legend"]]


def test_a_part_compares_quotas_with_all_that_its_reps_hold(full):
    whole = {row["full"]: row["text"] for row in figures.quota_chart(full, EN)["chart"]["rows"]}
    part = figures.quota_chart(full.within(Subject("territory", "T0")), EN)["chart"]["rows"]
    assert 0 < len(part) < len(whole)
    assert {row["full"]: row["text"] for row in part}.items() <= whole.items()
