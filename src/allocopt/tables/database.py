"""Queries into cells: one statement that reads, in a transaction that cannot write.

A url may hold `${NAME}`, taken from the environment. Before the `@` the variable's text is the user or the
password as it is; elsewhere, and where it is the whole url, it is a piece of the url. No message shows a
url, a password or a variable's content: only the kind of database, its host and its name.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
from sqlalchemy import URL, Connection, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from allocopt.errors import DataError, Finding, Severity
from allocopt.tables.raw import RawTable, TableSource
from allocopt.tables.typed_cells import typed_frame, with_header

MOST_ROWS = 10_000_000
CONNECT_SECONDS = 15
_VARIABLE = re.compile(r"\$\{([^${}]*)\}")
_USER_PART = re.compile(r"(?<=://).*(?=@)", re.DOTALL)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
_READS = re.compile(r"[\s(]*(?:select|with)\b", re.IGNORECASE)
_POSTGRESQL = {"postgresql", "postgres"}
_EXTRAS = {"postgresql": 'pip install "allocopt[pg]"'}


@dataclass(frozen=True)
class Address:
    """Where a database is; `shown` holds no user and no secret, `secrets` what no message may hold."""

    url: URL
    shown: str
    secrets: tuple[str, ...]

    def scrubbed(self, text: str) -> str:
        """`text` without the secrets, longest first as one may contain another."""
        for secret in sorted(filter(None, self.secrets), key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


def read_query(
    name: str,
    source: TableSource,
    folder: Path,
    environment: Mapping[str, str] = os.environ,
) -> RawTable:
    """The rows of `source.sql`, with the column names as first row. Row 2 is the first record.

    Raises: DataError when a variable, the driver or the database is missing, or the query fails.
    """
    _refuse_writing(source.sql, name)
    address = locate(source.url, folder, name, environment)
    file = f"{address.shown}[{name}]"
    header, records = _query(address, source.sql, file)
    if len(records) > MOST_ROWS:
        mend = "select fewer rows, or sum them by month in the query"
        message = f"the query gives more than {MOST_ROWS:,} rows"
        raise DataError([_problem(message, file, "query", mend=mend)])
    cells = with_header(header, typed_frame(zip(*records, strict=True)))
    rows = np.arange(1, len(cells) + 1, dtype=np.int64)
    return RawTable(name, file, cells, rows, _hash_of(cells))


def locate(url: str, folder: Path, name: str, environment: Mapping[str, str]) -> Address:
    """The database that `url` names; a relative SQLite path starts at the scenario's folder.

    Raises: DataError when a variable is not set, or the url is none.
    """
    address = address_of(url, name, environment)
    if address.url.get_backend_name() != "sqlite":
        return address
    return replace(address, url=_existing_file(address.url, folder, f"{address.shown}[{name}]"))


def address_of(url: str, name: str, environment: Mapping[str, str]) -> Address:
    """Where `url` leads, its variables filled in; `name` is what the url is for.

    Raises: DataError when a variable is not set, or the url is none.
    """
    filled, values = _fill_in(url, name, environment)
    try:
        address = make_url(filled)
    except (ArgumentError, ValueError):
        expected = "dialect://user:${PASSWORD}@host/database"
        message = "the url of the database cannot be understood"
        raise DataError([_problem(message, name, "url", expected=expected)]) from None
    if address.get_backend_name() in _POSTGRESQL and "+" not in address.drivername:
        address = address.set(drivername="postgresql+psycopg")
    shown = URL.create(
        address.get_backend_name(),
        host=address.host,
        port=address.port,
        database=address.database,
    ).render_as_string()
    return Address(address, shown, (filled, *values, *_secrets_of(address)))


def _fill_in(url: str, name: str, environment: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The url with its variables filled in, and their values."""
    variables = _VARIABLE.findall(url)
    missing = [variable for variable in dict.fromkeys(variables) if variable not in environment]
    if missing:
        mend = "set it before starting, such as: export {}=…"
        raise DataError(
            [
                _problem(
                    f"the environment variable {variable} is not set",
                    name,
                    "missing-variable",
                    mend=mend.format(variable),
                )
                for variable in missing
            ]
        )
    user = _USER_PART.search(url)
    if user:
        literal = _VARIABLE.sub(lambda found: quote(environment[found[1]], safe=""), user[0])
        url = url[: user.start()] + literal + url[user.end() :]
    filled = _VARIABLE.sub(lambda found: environment[found[1]], url)
    return filled, tuple(environment[variable] for variable in variables)


