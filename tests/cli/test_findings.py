"""Findings as people and programs read them."""

from __future__ import annotations

from allocopt.cli.findings import SHOWN_PER_FILE, as_document, count_line, report_lines
from allocopt.errors import Finding, Severity

PROBLEM = Finding(
    Severity.PROBLEM,
    "unknown segment",
    file="units.csv",
    row=4,
    column="segment",
    value="Kye",
    nearest="Key",
)
KEY = Finding(Severity.PROBLEM, "unknown key 'qouta'", file="scenario.yaml", line=3, position=1)
ASSUMED = Finding(Severity.ASSUMPTION, "margin is assumed to be 1", file="segments.csv")
NOTICE = Finding(Severity.NOTICE, "skipped a title row", file="units.csv")


def test_problems_come_first_by_file_then_what_is_assumed_and_noticed() -> None:
    assert report_lines([NOTICE, ASSUMED, PROBLEM, KEY]) == [
        "Problems (2)",
        "  scenario.yaml",
        "    scenario.yaml:3:1: unknown key 'qouta'",
        "  units.csv",
        "    row 4, column \"segment\": unknown segment (found 'Kye'); did you mean 'Key'?",
        "",
        "Assumptions (1)",
        "  segments.csv",
        "    margin is assumed to be 1",
        "",
        "Notices (1)",
        "  units.csv",
        "    skipped a title row",
        "",
        "2 problems, 0 warnings, 1 assumption, 1 notice.",
    ]


def test_many_findings_in_one_file_do_not_hide_the_next_file() -> None:
    many = [PROBLEM] * (SHOWN_PER_FILE + 7)
    lines = report_lines([*many, Finding(Severity.PROBLEM, "no rows", file="zz.csv")])
    assert "    … and 7 more; `check --json` lists them all" in lines
    assert "    no rows" in lines


def test_document_counts_problems_and_keeps_every_field() -> None:
    document = as_document([PROBLEM, NOTICE])
    assert (document["status"], document["problems"]) == ("problems", 1)
    assert document["findings"][0]["row"] == 4
    assert as_document([NOTICE])["status"] == "ok"


def test_nothing_found_is_said() -> None:
    assert count_line([]) == "0 problems, 0 warnings, 0 assumptions, 0 notices."
