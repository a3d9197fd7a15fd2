"""Observations: sales and spend side by side, period by period, ready for fitting."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.response.controls import control_matrix
from allocopt.response.forms import Values
from allocopt.response.place import PLACE, Place
from allocopt.territory_tree import TerritoryTree


@dataclass(frozen=True)
class Sources:
    """The tables of a scenario by name, its tree and its calendar."""

    table: Callable[[str], pd.DataFrame]
    tree: TerritoryTree
    calendar: Calendar


@dataclass(frozen=True, eq=False)
class Observations:
    """Sales and spend by place and period, both as a share of the place's usual sales.

    sales: (place, period); spend: (lever, place, period); controls: (period, control): level, trend,
    season, drivers and events; size: (place,), mean sales [currency/period]. Periods that no book has are
    left out of `known` and count for what carries over only. Equal numbers are equal observations.
    """

    levers: tuple[str, ...]
    sales: Values
    spend: Values
    controls: Values
    size: Values
    known: np.ndarray

    @cached_property
    def digest(self) -> bytes:
        """Hash of the levers and of all numbers."""
        arrays = (self.sales, self.spend, self.controls, self.size, self.known)
        parts = [repr((self.levers, *(a.shape for a in arrays))).encode()]
        return hashlib.sha256(b"".join((*parts, *(a.tobytes() for a in arrays)))).digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Observations) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def intensity(self) -> Values:
        """Spend over all places as a share of their sales; (lever, period)."""
        weighted: Values = np.einsum("lgt,g->lt", self.spend, self.size) / self.size.sum()
        return weighted

    def first(self, periods: int) -> Observations:
        """The same, knowing the first `periods` periods only."""
        early = np.arange(len(self.known)) < periods
        return Observations(
            self.levers, self.sales, self.spend, self.controls, self.size, self.known & early
        )


def observe(sources: Sources, levers: Sequence[str], where: Place) -> Observations | None:
    """Sales and spend of all levers that work in a place, `levers` first; None where they never meet.

    Sales are told apart by territory or segment where spend is; spend that names no place is spread over
    them by their sales.
    """
    spend, sales = actual_spend(sources, where), _sales(sources, where)
    if spend.empty or sales.empty or sales["sales"].sum() <= 0:
        return None
    first, last = max(spend["number"].min(), sales["number"].min()), sales["number"].max()
    if last < first:
        return None
    span = np.arange(first, last + 1)
    amounts = _sales_by_place(_as_told_apart(sales, spend, where), span)
    amounts = amounts[amounts.sum(axis=1) > 0]
    places, lines = amounts.index.to_frame(index=False), amounts.to_numpy(dtype=float)
    size = np.nanmean(lines, axis=1)
    others = [name for name in dict.fromkeys(spend["lever"]) if name not in levers]
    names = (*levers, *others)
    spent = [_spread(sources, spend[spend["lever"] == name], places, size, span) for name in names]
    return Observations(
        names,
        np.nan_to_num(lines / size[:, None]),
        np.stack(spent) / size[:, None],
        control_matrix(sources.table, sources.tree, sources.calendar, where, span),
        size,
        ~np.isnan(lines).any(axis=0),
    )


def _as_told_apart(sales: pd.DataFrame, spend: pd.DataFrame, where: Place) -> pd.DataFrame:
    """Sales with a territory or segment only where spend names one inside the place."""
    blank = [
        name
        for name in PLACE
        if not ((spend[name] != "") & (spend[name] != getattr(where, name))).any()
    ]
    return sales.assign(**dict.fromkeys(blank, ""))


def actual_spend(sources: Sources, where: Place) -> pd.DataFrame:
    """Spend before the plan that may have worked in a place [lever, territory, segment, number, spend]."""
    rows = sources.table("spend")
    rows = rows[rows["kind"].fillna("actual") == "actual"]
    rows = rows[rows["date"] < sources.calendar.plan_start]
    rows = rows.assign(**{name: rows[name].fillna("").astype("str") for name in PLACE})
    inside = {*sources.tree.within([where.territory])} if where.territory else None
    above = {*sources.tree.ancestors(where.territory), ""} if where.territory else {""}
    fits = (
        rows["segment"].isin(["", where.segment])
        if where.segment
        else rows["segment"] == rows["segment"]
    )
    if inside is not None:
        fits &= rows["territory"].isin(inside | above)
    rows = rows[fits]
    return rows.assign(number=sources.calendar.number_of(rows["date"]).astype(int))


def usual_sales(sources: Sources, where: Place) -> float:
    """Mean sales of a place in the last year before the plan [currency/period]; NaN: none known."""
    sales = _sales(sources, where)
    numbers = np.unique(sales["number"])[-sources.calendar.season :]
    if not len(numbers):
        return float("nan")
    return float(sales.loc[sales["number"] >= numbers[0], "sales"].sum() / len(numbers))


def _sales(sources: Sources, where: Place) -> pd.DataFrame:
    """Sales before the plan in a place [territory, segment, number, sales]; a unit knows its cell."""
    history = sources.table("history")
    history = history[(history["date"] < sources.calendar.plan_start) & history["sales"].notna()]
    units = sources.table("units").drop_duplicates("unit").set_index("unit")
    cells = {
        name: history["unit"].map(units[name]).astype("object").fillna(history[name]).fillna("")
        for name in PLACE
    }
    rows = history.assign(**cells)
    if where.territory:
        rows = rows[rows["territory"].isin({*sources.tree.within([where.territory])})]
    if where.segment:
        rows = rows[rows["segment"] == where.segment]
    return rows.assign(number=sources.calendar.number_of(rows["date"]).astype(int))


def _sales_by_place(sales: pd.DataFrame, span: np.ndarray) -> pd.DataFrame:
    """Sales; (territory, segment) × period. A place that sold nothing has 0, a period no book has NaN."""
    sums = sales.groupby([*PLACE, "number"])["sales"].sum()
    wide = sums.unstack("number").reindex(columns=span)
    booked = wide.notna().any()
    return wide.fillna(0.0).where(booked, np.nan, axis=1)


def _spread(
    sources: Sources, rows: pd.DataFrame, places: pd.DataFrame, size: Values, span: np.ndarray
) -> Values:
    """Spend of one lever; (place, period) [currency]. What names no place is spread by sales."""
    result = np.zeros((len(size), len(span)))
    for names, part in rows.groupby(PLACE):
        territory, segment = map(str, names)
        held = {"", *(sources.tree.within([territory]) if territory else ())}
        inside = places["territory"].isin(held) if territory else places["territory"].notna()
        if segment:
            inside &= places["segment"].isin(["", segment])
        share = np.where(inside, size, 0.0)
        line = part.groupby("number")["spend"].sum().reindex(span).fillna(0.0).to_numpy()
        result += (share / max(share.sum(), 1e-12))[:, None] * line
    # Money that came back is no spend that could work.
    return result.clip(min=0.0)
