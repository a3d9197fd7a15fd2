"""Cold start: series with little or no history, forecast as a share of a reference that has one.

    forecast = share × reference's forecast        share = (k · observed + k₀ · prior) / (k + k₀)

with k known periods. The reference is the parent, or better, where series lie in a territory and in a
segment, territory × segment / what holds both: it has the growth of the one and the season of the
other. The observed share is the series' part of the reference in those periods; the prior one comes
from the size that its attributes (accounts, potential, population, the size of sisters) let expect. Both
are judged on mature series: k₀ = σ² / τ², where σ is how far the share of one period is off that of the
season after it, and τ how far the prior is off the size of a series that it has not seen. So attributes
that tell little are soon overruled, and a good prior lasts longer.

Sources: Gross and Sohl 1990, "Disaggregation methods to expedite product line forecasting" (shares
of a family); Efron and Morris 1975 (the weight as a ratio of variances); Allen 1974 (PRESS residuals).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray

# Used where mature series are too few to measure it: relative error of one period's share; relative
# and log error of a size by attributes.
USUAL_NOISE, USUAL_ERROR, USUAL_DEVIATION = 0.2, 0.7, 1.0
FEWEST_MATURE = 4
RIDGE = 1.0
# Share of the mean that is added before a logarithm, so that zero has one.
OFFSET = 0.01
LEAST_VARIANCE = 1e-6
LEAST_FREEDOM = 1e-3


@dataclass(frozen=True)
class SizePrior:
    """Expected sales per period of each series (series,).

    How wrong that is for series it has not seen: `error` is the sum of absolute errors as a share
    of sales, `deviation` the standard deviation of the log error.
    """

    size: FloatArray
    error: float
    deviation: float


@dataclass(frozen=True)
class Reference:
    """What series are a share of.

    `past` (reference, period) and `future` (reference, horizon) [currency/period]; `of` (series,)
    numbers each series' reference.
    """

    past: FloatArray
    future: FloatArray
    of: IntArray

    def crossed(self, other: Reference, whole: Reference) -> Reference:
        """This × other / whole, where a whole holds both: territory × segment / parent territory."""
        pairs = np.stack([self.of, other.of, whole.of])
        (row, column, both), of = np.unique(pairs, axis=1, return_inverse=True)
        return Reference(
            _ratio(self.past[row] * other.past[column], whole.past[both]),
            _ratio(self.future[row] * other.future[column], whole.future[both]),
            np.asarray(of).reshape(-1),
        )


def parent_reference(values: FloatArray, parent: IntArray, forecast: FloatArray) -> Reference:
    """Sales of each parent; `parent` (series,) numbers the row of `forecast` (parent, horizon)."""
    return Reference(_sums(np.nan_to_num(values), parent, len(forecast)), forecast, parent)


@dataclass(frozen=True)
class ColdStart:
    """Forecast of cold series by shares.

    `center` (series, horizon) holds the given forecast with the rows of `cold` series (series,)
    replaced. `share` (series,) of the reference, `weight` (series,) of what was observed in it and
    `deviation` (series,), the log error of the share, are NaN for the others.
    """

    center: FloatArray
    cold: BoolArray
    share: FloatArray
    weight: FloatArray
    deviation: FloatArray


def known_periods(values: FloatArray) -> IntArray:
    """Known periods of each series (series,)."""
    return np.asarray((~np.isnan(values)).sum(axis=1))


def recent_sizes(values: FloatArray, season: int) -> FloatArray:
    """Mean sales per period over the last season, never negative; 0 without a known period."""
    recent = values[:, -season:]
    known = ~np.isnan(recent)
    total = np.where(known, recent, 0.0).sum(axis=1)
    return np.asarray(np.maximum(total / np.maximum(known.sum(axis=1), 1), 0.0))


def sister_sizes(sizes: FloatArray, mature: BoolArray, groupings: Sequence[IntArray]) -> FloatArray:
    """Typical size of each series' mature sisters in each grouping, shape (series, grouping).

    Groupings number a group for each series: its parent, its segment, its product line. The series
    itself does not count. NaN where it has no sister.
    """
    offset = _offset(sizes[mature])
    logs = np.where(mature, np.log(sizes + offset), 0.0)
    columns = []
    for group in groupings:
        groups = int(np.max(group)) + 1
        total = np.bincount(group, logs, groups)[group] - logs
        count = np.bincount(group, mature, groups)[group] - mature
        mean = total / np.maximum(count, 1)
        columns.append(np.where(count > 0, np.maximum(np.exp(mean) - offset, 0.0), np.nan))
    return np.column_stack(columns)


def predict_sizes(sizes: FloatArray, mature: BoolArray, attributes: FloatArray) -> SizePrior:
    """Sizes by ridge regression of log size on log attributes over the mature series.

    `attributes` (series, attribute) are non-negative figures such as accounts or potential, NaN
    where unknown. Where they predict unseen series worse than the plain mean does, or mature series
    are too few, the mean of the mature series is expected.
    """
    own = sizes[mature]
    offset = _offset(own)
    logs = np.log(sizes + offset)
    if len(own) < FEWEST_MATURE:
        mean = float(own.mean()) if len(own) else 0.0
        return SizePrior(np.full(len(sizes), mean), USUAL_ERROR, USUAL_DEVIATION)
    nothing = np.zeros((len(sizes), 0))
    design = _standardise(attributes, mature)
    fits = [_ridge(nothing, logs, mature)]
    if len(own) >= FEWEST_MATURE + design.shape[1]:
        fits.append(_ridge(design, logs, mature))
    fitted, left_out = min(fits, key=lambda fit: float((fit[1] ** 2).sum()))
    unseen = np.exp(logs[mature] - left_out)
    # The exponential of a mean logarithm is too low for a mean (Duan 1983): sums are put right.
    level = own.sum() / unseen.sum()
    error = float(np.abs(level * unseen - own).sum() / own.sum()) if own.any() else USUAL_ERROR
    return SizePrior(level * np.exp(fitted), error, float(np.sqrt(np.mean(left_out**2))))


def taken_from_parent(
    prior: SizePrior, sizes: FloatArray, cold: BoolArray, parent: IntArray
) -> SizePrior:
    """The prior of cold series that take sales from their sisters instead of adding to them.

    A product that replaces others of its line, say: its size becomes a part of what the parent sells
    now. `sizes` (series,) are those of the mature sisters.
    """
    parents = int(np.max(parent)) + 1
    sold = _of_parent(np.where(cold, 0.0, sizes), parent, parents)
    coming = _of_parent(np.where(cold, prior.size, 0.0), parent, parents)
    return replace(prior, size=prior.size * _ratio(sold, sold + coming))


def _of_parent(values: FloatArray, parent: IntArray, parents: int) -> FloatArray:
    """Sum over all series of each series' parent, shape (series,)."""
    return np.asarray(np.bincount(parent, values, parents)[parent], dtype=float)


