"""Conditional spread: bounds that the global model sees for each node, corrected by the hold-outs.

Conformalised quantile regression: how far outcomes lay beyond the quantile forecasts of the hold-outs,
in units of each node's scale, is added to those of today (Romano, Patterson and Candès 2019, theorem
2). Calm nodes get narrower bounds than their scale alone would give them, erratic ones wider.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allocopt.calendar import Calendar
from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.grain import plan_span, shares, span
from allocopt.forecasting.run import Run
from allocopt.forecasting.spread import LEAST_ERRORS, Spread
from allocopt.forecasting.uncertainty import correct_quantiles, error_scale


def sharpen(
    spread: Spread | None, run: Run, probabilities: FloatArray, calendar: Calendar
) -> Spread | None:
    """The spread with conditional offsets where the global model has quantiles, else as it is."""
    wanted = [float(probability) for probability in probabilities if probability != 0.5]
    learnt = [holdout for holdout in run.holdouts if set(wanted) <= set(holdout.base.quantiles)]
    if spread is None or run.trained is None or not learnt:
        return spread
    task = run.study.task
    base = run.trained.members.forecast(task)
    held_out = {
        q: np.concatenate([holdout.base.quantiles[q] for holdout in learnt]) for q in wanted
    }
    actual = np.concatenate([holdout.actual for holdout in learnt])
    scale = np.concatenate([holdout.scale for holdout in learnt])
    cases = np.isfinite(held_out[wanted[0]]).all(axis=1) & (scale > 0)
    if cases.sum() < LEAST_ERRORS:
        return spread
    corrected = correct_quantiles(
        {q: _as_far(base.quantiles[q], actual.shape[1]) for q in wanted},
        error_scale(task.nodes, task.season),
        {q: values[cases] for q, values in held_out.items()},
        actual[cases],
        scale[cases],
    )
    center = run.trained.blend(base, task.intermittent)
    panel = run.study.panel
    to_plan = shares(span(panel.calendar, panel.end, task.horizon), plan_span(calendar))
    offsets = spread.offsets.copy()
    known = np.isfinite(base.quantiles[wanted[0]]).all(axis=1) & run.selling
    for place, probability in enumerate(probabilities):
        if probability != 0.5:
            own = _as_far(corrected[float(probability)], task.horizon) - center
            offsets[place, known] = own[known] @ to_plan
    return replace(spread, offsets=offsets, known=spread.known | known)


def _as_far(values: FloatArray, horizon: int) -> FloatArray:
    """Values (node, period) cut, or carried on from the last period."""
    beyond = np.repeat(values[:, -1:], max(horizon - values.shape[1], 0), axis=1)
    return np.concatenate([values, beyond], axis=1)[:, :horizon]
