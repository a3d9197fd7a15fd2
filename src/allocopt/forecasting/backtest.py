"""Back-test: the whole forecaster at earlier dates, fitted once and then only updated.

At the first date everything is learnt from what was known then: cleaning, events, members and their
weights. At the later dates that is used as it is, until a refit is due: the way a forecast is made
every month (Tashman 2000, "Out-of-sample tests of forecasting accuracy", rolling origins).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.case import Case
from allocopt.forecasting.engine import Progress
from allocopt.forecasting.evaluation import (
    ACCURACY,
    SEASONAL_NAIVE,
    YARDSTICKS,
    Origins,
    measure,
    where_not_better,
)
from allocopt.forecasting.fitting import Fitted, fit, fit_again, yardsticks
from allocopt.forecasting.levels import rows_of
from allocopt.forecasting.result import TESTED, long_rows
from allocopt.forecasting.trials import Trials, compare, comparison_of, report_rows
from allocopt.forecasting.update import is_refit_due
from allocopt.notes import Note

ORIGINS = 6


@dataclass(frozen=True)
class BackTest:
    """Accuracy beside simple forecasters, what should be said of it, and every forecast made."""

    accuracy: pd.DataFrame
    remarks: tuple[Note, ...] = ()
    table: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=TESTED))


@dataclass(frozen=True)
class Stop:
    """The forecast of every node at one origin: mean, and bounds for the rows that are reported."""

    mean: FloatArray
    lower: FloatArray
    upper: FloatArray


def back_test(case: Case, name: str, tell: Progress) -> BackTest:
    """Forecasts at up to six earlier dates, measured beside naive, seasonal naive and Theta."""
    origins = case.origins(ORIGINS)
    if not origins.places:
        return BackTest(pd.DataFrame(columns=ACCURACY))
    stops = list(_stops(case, origins, tell))
    record = case.record
    trials = compare(record, origins, [stop.mean for stop in stops])
    tail = (1 - case.options.interval) / 2
    bounds = {tail: _stacked(stops, "lower"), 1 - tail: _stacked(stops, "upper")}
    forecasts = {name: trials.forecast, **yardsticks(trials, record.season, *YARDSTICKS)}
    comparison = comparison_of(record, trials, forecasts).with_quantiles(name, bounds)
    accuracy = measure(comparison, name, seed=case.options.seed)
    same = np.allclose(forecasts[SEASONAL_NAIVE], trials.forecast, equal_nan=True)
    remarks = () if same else where_not_better(accuracy, name, SEASONAL_NAIVE)
    return BackTest(accuracy, remarks, _table(case, trials, stops))


def _stops(case: Case, origins: Origins, tell: Progress) -> Iterator[Stop]:
    rows, _ = report_rows(case.record)
    fitted: Fitted | None = None
    since = origins.places[0]
    for number, place in enumerate(origins.places):
        tell(number / len(origins.places), f"back-test {number + 1} of {len(origins.places)}")
        then = case.at(place, origins.horizon)
        season = then.record.season
        if fitted is None or is_refit_due(place - since, season):
            fitted, since = fit(then, lambda done, message: None), place
        else:
            fitted = fit_again(then, fitted)
        series = fitted.consensus().mean
        mean = then.record.structure.summing @ series
        lower, _, upper = fitted.outcomes(series).of(rows, mean[rows])
        yield Stop(mean, lower, upper)


def _stacked(stops: list[Stop], bound: str) -> FloatArray:
    return np.stack([getattr(stop, bound) for stop in stops])


def _table(case: Case, trials: Trials, stops: list[Stop]) -> pd.DataFrame:
    """Rows of `Forecast.tested`: cells and units at every origin."""
    levels = report_rows(case.record)[1]
    judged, parts = case.record.judged, []
    for number, (place, stop) in enumerate(zip(trials.origins.places, stops, strict=True)):
        labels = judged.labels[place : place + trials.origins.horizon]
        for level in ("cell", "unit"):
            keys, nodes = rows_of(case.record.structure, level)
            told = np.flatnonzero(levels == level)
            if len(nodes) == 0:
                continue
            long = long_rows(
                keys,
                labels,
                actual=trials.actual[number, nodes],
                mean=stop.mean[nodes],
                lower=stop.lower[told],
                upper=stop.upper[told],
            )
            parts.append(long.assign(origin=labels[0], level=level))
    table = pd.concat(parts, ignore_index=True)
    unit = table["unit"] if "unit" in table else pd.Series("", index=table.index)
    return table.assign(unit=unit.fillna("").astype("str"))[TESTED]
