"""Run: one panel forecast, and what it would have said at earlier dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.beginners import Beginners, find_beginners
from allocopt.forecasting.case import Case
from allocopt.forecasting.engine import (
    Agreement,
    Holdout,
    Past,
    Residuals,
    Task,
    Trained,
    build_agreement,
    measure_residuals,
)
from allocopt.forecasting.grain import Span, shares, span
from allocopt.forecasting.kernels import seasonal_naive
from allocopt.forecasting.levels import node_levels
from allocopt.forecasting.newcomers import make_room, newcomer_share, waiting_then
from allocopt.forecasting.reconciliation.positive import kept_share
from allocopt.forecasting.record import Record
from allocopt.forecasting.study import Study
from allocopt.notes import Note

# Task, errors of local forecasts and dates of hold-outs → what was learnt.
Learn = Callable[[Task, Residuals, Sequence[Past]], Trained]
# Series without sales and those below zero take no more than this from the total, or add to it.
KEPT_LEAST, KEPT_MOST = 0.75, 1.25


@dataclass(frozen=True)
class Run:
    """A study with what was learnt from it.

    `pasts` are the studies of the hold-outs' dates, made of what was known then. `trained` is None
    where history is too short to learn.
    """

    study: Study
    pasts: tuple[Study, ...]
    record: Record
    trained: Trained | None
    agreement: Agreement | None
    beginners: Beginners

    def forecast(self) -> FloatArray:
        """Sales of each series in the periods after its history, shape (series, horizon), ≥ 0."""
        return self._sales

    @cached_property
    def _sales(self) -> FloatArray:
        # Means, bounds and opinions all start from it, and a global model is slow to ask.
        return self._forecast(self.study, None)

    def held_out(self, number: int) -> FloatArray | None:
        """Sales of each series (series, reach) as the hold-out of that number had them.

        None where only a sample of the nodes was forecast, which cannot be made to agree.
        """
        return self._held_out[number]

    @cached_property
    def _held_out(self) -> tuple[FloatArray | None, ...]:
        # Trials and the calibration of paths both ask for them.
        return tuple(
            self._forecast(then, self._blended(holdout, then))
            if len(holdout.rows) >= (~np.isnan(then.task.nodes)).any(axis=1).sum()
            else None
            for holdout, then in zip(self.holdouts, self.pasts, strict=True)
        )

    def held_out_nodes(self, number: int, targets: Span) -> FloatArray:
        """Sales of each node in target periods, as that hold-out had them; NaN where it had none."""
        holdout, then = self.holdouts[number], self.pasts[number]
        ahead = span(self.study.panel.calendar, then.panel.end, then.task.horizon)
        to_targets, structure = shares(ahead, targets), self.study.task.structure
        series = self.held_out(number)
        if series is not None:
            return np.asarray(structure.summing @ (series @ to_targets))
        # A sample is judged as it was forecast.
        rows = holdout.rows
        nodes = np.full((len(structure), len(targets)), np.nan)
        members = np.asarray(structure.summing[rows].sum(axis=1)).reshape(-1, 1)
        factor = structure.summing[rows] @ then.factor[:, holdout.origin :] / members
        nodes[rows] = np.maximum(self._blended(holdout, then)[rows] * factor, 0.0) @ to_targets
        return nodes

    def young(self) -> BoolArray:
        """Which series have hardly begun and are forecast as a share, shape (series,)."""
        task = self.study.task
        if self.trained is None:
            return np.zeros(len(task.values), dtype=bool)
        nothing = np.zeros((len(task.structure), task.horizon))
        return self.beginners.replace(nothing, task)[1]

    @property
    def selling(self) -> BoolArray:
        """Which nodes have a series that has not ended, shape (node,)."""
        return np.asarray(self.record.structure.summing @ (~self.study.closed).astype(float) > 0)

    @property
    def method(self) -> str:
        """What the forecast is made by, as people see it."""
        if self.trained is None:
            has_year = self.study.task.periods >= self.study.task.season
            return "last year" if has_year else "the mean"
        boosted = self.trained.smooth.share > 0 or self.trained.intermittent.share > 0
        return "smoothing and boosting" if boosted else "smoothing"

    @property
    def remark(self) -> Note | None:
        """Why there was no choice, where there was none."""
        periods, season = self.study.task.periods, self.study.task.season
        if self.trained is not None:
            return None
        count = "period" if periods == 1 else "periods"
        yearly = season == self.study.panel.calendar.season
        short, short_zh = ("two years", "两年") if yearly else ("two seasons", "两个季节周期")
        what, what_zh = "the mean of what there is is", "现有数据的均值"
        if periods >= season:
            what, what_zh = "last year's sales are", "去年同期的销售额"
        return Note(
            f"Only {periods} {count} of history, less than {short}: {what} the forecast.",
            f"销售历史只有 {periods} 个周期，不足{short_zh}：以{what_zh}作为预测。",
        )

    @property
    def holdouts(self) -> tuple[Holdout, ...]:
        """Hold-outs of the training."""
        return self.trained.holdouts if self.trained else ()

    def _blended(self, holdout: Holdout, then: Study) -> FloatArray:
        """Base forecast of every node at a hold-out, 0 where it was not forecast."""
        assert self.trained is not None  # noqa: S101 - there are no hold-outs without training
        base = np.zeros((len(then.task.structure), holdout.actual.shape[1]))
        base[holdout.rows] = self.trained.blend(holdout.base, then.task.intermittent[holdout.rows])
        return base

    def _forecast(self, study: Study, base: FloatArray | None) -> FloatArray:
        task = study.task
        if self.trained is None or self.agreement is None:
            series = seasonal_naive(task.values, task.season, task.horizon)
            sold = np.where(study.closed[:, None], 0.0, np.maximum(series, 0.0))
        else:
            today = base is None
            base = self.trained.base(task) if base is None else base
            base, young = self.beginners.replace(base, task, today=today)
            series = self.agreement.reconciler.to_bottom(base)
            begun = (~np.isnan(task.values)).any(axis=1) | young | self.beginners.waiting
            sold = np.where((study.closed | ~begun)[:, None], 0.0, np.maximum(series, 0.0))
            # What series without sales and those below zero would have had stays in the total.
            sold = sold * np.clip(kept_share(series, sold), KEPT_LEAST, KEPT_MOST)
        sold = self._with_newcomers(study, sold)
        return np.asarray(sold * study.factor[:, task.periods : task.periods + task.horizon])

    def _with_newcomers(self, study: Study, series: FloatArray) -> FloatArray:
        if not self.record.waiting:
            return series
        task, panel = study.task, study.panel
        waiting = waiting_then(panel, self.record.waiting)
        share = newcomer_share(panel, task.season, task.horizon, waiting)
        return make_room(series, share, self.record.joining)


def run(study: Study, pasts: Sequence[Study], case: Case, learn: Learn) -> Run:
    """A study with what `learn` says of its task; by last year where there are not two.

    `pasts` are studies of the same panel at earlier dates, the earliest first.
    """
    task, record, options = study.task, case.record, case.options
    beginners = find_beginners(study.panel.series, case)
    if task.periods < 2 * task.season:
        return Run(study, (), record, None, None, beginners)
    residuals = measure_residuals(task)
    trained = learn(task, residuals, [_past(study, then) for then in pasts])
    levels = node_levels(record.structure, options.levels)
    blocks = residuals.blended(trained.members.year)
    agreement = build_agreement(record.structure, blocks, levels)
    return Run(study, tuple(pasts), record, trained, agreement, beginners)


def _past(study: Study, then: Study) -> Past:
    """A hold-out's task, and what came without events."""
    first, reach = then.task.periods, then.task.horizon
    return Past(then.task, study.task.structure.sum(study.net[:, first : first + reach]))
