"""Files of transactions: one large file, a folder of files, or all that a pattern names."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from allocopt.errors import DataError, Finding, Severity
from allocopt.tables.raw import TableSource

TEXT_FILES = (".csv", ".tsv", ".txt")
PARQUET_FILES = (".parquet",)
# Beyond this a table is added up on the way in; below it every cell is kept and checked.
LARGEST_TEXT = 200 * 2**20  # bytes
MOST_PARQUET_ROWS = 5_000_000
TABLES = ("history",)
_PATTERN = "*?["


def is_large(name: str, source: TableSource, folder: Path) -> bool:
    """Whether a table is one of transactions: a folder, a pattern, or one file with many rows."""
    if name not in TABLES or not source.path:
        return False
    path = folder / source.path
    if path.is_dir() or any(mark in source.path for mark in _PATTERN):
        return not path.is_file()
    if not path.is_file():
        return False
    if path.suffix.lower() in TEXT_FILES:
        return path.stat().st_size > LARGEST_TEXT
    return path.suffix.lower() in PARQUET_FILES and parquet_rows(path) > MOST_PARQUET_ROWS


def transaction_files(source: TableSource, folder: Path) -> list[Path]:
    """The files in the order of their names.

    Raises: DataError when there are none.
    """
    path = folder / source.path
    if path.is_file():
        return [path]
    start, pattern = (path, "*") if path.is_dir() else (folder, source.path)
    found = _matching(start, pattern)
    files = [file for file in found if file.suffix.lower() in (*TEXT_FILES, *PARQUET_FILES)]
    if files:
        return files
    expected = "files that end in " + ", ".join((*TEXT_FILES, *PARQUET_FILES))
    message = "there is no file of transactions here"
    raise DataError([problem(message, source.path, "missing-file", expected=expected)])


def _matching(start: Path, pattern: str) -> list[Path]:
    """Files that a pattern names, without hidden ones; the pattern may be absolute."""
    if Path(pattern).is_absolute():
        start = Path(Path(pattern).anchor)
        pattern = str(Path(pattern).relative_to(start))
    return sorted(path for path in start.glob(pattern) if path.is_file() and path.name[0] != ".")


def parquet_rows(path: Path) -> int:
    """Rows of a Parquet file by its footer; 0 when nothing that reads it is installed."""
    try:
        if parquet := optional("pyarrow.parquet"):
            return int(parquet.read_metadata(path).num_rows)
        if duckdb := optional("duckdb"):
            query = "SELECT sum(num_rows) FROM parquet_file_metadata(?)"
            return int(duckdb.execute(query, [str(path)]).fetchone()[0])
    except Exception:
        return 0  # whatever is wrong with the file, reading it will say
    return 0


def optional(name: str) -> Any:
    """A library of an extra, None when it is not installed."""
    if importlib.util.find_spec(name.partition(".")[0]) is None:
        return None
    return importlib.import_module(name)


def sha256_of(files: Sequence[Path]) -> str:
    """Of the bytes of all files, one after the other."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def problem(message: str, file: str, code: str, **more: Any) -> Finding:
    """A problem with a file."""
    return Finding(Severity.PROBLEM, message, file=file, code=code, **more)
