"""Ours: the engine of `allocopt forecast` on bare arrays, for the benchmarks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar, PeriodName
from allocopt.forecasting import Sources
from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.case import Case, open_case
from allocopt.forecasting.engine import (
    Task,
    Trained,
    build_agreement,
    measure_residuals,
    pasts_of,
    train,
)
from allocopt.forecasting.evaluation import choose_origins
from allocopt.forecasting.fitting import Fitted, fit
from allocopt.forecasting.options import Options
from allocopt.forecasting.reconciliation import Reconciler, Structure, build_structure
from allocopt.forecasting.uncertainty import (
    HoldoutErrors,
    Paths,
    calibrate,
    draw_paths,
    error_scale,
)

PATHS = 500
PLAN_START = pd.Timestamp("2020-01-01")


@dataclass(frozen=True)
class Learnt:
    """What the engine has learnt from a panel; it can be asked again when a period has come."""

    task: Task
    trained: Trained
    reconciler: Reconciler

    def forecast(self, task: Task | None = None) -> FloatArray:
        """Coherent, non-negative forecast of the series, shape (series, horizon)."""
        task = task or self.task
        return self.reconciler.to_positive(self.trained.base(task))


def learn(
    values: FloatArray,
    season: int,
    horizon: int,
    structure: Structure | None = None,
    options: Options | None = None,
) -> tuple[Learnt, Paths]:
    """The engine on series (series, period) that add up as told, by default to one total."""
    options = options or Options()
    task = Task(values, season, horizon, structure or one_total(len(values)))
    origins = choose_origins(task.periods, season, horizon, options.holdouts)
    residuals = measure_residuals(task)
    trained = train(task, residuals, pasts_of(task, origins), options, lambda _share, _what: None)
    blocks = residuals.blended(trained.members.year)
    reconciler = build_agreement(task.structure, blocks).reconciler
    learnt = Learnt(task, trained, reconciler)
    tried = _holdout_errors(learnt)
    calibrated = blocks.with_scale(blocks.scale * calibrate(reconciler, blocks, tried))
    paths = draw_paths(learnt.forecast(), reconciler, calibrated, paths=PATHS, seed=options.seed)
    return learnt, paths


def one_total(series: int) -> Structure:
    """Series that have nothing in common but their total."""
    names = [f"{number:06d}" for number in range(series)]
    keys = pd.DataFrame({"territory": names, "segment": "all"}, dtype="str")
    keys = keys.assign(unit="", product="", channel="")
    return build_structure(keys, pd.DataFrame({"territory": [], "parent": []}, dtype="str"))


def _holdout_errors(learnt: Learnt) -> list[HoldoutErrors]:
    """Errors of the reconciled forecasts of the hold-outs; none where only a sample was forecast."""
    task, found = learnt.task, []
    for holdout in learnt.trained.holdouts:
        if len(holdout.rows) < len(task.structure):
            continue
        base = learnt.trained.blend(holdout.base, task.until(holdout.origin).intermittent)
        errors = holdout.actual - task.structure.sum(learnt.reconciler.to_positive(base))
        scale = error_scale(task.nodes[:, : holdout.origin], task.season)
        found.append(HoldoutErrors(task.periods - holdout.origin, errors, scale))
    return found


def fit_table(values: FloatArray, season: int, horizon: int, options: Options) -> Fitted:
    """The whole of `allocopt forecast`, cleaning included: series as territories of one segment.

    The last column of `values` is the period before the plan. The series have nothing in common, so
    their total has no say (`forecast.levels: [cell]`).
    """
    options = replace(options, levels=("cell",))
    period: PeriodName = {12: "month", 4: "quarter", 52: "week"}.get(season, "year")
    calendar = Calendar(period, PLAN_START, horizon)
    dates = [calendar.shift(PLAN_START, -step) for step in range(values.shape[1], 0, -1)]
    names = [f"{number:06d}" for number in range(len(values))]
    wide = pd.DataFrame(values, index=pd.Index(names, name="territory"), columns=dates)
    rows = wide.stack().rename_axis(["territory", "date"]).rename("sales").reset_index()
    rows = rows.dropna(subset="sales").assign(segment="all", unit="")
    case = open_case(Sources({"history": rows}), calendar, options)
    if not isinstance(case, Case):
        raise SystemExit("no history")
    return fit(case, lambda _share, _what: None)


def bounds(fitted: Fitted, coverage: float) -> tuple[FloatArray, FloatArray]:
    """Lower and upper bound of each series with another coverage."""
    options = replace(fitted.case.options, interval=coverage)
    again = replace(fitted, case=replace(fitted.case, options=options))
    mean = fitted.mean()
    rows = np.arange(len(mean)) + fitted.case.record.structure.aggregates
    lower, _, upper = again.outcomes(mean).of(rows, mean)
    return lower, upper
