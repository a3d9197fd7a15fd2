"""Repeats: rows of a history that say again, cell by cell, what an earlier row said.

Two equal rows may be one sale that was exported twice, or two sales of the same amount on one day.
Only a document number settles it: with one, the repeat is counted once. Without one nothing is
taken out; where the table has one row per date and series otherwise, the repeat is pointed at.
"""

from __future__ import annotations

import pandas as pd

from allocopt.forecasting.panel.dimensions import DIMENSIONS, names_of
from allocopt.notes import Note
from allocopt.tables.text import header_key

# Attributes that number a document: two rows that share one and all else are the same sale.
DOCUMENTS = frozenset(
    {
        *("documentid", "documentno", "documentnumber", "docno", "orderid", "orderno"),
        *("ordernumber", "orderlineid", "invoiceid", "invoiceno", "invoicenumber", "lineid"),
        *("transactionid", "transactionno", "transactionnumber", "receiptno"),
        *("单号", "单据号", "单据编号", "订单号", "订单编号", "发票号", "发票号码", "发票编号"),
        *("流水号", "交易号", "交易编号", "出库单号", "销售单号"),
    }
)
NO_REPEATS = pd.DataFrame(columns=[*DIMENSIONS, "date", "sales", "counted"]).astype(
    {"sales": float, "counted": bool}
)


def find_repeats(table: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """Rows [*dimensions, date, sales, counted] that repeat an earlier one, and notes on them.

    `table` is the history as it was read, with its further columns; the result has its index.
    """
    again = table.dropna(axis=1, how="all").duplicated() & table["sales"].fillna(0.0).ne(0.0)
    if not again.any():
        return NO_REPEATS.set_index(table.index[:0]), []
    numbered = _numbered(table)
    if not numbered[again].any() and _several_sales_a_day(table):
        return NO_REPEATS.set_index(table.index[:0]), []
    found = pd.DataFrame({name: names_of(table, name) for name in DIMENSIONS})[again]
    found = found.assign(date=table["date"], sales=table["sales"], counted=~numbered)
    known = int(numbered[again].sum())
    return found, _notes(known, len(found) - known)


def _notes(numbered: int, others: int) -> list[Note]:
    """On the repeats that name a document, and on those that do not."""
    notes = []
    if numbered:
        notes.append(
            Note(
                f"{numbered} rows repeat one with the same document number: counted once.",
                f"{numbered} 行与前面的行单据号相同、内容一致：只计一次。",
            )
        )
    if others:
        notes.append(
            Note(
                f"{others} rows are equal to an earlier one: all are counted.",
                f"{others} 行与前面的行完全相同：全部计入。",
            )
        )
    return notes


def _numbered(table: pd.DataFrame) -> pd.Series[bool]:
    """Which rows name a document."""
    named = [column for column in table if header_key(str(column)) in DOCUMENTS]
    return table[named].notna().any(axis=1)


def _several_sales_a_day(table: pd.DataFrame) -> bool:
    """Whether different amounts stand side by side for one date and series: single sales, then."""
    key = ["date", *(name for name in DIMENSIONS if name in table)]
    return bool(table[[*key, "sales"]].drop_duplicates().duplicated(key).any())
