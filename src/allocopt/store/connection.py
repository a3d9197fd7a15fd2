"""Store: the database that versions of plans are kept in, SQLite or PostgreSQL by one code.

Reading sees one moment; writing is one writer at a time, so that what a writer has read still holds when
it writes. On SQLite that is `BEGIN IMMEDIATE` on a write-ahead log that is synced at every commit, by
SQLAlchemy's recipe for transactions with the driver sqlite3 ("Using SQLAlchemy to emit BEGIN"); on
PostgreSQL a transaction that first takes an advisory lock.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from allocopt.errors import StoreError
from allocopt.store.migrations import STEPS, migrate, refuse_newer, schema_number
from allocopt.tables.database import CONNECT_SECONDS, Address, address_of, missing_driver

LOCK_SECONDS = 30
# Any number that nobody else takes: PostgreSQL's advisory locks are known by two, ours and the schema's.
LOCK_NUMBER = 0x616C6C6F
_IS_URL = re.compile(r".*://.*|\$\{[^${}]*\}", re.DOTALL)
_FULL = (
    "disk is full",
    "disk i/o error",
    "no space left",
    "could not extend file",
    "file too large",
)


@dataclass(frozen=True)
class Store:
    """An open store; `address.shown` is where it is, without a secret."""

    engine: Engine
    address: Address

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the store.

        Raises: StoreError when the database fails.
        """
        level = {"isolation_level": "REPEATABLE READ"} if self._is_postgresql else {}
        with told_failures(self.address), self.engine.connect() as connection:
            yield connection.execution_options(**level)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is the only one to write, kept whole or not at all.

        Raises: StoreError when the database fails; nothing is written then.
        """
        with told_failures(self.address), self.engine.connect() as plain:
            connection = plain.execution_options(only_writer=True)
            with connection.begin():
                if self._is_postgresql:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
                    connection.exec_driver_sql(
                        f"SELECT pg_advisory_xact_lock({LOCK_NUMBER}, hashtext(current_schema()))"
                    )
                yield connection

    @property
    def _is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"


def open_store(
    where: str | Path,
    *,
    create: bool = True,
    environment: Mapping[str, str] = os.environ,
) -> Store:
    """The store at a url or in a file; `${NAME}` in a url is taken from the environment.

    Raises: StoreError when it cannot be reached, is from a newer version of allocopt, or is not there
    and not to be made; DataError for a url that cannot be understood or a variable that is not set.
    """
    address = store_address(where, environment)
    file = Path(address.url.database or "") if address.url.get_backend_name() == "sqlite" else None
    if file is not None and not file.exists():
        if not create:
            raise missing_store(address)
        file.parent.mkdir(parents=True, exist_ok=True)
    store = Store(_engine(address), address)
    with store.reading() as connection:
        number = schema_number(connection)
        refuse_newer(number)
    if number == 0 and not create:
        raise missing_store(address)
    if number < len(STEPS):
        with store.writing() as connection:
            migrate(connection)
    return store


def missing_store(address: Address) -> StoreError:
    """There is no store, and how one comes about."""
    return StoreError(
        f"no plan is stored at {address.shown} yet; `allocopt plans save FOLDER --reason TEXT` "
        "stores one"
    )


def store_address(where: str | Path, environment: Mapping[str, str]) -> Address:
    """Where the store is. A text without `://` is the name of a file.

    Raises: DataError; StoreError for a kind of database that is neither SQLite nor PostgreSQL.
    """
    named = str(where)
    if not _IS_URL.fullmatch(named):
        return Address(URL.create("sqlite", database=named), named, ())
    address = address_of(named, "store", environment)
    kind = address.url.get_backend_name()
    if kind not in ("sqlite", "postgresql") or not address.url.database:
        raise StoreError(
            f"{address.shown} is no store: expected a file, or postgresql://host/database"
        )
    return address


def _engine(address: Address) -> Engine:
    is_sqlite = address.url.get_backend_name() == "sqlite"
    seconds = {"timeout": LOCK_SECONDS} if is_sqlite else {"connect_timeout": CONNECT_SECONDS}
    try:
        engine = create_engine(
            address.url, poolclass=NullPool, connect_args=seconds, hide_parameters=True
        )
    except (ImportError, NoSuchModuleError):
        finding = missing_driver(address.url.get_backend_name(), address.shown)
        raise StoreError(finding.sentence()) from None
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    """The driver begins nothing by itself, and a commit is on the disk when it returns."""
    connection.isolation_level = None
    # A log that somebody is just making cannot be waited for: SQLite answers "locked" at once.
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except connection.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            break
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    only_writer = connection.get_execution_options().get("only_writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if only_writer else "BEGIN")


@contextmanager
def told_failures(address: Address) -> Iterator[None]:
    """Failures of the database as StoreError, in words and without a secret."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(_in_words(address, error)) from None
    except (SQLAlchemyError, UnicodeEncodeError) as error:
        raise StoreError(f"{address.shown}: {_first_lines(address, error)}") from None


def _in_words(address: Address, error: DBAPIError) -> str:
    reason = _first_lines(address, error.orig or error)
    if any(word in reason.casefold() for word in _FULL):
        return f"{address.shown}: no space is left to write to ({reason}); free some and save again"
    if error.connection_invalidated:
        return (
            f"{address.shown}: the connection was lost ({reason}); run the same command again, "
            "what is stored already is not stored twice"
        )
    if "locked" in reason or "lock timeout" in reason:
        return f"{address.shown}: somebody else has been writing for {LOCK_SECONDS} s; try again"
    return f"{address.shown}: {reason}"


def _first_lines(address: Address, error: BaseException) -> str:
    lines = [line.strip() for line in address.scrubbed(str(error)).splitlines() if line.strip()]
    return " ".join(lines[:3])
