"""Mending: a plan whose reps have units in several parts, made into one that hangs together.

Each rep keeps the largest part; the other units go, one after the other, to a rep who touches them and has
the fewest units. Whether the other rules still hold is for the caller to see.
"""

from __future__ import annotations

from collections.abc import Mapping

from allocopt.borders import Borders

Held = Mapping[str, frozenset[str]]


def mended(borders: Borders, held: Held, eligible: Held) -> dict[str, tuple[str, str]] | None:
    """Units that change hands, each with its rep of before and of after.

    `held` and `eligible` are units by rep, at one time. None where nobody who may have a unit touches it.
    """
    parts = {rep: borders.parts(units) for rep, units in held.items()}
    kept = {rep: set(found[0]) for rep, found in parts.items()}
    left = {
        unit: rep for rep, found in parts.items() for part in found[1:] for unit in sorted(part)
    }
    changes: dict[str, tuple[str, str]] = {}
    while left:
        taker = {unit: _taker(borders, unit, kept, eligible) for unit in left}
        unit = next((unit for unit, rep in taker.items() if rep), None)
        if unit is None:
            return None
        kept[taker[unit]].add(unit)
        changes[unit] = (left.pop(unit), taker[unit])
    return changes


def _taker(borders: Borders, unit: str, kept: Mapping[str, set[str]], eligible: Held) -> str:
    """The rep with the fewest units who may have the unit and touches it; "" where there is none."""
    near = borders.neighbours.get(unit, frozenset())
    reps = [rep for rep, units in kept.items() if unit in eligible[rep] and near & units]
    return min(reps, key=lambda rep: len(kept[rep]), default="")
