"""History: what happened to a version and to all that belong together with it, in its order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from allocopt.store.connection import Store
from allocopt.store.ledger import events_of, find_version, versions_in
from allocopt.store.version import Event, Version, parse_id


@dataclass(frozen=True)
class History:
    """Versions of one family in the order in which they were saved, and all events about them.

    A family are the versions of a scenario and of those that were made from it or that it was made from.
    """

    versions: tuple[Version, ...]
    events: tuple[Event, ...]


def history_of(store: Store, name: str) -> History:
    """The history of the family of a version.

    Raises: StoreError when there is no such version.
    """
    with store.reading() as connection:
        own = _family(connection, find_version(connection, name))
        return History(own, events_of(connection, own))


def _family(connection: Connection, version: Version) -> tuple[Version, ...]:
    every = versions_in(connection)
    scenarios = _linked(version.scenario, every)
    own = [one for one in every if one.scenario in scenarios]
    return tuple(sorted(own, key=lambda one: one.saved_at))


def _linked(scenario: str, versions: Iterable[Version]) -> set[str]:
    """Names of the scenarios that a chain of parents leads to, in either direction."""
    pairs = {(one.scenario, parsed[0]) for one in versions if (parsed := parse_id(one.parent))}
    found, waiting = {scenario}, [scenario]
    while waiting:
        one = waiting.pop()
        near = {name for pair in pairs if one in pair for name in pair} - found
        found |= near
        waiting += near
    return found