def _offset(sizes: FloatArray) -> float:
    mean = float(sizes.mean()) if len(sizes) else 0.0
    return OFFSET * mean if mean > 0 else 1.0


def _standardise(attributes: FloatArray, mature: BoolArray) -> FloatArray:
    """Log attributes in standard deviations around their mean over mature series; 0 where unknown."""
    known = ~np.isnan(attributes)
    given = np.where(known, np.maximum(attributes, 0.0), 0.0)
    offset = OFFSET * given.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    logs = np.log(given + np.where(offset > 0, offset, 1.0))
    counted = known & mature[:, None]
    count = np.maximum(counted.sum(axis=0), 1)
    centred = logs - np.where(counted, logs, 0.0).sum(axis=0) / count
    spread = np.sqrt(np.where(counted, centred**2, 0.0).sum(axis=0) / count)
    return np.where(known & (spread > 1e-12), centred / np.where(spread > 1e-12, spread, 1.0), 0.0)


def _ridge(
    design: FloatArray, logs: FloatArray, mature: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Fitted logs of all series, and the errors of mature ones when left out themselves."""
    own = design[mature]
    mean = logs[mature].mean()
    inverse = np.linalg.inv(own.T @ own + RIDGE * np.eye(design.shape[1]))
    fitted = mean + design @ (inverse @ own.T @ (logs[mature] - mean))
    leverage = np.einsum("sa,ab,sb->s", own, inverse, own) + 1 / len(own)
    return fitted, (logs - fitted)[mature] / np.maximum(1 - leverage, LEAST_FREEDOM)


def cold_start(
    center: FloatArray,
    values: FloatArray,
    reference: Reference,
    prior: SizePrior,
    season: int,
    few: int | None = None,
) -> ColdStart:
    """Forecasts of series with fewer than `few` known periods (default: one season) by share.

    `center` (series, horizon) is the forecast so far, cold rows may be NaN; `values` (series,
    period) the history, all NaN for a series that has not begun.

    Only cold rows change, so that they and their sisters' own forecasts do not add up to the
    parent's: a series without any history comes on top of it (see `taken_from_parent`).
    Reconciliation makes them agree, or `keep_sums`.
    """
    known = known_periods(values)
    cold = known < (season if few is None else few)
    past = reference.past[reference.of]
    observed, seen = _observed_shares(values, past)
    expected = _ratio(prior.size, recent_sizes(reference.past, season)[reference.of])
    noise = share_noise(values[~cold], past[~cold], season)
    evidence = np.where(seen, known, 0) * max(prior.error**2, LEAST_VARIANCE)
    weight = evidence / (evidence + max(noise**2, LEAST_VARIANCE))
    share = weight * observed + (1 - weight) * expected
    forecast = share[:, None] * reference.future[reference.of]
    deviation = prior.deviation * np.sqrt(1 - weight)
    blank = [np.where(cold, figure, np.nan) for figure in (share, weight, deviation)]
    return ColdStart(np.where(cold[:, None], forecast, center), cold, *blank)


def keep_sums(cold: ColdStart, parent: IntArray, parent_forecast: FloatArray) -> FloatArray:
    """Forecasts (series, horizon) whose sums are the parents': mature series make room.

    Their forecasts are scaled; where a parent has none, or they are zero, the cold ones are.
    """
    parents = len(parent_forecast)
    new = np.where(cold.cold[:, None], cold.center, 0.0)
    old = cold.center - new
    room = np.maximum(parent_forecast - _sums(new, parent, parents), 0.0)
    total = _sums(old, parent, parents)
    scale = np.divide(room, total, out=np.zeros_like(room), where=total > 0)
    grown = new + old * scale[parent]
    reached = _sums(grown, parent, parents)
    rest = np.divide(parent_forecast, reached, out=np.ones_like(room), where=reached > 0)
    return np.asarray(grown * rest[parent])


def share_noise(values: FloatArray, totals: FloatArray, season: int) -> float:
    """How far the share of one period is off the mean share of the season after it.

    Sum of absolute errors as a share of sales; `totals` (series, period) are of the references.
    """
    usable = ~np.isnan(values) & (totals > 0)
    shares = np.where(usable, values / np.where(usable, totals, 1.0), 0.0)
    later = _window_sums(shares, season) / np.maximum(_window_sums(usable.astype(float), season), 1)
    until = later.shape[1]
    now, weight = shares[:, :until], np.where(usable, totals, 0.0)[:, :until]
    expected = float((weight * later).sum())
    if (weight > 0).sum() < FEWEST_MATURE * season or expected <= 0:
        return USUAL_NOISE
    return float((weight * np.abs(now - later)).sum()) / expected


def _window_sums(values: FloatArray, season: int) -> FloatArray:
    """Sums over the `season` periods after each period that has as many after it."""
    running = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    return np.asarray(running[:, season + 1 :] - running[:, 1:-season])


def _observed_shares(values: FloatArray, totals: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Part of the reference in the known periods of each series; whether there was any."""
    known = ~np.isnan(values)
    own = np.maximum(np.where(known, values, 0.0).sum(axis=1), 0.0)
    total = np.where(known, totals, 0.0).sum(axis=1)
    seen = total > 0
    return np.where(seen, own / np.where(seen, total, 1.0), 0.0), seen


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Quotient, 0 where nothing positive is divided by."""
    divides = denominator > 0
    return np.where(divides, numerator / np.where(divides, denominator, 1.0), 0.0)


def _sums(values: FloatArray, parent: IntArray, parents: int) -> FloatArray:
    total = np.zeros((parents, values.shape[1]))
    np.add.at(total, parent, values)
    return total
