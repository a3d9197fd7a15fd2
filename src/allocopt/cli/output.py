"""Data on stdout: an aligned table, CSV or JSON."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from allocopt.cli.console import show

if TYPE_CHECKING:
    import pandas as pd

# Rows of a table that a person reads; CSV and JSON have all.
SHOWN_ROWS = 60
# A figure this close to a whole number is one.
_ROUNDING = 1e-9


def print_json(document: object) -> None:
    """One JSON document; numbers that are no numbers become null."""
    click.echo(json.dumps(_plain(document), ensure_ascii=False, indent=2, default=str))


def print_frame(frame: pd.DataFrame, *, as_csv: bool = False, err: bool = False) -> None:
    """A frame as CSV, or as a table for people; on stdout unless `err`."""
    if as_csv:
        click.echo(frame.to_csv(index=False, lineterminator="\n"), nl=False, err=err)
        return
    for line in table_lines(list(frame.columns), frame.head(SHOWN_ROWS).to_numpy().tolist()):
        show(line, err=err)
    if len(frame) > SHOWN_ROWS:
        click.echo(f"… and {len(frame) - SHOWN_ROWS} more rows (--csv prints all)", err=err)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame for JSON."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def table_lines(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Aligned columns; Chinese characters take two places, numbers stand to the right."""
    cells = [list(header), *([cell_text(value) for value in row] for row in rows)]
    widths = [max(_width(row[k]) for row in cells) for k in range(len(header))]
    right = [
        bool(rows) and all(isinstance(row[k], int | float) for row in rows)
        for k in range(len(header))
    ]
    return ["  ".join(map(_padded, row, widths, right)).rstrip() for row in cells]


def cell_text(value: object) -> str:
    """A value as people read it: thousands grouped, unknown left blank."""
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT are not themselves
        return ""
    if isinstance(value, float):
        return number_text(value)
    return str(value)


def number_text(value: float) -> str:
    """`1,234,567`, `12.35`, `0.1235`: four figures, all those before the point."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) >= 1000 or abs(value - round(value)) <= _ROUNDING:
        return f"{round(value):,}"
    return f"{value:,.2f}" if abs(value) >= 10 else f"{value:.4g}"


def _padded(text: str, width: int, right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value
