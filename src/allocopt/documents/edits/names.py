"""Names: what a workbook calls reps and units, and which of them a cell means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

import pandas as pd

from allocopt.documents.language.text import known_text, visible_text
from allocopt.tables.text import fold, nearest


class Names:
    """The keys of a table with the names that people use.

    A key is called `Name (key)` where it has a name of its own; a cell may hold that, the key, or a name
    that only one has.
    """

    def __init__(self, table: pd.DataFrame, key: str) -> None:
        rows = table.drop_duplicates(key)
        names = rows["name"] if "name" in rows else pd.Series("", index=rows.index)
        self._names = {
            str(one): known_text(name) for one, name in zip(rows[key], names, strict=True)
        }

    def label(self, key: str) -> str:
        """What a key is called in lists to choose from."""
        name = self._names.get(key, "")
        return visible_text(f"{name} ({key})" if name and name != key else key)

    @property
    def labels(self) -> list[str]:
        """All of them, in the order of the table."""
        return [self.label(key) for key in self._names]

    def key_of(self, text: str) -> str:
        """The key that a cell means; "" where it means none, or more than one."""
        return self._meant.get(fold(text), "")

    def near(self, text: str) -> str:
        """What a cell probably means; "" where nothing is close."""
        return nearest(text, [*map(visible_text, self._names), *self.labels])

    @cached_property
    def _meant(self) -> Mapping[str, str]:
        alone = Counter(self._names.values())
        names = {name: key for key, name in self._names.items() if name and alone[name] == 1}
        labels = {self.label(key): key for key in self._names}
        # What is a key always means itself.
        keys = {key: key for key in self._names}
        return {fold(visible_text(text)): key for text, key in _all(names, labels, keys)}


def _all(*parts: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for part in parts:
        yield from part.items()
