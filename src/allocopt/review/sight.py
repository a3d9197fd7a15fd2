"""Sight: which of the things that a search names somebody may be told of.

A search is about the whole plan, whoever asks: the rules that clash and the ways out name units, reps and
goals of all its parts. What the tables of the reader do not hold, its sentences do not name either.
"""

from __future__ import annotations

from collections.abc import Iterable

from allocopt.review.view import View
from allocopt.scenario import Scenario

# Tables of things that have a name, and the column that holds it.
NAMED = {"units": "unit", "reps": "rep", "targets": "name"}


def seen_items(items: Iterable[str], view: View) -> list[str]:
    """Those of the items that the reader may be told of."""
    return [item for item in items if _is_seen(item, view)]


def sees_all(items: Iterable[str], view: View) -> bool:
    """Whether the reader may be told of all items; a limit of the whole is in nobody's part."""
    listed = list(items)
    return (view.sees_whole or bool(listed)) and len(seen_items(listed, view)) == len(listed)


def _is_seen(item: str, view: View) -> bool:
    key = item.rpartition("=")[2]
    if not view.sees_whole:
        return key in _things(view.facts.scenario)
    return key not in view.archive.secrets(view.record.version.id, view.facts)


def secrets_of(whole: Scenario, seen: Scenario) -> frozenset[str]:
    """Things of a scenario that are not in it any more as somebody sees it."""
    return _things(whole) - _things(seen)


def _things(scenario: Scenario) -> frozenset[str]:
    named = (scenario.table(table)[column] for table, column in NAMED.items())
    goals = (goal.name for goal in scenario.config.goals)
    found = {str(key) for keys in named for key in keys}
    return frozenset(found.union(goals, scenario.territory_tree.nodes))
