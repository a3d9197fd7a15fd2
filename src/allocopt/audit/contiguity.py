"""Contiguity: each rep's units hang together on the map."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from allocopt.audit.evidence import Evidence
from allocopt.problem.compactness import held_on


def contiguity(e: Evidence) -> Iterator[str]:
    """At no time has a rep units that do not hang together, where the rule is hard."""
    if not e.problem.contiguity.hard:
        return
    for day, held in held_on(e.problem, e.shares):
        for rep in held.columns:
            parts = _parts(e, held.index[held[rep] > 0])
            if parts > 1:
                yield f"units_connected: {rep} has {parts} parts apart on {day:%Y-%m-%d}"


def _parts(e: Evidence, units: Collection[str]) -> int:
    """How many parts the units fall into."""
    number = {unit: place for place, unit in enumerate(units)}
    touching = [
        (number[a], number[b])
        for a, b in e.problem.contiguity.borders.lengths
        if a in number and b in number
    ]
    rows, columns = zip(*touching, strict=True) if touching else ((), ())
    graph = coo_array(([1] * len(rows), (rows, columns)), shape=(len(number), len(number)))
    return int(connected_components(graph, directed=False, return_labels=False)) if number else 0
