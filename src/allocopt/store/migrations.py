"""Migrations: the numbered steps that bring a store from any earlier schema to the present one.

Steps only go forward and are never changed once they are released: a store that was made by them is
somewhere. A new step is added at the end of `STEPS`, and `schema` follows it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, func, inspect, select

from allocopt.errors import StoreError
from allocopt.store import schema

Step = Callable[[Connection], None]

_TABLES = (
    "CREATE TABLE plan_schema (number INTEGER PRIMARY KEY, taken_at TEXT NOT NULL)",
    """CREATE TABLE plan_versions (
        scenario TEXT NOT NULL, version INTEGER NOT NULL, plan TEXT NOT NULL, parent TEXT NOT NULL,
        author TEXT NOT NULL, saved_at TEXT NOT NULL, reason TEXT NOT NULL,
        inputs_hash TEXT NOT NULL, result_hash TEXT NOT NULL, likeness TEXT NOT NULL,
        previous_hash TEXT NOT NULL, own_hash TEXT NOT NULL,
        PRIMARY KEY (scenario, version))""",
    "CREATE INDEX plan_versions_by_plan ON plan_versions (plan)",
    """CREATE TABLE plan_contents (
        sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, packed {bytes} NOT NULL)""",
    """CREATE TABLE plan_files (
        scenario TEXT NOT NULL, version INTEGER NOT NULL, path TEXT NOT NULL,
        sha256 TEXT NOT NULL REFERENCES plan_contents (sha256),
        PRIMARY KEY (scenario, version, path),
        FOREIGN KEY (scenario, version) REFERENCES plan_versions (scenario, version))""",
    """CREATE TABLE plan_events (
        number INTEGER PRIMARY KEY, scenario TEXT NOT NULL, version INTEGER NOT NULL,
        kind TEXT NOT NULL, author TEXT NOT NULL, happened_at TEXT NOT NULL,
        text TEXT NOT NULL, detail TEXT NOT NULL,
        previous_hash TEXT NOT NULL, own_hash TEXT NOT NULL,
        FOREIGN KEY (scenario, version) REFERENCES plan_versions (scenario, version))""",
    "CREATE INDEX plan_events_by_version ON plan_events (scenario, version)",
)
_SEALED = ("plan_schema", "plan_versions", "plan_contents", "plan_files", "plan_events")
_REFUSAL = "stored plans are never changed"
_POSTGRESQL_REFUSAL = f"""CREATE FUNCTION plan_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"""


def first_tables(connection: Connection) -> None:
    """Schema 1: versions, their files, what happened to them, all sealed."""
    is_postgresql = connection.dialect.name == "postgresql"
    kind = "BYTEA" if is_postgresql else "BLOB"
    for statement in _TABLES:
        connection.exec_driver_sql(statement.replace("{bytes}", kind))
    if is_postgresql:
        connection.exec_driver_sql(_POSTGRESQL_REFUSAL)
    for table in _SEALED:
        _seal(connection, table)


def _seal(connection: Connection, table: str) -> None:
    """Rows of the table can be added and nothing else."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION plan_refuse_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


STEPS: tuple[Step, ...] = (first_tables,)


def schema_number(connection: Connection) -> int:
    """The schema that a store has; 0 where there is none yet."""
    if not inspect(connection).has_table(schema.STEPS.name):
        return 0
    return connection.scalar(select(func.max(schema.STEPS.c.number))) or 0


def migrate(connection: Connection, steps: Sequence[Step] = STEPS) -> None:
    """Take the steps that the store lacks; the caller holds the lock and the transaction.

    Raises: StoreError when the store is from a newer version of allocopt.
    """
    number = schema_number(connection)
    refuse_newer(number, len(steps))
    for taken, step in enumerate(steps[number:], start=number + 1):
        step(connection)
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute(schema.STEPS.insert().values(number=taken, taken_at=moment))


def refuse_newer(number: int, known: int = len(STEPS)) -> None:
    """Raises: StoreError when the store has a schema that nobody here knows."""
    if number > known:
        raise StoreError(
            f"the store has schema {number}, and this version of allocopt knows schemas up to "
            f"{known}; install the version of allocopt that wrote it, or a newer one"
        )
