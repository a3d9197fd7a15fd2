"""Demand: a forecast that was made elsewhere, brought into the plan's periods."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.errors import DataError, Finding, Severity
from allocopt.forecasting.grain import Span, at_grain, named_period, plan_span, shares
from allocopt.forecasting.panel import KEYS, locate
from allocopt.notes import GRAINS_ZH, Note

AMOUNTS = ["mean", "lower", "upper"]


def read_demand(
    demand: pd.DataFrame, units: pd.DataFrame, calendar: Calendar
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Given demand per plan period [territory, segment, unit, period, mean, lower, upper].

    Rows of units carry the unit's name, rows of cells have unit "". A cell without a row of its
    own is the sum of its units; a cell whose units need more than its row is their sum. Bounds
    stay unknown where they were not given. Raises `DataError` when a cell or unit misses a plan
    period.
    """
    rows, notes = locate(demand, units)
    rows["start"] = pd.to_datetime(demand["period"])
    for amount in AMOUNTS:
        rows[amount] = demand[amount].astype(float) if amount in demand else np.nan
    rows = rows[rows["start"].notna()]
    source = at_grain(calendar, named_period(rows["start"], calendar))
    if source.season < calendar.season:
        notes.append(_split(source))
    rows["start"] = source.start_of(rows["start"])
    planned, outside = _in_plan_periods(rows, calendar, source)
    if outside:
        notes.append(_unused(outside))
    _refuse_missing(planned)
    return _with_cells(planned), tuple(notes)


def _split(source: Calendar) -> Note:
    return Note(
        f"Demand is given by {source.period}; it is split evenly into plan periods.",
        f"需求按{GRAINS_ZH[source.period]}给出，已平均分摊到计划的各周期。",
    )


def _unused(periods: int) -> Note:
    return Note(
        f"Demand is also given for {periods} periods outside the plan; not used.",
        f"另有 {periods} 个周期的需求不在计划期内，未使用。",
    )


def _in_plan_periods(
    rows: pd.DataFrame, calendar: Calendar, source: Calendar
) -> tuple[pd.DataFrame, int]:
    """Amounts in plan periods, NaN where rows leave a part open; count of periods outside."""
    starts = pd.DatetimeIndex(sorted(rows["start"].unique()))
    given = Span(starts, pd.DatetimeIndex([source.shift(start, 1) for start in starts]))
    targets = plan_span(calendar)
    split, cover = shares(given, targets), shares(targets, given).T
    grouped = rows.groupby([*KEYS, "start"], sort=True)[AMOUNTS].sum(skipna=False)
    frames = {}
    for amount in AMOUNTS:
        wide = grouped[amount].unstack("start").reindex(columns=starts)
        known = wide.notna().to_numpy().astype(float) @ cover > 1 - 1e-6
        planned = np.where(known, np.nan_to_num(wide.to_numpy()) @ split, np.nan)
        frames[amount] = pd.DataFrame(planned, wide.index, list(calendar.labels)).stack()
    table = pd.DataFrame(frames).rename_axis([*KEYS, "period"]).reset_index()
    return table, int((split.sum(axis=1) == 0).sum())


def _refuse_missing(planned: pd.DataFrame) -> None:
    """Unknown demand is not zero demand: every cell and unit needs every plan period."""
    missing = planned[planned["mean"].isna()]
    findings = [
        _missing(str(territory), str(segment), str(unit), ", ".join(own["period"]))
        for (territory, segment, unit), own in missing.groupby(KEYS, sort=True)
    ]
    if findings:
        raise DataError(findings)


def _missing(territory: str, segment: str, unit: str, periods: str) -> Finding:
    what = f"unit {unit}" if unit else f"{territory} × {segment}"
    return Finding(
        Severity.PROBLEM,
        f"Demand of {what} is missing in {periods}",
        file="demand",
        column="mean",
        expected="a value for every plan period, 0 where nothing is expected",
        mend="add the rows, or shorten the plan",
        code="missing-demand",
    )


def _with_cells(planned: pd.DataFrame) -> pd.DataFrame:
    """Each cell once, as the larger of its own row and its units' sum; then the units' rows."""
    place = ["territory", "segment", "period"]
    units = planned[planned["unit"] != ""]
    own = planned[planned["unit"] == ""].set_index(place)[AMOUNTS]
    sums = units.groupby(place, sort=True)[AMOUNTS].sum(skipna=False)
    both = pd.concat([own, sums]).reset_index()
    # Sorted by mean, the last row of each cell is the larger; the unit rows alone make the cell
    # where it has no row of its own.
    both = both.sort_values([*place, "mean"], kind="stable")
    cells = both.drop_duplicates(place, keep="last").assign(unit="")
    return pd.concat([cells, units], ignore_index=True)[[*KEYS, "period", *AMOUNTS]]
