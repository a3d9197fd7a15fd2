"""Queries: rows from real databases, nothing written, nothing secret shown."""

from __future__ import annotations

import datetime
import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from support import needs

from allocopt.errors import DataError, Finding
from allocopt.tables.database import read_query
from allocopt.tables.raw import RawTable, TableSource

SALES = "select date, territory, sales from sales order by date"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "crm.db") as database:
        database.execute("create table sales (date text, territory text, sales real, note text)")
        database.executemany(
            "insert into sales values (?, ?, ?, ?)",
            [("2026-01", "华东", 1200.0, "10% : ok; 'yes'"), ("2026-02", "华北", None, "")],
        )
    database.close()
    return tmp_path


def read(
    folder: Path, sql: str = SALES, url: str = "sqlite:///crm.db", **environment: str
) -> RawTable:
    return read_query("history", TableSource(url=url, sql=sql), folder, environment)


def problem_of(
    folder: Path, sql: str = SALES, url: str = "sqlite:///crm.db", **environment: str
) -> Finding:
    with pytest.raises(DataError) as caught:
        read(folder, sql, url, **environment)
    (finding,) = caught.value.findings
    return finding


def test_rows_come_below_the_names_of_the_columns(folder: Path) -> None:
    raw = read(folder)
    assert raw.cells.to_numpy().tolist() == [
        ["date", "territory", "sales"],
        ["2026-01", "华东", 1200.0],
        ["2026-02", "华北", None],
    ]
    assert raw.rows.tolist() == [1, 2, 3]
    assert raw.file == "sqlite:///crm.db[history]"


def test_query_without_rows_has_its_header(folder: Path) -> None:
    assert read(folder, "select * from sales where 1 = 0").cells.shape == (1, 4)


def test_hash_follows_the_rows(folder: Path) -> None:
    assert read(folder).sha256 == read(folder).sha256
    assert read(folder).sha256 != read(folder, SALES + " desc").sha256


def test_signs_of_parameters_in_a_query_mean_themselves(folder: Path) -> None:
    sql = (
        "select note, ':x %s ?' as mark from sales where note like '10% :%; ''yes''' -- end; %s\n;"
    )
    assert read(folder, sql).cells.iloc[1].tolist() == ["10% : ok; 'yes'", ":x %s ?"]


@pytest.mark.parametrize(
    "sql",
    [
        "delete from sales",
        "select 1; drop table sales",
        "/* select */ update sales set sales = 0",
        "-- select\npragma writable_schema = on",
        "selection",
        "",
        " ; ",
    ],
)
def test_only_one_statement_that_reads_is_accepted(folder: Path, sql: str) -> None:
    assert "SELECT" in problem_of(folder, sql).expected
    assert len(read(folder).rows) == 3


def test_common_table_expressions_are_accepted(folder: Path) -> None:
    sql = "/* monthly */ with s as (select sales from sales) select sum(sales) as total from s;"
    assert read(folder, sql).cells[0].tolist() == ["total", 1200.0]


def test_sqlite_cannot_be_written_to(folder: Path) -> None:
    finding = problem_of(
        folder, "with x as (select 1) insert into sales (date) select '2027' from x"
    )
    assert "readonly" in finding.message


def test_missing_sqlite_file_is_a_problem_and_not_made(folder: Path) -> None:
    finding = problem_of(folder, url="sqlite:///crn.db")
    assert finding.code == "missing-file"
    assert finding.nearest == "crm.db"
    assert not (folder / "crn.db").exists()


def test_error_of_the_database_is_told(folder: Path) -> None:
    assert "no such table: sale" in problem_of(folder, "select * from sale").message


def test_file_that_is_no_database_is_a_problem(folder: Path) -> None:
    (folder / "text.db").write_text("date,sales\n" * 100)
    assert "not a database" in problem_of(folder, url="sqlite:///text.db").message


def test_variable_of_the_environment_is_filled_in(folder: Path) -> None:
    assert len(read(folder, url="sqlite:///${CRM}.db", CRM="crm").rows) == 3
    assert len(read(folder, url="${CRM_URL}", CRM_URL="sqlite:///crm.db").rows) == 3


