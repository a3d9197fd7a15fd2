"""Hostile and damaged workbooks are a problem in the list, never a crash."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from allocopt.errors import DataError, Finding, Severity, problems
from allocopt.tables.prescan import clean_copy, open_archive
from allocopt.tables.used_range import UsedRange, column_letters, column_number
from allocopt.tables.workbook import read_sheet, read_workbook

SHEET = "xl/worksheets/sheet1.xml"
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def book(rows: int = 2, sheets: tuple[str, ...] = ("history",)) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        for name in sheets:
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, ["date", "territory", "sales"])
            for row in range(1, rows):
                sheet.write_row(row, 0, ["2026-01", "East", 1200])
    return buffer.getvalue()


def rewritten(part: str, old: bytes, new: bytes, data: bytes = b"") -> bytes:
    """A workbook with one part changed."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data or book())) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in source.namelist():
            body = source.read(name)
            assert name != part or old in body
            copy.writestr(name, body.replace(old, new) if name == part else body)
    return buffer.getvalue()


def with_cells(cells: bytes) -> bytes:
    return rewritten(SHEET, b"</sheetData>", cells + b"</sheetData>")


def problem_of(data: bytes) -> Finding:
    with pytest.raises(DataError) as caught:
        read_sheet(data, "book.xlsx", "history")
    (finding,) = caught.value.findings
    assert finding.severity is Severity.PROBLEM
    assert finding.file.startswith("book.xlsx")
    assert finding.mend
    return finding


def far_cell() -> bytes:
    return with_cells(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


FAR_CELLS = {
    "plain": b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "lower case": b'<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
    "single quotes": b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    "spaces": b'<row r="1048576"><c r\n = "XFD1048576"><v>1</v></c></row>',
    "prefix": b'<x:row xmlns:x="u" r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    "after a sign": b'<row r="9"><c a=">" r="XFD1048576"><v>1</v></c></row>',
    "escaped": b'<row r="9"><c r="XFD&#49;048576"><v>1</v></c></row>',
    "beyond Excel": b'<row r="9"><c r="ZZZZZZZZZ99999999999"><v>1</v></c></row>',
    "far row, wide row": b'<row r="9"><c r="ZZ9"><v>1</v></c></row>'
    b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
    "row without cell numbers": b'<row r="1048000">' + b"<c><v>1</v></c>" * 30 + b"</row>",
    "no numbers": b"<row>" + b"<c/>" * 5000 + b"</row>" + b"<row><c/></row>" * 5000,
}


@pytest.mark.parametrize("cells", FAR_CELLS.values(), ids=FAR_CELLS.keys())
def test_cell_far_from_the_table_is_a_problem_with_sheet_and_mend(cells: bytes) -> None:
    finding = problem_of(with_cells(cells))
    assert finding.code == "far-cell"
    assert finding.file == "book.xlsx[history]"
    assert "delete the rows and columns" in finding.mend


def test_far_cell_is_named() -> None:
    assert "XFD1048576" in problem_of(far_cell()).message


def test_far_cell_does_not_end_the_process(tmp_path: Path) -> None:
    # Without the pre-scan calamine asks for hundreds of gigabytes here, and the process aborts.
    path = tmp_path / "book.xlsx"
    path.write_bytes(far_cell())
    code = (
        "import sys; from pathlib import Path; from allocopt.tables.workbook import read_workbook;"
        "print([f.code for f in read_workbook(Path(sys.argv[1]))[2]])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    )
    assert (done.returncode, done.stdout.strip()) == (0, "['far-cell']"), done.stderr


def test_cells_without_numbers_are_read_when_they_fit() -> None:
    data = with_cells(b"<row>" + b"<c><v>7</v></c>" * 3 + b"</row>")
    raw = read_sheet(data, "book.xlsx", "history")
    assert raw.cells.iloc[-1].tolist() == [7, 7, 7]
    assert raw.rows.tolist() == [1, 2, 3]


def test_stale_dimension_of_a_small_sheet_does_no_harm() -> None:
    data = rewritten(SHEET, b'ref="A1:C2"', b'ref="A1:XFD1048576"')
    assert read_sheet(data, "book.xlsx", "history").cells.shape == (2, 3)


def test_merged_cells_as_large_as_a_sheet_do_no_harm() -> None:
    merged = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    data = rewritten(SHEET, b"</sheetData>", b"</sheetData>" + merged)
    assert read_sheet(data, "book.xlsx", "history").cells.shape == (2, 3)


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
def test_entity_declarations_are_refused_in_every_part_that_is_read(part: str) -> None:
    finding = problem_of(rewritten(part, b"?>\n", b"?>\n" + BOMB))
    assert finding.code == "workbook-entities"
    assert part in finding.message


@pytest.mark.parametrize("count", [b"4294967295", b" 0099999999", b"42&#57;4967295"])
def test_count_that_makes_the_reader_ask_for_all_memory_is_refused(count: bytes) -> None:
    data = rewritten("xl/sharedStrings.xml", b'uniqueCount="5"', b'uniqueCount="%s"' % count)
    assert problem_of(data).code == "workbook-bomb"


def test_declaration_across_two_pieces_is_seen() -> None:
    for padding in range(2**20 - 420, 2**20 + 40, 23):
        start = b"<!--" + b"x" * padding + b"-->"
        assert problem_of(rewritten(SHEET, b"?>\n", b"?>\n" + start + BOMB)).code in {
            "workbook-entities",
            "workbook-bomb",
        }


def test_utf16_part_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(book())) as source:
        body = source.read(SHEET)
    assert "UTF-8" in problem_of(rewritten(SHEET, body, body.decode().encode("utf-16"))).message


def test_part_in_an_encoding_that_does_not_exist_is_a_problem() -> None:
    data = rewritten("xl/workbook.xml", b'encoding="UTF-8"', b'encoding="NoTF-8"')
    assert problem_of(data).code == "workbook-damaged"


@pytest.mark.parametrize("kept", [4, 100, 0.5, 0.9, 0.999])
def test_truncated_workbook_is_a_problem(kept: float) -> None:
    data = book()
    assert (
        problem_of(data[: int(kept if kept > 1 else kept * len(data))]).code == "workbook-damaged"
    )


def test_damaged_bytes_inside_a_part_are_a_problem() -> None:
    data = bytearray(book(rows=500))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as source:
        start = source.getinfo(SHEET).header_offset + 200
    data[start : start + 40] = bytes(40)
    assert problem_of(bytes(data)).code == "workbook-damaged"


def test_strings_that_unpack_to_far_more_are_refused() -> None:
    text = b"<si><t>" + b" " * 60_000_000 + b"</t></si>"
    data = rewritten("xl/sharedStrings.xml", b"</sst>", text + b"</sst>")
    assert len(data) < 100_000
    assert problem_of(data).code == "workbook-bomb"


def test_one_long_string_in_very_many_cells_is_refused() -> None:
    # 32,000 characters in 40,000 cells: 1.3 GB from a small file.
    letters = bytes(random.Random(1).choices(range(97, 123), k=32_000))  # noqa: S311
    strings = rewritten(
        "xl/sharedStrings.xml", b"</sst>", b"<si><t>" + letters + b"</t></si></sst>"
    )
    cells = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>5</v></c></row>' % (row, row) for row in range(3, 40_003)
    )
    data = rewritten(SHEET, b"</sheetData>", cells + b"</sheetData>", strings)
    assert "do not fit in memory" in problem_of(data).message
    # The same text in two cells is no problem.
    few = b'<row r="3"><c r="A3" t="s"><v>5</v></c><c r="B3" t="s"><v>5</v></c></row>'
    fitting = rewritten(SHEET, b"</sheetData>", few + b"</sheetData>", strings)
    assert read_sheet(fitting, "book.xlsx", "history").cells.iloc[2, 1] == letters.decode()


