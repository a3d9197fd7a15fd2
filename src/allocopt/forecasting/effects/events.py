"""Events: the table of what happens on some days, as occurrences per period."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.effects.occurrences import Occurrences, no_events
from allocopt.forecasting.effects.scope import find_scope
from allocopt.forecasting.grain import Span
from allocopt.territory_tree import TerritoryTree

# How much can be delivered later is told by the table `supply`; counted here too it would count twice.
NEVER_AHEAD = "supply"
# More events than this have no history of their own to learn from: each stands for its kind.
MOST_EVENTS = 200


def read_events(
    events: pd.DataFrame, series: pd.DataFrame, tree: TerritoryTree, periods: Span, past: int
) -> Occurrences:
    """Occurrences of `events` [event, start, end, territory, segment, known, kind].

    An event's intensity is the share of a period's days that it covers. `series` [territory,
    segment] are the rows of the panel; `periods` are the known ones and the horizon, the first
    `past` of them known. A row without an end stays in force; a row without `known` was known.
    """
    rows = events[events["start"].notna()].reset_index(drop=True)
    if len(rows) == 0:
        return no_events(len(series), past, len(periods) - past)
    named = pd.DataFrame({"event": _texts(rows, "event"), "kind": _texts(rows, "kind")})
    if len(named.drop_duplicates()) > MOST_EVENTS:
        named["event"] = named["kind"]
    names = named.drop_duplicates().sort_values(["kind", "event"], ignore_index=True)
    number = pd.MultiIndex.from_frame(names).get_indexer(pd.MultiIndex.from_frame(named))
    scope = find_scope(rows, series, tree)
    share = _shares_of_days(rows, periods)
    ahead = _known(rows) & (named["kind"] != NEVER_AHEAD).to_numpy()
    intensity = np.zeros((2, len(names), scope.covers.shape[1], len(periods)))
    for row in range(len(rows)):
        covered = intensity[int(ahead[row]), number[row]]
        covered[scope.covers[row]] += share[row]
    intensity = np.minimum(intensity, 1.0)
    surprise = np.minimum(intensity[0], 1.0 - intensity[1])
    return Occurrences(
        tuple(names["event"]), tuple(names["kind"]), intensity[1], surprise, scope.place, past
    )


def _shares_of_days(rows: pd.DataFrame, periods: Span) -> FloatArray:
    """Share of each period's days that each row covers, shape (row, period)."""
    day = np.timedelta64(1, "D")
    start = _days(rows["start"])[:, None]
    stop = _days(rows["end"])[:, None] + day
    first, after = _days(periods.starts), _days(periods.stops)
    stop = np.where(np.isnat(stop), after[-1], stop)
    common = np.minimum(stop, after) - np.maximum(start, first)
    return np.asarray(np.maximum(common / day, 0.0) / ((after - first) / day))


def _days(dates: pd.Series | pd.DatetimeIndex) -> np.ndarray:
    return pd.DatetimeIndex(dates).normalize().to_numpy(dtype="datetime64[D]")


def _known(rows: pd.DataFrame) -> BoolArray:
    if "known" not in rows:
        return np.ones(len(rows), dtype=bool)
    given = rows["known"].astype("object")
    return np.asarray(given.where(given.notna(), True).astype(bool))


def _texts(rows: pd.DataFrame, column: str) -> pd.Series:
    if column not in rows:
        return pd.Series("", index=rows.index, dtype="str")
    given = rows[column].astype("object")
    return given.where(given.notna(), "").astype("str").str.strip()
