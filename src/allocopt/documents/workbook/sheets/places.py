"""Places: territories, segments, and the units with their sales in every period."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice
from allocopt.documents.workbook.sheet import (
    Sheet,
    names_for,
    period_columns,
    sheet_of,
    with_periods,
)


def territories_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Each territory: units, potential, demand, sales, change and spend."""
    return _places("territories", "territory", facts, voice)


def segments_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Each segment, with the same figures."""
    return _places("segments", "segment", facts, voice)


def _places(table: str, key: str, facts: Facts, voice: Voice) -> Sheet | None:
    frame = facts.by(key).rename_axis(key).reset_index()
    frame = frame.assign(name=names_for(frame[key], table, facts))
    if (frame["name"] == frame[key]).all():
        frame = frame.drop(columns="name")
    keys = f"{key} name units potential demand sales share past growth spend"
    return sheet_of(table, keys, frame, voice)


def units_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Each unit: place, potential, demand, and its planned sales in every period."""
    rows = facts.table("sales")
    if rows.empty:
        return None
    spread = _by_period(rows)
    labels = [label for label in facts.periods if label in spread]
    frame = facts.units.join(spread[labels]).rename_axis("unit").reset_index()
    frame = frame.assign(
        territory=names_for(frame["territory"], "territories", facts),
        segment=names_for(frame["segment"], "segments", facts),
        name=names_for(frame["unit"], "units", facts),
    )
    sheet = sheet_of(
        "units", "unit name territory segment potential demand spend sales", frame, voice, frozen=2
    )
    return with_periods(sheet, period_columns(labels, voice))


def _by_period(rows: pd.DataFrame) -> pd.DataFrame:
    """Planned sales, unit × period."""
    summed = rows.groupby(["unit", "period"], sort=False)["sales"].sum(min_count=1)
    return summed.unstack("period")
