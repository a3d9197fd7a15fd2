"""Tables that are written are read back exactly, and are never run."""

import csv
import datetime as dt
import errno
import io

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from support_tables import raw_rows

from allocopt.files import write_atomic
from allocopt.tables import interpret, read_tables, table_bytes, write_table
from allocopt.tables.text import fold

# Letters that a CSV may hold; the Excel formula marks come often.
TEXTS = st.text(
    st.sampled_from("=+-@\t'ab １；,\"\n中N/A%5")
    | st.characters(codec="utf-8", exclude_characters="\0"),
    max_size=8,
)
FLOATS = st.floats(min_value=0, allow_infinity=False) | st.none()


def read_back(name, data):
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    return interpret(raw_rows(name, rows)).frame


@given(
    st.lists(st.tuples(TEXTS, FLOATS, st.dates(), st.booleans()), min_size=1, max_size=5),
    st.booleans(),
)
@example([("0\r0", None, dt.date(2026, 1, 1), True)], False)
@settings(deadline=None)
def test_a_table_survives_the_round_trip_exactly(rows, excel):
    header = ["rep", "hours", "start", "note", "name"]
    cells = [[f"R{n}", hours, day, text, text] for n, (text, hours, day, _) in enumerate(rows)]
    frame = interpret(raw_rows("reps", [header, *cells])).frame
    assert_frame_equal(read_back("reps", table_bytes(frame, excel=excel)), frame)


@given(st.text(st.sampled_from("=+-@\t\r' a1")))
def test_no_text_that_is_written_starts_like_a_formula(text):
    frame = pd.DataFrame({"note": pd.Series([text, "x"], dtype="str")})
    written = list(csv.reader(io.StringIO(table_bytes(frame).decode(), newline="")))[1][0]
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_flags_dates_and_unknown_cells_are_written_plainly():
    frame = interpret(
        raw_rows("pairs", [["unit", "rep", "allowed"], ["U", "A", "是"], ["U", "B", ""]])
    ).frame
    assert table_bytes(frame[["unit", "rep", "allowed"]]) == b"unit,rep,allowed\nU,A,true\nU,B,\n"
    days = pd.DataFrame({"day": pd.to_datetime(["2026-03-05", None])})
    assert table_bytes(days) == b'day\n2026-03-05\n""\n'


def test_a_dash_that_is_a_name_is_not_read_as_unknown():
    frame = interpret(raw_rows("reps", [["rep", "hours", "name"], ["A", "1", "'-"]])).frame
    assert frame["name"].tolist() == ["-"]
    assert read_back("reps", table_bytes(frame))["name"].tolist() == ["-"]


def test_excel_gets_its_byte_order_mark(tmp_path):
    write_table(pd.DataFrame({"区域": ["华东"]}), tmp_path / "a.csv", excel=True)
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_written_table_is_read_by_read_tables(tmp_path):
    frame = interpret(
        raw_rows("reps", [["rep", "hours"], ["=SUM(A1)", "0.1"], ["张三", "2"]])
    ).frame
    write_table(frame, tmp_path / "reps.csv")
    assert_frame_equal(read_tables(tmp_path, {}).tables["reps"], frame)


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    write_atomic(path, b"old")

    def refuse(_handle):
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(OSError, match="no space"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_a_full_disk_names_the_file_that_it_could_not_take(tmp_path, monkeypatch):
    def refuse(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(OSError, match="No space") as caught:
        write_atomic(tmp_path / "a.csv", b"new")
    assert caught.value.filename == str(tmp_path / "a.csv")


def test_text_is_folded_but_chinese_is_not_touched():
    assert fold("　Ａ（１）华东。 ") == "A(1)华东。"
