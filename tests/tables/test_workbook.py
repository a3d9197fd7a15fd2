"""Worksheets: types of cells, row numbers, sheet names, settings."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from allocopt.errors import DataError, Finding, Severity, problems
from allocopt.tables.workbook import Setting, read_sheet, read_workbook

Rows = list[list[object]]
PLAIN: Rows = [["unit", "territory"], ["u1", "East"]]


def book(sheets: dict[str, Rows]) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def write(folder: Path, sheets: dict[str, Rows]) -> Path:
    path = folder / "book.xlsx"
    path.write_bytes(book(sheets))
    return path


def problem_of(data: bytes, name: str, sheet: str = "") -> Finding:
    with pytest.raises(DataError) as caught:
        read_sheet(data, "book.xlsx", name, sheet)
    (finding,) = caught.value.findings
    return finding


def test_cells_keep_their_types() -> None:
    row: list[object] = ["East", 1200.5, True, datetime.date(2026, 3, 1), "", " x "]
    raw = read_sheet(book({"history": [["a", "b", "c", "d", "e", "f"], row]}), "b.xlsx", "history")
    assert raw.cells.iloc[1].tolist() == [
        "East",
        1200.5,
        True,
        datetime.datetime(2026, 3, 1),  # noqa: DTZ001 - Excel knows no time zones
        None,
        " x ",
    ]


def test_rows_and_columns_are_those_of_the_sheet() -> None:
    # The table starts in B3, and row 5 is blank.
    rows: Rows = [[], [], ["", "unit", "hours"], ["", "u1", 4], [], ["", "u2", 5]]
    raw = read_sheet(book({"units": rows}), "book.xlsx", "units")
    assert raw.file == "book.xlsx[units]"
    assert raw.rows.tolist() == [3, 4, 6]
    assert raw.cells.iloc[:, 1].tolist() == ["unit", "u1", "u2"]
    assert raw.cells.iloc[:, 0].tolist() == [None, None, None]


def test_error_cells_are_kept_as_text() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("history")
        sheet.write_row(0, 0, ["sales", "cost"])
        sheet.write_formula(1, 0, "=NA()", None, "#N/A")
        sheet.write_formula(1, 1, "=#REF!", None, "#REF!")
    raw = read_sheet(buffer.getvalue(), "book.xlsx", "history")
    assert raw.cells.iloc[1].tolist() == ["#N/A", "#REF!"]


def test_formula_without_stored_value_is_warned_of() -> None:
    buffer = io.BytesIO()
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "history"
    for row in (["sales", "cost"], ["=1+1", 5], ["=2+2", "=A1"]):
        sheet.append(row)
    workbook.save(buffer)
    raw = read_sheet(buffer.getvalue(), "book.xlsx", "history")
    (finding,) = raw.findings
    assert finding.severity is Severity.WARNING
    assert finding.count == 3
    assert raw.cells.iloc[1].tolist() == [None, 5]


def test_formula_that_gives_an_empty_text_is_not_warned_of() -> None:
    buffer, stored = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("history")
        sheet.write_row(0, 0, ["sales", "note"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(1, 1, '=""', None, "?")
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(stored, "w") as copy:
        for part in source.namelist():
            # Excel stores the empty text so; xlsxwriter cannot.
            copy.writestr(part, source.read(part).replace(b"<v>?</v>", b"<v></v>"))
    raw = read_sheet(stored.getvalue(), "book.xlsx", "history")
    assert raw.findings == ()
    assert raw.cells.iloc[1].tolist() == [2, None]


def test_chinese_sheet_names_are_table_names(tmp_path: Path) -> None:
    tables, _, findings = read_workbook(
        write(tmp_path, {"覆盖单元": PLAIN, " Ｈistory ": [["日期", "销售额"], ["2026-01", 5]]})
    )
    assert set(tables) == {"units", "history"}
    assert tables["units"].name == "units"
    assert tables["units"].file == "book.xlsx[覆盖单元]"
    assert findings == ()


def test_other_sheets_are_skipped_with_a_notice(tmp_path: Path) -> None:
    tables, _, findings = read_workbook(write(tmp_path, {"units": PLAIN, "Notes": [["hello"]]}))
    (finding,) = findings
    assert list(tables) == ["units"]
    assert finding.severity is Severity.NOTICE
    assert "Notes" in finding.message


def test_two_sheets_for_one_table_are_a_problem(tmp_path: Path) -> None:
    _, _, findings = read_workbook(write(tmp_path, {"units": PLAIN, "覆盖单元": PLAIN}))
    (finding,) = problems(findings)
    assert "units" in finding.message
    assert "覆盖单元" in finding.message


def test_empty_sheet_named_as_a_table_is_skipped(tmp_path: Path) -> None:
    tables, _, findings = read_workbook(write(tmp_path, {"units": PLAIN, "levers": []}))
    assert list(tables) == ["units"]
    assert [(one.file, one.severity) for one in findings] == [
        ("book.xlsx[levers]", Severity.NOTICE)
    ]


@pytest.mark.parametrize("name", ["settings", "设置"])
def test_settings_come_with_their_rows(tmp_path: Path, name: str) -> None:
    rows: Rows = [
        ["key", "value"],
        ["calendar.period", "quarter"],
        [],
        ["quota.over_assignment", 0.05],
        ["workload.hard", True],
        ["scenario.title", ""],
    ]
    _, settings, _ = read_workbook(write(tmp_path, {name: rows, "units": PLAIN}))
    file = f"book.xlsx[{name}]"
    assert settings == [
        Setting("calendar.period", "quarter", file, 2),
        Setting("quota.over_assignment", 0.05, file, 4),
        Setting("workload.hard", True, file, 5),
        Setting("scenario.title", None, file, 6),
    ]


def test_hash_is_of_the_file(tmp_path: Path) -> None:
    tables, _, _ = read_workbook(write(tmp_path, {"units": PLAIN, "reps": [["rep"], ["r1"]]}))
    assert tables["units"].sha256 == tables["reps"].sha256
    assert len(tables["units"].sha256) == 64


def test_sheet_is_found_by_the_table_or_alone() -> None:
    assert read_sheet(book({"A": PLAIN, "units": PLAIN}), "b.xlsx", "units").file == "b.xlsx[units]"
    assert read_sheet(book({"Sheet1": PLAIN}), "b.xlsx", "units").file == "b.xlsx[Sheet1]"


def test_sheet_that_is_asked_for_is_read() -> None:
    data = book({"units": PLAIN, "Units 2026": [["unit"], ["u9"]]})
    assert read_sheet(data, "b.xlsx", "units", "units 2026").cells.iloc[1, 0] == "u9"


def test_unknown_sheet_names_the_nearest() -> None:
    finding = problem_of(book({"Units": PLAIN, "Reps": PLAIN}), "units", "Unitz")
    assert finding.nearest == "Units"
    assert "'Reps'" in finding.expected


def test_workbook_without_a_sheet_for_the_table_says_which_there_are() -> None:
    finding = problem_of(book({"A": PLAIN, "B": PLAIN}), "units")
    assert "'A', 'B'" in finding.expected


def test_empty_sheet_that_is_asked_for_is_a_problem() -> None:
    assert problem_of(book({"units": []}), "units").code == "empty-file"


def test_missing_workbook_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        read_workbook(tmp_path / "none.xlsx")
