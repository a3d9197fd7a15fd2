"""Zipped: archives whose bytes depend on what is in them alone, not on when they were written."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

# The first moment that the format knows.
FIRST = (1980, 1, 1, 0, 0, 0)
BOOK, ABOUT = ".xlsx", "docProps/core.xml"
_SECOND = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Savable(Protocol):
    """A document that an office library has opened."""

    def save(self, stream: Any, /) -> None:
        """Write the archive."""


def zip_bytes(path: Path, members: Mapping[str, bytes]) -> None:
    """Write an archive of these members, in this order."""
    path.write_bytes(_zipped(members))


def save_without_times(document: Savable, path: Path) -> None:
    """Write an office file so that the same document is the same file; workbooks in it as well.

    It is made in memory: an archive that a full disk has cut off complains once more when it is let go.
    """
    stream = BytesIO()
    document.save(stream)
    members = _members(stream.getvalue())
    books = {name: _timeless(data) for name, data in members.items() if name.endswith(BOOK)}
    zip_bytes(path, {**members, **books})


def _timeless(book: bytes) -> bytes:
    """The workbook of a chart, which tells the second in which it was written."""
    members = _members(book)
    return _zipped({**members, ABOUT: _SECOND.sub(b"1980-01-01T00:00:00Z", members[ABOUT])})


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def _zipped(members: Mapping[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, FIRST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return stream.getvalue()
