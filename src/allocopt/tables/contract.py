"""The contract: every table that a scenario may have, and how its canonical frame looks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import pandas as pd

from allocopt.tables.catalogue import budget, goals, outlook, people, places, sales, units
from allocopt.tables.table import DATED, NUMERIC, Column, Kind, Table
from allocopt.tables.text import header_key

__all__ = ["CONTRACT", "Column", "Kind", "Table", "dtype_of", "empty_table", "table_named"]

# What a scenario needs first comes first.
_TABLES = (
    units.UNITS,
    people.REPS,
    units.PAIRS,
    places.TERRITORIES,
    places.SEGMENTS,
    sales.HISTORY,
    sales.ACTUALS,
    sales.DEMAND,
    outlook.PRODUCTS,
    outlook.SUPPLY,
    budget.LEVERS,
    budget.RESPONSES,
    budget.SPEND,
    goals.TARGETS,
    goals.QUOTA_HISTORY,
    goals.OVERRIDES,
    outlook.EVENTS,
    outlook.DRIVERS,
    outlook.PIPELINE,
    outlook.JUDGEMENT,
    people.ABSENCES,
    units.WORKLOAD,
    people.OVERLAYS,
    people.COMMISSION,
    outlook.MARKET,
    goals.KPI_VALUES,
    goals.ACTIONS,
    places.RECAST,
    units.ADJACENCY,
)
CONTRACT: Mapping[str, Table] = MappingProxyType({table.name: table for table in _TABLES})

# Words of people who write Chinese tables, for columns with fixed choices.
CHOICE_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "active": ("在岗", "在职", "正常"),
        "open": ("空缺", "待招", "待招聘", "招聘中", "空岗"),
        "leaving": ("待离职", "离职", "将离职", "即将离职"),
        "people": ("人员", "人力"),
        "marketing": ("市场", "营销", "推广"),
        "tools": ("工具", "系统"),
        "horizon": ("整期", "全期"),
        "period": ("每期", "按期"),
        "linear": ("线性",),
        "power": ("幂", "幂函数"),
        "log": ("对数",),
        "points": ("判断点", "五点"),
        "fit": ("拟合",),
        "currency": ("金额", "货币", "元"),
        "share": ("比例", "占比"),
        "actual": ("实际", "已发生"),
        "committed": ("承诺", "已承诺"),
        "goal": ("目标",),
        "floor": ("底线", "保底", "下限"),
        "quota": ("指标",),
        "lock": ("锁定",),
        "hours": ("工时",),
    }
)


def dtype_of(column: Column) -> str:
    """Pandas dtype of a column in a canonical frame."""
    if column.kind in NUMERIC:
        return "float64"
    if column.kind in DATED:
        return "datetime64[us]"
    return "boolean" if column.kind is Kind.FLAG else "str"


def empty_table(name: str) -> pd.DataFrame:
    """Canonical frame of a table without rows: all columns of the contract, in order."""
    # Written to, a shallow copy becomes a frame of its own.
    return _empty(name).copy(deep=False)


@cache
def _empty(name: str) -> pd.DataFrame:
    columns = CONTRACT[name].columns
    return pd.DataFrame({column.name: pd.Series([], dtype=dtype_of(column)) for column in columns})


def table_named(words: str) -> str:
    """Name of the table that a file or sheet called `words` holds, "" when it is none of ours.

    English and Chinese names and their synonyms; case, width, blanks and joints do not matter.
    """
    return _TABLE_NAMES.get(header_key(words), "")


def _table_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for table in CONTRACT.values():
        for word in (table.name, table.zh):
            names[header_key(word)] = table.name
    for table in CONTRACT.values():
        for word in table.synonyms:
            names.setdefault(header_key(word), table.name)
    return names


_TABLE_NAMES = _table_names()
