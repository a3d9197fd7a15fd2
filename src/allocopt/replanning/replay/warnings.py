"""Warnings: the alerts of each turn, and whether what came afterwards lay where they said."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from allocopt.audit.evidence import beyond
from allocopt.replanning.alerts import advice
from allocopt.replanning.alerts.alert import scope_text
from allocopt.replanning.performance.amounts import Amounts, Books
from allocopt.replanning.replay.walk import Walk

COLUMNS = (
    *("after", "alert", "scope", "since", "probability", "side", "planned", "actual", "right"),
    *("text", "text_zh"),
)
# Alerts that say on which side of a threshold sales are.
BELOW_OR_ABOVE = ("runrate",)
BELOW = ("plan_share", "channel_collapse", "product_collapse")
DRIFT = "drift"
LOW, HIGH, UNKNOWN = "low", "high", ""


def warning_table(walk: Walk) -> pd.DataFrame:
    """Alerts by the period after which they rang; `COLUMNS`.

    `side` is on which side of what was asked an alert sees sales, "" where it is about something else.
    It is `right` ("yes", "no") when sales of its scope from then to the end of the time played lie on
    that side of the first plan, `planned`; "" after the last period, and where the plan says nothing of
    the scope.
    """
    books = {
        scope_text(amounts.scope, str(item)): (amounts, str(item))
        for amounts in Books(walk.course(walk.first))
        for item in amounts.items
    }
    rows = [
        _judged(walk, books, row, len(turn.course.closed))
        for turn in walk.turns
        for row in _alerts(turn.plan.tables)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _alerts(tables: Mapping[str, pd.DataFrame]) -> list[dict[Hashable, Any]]:
    return tables["alerts"].to_dict("records") if "alerts" in tables else []


def _judged(
    walk: Walk,
    books: Mapping[str, tuple[Amounts, str]],
    row: dict[Hashable, Any],
    closed: int,
) -> dict[Hashable, Any]:
    """An alert with what came after it."""
    side, after = side_of(row), range(closed, walk.span.number)
    planned, actual, right = np.nan, np.nan, UNKNOWN
    if side and after and row["scope"] in books:
        amounts, item = books[row["scope"]]
        planned = float(amounts.plan[[*after]].sum(axis=1, min_count=1)[item])
        # No row of sales is none sold: the time that is played is over.
        actual = float(amounts.actual[[*after]].sum(axis=1)[item])
        if not np.isnan(planned):
            low, high = beyond(planned, actual), beyond(actual, planned)
            right = "yes" if (low if side == LOW else high) else "no"
    found = {"side": side, "planned": planned, "actual": actual, "right": right}
    return row | {"after": walk.span.labels[closed - 1]} | found


def side_of(row: Mapping[Hashable, Any]) -> str:
    """On which side an alert sees the sales of its scope: low, high, or "" where it is not about them."""
    if row["alert"] in BELOW:
        return LOW
    if row["alert"] in BELOW_OR_ABOVE:
        return LOW if row["value"] < row["threshold"] else HIGH
    if row["alert"] == DRIFT:
        return LOW if row["suggestion"] == str(advice.refit(low=True).note) else HIGH
    return UNKNOWN


def precision_table(warnings: pd.DataFrame) -> pd.DataFrame:
    """alert, rung, judged, right, precision: of each kind, and of all ("")."""
    kinds = [*warnings["alert"].unique(), ""]
    return pd.DataFrame(
        [_precision(warnings, kind) for kind in kinds],
        columns=["alert", "rung", "judged", "right", "precision"],
    )


def _precision(warnings: pd.DataFrame, kind: str) -> tuple[str, int, int, int, float]:
    rows = warnings if not kind else warnings[warnings["alert"] == kind]
    judged, right = int((rows["right"] != UNKNOWN).sum()), int((rows["right"] == "yes").sum())
    return (kind, len(rows), judged, right, right / judged if judged else np.nan)
