"""Blend: the statistical forecast and opinions, weighted by how right each was before.

Weights are the inverse mean squared errors of the past (Bates and Granger 1969, "The combination
of forecasts", method (iii): covariances are left out, which is better where comparisons are few,
Newbold and Granger 1974), each opinion's drawn to 0 while there are few comparisons: without a
past, an opinion has no weight unless one is configured. There is one weight per kind of scope and
class of horizon, never one per scope, which would follow noise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.evaluation.metrics import bias, wape
from allocopt.forecasting.opinions.opinion import Opinion, TrackRecord

STATISTICAL = "statistical"
# Last target of each class of horizon but the last: next period, two more, three more, the rest.
CLASS_ENDS: IntArray = np.array([1, 3, 6])
CLASS_NAMES = ("1", "2–3", "4–6", "7+")
# Comparisons at which an opinion gets half of the weight that its errors earn.
PRIOR_COMPARISONS = 10.0
# Scopes of one origin share the same market: more of them than this tell little more.
SCOPES_PER_ORIGIN = 5
# No opinion is taken for more than this many times as precise as statistics.
PRECISION_MOST = 20.0
ASSUMED_MOST = 0.99
WEIGHTS = ["scope", "source", "horizon", "weight", "n", "wape", "statistical_wape", "bias", "why"]


@dataclass(frozen=True)
class Blend:
    """`mean` (series, target) [currency/period], and the weights it was made with.

    `table` has the columns `WEIGHTS`, a row per kind of scope, source and class of horizon: `weight`
    is the share in the mean where the source speaks, `n` the number of comparisons (a scope at an
    origin), errors are those of the past.
    """

    mean: FloatArray
    table: pd.DataFrame


def blend(
    statistical: FloatArray, opinions: Sequence[Opinion], assumed: Mapping[str, float] | None = None
) -> Blend:
    """Weighted mean of the statistical forecast (series, target) and of the opinions on it.

    `assumed` is the weight of a source, by its name, where there is no past to judge it by. Where
    an opinion is silent, the others and the statistical forecast share its weight.
    """
    classes = horizon_classes(statistical.shape[1])
    total, precision = statistical.copy(), np.ones(statistical.shape)
    judged, precisions = [], []
    for opinion in opinions:
        found = list(judge(opinion, classes, (assumed or {}).get(opinion.source, 0.0)))
        own = _precision_of(opinion, found, classes)
        total += own * np.nan_to_num(opinion.mean)
        precision += own
        judged.append(found)
        precisions.append(own)
    rows = [
        row.told(opinion.source, _mean_where(own / precision, opinion, row, classes))
        for opinion, own, found in zip(opinions, precisions, judged, strict=True)
        for row in found
    ]
    return Blend(total / precision, pd.DataFrame(rows, columns=WEIGHTS))


def horizon_classes(targets: int) -> IntArray:
    """Number of the class of each target, shape (target,)."""
    return np.asarray(np.searchsorted(CLASS_ENDS, np.arange(1, targets + 1)))


@dataclass(frozen=True)
class Judged:
    """How an opinion of one kind of scope fared at one class of horizon.

    `precision` is that of the opinion where the statistical forecast has 1.
    """

    kind: str
    horizon: int
    precision: float
    n: int
    wape: float
    statistical_wape: float
    bias: float
    why: str

    def told(self, source: str, weight: float) -> tuple[object, ...]:
        """A row of `WEIGHTS`."""
        errors = (self.n, self.wape, self.statistical_wape, self.bias)
        return (self.kind, source, CLASS_NAMES[self.horizon], weight, *errors, self.why)


def judge(opinion: Opinion, classes: IntArray, assumed: float) -> Iterator[Judged]:
    """Each kind of scope at each class of horizon, by the opinion's track record."""
    for kind in opinion.kinds:
        own = (opinion.record.scopes["kind"] == kind).to_numpy()
        for horizon in np.unique(classes):
            yield _judge(opinion.record, own, classes == horizon, (kind, int(horizon), assumed))


def _judge(
    record: TrackRecord, scopes: BoolArray, targets: BoolArray, named: tuple[str, int, float]
) -> Judged:
    kind, horizon, assumed = named
    statistical, opinion, actual = (
        array[:, scopes][:, :, targets]
        for array in (record.statistical, record.opinion, record.actual)
    )
    known = ~np.isnan(statistical + opinion + actual)
    actual = np.where(known, actual, np.nan)
    errors = wape(actual, opinion).value, wape(actual, statistical).value
    off = bias(actual, opinion).value
    per_origin = known.any(axis=2).sum(axis=1)
    n = int(per_origin.sum())
    told = int(np.minimum(per_origin, SCOPES_PER_ORIGIN).sum())
    if n == 0:
        share = min(max(assumed, 0.0), ASSUMED_MOST)
        why = "no past to judge it by: " + ("weight as configured" if share else "no weight")
        return Judged(kind, horizon, share / (1 - share), 0, *errors, off, why)
    trust = told / (told + PRIOR_COMPARISONS)
    ratio = relative_precision(statistical - actual, opinion - actual, actual)
    why = f"inverse squared error of the past, trusted to {trust:.0%}"
    return Judged(kind, horizon, trust * ratio, n, *errors, off, why)


def relative_precision(statistical: FloatArray, opinion: FloatArray, actual: FloatArray) -> float:
    """Mean squared statistical error by that of an opinion; errors (origin, scope, target).

    Squares count by the size of their scope, as those of sums of many orders do: neither the
    largest scope nor the smallest decides alone.
    """
    known = ~np.isnan(actual)
    size = np.where(known, np.abs(actual), 0.0).sum(axis=(0, 2)) / np.maximum(
        known.sum(axis=(0, 2)), 1
    )
    unit = np.where(size > 0, size, 1.0)[None, :, None]
    counted = known & (size > 0)[None, :, None]
    ours, theirs = (
        float((np.where(counted, errors / unit, 0.0) ** 2 * unit).sum())
        for errors in (opinion, statistical)
    )
    if ours <= 0:
        return 1.0 if theirs <= 0 else PRECISION_MOST
    return min(theirs / ours, PRECISION_MOST)


def _precision_of(opinion: Opinion, judged: Sequence[Judged], classes: IntArray) -> FloatArray:
    """Precision of an opinion, (series, target); 0 where it is silent."""
    table = np.zeros((len(opinion.kinds), len(CLASS_NAMES)))
    for row in judged:
        table[opinion.kinds.index(row.kind), row.horizon] = row.precision
    speaks = (opinion.kind >= 0) & ~np.isnan(opinion.mean)
    return np.where(speaks, table[np.maximum(opinion.kind, 0), classes[None, :]], 0.0)


def _mean_where(weight: FloatArray, opinion: Opinion, row: Judged, classes: IntArray) -> float:
    """Mean weight where a kind of scope speaks of a class of horizon; NaN where it never does."""
    own = (opinion.kind == opinion.kinds.index(row.kind)) & ~np.isnan(opinion.mean)
    own &= (classes == row.horizon)[None, :]
    return float(weight[own].mean()) if own.any() else float("nan")
