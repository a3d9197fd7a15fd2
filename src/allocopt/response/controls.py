"""Controls: what moves sales beside spend, so that spend is not credited with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.response.forms import Values
from allocopt.response.place import Place
from allocopt.territory_tree import TerritoryTree

# Waves of a year that the season may have, one per year that is known.
MOST_HARMONICS = 3


def control_matrix(
    table: Callable[[str], pd.DataFrame],
    tree: TerritoryTree,
    calendar: Calendar,
    where: Place,
    span: np.ndarray,
) -> Values:
    """Level, trend, season, drivers and events; (period, control), columns of similar size.

    `span` are consecutive numbers of periods as `calendar` counts them. Drivers and events count where they
    hold in the whole place.
    """
    time = np.linspace(-1.0, 1.0, len(span)) if len(span) > 1 else np.zeros(1)
    columns = [
        np.ones(len(span)),
        time,
        *_season(span, calendar.season),
        *_drivers(_holding(table("drivers"), tree, where), calendar, span),
        *_events(_holding(table("events"), tree, where), calendar, span),
    ]
    varied = [column for column in columns[1:] if np.ptp(column) > 0]
    return np.stack([columns[0], *varied], axis=1)


def control_basis(controls: Values) -> Values:
    """Orthonormal columns that span the controls; (period, at most controls)."""
    left, sizes, _ = np.linalg.svd(controls, full_matrices=False)
    basis: Values = left[:, sizes > 1e-8 * sizes[0]]
    return basis


def _season(span: np.ndarray, season: int) -> Iterator[Values]:
    waves = min(MOST_HARMONICS, len(span) // season, (season - 1) // 2)
    for wave in range(1, waves + 1):
        angle = 2 * np.pi * wave * span / season
        yield np.sin(angle)
        yield np.cos(angle)


def _holding(rows: pd.DataFrame, tree: TerritoryTree, where: Place) -> pd.DataFrame:
    """Rows that hold in the whole place."""
    above = {"", where.territory, *(tree.ancestors(where.territory) if where.territory else ())}
    territory, segment = rows["territory"].fillna(""), rows["segment"].fillna("")
    return rows[territory.isin(above) & segment.isin(["", where.segment])]


def _drivers(rows: pd.DataFrame, calendar: Calendar, span: np.ndarray) -> Iterator[Values]:
    """Each driver's mean per period, standardised; what is not known is taken to be usual."""
    number = calendar.number_of(rows["date"])
    for _, values in rows["value"].groupby(rows["driver"]):
        line = values.groupby(number.loc[values.index]).mean().reindex(span)
        spread = line.std(ddof=0)
        if spread > 0:
            yield ((line - line.mean()) / spread).fillna(0.0).to_numpy(dtype=float)


def _events(rows: pd.DataFrame, calendar: Calendar, span: np.ndarray) -> Iterator[Values]:
    """Each event's share of a period's days."""
    origin = calendar.number_of(pd.Series([calendar.plan_start])).iloc[0]
    starts = pd.DatetimeIndex(
        [calendar.shift(calendar.plan_start, int(number - origin)) for number in span]
    )
    stops = pd.DatetimeIndex([calendar.shift(start, 1) for start in starts])
    days = (stops - starts).days.to_numpy()
    for _, spells in rows.groupby("event"):
        share = np.zeros(len(span))
        for begin, end in zip(spells["start"], spells["end"], strict=True):
            after = end + pd.Timedelta(days=1)
            common = stops.where(stops < after, after) - starts.where(starts > begin, begin)
            share += np.clip(common.days.to_numpy(), 0, None) / days
        yield np.minimum(share, 1.0)
