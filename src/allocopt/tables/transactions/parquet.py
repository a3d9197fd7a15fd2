"""Parquet files of transactions: added up by DuckDB where it is installed, else read by pyarrow."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from allocopt.errors import DataError, Finding
from allocopt.tables.parquet import UNREADABLE
from allocopt.tables.transactions.batch import Batch, amounts_of, cells_of
from allocopt.tables.transactions.files import optional, problem
from allocopt.tables.transactions.layout import DIMENSIONS, Layout

CHUNK_ROWS = 1_000_000
VECTORS = 488  # of DuckDB, 2,048 rows each
# The order in which two threads add up changes the last digit of a sum from run to run.
THREADS = 1
MEMORY = "1GB"
# With more combinations of date and names than this, DuckDB would hold them all and we again.
MOST_GROUPS = 2_000_000


def parquet_header(path: Path, file: str) -> list[str]:
    """Names of the columns.

    Raises: DataError when nothing that reads Parquet is installed, or the file is damaged.
    """
    duckdb, parquet = optional("duckdb"), optional("pyarrow.parquet")
    if duckdb is None and parquet is None:
        mend = 'pip install "allocopt[duckdb]" or "allocopt[parquet]", or save the table as CSV'
        message = "reading Parquet needs duckdb or pyarrow, and neither is installed"
        raise DataError([problem(message, file, "missing-reader", mend=mend)])
    try:
        if duckdb is not None:
            with duckdb.connect() as connection:
                described = connection.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(path)])
                return [str(column[0]) for column in described.description]
        return [str(name) for name in parquet.read_schema(path).names]
    except _errors(duckdb) as error:
        raise DataError([damaged(error, file)]) from None


def parquet_batches(layout: Layout) -> Iterator[Batch]:
    """The file in batches; DuckDB gives each combination of date and names once.

    Raises: DataError when the file is damaged.
    """
    duckdb = optional("duckdb")
    try:
        yield from _added_up(layout, duckdb) if duckdb else _row_by_row(layout)
    except _errors(duckdb) as error:
        raise DataError([damaged(error, layout.file)]) from None


def damaged(error: Exception, file: str) -> Finding:
    """The finding for a file that cannot be read to its end."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    message = f"the Parquet file cannot be read: {reason}"
    mend = "write the file again, or save the table as CSV"
    return problem(message, file, "parquet-damaged", mend=mend)


def _errors(duckdb: Any) -> tuple[type[Exception], ...]:
    """What a reader raises over a damaged file; pyarrow's own errors are subclasses of these."""
    return (*UNREADABLE, duckdb.Error) if duckdb else UNREADABLE


def _added_up(layout: Layout, duckdb: Any) -> Iterator[Batch]:
    config = {
        "threads": THREADS,
        "memory_limit": MEMORY,
        "temp_directory": tempfile.gettempdir(),
    }
    with duckdb.connect(config=config) as connection:
        connection.execute(f"CREATE VIEW rows_of_file AS SELECT * FROM {_file(layout)}")  # noqa: S608
        kinds = _kinds(connection, layout)
        terms = {name: _quoted(layout.written[name], '"') for name in layout.places}
        keys = [_key(connection, name, terms[name], kinds[name]) for name in _keys(layout)]
        are_numbers = all(kinds[name] != "VARCHAR" for name in layout.amounts)
        grouped = are_numbers and _combinations(connection, terms, layout) <= MOST_GROUPS
        query = _sums_query if grouped else _rows_query
        result = connection.execute(query(layout, terms, keys))
        while len(chunk := result.fetch_df_chunk(VECTORS)):
            yield _batch(layout, chunk)


def _file(layout: Layout) -> str:
    return f"read_parquet({_quoted(str(layout.path), chr(39))}, file_row_number = true)"


def _quoted(text: str, mark: str) -> str:
    return mark + text.replace(mark, mark * 2) + mark


def _kinds(connection: Any, layout: Layout) -> dict[str, str]:
    """DuckDB's type of each column that is read."""
    described = connection.execute("DESCRIBE rows_of_file").fetchall()
    types = {column[0]: str(column[1]) for column in described}
    return {name: types[layout.written[name]] for name in layout.places}


def _keys(layout: Layout) -> tuple[str, ...]:
    return ("date", *layout.dimensions)


