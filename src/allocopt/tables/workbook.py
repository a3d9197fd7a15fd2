"""Worksheets into cells, behind the pre-scan."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook

from allocopt.errors import DataError, Finding, Severity, problems
from allocopt.tables.contract import table_named
from allocopt.tables.prescan import Archive, clean_copy, open_archive
from allocopt.tables.raw import RawTable
from allocopt.tables.text import header_key, nearest
from allocopt.tables.typed_cells import typed_frame

_SETTINGS = frozenset(map(header_key, ("settings", "setting", "scenario", "设置", "情景", "参数")))
_SETTINGS_HEADER = frozenset(
    map(header_key, ("key", "setting", "name", "键", "名称", "设置", "参数"))
)


@dataclass(frozen=True)
class Setting:
    """One row of the settings sheet: a dotted key of scenario.yaml, its value, and where it stands."""

    key: str
    value: object
    file: str
    row: int


def read_workbook(path: Path) -> tuple[dict[str, RawTable], list[Setting], tuple[Finding, ...]]:
    """Every sheet that is named as a table, the settings, and what was skipped or cannot be read.

    Raises: DataError when the file as a whole cannot be read.
    """
    file = path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(
            [_problem(f"cannot be read: {error.strerror}", file, "unreadable")]
        ) from None
    archive = open_archive(data, file)
    named, settings_sheets, findings = _sort_sheets(archive)
    sha256 = hashlib.sha256(data).hexdigest()
    sheets, said = raw_sheets(archive, [*named.values(), *settings_sheets], sha256)
    empty = [_empty(raw.file, Severity.NOTICE) for raw in sheets.values() if not len(raw.rows)]
    tables = {
        name: _called(name, sheets[sheet])
        for name, sheet in named.items()
        if sheet in sheets and len(sheets[sheet].rows)
    }
    settings = [row for sheet in settings_sheets if sheet in sheets for row in _rows(sheets[sheet])]
    return tables, settings, (*findings, *said, *empty)


def raw_sheets(
    archive: Archive, names: Iterable[str], sha256: str = ""
) -> tuple[dict[str, RawTable], tuple[Finding, ...]]:
    """The cells of sheets by their name, and what was found in them; one that cannot be read is left out.

    Raises: DataError when a part that all sheets need cannot be read.
    """
    clean = clean_copy(archive, names)
    with _opened(clean.data, archive.file) as book:
        raw = {sheet: _raw_table(book, sheet, archive.file, sha256) for sheet in clean.sheets}
    return raw, clean.findings


def read_sheet(data: bytes, file: str, name: str, sheet: str = "") -> RawTable:
    """The table `name` from one sheet: the one asked for, else the one named as it, else the only one.

    Raises: DataError when there is no such sheet, or it cannot be read.
    """
    archive = open_archive(data, file)
    chosen = _choose_sheet(archive, name, sheet)
    clean = clean_copy(archive, [chosen])
    if problems(clean.findings):
        raise DataError(clean.findings)
    with _opened(clean.data, file) as book:
        raw = _raw_table(book, chosen, file, hashlib.sha256(data).hexdigest())
    if not len(raw.rows):
        raise DataError([_empty(raw.file, Severity.PROBLEM)])
    return _called(name, raw, clean.findings)


def _sort_sheets(archive: Archive) -> tuple[dict[str, str], list[str], list[Finding]]:
    """Sheet of each table, sheets with settings, and findings on the others."""
    named: dict[str, str] = {}
    settings: list[str] = []
    findings: list[Finding] = []
    for sheet in archive.sheets:
        table = table_named(sheet)
        if header_key(sheet) in _SETTINGS:
            settings.append(sheet)
        elif not table:
            notice = f"sheet {sheet!r} is not a table: skipped"
            findings.append(Finding(Severity.NOTICE, notice, archive.file, code="other-sheet"))
        elif table in named:
            findings.append(
                _problem(
                    f"sheets {named[table]!r} and {sheet!r} both hold the table {table}",
                    archive.file,
                    "two-sources",
                    mend="rename or delete one of them",
                )
            )
        else:
            named[table] = sheet
    return named, settings, findings


def _choose_sheet(archive: Archive, name: str, sheet: str) -> str:
    sheets = list(archive.sheets)
    if sheet:
        fitting = [one for one in sheets if header_key(one) == header_key(sheet)]
    else:
        fitting = [one for one in sheets if table_named(one) == name] or sheets[: len(sheets) == 1]
    if len(fitting) == 1 or sheet in fitting:
        return sheet if sheet in fitting else fitting[0]
    looked_for = sheet or name
    message = "two sheets hold it" if fitting else f"there is no sheet for the table {name}"
    raise DataError(
        [
            _problem(
                message,
                archive.file,
                "unknown-sheet",
                value=looked_for,
                expected="one of " + ", ".join(map(repr, sheets)),
                nearest=nearest(looked_for, sheets),
                mend=f"name the sheet in scenario.yaml: tables: {{{name}: {{path, sheet}}}}",
            )
        ]
    )


@contextmanager
def _opened(data: bytes, file: str) -> Iterator[CalamineWorkbook]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            yield book
    except BaseException as error:
        # A panic in calamine arrives as pyo3's PanicException, which cannot be imported.
        if isinstance(error, CalamineError) or type(error).__name__ == "PanicException":
            reason = str(error) or type(error).__name__
            mend = "open it in Excel and save it again as .xlsx, or save the sheet as CSV"
            message = f"the workbook cannot be read: {reason}"
            raise DataError([_problem(message, file, "workbook-damaged", mend=mend)]) from None
        raise


def _raw_table(book: CalamineWorkbook, sheet: str, file: str, sha256: str) -> RawTable:
    """Rows of a sheet that hold anything, numbered as Excel numbers them."""
    records = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    filled = [number for number, record in enumerate(records) if record.count("") < len(record)]
    cells = typed_frame(zip(*(records[number] for number in filled), strict=True))
    rows = np.asarray(filled, dtype=np.int64) + 1
    return RawTable(sheet, f"{file}[{sheet}]", cells, rows, sha256)


def _called(name: str, raw: RawTable, findings: Sequence[Finding] = ()) -> RawTable:
    return RawTable(name, raw.file, raw.cells, raw.rows, raw.sha256, tuple(findings))


def _rows(raw: RawTable) -> list[Setting]:
    """Key and value of each row; a header row is left out."""
    width = raw.cells.shape[1]
    keys = raw.cells[0]
    values = raw.cells[1] if width > 1 else [None] * len(keys)
    settings = [
        Setting(str(key).strip(), value, raw.file, int(row))
        for key, value, row in zip(keys, values, raw.rows, strict=True)
        if key is not None
    ]
    return (
        settings[1:] if settings and header_key(settings[0].key) in _SETTINGS_HEADER else settings
    )


def _empty(file: str, severity: Severity) -> Finding:
    return Finding(severity, "the sheet is empty", file=file, code="empty-file")


def _problem(message: str, file: str, code: str, **more: str) -> Finding:
    return Finding(Severity.PROBLEM, message, file=file, code=code, **more)  # type: ignore[arg-type]
