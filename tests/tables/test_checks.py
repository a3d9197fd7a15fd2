"""What must hold inside one table."""

import pytest
from support_tables import codes, only, read

from allocopt.errors import Severity


def test_an_empty_cell_that_is_needed_is_one_finding_with_the_number_of_rows():
    finding = only(read("reps", "rep,hours\nA,1\nB,\nC,—\nD,").findings[:1], "empty-cell")
    assert (finding.row, finding.column, finding.count) == (3, "hours", 2)


def test_an_unknown_number_is_not_zero():
    units = read("units", "unit,territory,segment,potential\nU1,E,A,\nU2,E,A,0")
    assert units.frame["potential"].isna().tolist() == [True, False]
    assert not units.findings


def test_a_wrong_choice_names_the_nearest_word():
    finding = only(read("reps", "rep,hours,status\nA,1,activ").findings, "unknown-choice")
    assert (finding.value, finding.nearest) == ("activ", "active")
    assert finding.expected == "active or open or leaving"


def test_choices_may_be_written_in_chinese_and_in_any_case():
    reps = read("reps", "销售代表,工时,状态\nA,1,在岗\nB,1,空缺\nC,1,Leaving")
    assert reps.frame["status"].tolist() == ["active", "open", "leaving"]


@pytest.mark.parametrize(
    ("table", "text", "value"),
    [
        ("reps", "rep,hours\nA,-1", "-1"),
        ("reps", "rep,hours,latitude\nA,1,91", "91"),
        ("pairs", "unit,rep,fit\nU,A,1.2", "1.2"),
        ("absences", "rep,start,end,share\nA,2026-01,2026-01,120%", "120%"),
        ("responses", "lever,form,lift_max,lift_unit,half\nL,log,1,share,0", "0"),
    ],
)
def test_a_number_out_of_range_is_a_problem(table, text, value):
    finding = only(read(table, text).findings, "out-of-range")
    assert (finding.severity, finding.value) == (Severity.PROBLEM, value)


@pytest.mark.parametrize(
    ("table", "text", "value"),
    [
        ("units", "unit,territory,segment,demand\nU,E,A,1e308", "1e308"),
        ("history", "date,unit,sales\n2026-01,U,-2e15", "-2e15"),
        ("reps", "rep,hours\nA,1e300", "1e300"),
    ],
)
def test_a_number_that_no_solver_can_hold_is_a_problem(table, text, value):
    finding = only(read(table, text).findings, "too-large")
    assert (finding.severity, finding.value) == (Severity.PROBLEM, value)


def test_a_national_budget_is_not_too_large():
    assert not read("units", "unit,territory,segment,demand\nU,E,A,1e15").findings


def test_returns_in_history_and_any_margin_are_allowed():
    assert not read("history", "date,unit,sales\n2026-01,U,-5").findings
    assert not read("segments", "segment,margin\nA,-10%").findings


def test_a_key_given_twice_names_both_rows():
    finding = only(
        read("pairs", "unit,rep,value\nU1,A,1\nU1,B,1\nU1,A,2").findings, "duplicate-key"
    )
    assert (finding.row, finding.value) == (4, "U1, A")
    assert "row 2" in finding.message


def test_several_orders_a_day_are_normal():
    row = "2026-01-05,U1,7\n"
    assert not read("history", "date,unit,sales\n" + 2 * row).findings


def test_a_key_with_blank_scopes_is_a_key():
    rows = "lever,form,lift_max,lift_unit,half\nL,log,1,share,5\nL,log,1,share,6"
    assert only(read("responses", rows).findings, "duplicate-key").row == 3


def test_a_start_after_its_end_is_a_problem():
    finding = only(
        read("absences", "rep,start,end\nA,2026-03-02,2026-03-01").findings, "wrong-order"
    )
    assert finding.value == "2026-03-02 > 2026-03-01"


def test_a_month_as_an_end_means_its_last_day():
    absences = read("absences", "rep,start,end\nA,2026-02,2026-02")
    assert not absences.findings
    assert str(absences.frame["end"][0])[:10] == "2026-02-28"


def test_mean_lies_within_its_interval():
    rows = "period,unit,mean,lower,upper\n2026-01,U,5,6,7\n2026-02,U,5,4,4.5\n2026-03,U,5,,"
    assert codes(read("demand", rows).findings) == ["wrong-order", "wrong-order"]


def test_a_falling_response_is_a_problem():
    assert codes(read("segments", "segment,response_100,response_max\nA,1,0.9").findings) == [
        "wrong-order"
    ]


def test_a_row_that_lies_nowhere_is_a_problem():
    rows = "date,territory,segment,unit,sales\n2026-01,E,A,,1\n2026-01,,,U,1\n2026-01,E,,,1"
    finding = only(read("history", rows).findings, "empty-place")
    assert (finding.row, finding.column) == (4, "segment")


def test_one_fault_in_many_rows_is_one_finding():
    history = read("history", "date,unit,sales\n" + "2026-01,U,x\n" * 7)
    finding = only(history.findings, "not-a-number")
    assert (finding.row, finding.count) == (2, 7)


def test_at_most_fifty_different_faults_of_a_column_are_listed():
    rows = "".join(f"2026-01,U,x{row}\n" for row in range(60))
    found = read("history", "date,unit,sales\n" + rows).findings
    assert codes(found) == ["not-a-number"] * 50 + ["more-findings"]
    assert (found[-1].count, found[-1].message[:2]) == (10, "10")
    assert [finding.row for finding in found[:3]] == [2, 3, 4]


def test_flags_are_yes_or_no_in_both_languages():
    pairs = read("pairs", "unit,rep,allowed\nU,A,yes\nU,B,否\nU,C,\nU,D,maybe")
    assert pairs.frame["allowed"].tolist()[:2] == [True, False]
    assert pairs.frame["allowed"].isna().tolist() == [False, False, True, True]
    assert only(pairs.findings, "not-a-flag").value == "maybe"
