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
    """Those of the items that the reader may be told of, such as `U1` or `rep=Ann`."""
    listed, own = list(items), _things(view.facts.scenario)
    if not view.sees_whole:
        return [item for item in listed if _key(item) in own]
    secret = _things(_whole(view)) - own if listed else frozenset()
    return [item for item in listed if _key(item) not in secret]


def sees_all(items: Iterable[str], view: View) -> bool:
    """Whether the reader may be told of all items; a limit of the whole is in nobody's part."""
    listed = list(items)
    return (view.sees_whole or bool(listed)) and len(seen_items(listed, view)) == len(listed)


def _key(item: str) -> str:
    return item.rpartition("=")[2]


def _whole(view: View) -> Scenario:
    room = view.archive.room
    return room.shelf.plan(room.folder_of(view.record.version.id))[1]


def _things(scenario: Scenario) -> frozenset[str]:
    named = (scenario.table(table)[column] for table, column in NAMED.items())
    goals = (goal.name for goal in scenario.config.goals)
    found = {str(key) for keys in named for key in keys}
    return frozenset(found.union(goals, scenario.territory_tree.nodes))