def test_part_that_never_closes_its_text_is_refused() -> None:
    noise = bytes(random.Random(2).choices(range(97, 123), k=6_000_000))  # noqa: S311
    assert problem_of(rewritten(SHEET, b"<sheetData>", b"<sheetData>" + noise)).code == "long-cell"


def test_very_many_parts_are_refused() -> None:
    buffer = io.BytesIO(book())
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(10_001):
            archive.writestr(f"junk/{number}", b"")
    assert "parts" in problem_of(buffer.getvalue()).message


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    buffer = io.BytesIO(book())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/Worksheets/SHEET1.xml", b"<worksheet/>")
    assert "two parts" in problem_of(buffer.getvalue()).message


def test_packing_that_excel_does_not_use_is_refused() -> None:
    buffer = io.BytesIO(book())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("docProps/more.xml", b"<x/>")
    assert "packed" in problem_of(buffer.getvalue()).message


def test_encrypted_part_is_a_problem() -> None:
    data = bytearray(book())
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert "encrypted" in problem_of(bytes(data)).message


def test_workbook_with_a_password_says_so() -> None:
    data = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert "password" in problem_of(data).message


def test_old_workbook_named_xlsx_says_so() -> None:
    finding = problem_of(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))
    assert "97-2003" in finding.message
    assert ".xlsx" in finding.mend


@pytest.mark.parametrize("data", [b"", b"date,sales\n2026-01,5\n", "日期".encode("gb18030")])
def test_text_named_xlsx_is_a_problem(data: bytes) -> None:
    assert problem_of(data).code == "workbook-format"


