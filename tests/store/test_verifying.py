"""Verifying: nothing stored can be changed, and what was changed behind the store's back is named."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from support_store import plan_folder

from allocopt.errors import StoreError
from allocopt.store import Move, Store, load_version, make_move, save_version, schema, verify

TABLES = tuple(schema.metadata.tables)


@pytest.fixture
def full(store: Store, tmp_path: Path) -> Store:
    """Three versions with events."""
    for objective in (1, 2, 3):
        plan = plan_folder(tmp_path / "plan", objective, units=f"unit\nu{objective}\n")
        name = save_version(store, plan, author="Ann", reason="why").version.id
        make_move(store, name, Move.SUBMIT, user="Ann")
    return store


def is_sqlite(store: Store) -> bool:
    return store.engine.dialect.name == "sqlite"


def tamper(store: Store, *statements: str, **values: object) -> None:
    """Change rows as somebody can who owns the database: without the triggers."""
    with store.engine.connect() as plain:
        connection = plain.execution_options(only_writer=True)
        with connection.begin():
            for table in TABLES:
                for change in ("no_update", "no_delete") if is_sqlite(store) else ("sealed",):
                    on = "" if is_sqlite(store) else f" ON {table}"
                    connection.execute(text(f"DROP TRIGGER {table}_{change}{on}"))
            if not is_sqlite(store):
                connection.execute(
                    text("ALTER TABLE plan_files DROP CONSTRAINT plan_files_sha256_fkey")
                )
                for table in ("plan_files", "plan_events"):
                    name = f"{table}_scenario_version_fkey"
                    connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
            for statement in statements:
                connection.execute(text(statement), values)


@pytest.fixture
def loose(full: Store) -> Store:
    """The same store, whose keys to other tables are not watched."""
    if is_sqlite(full):
        from sqlalchemy import event

        event.listen(
            full.engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys = OFF")
        )
    return full


def test_a_store_as_it_was_made_is_whole(full: Store) -> None:
    verdict = verify(full)
    assert verdict.broken == ""
    assert (verdict.versions, verdict.events) == (3, 3)
    assert set(verdict.heads) == {"demo", "events"}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_no_row_can_be_changed_or_deleted(full: Store, table: str, change: str) -> None:
    column = schema.metadata.tables[table].columns.keys()[0]
    with (
        pytest.raises(DBAPIError, match="stored plans are never changed"),
        full.engine.begin() as connection,
    ):
        connection.execute(text(change.format(table, column, column)))
    assert verify(full).broken == ""


def test_no_table_can_be_emptied(full: Store) -> None:
    if is_sqlite(full):  # which has no TRUNCATE
        return
    with (
        pytest.raises(DBAPIError, match="stored plans are never changed"),
        full.engine.begin() as connection,
    ):
        connection.execute(text("TRUNCATE plan_events"))


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE plan_versions SET reason = 'x' WHERE version = 2", "demo/2 was changed"),
        ("UPDATE plan_versions SET author = 'x' WHERE version >= 2", "demo/2 was changed"),
        ("UPDATE plan_versions SET parent = '' WHERE version = 3", "demo/3 was changed"),
        (
            "UPDATE plan_versions SET previous_hash = '' WHERE version = 3",
            "demo/3 does not follow the version before it",
        ),
        ("DELETE FROM plan_versions WHERE version = 2", "demo/2 is missing"),
        ("DELETE FROM plan_versions WHERE version = 3", "demo/3 is missing"),
        (
            "DELETE FROM plan_files WHERE version = 2 AND path = 'inputs/units.csv'",
            "demo/2: its inputs are not those that were stored",
        ),
        (
            "DELETE FROM plan_files WHERE version = 1 AND path = 'quotas.csv'",
            "demo/1: its result is not the one that was stored",
        ),
        (
            "UPDATE plan_files SET path = 'plan.json.csv' WHERE version = 2 AND path = 'plan.json'",
            "demo/2: its result is not the one that was stored",
        ),
        ("UPDATE plan_events SET author = 'x' WHERE number = 2", "event 2 (submitted demo/2) was"),
        ("DELETE FROM plan_events WHERE number = 1", "event 1 is missing"),
        (
            "UPDATE plan_events SET previous_hash = 'x' WHERE number = 3",
            "event 3 (submitted demo/3) does not follow the event before it",
        ),
    ],
)
def test_the_first_broken_link_is_named(loose: Store, statement: str, told: str) -> None:
    tamper(loose, statement)
    assert verify(loose).broken.startswith(told)


def test_a_changed_file_is_named_and_not_loaded(loose: Store) -> None:
    with loose.reading() as connection:
        sha256 = connection.scalar(
            text("SELECT sha256 FROM plan_files WHERE version = 2 AND path = 'inputs/units.csv'")
        )
    forged = zlib.compress(b"unit\nu9\n")
    tamper(
        loose,
        "UPDATE plan_contents SET packed = :forged WHERE sha256 = :sha256",
        forged=forged,
        sha256=sha256,
    )
    assert verify(loose).broken.startswith("demo/2: inputs/units.csv: the content")
    with pytest.raises(StoreError, match="is not what was stored"):
        load_version(loose, "demo/2")


def test_what_unpacks_without_end_is_not_unpacked(loose: Store) -> None:
    bomb = zlib.compress(b"0" * 100_000_000)
    tamper(loose, "UPDATE plan_contents SET packed = :bomb", bomb=bomb)
    with pytest.raises(StoreError, match="is not what was stored"):
        load_version(loose, "demo/1")


@pytest.mark.parametrize("path", ["../plan.json", "/tmp/plan.json", "inputs/../../x", "a\\..\\b"])  # noqa: S108
def test_a_path_that_leads_out_of_the_folder_is_refused(loose: Store, path: str) -> None:
    tamper(loose, "UPDATE plan_files SET path = :path WHERE path = 'quotas.csv'", path=path)
    with pytest.raises(StoreError, match="leads out of the plan's folder"):
        load_version(loose, "demo/1")


def test_a_changed_version_is_not_loaded(loose: Store) -> None:
    tamper(loose, "UPDATE plan_versions SET author = 'x' WHERE version = 1")
    with pytest.raises(StoreError, match="demo/1 is not what was stored"):
        load_version(loose, "demo/1")
