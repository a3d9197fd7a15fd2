"""Outcomes: what may happen around a forecast - bounds, medians and weighted scenarios."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocopt.calendar import Calendar
from allocopt.forecasting.arrays import FloatArray, IntArray
from allocopt.forecasting.conditional import sharpen
from allocopt.forecasting.grain import plan_span, shares, span
from allocopt.forecasting.options import Options
from allocopt.forecasting.run import Run
from allocopt.forecasting.spread import Spread, find_spread
from allocopt.forecasting.trials import Trials
from allocopt.forecasting.uncertainty import (
    HoldoutErrors,
    Paths,
    WeightedScenarios,
    calibrate,
    draw_paths,
    error_scale,
    reduce_paths,
)

PATHS = 400
# Without any past to learn from, anything from nothing to twice the mean is taken to be possible.
UNKNOWN_UPPER = 2.0


@dataclass(frozen=True)
class Outcomes:
    """What may happen in the plan periods.

    `paths` are joint outcomes of all series, None where history is too short to know any; `spread`
    the offsets of nodes that have many like them.
    """

    coverage: float
    paths: Paths | None
    spread: Spread | None

    def of(self, rows: IntArray, mean: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Lower bound, median and upper bound of some nodes with these means (node, period).

        Nodes with company enough take the errors of all like them, the others those of their paths.
        """
        if self.paths is None or len(rows) == 0:
            return np.zeros_like(mean), mean, UNKNOWN_UPPER * mean
        bounds = np.zeros((3, *mean.shape))
        pooled = np.zeros(len(rows), dtype=bool) if self.spread is None else self.spread.known[rows]
        if self.spread is not None and pooled.any():
            bounds[:, pooled] = mean[pooled] + self.spread.offsets[:, rows[pooled]]
        if not pooled.all():
            bounds[:, ~pooled] = self.paths.quantiles(rows[~pooled], quantiles_of(self.coverage))
        lower, median, upper = np.maximum(bounds, 0.0)
        return np.minimum(lower, mean), median, np.maximum(upper, mean)

    def together(self) -> Outcomes:
        """Outcomes of the sum of all periods, as a single one."""
        if self.paths is None:
            return self
        centre = self.paths.centre.sum(axis=1, keepdims=True)
        deviations = self.paths.deviations.sum(axis=2, keepdims=True)
        paths = replace(self.paths, centre=centre, deviations=deviations)
        return replace(self, paths=paths, spread=None)

    def scenarios(self, keep: int) -> WeightedScenarios | None:
        """So many weighted scenarios that stand for all paths; their mean is the forecast."""
        if self.paths is None or keep == 0:
            return None
        reduced, centre = reduce_paths(self.paths, keep), self.paths.centre
        # Paths that are clipped at zero have another mean than the forecast they lie around.
        mean = np.einsum("k,ksh->sh", reduced.weight, reduced.bottom)
        scale = np.divide(centre, mean, out=np.zeros_like(centre), where=mean > 0)
        return replace(reduced, bottom=np.where(mean > 0, reduced.bottom * scale, centre))


def quantiles_of(coverage: float) -> FloatArray:
    """Probabilities of the lower bound, the median and the upper bound."""
    tail = (1 - coverage) / 2
    return np.array([tail, 0.5, 1 - tail])


def find_outcomes(
    run: Run, trials: Trials, mean: FloatArray, calendar: Calendar, options: Options
) -> Outcomes:
    """Outcomes around the means of all series in the plan periods (series, plan period)."""
    if run.agreement is None:
        return Outcomes(options.interval, None, None)
    panel, task = run.study.panel, run.study.task
    blocks, reconciler = run.agreement.blocks, run.agreement.reconciler
    factor = calibrate(reconciler, blocks, holdout_errors(run))
    blocks = blocks.with_scale(blocks.scale * factor)
    count = max(PATHS, options.samples)
    drawn = draw_paths(run.forecast(), reconciler, blocks, paths=count, seed=options.seed)
    # A series that has ended sells nothing; what an event multiplies is as much less sure.
    ahead = run.study.factor[:, task.periods : task.periods + task.horizon]
    drawn = drawn.times(np.where(run.study.closed[:, None], 0.0, ahead))
    to_plan = shares(span(panel.calendar, panel.end, task.horizon), plan_span(calendar))
    paths = replace(drawn, centre=mean, deviations=drawn.deviations @ to_plan)
    probabilities = quantiles_of(options.interval)
    spread = find_spread(run, trials, probabilities, calendar)
    spread = sharpen(spread, run, probabilities, calendar)
    if spread is not None:
        spread = replace(spread, offsets=spread.offsets * _event_factor(run, ahead, to_plan))
    return Outcomes(options.interval, paths, spread)


def _event_factor(run: Run, ahead: FloatArray, to_plan: FloatArray) -> FloatArray:
    """What events multiply each node by, shape (node, plan period); 1 without sales."""
    summing, sales = run.study.task.structure.summing, run.forecast()
    without = summing @ (
        np.divide(sales, ahead, out=np.zeros_like(sales), where=ahead > 0) @ to_plan
    )
    with_events = summing @ (sales @ to_plan)
    factor = np.ones_like(without)
    np.divide(with_events, without, out=factor, where=without > 0)
    return np.asarray(factor)


def holdout_errors(run: Run) -> list[HoldoutErrors]:
    """How the run did in its own hold-outs; none where only a sample of nodes was forecast."""
    task, values = run.study.task, run.study.panel.values
    found = []
    for number, holdout in enumerate(run.holdouts):
        forecast = run.held_out(number)
        if forecast is None:
            continue
        came = values[:, holdout.origin : holdout.origin + forecast.shape[1]]
        errors = task.structure.sum(came) - task.structure.summing @ forecast
        scale = error_scale(run.pasts[number].task.nodes, task.season)
        found.append(HoldoutErrors(task.periods - holdout.origin, errors, scale))
    return found
