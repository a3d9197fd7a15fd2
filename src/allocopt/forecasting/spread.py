"""Spread: how far forecasts of like nodes were off in the hold-outs, as offsets around a forecast.

Split-conformal with signed errors, pooled over the nodes of a level that are alike (sold in most
periods, or intermittent), per period ahead, in units of each node's seasonal scale. Sums get offsets
of their own from errors of sums, never the sum of bounds.

Sources: Lei et al. 2018, "Distribution-free predictive inference for regression", §2.2 (split
conformal); Stankevičiūtė et al. 2021, "Conformal time-series forecasting" (errors per horizon).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import isotonic_regression

from allocopt.calendar import Calendar
from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.grain import plan_span, shares, span
from allocopt.forecasting.run import Run
from allocopt.forecasting.trials import Trials
from allocopt.forecasting.uncertainty import error_scale, pooled_quantiles

# A pool with fewer errors than this at a period ahead cannot tell a tail of 2½ %.
LEAST_ERRORS = 200


@dataclass(frozen=True)
class Spread:
    """Offsets around a forecast.

    `offsets` (probability, node, plan period) [currency/period], widening with the distance;
    `known` (node,) tells which nodes have company enough to know them.
    """

    offsets: FloatArray
    known: BoolArray


def find_spread(
    run: Run, trials: Trials, probabilities: FloatArray, calendar: Calendar
) -> Spread | None:
    """Offsets of probabilities in the plan periods; None without a hold-out.

    Errors are those of judged periods as far after the history as a plan period lies; one that is a
    part of such a period has that part of its error.
    """
    if len(trials) == 0:
        return None
    record = run.record
    judged = record.judged
    pools = _pools(run)
    errors = _scaled_errors(trials, record.season)
    counts = _counts(errors, pools)
    quantiles = _widening(pooled_quantiles(errors, pools, probabilities), probabilities)
    reach = max(judged.calendar.distance(judged.end, calendar.plan_end) + 1, 1)
    beyond = np.repeat(quantiles[:, :, -1:], max(reach - quantiles.shape[2], 0), axis=2)
    quantiles = np.concatenate([quantiles, beyond], axis=2)[:, :, :reach]
    to_plan = shares(span(judged.calendar, judged.end, reach), plan_span(calendar))
    quantiles = _two_sided(quantiles)
    scale = error_scale(trials.nodes, record.season)
    # What has ended is nothing, whatever like nodes did.
    return Spread(quantiles @ to_plan * scale[:, None], (counts >= LEAST_ERRORS) & run.selling)


def _pools(run: Run) -> NDArray[np.object_]:
    """Name of the pool of each node: its level, and whether it is intermittent."""
    kind = np.where(run.study.task.intermittent, " intermittent", "")
    return np.asarray(run.record.structure.levels + kind.astype(object))


def _scaled_errors(trials: Trials, season: int) -> FloatArray:
    """Signed errors (origin, node, horizon) in units of each node's scale at the origin."""
    scale = np.stack(
        [error_scale(trials.nodes[:, :place], season) for place in trials.origins.places]
    )
    return np.asarray((trials.actual - trials.forecast) / scale[:, :, None])


def _counts(errors: FloatArray, pools: NDArray[np.object_]) -> IntArray:
    """Known errors in each node's pool at the period ahead that has the fewest, shape (node,)."""
    names, number = np.unique(pools.astype(str), return_inverse=True)
    known = np.zeros((len(names), errors.shape[2]), dtype=np.intp)
    np.add.at(known, number, np.isfinite(errors).sum(axis=0))
    return np.asarray(known.min(axis=1)[number])


def _two_sided(quantiles: FloatArray) -> FloatArray:
    """Lowest and highest quantile at least a quarter of their distance away from the forecast.

    Hold-outs that all erred to one side would else put the forecast on the edge of its interval.
    """
    width = np.abs(quantiles[-1] - quantiles[0])
    sided = quantiles.copy()
    sided[0] = np.minimum(quantiles[0], -width / 4)
    sided[-1] = np.maximum(quantiles[-1], width / 4)
    return sided


def _widening(quantiles: FloatArray, probabilities: FloatArray) -> FloatArray:
    """Quantiles that never come nearer to the middle with the distance (Barlow et al. 1972)."""
    rows = quantiles.reshape(-1, quantiles.shape[2])
    unique, place = np.unique(rows, axis=0, return_inverse=True)
    rising = _isotonic(unique)[place.reshape(-1)].reshape(quantiles.shape)
    falling = -_isotonic(-unique)[place.reshape(-1)].reshape(quantiles.shape)
    below, above = (probabilities < 0.5)[:, None, None], (probabilities > 0.5)[:, None, None]
    return np.where(below, falling, np.where(above, rising, quantiles))


def _isotonic(values: FloatArray) -> FloatArray:
    """Nearest rows (row, period) that never fall, by least squares; there are as few as pools."""
    return np.array([isotonic_regression(row) for row in values])
