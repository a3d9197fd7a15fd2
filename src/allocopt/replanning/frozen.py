"""Frozen: the rows of a plan in periods that are over, with what came beside what was planned."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.plan import ACTUAL, FROZEN_TABLES
from allocopt.problem.cells import PLACE
from allocopt.replanning.course import Course


def frozen_tables(course: Course) -> dict[str, pd.DataFrame]:
    """Rows of the periods that are over, as the plans of then had them; `actual` is what came.

    Tables by name: those of `plan.FROZEN_TABLES` that the plan has.
    """
    tables = {name: course.planned(name) for name in FROZEN_TABLES if name in course.plan.tables}
    frozen = {
        name: _closed(table, course) if "period" in table else _begun(table, course)
        for name, table in tables.items()
    }
    return {**frozen, **dict(_with_actuals(frozen, course))}


def _closed(table: pd.DataFrame, course: Course) -> pd.DataFrame:
    return table[table["period"].isin(course.closed)].reset_index(drop=True)


def _begun(table: pd.DataFrame, course: Course) -> pd.DataFrame:
    """Spans of days that have begun, up to the last closed day."""
    start, end = (pd.to_datetime(table[name]) for name in ("start", "end"))
    cut = table.assign(start=start, end=end.where(end <= course.through, course.through))
    return cut[start <= course.through].reset_index(drop=True)


def _with_actuals(
    frozen: dict[str, pd.DataFrame], course: Course
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Sales of units, spend and sales of reps, where rows of what came name them."""
    sold = course.sold
    yield "sales", _beside(frozen["sales"], sold, ["unit"], "sales")
    quotas = frozen["quotas"]
    of_reps = quotas["level"] == "rep"
    told = _beside(quotas[of_reps], sold, ["rep"], "sales")
    yield "quotas", quotas.assign(**{ACTUAL: told[ACTUAL].reindex(quotas.index)})
    if course.spent is not None:
        yield "budget", _beside(frozen["budget"], course.spent, list(PLACE), "spend")


def _beside(table: pd.DataFrame, came: pd.DataFrame, keys: list[str], amount: str) -> pd.DataFrame:
    """A table with what came for each key and period; unknown where nothing names the key."""
    keys = [*keys, "period"]
    named = came.dropna(subset=keys[0])
    texts = {name: named[name].fillna("").astype("str") for name in keys}
    sums = named[amount].groupby([*texts.values()]).sum()
    wanted = pd.MultiIndex.from_frame(table[keys].fillna("").astype("str"))
    return table.assign(**{ACTUAL: sums.reindex(wanted).to_numpy()})
