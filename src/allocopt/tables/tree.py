"""The territory tree: nodes that are only named as parents, and circles."""

from __future__ import annotations

import numpy as np

from allocopt.errors import Finding, Severity
from allocopt.tables.cells import Fault, Grid

CYCLE = Fault(
    "territory-cycle",
    "",
    "a tree: every territory leads to a top without a parent",
    "correct the parent of one of them",
)


def parents(grid: Grid) -> dict[str, str]:
    """Parent of each territory that has one, in the order of the rows; the first row counts."""
    if not {"territory", "parent"} <= set(grid.known):
        return {}
    child, parent = grid.known["territory"], grid.known["parent"]
    found: dict[str, str] = {}
    for a, b in zip(child.codes.tolist(), parent.codes.tolist(), strict=True):
        if not child.unknown[a] and not parent.unknown[b]:
            found.setdefault(child.name(a), parent.name(b))
    return found


def implied_nodes(grid: Grid) -> list[str]:
    """Territories that are named as parents and have no row of their own."""
    cells = grid.known["territory"]
    rows = {cells.name(code) for code in range(len(cells.distinct))}
    return [name for name in dict.fromkeys(parents(grid).values()) if name not in rows]


def check_tree(grid: Grid) -> list[Finding]:
    """A notice of implied nodes, a problem for each circle."""
    implied = implied_nodes(grid) if "territory" in grid.known else []
    findings = (
        [
            Finding(
                Severity.NOTICE,
                f"named as parents only, read as further nodes of the tree: {', '.join(implied)}",
                file=grid.file,
                column=grid.column("parent").header,
                code="implied-territory",
                count=len(implied),
            )
        ]
        if implied
        else []
    )
    return findings + [_cycle(grid, cycle) for cycle in cycles(parents(grid))]


def cycles(parent_of: dict[str, str]) -> list[list[str]]:
    """Every circle of the tree, once."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in parent_of:
        path: dict[str, None] = {}
        node = start
        while node in parent_of and node not in done and node not in path:
            path[node] = None
            node = parent_of[node]
        if node in path:
            nodes = list(path)
            found.append(nodes[nodes.index(node) :])
        done |= set(path)
    return found


def _cycle(grid: Grid, nodes: list[str]) -> Finding:
    cells = grid.known["territory"]
    code = next(code for code in range(len(cells.distinct)) if cells.name(code) == nodes[0])
    row = int(np.flatnonzero(cells.codes == code)[0])
    message = "territories lead back to themselves: " + " → ".join([*nodes, nodes[0]])
    return grid.finding(CYCLE, row, "parent", message=message)
