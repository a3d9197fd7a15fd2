"""Whole folders, canonical frames, and cells of every sort."""

import string

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_tables import raw_rows, read_all

from allocopt.errors import Severity
from allocopt.tables import CONTRACT, assemble, interpret, read_tables
from allocopt.tables.contract import dtype_of


def test_a_folder_is_read_with_files_and_hashes(tmp_path):
    (tmp_path / "reps.csv").write_text("rep,hours\nA,1\n", encoding="utf-8")
    (tmp_path / "历史.csv").write_text("日期,单元,销售额\n2026-01,U,1\n", encoding="gb18030")
    reading = read_tables(tmp_path, {})
    assert set(reading.tables) == {"reps", "history"}
    assert reading.files["history"] == "历史.csv"
    assert all(len(value) == 64 for value in reading.hashes.values())
    assert not [f for f in reading.findings if f.severity is Severity.PROBLEM]


def test_only_the_tables_that_are_asked_for_are_read(tmp_path):
    (tmp_path / "reps.csv").write_text("nonsense", encoding="utf-8")
    (tmp_path / "history.csv").write_text("date,unit,sales\n2026-01,U,1\n", encoding="utf-8")
    reading = read_tables(tmp_path, {}, only={"history"})
    assert list(reading.tables) == ["history"]
    assert not reading.findings


@pytest.mark.parametrize("name", sorted(CONTRACT))
def test_a_canonical_frame_has_the_contracts_columns_and_dtypes(name):
    table = CONTRACT[name]
    frame = interpret(raw_rows(name, [[column.name for column in table.columns], ["?"]])).frame
    assert list(frame.columns) == list(table.by_name)
    assert {c.name: str(frame[c.name].dtype) for c in table.columns} == {
        column.name: dtype_of(column) for column in table.columns
    }


def test_columns_that_the_file_has_not_are_unknown():
    frame = read_all(reps="rep,hours\nA,1").tables["reps"]
    assert list(frame.columns) == list(CONTRACT["reps"].by_name)
    assert frame.drop(columns=["rep", "hours"]).isna().all(axis=None)
    assert isinstance(frame.index, pd.RangeIndex)


def test_numbers_of_a_spreadsheet_are_names_in_a_column_of_names():
    cells = [["unit", "territory", "segment"], [1001.0, 7, True]]
    row = interpret(raw_rows("units", cells)).frame.iloc[0]
    assert (row["unit"], row["territory"], row["segment"]) == ("1001", "7", "TRUE")


def test_rows_in_another_order_give_the_same_findings():
    rows = [["x", "1"], ["B", "y"], ["B", "2"]]
    first = interpret(raw_rows("reps", [["rep", "hours"], *rows]))
    second = interpret(raw_rows("reps", [["rep", "hours"], *reversed(rows)]))
    assert sorted(f.code for f in first.findings) == sorted(f.code for f in second.findings)


CELLS = (
    st.text(max_size=12)
    | st.text(string.digits + "-/.,%()万亿年月日QW ", max_size=10)
    | st.sampled_from(
        ["", "合计", "Total", "2026-01", "1,234", "East", "'=1", "#N/A", "territory", "U1;U2"]
    )
    | st.floats()
    | st.integers()
    | st.booleans()
    | st.none()
    | st.datetimes()
)


def _headers(name):
    words = [w for c in CONTRACT[name].columns for w in (c.name, c.zh, *c.synonyms)]
    return (
        st.sampled_from(words)
        | st.text(max_size=8)
        | st.sampled_from(["1月", "2月", "2025-01", "年"])
    )


@st.composite
def random_table(draw, name):
    width = draw(st.integers(0, 7))
    headers = draw(st.lists(_headers(name), min_size=width, max_size=width))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6))
    above = draw(st.integers(0, len(rows)))
    return raw_rows(name, [*rows[:above], headers, *rows[above:]])


@given(
    st.lists(st.sampled_from(sorted(CONTRACT)), max_size=4, unique=True).flatmap(
        lambda names: st.tuples(*(random_table(name) for name in names))
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_malformed_tables_give_findings_and_never_a_traceback(raws):
    reading = assemble(interpret(raw) for raw in raws)
    for raw in raws:
        frame = reading.tables[raw.name]
        columns = CONTRACT[raw.name].columns
        assert list(frame.columns)[: len(columns)] == [column.name for column in columns]
        assert {str(frame[c.name].dtype) for c in columns} == {dtype_of(c) for c in columns}
    for finding in reading.findings:
        assert finding.sentence()
        assert finding.file
