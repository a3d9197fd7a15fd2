"""Parquet files into cells, where a reader for them is installed."""

from __future__ import annotations

import importlib.util
import io

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.errors import DataError, Finding, Severity
from allocopt.tables.typed_cells import typed_frame, with_header

# pyarrow's own errors are subclasses of these.
UNREADABLE = (OSError, ValueError, KeyError, TypeError, NotImplementedError, MemoryError)


def read_parquet(data: bytes, file: str) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """Cells with the column names as first row, and row numbers: the header is 1, the first record 2.

    Raises: DataError when pyarrow is not installed, or the file is damaged.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise DataError(
            [
                Finding(
                    Severity.PROBLEM,
                    "reading Parquet needs pyarrow, which is not installed",
                    file=file,
                    mend='pip install "allocopt[parquet]", or save the table as CSV',
                    code="missing-reader",
                )
            ]
        )
    frame = _read(data, file)
    header = [str(name) for name in frame.columns]
    columns = (frame.iloc[:, number] for number in range(len(header)))
    cells = with_header(header, typed_frame(column.array for column in columns))
    return cells, np.arange(1, len(cells) + 1, dtype=np.int64)


def _read(data: bytes, file: str) -> pd.DataFrame:
    try:
        frame = pd.read_parquet(io.BytesIO(data), engine="pyarrow")
    except UNREADABLE as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        finding = Finding(
            Severity.PROBLEM,
            f"the Parquet file cannot be read: {reason}",
            file=file,
            mend="write the file again, or save the table as CSV",
            code="parquet-damaged",
        )
        raise DataError([finding]) from None
    return frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index()
