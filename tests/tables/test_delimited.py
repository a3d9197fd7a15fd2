"""Text files: encodings, delimiters, line numbers, and everything that is no table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocopt.errors import DataError, Finding, Severity
from allocopt.tables.delimited import read_text, sniff_delimiter

CHINESE = "日期,区域,销售额\n2026-01,华东,1200\n2026-02,华北,900\n"


def rows_of(data: bytes, encoding: str = "") -> list[list[str]]:
    return read_text(data, "history.csv", encoding).cells.to_numpy().tolist()


def problem_of(data: bytes, encoding: str = "") -> Finding:
    with pytest.raises(DataError) as caught:
        read_text(data, "history.csv", encoding)
    (finding,) = caught.value.findings
    assert finding.severity is Severity.PROBLEM
    assert finding.file == "history.csv"
    return finding


@pytest.mark.parametrize(
    "data",
    [
        CHINESE.encode(),
        CHINESE.encode("utf-8-sig"),
        CHINESE.encode("gb18030"),
        CHINESE.encode("utf-16"),
        b"\xfe\xff" + CHINESE.encode("utf-16-be"),
        CHINESE.encode("utf-32"),
    ],
    ids=["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_chinese_text_reads_the_same_in_every_known_encoding(data: bytes) -> None:
    assert rows_of(data) == [
        ["日期", "区域", "销售额"],
        ["2026-01", "华东", "1200"],
        ["2026-02", "华北", "900"],
    ]


def test_reading_as_gb18030_is_said() -> None:
    (finding,) = read_text(CHINESE.encode("gb18030"), "history.csv").findings
    assert finding.severity is Severity.NOTICE
    assert "GB18030" in finding.message


def test_given_encoding_wins() -> None:
    assert rows_of("name\ncafé\n".encode("latin-1"), "latin-1") == [["name"], ["café"]]


def test_text_in_no_known_encoding_names_the_line_and_the_mend() -> None:
    finding = problem_of("name,sales\na,1\ncafé,2\n".encode("latin-1"))
    assert finding.row == 3
    assert "0xE9" in finding.value
    assert "UTF-8" in finding.mend


def test_one_bad_byte_in_utf8_is_not_read_as_gb18030() -> None:
    # Both halves of a damaged character could pass as GB18030 and give characters that mean nothing.
    damaged = CHINESE.encode().replace("北".encode(), b"\xe5\x8c")
    assert problem_of(damaged).row == 3


def test_unknown_encoding_is_a_problem() -> None:
    assert problem_of(b"a,b\n1,2\n", "utf-9").value == "utf-9"
    assert problem_of(b"a,b\n1,2\n", "hex").value == "hex"


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ('a;b;c\n"x,y,z";2;3\n', ";"),
        ("a\tb\n1,000\t2,000\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("Sales 2025\na;b;c\n1;2;3\n4;5;6\n", ";"),
        ("only\n1\n2\n", ","),
    ],
)
def test_delimiter_is_recognised(text: str, delimiter: str) -> None:
    assert sniff_delimiter(text) == delimiter


def test_separator_line_of_excel_is_obeyed_and_counted() -> None:
    read = read_text(b"sep=|\r\na|b\r\n1|2\r\n", "t.csv")
    assert read.cells.to_numpy().tolist() == [["a", "b"], ["1", "2"]]
    assert read.rows.tolist() == [2, 3]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_rows_are_the_lines_where_records_start(ending: str) -> None:
    # Line 2 is blank, the record on line 3 goes on in line 4, line 5 has delimiters only.
    lines = ["a,b", "", '"x', 'y",2', ",", "z,3"]
    read = read_text(ending.join(lines).encode(), "t.csv")
    assert read.rows.tolist() == [1, 3, 6]
    assert read.cells.iloc[1, 0] == f"x{ending}y"


def test_short_rows_are_padded_with_empty_cells() -> None:
    assert rows_of(b"a,b,c\n1\n1,2,3\n") == [["a", "b", "c"], ["1", "", ""], ["1", "2", "3"]]


def test_row_with_more_cells_than_the_header_is_a_problem_with_its_row() -> None:
    read = read_text(b"unit,sales\nu1,100\nu2,1,200\nu3,1,300\n", "history.csv")
    (finding,) = read.findings
    assert finding.severity is Severity.PROBLEM
    assert (finding.row, finding.count) == (3, 2)
    assert "2 rows" in finding.message
    assert read.cells.shape == (4, 2)


def test_empty_cells_beyond_the_header_are_dropped() -> None:
    read = read_text(b"unit,sales\nu1,100,,\n", "t.csv")
    assert read.findings == ()
    assert read.cells.shape == (2, 2)


def test_title_row_is_not_taken_for_the_header() -> None:
    read = read_text(b"Sales 2025\nunit,date,sales\nu1,2025-01,1\nu2,2025-01,2\n", "t.csv")
    assert read.findings == ()
    assert read.cells.shape == (4, 3)


def test_header_alone_is_read() -> None:
    assert rows_of(b"unit,sales\n") == [["unit", "sales"]]


def test_no_cell_is_taken_for_unknown() -> None:
    assert rows_of(b"a,b\nNA,null\n")[1] == ["NA", "null"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b",,,\n,,\n"])
def test_empty_file_is_a_problem(data: bytes) -> None:
    assert problem_of(data).code == "empty-file"


def test_nul_character_is_a_problem_with_its_line() -> None:
    finding = problem_of(b"a,b\n1,\x00\n")
    assert finding.row == 2
    assert "NUL" in finding.message


def test_utf16_without_its_mark_is_named() -> None:
    assert "UTF-16" in problem_of("a,b\n1,2\n".encode("utf-16-le")).message


def test_unclosed_quotation_mark_is_a_problem_where_it_opens() -> None:
    assert problem_of(b'a,b\n1,2\n"x,3\n4,5\n').row == 3


def test_quotation_mark_that_is_not_doubled_is_a_problem() -> None:
    assert problem_of(b'a,b\n"5" pipe",2\n').row == 2


def test_quotation_mark_inside_an_unquoted_cell_is_text() -> None:
    assert rows_of(b'a,b\n5" pipe,2\n')[1] == ['5" pipe', "2"]


def test_cell_of_a_million_characters_is_a_problem_with_its_row() -> None:
    finding = problem_of(b"a,b\n1,2\n" + b"x" * 1_000_000 + b",3\n")
    assert finding.row == 3
    assert finding.code == "long-cell"


@given(st.binary(max_size=400), st.sampled_from(["", "utf-16", "gb18030", "latin-1"]))
def test_random_bytes_give_cells_or_a_data_error(data: bytes, encoding: str) -> None:
    try:
        read = read_text(data, "t.csv", encoding)
    except DataError:
        return
    assert len(read.cells) == len(read.rows) > 0
    assert (read.rows[1:] > read.rows[:-1]).all()


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=12))
def test_quoted_cells_come_back_as_written(records: list[list[str]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in one) for one in records]
    assert rows_of("\n".join(quoted).encode("utf-8-sig")) == records
