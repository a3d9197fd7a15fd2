"""Ledger: every row that came, once, and what was said otherwise before.

A row is known by its key: the key columns of its table, such as day, place, unit, rep, product and channel
of sales. A file that names a key again says it anew: the same rows change nothing, other rows take the
place of the old ones and are told as restated. A key that was not there before is late or new; both are
taken. Several rows of one key in one file are several rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.plan import OPTIONAL_TABLES
from allocopt.tables import CONTRACT

SOURCE = "source"
RESTATED = OPTIONAL_TABLES["restated"]
# What a row of each table says an amount of.
AMOUNTS = {"actuals": "sales", "spend": "spend"}


@dataclass(frozen=True)
class Ledger:
    """Rows of one table, each with the file that said it last in `source`.

    `restated` has one row per key whose amount is another now: `was`, `now` and the file that says so.
    `repeated` rows were known already, word for word; `added` were not known before.
    """

    name: str
    rows: pd.DataFrame
    restated: pd.DataFrame
    repeated: int = 0
    added: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything came that was not known."""
        return bool(self.added or len(self.restated))


def open_ledger(name: str, rows: pd.DataFrame) -> Ledger:
    """The ledger of what is known already; rows of an unknown source have "" there."""
    known = rows if SOURCE in rows else rows.assign(**{SOURCE: ""})
    return Ledger(name, known.astype({SOURCE: "str"}), pd.DataFrame(columns=list(RESTATED)))


def entered(ledger: Ledger, rows: pd.DataFrame, source: str) -> Ledger:
    """The ledger with the rows of a file."""
    new = rows.assign(**{SOURCE: source})
    old_keys, new_keys = (_keys(ledger.name, frame) for frame in (ledger.rows, new))
    named = old_keys.isin(new_keys)
    same = _same_rows(ledger, new, old_keys, new_keys)
    told = _told_otherwise(ledger, new[~new_keys.isin(same)], named & ~old_keys.isin(same), source)
    kept = ledger.rows[~named | old_keys.isin(same)]
    fresh = new[~new_keys.isin(same)]
    return replace(
        ledger,
        rows=_below(kept, fresh),
        restated=_below(ledger.restated, told),
        repeated=ledger.repeated + int(new_keys.isin(same).sum()),
        added=ledger.added + int((~new_keys.isin(old_keys)).sum()),
    )


def replaced(ledger: Ledger, rows: pd.DataFrame, source: str, calendar: Calendar) -> Ledger:
    """The ledger with a file that has all there is of the periods and territories it names.

    What was known of those and is not in the file is gone, and told as restated to nothing.
    """
    covered = _blocks(rows, calendar)
    inside = pd.Series(_blocks(ledger.rows, calendar).isin(covered), ledger.rows.index)
    missing = inside & ~_keys(ledger.name, ledger.rows).isin(_keys(ledger.name, rows))
    gone = _told_otherwise(ledger, rows.iloc[:0], missing, source)
    left = replace(ledger, rows=ledger.rows[~missing], restated=_below(ledger.restated, gone))
    return entered(left, rows, source)


def _blocks(rows: pd.DataFrame, calendar: Calendar) -> pd.MultiIndex:
    """Period and territory of each row."""
    place = rows["territory"].fillna("").astype("str")
    return pd.MultiIndex.from_arrays([calendar.label_of(rows["date"]).to_numpy(), place])


def _keys(name: str, rows: pd.DataFrame) -> pd.Series[int]:
    """One number per key, the same in every frame; index as `rows`."""
    columns = [_text(rows, column) for column in CONTRACT[name].key]
    hashed = pd.util.hash_pandas_object(pd.concat(columns, axis=1), index=False)
    keys: pd.Series[int] = pd.Series(hashed.to_numpy(), rows.index, dtype="uint64")
    return keys


def _text(rows: pd.DataFrame, column: str) -> pd.Series[str]:
    values = rows[column]
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d")
    return values.astype("str").fillna("")


def _same_rows(
    ledger: Ledger, new: pd.DataFrame, old_keys: pd.Series[int], new_keys: pd.Series[int]
) -> set[int]:
    """Keys whose rows are word for word what is known, in any order."""
    columns = sorted(_said(ledger.rows) | _said(new))
    before, after = (
        _content(frame, keys, columns) for frame, keys in ((ledger.rows, old_keys), (new, new_keys))
    )
    both = before.index.intersection(after.index)
    return set(both[(before[both] == after[both]).to_numpy()])


def _said(rows: pd.DataFrame) -> set[str]:
    """Columns in which any row says something, but for the source."""
    return {str(column) for column in rows.columns[rows.notna().any()]} - {SOURCE}


def _content(rows: pd.DataFrame, keys: pd.Series[int], columns: Sequence[str]) -> pd.Series[Any]:
    """One number per key for all that its rows say; sums of hashes, so that order does not count."""
    said = pd.DataFrame({name: _plain(rows, name) for name in columns}, index=rows.index)
    hashed = pd.Series(pd.util.hash_pandas_object(said, index=False).to_numpy(), rows.index)
    return hashed.groupby(keys).sum()


def _plain(rows: pd.DataFrame, column: str) -> pd.Series[str]:
    """Cells as text that is the same however the table came to be read."""
    if column not in rows:
        return pd.Series("", rows.index, dtype="str")
    values = rows[column]
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values.astype(float).map(lambda x: "" if np.isnan(x) else repr(x)).astype("str")
    return _text(rows, column)


def _told_otherwise(
    ledger: Ledger, new: pd.DataFrame, old: pd.Series[bool], source: str
) -> pd.DataFrame:
    """A row for each key of `old` rows: what its amount was, and what it is by the `new` rows."""
    if ledger.name not in AMOUNTS:
        return pd.DataFrame(columns=list(RESTATED))
    was, now = (_amounts(ledger.name, frame) for frame in (ledger.rows[old], new))
    both = pd.DataFrame({"was": was, "now": now.reindex(was.index).fillna(0.0)}).reset_index()
    return both.assign(table=ledger.name, source=source).reindex(columns=list(RESTATED))


def _amounts(name: str, rows: pd.DataFrame) -> pd.Series[float]:
    """The amount of each key; index the key columns as text."""
    key = CONTRACT[name].key
    texts = {column: _text(rows, column) for column in key}
    return rows[AMOUNTS[name]].groupby([*texts.values()], sort=False).sum().rename_axis([*key])


def _below(frame: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    if frame.empty or more.empty:
        return (more if frame.empty else frame).reset_index(drop=True)
    return pd.concat([frame, more], ignore_index=True)
