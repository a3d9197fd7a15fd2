"""Interchangeable reps: those whose names alone tell them apart, so that a plan may swap them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.scenario import Scenario
from allocopt.tables import CONTRACT, among
from allocopt.tables.table import Column, Kind

# Who a rep is, not what a rep can do.
IDENTITY = ("name", "person", "employee_id", "email")


def interchangeable_reps(
    scenario: Scenario, reps: pd.DataFrame, pairs: pd.DataFrame
) -> tuple[tuple[str, ...], ...]:
    """Groups of two or more reps who are alike in every column, on every pair, and nowhere named.

    A rep who owns a unit today, whom another table names or who is a scope of a rule is like nobody else.
    """
    named = frozenset(_named(scenario))
    free = [rep for rep in reps.index if rep not in named]
    attributes = reps.loc[free, [name for name in reps.columns if name not in IDENTITY]]
    columns = attributes.astype(object).where(attributes.notna(), "").astype(str)
    key = pd.util.hash_pandas_object(columns, index=False)
    groups: dict[tuple[int, int], list[str]] = {}
    of_pairs = _hash_of_pairs(pairs, attributes.index[key.duplicated(keep=False)])
    for rep, value in zip(free, key, strict=True):
        groups.setdefault((int(value), of_pairs.get(rep, 0)), []).append(rep)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _hash_of_pairs(pairs: pd.DataFrame, reps: pd.Index) -> dict[str, int]:
    """By rep, one number for all of its pairs; the same for reps with the same pairs."""
    alone = pairs[among(pairs.index.get_level_values("rep"), reps)].reset_index(level="rep")
    rep = alone.pop("rep")
    rows = pd.util.hash_pandas_object(alone.reset_index(), index=False)
    # The sum does not depend on the order, and wraps around as unsigned numbers do.
    sums = rows.groupby(rep.to_numpy()).sum()
    return {str(name): int(value) for name, value in sums.items()}


def _named(scenario: Scenario) -> Iterator[str]:
    """Reps whom some table or rule names."""
    for table in CONTRACT.values():
        frame = scenario.table(table.name)
        if table.name == "pairs" or frame.empty:
            continue
        for column in table.columns:
            if column.name in frame.columns and _may_name_reps(column):
                cells = frame[column.name].dropna().astype(str).unique()
                yield from (name for cell in cells for name in _names(cell))
    yield from (bound.scope.value for bound in scenario.config.headcount.by)


def _may_name_reps(column: Column) -> bool:
    return "reps" in column.refers or column.kind is Kind.SCOPE


def _names(cell: str) -> list[str]:
    """Names between semicolons, without the kind of a scope."""
    return [part.strip().removeprefix("rep=") for part in cell.split(";")]
