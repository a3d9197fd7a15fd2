"""Ledger: rows of versions and events, read, and added at the end of their chains."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from allocopt.errors import NotStored
from allocopt.store import schema
from allocopt.store.states import State, state_after
from allocopt.store.version import Event, Kind, Version, as_event, as_version, parse_id


def now() -> str:
    """The moment, in UTC."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def find_version(connection: Connection, name: str) -> Version:
    """The version of an id such as `regional/3`, or the newest one of a plan's id.

    Raises: NotStored when there is none.
    """
    if found := maybe_version(connection, name):
        return found
    parsed = parse_id(name)
    latest = latest_of(connection, parsed[0]) if parsed else None
    if latest is not None:
        raise NotStored(f"there is no version {name}; the latest one is {latest.id}")
    known = ", ".join(scenarios_in(connection)) or "none"
    raise NotStored(f"there is no version or plan {name!r} in the store; its scenarios: {known}")


def maybe_version(connection: Connection, name: str) -> Version | None:
    """As `find_version`; None when there is none."""
    columns = schema.VERSIONS.c
    asked = select(schema.VERSIONS)
    if parsed := parse_id(name):
        own = asked.where(columns.scenario == parsed[0], columns.version == parsed[1])
        if (row := connection.execute(own).first()) is not None:
            return as_version(row)
    newest = asked.where(columns.plan == name).order_by(columns.saved_at.desc()).limit(1)
    row = connection.execute(newest).first()
    return None if row is None else as_version(row)


def latest_of(connection: Connection, scenario: str) -> Version | None:
    """The newest version of a scenario."""
    found = versions_in(connection, scenario, newest_first=True, most=1)
    return found[0] if found else None


def versions_in(
    connection: Connection,
    scenario: str | None = None,
    *,
    newest_first: bool = False,
    most: int | None = None,
) -> tuple[Version, ...]:
    """Versions of a scenario or of all, by scenario and number."""
    columns = schema.VERSIONS.c
    order = columns.version.desc() if newest_first else columns.version
    asked = select(schema.VERSIONS).order_by(columns.scenario, order).limit(most)
    if scenario is not None:
        asked = asked.where(columns.scenario == scenario)
    return tuple(map(as_version, connection.execute(asked)))


def scenarios_in(connection: Connection) -> tuple[str, ...]:
    """Names of all scenarios that have versions."""
    column = schema.VERSIONS.c.scenario
    return tuple(connection.scalars(select(column).distinct().order_by(column)))


def like_version(connection: Connection, scenario: str, likeness: str) -> Version | None:
    """The newest version of a scenario that is this plan."""
    columns = schema.VERSIONS.c
    asked = select(schema.VERSIONS).where(
        columns.scenario == scenario, columns.likeness == likeness
    )
    row = connection.execute(asked.order_by(columns.version.desc()).limit(1)).first()
    return None if row is None else as_version(row)


def authors_of(connection: Connection, version: Version) -> frozenset[str]:
    """Who saved the plan that a version holds: its author, and those of other versions of that plan."""
    columns = schema.VERSIONS.c
    asked = select(columns.author).where(
        columns.scenario == version.scenario, columns.likeness == version.likeness
    )
    return frozenset(connection.scalars(asked))


def lineage_of(connection: Connection, version: Version) -> tuple[Version, ...]:
    """The version, its parent, the parent of that and so on."""
    chain = [version]
    while chain[-1].parent:
        above = maybe_version(connection, chain[-1].parent)
        if above is None or above in chain:
            break
        chain.append(above)
    return tuple(chain)


def add_version(connection: Connection, version: Version) -> Version:
    """Add the next version of its scenario, chained to the one before; only the one writer may."""
    before = latest_of(connection, version.scenario)
    chained = replace(
        version,
        version=before.version + 1 if before else 1,
        previous_hash=before.own_hash if before else "",
        saved_at=now(),
    )
    chained = replace(chained, own_hash=chained.expected_hash())
    connection.execute(schema.VERSIONS.insert().values(**asdict(chained)))
    return chained


def events_of(connection: Connection, versions: Iterable[Version]) -> tuple[Event, ...]:
    """What happened to any of these versions, in order."""
    wanted = {(version.scenario, version.version) for version in versions}
    columns = schema.EVENTS.c
    asked = select(schema.EVENTS).where(columns.scenario.in_({name for name, _ in wanted}))
    events = map(as_event, connection.execute(asked.order_by(columns.number)))
    return tuple(event for event in events if (event.scenario, event.version) in wanted)


def state_of(connection: Connection, version: Version) -> State:
    """The state of a version."""
    return state_after(events_of(connection, [version]))


def published_of(connection: Connection, scenario: str) -> Version | None:
    """The version of a scenario that is published."""
    columns = schema.EVENTS.c
    told = select(columns.version).where(
        columns.scenario == scenario, columns.kind == Kind.PUBLISHED.value
    )
    latest = connection.scalar(told.order_by(columns.number.desc()).limit(1))
    return None if latest is None else find_version(connection, f"{scenario}/{latest}")


def add_event(
    connection: Connection,
    version: Version,
    kind: Kind,
    author: str,
    text: str = "",
    detail: Mapping[str, str] | None = None,
) -> Event:
    """Add an event, chained to the one before of the whole store; only the one writer may."""
    columns = schema.EVENTS.c
    last = connection.scalar(select(func.max(columns.number))) or 0
    hash_before = connection.scalar(select(columns.own_hash).where(columns.number == last))
    event = Event(
        number=last + 1,
        scenario=version.scenario,
        version=version.version,
        kind=kind.value,
        author=author,
        happened_at=now(),
        text=text,
        detail=json.dumps(dict(detail or {}), ensure_ascii=False, sort_keys=True),
        previous_hash=hash_before or "",
    )
    event = replace(event, own_hash=event.expected_hash())
    connection.execute(schema.EVENTS.insert().values(**asdict(event)))
    return event
