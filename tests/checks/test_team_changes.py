"""Checks of absences, seasons of workload, specialists, overrides and locks."""

from __future__ import annotations

import pytest
from support_scenario import START, coded, findings_of, write_scenario

from allocopt.documents.language.messages import load_messages
from allocopt.errors import Severity

PROBLEM, WARNING = Severity.PROBLEM, Severity.WARNING
ASSUMPTION, NOTICE = Severity.ASSUMPTION, Severity.NOTICE
DATED = "rep,hours,cost,start,end,status\nAnn,40,10,2026-02-01,2026-06-30,leaving\nBob,40,10,,,\n"
UNITS = "unit,territory,segment,hours,demand,rep,lock,renewal\n"
TEAM = "rep,hours,cost\nAnn,40,10\nBob,40,10\nSpec,20,10\n"
ONE = f"{UNITS}u1,East,Key,10,100,Ann,,\n"

CASES = {
    "absence-outside-employment": (
        WARNING,
        {"reps": DATED, "absences": "rep,start,end\nAnn,2026-01-05,2026-01-09\n"},
        "",
    ),
    "absences-overlap": (
        NOTICE,
        {
            "absences": "rep,start,end\nAnn,2026-01-01,2026-03-31\nAnn,2026-02-01,2026-02-02\n"
            "Ann,2026-03-01,2026-03-02\n"
        },
        "",
    ),
    "factor-not-planned": (
        WARNING,
        {"workload": "segment,period,factor\nKey,2025-12,2\nKey,2026-01,2\n"},
        "",
    ),
    "factor-without-need": (
        PROBLEM,
        {
            "workload": "segment,period,factor\nKey,2026-02,0\n",
            "segments": "segment,margin,response_0,response_50,response_100,response_150,response_max\n"
            "Key,1,0.1,0.5,1,1.1,1.2\n",
        },
        "",
    ),
    "assumed-similarity": (ASSUMPTION, {}, "handover: {similarity: 0.5}\n"),
    "factor-of-both": (NOTICE, {"workload": "unit,segment,factor\nu1,Key,2\n"}, ""),
    "overlay-serves-overlay": (
        PROBLEM,
        {"reps": TEAM, "overlays": "rep,serves\nSpec,Ann\nAnn,Bob\n", "units": ONE},
        "",
    ),
    "overlay-without-rep": (
        WARNING,
        {
            "reps": "rep,hours,cost,end\nAnn,40,10,2025-06-30\nBob,40,10,\nSpec,20,10,\n",
            "overlays": "rep,serves\nSpec,Ann\n",
        },
        "",
    ),
    "overlay-of-two-minds": (
        PROBLEM,
        {"reps": TEAM, "overlays": "rep,serves,lift\nSpec,Ann,0.1\nSpec,Bob,0.2\n"},
        "",
    ),
    "overlay-owns-unit": (
        WARNING,
        {
            "reps": TEAM,
            "units": f"{UNITS}u1,East,Key,10,100,Spec,,\n",
            "overlays": "rep,serves\nSpec,Ann\n",
        },
        "",
    ),
    "assumed-overlay-share": (ASSUMPTION, {"reps": TEAM, "overlays": "rep,serves\nSpec,Ann\n"}, ""),
    "assumed-overlay-lift": (ASSUMPTION, {"reps": TEAM, "overlays": "rep,serves\nSpec,Ann\n"}, ""),
    "override-expired": (
        WARNING,
        {"overrides": "kind,rep,value,expires\nhours,Ann,20,2025-12-31\n"},
        "",
    ),
    "override-twice": (WARNING, {"overrides": "kind,rep,value\nhours,Ann,20\nhours,Ann,30\n"}, ""),
    "override-out-of-bounds": (PROBLEM, {"overrides": "kind,rep,value\nhours,Ann,800\n"}, ""),
    "renewal-without-rep": (
        WARNING,
        {"units": f"{UNITS}u1,East,Key,10,100,Ann,,2026-02-10\n", "reps": DATED},
        "coverage: {lock_before_renewal: 2}\n",
    ),
    "decided-lock-ends": (
        WARNING,
        {"overrides": "kind,unit,value\nlock,u1,Ann\n", "reps": DATED},
        "",
    ),
    "no-eligible-rep": (
        PROBLEM,
        {
            "units": f"{UNITS}u1,East,Key,10,100,,,\n",
            "reps": "rep,hours,cost,segments\nAnn,40,10,Small\nSpec,20,10,\n",
            "segments": "segment,margin\nKey,1\nSmall,1\n",
            "overlays": "rep,serves\nSpec,Ann\n",
        },
        "",
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_finding_of_each_mistake(tmp_path, code):
    severity, tables, yaml = CASES[code]
    found = coded(findings_of(write_scenario(tmp_path, START + yaml, **tables)), code)
    assert found, code
    assert {finding.severity for finding in found} == {severity}


@pytest.mark.parametrize(
    ("value", "unit"), [("Zoe", "u1"), ("", "u1"), ("Ann", "")], ids=["unknown", "blank", "no unit"]
)
def test_a_decided_lock_names_a_unit_and_a_rep(tmp_path, value, unit):
    rows = f"kind,rep,unit,value\nlock,Ann,{unit},{value}\n"
    found = findings_of(write_scenario(tmp_path, START, overrides=rows))
    assert [f.severity for f in coded(found, "override-out-of-bounds")] == [PROBLEM]


@pytest.mark.parametrize("value", ["-1", "many", "745"])
def test_decided_hours_fit_into_the_period(tmp_path, value):
    # A month has 744 hours.
    rows = f"kind,rep,value\nhours,Ann,{value}\n"
    every = findings_of(write_scenario(tmp_path, START, overrides=rows))
    found = coded(every, "override-out-of-bounds")
    assert found[0].value == value
    assert found[0].expected == "hours from 0 to 744"


@pytest.mark.parametrize(
    ("table", "text", "code"),
    [
        ("absences", "rep,start,end\nZoe,2026-01-01,2026-01-02\n", "unknown-reference"),
        ("absences", "rep,start,end,share\nAnn,2026-01-01,2026-01-02,1.5\n", "out-of-range"),
        ("absences", "rep,start,end\nAnn,2026-01-03,2026-01-02\n", "wrong-order"),
        ("workload", "segment,factor\nKey,-1\n", "out-of-range"),
        ("workload", "unit,factor\nu9,1\n", "unknown-reference"),
        ("overrides", "kind,rep,value\nhuors,Ann,3\n", "unknown-choice"),
        ("overrides", "kind,unit,value\nhours,u9,3\n", "unknown-reference"),
        ("overlays", "rep,serves\nZoe,Ann\n", "unknown-reference"),
    ],
)
def test_reading_refuses_what_no_table_may_hold(tmp_path, table, text, code):
    found = findings_of(write_scenario(tmp_path, START, **{table: text}))
    assert [finding.code for finding in found if finding.severity == PROBLEM] == [code]


def test_a_sound_team_has_nothing_to_mend(tmp_path):
    tables = {
        "reps": TEAM,
        "absences": "rep,start,end\nAnn,2026-01-05,2026-01-09\nAnn,2026-01-10,2026-01-12\n",
        "workload": "segment,period,factor\nKey,2026-07,0.5\n",
        "overlays": "rep,serves,share,lift\nSpec,Ann,0.1,0.05\nSpec,Bob,,\n",
        "overrides": "kind,rep,unit,value\nhours,Ann,,20\nlock,,u1,Bob\n",
    }
    found = findings_of(write_scenario(tmp_path, START, **tables))
    codes = {finding.code for finding in found if finding.severity in (PROBLEM, WARNING)}
    assert not codes


@pytest.mark.parametrize(
    "code", [code for code in CASES if CASES[code][0] in (WARNING, ASSUMPTION)]
)
def test_what_documents_say_can_be_said_in_chinese(code):
    assert f"finding.{code}" in load_messages("zh-CN").texts
