"""Update: new actuals come in, the forecast follows without a refit, and drift asks for one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.case import Case, open_case, with_actuals
from allocopt.forecasting.fitting import Fitted, fit_again
from allocopt.forecasting.levels import ReportLevel, levels_of, rows_of

# Members go stale slowly: on monthly panels the error grew by 0.3 % in one period, 1 % in six.
PERIODS_BETWEEN_REFITS = 3
DRIFT = ["level", "key", "expected", "actual", "lower", "upper", "drift"]
# More rows of a level outside their interval than chance leaves there in 1 of 100 panels.
SURE = 2.33


@dataclass(frozen=True)
class Update:
    """A forecast carried on by new actuals.

    `drift` [level, key, expected, actual, lower, upper, drift] compares what came with what was
    expected over the new periods together, and marks what lies outside its interval.
    """

    fitted: Fitted
    drift: pd.DataFrame
    refit_due: bool
    why: str


def is_refit_due(periods: int, season: int) -> bool:
    """Whether members that were trained so many periods ago should be trained again."""
    return periods >= max(PERIODS_BETWEEN_REFITS, season // 4)


def update(fitted: Fitted, actuals: pd.DataFrame, calendar: Calendar | None = None) -> Update:
    """The forecast with further history rows; nothing is trained.

    `actuals` is a canonical table like `history`, with the new rows only. `calendar` is the plan of
    today where it is another: rows from its start on are not used.
    """
    before = fitted.case
    sources = with_actuals(before.sources, actuals)
    case = open_case(sources, calendar or before.calendar, before.options)
    assert isinstance(case, Case)  # noqa: S101 - there was a history before
    return carry_on(fitted, case)


def carry_on(fitted: Fitted, case: Case) -> Update:
    """The forecast of a later case by what was learnt before; nothing is trained."""
    after = fit_again(case, fitted)
    drift = find_drift(fitted, case)
    waited = after.run.study.task.periods - _trained_on(fitted)
    due, why = _refit(drift, waited, case.record.season, 1 - case.options.interval)
    return Update(after, drift, due, why)


def find_drift(fitted: Fitted, case: Case) -> pd.DataFrame:
    """What came in the periods after a fit beside what it expected, by level."""
    judged = fitted.case.record.judged
    new = len(case.record.judged.periods) - len(judged.periods)
    if new <= 0:
        return pd.DataFrame(columns=DRIFT)
    ahead = replace(judged.calendar, plan_start=judged.end, plan_periods=new)
    expected = replace(fitted, case=replace(fitted.case, calendar=ahead))
    mean, structure = expected.mean(), fitted.case.record.structure
    # One period: the sum of all new ones.
    paths = expected.outcomes(mean).together()
    total = structure.summing @ mean.sum(axis=1, keepdims=True)
    sold = np.nan_to_num(case.record.judged.values[:, -new:]).sum(axis=1)
    parts = []
    for level in levels_of(structure):
        keys, rows = rows_of(structure, level)
        lower, _, upper = paths.of(rows, total[rows])
        part = {"expected": total[rows, 0], "lower": lower[:, 0], "upper": upper[:, 0]}
        told = pd.DataFrame({"level": level, "key": keys.agg("/".join, axis=1), **part})
        parts.append(told.assign(actual=_sold_by(case, level, sold, keys)))
    table = pd.concat(parts, ignore_index=True)
    outside = (table["actual"] < table["lower"]) | (table["actual"] > table["upper"])
    return table.assign(drift=outside)[DRIFT]


def _sold_by(case: Case, level: ReportLevel, sold: FloatArray, wanted: pd.DataFrame) -> FloatArray:
    """What series (series,) sold, by the keys of a level; series that are new count above them."""
    structure = case.record.structure
    keys, rows = rows_of(structure, level)
    found = pd.Series((structure.summing @ sold)[rows], index=pd.MultiIndex.from_frame(keys))
    return found.reindex(pd.MultiIndex.from_frame(wanted)).fillna(0.0).to_numpy()


def _trained_on(fitted: Fitted) -> int:
    return fitted.run.trained.periods if fitted.run.trained else 0


def _refit(drift: pd.DataFrame, waited: int, season: int, promised: float) -> tuple[bool, str]:
    """Whether a refit is due, and why; intervals leave out a share `promised` of what comes."""
    if is_refit_due(waited, season):
        return True, f"trained {waited} periods ago"
    company = drift[drift["level"] == "company"]
    if company["drift"].any():
        return True, "the company's sales lie outside their interval"
    cells = drift[drift["level"] == "cell"]
    if len(cells) and _too_many(int(cells["drift"].sum()), len(cells), promised):
        return True, f"{int(cells['drift'].sum())} of {len(cells)} cells lie outside their interval"
    return False, ""


def _too_many(outside: int, rows: int, promised: float) -> bool:
    """Whether chance rarely leaves so many rows outside intervals that leave out `promised`."""
    expected, spread = rows * promised, np.sqrt(rows * promised * (1 - promised))
    return bool(outside > expected + SURE * spread)
