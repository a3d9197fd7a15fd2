"""Newcomers: the part of sales that will come from units that never bought before.

History knows the growth of the past but not who will bring that of the future. Where units are waiting
that have not bought yet, a part of the forecast is kept for them; without it the units of today would
be expected to bring the sales of those that join. The part is what newcomers brought at the same time
of earlier years, less where fewer units are waiting now than then; it goes to the cells where they wait.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import FloatArray, IntArray
from allocopt.forecasting.panel import KEYS, Panel

# No past is proof that nearly all sales of a year will come from units that nobody knows yet.
MOST = 0.75


def waiting_units(series: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Units [territory, segment, unit] that no series has, of cells whose sales all name a unit.

    In a cell with sales that name no unit, the units of the table may have brought those.
    """
    cell = ["territory", "segment"]
    named = (series["unit"] != "").groupby([series[key] for key in cell]).all()
    if len(units) == 0 or not named.any():
        return pd.DataFrame(columns=KEYS, dtype="str")
    waiting = units.loc[~units["unit"].isin(series["unit"]), KEYS].dropna()
    return waiting.merge(named[named].index.to_frame(index=False))


def waiting_then(panel: Panel, waiting: int) -> int:
    """Units that had not bought by the end of a panel, if `waiting` have not bought to this day."""
    unopened = np.isnan(panel.values).all(axis=1) & (panel.series["unit"] != "").to_numpy()
    return waiting + int(unopened.sum())


def newcomer_share(panel: Panel, season: int, horizon: int, waiting: int) -> FloatArray:
    """Share of sales that newcomers will have in each of the next `horizon` periods.

    Zero while there is less than a year of history before the same time of last year: in a first
    year every unit is new. `waiting` is the number of units that have not bought by the end of the
    panel.
    """
    periods = panel.values.shape[1]
    opened = np.where(np.isnan(panel.values).all(axis=1), periods, _first_known(panel.values))
    sales = np.nan_to_num(panel.values)
    new, total = np.zeros(horizon), np.zeros(horizon)
    for origin in range(periods - season, season - 1, -season):
        joined = (opened >= origin) & (opened < periods)
        left = min(1.0, waiting / max(waiting + int(joined.sum()), 1))
        steps = np.minimum(origin + np.arange(horizon), periods - 1)
        new += left * sales[joined][:, steps].sum(axis=0)
        total += sales[:, steps].sum(axis=0)
    return np.clip(np.divide(new, total, out=np.zeros(horizon), where=total > 0), 0.0, MOST)


def make_room(means: FloatArray, share: FloatArray, joining: FloatArray) -> FloatArray:
    """Means (series, period) with the newcomers' share moved to the series that stand for them.

    `joining` is the part of all newcomers that each series stands for; it sums to 1, or to 0 where
    nobody is waiting.
    """
    if not joining.any():
        return means
    moved = means * share[None, :]
    return np.asarray(means - moved + joining[:, None] * moved.sum(axis=0)[None, :])


def _first_known(values: FloatArray) -> IntArray:
    return np.asarray((~np.isnan(values)).argmax(axis=1))