def _key(connection: Any, name: str, term: str, kind: str) -> str:
    """A date as a day; any other key as a number for each of its texts, which groups faster."""
    if name == "date" and kind.startswith(("DATE", "TIMESTAMP")):
        return f"CAST({term} AS DATE) AS date"
    texts = f"SELECT DISTINCT CAST({term} AS VARCHAR) AS text FROM rows_of_file"  # noqa: S608
    known = f"SELECT text FROM ({texts}) WHERE text <> '' ORDER BY text"  # noqa: S608
    connection.execute(f"CREATE TYPE {name}_texts AS ENUM (SELECT '' UNION ALL ({known}))")
    return (
        f"CAST(coalesce(CAST({term} AS VARCHAR), '') AS {name}_texts) AS {_quoted(name, chr(34))}"
    )


def _combinations(connection: Any, terms: dict[str, str], layout: Layout) -> int:
    """About how many different combinations of date and names there are."""
    named = ", ".join(terms[name] for name in _keys(layout))
    query = f"SELECT approx_count_distinct(({named})) FROM rows_of_file"  # noqa: S608
    return int(connection.execute(query).fetchone()[0])


def _sums_query(layout: Layout, terms: dict[str, str], keys: list[str]) -> str:
    """One row per date and names. A sum over an unknown amount would hide it: those are apart."""
    numbers = {name: f"CAST({terms[name]} AS DOUBLE)" for name in layout.amounts}
    amounts = [f"sum({number}) AS {name}" for name, number in numbers.items()]
    counted = ["count(*) AS rows_of", "min(file_row_number) AS row_of"]
    what = ", ".join([*keys, *amounts, *counted])
    known = f"coalesce(isfinite({numbers['sales']}), false)"
    groups = ", ".join(str(place + 1) for place in range(len(keys)))
    return f"SELECT {what} FROM rows_of_file GROUP BY {groups}, {known}"  # noqa: S608


def _rows_query(layout: Layout, terms: dict[str, str], keys: list[str]) -> str:
    """Every row of the file, its amounts as they stand."""
    amounts = [f"{terms[name]} AS {name}" for name in layout.amounts]
    what = ", ".join([*keys, *amounts, "1 AS rows_of", "file_row_number AS row_of"])
    return f"SELECT {what} FROM rows_of_file"  # noqa: S608


def _row_by_row(layout: Layout) -> Iterator[Batch]:
    arrow, parquet = optional("pyarrow"), optional("pyarrow.parquet")
    columns = {layout.written[name]: name for name in layout.places}
    first = 0
    with parquet.ParquetFile(layout.path) as file:
        for part in file.iter_batches(CHUNK_ROWS, columns=list(columns)):
            frame = pd.DataFrame(
                {
                    columns[name]: _pandas(part.column(name), columns[name], arrow)
                    for name in part.schema.names
                }
            )
            rows = np.arange(first, first + len(frame), dtype=np.int64)
            first += len(frame)
            yield _batch(layout, frame.assign(rows_of=1, row_of=rows))


def _pandas(column: Any, name: str, arrow: Any) -> pd.Series:
    """A column of names as categories, of dates as days, of amounts as numbers or as they stand."""
    types = arrow.types
    if name in ("date", *DIMENSIONS):
        if types.is_timestamp(column.type):
            column = column.cast(arrow.date32(), safe=False)
        if not types.is_dictionary(column.type):
            column = column.dictionary_encode()
        words = [None if word is None else str(word) for word in column.dictionary.to_pylist()]
        codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return pd.Series(pd.Categorical.from_codes(codes, pd.Index(words, dtype=object)))
    if types.is_decimal(column.type):
        column = column.cast(arrow.float64())
    return pd.Series(column.to_pandas())


def _batch(layout: Layout, frame: pd.DataFrame) -> Batch:
    """Rows are numbered as in a workbook: the header is 1, the first record 2."""
    names = {name: frame[name] for name in _keys(layout)}
    texts = {
        name: column if isinstance(column.dtype, pd.CategoricalDtype) else _texts(column)
        for name, column in names.items()
    }
    return Batch(
        layout.file,
        frame["row_of"].to_numpy(dtype=np.int64) + 2,
        frame["rows_of"].to_numpy(dtype=np.int64),
        cells_of(layout.written["date"], texts["date"]),
        {name: cells_of(layout.written[name], texts[name]) for name in layout.dimensions},
        {
            name: amounts_of(layout.written[name], frame[name], layout.scales[name])
            for name in layout.amounts
        },
        np.zeros(len(frame), dtype=bool),
    )


def _texts(column: pd.Series) -> pd.Series:
    """Names as categories; days as ISO text."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        codes, days = pd.factorize(column)
        words = pd.Index(pd.DatetimeIndex(days).strftime("%Y-%m-%d"), dtype=object)
        return pd.Series(pd.Categorical.from_codes(codes, words))
    return column.astype("category")
