"""Tables from inline CSV."""

import csv
import io

import numpy as np
import pandas as pd

from allocopt.tables import RawTable, Reading, TableSource, assemble, interpret


def raw(name: str, text: str) -> RawTable:
    """The cells of inline CSV, blanks around lines removed."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return raw_rows(name, list(csv.reader(io.StringIO("\n".join(lines)))))


def raw_rows(name: str, rows: list[list[object]]) -> RawTable:
    """The cells of lists, text or typed."""
    width = max((len(row) for row in rows), default=0)
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    cells = pd.DataFrame(full, columns=range(width), dtype=object)
    return RawTable(name, f"{name}.csv", cells, np.arange(1, len(rows) + 1), "0" * 64)


def read(name: str, text: str, source: TableSource | None = None, synonyms=None):
    """One table, checked alone."""
    return interpret(raw(name, text), source, synonyms or {})


def read_all(**tables: str) -> Reading:
    """Several tables, checked together."""
    return assemble(interpret(raw(name, text)) for name, text in tables.items())


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]


def only(findings, code: str):
    """The one finding of a code."""
    found = [finding for finding in findings if finding.code == code]
    assert len(found) == 1, [finding.sentence() for finding in findings]
    return found[0]
