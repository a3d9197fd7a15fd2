"""Locks: which units must stay with, or go to, one rep, why, and until when."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from allocopt.config import Config
from allocopt.decided import Planned, decided
from allocopt.tables import among

RENEWAL_SOON = "renewal soon"


class Configured(Planned, Protocol):
    """The same with its configuration."""

    @property
    def config(self) -> Config:
        """scenario.yaml."""


def locks(source: Configured) -> pd.DataFrame:
    """Locks that hold at the plan's start; index unit, columns rep, reason, until (NaT = whole plan).

    What people decided (overrides of kind lock) beats `units.lock`, which beats a renewal that is near.
    A unit without an owner is locked only by a decision, which names the rep.
    """
    every = pd.concat([_decided(source), _stated(source), _renewing(source)])
    every = every[among(every.index, source.table("units")["unit"])]
    return every[~every.index.duplicated()]


def _decided(source: Configured) -> pd.DataFrame:
    rows = decided(source, "lock")
    # The last of several is what was decided in the end.
    rows = rows[rows["unit"] != ""].drop_duplicates("unit", keep="last").set_index("unit")
    reason = rows["reason"].where(rows["reason"] != "", "decided")
    return _frame(rows["value"].str.strip(), reason, rows["expires"])


def _stated(source: Configured) -> pd.DataFrame:
    units = source.table("units").set_index("unit")
    until = units["lock_until"]
    holds = units["lock"].notna() & (until.isna() | (until >= source.calendar.plan_start))
    held = units[holds & units["rep"].notna()]
    return _frame(held["rep"], held["lock"], held["lock_until"])


def _renewing(source: Configured) -> pd.DataFrame:
    """Units of reps who stay, whose renewal is `coverage.lock_before_renewal` periods away at most."""
    units = source.table("units").set_index("unit")
    near = units[renews_soon(source).to_numpy() & units["rep"].notna().to_numpy()]
    reps = source.table("reps").drop_duplicates("rep").set_index("rep")
    owner = reps.reindex(near["rep"]).set_axis(near.index)
    stays = owner["end"].isna() | (owner["end"] >= near["renewal"])
    near = near[stays & (owner["status"] != "leaving")]
    reason = pd.Series(RENEWAL_SOON, near.index, dtype="str")
    return _frame(near["rep"], reason, near["renewal"])


def renews_soon(source: Configured) -> pd.Series[bool]:
    """Which rows of `units` renew within `coverage.lock_before_renewal` periods of the plan's start."""
    renewal, calendar = source.table("units")["renewal"], source.calendar
    periods = source.config.coverage.lock_before_renewal
    if periods is None:
        return pd.Series(data=False, index=renewal.index)
    beyond = calendar.shift(calendar.plan_start, periods)
    return (renewal >= calendar.plan_start) & (renewal < beyond)


def _frame(
    rep: pd.Series[str], reason: pd.Series[str], until: pd.Series[pd.Timestamp]
) -> pd.DataFrame:
    return pd.DataFrame({"rep": rep, "reason": reason, "until": until})
