"""Restatement: history of reorganised territories and re-tiered segments under the names of today.

A row of the table `recast` moves the history of `from_territory`, `from_segment` or of both to
`to_territory`, `to_segment`: the rows before `effective` (all rows where it is unknown); rows from
that day on carry the new names already. Several rows with the same origin split it by `share`.

Rows of one date happen at once, on the names from before it, so that two territories can change
names; those of a later date follow on the names that the earlier ones gave (A → B, then B → C).
Of the rows of one date, those that name a territory and a segment go before those that name one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from allocopt.errors import DataError, Finding, Severity
from allocopt.forecasting.panel.dimensions import names_of
from allocopt.tables import CONTRACT
from allocopt.tables.table import Kind

PLACES = ["territory", "segment"]
ORIGIN, TARGET = ["from_territory", "from_segment"], ["to_territory", "to_segment"]
# What splits with a row's sales; a price or a discount is the same in both parts.
AMOUNTS = tuple(
    column.name
    for column in CONTRACT["history"].columns
    if column.kind is Kind.NUMBER and column.name not in ("price", "discount")
)
TOLERANCE = 1e-6
NEVER = pd.Timestamp("2262-01-01")


def recast(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """History rows [date, territory, segment, …] under new names; every sum stays what it was.

    Recasting again changes nothing, unless an old name lives on as the name of something else.
    Raises `DataError` when the shares of an origin do not add up to 1.
    """
    findings = check_recast(table)
    if findings:
        raise DataError(findings)
    rules = _rules(table)
    # To the last bit: three thirds as people write them leave a trace.
    rules["share"] /= rules.groupby([*ORIGIN, "effective"])["share"].transform("sum")
    columns = list(rows.assign(territory="", segment=""))
    names = {place: names_of(rows, place) for place in PLACES}
    parts = rows.assign(**names, order=np.arange(len(rows)))
    for _, of_one_day in rules[rules["share"] > 0].groupby("effective"):
        parts = _recast_at(parts, of_one_day)
    return parts.sort_values("order", kind="stable", ignore_index=True)[columns]


def check_recast(table: pd.DataFrame, file: str = "recast") -> list[Finding]:
    """Problems of origins whose shares do not add up to 1, at the origin's first row."""
    rules = _rules(table)
    rules["row"] = np.arange(len(rules)) + 2
    findings = []
    for origin, parts in rules.groupby([*ORIGIN, "effective"], sort=False):
        total = parts["share"].sum()
        if abs(total - 1) > TOLERANCE:
            name = " × ".join(str(part) for part in origin[:2] if part)
            findings.append(_wrong_sum(file, name, total, parts["row"].tolist()))
    return findings


def _wrong_sum(file: str, name: str, total: float, rows: Sequence[int]) -> Finding:
    return Finding(
        Severity.PROBLEM,
        f"the shares of {name} add up to {total:.4g}",
        file=file,
        row=rows[0],
        column="share",
        value=f"{total:.4g}",
        expected="shares of one origin and date that add up to 1",
        mend=f"correct them, or add a row for the part that stays in {name}",
        code="recast-shares",
        count=len(rows),
    )


def _rules(table: pd.DataFrame) -> pd.DataFrame:
    """The table with every cell filled: "" = any name, or the name stays; unknown date = far off."""
    rules = pd.DataFrame(index=pd.RangeIndex(len(table)))
    for name in (*ORIGIN, *TARGET):
        rules[name] = names_of(table, name).to_numpy()
    shares = table["share"] if "share" in table else pd.Series(1.0, index=table.index)
    rules["share"] = shares.astype(float).fillna(1.0).to_numpy()
    dates = pd.to_datetime(table["effective"]) if "effective" in table else pd.NaT
    rules["effective"] = pd.Series(dates, index=table.index).to_numpy(dtype="datetime64[us]")
    rules["effective"] = rules["effective"].fillna(NEVER)
    return rules


def _recast_at(rows: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Rows before one date moved by the rules of that date.

    A row moves by the rules that name both its territory and its segment; else by those of its
    territory and those of its segment, one after the other: both see the names of before.
    """
    old = rows["date"] < rules["effective"].iloc[0]
    kept, moving = rows[~old], rows[old]
    moving = moving.assign(**{f"from_{place}": moving[place] for place in PLACES})
    named = {place: rules[f"from_{place}"] != "" for place in PLACES}
    both = rules[named["territory"] & named["segment"]]
    moved, rest = _move(moving, both, ORIGIN)
    for place in PLACES:
        alone = rules[named[place] & ~(named["territory"] & named["segment"])]
        shifted, stayed = _move(rest, alone, [f"from_{place}"])
        rest = pd.concat([stayed, shifted])
    together: pd.DataFrame = pd.concat([kept, moved, rest])[list(rows)]
    return together


def _move(
    rows: pd.DataFrame, rules: pd.DataFrame, origin: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of the rules' origins in their new places, one per part; and the rows of no origin."""
    if not len(rules):
        return rows.iloc[:0], rows
    parts = rules[[*origin, *TARGET, "share"]]
    merged = rows.merge(parts, on=origin, how="left", indicator="found")
    new, stayed = merged[merged["found"] == "both"], merged[merged["found"] != "both"]
    amounts = {name: new[name] * new["share"] for name in AMOUNTS if name in new}
    places = {
        place: new[target].where(new[target] != "", new[place])
        for place, target in zip(PLACES, TARGET, strict=True)
    }
    return new.assign(**amounts, **places)[list(rows)], stayed[list(rows)]
