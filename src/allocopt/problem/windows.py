"""Windows: ranges of days inside which a unit keeps its rep.

Each unit has its own windows: they are cut where a rep who may cover it starts or ends, where an open
position may be filled, and where its lock runs out. A stint is a unit with an eligible rep in one of the
unit's windows; inside a window a rep is there from its first day to its last, or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar, share_of_periods
from allocopt.notes import Note, few
from allocopt.tables import among

DAY = pd.Timedelta(days=1)


def unit_and_window(stints: pd.Index) -> pd.Index:
    """(unit, window) of each stint."""
    return cast("pd.MultiIndex", stints).droplevel("rep")


def unit_and_rep(stints: pd.Index) -> pd.Index:
    """(unit, rep) of each stint."""
    return cast("pd.MultiIndex", stints).droplevel("window")


@dataclass(frozen=True)
class Windows:
    """Windows of all units.

    days: index (unit, window), in the order of the units and of time; start and end, first and last day.
    A window is named by its first day, such as 2026-07-01. weight: the same index × periods, share of the
    period's days that lie inside the window. stints: (unit, rep, window).
    """

    days: pd.DataFrame
    weight: pd.DataFrame
    stints: pd.MultiIndex

    @property
    def several(self) -> bool:
        """Whether any unit has more than one window."""
        return bool(self.days.index.get_level_values("unit").duplicated().any())

    @cached_property
    def first(self) -> pd.Series[str]:
        """The first window of each unit, in the order of the units."""
        unit, window = (self.days.index.get_level_values(name) for name in ("unit", "window"))
        starts = ~unit.duplicated()
        return pd.Series(window[starts], unit[starts], name="window")

    @cached_property
    def following(self) -> pd.Series[str]:
        """The window after each window of a unit; (unit, window), empty after the last."""
        unit, window = (self.days.index.get_level_values(name) for name in ("unit", "window"))
        later = pd.Series(window).groupby(unit).shift(-1)
        return pd.Series(later.to_numpy(), self.days.index)

    def weight_of(self, stints: pd.Index) -> np.ndarray:
        """Weights of the windows of stints; stint × period."""
        return self.weight.reindex(unit_and_window(stints)).to_numpy()


def make_windows(
    units: pd.DataFrame,
    pairs: pd.Index,
    there: pd.DataFrame,
    hire_days: pd.Series[pd.Timestamp],
    calendar: Calendar,
) -> Windows:
    """Windows and stints of eligible pairs.

    `units` has locked, lock_until, renewal, renewal_near and family; `there` by rep the first and last day
    (columns start and end); `hire_days` the days on which open positions may be filled, indexed by rep.
    """
    cuts = _cuts(units, pairs, there, hire_days, calendar)
    days = _days(units.index, cuts, calendar)
    return Windows(days, _weight(days, calendar), _stints(pairs, days, there))


def _cuts(
    units: pd.DataFrame,
    pairs: pd.Index,
    there: pd.DataFrame,
    hire_days: pd.Series[pd.Timestamp],
    calendar: Calendar,
) -> pd.DataFrame:
    """unit and day: where a window of the unit starts, inside the plan and after its first day."""
    of_rep = pd.concat([there["start"], there["end"] + DAY, hire_days]).rename("day")
    of_rep = _inside(of_rep, calendar).rename_axis("rep").reset_index()
    by_rep = pairs.to_frame(index=False).merge(of_rep, on="rep")[["unit", "day"]]
    unlocked = units.loc[units["locked"], "lock_until"].dropna() + DAY
    by_lock = _inside(unlocked.rename("day"), calendar).rename_axis("unit").reset_index()
    cuts = pd.concat([by_rep, by_lock])
    cuts = pd.concat([cuts, _after_renewals(units, cuts, calendar)])
    return _shared_by_families(units, cuts).drop_duplicates()


def _after_renewals(units: pd.DataFrame, cuts: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """unit and day after its renewal, where another cut falls too shortly before it for a change."""
    own = units[["renewal_near", "renewal"]].reindex(pd.Index(cuts["unit"])).set_axis(cuts.index)
    held = (own["renewal_near"] < cuts["day"]) & (cuts["day"] <= own["renewal"])
    after = (own["renewal"] + DAY).rename("day").set_axis(cuts["unit"])[held.to_numpy()]
    return _inside(after, calendar).rename_axis("unit").reset_index()


def _inside(days: pd.Series[pd.Timestamp], calendar: Calendar) -> pd.Series[pd.Timestamp]:
    return days[(days > calendar.plan_start) & (days <= calendar.plan_end)]


def _shared_by_families(units: pd.DataFrame, cuts: pd.DataFrame) -> pd.DataFrame:
    """A family moves as one, so that its units have the same windows."""
    family = units["family"].dropna()
    if family.empty or cuts.empty:
        return cuts
    members = family.rename("family").rename_axis("unit").reset_index()
    of_family = cuts.merge(members, on="unit").drop(columns="unit").drop_duplicates()
    return pd.concat([cuts, of_family.merge(members, on="family")[["unit", "day"]]])


def _days(units: pd.Index, cuts: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    first = pd.DataFrame({"unit": units, "day": calendar.plan_start})
    starts = pd.concat([first, cuts[["unit", "day"]]])
    starts["order"] = units.get_indexer(pd.Index(starts["unit"]))
    starts = starts.sort_values(["order", "day"], kind="stable")
    start = pd.to_datetime(starts["day"])
    end = (start.groupby(starts["unit"]).shift(-1) - DAY).fillna(calendar.plan_end)
    index = pd.MultiIndex.from_arrays(
        [starts["unit"], start.dt.strftime("%Y-%m-%d")], names=["unit", "window"]
    )
    return pd.DataFrame({"start": start.to_numpy(), "end": end.to_numpy()}, index=index)


def _weight(days: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    weight = share_of_periods(days["start"], days["end"], calendar)
    return pd.DataFrame(weight, index=days.index, columns=list(calendar.labels))


def _stints(pairs: pd.Index, days: pd.DataFrame, there: pd.DataFrame) -> pd.MultiIndex:
    """Pairs in the windows in which the rep is there from the first day to the last."""
    table = pairs.to_frame(index=False)
    # The order of the pairs, then of time, so that the model's columns do not depend on a join.
    joined = table.merge(days.reset_index(), on="unit", how="left")
    rep = there.loc[joined["rep"]]
    inside = (rep["start"].to_numpy() <= joined["start"].to_numpy()) & (
        rep["end"].to_numpy() >= joined["end"].to_numpy()
    )
    return pd.MultiIndex.from_frame(joined.loc[inside, ["unit", "rep", "window"]])


def vacancies(units: pd.Index, pairs: pd.Index, windows: Windows) -> tuple[Note, ...]:
    """Tells which units have nobody for a part of the plan, though somebody for the rest."""
    days = windows.days
    served = among(days.index.get_level_values("unit"), units[among(units, pairs.unique("unit"))])
    filled = days.index.isin(windows.stints.droplevel("rep").unique())
    empty = days[served & ~filled]
    return tuple(
        _nobody(
            list(group.index.get_level_values("unit")), group["start"].iloc[0], group["end"].iloc[0]
        )
        for _, group in empty.groupby(["start", "end"])
    )


def _nobody(units: list[str], start: pd.Timestamp, end: pd.Timestamp) -> Note:
    names, zh = few(units, "units")
    return Note(
        f"Nobody who may cover {names} is there from {start:%Y-%m-%d} to {end:%Y-%m-%d}: "
        "no rep is planned for that time.",
        f"{start:%Y-%m-%d} 至 {end:%Y-%m-%d} 期间没有可覆盖{zh}的代表在岗：这段时间未安排代表。",
    )
