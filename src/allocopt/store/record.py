"""Record: all that is known of a stored version, read at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from allocopt.config.approval import Approval, SignOff
from allocopt.store.actions import Action, carried_actions
from allocopt.store.approval import missing_signatures, rules_and_source
from allocopt.store.connection import Store
from allocopt.store.ledger import events_of, find_version, lineage_of, versions_in
from allocopt.store.states import State, state_after
from allocopt.store.version import Event, Kind, Version


@dataclass(frozen=True)
class Record:
    """A version with its history.

    `lineage` are the versions that it follows, the nearest first. `decisions` are its own and theirs, the
    oldest first; `actions` their open actions. `missing` are the signatures still to be given, by `rules`,
    which are those of the version `rules_of`; None where nobody has given any rules.
    """

    version: Version
    state: State
    rules: Approval
    rules_of: Version | None
    events: tuple[Event, ...]
    lineage: tuple[Version, ...]
    decisions: tuple[Event, ...]
    actions: tuple[Action, ...]
    missing: tuple[SignOff, ...]


def record_of(store: Store, name: str) -> Record:
    """All about one version, by its id or the plan's.

    Raises: StoreError when there is none.
    """
    with store.reading() as connection:
        return _record(connection, find_version(connection, name))


def _record(connection: Connection, version: Version) -> Record:
    lineage = lineage_of(connection, version)
    rules, source = rules_and_source(connection, version)
    told = events_of(connection, lineage)
    own = tuple(event for event in told if _is_of(event, version))
    carried = carried_actions(connection, version).values()
    return Record(
        version=version,
        state=state_after(own),
        rules=rules,
        rules_of=source,
        events=own,
        lineage=lineage[1:],
        decisions=tuple(event for event in told if event.kind == Kind.DECISION),
        actions=tuple(action for action in carried if action.is_open),
        missing=missing_signatures(rules, own),
    )


def _is_of(event: Event, version: Version) -> bool:
    return (event.scenario, event.version) == (version.scenario, version.version)


def list_versions(store: Store, scenario: str | None = None) -> tuple[tuple[Version, State], ...]:
    """Versions of a scenario, or of all, with their states, by scenario and number."""
    with store.reading() as connection:
        versions = versions_in(connection, scenario)
        events = events_of(connection, versions)
    own: dict[tuple[str, int], list[Event]] = {}
    for event in events:
        own.setdefault((event.scenario, event.version), []).append(event)
    return tuple(
        (version, state_after(own.get((version.scenario, version.version), ())))
        for version in versions
    )
