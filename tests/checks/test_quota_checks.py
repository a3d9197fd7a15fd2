"""Checks of quotas: what a user may write wrongly is a finding, before anything is solved."""

from __future__ import annotations

import pytest
from support_scenario import START, coded, findings_of, write_scenario

from allocopt.errors import Severity

PROBLEM, WARNING = Severity.PROBLEM, Severity.WARNING
REPS = "rep,hours,cost,role,quota_min,quota_max,variable_pay\n"
TEAM = f"{REPS}Ann,40,10,Hunter,50,150,5\nBob,40,10,,,,\n"
DECIDED = "kind,rep,unit,period,value\n"
TARGET = "name,amount,start,end,scope\n"
YEAR = "2026-01-01,2026-12-31"
UNITS = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\nu2,West,Key,10,100,Bob\n"

CASES = [
    (PROBLEM, "override-out-of-bounds", {"overrides": f"{DECIDED}quota,Ann,,2026-01,200\n"}, ""),
    (PROBLEM, "override-out-of-bounds", {"overrides": f"{DECIDED}quota,Ann,,,40\n"}, ""),
    (PROBLEM, "override-out-of-bounds", {"overrides": f"{DECIDED}quota,Bob,,,much\n"}, ""),
    (PROBLEM, "override-out-of-bounds", {"overrides": f"{DECIDED}quota,,u1,,100\n"}, ""),
    (
        WARNING,
        "decided-beyond-target",
        {"overrides": f"{DECIDED}quota,Bob,,,100\n"},
        "quota: {target: 1100}",
    ),
    (PROBLEM, "cut-without-column", {}, "quota: {cuts: [product]}"),
    (PROBLEM, "round-to-beyond-target", {}, "quota: {target: 90, round_to: 100}"),
    (PROBLEM, "attain-without-outcomes", {}, "quota: {attain_probability: 0.6}"),
    (WARNING, "index-without-data", {}, "quota: {method: growth}"),
    (WARNING, "index-without-data", {}, "quota: {method: weighted, weights: {pipeline: 0.2}}"),
    (WARNING, "no-quota-before", {}, "quota: {hold_harmless: 0.9}"),
    (WARNING, "pay-at-plan", {}, "incentive: {curve: [[0.9, 0], [1.1, 1]]}"),
    (WARNING, "commission-without-rep", {"commission": "role,attainment,rate\nHuntr,0,0.1\n"}, ""),
    (WARNING, "commission-without-pay", {"commission": "role,attainment,rate\n,0,0.1\n"}, ""),
    (
        WARNING,
        "targets-contradict",
        {"targets": f"{TARGET}a,100,{YEAR},company\nb,70,{YEAR},territory=East\n"
         f"c,40,{YEAR},territory=West\n"},
        "",
    ),
    (
        PROBLEM,
        "targets-contradict",
        {"targets": f"{TARGET}a,100,{YEAR},company\nb,170,{YEAR},territory=East\n"},
        "quota: {tree: [year]}",
    ),
]  # fmt: skip


def found(folder, code, yaml="", **tables):
    """Findings with a code, of a scenario with two reps."""
    write_scenario(folder, f"{START}{yaml}\n", **{"reps": TEAM, "units": UNITS, **tables})
    return coded(findings_of(folder), code)


@pytest.mark.parametrize(("severity", "code", "tables", "yaml"), CASES)
def test_mistake_is_found(tmp_path, severity, code, tables, yaml):
    assert [finding.severity for finding in found(tmp_path, code, yaml, **tables)] == [severity]


@pytest.mark.parametrize("code", sorted({case[1] for case in CASES}))
def test_sound_scenario_has_none_of_them(tmp_path, code):
    tables = {
        "overrides": f"{DECIDED}quota,Ann,,2026-01,120\n",
        "history": "date,unit,product,sales\n2025-06-01,u1,pump,90\n",
        "commission": "role,attainment,rate\nHunter,0,0.1\n",
        "targets": f"{TARGET}a,900,{YEAR},company\nb,500,{YEAR},territory=East\n"
        f"c,400,{YEAR},territory=West\n",
    }
    yaml = "quota: {cuts: [product], method: growth, round_to: 10, tree: [year], attain_probability: 0.5}"
    assert found(tmp_path, code, yaml, **tables) == []


def test_override_out_of_bounds_names_the_bounds(tmp_path):
    (finding,) = found(
        tmp_path, "override-out-of-bounds", overrides=f"{DECIDED}quota,Ann,,2026-01,200\n"
    )
    assert finding.value == "200"
    assert finding.expected == "from 50 to 150, as quota_min and quota_max of Ann say"


def test_parts_of_a_node_are_compared_with_the_node(tmp_path):
    # North and South lie in East; 60 and 50 are more than the 100 of East, and no more than the company's.
    places = "territory,parent\nEast,\nNorth,East\nSouth,East\nWest,\n"
    rows = [
        f"a,300,{YEAR},company",
        f"b,100,{YEAR},territory=East",
        f"c,60,{YEAR},territory=North",
        f"d,50,{YEAR},territory=South",
    ]
    (finding,) = found(
        tmp_path, "targets-contradict", territories=places, targets=TARGET + "\n".join(rows) + "\n"
    )
    assert "territory=North, territory=South" in finding.message
    assert finding.expected == "at most 100"


def test_falling_pay_curve_is_refused(tmp_path):
    yaml = "incentive: {curve: [[0.8, 1], [1, 0.5]]}"
    write_scenario(tmp_path, f"{START}{yaml}\n")
    assert any("must rise" in finding.sentence() for finding in findings_of(tmp_path))


def test_quota_history_stands_in_for_the_quota_of_before(tmp_path):
    history = "rep,start,quota\nAnn,2025-12-01,90\nBob,2025-12-01,80\n"
    assert (
        found(tmp_path, "no-quota-before", "quota: {change_max: 0.1}", quota_history=history) == []
    )
