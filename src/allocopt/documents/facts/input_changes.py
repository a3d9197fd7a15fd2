"""Input changes: which settings and which cells of the inputs differ between two plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from allocopt.documents.facts import Facts
from allocopt.table_changes import TableChange, table_changes
from allocopt.tables import CONTRACT

SETTINGS = "scenario.yaml"
# What tells entries of a list in the settings apart.
NAMES = ("name", "scope", "measure")
# Sections that say nothing of what is solved, and the calendar, whose move a replan tells.
LEFT_OUT = ("document.", "scenario.", "tables.", "calendar.", "override.", "synonyms.")


def input_changes(before: Facts, after: Facts) -> list[TableChange]:
    """Settings first, then tables, those with the fewest changes before the others.

    Of a part, only what is said of its own units, reps and territories.
    """
    found = [change for change in _tables(before, after) if _concerns(change, after)]
    count = Counter(change.table for change in found)
    return [*_settings(before, after), *sorted(found, key=lambda change: count[change.table])]


def _concerns(change: TableChange, facts: Facts) -> bool:
    extent = facts.extent
    return extent is None or change.key in extent.units | extent.reps | extent.territories


def _settings(before: Facts, after: Facts) -> Iterator[TableChange]:
    was, now = (
        dict(_leaves(one.scenario.config.model_dump(mode="json"), "")) for one in (before, after)
    )
    for key in dict.fromkeys([*was, *now]):
        if was.get(key) != now.get(key) and not key.startswith(LEFT_OUT):
            yield TableChange(SETTINGS, key, "", _text(was.get(key)), _text(now.get(key)))


def _tables(before: Facts, after: Facts) -> Iterator[TableChange]:
    for name in CONTRACT:
        was, now = before.scenario.table(name), after.scenario.table(name)
        if len(was) or len(now):
            yield from table_changes(name, was, now)


def _leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Settings by their dotted path; entries of a list by what they are about, else by their place."""
    if isinstance(value, Mapping):
        entries = [(str(key), entry) for key, entry in value.items()]
    elif isinstance(value, list):
        entries = [(_called(entry) or str(place), entry) for place, entry in enumerate(value, 1)]
    else:
        yield path, value
        return
    for key, entry in entries:
        yield from _leaves(entry, f"{path}.{key}" if path else key)


def _called(entry: object) -> str:
    """What an entry of a list is about."""
    named = entry if isinstance(entry, Mapping) else {}
    return next((str(named[key]) for key in NAMES if named.get(key)), "")


def _text(value: object) -> str:
    """A setting as people read it; one that is not given is blank."""
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)
