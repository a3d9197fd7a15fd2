"""Alike: new rows of sales in the names that the history of their place has.

A forecast is made of series. Rows that name a product where the history of the place names none, or none
where it names products, would begin series of their own beside the old ones and count twice.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.rolling.actuals import PLACE

NAMES = ("unit", "product", "channel")
# Amounts that are divided where the history names what new rows do not.
AMOUNTS = ("sales", "units_sold", "orders", "customers", "cost", "booked", "invoiced", "collected")


def named_alike(came: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """New rows of sales, named as the history of their place names its rows.

    A name that the place never has is left out; rows without a name that the place always has are divided
    as its sales of the last year were. Places without a history stay as they are. Both frames name
    territory and segment.
    """
    if came.empty or history.empty:
        return came
    recent = history[history["date"] > history["date"].max() - pd.DateOffset(years=1)]
    for number, name in enumerate(NAMES):
        kept = [*PLACE, *NAMES[:number]]
        came = _masked(came, history, name)
        came = _divided(came, history, recent, name, kept)
    return came


def _masked(came: pd.DataFrame, history: pd.DataFrame, name: str) -> pd.DataFrame:
    """Without a name in places whose history never has it."""
    share = _share_named(history, name).reindex(_places(came)).to_numpy()
    return came.assign(**{name: came[name].mask(share == 0)})


def _divided(
    came: pd.DataFrame, history: pd.DataFrame, recent: pd.DataFrame, name: str, kept: list[str]
) -> pd.DataFrame:
    """Rows without a name that the place always has, one for each that sold there in the last year."""
    always = _share_named(history, name).reindex(_places(came)).to_numpy() == 1
    chosen = always & came[name].isna().to_numpy()
    if not chosen.any():
        return came
    sold = recent.assign(sales=recent["sales"].clip(lower=0.0)).dropna(subset=name)
    sums = sold.fillna(dict.fromkeys(kept, "")).groupby([*kept, name])["sales"].sum()
    part = sums / sums.groupby(level=kept).transform("sum").where(lambda total: total > 0)
    parts = part.dropna().rename("part").reset_index()
    rows = came[chosen].drop(columns=name).reset_index(names="row")
    keyed = rows.fillna(dict.fromkeys(kept, "")).merge(parts, on=kept, how="left")
    amounts = [column for column in AMOUNTS if column in keyed]
    keyed[amounts] = keyed[amounts].mul(keyed["part"].fillna(1.0), axis=0)
    spread = keyed.assign(**{column: keyed[column].replace("", np.nan) for column in kept})
    together: pd.DataFrame = pd.concat([came[~chosen], spread[came.columns]], ignore_index=True)
    return together


def _places(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[list(PLACE)])


def _share_named(history: pd.DataFrame, name: str) -> pd.Series[float]:
    """Share of the rows of each place that have a name."""
    return history[name].notna().astype(float).groupby(_places(history)).mean()
