"""Levers and supply: what a user may write wrongly is a finding, before anything is solved."""

from __future__ import annotations

import pytest
from support_scenario import START, coded, findings_of, write_scenario

from allocopt.errors import Severity

LEVERS = "lever\nads\n"
POINTS = "lever,form,lift_unit,spend_today,lift_0,lift_50,lift_100,lift_150,lift_max\n"
GIVEN = "lever,form,lift_max,lift_unit,half\n"
MONTHS = [f"{year}-{month:02d}-01" for year in (2023, 2024, 2025) for month in range(1, 13)]
HISTORY = "date,territory,segment,product,sales\n" + "".join(
    f"{day},East,Key,pump,{100 + k % 7}\n" for k, day in enumerate(MONTHS)
)


def found(folder, code, yaml=START, **tables):
    """Findings with a code, of a scenario with one lever."""
    write_scenario(folder, yaml, **{"levers": LEVERS, **tables})
    return coded(findings_of(folder), code)


def spends(amount):
    """Monthly spend on ads, `amount` of the number of the month."""
    rows = "".join(f"{day},ads,{amount(k)}\n" for k, day in enumerate(MONTHS))
    return "date,lever,spend\n" + rows


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("ads,points,currency,50,0,40,30,72,120", "falling-response", "lift_100"),
        ("ads,points,currency,50,0,40,60,72,70", "falling-response", "lift_max"),
        ("ads,points,currency,50,10,10,10,10,10", "falling-response", "lift_max"),
        ("ads,points,currency,,0,40,60,72,120", "incomplete-points", "spend_today"),
        ("ads,points,currency,50,0,40,,72,120", "incomplete-points", "lift_100"),
        ("ads,points,,50,0,40,60,72,120", "incomplete-points", "lift_unit"),
    ],
)
def test_points_that_are_no_curve(tmp_path, row, code, column):
    (finding,) = found(tmp_path, code, responses=POINTS + row + "\n")
    assert finding.severity is Severity.PROBLEM
    assert finding.column == column


def test_good_points_are_no_finding(tmp_path):
    responses = POINTS + "ads,points,currency,50,0,40,60,72,120\n"
    write_scenario(tmp_path, START, levers=LEVERS, responses=responses)
    codes = {finding.code for finding in findings_of(tmp_path)}
    assert not codes & {"falling-response", "incomplete-points", "points-missed"}


def test_points_far_from_any_curve_are_warned_about(tmp_path):
    responses = POINTS + "ads,points,currency,50,0,50,50,99,100\n"
    (finding,) = found(tmp_path, "points-missed", responses=responses)
    assert finding.severity is Severity.WARNING


def test_parameters_come_all_or_none(tmp_path):
    (finding,) = found(tmp_path, "incomplete-response", responses=GIVEN + "ads,log,5,,\n")
    assert finding.severity is Severity.PROBLEM
    assert "lift_unit, half" in finding.message


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        ({}, "fit-no-spend"),
        ({"spend": spends(lambda k: 10 + k % 5)}, "fit-no-sales"),
        ({"spend": spends(lambda k: 10), "history": HISTORY}, "fit-no-variation"),
        ({"spend": "date,lever,spend\n2025-10-01,ads,5\n", "history": HISTORY}, "fit-too-short"),
    ],
)
@pytest.mark.parametrize("form", ["fit", "adbudg"])
def test_a_curve_that_history_cannot_tell_is_refused(tmp_path, tables, code, form):
    findings = found(tmp_path, code, responses=GIVEN + f"ads,{form},,,\n", **tables)
    assert [finding.severity for finding in findings] == [Severity.PROBLEM]


def test_a_curve_that_history_tells_is_no_finding(tmp_path):
    tables = {"spend": spends(lambda k: 10 + 7 * (k * k % 5)), "history": HISTORY}
    write_scenario(tmp_path, START, levers=LEVERS, responses="lever,form\nads,fit\n", **tables)
    codes = {finding.code for finding in findings_of(tmp_path)}
    assert not [code for code in codes if code.startswith("fit-")]


def test_levers_that_move_together_cannot_be_told_apart(tmp_path):
    one = spends(lambda k: 10 + 7 * (k * k % 5))
    twin = "".join(line.replace(",ads,", ",twin,") + "\n" for line in one.splitlines()[1:])
    findings = found(
        tmp_path,
        "fit-together",
        levers="lever\nads\ntwin\n",
        responses="lever,form\nads,fit\ntwin,fit\n",
        spend=one + twin,
        history=HISTORY,
    )
    assert len(findings) == 1
    assert "twin" in findings[0].message
    assert "ads" in findings[0].message


def test_actual_spend_of_a_lever_that_works_nowhere_is_left_out(tmp_path):
    spend = "date,lever,spend\n2026-01-10,ads,5\n"
    yaml = "calendar: {plan_start: 2026-01-01, plan_periods: 2}\n"
    (finding,) = found(tmp_path, "spend-left-out", yaml=yaml, spend=spend)
    assert finding.severity is Severity.WARNING


def test_a_lever_cannot_be_steady_and_follow_demand(tmp_path):
    levers = "lever,commit,reactive\nads,horizon,yes\n"
    (finding,) = found(
        tmp_path, "steady-and-reactive", levers=levers, responses=GIVEN + "ads,log,5,currency,9\n"
    )
    assert finding.severity is Severity.PROBLEM


@pytest.mark.parametrize(("period", "count"), [("2026-01", 0), ("each", 0), ("2027-01", 1)])
def test_a_bound_names_a_period_of_the_plan(tmp_path, period, count):
    yaml = (
        "calendar: {plan_start: 2026-01-01, plan_periods: 2}\n"
        f"budget: {{by: [{{scope: company, max: 5, period: {period}}}]}}\n"
    )
    findings = found(tmp_path, "unknown-period", yaml=yaml)
    assert len(findings) == count
    assert all(finding.line == 2 for finding in findings)


def test_supply_of_a_product_that_nobody_sells(tmp_path):
    tables = {"products": "product\npump\nvalve\n", "history": HISTORY}
    (finding,) = found(tmp_path, "unsold-product", supply="product,max\nvalve,5\n", **tables)
    assert finding.severity is Severity.PROBLEM
    assert finding.names == ("valve",)


def test_supply_of_a_product_that_is_in_no_table(tmp_path):
    tables = {"products": "product\npump\n", "history": HISTORY}
    findings = found(tmp_path, "unknown-reference", supply="product,max\npmup,5\n", **tables)
    assert [finding.nearest for finding in findings] == ["pump"]


def test_supply_where_nobody_sells_and_when_nothing_is_planned(tmp_path):
    tables = {
        "products": "product\npump\n",
        "history": HISTORY,
        "territories": "territory\nEast\nWest\nNorth\n",
        "supply": "product,territory,period,max\npump,North,,5\npump,East,2030-01,5\n",
    }
    write_scenario(tmp_path, START, levers=LEVERS, **tables)
    findings = findings_of(tmp_path)
    assert [f.severity for f in coded(findings, "supply-elsewhere")] == [Severity.WARNING]
    assert [f.severity for f in coded(findings, "supply-outside")] == [Severity.NOTICE]
