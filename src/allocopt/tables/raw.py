"""What a source holds before anybody has interpreted it: cells, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.errors import Finding


@dataclass(frozen=True)
class TableSource:
    """Where one table comes from: a file, or a query.

    `path` may carry a sheet (`sheet`). `url` and `sql` name a database; a `${NAME}` in the url is taken
    from the environment and never shown. `columns` maps the file's own headers to canonical names.
    """

    path: str = ""
    sheet: str = ""
    encoding: str = ""
    url: str = ""
    sql: str = ""
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class RawTable:
    """The cells of one table as the source gives them, header rows included.

    `cells`: frame of shape (rows, columns), columns numbered from 0. From CSV every cell is text (an
    empty cell is ""); from Excel, Parquet and SQL a cell is text, a float, an int, a bool, a date-time or
    None. `rows`: for each row its number in the file, as a user counts it (first row = 1). `file`: the
    name to show in messages, such as `history.csv` or `book.xlsx[history]`. `sha256` is of the source's
    bytes, or of the rows for a query.
    """

    name: str
    file: str
    cells: pd.DataFrame
    rows: npt.NDArray[np.int64]
    sha256: str
    findings: tuple[Finding, ...] = ()
