"""Settings: what the changes of a draft are in the syntax of `--set`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from allocopt.review.drafts.change import Change
from allocopt.review.drafts.kinds import kind_of
from allocopt.review.drafts.kinds.ground import Basis
from allocopt.row_changes import ADD
from allocopt.scenario import Scenario
from allocopt.yaml_source import KeyPath

# A step of a key that needs no quotes.
_BARE = re.compile(r"[^\W\d]\w*")
TABLES = "override"


def settings_of(changes: Sequence[Change], scenario: Scenario) -> tuple[str, ...]:
    """Settings that `parse_settings` reads; of changes to the same thing the last one counts.

    Raises:
        DataError: a change is of a kind that there is not.
    """
    basis = Basis(scenario, in_force(changes))
    entries = [
        entry for change in basis.changes for entry in kind_of(change).settings(change, basis)
    ]
    return tuple(_texts(dict(_placed(_merged(entries), scenario))))


def in_force(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes that no later one is about the same thing as, in their order."""
    last = {kind_of(change).about(change): place for place, change in enumerate(changes)}
    return tuple(changes[place] for place in sorted(last.values()))


def _merged(entries: Iterable[tuple[KeyPath, Any]]) -> dict[KeyPath, Any]:
    """One value for each path, the last; what is added to a table or a list stands together."""
    merged: dict[KeyPath, Any] = {}
    for path, value in entries:
        before = merged.pop(path, [])
        merged[path] = [*before, *value] if path[-1] == ADD else value
    return merged


def _placed(merged: Mapping[KeyPath, Any], scenario: Scenario) -> Iterator[tuple[KeyPath, Any]]:
    """What is added to a list of scenario.yaml has its place there."""
    for path, value in merged.items():
        if path[0] == TABLES or path[-1] != ADD:
            yield path, value
            continue
        section, name = (str(step) for step in path[:-1])
        there = len(getattr(getattr(scenario.config, section), name))
        for place, entry in enumerate(value, there):
            yield (section, name, place), entry


def _texts(merged: Mapping[KeyPath, Any]) -> Iterable[str]:
    """`key=value` for each; where a name cannot stand in a key, all cells in one value."""
    cells = {path: value for path, value in merged.items() if path[0] == TABLES}
    for path, value in merged.items():
        if path not in cells:
            yield f"{_key(path)}={_value(value)}"
    if all(_can_be_key(step) for path in cells for step in path):
        yield from (f"{_key(path)}={_value(value)}" for path, value in cells.items())
    else:
        yield f"{TABLES}={_value(_nested(cells))}"


def _can_be_key(step: str | int) -> bool:
    return isinstance(step, int) or '"' not in step or "'" not in step


def _key(path: KeyPath) -> str:
    return ".".join(str(step) if isinstance(step, int) else _quoted(step) for step in path)


def _quoted(step: str) -> str:
    if _BARE.fullmatch(step):
        return step
    return f"'{step}'" if '"' in step else f'"{step}"'


def _nested(cells: Mapping[KeyPath, Any]) -> dict[str, Any]:
    top: dict[str, Any] = {}
    for path, value in cells.items():
        holder = top
        for step in path[1:-1]:
            below = holder.get(str(step))
            holder[str(step)] = holder = below if isinstance(below, dict) else {}
        holder[str(path[-1])] = value
    return top


def _value(value: Any) -> str:
    """A value as the YAML that scenario.yaml is written in reads it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return '"' + "".join(_letter(letter) for letter in value) + '"'
        case Mapping():
            pairs = (f"{_value(str(key))}: {_value(below)}" for key, below in value.items())
            return "{" + ", ".join(pairs) + "}"
    return "[" + ", ".join(_value(entry) for entry in value) + "]"


def _letter(letter: str) -> str:
    """A letter of a quoted text; what nobody sees is written as its number."""
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\U{ord(letter):08X}"
