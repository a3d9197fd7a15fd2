"""Layout: where in a file of transactions the columns stand that are added up."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from allocopt.errors import DataError, Finding, problems
from allocopt.tables.contract import CONTRACT
from allocopt.tables.delimited import sniff_delimiter
from allocopt.tables.headers import Heading, read_heading
from allocopt.tables.raw import RawTable, TableSource
from allocopt.tables.table import Kind
from allocopt.tables.transactions.files import problem

DIMENSIONS = ("territory", "segment", "unit", "product", "channel")
# A price or a discount does not add up.
AMOUNTS = tuple(
    column.name
    for column in CONTRACT["history"].columns
    if column.kind is Kind.NUMBER and column.name not in ("price", "discount")
)
HEAD_BYTES, HEAD_RECORDS = 2**18, 40
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

Synonyms = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Layout:
    """What is read of one file.

    `places` has the position of each canonical column, `written` its header as the file has it,
    `scales` what its numbers are multiplied by. `width` counts the columns of the file. The rest
    is for text: its `encoding`, `delimiter`, and how many `lines` stand before the first record.
    """

    path: Path
    file: str
    places: Mapping[str, int]
    written: Mapping[str, str]
    scales: Mapping[str, float]
    width: int
    findings: tuple[Finding, ...]
    encoding: str = ""
    delimiter: str = ""
    lines: int = 0

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions that the file has, in the order of the contract."""
        return tuple(name for name in DIMENSIONS if name in self.places)

    @property
    def amounts(self) -> tuple[str, ...]:
        """Columns to add up that the file has."""
        return tuple(name for name in AMOUNTS if name in self.places)


def text_layout(path: Path, file: str, source: TableSource, synonyms: Synonyms) -> Layout:
    """Layout of a delimited text file, by its first lines.

    Raises: DataError when a column is missing, or the file is no text in a known encoding.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    encoding = _encoding(head, source.encoding, file)
    text = _decoded(head, encoding, file)
    mark = text.casefold().startswith("sep=")
    delimiter = text[4] if mark else sniff_delimiter(text)
    records, lines = _records(text, delimiter, skip=int(mark))
    if not records:
        raise DataError([problem("the file is empty", file, "empty-file")])
    width = max(map(len, records))
    cells = pd.DataFrame([[*record, *[""] * (width - len(record))] for record in records])
    rows = np.asarray(lines, dtype=np.int64)
    raw = RawTable("history", file, cells.astype(object), rows, "")
    heading = read_heading(raw, CONTRACT["history"], source, synonyms)
    filled = len(records[heading.row]) if heading.row < len(records) else width
    layout = _layout(path, file, heading, filled, source)
    after = lines[heading.row + 1] - 1 if heading.row + 1 < len(lines) else lines[-1]
    return replace(layout, encoding=encoding, delimiter=delimiter, lines=after)


def named_layout(
    path: Path, file: str, header: Sequence[str], source: TableSource, synonyms: Synonyms
) -> Layout:
    """Layout of a file whose columns have names of their own, such as Parquet.

    Raises: DataError when a column is missing.
    """
    cells = pd.DataFrame([list(header)], dtype=object)
    raw = RawTable("history", file, cells, np.ones(1, dtype=np.int64), "")
    heading = read_heading(raw, CONTRACT["history"], source, synonyms)
    return _layout(path, file, heading, len(header), source)


def _layout(path: Path, file: str, heading: Heading, width: int, source: TableSource) -> Layout:
    found = list(heading.findings)
    if heading.months:
        message = "columns named by months cannot be added up while they are read"
        mend = "write one row per date, or keep the file smaller"
        found.append(problem(message, file, "wide-transactions", mend=mend))
    if problems(found):
        raise DataError(problems(found))
    wanted = {
        name: place
        for place, name in heading.known.items()
        if name in ("date", *DIMENSIONS, *AMOUNTS)
    }
    # A header that the scenario renames stays above the sums, and is asked for its scale there.
    renamed = {ours for _, ours in source.columns}
    return Layout(
        path,
        file,
        wanted,
        {name: heading.written[place] for name, place in wanted.items()},
        {
            name: 1.0 if name in renamed else heading.scales.get(place, 1.0)
            for name, place in wanted.items()
        },
        width,
        tuple(found),
    )


def _encoding(head: bytes, given: str, file: str) -> str:
    """The encoding given, or by its mark, or UTF-8, or else GB18030.

    Raises: DataError when there is no such encoding.
    """
    if given:
        try:
            return codecs.lookup(given).name
        except LookupError:
            expected = "utf-8, gb18030, utf-16 or another of Python's encodings"
            message = "there is no such encoding"
            more = {"value": given, "expected": expected}
            raise DataError([problem(message, file, "encoding", **more)]) from None
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _decoded(head: bytes, encoding: str, file: str) -> str:
    """The head as text; a character that its end cuts is left out."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError as error:
        raise DataError([undecodable(error, file)]) from None
    if "\0" in text:
        message = "the file holds a NUL character: it is binary, or UTF-16 without its mark"
        raise DataError([problem(message, file, "binary", mend="save the file as CSV UTF-8")])
    return text


def undecodable(error: UnicodeError, file: str) -> Finding:
    """A file that is not in the encoding that its first lines are in."""
    mend = "save the file as CSV UTF-8, or name its encoding in scenario.yaml: {path, encoding}"
    message = f"the file cannot be read as text: {error}"
    return problem(message, file, "encoding", expected="UTF-8 or GB18030", mend=mend)


def _records(text: str, delimiter: str, skip: int) -> tuple[list[list[str]], list[int]]:
    """The first records that are not blank, and the line that each starts at (the first is 1)."""
    records: list[list[str]] = []
    lines: list[int] = []
    stream = io.StringIO(text, newline="")
    for _ in range(skip):
        stream.readline()
    reader = csv.reader(stream, delimiter=delimiter)
    start = 1 + skip
    for record in reader:
        if any(cell.strip() for cell in record):
            records.append(record)
            lines.append(start)
        start = reader.line_num + 1 + skip
        if len(records) == HEAD_RECORDS:
            break
    return records, lines
