"""Which column is which."""

import pytest
from support_tables import codes, only, raw_rows, read

from allocopt.errors import Severity
from allocopt.tables import TableSource, interpret


def test_chinese_headers_are_known():
    history = read(
        "history",
        """
        日期,大区,客户类型,业务员,销售金额
        2026年1月,华东,A级,张三,3.2万
        """,
    )
    row = history.frame.iloc[0]
    assert not history.findings
    assert (str(row["date"])[:10], row["territory"], row["segment"]) == (
        "2026-01-01",
        "华东",
        "A级",
    )
    assert (row["rep"], row["sales"]) == ("张三", 32_000)


@pytest.mark.parametrize(
    "header",
    [
        "SALES",
        " sales ",
        "ｓａｌｅｓ",
        "sales (EUR)",
        "Sales_Amount",
        "net-sales",
        "销售额（元）",
        "Revenue",
    ],
)
def test_case_width_joints_and_units_in_brackets_do_not_matter(header):
    history = read("history", f"date,unit,{header}\n2026-01,U1,5")
    assert history.frame["sales"].tolist() == [5]


@pytest.mark.parametrize(
    ("table", "header", "column"),
    [
        ("reps", "employee", "employee_id"),
        ("units", "owner", "rep"),
        ("units", "rep name", "rep"),
        ("units", "区域", "territory"),
        ("demand", "预测值", "mean"),
        ("levers", "预算科目", "lever"),
        ("segments", "毛利率", "margin"),
        ("quota_history", "指标", "quota"),
        ("territories", "大区", "parent"),
    ],
)
def test_a_synonym_means_what_it_means_in_that_table(table, header, column):
    found = interpret(raw_rows(table, [[header], ["1"]]))
    assert column in found.grid.known


def test_the_scenario_adds_words_and_a_source_names_columns():
    text = "Tag,unit,Umsatz,sales\n2026-01,U1,5,7"
    source = TableSource(columns=(("Umsatz", "sales"),))
    history = read("history", text, source, {"history.date": ["Tag"]})
    assert not history.findings
    assert history.frame["sales"].tolist() == [5]


def test_a_mapped_column_that_is_not_there_is_a_problem_with_the_nearest_header():
    source = TableSource(columns=(("Umsatzz", "sales"), ("Tag", "territry")))
    history = read("history", "Tag,unit,Umsatz\n2026-01,U1,5", source)
    assert only(history.findings, "unknown-mapped-column").nearest == "Umsatz"
    assert only(history.findings, "unknown-canonical-column").nearest == "territory"


def test_unknown_columns_are_kept_as_attributes_behind_the_contract():
    units = read(
        "units",
        """
        unit,territory,segment,city,beds,plz
        U1,East,A,Ulm,120,01234
        U2,East,A,,,99999
        """,
    )
    assert list(units.frame.columns[-3:]) == ["city", "beds", "plz"]
    assert units.frame["beds"].dtype == "float64"
    # 01234 is a name: as a number it would lose its zero.
    assert units.frame["plz"].tolist() == ["01234", "99999"]
    assert units.frame["city"].isna().tolist() == [False, True]


def test_a_near_miss_of_an_optional_column_is_questioned():
    reps = read("reps", "rep,hours,productivty\nA,1,1")
    finding = only(reps.findings, "near-miss-column")
    assert finding.severity is Severity.WARNING
    assert (finding.column, finding.nearest) == ("productivty", "productivity")
    assert "productivty" in reps.frame


def test_a_near_miss_of_a_needed_column_is_the_one_problem():
    units = read("units", "unit,teritory,segmnet\nU1,East,A")
    assert codes(units.findings) == ["near-miss-column", "near-miss-column"]
    assert {finding.severity for finding in units.findings} == {Severity.PROBLEM}
    assert [finding.nearest for finding in units.findings] == ["territory", "segment"]


def test_a_missing_column_is_a_problem_that_says_what_was_found():
    finding = only(read("reps", "rep,city\nA,Ulm").findings, "missing-column")
    assert "hours" in finding.message
    assert "rep, city" in finding.mend
    assert finding.row == 1


def test_history_needs_a_unit_or_a_territory_and_a_segment():
    missing = only(
        read("history", "date,territory,sales\n2026-01,East,1").findings, "missing-column"
    )
    assert "segment" in missing.message
    assert "unit" in missing.expected
    assert not read("history", "date,unit,sales\n2026-01,U1,1").findings


def test_two_columns_for_one_name_are_a_problem():
    finding = only(
        read("units", "unit,territory,segment,rep,owner\nU,E,A,x,y").findings, "duplicate-column"
    )
    assert finding.severity is Severity.PROBLEM
    assert "rep, owner" in finding.message


def test_a_source_that_names_one_of_two_columns_settles_it():
    source = TableSource(columns=(("owner", "rep"),))
    units = read("units", "unit,territory,segment,rep,owner\nU,E,A,x,y", source)
    assert not units.findings
    assert units.frame["rep"].tolist() == ["y"]


def test_titles_above_the_header_are_skipped_with_a_notice():
    reps = interpret(
        raw_rows("reps", [["团队名单 2026", ""], ["", ""], ["销售代表", "工时"], ["张三", "100"]])
    )
    title = only(reps.findings, "title-row")
    assert (title.severity, title.row) == (Severity.NOTICE, 1)
    assert reps.frame["hours"].tolist() == [100]


def test_a_unit_in_a_title_is_not_passed_over():
    rows = [["2025年销售 单位：万元"], ["日期", "单元", "销售额"], ["2025-01", "U1", "3"]]
    assert (
        only(interpret(raw_rows("history", rows)).findings, "unit-in-title").severity
        is Severity.WARNING
    )


def test_a_header_in_ten_thousands_multiplies_with_a_notice():
    history = read("history", "日期,单元,销售额(万元)\n2025-01,U1,3.2\n2025-02,U1,5万")
    assert history.frame["sales"].tolist() == [32_000, 50_000]
    assert only(history.findings, "scaled-column").severity is Severity.NOTICE


def test_a_percent_header_reads_12_5_as_an_eighth_and_typed_shares_as_they_are():
    text = read("segments", "segment,margin(%)\nA,12.5\nB,40%")
    assert text.frame["margin"].tolist() == [0.125, 0.4]
    typed = interpret(raw_rows("segments", [["segment", "margin(%)"], ["A", 0.125]]))
    assert typed.frame["margin"].tolist() == [0.125]


def test_a_column_without_a_header_is_reported_if_it_holds_anything():
    reps = read("reps", "rep,hours,,\nA,1,x,\n")
    assert only(reps.findings, "unnamed-column").severity is Severity.WARNING


def test_a_table_without_any_cell_is_missing_its_columns():
    assert set(codes(interpret(raw_rows("reps", [])).findings)) == {"missing-column", "no-rows"}
