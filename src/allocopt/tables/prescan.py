"""What must be true of a workbook before calamine may see it.

calamine allocates every cell up to the last used one, and a process that runs out of memory there ends
without a word: a file of 5 KB with one cell at XFD1048576 does it. So the archive is read here first, and
calamine gets a fresh archive with the scanned bytes of the sheets that are needed and nothing else: no
other sheet, macro or link, and no file that our zip reader and calamine's understand differently.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree as ET

from allocopt.errors import DataError, Finding, Severity
from allocopt.tables.shared_text import repeated_length
from allocopt.tables.used_range import UsedRange

LARGEST_FILE = 2**30  # bytes, zipped or not
MOST_ENTRIES = 10_000
MOST_CELLS = 20_000_000  # rows x columns from A1; 32 bytes each in calamine
MOST_SHARED_TEXT = 2**30  # bytes once every cell has its own copy
HIGHEST_RATIO = 250  # unzipped to zipped, of parts beyond _SMALL; sheets reach 30
_SMALL = 2**23
_CHUNK = 2**20
LONGEST_TEXT = 2**22  # bytes without a tag; a cell of Excel holds 32,767 characters
_EXCEL_COMPRESSES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DECLARATION = re.compile(rb"<!(?!--|\[CDATA\[)")
# calamine makes room for as many strings and formats as a part says it has, however few follow.
_HUGE_COUNT = re.compile(rb"ount\s*=\s*[\"']\s*\+?(?:0*[1-9][0-9]{7}|[^\"'<>]*&#)")
_ERROR_CELL = re.compile(rb"(<c\s[^<>]*?\bt=[\"'])e(?=[\"'])")
_ERROR_MARKS = (b't="e"', b"t='e'")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,  # an XML part in an encoding that does not exist
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
_SAVE_AGAIN = "open it in Excel and save it again as .xlsx, or save the sheet as CSV"


@dataclass(frozen=True)
class Archive:
    """A workbook that has been opened, not yet read. `sheets`: the part that holds each sheet."""

    file: str
    zip: zipfile.ZipFile
    sheets: Mapping[str, str]
    shared: tuple[str, ...]  # parts that every sheet needs


@dataclass(frozen=True)
class CleanCopy:
    """A workbook that is safe to read: its bytes, the sheets in it, and why others are not."""

    data: bytes
    sheets: tuple[str, ...]
    findings: tuple[Finding, ...]


def open_archive(data: bytes, file: str) -> Archive:
    """The workbook in `data`.

    Raises: DataError when it is no workbook, is protected, or unpacks to more than it may.
    """
    _refuse_other_formats(data, file)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        _refuse_bombs(archive, file)
        return _list_sheets(archive, file)
    except (*_BROKEN, ET.ParseError) as error:
        raise DataError([_damaged(file, error)]) from None


def clean_copy(archive: Archive, sheets: Iterable[str]) -> CleanCopy:
    """A new archive with those sheets that may be read, and findings on those that may not.

    Raises: DataError when a part that all sheets need is damaged or hostile, or the text is too much.
    """
    bodies = {part: _read_part(archive, part, archive.file) for part in archive.shared}
    wanted: dict[str, bytes] = {}
    readable: list[str] = []
    findings: list[Finding] = []
    for name in sheets:
        part = archive.sheets[name]
        try:
            wanted[part], warnings = _read_sheet(archive, part, f"{archive.file}[{name}]")
            findings += warnings
            readable.append(name)
        except DataError as error:
            findings += error.findings
    strings = b"".join(body for part, body in bodies.items() if "sharedstrings" in part.lower())
    if repeated_length(strings, wanted.values(), MOST_SHARED_TEXT) > MOST_SHARED_TEXT:
        raise DataError([_too_much_text(archive.file)])
    return CleanCopy(_zipped({**bodies, **wanted}), tuple(readable), tuple(findings))


def _refuse_other_formats(data: bytes, file: str) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            message, mend = "the workbook is protected by a password", "save it without a password"
        else:
            message, mend = "this is a workbook of Excel 97-2003", "save it as .xlsx"
        raise DataError([_problem(message, file, "workbook-format", mend=mend)])
    if not data.startswith(b"PK"):
        raise DataError(
            [
                _problem(
                    "this is no Excel workbook, whatever its name says",
                    file,
                    "workbook-format",
                    mend="save it as .xlsx, or name it .csv if it is text",
                )
            ]
        )


def _refuse_bombs(archive: zipfile.ZipFile, file: str) -> None:
    """Look at the directory of the archive alone."""
    entries = archive.infolist()
    names = [entry.filename.lower() for entry in entries]
    large = [entry for entry in entries if entry.file_size > _SMALL]
    reasons = (
        (len(entries) > MOST_ENTRIES, f"the workbook has {len(entries):,} parts"),
        (len(set(names)) < len(names), "the workbook has two parts of one name"),
        (any(entry.flag_bits & 1 for entry in entries), "the workbook is encrypted"),
        (
            any(entry.compress_type not in _EXCEL_COMPRESSES for entry in entries),
            "the workbook is packed in a way that Excel does not use",
        ),
        (
            sum(entry.file_size for entry in entries) > LARGEST_FILE
            or any(entry.file_size > HIGHEST_RATIO * entry.compress_size for entry in large),
            "the workbook unpacks to far more than a table holds",
        ),
    )
    for broken, message in reasons:
        if broken:
            raise DataError([_problem(message, file, "workbook-bomb", mend=_SAVE_AGAIN)])


def _list_sheets(archive: zipfile.ZipFile, file: str) -> Archive:
    """Find the parts by the names that calamine looks for."""
    names = {name.lower(): name for name in archive.namelist()}
    try:
        book, links = names["xl/workbook.xml"], names["xl/_rels/workbook.xml.rels"]
    except KeyError:
        raise DataError(
            [
                _problem(
                    "there is no workbook in this file", file, "workbook-format", mend=_SAVE_AGAIN
                )
            ]
        ) from None
    common = ("[content_types].xml", "_rels/.rels", "xl/sharedstrings.xml", "xl/styles.xml")
    shared = (book, links, *(names[name] for name in common if name in names))
    opened = Archive(file, archive, {}, shared)
    targets = _targets(_read_part(opened, links, file))
    parts = {
        name: names.get(targets.get(link, "").lower(), "")
        for name, link in _sheet_links(_read_part(opened, book, file))
    }
    return Archive(file, archive, {name: part for name, part in parts.items() if part}, shared)


def _targets(body: bytes) -> dict[str, str]:
    """Path in the archive of each relationship of the workbook."""
    return {
        link.get("Id", ""): posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))[1:]
        for link in ET.fromstring(body)  # noqa: S314 - declarations have been refused
    }


def _sheet_links(body: bytes) -> Iterator[tuple[str, str]]:
    """Name and relationship of each sheet, whichever edition of the format it is."""
    for element in ET.fromstring(body).iter():  # noqa: S314 - declarations have been refused
        if isinstance(element.tag, str) and element.tag.rpartition("}")[2] == "sheet":
            link = next((value for key, value in element.items() if key.endswith("}id")), "")
            yield element.get("name", ""), link


def _read_sheet(archive: Archive, part: str, file: str) -> tuple[bytes, tuple[Finding, ...]]:
    """Body of a worksheet whose cells fit in memory; error cells (`#N/A`) are made text in it."""
    used = UsedRange()
    body = _read_part(archive, part, file, used)
    if any(mark in body for mark in _ERROR_MARKS):
        body = _ERROR_CELL.sub(rb"\1str", body)
    return body, _formula_warning(used, file)


def _read_part(archive: Archive, part: str, file: str, used: UsedRange | None = None) -> bytes:
    """Unpack one part piece by piece, and stop at the first thing that must not be there."""
    pieces = []
    try:
        with archive.zip.open(part) as stream:
            for piece in _whole_tags(stream, file):
                _refuse_hostile(piece, part, file)
                if used:
                    used.feed(piece)
                    _refuse_far_cells(used, file)
                pieces.append(piece)
    except _BROKEN as error:
        raise DataError([_damaged(file, error)]) from None
    return b"".join(pieces)


def _whole_tags(stream: IO[bytes], file: str) -> Iterator[bytes]:
    """Pieces of an XML part, cut before a tag."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        rest += chunk
        cut = max(rest.rfind(b"<c "), rest.rfind(b"<si"))
        cut = cut if cut > 0 else rest.rfind(b"<")
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > LONGEST_TEXT:
            raise DataError(
                [
                    _problem(
                        "a cell has more than a million characters",
                        file,
                        "long-cell",
                        mend=_SAVE_AGAIN,
                    )
                ]
            )
    if rest:
        yield rest


