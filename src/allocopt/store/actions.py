"""Actions: who does what until when, kept with the version that they came from and carried on.

An action is known by the version and the place it came from, such as `regional/3#2`; how it stands is told
by the last event about it, whichever version that was told of.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection

from allocopt.errors import StoreError
from allocopt.plan import INPUTS
from allocopt.store.ledger import add_event, events_of, lineage_of, versions_in
from allocopt.store.version import Event, Kind, Version
from allocopt.tables.catalogue.goals import ENDED
from allocopt.tables.cells import unguarded

TABLE = f"{INPUTS}/actions.csv"
OPEN = "open"


@dataclass(frozen=True)
class Action:
    """Something that somebody does until a day; `key` names it, `goal` says what it is for."""

    key: str
    what: str
    owner: str = ""
    due: str = ""
    status: str = OPEN
    goal: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something is left to do."""
        return self.status.strip().casefold() not in ENDED


def actions_in(events: Iterable[Event]) -> dict[str, Action]:
    """Actions by their keys as they stand after these events."""
    actions: dict[str, Action] = {}
    for event in events:
        if event.kind == Kind.ACTION:
            told = event.details
            known = actions.get(told["key"], Action(told["key"], event.text))
            actions[told["key"]] = replace(known, **told)
    return actions


def carried_actions(connection: Connection, version: Version) -> dict[str, Action]:
    """Actions of a version and of those that it follows, as they stand by now."""
    lineage = lineage_of(connection, version)
    own = set(actions_in(events_of(connection, lineage)))
    # An action that was closed in a later version, or in one beside it, is done for all.
    scenarios = {one.scenario for one in lineage}
    every = [one for name in scenarios for one in versions_in(connection, name)]
    told = actions_in(events_of(connection, every))
    return {key: action for key, action in told.items() if key in own}


def add_action(
    connection: Connection, version: Version, author: str, action: Action, note: str = ""
) -> Action:
    """Keep a new action with a version, under the next free key."""
    own = [event for event in events_of(connection, [version]) if event.kind == Kind.ACTION]
    keyed = replace(action, key=f"{version.id}#{len(own) + 1}")
    add_event(connection, version, Kind.ACTION, author, note or keyed.what, asdict(keyed))
    return keyed


def change_action(
    connection: Connection,
    version: Version,
    author: str,
    key: str,
    changes: Mapping[str, str],
    note: str = "",
) -> Action:
    """Tell with a version what became of an action of its own or of one that it follows.

    Raises: StoreError when there is no such action.
    """
    known = carried_actions(connection, version)
    if key not in known:
        keys = ", ".join(known) or "none"
        raise StoreError(f"{version.id} has no action {key!r}; it has {keys}")
    changed = replace(known[key], **changes)
    add_event(connection, version, Kind.ACTION, author, note or changed.what, asdict(changed))
    return changed


def bring_actions(connection: Connection, version: Version, author: str, table: bytes) -> None:
    """Take over the rows of the scenario's table `actions` that are not known by their text yet."""
    known = {action.what for action in carried_actions(connection, version).values()}
    for row in csv.DictReader(io.StringIO(table.decode())):
        cells = {column: unguarded(cell or "") for column, cell in row.items() if column}
        what = cells.get("action", "")
        if what and what not in known:
            action = Action(
                key="",
                what=what,
                owner=cells.get("owner", ""),
                due=cells.get("due", "")[:10],
                status=cells.get("status", "") or OPEN,
                goal=cells.get("goal", ""),
            )
            add_action(connection, version, author, action)
