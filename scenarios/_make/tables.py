"""Writes made-up rows as CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

Cell = str | int | float | None


def write_rows(
    path: Path,
    header: str,
    rows: Iterable[Sequence[Cell]],
    *,
    encoding: str = "utf-8",
    title: str = "",
) -> None:
    """Write a table; None is an empty cell, which means unknown.

    `header` names the columns with commas between; `title` is a line above them.
    """
    with path.open("w", newline="", encoding=encoding) as stream:
        if title:
            stream.write(f"{title}{',' * header.count(',')}\n")
        stream.write(f"{header}\n")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
