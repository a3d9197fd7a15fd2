"""Money: spend by lever and place, and the way from the margin to the contribution."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.documents.workbook.sheet import (
    Sheet,
    names_for,
    period_columns,
    sheet_of,
    with_periods,
)
from allocopt.plan import CONTRIBUTION_PARTS

# Room below the lowest step of a waterfall, as a part of what its steps span.
ROOM = 0.15


def levers_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Each lever: spend, what it adds, and its bounds."""
    bounds = facts.scenario.table("levers").drop_duplicates("lever").set_index("lever")
    frame = facts.lever_spend.join(bounds.reindex(columns=["channel", "total_min", "total_max"]))
    frame = frame.rename_axis("lever").reset_index()
    spend = frame["spend"]
    frame = frame.assign(
        lever=names_for(frame["lever"], "levers", facts),
        share=spend / (spend.sum() or float("nan")),
        lift_per_spend=frame["lift"] / spend.where(spend > 0),
    )
    keys = "lever channel spend share lift lift_per_spend total_min total_max"
    return sheet_of("levers", keys, frame, voice)


def budget_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Spend of each lever in each place and period."""
    keys = ["lever", "territory", "segment"]
    rows = facts.table("budget").fillna(dict.fromkeys(keys, ""))
    if rows["spend"].sum() == 0:
        return None
    summed = rows.groupby([*keys, "period"], sort=False)["spend"].sum(min_count=1)
    spread = summed.unstack("period")
    labels = [label for label in facts.periods if label in spread]
    frame = spread[labels].assign(spend=spread.sum(axis=1, min_count=1)).reset_index()
    frame = frame.assign(
        lever=names_for(frame["lever"], "levers", facts),
        territory=names_for(frame["territory"], "territories", facts),
        segment=names_for(frame["segment"], "segments", facts),
    )
    sheet = sheet_of("budget", "lever territory segment spend", frame, voice, frozen=3)
    return with_periods(sheet, period_columns(labels, voice))


def contribution_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """The steps from the margin on sales to the contribution."""
    parts = [(name, facts.part(name)) for name in CONTRIBUTION_PARTS]
    steps = [(voice.say(f"part.{name}"), value) for name, value in parts if known(value) and value]
    total = facts.contribution()
    if not steps or not known(total):
        return None
    return waterfall_sheet("contribution", (*steps, (voice.say("card.contribution"), total)), voice)


def waterfall_sheet(name: str, steps: Sequence[tuple[str, float]], voice: Voice) -> Sheet | None:
    """A waterfall as stacked columns: the first step and the last are totals, those between changes."""
    rows, level = [], 0.0
    for place, (step, amount) in enumerate(steps):
        is_total = place in (0, len(steps) - 1)
        low = min(level, level + amount)
        rows.append(
            {
                "step": step,
                "step_amount": amount,
                "step_base": nan if is_total else low,
                "step_total": amount if is_total else nan,
                "step_gain": amount if amount > 0 and not is_total else nan,
                "step_loss": -amount if amount < 0 and not is_total else nan,
            }
        )
        level = amount if is_total else level + amount
    keys = "step step_amount step_base step_total step_gain step_loss"
    return sheet_of(name, keys, pd.DataFrame(rows), voice)


def waterfall_floor(frame: pd.DataFrame) -> float:
    """Where the axis of a waterfall begins, so that its changes can be seen; 0 where they can anyway."""
    tops = frame[["step_base", "step_total", "step_gain", "step_loss"]].sum(axis=1)
    lows = frame["step_base"].fillna(frame["step_total"])
    low, high = float(lows.min()), float(tops.max())
    return 0.0 if low <= high / 2 else low - ROOM * (high - low)
