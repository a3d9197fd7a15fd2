"""Triggers: what is seen when a world has come, in words and in figures."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, nan
from typing import NamedTuple

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.config.scope import Scope
from allocopt.notes import Note
from allocopt.plan import Plan

COMPANY = Scope("company")
# Sales are looked at when this part of the plan has gone by.
CHECKPOINT = 0.25


@dataclass(frozen=True)
class Trigger:
    """What calls for a plan.

    Measured ones compare `sales` of the scope [currency], from the plan's start to the day `by`, with the
    plan's own: the world has come when they are below `share` of it, or above where `low` is false.
    `probability` of that, NaN where no samples tell it. Others are a sentence alone, and `by` is None.
    """

    sentence: Note
    scope: Scope = COMPANY
    by: pd.Timestamp | None = None
    share: float = nan
    sales: float = nan
    low: bool = True
    probability: float = nan


class Place(NamedTuple):
    """A scope, and which units lie in it."""

    scope: Scope
    units: pd.Series[bool]


def checkpoint(calendar: Calendar) -> int:
    """How many periods have gone by when sales are looked at, at least one."""
    return max(ceil(CHECKPOINT * calendar.plan_periods), 1)


def sales_trigger(
    plan: Plan,
    calendar: Calendar,
    place: Place,
    share: float,
    *,
    low: bool,
    probability: float = nan,
) -> Trigger:
    """Sales of a place up to the checkpoint, against a share of what the plan sells until then."""
    scope, units = place
    periods = calendar.labels[: checkpoint(calendar)]
    rows = plan["sales"]
    planned = rows["unit"].isin(units.index[units]) & rows["period"].isin(periods)
    amount = share * float(rows.loc[planned, "sales"].sum())
    by = calendar.ends[len(periods) - 1]
    sentence = _sentence(scope, by, share, amount, low=low)
    return Trigger(sentence, scope, by, share, amount, low, probability)


def _sentence(scope: Scope, by: pd.Timestamp, share: float, amount: float, *, low: bool) -> Note:
    where = f" of {scope.value}" if scope.value else ""
    place, side = scope.value or "全公司", "低于" if low else "高于"
    return Note(
        f"Sales{where} from the plan's start to {by:%Y-%m-%d} are {'below' if low else 'above'} "
        f"{amount:,.0f}, which is {share:.0%} of plan.",
        f"截至 {by:%Y-%m-%d}，{place}累计销售额{side} {amount:,.0f}（计划的 {share:.0%}）。",
    )
