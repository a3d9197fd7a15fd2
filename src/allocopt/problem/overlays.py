"""Overlays: specialists who support the units of other reps, and own none.

Specialists beside generalists are a sales role of their own (Zoltners, Sinha and Lorimer, 2004, Sales Force
Design for Strategic Advantage, chapter Sales Roles). That sales grow in proportion to support, up to full
support, is the plainest response that has an end; share and lift are the planner's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from allocopt.problem.windows import Windows, unit_and_window
from allocopt.scenario import Scenario

# Hours of a specialist per standard hour of a unit in full support, where the table does not say.
ASSUMED_SHARE = 0.1


@dataclass(frozen=True)
class Overlay:
    """A specialist and the reps whose units get support.

    In full support a unit takes `share` of its standard hours and sells `lift` of its demand on top.
    """

    rep: str
    role: str
    serves: tuple[str, ...]
    share: float
    lift: float


@dataclass(frozen=True)
class Support:
    """What specialists can do for units, if their own reps are served all the time.

    full: index (specialist, unit) × period, hours of full support [h/period]. worth: the same index and
    columns, sales that an hour of it adds [currency/h].
    """

    full: pd.DataFrame
    worth: pd.DataFrame


def overlay_rules(scenario: Scenario, reps: pd.DataFrame) -> tuple[Overlay, ...]:
    """The specialists who work in the plan, each with the reps of the plan that they serve."""
    rows = scenario.table("overlays")
    rows = rows[rows["rep"].isin(reps.index) & rows["serves"].isin(reps.index)]
    return tuple(_overlay(str(rep), own) for rep, own in rows.groupby("rep", sort=False))


def _overlay(rep: str, rows: pd.DataFrame) -> Overlay:
    return Overlay(
        rep=rep,
        role=str(_said(rows["role"], "")),
        serves=tuple(rows["serves"]),
        share=float(_said(rows["share"], ASSUMED_SHARE)),
        lift=float(_said(rows["lift"], 0.0)),
    )


def _said(column: pd.Series[Any], default: Any) -> Any:
    """The first value that is known; all that are known are the same."""
    known = column.dropna()
    return known.iloc[0] if len(known) else default


def support_of(
    overlays: tuple[Overlay, ...], pairs: pd.Index, hours: pd.DataFrame, demand: pd.DataFrame
) -> Support:
    """Full support of the units that a served rep may cover, and that gain by it.

    `hours` and `demand` are unit × period, `pairs` the eligible (unit, rep).
    """
    full, gain = {}, {}
    for overlay in overlays:
        units = pairs[pairs.isin(overlay.serves, level="rep")].get_level_values("unit").unique()
        for unit in units:
            full[overlay.rep, unit] = overlay.share * hours.loc[unit].to_numpy()
            gain[overlay.rep, unit] = overlay.lift * demand.loc[unit].to_numpy()
    frames = [_by_specialist(rows, hours.columns) for rows in (full, gain)]
    needed, gained = (frame.to_numpy() for frame in frames)
    worth = np.divide(gained, needed, out=np.zeros_like(gained), where=needed > 0)
    gains = (worth > 0).any(axis=1)
    return Support(frames[0][gains], pd.DataFrame(worth, frames[0].index, hours.columns)[gains])


def _by_specialist(rows: Mapping[tuple[str, str], np.ndarray], periods: pd.Index) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples(list(rows), names=["specialist", "unit"])
    cells = np.array(list(rows.values()), dtype=float).reshape(len(rows), len(periods))
    return pd.DataFrame(cells, index, periods)


def served_share(
    overlay: Overlay, shares: pd.Series[float], windows: Windows, units: pd.Index
) -> pd.DataFrame:
    """How much of each unit, and of each period, lies with the reps that are served; unit × period.

    `shares` by stint (unit, rep, window).
    """
    served = shares[shares.index.isin(overlay.serves, level="rep")]
    weight = windows.weight.reindex(unit_and_window(served.index)).mul(served.to_numpy(), axis=0)
    return weight.groupby(level="unit").sum().reindex(units).fillna(0.0)