def test_zip_without_a_workbook_is_a_problem() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", b"<document/>")
    assert "no workbook" in problem_of(buffer.getvalue()).message


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_part_that_is_no_xml_is_a_problem(part: str) -> None:
    with zipfile.ZipFile(io.BytesIO(book())) as source:
        body = source.read(part)
    assert problem_of(rewritten(part, body, b"<oops")).severity is Severity.PROBLEM


def test_hostile_sheet_that_is_no_table_is_never_read(tmp_path: Path) -> None:
    data = rewritten(
        "xl/worksheets/sheet2.xml",
        b"</sheetData>",
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        book(sheets=("history", "Solver")),
    )
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    tables, _, findings = read_workbook(path)
    assert list(tables) == ["history"]
    assert problems(findings) == ()


def test_hostile_sheet_leaves_the_other_tables(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(
        rewritten(
            "xl/worksheets/sheet2.xml",
            b"</sheetData>",
            FAR_CELLS["plain"] + b"</sheetData>",
            book(sheets=("history", "reps", "units")),
        )
    )
    tables, _, findings = read_workbook(path)
    assert list(tables) == ["history", "units"]
    assert [finding.file for finding in problems(findings)] == ["book.xlsx[reps]"]


def test_only_the_sheets_that_are_needed_reach_the_reader() -> None:
    archive = open_archive(book(sheets=("history", "Notes")), "book.xlsx")
    with zipfile.ZipFile(io.BytesIO(clean_copy(archive, ["history"]).data)) as copy:
        assert SHEET in copy.namelist()
        assert "xl/worksheets/sheet2.xml" not in copy.namelist()


def test_shorter_declared_size_hides_nothing() -> None:
    # A reader that trusts the directory stops early, one that inflates all of it goes on: the bytes
    # after the declared size must not reach calamine.
    data = bytearray(far_cell())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as source:
        body = source.read(SHEET)
        crc = source.getinfo(SHEET).CRC
        size = source.getinfo(SHEET).file_size
    shorter = body.index(b'<row r="1048576"')
    entry = data.index(crc.to_bytes(4, "little"), data.index(b"PK\x01\x02"))
    data[entry : entry + 4] = zlib.crc32(body[:shorter]).to_bytes(4, "little")
    assert data[entry + 8 : entry + 12] == size.to_bytes(4, "little")
    data[entry + 8 : entry + 12] = shorter.to_bytes(4, "little")
    try:
        raw = read_sheet(bytes(data), "book.xlsx", "history")
    except DataError:
        return
    assert len(raw.rows) <= 2


@pytest.mark.parametrize(("letters", "number"), [("A", 1), ("Z", 26), ("AA", 27), ("XFD", 16_384)])
def test_columns_are_numbered_as_in_excel(letters: str, number: int) -> None:
    assert column_number(letters.encode()) == number
    assert column_letters(number) == letters


@given(
    st.lists(
        st.tuples(st.integers(1, 60), st.integers(1, 900), st.booleans(), st.booleans()),
        min_size=1,
        max_size=30,
    ),
    st.integers(1, 8),
)
def test_used_range_is_never_smaller_than_the_cells(
    cells: list[tuple[int, int, bool, bool]], pieces: int
) -> None:
    body, row, farthest = [], 0, [0, 0]
    for step, column, numbered, named in cells:
        row += step if numbered else 1
        place = column if named else 1
        farthest = [max(farthest[0], row), max(farthest[1], place)]
        opening = b'<row r="%d">' % row if numbered else b"<row>"
        name = b' r="%s%d"' % (column_letters(column).encode(), row) if named else b""
        body.append(opening + b"<c%s><v>1</v></c></row>" % name)
    used = UsedRange()
    per_piece = -(-len(body) // pieces)
    for start in range(0, len(body), per_piece):
        used.feed(b"".join(body[start : start + per_piece]))
    assert used.rows >= farthest[0]
    assert used.columns >= farthest[1]


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06"]))
def test_random_bytes_named_xlsx_give_a_data_error(data: bytes, start: bytes) -> None:
    with pytest.raises(DataError):
        read_sheet(start + data, "book.xlsx", "history")


GOOD = book(rows=4)


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=6))
def test_workbook_with_changed_bytes_is_read_or_a_data_error(place: int, change: bytes) -> None:
    with suppress(DataError):
        read_sheet(GOOD[:place] + change + GOOD[place + len(change) :], "book.xlsx", "history")


with zipfile.ZipFile(io.BytesIO(GOOD)) as _archive:
    GOOD_SHEET = _archive.read(SHEET)


@given(st.integers(0, len(GOOD_SHEET) - 1), st.binary(min_size=1, max_size=6))
def test_sheet_with_changed_bytes_is_read_or_a_data_error(place: int, change: bytes) -> None:
    changed = GOOD_SHEET[:place] + change + GOOD_SHEET[place + len(change) :]
    with suppress(DataError):
        read_sheet(rewritten(SHEET, GOOD_SHEET, changed, GOOD), "book.xlsx", "history")
