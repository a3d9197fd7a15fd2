"""Text files of transactions in chunks of rows: only the columns that are added up."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TextIO

import numpy as np
import pandas as pd

from allocopt.errors import DataError
from allocopt.tables.transactions.batch import Batch, amounts_of, cells_of, known_words
from allocopt.tables.transactions.files import problem
from allocopt.tables.transactions.layout import Layout, undecodable

CHUNK_ROWS = 1_000_000


def text_batches(layout: Layout, rows: int = CHUNK_ROWS) -> Iterator[Batch]:
    """The file in batches of at most `rows` rows.

    Raises: DataError when it cannot be read to its end.
    """
    first = layout.lines + 1
    try:
        with layout.path.open(encoding=layout.encoding, newline="") as stream:
            for _ in range(layout.lines):
                stream.readline()
            for chunk in _chunks(layout, stream, rows):
                yield _batch(layout, chunk, first)
                first += len(chunk)
    except UnicodeError as error:
        raise DataError([undecodable(error, layout.file)]) from None
    except pd.errors.ParserError as error:
        message = f"the file cannot be read: {' '.join(str(error).split())}"
        mend = "close the quotation mark that opens a cell, and double those inside it"
        raise DataError([problem(message, layout.file, "quotation-mark", mend=mend)]) from None


def _chunks(layout: Layout, stream: TextIO, rows: int) -> Iterator[pd.DataFrame]:
    """Chunks of the columns that are wanted, named by their places, and of what stands beyond."""
    named = ("date", *layout.dimensions)
    return pd.read_csv(
        _Headed(layout, stream),
        sep=layout.delimiter,
        index_col=False,
        usecols=[*(str(place) for place in layout.places.values()), str(layout.width)],
        # Amounts have no type: a chunk with one that is no plain number comes as text.
        dtype={str(place): "category" for place in (layout.width, *map(layout.places.get, named))},
        na_values={str(layout.places[name]): known_words() for name in layout.amounts},
        keep_default_na=False,
        skip_blank_lines=False,
        low_memory=False,
        chunksize=rows,
    )


class _Headed(io.TextIOBase):
    """A stream with a header of our own, one column wider than the file's.

    The parser drops what stands beyond its last column without a word; what is in the column that
    no row should have tells which rows are torn.
    """

    def __init__(self, layout: Layout, stream: TextIO) -> None:
        self._header = layout.delimiter.join(map(str, range(layout.width + 1))) + "\n"
        self._stream = stream

    def read(self, size: int | None = -1) -> str:
        """The header first, then the stream."""
        header, self._header = self._header, ""
        return header or self._stream.read(-1 if size is None else size)

    def readable(self) -> bool:
        """Always."""
        return True


def _batch(layout: Layout, chunk: pd.DataFrame, first: int) -> Batch:
    """One chunk without its blank lines."""
    beyond = chunk[str(layout.width)].astype(object).fillna("").to_numpy() != ""
    columns = {name: chunk[str(place)] for name, place in layout.places.items()}
    rows = np.arange(first, first + len(chunk), dtype=np.int64)
    return Batch(
        layout.file,
        rows,
        np.ones(len(chunk), dtype=np.int64),
        cells_of(layout.written["date"], columns["date"]),
        {name: cells_of(layout.written[name], columns[name]) for name in layout.dimensions},
        {
            name: amounts_of(layout.written[name], columns[name], layout.scales[name])
            for name in layout.amounts
        },
        beyond,
    )
