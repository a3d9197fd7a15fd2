"""Deals: the rows of `pipeline`, cleaned, and what became of each deal.

A snapshot is taken to hold every deal that was open on its day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.forecasting.opinions.scopes import NAMES, names_of
from allocopt.notes import Note
from allocopt.problem.deals import LOST, OPEN, WON, plain_stages, status_of

COLUMNS = ["deal", "snapshot", "status", "stage", "amount", "probability", "close"]

UNDATED = Note(
    "No deal has a snapshot date: all are taken as of the plan's start.",
    "所有商机均无快照日期：均视为计划开始时的状态。",
)


@dataclass(frozen=True)
class Deals:
    """Deals in snapshots: rows [*COLUMNS, scope] by deal and snapshot, and the scopes `NAMES`.

    `stage` groups deals that convert alike, `scope` is the row of `scopes` that the deal is about.
    """

    rows: pd.DataFrame
    scopes: pd.DataFrame
    notes: tuple[Note, ...] = ()

    def until(self, day: pd.Timestamp) -> pd.DataFrame:
        """Rows of the snapshots that had been taken by a day."""
        return self.rows[self.rows["snapshot"] <= day]


def read_deals(pipeline: pd.DataFrame, plan_start: pd.Timestamp) -> Deals:
    """Usable rows of `pipeline`; where no row has a snapshot date, all are of the plan's start."""
    notes: list[Note] = []
    rows = pd.DataFrame(
        {
            "deal": pipeline["deal"].astype("object"),
            "snapshot": _days(pipeline, "snapshot_date"),
            "amount": _numbers(pipeline, "amount"),
            "probability": _numbers(pipeline, "probability").clip(0.0, 1.0),
            "close": _days(pipeline, "close"),
        },
        index=pipeline.index,
    )
    rows["stage"] = _stages(pipeline)
    rows["status"] = status_of(rows["stage"])
    rows["stage"] = _groups(rows["stage"], rows["probability"])
    if len(rows) and rows["snapshot"].isna().all():
        rows["snapshot"] = plan_start
        notes.append(UNDATED)
    rows = pd.concat([rows, names_of(pipeline)], axis=1)
    rows = _usable(rows, notes)
    scopes = rows[NAMES].drop_duplicates().sort_values(NAMES, ignore_index=True)
    numbers = pd.MultiIndex.from_frame(scopes).get_indexer(pd.MultiIndex.from_frame(rows[NAMES]))
    rows = rows[COLUMNS].assign(scope=numbers)
    return Deals(rows.sort_values(["deal", "snapshot"], ignore_index=True), scopes, tuple(notes))


def _usable(rows: pd.DataFrame, notes: list[Note]) -> pd.DataFrame:
    """Rows with a deal, a day and an amount, one per deal and snapshot; notes on the others."""
    amount = rows["amount"]
    known = rows["deal"].notna() & rows["snapshot"].notna() & np.isfinite(amount) & (amount >= 0)
    if not known.all():
        notes.append(
            Note(
                f"{(~known).sum()} rows of deals without a name, a snapshot date or an amount "
                "of at least 0 are not used.",
                f"{(~known).sum()} 行商机缺少名称、快照日期或不小于 0 的金额，未使用。",
            )
        )
    rows = rows[known].assign(deal=lambda some: some["deal"].astype("str"))
    again = rows.duplicated(["deal", "snapshot"], keep="last")
    if again.any():
        notes.append(
            Note(
                f"{again.sum()} rows repeat a deal in one snapshot; the last one counts.",
                f"{again.sum()} 行在同一快照中重复同一商机，以最后一行为准。",
            )
        )
    return rows[~again]


def _stages(pipeline: pd.DataFrame) -> pd.Series[str]:
    """Plain stages; "" where the table has none."""
    text = pipeline["stage"].astype("object") if "stage" in pipeline else ""
    return plain_stages(pd.Series(text, index=pipeline.index, dtype="object"))


def _groups(stages: pd.Series[str], probability: pd.Series[float]) -> pd.Series[str]:
    """The stage; without one the tenth that the given probability falls in."""
    tenth = (probability * 10).round().mul(10)
    band = tenth.map(lambda percent: "" if np.isnan(percent) else f"{percent:.0f}%")
    return stages.where(stages != "", band).astype("str")


def _days(table: pd.DataFrame, column: str) -> pd.Series[pd.Timestamp]:
    given = table[column] if column in table else pd.Series(pd.NaT, index=table.index)
    return pd.to_datetime(given, errors="coerce").dt.normalize()


def _numbers(table: pd.DataFrame, column: str) -> pd.Series[float]:
    given = table[column] if column in table else pd.Series(np.nan, index=table.index)
    return pd.to_numeric(given, errors="coerce").astype(float)


def outcomes(rows: pd.DataFrame) -> pd.DataFrame:
    """What became of each deal by the last snapshot among `rows`: index deal.

    Columns: status; amount and day of the last row, `day` being that of the win where the deal is
    won. A deal that is missing from the last snapshot has ended: it is lost where won deals are
    named, won where only lost ones are, and open (nothing is known) where neither is.
    """
    last = rows.drop_duplicates("deal", keep="last").set_index("deal")
    newest = rows["snapshot"].max()
    named = set(rows["status"])
    unnamed = LOST if WON in named else WON if LOST in named else OPEN
    vanished = (last["status"] == OPEN) & (last["snapshot"] < newest)
    status = last["status"].where(~vanished, unnamed)
    first_won = rows[rows["status"] == WON].drop_duplicates("deal").set_index("deal")["snapshot"]
    seen = first_won.reindex(last.index).fillna(last["snapshot"])
    # A won deal's date is that of the win, unless it still lies ahead of the day it was seen won.
    day = last["close"].where(last["close"].notna() & (last["close"] <= seen), seen)
    late = last["snapshot"] + pd.Timedelta(days=1)
    expected = last["close"].where(last["close"] >= late, late).fillna(late).clip(upper=newest)
    day = day.where(~vanished, expected)
    return pd.DataFrame({"status": status, "amount": last["amount"], "day": day})
