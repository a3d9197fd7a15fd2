"""Levels: the rows that people read a forecast by - units, cells, the tree, the company."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from allocopt.errors import ConfigError, Finding, Severity
from allocopt.forecasting.arrays import IntArray
from allocopt.forecasting.reconciliation import Structure, build_structure

# Coarse to fine. `node` is every node of the territory tree, the company among them.
ReportLevel = Literal["company", "node", "cell", "unit"]
COMPANY = ""
# Stands for a blank territory or segment, which elsewhere means all of them. A zero would not do: without
# pyarrow pandas does not find it again when it is to be replaced.
NAMELESS = "\x01"
NODE_LEVELS = ("company", "branch", "territory")
CELL = ["territory", "segment"]
UNIT = [*CELL, "unit"]


def structure_of(series: pd.DataFrame, territories: pd.DataFrame) -> Structure:
    """Structure of series; those without a territory or a segment are told apart from sums."""
    named = series.copy()
    named[CELL] = named[CELL].replace("", NAMELESS)
    return build_structure(named, territories)


def rows_of(structure: Structure, level: ReportLevel) -> tuple[pd.DataFrame, IntArray]:
    """Sorted keys of a level, and the node of each.

    Keys are [node] for `company` and `node`, else the columns of `CELL` or `UNIT`.
    """
    names = structure.names
    if level in {"company", "node"}:
        wanted = NODE_LEVELS if level == "node" else NODE_LEVELS[:1]
        found = names[names["level"].isin(wanted)]
        keys = pd.DataFrame({"node": found["territory"], "row": found["node"]})
    else:
        keys = names.loc[names["level"] == level, [*(CELL if level == "cell" else UNIT), "node"]]
        keys = keys.rename(columns={"node": "row"})
        if level == "unit":
            keys = keys[keys["unit"] != ""]
    columns = [column for column in keys.columns if column != "row"]
    keys[columns] = keys[columns].replace(NAMELESS, "")
    keys = keys.drop_duplicates(columns).sort_values(columns, ignore_index=True)
    return keys[columns], keys["row"].to_numpy(dtype=np.intp)


def levels_of(structure: Structure) -> tuple[ReportLevel, ...]:
    """Levels at which accuracy is told, fine to coarse; units only where history names them."""
    named = len(rows_of(structure, "unit")[0]) > 0
    return ("unit", "cell", "node", "company") if named else ("cell", "node", "company")


def node_levels(structure: Structure, asked: Collection[str] | None) -> tuple[str, ...] | None:
    """Names of the structure for levels as people ask for them; None for all.

    `node` means every node of the territory tree. Raises `ConfigError` for a level that the history
    does not have.
    """
    if asked is None:
        return None
    known = tuple(dict.fromkeys(structure.names["level"]))
    wanted = tuple(
        name for level in asked for name in (NODE_LEVELS if level == "node" else (level,))
    )
    unknown = [name for name in wanted if name not in (*known, *NODE_LEVELS)]
    if unknown:
        message = f"forecast.levels: {', '.join(unknown)} is no level of this history"
        mend = f"choose among {', '.join(dict.fromkeys(('node', *known)))}"
        finding = Finding(Severity.PROBLEM, message, mend=mend, code="unknown-level")
        raise ConfigError([finding])
    return wanted


def group_of(series: pd.DataFrame, columns: Sequence[str]) -> IntArray:
    """Number of the group of each series that agrees in some columns; all in one without any."""
    if not columns:
        return np.zeros(len(series), dtype=np.intp)
    return series.groupby(list(columns), sort=True).ngroup().to_numpy()
