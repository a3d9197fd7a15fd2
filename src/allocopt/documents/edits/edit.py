"""Edit: one thing that somebody decided in a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allocopt.config import Setting
from allocopt.row_changes import ADD
from allocopt.yaml_source import Place

NOWHERE = Place("")
COLUMNS = ["what", "item", "before", "after", "reason"]


@dataclass(frozen=True)
class Edit:
    """What is changed, from what to what, and why.

    `settings` change the scenario; `added` is a row that the table overrides gets, from `place`.
    """

    what: str
    item: str
    before: str
    after: str
    reason: str
    settings: tuple[Setting, ...] = ()
    added: Mapping[str, Any] | None = None
    place: Place = NOWHERE


@dataclass(frozen=True)
class Edits:
    """All that was decided in a workbook, in the order of its forms."""

    each: tuple[Edit, ...]
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.each)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What changes the scenario accordingly."""
        return (*(one for edit in self.each for one in edit.settings), *_added(self.each))

    def table(self) -> pd.DataFrame:
        """A row per edit: what, item, before, after, reason."""
        rows = [[getattr(edit, name) for name in COLUMNS] for edit in self.each]
        return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def _added(edits: Sequence[Edit]) -> list[Setting]:
    """Rows for the table overrides; places in a list are counted."""
    given = [(edit.added, edit.place) for edit in edits if edit.added is not None]
    path = ("override", "overrides", ADD)
    return [Setting((*path, number), dict(row), place) for number, (row, place) in enumerate(given)]
