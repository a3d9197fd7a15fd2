"""Where the tables of a scenario come from, and their cells before anybody has interpreted them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from allocopt.errors import DataError, Finding, Severity
from allocopt.tables.contract import table_named
from allocopt.tables.delimited import read_text
from allocopt.tables.raw import RawTable, TableSource
from allocopt.tables.text import nearest
from allocopt.tables.transactions import NO_SYNONYMS, Synonyms, is_large, read_transactions

TEXT_FILES = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm")
PARQUET_FILES = (".parquet",)
READABLE = (*TEXT_FILES, *WORKBOOKS, *PARQUET_FILES)
_OTHER_SPREADSHEETS = (".xls", ".xlsb", ".ods", ".numbers", ".et")


def find_sources(
    folder: Path, given: Mapping[str, TableSource]
) -> tuple[dict[str, TableSource], tuple[Finding, ...]]:
    """Source of each table: those given, and files in the folder that are named as a table.

    Names are English or Chinese (`history.csv`, `历史.csv`). Two files for one table are a problem, and
    neither is a source.
    """
    findings: list[Finding] = []
    sources = dict(given)
    for name, files in sorted(_named_files(folder).items()):
        readable = [file for file in files if file.suffix.lower() in READABLE]
        if name in sources:
            continue
        if len(readable) > 1:
            findings.append(_two_files(name, readable))
        elif readable:
            sources[name] = TableSource(path=readable[0].name)
        else:
            findings += [_not_readable(file.name, Severity.WARNING) for file in files]
    return sources, tuple(findings)


def read_source(
    name: str, source: TableSource, folder: Path, synonyms: Synonyms = NO_SYNONYMS
) -> RawTable:
    """The cells of one table. A relative path starts at the scenario's folder.

    A history of very many rows is added up by day and names while it is read; `synonyms` are the
    scenario's further words for its columns (`column` or `table.column` → words).

    Raises: DataError when the source is missing, or cannot be read.
    """
    if source.url:
        from allocopt.tables.database import read_query  # noqa: PLC0415 - SQLAlchemy only if asked

        return read_query(name, source, folder)
    if is_large(name, source, folder):
        return read_transactions(name, source, folder, synonyms)
    path = folder / source.path
    file = Path(source.path).as_posix()
    suffix = path.suffix.lower()
    if not source.path:
        message = f"the table {name} has neither a path nor a url"
        raise DataError([Finding(Severity.PROBLEM, message, code="no-source")])
    if suffix not in READABLE:
        raise DataError([_not_readable(file, Severity.PROBLEM)])
    data = _read_bytes(path, file)
    if suffix in WORKBOOKS:
        from allocopt.tables.workbook import read_sheet  # noqa: PLC0415 - calamine only if asked

        return read_sheet(data, file, name, source.sheet)
    sha256 = hashlib.sha256(data).hexdigest()
    if suffix in PARQUET_FILES:
        from allocopt.tables.parquet import read_parquet  # noqa: PLC0415 - pyarrow only if asked

        cells, rows = read_parquet(data, file)
        return RawTable(name, file, cells, rows, sha256)
    text = read_text(data, file, source.encoding)
    return RawTable(name, file, text.cells, text.rows, sha256, text.findings)


def _named_files(folder: Path) -> dict[str, list[Path]]:
    """Spreadsheet and table files by the table that their name says; no hidden or lock files."""
    named: dict[str, list[Path]] = {}
    if not folder.is_dir():
        return named
    for path in sorted(folder.iterdir()):
        table = table_named(path.stem)
        known = path.suffix.lower() in (*READABLE, *_OTHER_SPREADSHEETS)
        if table and known and path.is_file() and not path.name.startswith((".", "~$")):
            named.setdefault(table, []).append(path)
    return named


def _read_bytes(path: Path, file: str) -> bytes:
    """Raises: DataError with the nearest file's name when there is no such file."""
    try:
        if path.is_file():
            return path.read_bytes()
        message, close = "there is no such file", _nearest_file(path)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL character
        reason = error.strerror if isinstance(error, OSError) else str(error)
        message, close = f"the file cannot be read: {reason}", ""
    finding = Finding(Severity.PROBLEM, message, file=file, nearest=close, code="missing-file")
    raise DataError([finding])


def _nearest_file(path: Path) -> str:
    """The file beside `path` whose name is most like its own, "" when none is."""
    if not path.parent.is_dir():
        return ""
    beside = path.parent.iterdir()
    return nearest(path.name, [one.name for one in beside if one.suffix.lower() in READABLE])


def _not_readable(file: str, severity: Severity) -> Finding:
    return Finding(
        severity,
        "files of this kind are not read",
        file=file,
        expected="one of " + ", ".join(READABLE),
        mend="save it as .xlsx or .csv",
        code="file-kind",
    )


def _two_files(name: str, files: list[Path]) -> Finding:
    return Finding(
        Severity.PROBLEM,
        f"the table {name} has two files: " + " and ".join(file.name for file in files),
        file=files[0].name,
        mend=f"delete one, or name the one to read in scenario.yaml: tables: {{{name}: …}}",
        code="two-sources",
    )
