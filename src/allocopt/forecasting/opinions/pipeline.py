"""Pipeline: expected sales from open deals, and from deals that nobody has found yet.

A snapshot says what open deals should bring: amount × chance × the chance to be won in a period.
Deals that will only be found later are missing from it, the more the farther ahead. The share of
sales that the pipeline knew at each horizon is learnt from earlier snapshots; the rest of a
place's sales is what statistics expect of it. So the pipeline says little about next year and much
about next month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.grain import Span
from allocopt.forecasting.levels import CELL
from allocopt.forecasting.opinions.baseline import Baseline
from allocopt.forecasting.opinions.conversion import Conversion, learn, win_days
from allocopt.forecasting.opinions.coverage import (
    Cells,
    Coverage,
    find_cells,
    find_coverage,
    with_unknown_deals,
)
from allocopt.forecasting.opinions.deals import Deals, read_deals
from allocopt.forecasting.opinions.opinion import Opinion, TrackRecord
from allocopt.forecasting.opinions.scopes import NAMES, Members, Places, find_members
from allocopt.notes import Note

SOURCE = "pipeline"


@dataclass(frozen=True)
class PipelineOpinion:
    """The opinion, and what was learnt for today."""

    opinion: Opinion
    conversion: Conversion
    coverage: Coverage


def read_pipeline(
    pipeline: pd.DataFrame, baseline: Baseline, places: Places
) -> PipelineOpinion | None:
    """Opinion of the table `pipeline`; None where no snapshot was taken by the plan's start."""
    deals = read_deals(pipeline, baseline.start)
    if deals.until(baseline.start).empty:
        return None
    members, lost = place_deals(deals.scopes, places)
    origins = range(len(baseline.todays))
    known = np.stack([_known_sales(deals, baseline, members, origin) for origin in origins])
    cells = find_cells(baseline.series)
    coverages = [find_coverage(known, baseline, cells, origin) for origin in origins]
    means = np.stack(
        [
            with_unknown_deals(known[origin], coverages[origin], baseline.means(origin), cells)
            for origin in origins
        ]
    )
    conversion = learn(deals.until(baseline.start))
    opinion = Opinion(
        SOURCE,
        means[-1],
        ("cell",),
        np.zeros(baseline.mean.shape, dtype=np.intp),
        _record(means[:-1], baseline, cells),
        (*deals.notes, *_notes(deals, lost, conversion)),
    )
    return PipelineOpinion(opinion, conversion, coverages[-1])


def place_deals(scopes: pd.DataFrame, places: Places) -> tuple[Members, pd.Series[bool]]:
    """Series of each scope, from the narrowest place that has any; and which scopes have none.

    A unit without a series of its own counts in its cell, a cell without one in its territory; a
    deal without a place counts with its rep's units.
    """
    exact = scopes.copy()
    for key in CELL:
        of_unit = exact["unit"].map(places.unit_cells[key]).fillna("").astype("str")
        exact[key] = of_unit.where(of_unit != "", exact[key])
    placed = (exact[["unit", "territory", "segment"]] != "").any(axis=1)
    exact.loc[placed, "rep"] = ""
    tries = [exact]
    for dropped in ("product", "unit", "segment"):
        tries.append(tries[-1].assign(**{dropped: ""}))
    return _first_with_members(tries, placed, places)


def _first_with_members(
    tries: list[pd.DataFrame], placed: pd.Series[bool], places: Places
) -> tuple[Members, pd.Series[bool]]:
    """Each scope as the first of its readings that has series; one that names nothing has none."""
    named = [(scopes[NAMES] != "").any(axis=1) for scopes in tries]
    found = [find_members(scopes, places) for scopes in tries]
    chosen = tries[-1].copy()
    open_ = pd.Series(True, index=chosen.index)
    for scopes, members, is_named in zip(tries, found, named, strict=True):
        fits = open_ & is_named & (members.sizes > 0)
        chosen.loc[fits] = scopes.loc[fits]
        open_ &= ~fits
    # A name that no table can have: a scope that names nothing would be the whole company.
    chosen.loc[open_, NAMES] = "\0"
    return find_members(chosen, places), open_


def _known_sales(deals: Deals, baseline: Baseline, members: Members, origin: int) -> FloatArray:
    """What the deals known at an origin should bring, (series, target); NaN without a snapshot."""
    rows = deals.until(baseline.todays[origin])
    base = baseline.means(origin)
    if rows.empty:
        return np.full(base.shape, np.nan)
    newest = rows[rows["snapshot"] == rows["snapshot"].max()]
    conversion = learn(rows)
    worth = newest["amount"].to_numpy() * conversion.share(newest)
    days, chance = win_days(newest, conversion)
    column, inside = _columns(newest["snapshot"], days, baseline.periods(origin))
    scope = np.broadcast_to(newest["scope"].to_numpy()[:, None], days.shape)
    amounts = np.zeros((len(deals.scopes), baseline.targets))
    np.add.at(amounts, (scope[inside], column[inside]), (worth[:, None] * chance)[inside])
    return members.share_down(amounts, base)


def _columns(
    snapshots: pd.Series[pd.Timestamp], days: FloatArray, targets: Span
) -> tuple[IntArray, BoolArray]:
    """Target that each day after a snapshot falls in, and whether it falls in any."""
    first = np.asarray((snapshots - targets.starts[0]).dt.days, dtype=float)
    stops = np.asarray((targets.stops - targets.starts[0]).days, dtype=float)
    day = first[:, None] + days
    column = np.searchsorted(stops, day, side="right")
    return column, (day >= 0) & (column < len(stops))


def _record(means: FloatArray, baseline: Baseline, cells: Cells) -> TrackRecord:
    """The cells at earlier origins; unknown where no snapshot was there to be read."""
    names = cells.names
    scopes = pd.DataFrame({"scope": names["territory"] + " / " + names["segment"], "kind": "cell"})
    said = cells.totals(means)
    return TrackRecord(
        scopes, cells.totals(baseline.past), said, said, cells.totals(baseline.actual)
    )


def _notes(deals: Deals, lost: pd.Series[bool], conversion: Conversion) -> list[Note]:
    """What people should know of how the pipeline was read."""
    notes = [
        Note(
            "Deals that have ended, from which the pipeline's chances are learnt: "
            f"{conversion.ended}.",
            f"用于估计商机赢单概率的已结束商机：{conversion.ended} 个。",
        )
    ]
    outside = deals.rows["scope"].isin(np.flatnonzero(lost)) if len(deals.rows) else lost
    if outside.any():
        count = deals.rows.loc[outside, "deal"].nunique()
        notes.append(
            Note(
                f"Deals in no place that has a forecast are not counted: {count}.",
                f"找不到对应预测对象、因而未计入的商机：{count} 个。",
            )
        )
    return notes
