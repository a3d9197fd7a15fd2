"""Workbook: the plan's figures as numbers that add up, nothing that runs, sheets that print."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support import needs
from support_workbook import written

from allocopt.documents.language.text import visible_text
from allocopt.documents.language.voice import voice_of
from allocopt.documents.workbook.sheet import sheet_of
from allocopt.documents.workbook.table import parts_of

# openpyxl leaves out what only Excel knows, and says so.
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")

HOSTILE = [
    '=HYPERLINK("http://x")',
    "@SUM(1)",
    "-1+2",
    "<b>&amp;",
    'say "no"',
    "\u202edlog",
    "_x0041_",
]


@pytest.fixture(scope="module")
def plan_case(case: Any) -> Any:
    """The made-up plan, with names that try to be something else."""
    units = case.scenario.tables["units"]
    names = [*HOSTILE, *units["name"][len(HOSTILE) :]]
    return case.with_scenario(units=units.assign(name=names))


@pytest.fixture(scope="module")
def path(plan_case: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbook")
    return written(plan_case.plan, plan_case.scenario, folder / "plan.xlsx", language="en")


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    return load_workbook(path)


@pytest.fixture(scope="module")
def values(path: Path) -> Workbook:
    return load_workbook(path, data_only=True)


def rows_of(sheet: Worksheet) -> list[dict[str, Any]]:
    """Rows of a sheet's table by heading, its total last."""
    (table,) = sheet.tables.values()
    head, *rows = [[cell.value for cell in row] for row in sheet[table.ref]]
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_every_row_of_the_plan_is_in_its_table(values: Workbook, case: Any) -> None:
    counts = {
        "People": 12 + 1,
        "Quotas": 12 + 1,
        "Territories": 10 + 1,
        "Segments": 3 + 1,
        "Levers": 4 + 1,
        "Spend by place": 4 * 30 + 1,
        "Limits": len(case.plan["limits"]),
        "Who covers what": 30 + 1,
        "Units by period": 30 + 1,
        "Forecast": len(case.plan["forecast"]),
        "By period": 12 + 1,
    }
    assert {name: len(rows_of(values[name])) for name in counts} == counts


def test_totals_are_the_plans_and_follow_a_filter(
    values: Workbook, book: Workbook, case: Any
) -> None:
    quotas = case.plan["quotas"].query("level == 'rep'")
    *rows, total = rows_of(values["Quotas"])
    assert total["Quota"] == pytest.approx(quotas["quota"].sum())
    assert total["Quota"] == pytest.approx(sum(row["Quota"] for row in rows))
    assert total["Expected / quota"] == pytest.approx(
        quotas["expected"].sum() / quotas["quota"].sum()
    )
    assert total["Mar 26"] == pytest.approx(quotas.query("period == '2026-03'")["quota"].sum())
    assert rows_of(book["Quotas"])[-1]["Quota"] == "=SUBTOTAL(109,C5:C16)"
    sold = rows_of(values["Units by period"])[-1]
    assert sold["Planned sales"] == pytest.approx(case.plan["sales"]["sales"].sum())


