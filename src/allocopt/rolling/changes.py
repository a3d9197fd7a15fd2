"""Changes: what differs between this year's scenario and the next, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from allocopt.table_changes import table_changes

COLUMNS = ("table", "key", "column", "before", "after", "reason")
CHINESE = "zh-CN"


@dataclass(frozen=True)
class Reason:
    """Why something changes, in English and in Chinese; `undecided` where somebody has yet to decide."""

    english: str
    chinese: str
    undecided: bool = False

    def said_in(self, language: str) -> str:
        """The reason in one language."""
        return self.chinese if language == CHINESE else self.english


@dataclass(frozen=True)
class Change:
    """One cell, one row or (key blank) some rows of a table, or one setting (table scenario.yaml)."""

    table: str
    key: str
    column: str
    before: str
    after: str
    reason: Reason


def differences(
    name: str, before: pd.DataFrame, after: pd.DataFrame, reason: Reason
) -> Iterator[Change]:
    """Every difference between two versions of a table, for a reason."""
    for one in table_changes(name, before, after):
        yield Change(one.table, one.key, one.column, one.before, one.after, reason)


def change_table(changes: tuple[Change, ...], language: str) -> pd.DataFrame:
    """table, key, column, before, after, reason: all text."""
    rows = [
        (c.table, c.key, c.column, c.before, c.after, c.reason.said_in(language)) for c in changes
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")
