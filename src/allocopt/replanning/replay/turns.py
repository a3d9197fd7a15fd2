"""Turns: what each turn of the loop did."""

from __future__ import annotations

import pandas as pd

from allocopt.replanning.replay.walk import Walk
from allocopt.replanning.turn import Replanned

COLUMNS = (
    *("after", "handovers", "forecast_was", "forecast_now", "refitted", "status", "gap"),
    "alerts",
)


def turn_table(walk: Walk) -> pd.DataFrame:
    """A row for the first plan (`after` "") and one after each turn; `COLUMNS`.

    `forecast_was` and `forecast_now` are demand of the periods still to come, old and new [currency];
    the turn after the last period only reviews.
    """
    summary = walk.first.plan.summary
    first = ("", handed_over(walk, 0), None, None, True, summary["status"], summary["gap"], 0)
    turns = [_turn(walk, number, turn) for number, turn in enumerate(walk.turns, start=1)]
    return pd.DataFrame([first, *turns], columns=list(COLUMNS))


def _turn(walk: Walk, number: int, turn: Replanned) -> tuple[object, ...]:
    tables, label = turn.plan.tables, turn.course.closed[-1]
    alerts = len(tables["alerts"]) if "alerts" in tables else 0
    if turn.resolved is None or turn.reforecast is None:
        return (label, 0, None, None, False, "", None, alerts)
    rows = tables["reforecast"]
    cells = rows[rows["unit"].fillna("") == ""]
    sums = (float(cells["was"].sum()), float(cells["now"].sum()))
    found = (turn.reforecast.refitted, turn.plan.summary["status"], turn.plan.summary["gap"])
    return (label, handed_over(walk, number), *sums, *found, alerts)


def handed_over(walk: Walk, number: int) -> int:
    """Units that a plan, 0 the first one, gave to another rep before the next turn."""
    standings = walk.standings
    last = number + 1 == len(standings)
    end = walk.span.number if last else standings[number + 1].closed
    rows = standings[number].plan["assignments"]
    begun = pd.to_datetime(rows["start"]) <= walk.span.calendar.ends[end - 1]
    return int(rows.loc[(rows["handover"] == "yes") & begun, "unit"].nunique())