def test_missing_variables_are_all_named(folder: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(folder, url="postgresql://${DB_USER}:${DB_PASSWORD}@${DB_HOST}/crm", DB_HOST="db")
    messages = [finding.message for finding in caught.value.findings]
    assert len(messages) == 2
    assert "DB_USER" in messages[0]
    assert "DB_PASSWORD" in messages[1]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://planner:${SECRET}@localhost:1/crm",
        "postgresql://planner:${SECRET}@localhost:nine/crm",
        "${WHOLE}",
        "nonsense://planner:${SECRET}@localhost/crm",
        "${SECRET}",
        "sqlite:///${SECRET}/x.db?password=${SECRET}",
    ],
)
def test_password_is_in_no_message(folder: Path, url: str) -> None:
    whole = "mysql://planner:s3cr%40t@localhost:1/crm"
    environment = {"SECRET": "s3cr@t/p:w%", "WHOLE": whole}
    with pytest.raises(DataError) as caught:
        read(folder, url=url, **environment)
    for finding in caught.value.findings:
        told = str(finding.as_dict())
        if not url.startswith("sqlite"):  # there the variable is the path, which is shown
            assert "s3cr" not in told
        assert "password=" not in told


def test_missing_driver_names_the_extra(folder: Path) -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from pathlib import Path\n"
        "from allocopt.errors import DataError\n"
        "from allocopt.tables.database import read_query\n"
        "from allocopt.tables.raw import TableSource\n"
        "source = TableSource(url='postgresql://planner:hidden@db/crm', sql='select 1')\n"
        "try:\n    read_query('history', source, Path())\n"
        "except DataError as error:\n    print(error)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert 'pip install "allocopt[pg]"' in done.stdout
    assert "postgresql://db/crm[history]" in done.stdout
    assert "hidden" not in done.stdout


@pytest.fixture
def postgres() -> Iterator[tuple[str, str]]:
    """Url of a running server, and the name of a table that is there for one test."""
    url = os.environ.get("ALLOCOPT_TEST_POSTGRES", "")
    needs("a PostgreSQL server (ALLOCOPT_TEST_POSTGRES: its url)", url)
    table = f"sales_{uuid.uuid4().hex}"
    address = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(
            text(f"create table {table} (date date, territory text, sales numeric, note text)")
        )
        connection.execute(
            text(f"insert into {table} values ('2026-01-01', '华东', 1200.50, '10% \\:x')")
        )
    yield url, table
    with engine.begin() as connection:
        connection.execute(text(f"drop table {table}"))
    engine.dispose()


def test_postgresql_is_read_with_its_types(tmp_path: Path, postgres: tuple[str, str]) -> None:
    url, table = postgres
    sql = f"select date, territory, sales, sales::text from {table} where note like '10% :%';"
    raw = read(tmp_path, sql, url)
    assert raw.cells.iloc[1].tolist() == [
        datetime.datetime(2026, 1, 1),  # noqa: DTZ001 - a date of the calendar
        "华东",
        1200.5,
        "1200.50",
    ]
    assert raw.file.startswith("postgresql://")


def test_postgresql_cannot_be_written_to(tmp_path: Path, postgres: tuple[str, str]) -> None:
    url, table = postgres
    for sql in (
        f"with gone as (delete from {table} returning *) select * from gone",
        f"select * into {table}_copy from {table}",
        # The quote after the backslash ends the text for us and not for the server.
        f"select E'\\'; commit; delete from {table}; select '",
        f"select nextval(pg_get_serial_sequence('{table}', 'sales')), setval('x', 1)",
    ):
        assert problem_of(tmp_path, sql, url).code == "query"
    assert len(read(tmp_path, f"select * from {table}", url).rows) == 2


def test_postgresql_error_shows_no_password(tmp_path: Path, postgres: tuple[str, str]) -> None:
    wrong = make_url(postgres[0]).set(password="hidden-word", username="nobody-here")  # noqa: S106
    for url in (wrong.render_as_string(hide_password=False), postgres[0]):
        finding = problem_of(tmp_path, "select * from no_such_table_here", url)
        assert "hidden-word" not in str(finding.as_dict())
        assert finding.code == "query"
