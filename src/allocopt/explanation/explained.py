"""Explained: what an explanation says, and the tables that it rests on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from allocopt.errors import DataError, Finding, Severity
from allocopt.notes import Note
from allocopt.tables.text import nearest

Cells = Mapping[Hashable, Any]  # a row of a table, by column


@dataclass(frozen=True)
class Explanation:
    """Sentences for people, the table that stands under them, and by name what lies behind both."""

    sentences: tuple[Note, ...]
    table: pd.DataFrame
    details: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def must_know(kind: str, name: str, known: Sequence[str]) -> None:
    """Raises DataError with the nearest name when the plan has no such thing."""
    if name in set(known):
        return
    raise DataError(
        [
            Finding(
                Severity.PROBLEM,
                f"the plan has no {kind} of this name",
                value=name,
                expected=f"a {kind} of the plan",
                nearest=nearest(name, list(known)),
                code=f"unknown-{kind}",
            )
        ]
    )