def test_only_our_totals_are_formulas(book: Workbook) -> None:
    formulas = [
        (sheet.title, cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas
    assert all(text.startswith("=SUBTOTAL(109,") for _, text in formulas)


def test_names_that_try_to_be_something_else_stay_text(book: Workbook) -> None:
    names = [row["Name"] for row in rows_of(book["Units by period"])]
    # openpyxl takes the escape of the format for what it escapes.
    assert names[: len(HOSTILE) - 1] == HOSTILE[:-1]
    links = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links
    assert all(cell.hyperlink.target is None and cell.hyperlink.location for cell in links)


def test_numbers_are_numbers_and_days_are_days(values: Workbook) -> None:
    rep = rows_of(values["People"])[0]
    assert rep["Quota"] == 12 * 90_000
    assert rep["In use"] == pytest.approx(900 / 1440)
    assert rows_of(values["Who covers what"])[0]["Start"].isoformat() == "2026-01-01T00:00:00"
    sheet = values["People"]
    formats = {cell.value: sheet.cell(5, cell.column).number_format for cell in sheet[4]}
    assert formats["Quota"] == "#,##0"
    assert formats["In use"] == "0.0%"
    assert rows_of(values["By period"])[0]["Period"] == "2026-01"


def test_charts_are_drawn_from_the_sheets(book: Workbook) -> None:
    charts = book["Charts"]._charts
    titles = ["".join(run.t for run in chart.title.tx.rich.p[0].r) for chart in charts]
    assert titles == [
        "Sales by period",
        "Quota and expected sales by rep",
        "Selling time in use by rep",
        "Spend by lever",
        "From the margin to the contribution",
    ]
    assert charts[1].series[0].val.numRef.f == "Quotas!$C$5:$C$16"
    assert charts[1].x_axis.title is not None
    assert charts[1].y_axis.title is not None


def test_columns_without_figures_have_no_chart(plan_case: Any, tmp_path: Path) -> None:
    silent = dict.fromkeys(("hours", "load", "overtime"), 0.0)
    case = plan_case.with_plan(reps=plan_case.plan["reps"].assign(**silent))
    case = case.with_plan(quotas=case.plan["quotas"].iloc[:0])
    book = load_workbook(written(case.plan, case.scenario, tmp_path / "plan.xlsx", language="en"))
    assert "Key figures" in book.sheetnames


def test_a_full_disk_is_told_as_one(
    plan_case: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("xlsxwriter.Workbook._store_workbook", full)
    with pytest.raises(OSError, match="No space left"):
        written(plan_case.plan, plan_case.scenario, tmp_path / "plan.xlsx")


def test_sheets_print_on_a4_with_their_header_on_every_page(book: Workbook) -> None:
    for sheet in book:
        if sheet.title == "allocopt":
            continue
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToHeight in (0, None)  # as many pages as it takes, or one
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "made_up-2026-0001" in sheet.oddHeader.right.text
    assert book["Limits"].print_title_rows == "$4:$4"
    assert book["Limits"].freeze_panes == "B5"


def test_the_overview_links_every_sheet(book: Workbook) -> None:
    overview = book.worksheets[0]
    linked = [row[0].value for row in overview.iter_rows() if row[0].hyperlink]
    assert linked == [name for name in book.sheetnames[1:] if name != "allocopt"]
    assert book["allocopt"].sheet_state == "hidden"
    shown = {row[0].value: row[1].value for row in overview.iter_rows(max_col=2)}
    assert shown["Plan"] == "made_up-2026-0001"
    assert shown["Planned sales"] == 12_870_000


def test_people_fill_in_marked_cells_only(book: Workbook) -> None:
    sheet = book["Edit locks"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    top = int(sheet.freeze_panes[1:])
    open_cells = [cell.column_letter for cell in sheet[top] if not cell.protection.locked]
    assert open_cells == ["F", "G", "H", "I"]
    assert {cell.fill.fgColor.rgb for cell in sheet[top][5:9]} == {"FFFFF2CC"}
    lists = {str(rule.sqref)[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists["F"] == "allocopt!$G$1:$G$12"


def test_who_may_not_see_pay_gets_no_pay_and_no_forms(plan_case: Any, tmp_path: Path) -> None:
    path = written(
        plan_case.plan, plan_case.scenario, tmp_path / "v.xlsx", language="zh-CN", reader="viewer"
    )
    seen = load_workbook(path)
    assert "allocopt" not in seen.sheetnames
    assert not [name for name in seen.sheetnames if name.startswith("编辑")]
    heads = {cell.value for sheet in seen for row in sheet.iter_rows() for cell in row}
    assert "人员" in seen.sheetnames
    assert not heads & {"人员成本", "达成概率", "概率", "贡献", "按计划的浮动薪酬"}


def test_a_table_beyond_the_sheets_rows_goes_on_in_another() -> None:
    frame = pd.DataFrame({"unit": [f"u{k}" for k in range(5)]})
    sheet = sheet_of("units", "unit", frame, voice_of("en", "USD"))
    assert sheet is not None
    assert [list(part.frame["unit"]) for part in parts_of(sheet, 2)] == [
        ["u0", "u1"],
        ["u2", "u3"],
        ["u4"],
    ]


def test_what_xml_forbids_becomes_visible() -> None:
    assert visible_text("a\x01b\x7f\r\nc\ud800\ufffe") == "a\u2401b\u2421\nc\ufffd\ufffd"
    assert visible_text("\u202eabc\t=1") == "\u202eabc\t=1"


def test_libreoffice_opens_it_and_holds_the_same_rows(
    path: Path, values: Workbook, tmp_path: Path
) -> None:
    soffice = shutil.which("soffice")
    needs("LibreOffice (soffice)", soffice)
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [
            str(soffice),
            profile,
            "--headless",
            "--convert-to",
            every_sheet,
            "--outdir",
            tmp_path,
            path,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    for name in ("Quotas", "Units by period", "Limits", "Who covers what"):
        with (tmp_path / f"plan-{name}.csv").open(encoding="utf-8") as file:
            read = list(csv.reader(file))[3:]
        rows = rows_of(values[name])
        assert len(read) == len(rows) + 1
        for cells, row in zip(read[1:], rows, strict=True):
            for text, value in zip(cells, row.values(), strict=True):
                if isinstance(value, int | float):
                    number = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
                    assert number == pytest.approx(value, rel=1e-6)
                elif isinstance(value, str):
                    assert text == value
