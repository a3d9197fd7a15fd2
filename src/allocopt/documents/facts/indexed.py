"""Indexed: a table in which the rows of a key are found at once, for the many parts of one plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from allocopt.documents.language.text import known_text


@dataclass(frozen=True, eq=False)
class Indexed:
    """A table that is looked into again and again; where its keys are is found out once."""

    frame: pd.DataFrame

    def of(self, column: str, keys: Iterable[str]) -> pd.DataFrame:
        """The rows whose cell in `column` is one of the keys, in the order of the table."""
        places = self._places(column)
        found = [places[key] for key in keys if key in places]
        if not found:
            return self.frame.iloc[:0]
        return self.frame.take(np.sort(np.concatenate(found)))

    def about(self, column: str, keys: Iterable[str]) -> pd.DataFrame:
        """The rows that are about one of the keys: a cell `measure/Ann` is about Ann, too."""
        parts = self._parts(column)
        return self.of(column, {cell for key in keys for cell in parts.get(key, ())})

    def _places(self, column: str) -> Mapping[str, np.ndarray]:
        """Positions of the rows of each key."""
        if column not in self._found:
            cells = self.frame[column].map(known_text).to_numpy(dtype=object)
            groups = pd.Series(np.arange(len(cells))).groupby(cells, sort=False)
            places = groups.indices.items()
            self._found[column] = {str(key): np.asarray(rows) for key, rows in places}
        return self._found[column]

    def _parts(self, column: str) -> Mapping[str, set[str]]:
        """Cells of a column by what they name."""
        if column not in self._named:
            named: dict[str, set[str]] = defaultdict(set)
            for cell in self._places(column):
                for part in (cell, *cell.split("/")):
                    named[part].add(cell)
            self._named[column] = named
        return self._named[column]

    @cached_property
    def _found(self) -> dict[str, Mapping[str, np.ndarray]]:
        """Positions by column, of the columns that were asked for."""
        return {}

    @cached_property
    def _named(self) -> dict[str, Mapping[str, set[str]]]:
        """Cells by what they name, of the columns that were asked for."""
        return {}
