"""Finding and reading the files of a scenario's folder."""

from __future__ import annotations

import hashlib
import importlib.util
import io
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from support import needs

from allocopt.errors import DataError, Finding, Severity, problems
from allocopt.tables.raw import TableSource
from allocopt.tables.sources import find_sources, read_source

CSV = "unit,territory\nu1,East\n"


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text(CSV, encoding="utf-8")


def problem_of(name: str, source: TableSource, folder: Path) -> Finding:
    with pytest.raises(DataError) as caught:
        read_source(name, source, folder)
    (finding,) = caught.value.findings
    return finding


def test_files_are_found_by_english_and_chinese_names(tmp_path: Path) -> None:
    touch(
        tmp_path, "Units.CSV", "历史.csv", "reps.tsv", "levers.txt", "demand.parquet", "pairs.xlsx"
    )
    sources, findings = find_sources(tmp_path, {})
    assert {name: source.path for name, source in sources.items()} == {
        "units": "Units.CSV",
        "history": "历史.csv",
        "reps": "reps.tsv",
        "levers": "levers.txt",
        "demand": "demand.parquet",
        "pairs": "pairs.xlsx",
    }
    assert findings == ()


def test_other_files_are_ignored(tmp_path: Path) -> None:
    touch(tmp_path, "README.md", "notes.csv", "~$units.xlsx", ".units.csv", "territories.geojson")
    (tmp_path / "units.csv").mkdir()
    assert find_sources(tmp_path, {}) == ({}, ())


def test_two_files_for_one_table_are_a_problem_that_names_both(tmp_path: Path) -> None:
    touch(tmp_path, "history.csv", "历史.csv")
    sources, (finding,) = find_sources(tmp_path, {})
    assert sources == {}
    assert finding.severity is Severity.PROBLEM
    assert "history.csv" in finding.message
    assert "历史.csv" in finding.message


def test_given_source_stands_before_files(tmp_path: Path) -> None:
    touch(tmp_path, "history.csv", "历史.csv")
    given = {"history": TableSource(path="历史.csv")}
    assert find_sources(tmp_path, given) == (given, ())


def test_spreadsheet_of_another_kind_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    touch(tmp_path, "history.xls")
    sources, (finding,) = find_sources(tmp_path, {})
    assert sources == {}
    assert finding.severity is Severity.WARNING
    assert ".xlsx" in finding.mend


def test_folder_that_is_not_there_has_no_sources(tmp_path: Path) -> None:
    assert find_sources(tmp_path / "none", {}) == ({}, ())


def test_source_is_read_with_name_hash_and_file(tmp_path: Path) -> None:
    touch(tmp_path, "units.csv")
    raw = read_source("units", TableSource(path="units.csv"), tmp_path)
    assert (raw.name, raw.file) == ("units", "units.csv")
    assert raw.sha256 == hashlib.sha256(CSV.encode()).hexdigest()
    assert raw.cells.to_numpy().tolist() == [["unit", "territory"], ["u1", "East"]]


def test_path_may_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "scenario").mkdir()
    touch(tmp_path, "units.csv")
    for path in ("../units.csv", str(tmp_path / "units.csv")):
        raw = read_source("units", TableSource(path=path), tmp_path / "scenario")
        assert len(raw.rows) == 2


def test_encoding_of_the_source_is_used(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_bytes("unit\nGrün\n".encode("latin-1"))
    source = TableSource(path="units.csv", encoding="latin-1")
    assert read_source("units", source, tmp_path).cells.iloc[1, 0] == "Grün"


def test_sheet_of_a_workbook_is_a_source(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        for name, unit in (("A", "u1"), ("B", "u2")):
            book.add_worksheet(name).write_column(0, 0, ["unit", unit])
    raw = read_source("units", TableSource(path="book.xlsx", sheet="B"), tmp_path)
    assert raw.file == "book.xlsx[B]"
    assert raw.cells.iloc[1, 0] == "u2"


def test_query_is_a_source(tmp_path: Path) -> None:
    source = TableSource(url="sqlite:///none.db", sql="select 1")
    assert problem_of("units", source, tmp_path).code == "missing-file"


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    touch(tmp_path, "Units.csv", "reps.csv")
    finding = problem_of("units", TableSource(path="unit.csv"), tmp_path)
    assert finding.message == "there is no such file"
    assert finding.nearest == "Units.csv"


@pytest.mark.parametrize("path", ["units.xls", "units.json", "units"])
def test_other_kinds_of_file_are_a_problem_with_a_mend(tmp_path: Path, path: str) -> None:
    touch(tmp_path, path)
    assert problem_of("units", TableSource(path=path), tmp_path).code == "file-kind"


@pytest.mark.parametrize("path", ["a\0b.csv", "x" * 5000 + ".csv", "."])
def test_impossible_path_is_a_problem(tmp_path: Path, path: str) -> None:
    assert problem_of("units", TableSource(path=path), tmp_path).severity is Severity.PROBLEM


def test_source_without_path_and_url_is_a_problem(tmp_path: Path) -> None:
    assert problem_of("units", TableSource(), tmp_path).code == "no-source"


def test_parquet_without_its_reader_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "units.parquet")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    finding = problem_of("units", TableSource(path="units.parquet"), tmp_path)
    assert "allocopt[parquet]" in finding.mend


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    needs("pyarrow", importlib.util.find_spec("pyarrow"))
    frame = pd.DataFrame(
        {
            "unit": ["u1", None],
            "hours": [4.5, None],
            "visits": [1, 2],
            "since": pd.to_datetime(["2026-03-01", None]),
        }
    )
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    (tmp_path / "units.parquet").write_bytes(buffer.getvalue())
    raw = read_source("units", TableSource(path="units.parquet"), tmp_path)
    assert raw.cells.to_numpy().tolist() == [
        ["unit", "hours", "visits", "since"],
        ["u1", 4.5, 1, pd.Timestamp("2026-03-01")],
        [None, None, 2, None],
    ]
    assert raw.rows.tolist() == [1, 2, 3]


def test_damaged_parquet_is_a_problem(tmp_path: Path) -> None:
    needs("pyarrow", importlib.util.find_spec("pyarrow"))
    for data in (b"", b"PAR1" + bytes(40) + b"PAR1", CSV.encode()):
        (tmp_path / "units.parquet").write_bytes(data)
        finding = problem_of("units", TableSource(path="units.parquet"), tmp_path)
        assert problems([finding]) == (finding,)