def _refuse_hostile(piece: bytes, part: str, file: str) -> None:
    reasons = (
        (b"\0" in piece, f"{part} is not UTF-8", "workbook-damaged"),
        (
            _DECLARATION.search(piece),
            f"{part} declares a document type or entities, which no workbook needs",
            "workbook-entities",
        ),
        (_HUGE_COUNT.search(piece), f"{part} announces more than a table holds", "workbook-bomb"),
    )
    for broken, message, code in reasons:
        if broken:
            raise DataError([_problem(message, file, code, mend=_SAVE_AGAIN)])


def _refuse_far_cells(used: UsedRange, file: str) -> None:
    if used.rows * used.columns > MOST_CELLS:
        raise DataError(
            [
                _problem(
                    f"the sheet is in use up to {used.end}, "
                    f"{used.rows:,} rows by {used.columns:,} columns",
                    file,
                    "far-cell",
                    expected=f"at most {MOST_CELLS:,} cells",
                    mend="delete the rows and columns beyond the table, or save the sheet as CSV",
                )
            ]
        )


def _formula_warning(used: UsedRange, file: str) -> tuple[Finding, ...]:
    if not used.formulas_without_value:
        return ()
    return (
        Finding(
            Severity.WARNING,
            "formulas have no stored value and are read as empty",
            file=file,
            mend="open the workbook in Excel and save it",
            code="formula-without-value",
            count=used.formulas_without_value,
        ),
    )


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as copy:
        for part, body in parts.items():
            copy.writestr(part, body)
    return buffer.getvalue()


def _too_much_text(file: str) -> Finding:
    return _problem(
        "a long text stands in so many cells that they do not fit in memory",
        file,
        "workbook-bomb",
        mend="shorten the text, or save the sheet as CSV",
    )


def _damaged(file: str, error: Exception) -> Finding:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return _problem(
        f"the workbook is damaged: {reason}", file, "workbook-damaged", mend=_SAVE_AGAIN
    )


def _problem(message: str, file: str, code: str, *, expected: str = "", mend: str = "") -> Finding:
    return Finding(Severity.PROBLEM, message, file=file, code=code, expected=expected, mend=mend)