def _existing_file(address: URL, folder: Path, file: str) -> URL:
    """The same SQLite database, opened so that it is read only and never made.

    Raises: DataError when there is no such file.
    """
    path = (folder / (address.database or "")).absolute()
    if not path.is_file():
        nearest = ", ".join(sorted(one.name for one in folder.glob("*.db"))[:3])
        message = "there is no such SQLite file"
        raise DataError([_problem(message, file, "missing-file", nearest=nearest)])
    return address.set(database=path.as_uri(), query={"mode": "ro", "uri": "true"})


def _secrets_of(address: URL) -> tuple[str, ...]:
    hidden = ("pass", "key", "secret", "token")
    queried = [
        str(value)
        for key, value in address.query.items()
        if any(word in key.lower() for word in hidden)
    ]
    password = str(address.password or "")
    return (password, quote(password), quote(password, safe=""), *queried)


def _query(address: Address, sql: str, file: str) -> tuple[list[str], Sequence[Sequence[Any]]]:
    dialect = address.url.get_backend_name()
    try:
        arguments = {"connect_timeout": CONNECT_SECONDS} if dialect in _POSTGRESQL else {}
        engine = create_engine(address.url, poolclass=NullPool, connect_args=arguments)
        with engine.connect() as connection:
            result = _reading(connection, dialect).exec_driver_sql(sql.strip().rstrip(";"))
            header = list(result.keys())
            return header, result.fetchmany(MOST_ROWS + 1)
    except (ImportError, NoSuchModuleError):
        finding = missing_driver(dialect, file)
    except DBAPIError as error:
        finding = _failed(address, str(error.orig or error), file)
    except (SQLAlchemyError, OSError, ValueError) as error:
        finding = _failed(address, str(error), file)
    raise DataError([finding])


def _reading(connection: Connection, dialect: str) -> Connection:
    """The connection, set to read only where it can be; a `%` or `:name` in the query means itself.

    On PostgreSQL the query becomes a cursor on the server: it cannot hold a second statement, and rows
    arrive as they are fetched.
    """
    if dialect in _POSTGRESQL:
        return connection.execution_options(
            no_parameters=True, postgresql_readonly=True, stream_results=True
        )
    return connection.execution_options(no_parameters=True)


def _refuse_writing(sql: str, name: str) -> None:
    """Only one statement, and one that reads.

    Raises: DataError otherwise.
    """
    bare = _QUOTED.sub(" ", sql).strip().rstrip("; \n\t")
    if _READS.match(bare) and ";" not in bare:
        return
    message = "the query must be one statement that reads" if bare else "the query is empty"
    expected = "SELECT … or WITH … SELECT …"
    first = bare.split(maxsplit=1)[0] if bare else ""
    raise DataError([_problem(message, name, "query", value=first, expected=expected)])


def missing_driver(dialect: str, file: str) -> Finding:
    """What to install for a kind of database."""
    return _problem(
        f"no driver for {dialect} is installed",
        file,
        "missing-driver",
        mend=_EXTRAS.get(dialect, f"install the SQLAlchemy driver for {dialect}"),
    )


def _failed(address: Address, reason: str, file: str) -> Finding:
    lines = [line.strip() for line in address.scrubbed(reason).splitlines() if line.strip()]
    return _problem(f"the query failed: {' '.join(lines[:3])}", file, "query")


def _hash_of(cells: pd.DataFrame) -> str:
    digest = hashlib.sha256()
    for record in cells.itertuples(index=False, name=None):
        digest.update(repr(record).encode())
    return digest.hexdigest()


def _problem(message: str, file: str, code: str, **more: str) -> Finding:
    return Finding(Severity.PROBLEM, message, file=file, code=code, **more)  # type: ignore[arg-type]
