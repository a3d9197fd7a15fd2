"""Faults of cells as findings: one per distinct cell, with the number of rows and the first of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from allocopt.errors import Finding
from allocopt.tables.cells import MOST_LISTED, Fault, Grid

Suggest = Callable[[str], tuple[str, str]]  # a cell's text → (nearest valid value, how to mend)


def cell_findings(
    grid: Grid, name: str, faults: Mapping[int, Fault], suggest: Suggest | None = None
) -> list[Finding]:
    """Findings for the faulty distinct cells of a column, in the order of the file.

    At most 50 are listed; a last one says how many more there are.
    """
    cells = grid.known.get(name)
    if not faults or cells is None:
        return []
    codes = np.fromiter(faults, dtype=np.intp, count=len(faults))
    counts, first = cells.counted(codes)
    order = np.argsort(first, kind="stable")
    order = order[counts[order] > 0]
    findings = []
    for place in order[:MOST_LISTED].tolist():
        code = int(codes[place])
        finding = grid.finding(faults[code], int(first[place]), name)
        finding = replace(finding, count=int(counts[place]))
        if suggest:
            near, mend = suggest(cells.texts[code])
            finding = replace(finding, nearest=near, mend=mend or finding.mend)
        findings.append(finding)
    rest = order[MOST_LISTED:]
    if len(rest):
        findings.append(_more(grid, name, findings, len(rest), int(counts[rest].sum())))
    return findings


def _more(grid: Grid, name: str, listed: Sequence[Finding], cells: int, rows: int) -> Finding:
    """How much of the same there is beyond what is listed."""
    return Finding(
        listed[-1].severity,
        f"{cells} more different cells of this column have such faults, in {rows} rows",
        file=grid.file,
        column=grid.column(name).header,
        mend="mend those that are listed and check again",
        code="more-findings",
        count=rows,
    )


def row_findings(
    grid: Grid, rows: Sequence[int], say: Callable[[int], Finding], what: str
) -> list[Finding]:
    """Findings for faulty rows: at most 50, then one that says how many more there are."""
    findings = [say(row) for row in rows[:MOST_LISTED]]
    left = len(rows) - MOST_LISTED
    if left > 0:
        findings.append(
            Finding(
                findings[-1].severity,
                f"{left} more rows: {what}",
                file=grid.file,
                mend="mend those that are listed and check again",
                code="more-findings",
                count=left,
            )
        )
    return findings
