"""Verifying: the chains of versions and events are recomputed, and the first broken link is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from allocopt.errors import StoreError
from allocopt.store import schema
from allocopt.store.connection import Store
from allocopt.store.content import bytes_of, hashes_of, inputs_hash, result_hash
from allocopt.store.ledger import scenarios_in, versions_in
from allocopt.store.version import Event, Version, as_event


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole store found.

    `broken` says what is wrong with the first link that does not hold, "" when all hold. `heads` are the
    hashes at the ends of the chains: noted elsewhere, they show later that nothing was cut off.
    """

    versions: int
    events: int
    contents: int
    broken: str
    heads: dict[str, str]


def verify(store: Store) -> Verdict:
    """Recompute every hash of the store.

    Raises: StoreError when the store cannot be read.
    """
    with store.reading() as connection:
        chains = [versions_in(connection, name) for name in scenarios_in(connection)]
        ordered = select(schema.EVENTS).order_by(schema.EVENTS.c.number)
        events = tuple(map(as_event, connection.execute(ordered)))
        heads = {chain[0].scenario: chain[-1].own_hash for chain in chains}
        return Verdict(
            versions=sum(map(len, chains)),
            events=len(events),
            contents=connection.scalar(select(func.count()).select_from(schema.CONTENTS)) or 0,
            broken=next(_broken(connection, chains, events), ""),
            heads=heads | ({"events": events[-1].own_hash} if events else {}),
        )


def _broken(
    connection: Connection, chains: Sequence[tuple[Version, ...]], events: Sequence[Event]
) -> Iterator[str]:
    for chain in chains:
        yield from _broken_versions(connection, chain)
    yield from _broken_events(events)
    yield from _strays(connection)


def _broken_versions(connection: Connection, chain: Sequence[Version]) -> Iterator[str]:
    before, known = "", set[str]()
    for number, version in enumerate(chain, start=1):
        if version.version != number:
            yield f"{version.scenario}/{number} is missing"
        if version.previous_hash != before:
            yield f"{version.id} does not follow the version before it"
        if version.own_hash != version.expected_hash():
            yield f"{version.id} was changed after it was stored"
        yield from _broken_files(connection, version, known)
        before = version.own_hash


def _broken_files(connection: Connection, version: Version, known: set[str]) -> Iterator[str]:
    """The files of a version; `known` are the contents that were found right already."""
    hashes = hashes_of(connection, version.scenario, version.version)
    if inputs_hash(hashes) != version.inputs_hash:
        yield f"{version.id}: its inputs are not those that were stored"
    if result_hash(hashes) != version.result_hash:
        yield f"{version.id}: its result is not the one that was stored"
    for path, sha256 in hashes.items():
        if sha256 in known:
            continue
        try:
            bytes_of(connection, sha256)
        except StoreError as error:
            yield f"{version.id}: {path}: {error}"
        known.add(sha256)


def _broken_events(events: Sequence[Event]) -> Iterator[str]:
    before = ""
    for number, event in enumerate(events, start=1):
        told = f"event {event.number} ({event.kind} {event.scenario}/{event.version})"
        if event.number != number:
            yield f"event {number} is missing"
        if event.previous_hash != before:
            yield f"{told} does not follow the event before it"
        if event.own_hash != event.expected_hash():
            yield f"{told} was changed after it was stored"
        before = event.own_hash


def _strays(connection: Connection) -> Iterator[str]:
    """Rows about versions that are not there: the end of a chain was cut off."""
    versions = schema.VERSIONS.c
    for table in (schema.FILES, schema.EVENTS):
        joined = table.outerjoin(
            schema.VERSIONS,
            (versions.scenario == table.c.scenario) & (versions.version == table.c.version),
        )
        columns = (table.c.scenario, table.c.version)
        lost = select(*columns).select_from(joined).where(versions.version.is_(None))
        for scenario, number in connection.execute(lost.distinct().order_by(*columns)):
            yield f"{scenario}/{number} is missing"
