"""Migrations: a store of every released schema can be opened, and its plans are still there."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, LargeBinary, create_engine, inspect, text
from support_store import plan_folder

from allocopt.errors import StoreError
from allocopt.store import Store, load_version, open_store, save_version, schema, verify
from allocopt.store.migrations import STEPS, migrate, schema_number

# Schema 1 as it was released; never changed.
SCHEMA_1 = (
    "CREATE TABLE plan_schema (number INTEGER PRIMARY KEY, taken_at TEXT NOT NULL)",
    """CREATE TABLE plan_versions (scenario TEXT NOT NULL, version INTEGER NOT NULL,
        plan TEXT NOT NULL, parent TEXT NOT NULL, author TEXT NOT NULL, saved_at TEXT NOT NULL,
        reason TEXT NOT NULL, inputs_hash TEXT NOT NULL, result_hash TEXT NOT NULL,
        likeness TEXT NOT NULL, previous_hash TEXT NOT NULL, own_hash TEXT NOT NULL,
        PRIMARY KEY (scenario, version))""",
    "CREATE INDEX plan_versions_by_plan ON plan_versions (plan)",
    "CREATE TABLE plan_contents (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, packed {bytes} NOT NULL)",
    """CREATE TABLE plan_files (scenario TEXT NOT NULL, version INTEGER NOT NULL, path TEXT NOT NULL,
        sha256 TEXT NOT NULL REFERENCES plan_contents (sha256), PRIMARY KEY (scenario, version, path),
        FOREIGN KEY (scenario, version) REFERENCES plan_versions (scenario, version))""",
    """CREATE TABLE plan_events (number INTEGER PRIMARY KEY, scenario TEXT NOT NULL,
        version INTEGER NOT NULL, kind TEXT NOT NULL, author TEXT NOT NULL,
        happened_at TEXT NOT NULL, text TEXT NOT NULL, detail TEXT NOT NULL,
        previous_hash TEXT NOT NULL, own_hash TEXT NOT NULL,
        FOREIGN KEY (scenario, version) REFERENCES plan_versions (scenario, version))""",
    "CREATE INDEX plan_events_by_version ON plan_events (scenario, version)",
)
TABLES_1 = ("plan_schema", "plan_versions", "plan_contents", "plan_files", "plan_events")
SEALS_1 = {
    "sqlite": (
        """CREATE TRIGGER {0}_no_update BEFORE UPDATE ON {0}
            BEGIN SELECT RAISE(ABORT, 'stored plans are never changed'); END""",
        """CREATE TRIGGER {0}_no_delete BEFORE DELETE ON {0}
            BEGIN SELECT RAISE(ABORT, 'stored plans are never changed'); END""",
    ),
    "postgresql": (
        """CREATE TRIGGER {0}_sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON {0}
            FOR EACH STATEMENT EXECUTE FUNCTION plan_refuse_change()""",
    ),
}
REFUSAL_1 = """CREATE FUNCTION plan_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'stored plans are never changed'; END $$"""


@pytest.fixture
def first_schema(place: str) -> str:
    """A place that has a store of schema 1 without a plan."""
    engine = create_engine(place if "://" in place else f"sqlite:///{place}")
    with engine.begin() as connection:
        for statement in statements_1(engine.dialect.name):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("INSERT INTO plan_schema VALUES (1, '2026-11-22T00:00:00')")
    engine.dispose()
    return place


def statements_1(dialect: str) -> list[str]:
    kind = "BYTEA" if dialect == "postgresql" else "BLOB"
    tables = [statement.replace("{bytes}", kind) for statement in SCHEMA_1]
    seals = [seal.format(table) for table in TABLES_1 for seal in SEALS_1[dialect]]
    return [*tables, *([REFUSAL_1] if dialect == "postgresql" else []), *seals]


def add_labels(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE plan_labels (name TEXT PRIMARY KEY)"))


def fail(_: Connection) -> None:
    raise ValueError("no such thing")


def number_of(store: Store) -> int:
    with store.reading() as connection:
        return schema_number(connection)


def test_a_store_of_schema_1_keeps_its_plans_through_a_further_step(
    first_schema: str, tmp_path: Path
) -> None:
    store = open_store(first_schema)
    plan = plan_folder(tmp_path / "plan")
    save_version(store, plan, author="Ann", reason="why")
    with store.writing() as connection:
        migrate(connection, (*STEPS, add_labels))
    assert number_of(store) == len(STEPS) + 1
    with store.reading() as connection:
        assert inspect(connection).has_table("plan_labels")
    assert verify(store).versions == 1
    assert (load_version(store, "demo/1") / "plan.json").read_bytes() == (
        plan / "plan.json"
    ).read_bytes()


def test_the_first_step_makes_schema_1_as_it_was_released(tmp_path: Path) -> None:
    # SQLite keeps the statements that made its tables.
    with open_store(tmp_path / "store.sqlite").reading() as connection:
        made = connection.scalars(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        assert set(map(words, made)) == set(map(words, statements_1("sqlite")))


def words(statement: str) -> str:
    """A statement without what is only layout."""
    return "".join(statement.split())


def test_steps_are_taken_once(store: Store) -> None:
    for _ in range(2):
        with store.writing() as connection:
            migrate(connection, (*STEPS, add_labels))
    assert number_of(store) == len(STEPS) + 1


def test_a_step_that_fails_leaves_the_store_as_it_was(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such thing"), store.writing() as connection:
        migrate(connection, (*STEPS, add_labels, fail))
    assert number_of(store) == len(STEPS)
    with store.reading() as connection:
        assert not inspect(connection).has_table("plan_labels")
    save_version(store, plan_folder(tmp_path / "plan"), author="Ann", reason="why")


def test_a_store_from_a_newer_version_is_refused_in_words(place: str) -> None:
    with open_store(place).writing() as connection:
        migrate(connection, (*STEPS, add_labels))
    with pytest.raises(StoreError, match=r"has schema 2, and this version .* up to 1; install"):
        open_store(place)


def test_the_tables_are_those_that_the_steps_make(store: Store) -> None:
    with store.reading() as connection:
        found = inspect(connection)
        for name, table in schema.metadata.tables.items():
            made = {column["name"]: column for column in found.get_columns(name)}
            assert list(made) == table.columns.keys()
            for column in table.columns:
                assert column.nullable is False
                kind = made[column.name]["type"].python_type
                assert kind is (
                    bytes if isinstance(column.type, LargeBinary) else column.type.python_type
                )
            keys = found.get_pk_constraint(name)["constrained_columns"]
            assert set(keys) == set(table.primary_key.columns.keys())


def test_a_store_that_several_make_at_once_is_made_once(place: str) -> None:
    failures: list[Exception] = []

    def make() -> None:
        try:
            open_store(place)
        except Exception as error:
            failures.append(error)

    makers = [threading.Thread(target=make) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert failures == []
    assert number_of(open_store(place)) == len(STEPS)
