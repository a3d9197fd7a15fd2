"""History: sales rows that a panel is made of, each in the cell that its unit belongs to today."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from allocopt.forecasting.grain import month_end_postings
from allocopt.forecasting.panel.dimensions import DIMENSIONS, KEYS, names_of
from allocopt.forecasting.panel.repeats import NO_REPEATS, find_repeats
from allocopt.forecasting.panel.restatement import recast as restate
from allocopt.notes import Note


@dataclass(frozen=True)
class History:
    """Sales rows [date, territory, segment, unit, product, channel, sales] in a fixed order.

    A dimension that a row does not name is "". `notes` are sentences on what was done to the rows;
    `repeats` has the rows that repeat an earlier one [*dimensions, date, sales, counted].
    """

    rows: pd.DataFrame
    notes: tuple[Note, ...] = field(default=())
    repeats: pd.DataFrame = field(default_factory=NO_REPEATS.copy)


def read_history(
    history: pd.DataFrame,
    units: pd.DataFrame,
    plan_start: pd.Timestamp,
    recast: pd.DataFrame | None = None,
) -> History:
    """Usable rows before the plan starts, each in the cell that its unit belongs to today.

    `recast` tells where the sales of reorganised territories and segments belong; a unit's own
    cell goes before it. Raises `DataError` when its shares do not add up.
    """
    repeats, remarks = find_repeats(history)
    history = history.drop(repeats.index[~repeats["counted"]])
    if recast is not None and len(recast):
        history = restate(history, recast)
    rows, notes = locate(history, units)
    for dimension in DIMENSIONS[len(KEYS) :]:
        rows[dimension] = names_of(history, dimension)
    rows["sales"] = history["sales"].astype(float)
    rows["date"] = pd.to_datetime(history["date"]).dt.normalize()
    rows, said = _usable(rows, plan_start)
    # A fixed order, so that sums are the same to the last bit however the file is sorted.
    rows = rows.sort_values([*KEYS, "date", "sales", *DIMENSIONS[len(KEYS) :]], ignore_index=True)
    moved = month_end_postings(rows["date"]) if len(rows) else None
    if moved is not None:
        rows["date"] = moved
        said.append(_posted_monthly())
    return History(rows, (*notes, *remarks, *said), repeats.reset_index(drop=True))


def _usable(rows: pd.DataFrame, plan_start: pd.Timestamp) -> tuple[pd.DataFrame, list[Note]]:
    """Rows with a date before the plan and an amount."""
    notes = []
    usable = rows["sales"].notna() & rows["date"].notna()
    if not usable.all():
        count = (~usable).sum()
        notes.append(
            Note(
                f"{count} history rows without a date or an amount are not used.",
                f"{count} 行销售历史缺少日期或金额，未使用。",
            )
        )
    late = usable & (rows["date"] >= plan_start)
    if late.any():
        notes.append(
            Note(
                f"{late.sum()} history rows from {plan_start:%Y-%m-%d} on lie in the plan: not used.",
                f"{late.sum()} 行销售历史自 {plan_start:%Y-%m-%d} 起，已在计划期内，未使用。",
            )
        )
    return rows[usable & ~late], notes


def _posted_monthly() -> Note:
    return Note(
        "History is posted once a month around its end; "
        "postings of a month's first days are counted in the month before.",
        "销售历史每月月底前后入账一次；月初几天的入账计入上月。",
    )


def locate(table: pd.DataFrame, units: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """Territory, segment and unit of each row; a unit's cell of today goes before the row's own."""
    rows = pd.DataFrame({key: names_of(table, key) for key in KEYS}, index=table.index)
    notes = []
    if len(units) and (rows["unit"] != "").any():
        cells = units.drop_duplicates("unit").set_index("unit")
        for key in ("territory", "segment"):
            today = rows["unit"].map(cells[key])
            moved = today.notna() & (rows[key] != "") & (today != rows[key])
            if moved.any():
                notes.append(_moved(int(moved.sum()), key))
            rows[key] = today.fillna(rows[key]).astype("str")
    return rows, notes


def _moved(count: int, key: str) -> Note:
    named = {"territory": "区域", "segment": "客户细分"}[key]
    return Note(
        f"{count} rows are counted in the {key} that their unit has today.",
        f"{count} 行按覆盖单元现在所属的{named}计入。",
    )
