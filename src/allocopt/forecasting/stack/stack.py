"""Stack: what many series have in common, learnt on top of their local forecasts.

Each training row is (series, origin, horizon): what was known at an origin inside the history, and
how far the local forecast was off, in units of the series' own seasonal scale. One model over all
series is asked for every horizon directly. It is trained on the values and on their logarithms, and
both forecasts are averaged in currency. Series that are not positive throughout have no logarithm.

Sources: Montero-Manso and Hyndman 2021, "Principles and algorithms for forecasting groups of time
series" (global models); Wolpert 1992, "Stacked generalization"; Januschowski et al. 2022,
"Forecasting with trees".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.kernels.chunks import join
from allocopt.forecasting.kernels.logarithm import Logarithm, positive, take_logarithm
from allocopt.forecasting.stack.booster import Booster, train_booster
from allocopt.forecasting.stack.features import features_of
from allocopt.forecasting.stack.options import StackOptions
from allocopt.forecasting.stack.rows import canonical_order, origins_of, sample, training_rows
from allocopt.forecasting.stack.view import Sight, View, look

ROWS_LEAST = 200
CHUNK = 2000


@dataclass(frozen=True)
class StackForecast:
    """Forecasts, all in currency; series in rows, horizons in columns."""

    center: FloatArray  # median, or mean with the poisson loss
    local: FloatArray  # each series from its own history alone
    quantiles: dict[float, FloatArray]  # never crossing; empty where nothing was learnt
    scale: FloatArray  # (series,), mean absolute seasonal difference; 0 where nothing ever moved


@dataclass(frozen=True)
class Learner:
    """The boosters of one view: of the centre, and of each quantile."""

    view: View
    center: Booster
    quantiles: dict[float, Booster]


@dataclass(frozen=True)
class Stack:
    """A trained stack; it forecasts any panel with the same season and covariates."""

    options: StackOptions
    learners: tuple[Learner, ...]
    rows: int  # training rows of the first learner

    @property
    def learnt(self) -> bool:
        """Whether there was enough to learn from; otherwise the forecast is the local one."""
        return bool(self.learners)

    def forecast(
        self,
        values: FloatArray,
        season: int,
        horizon: int,
        covariates: FloatArray | None = None,
    ) -> StackForecast:
        """Forecast of the periods after the last column of `values`.

        `covariates` has shape (feature, series, period + horizon).
        """
        parts = []
        for start in range(0, max(len(values), 1), CHUNK):
            rows = slice(start, start + CHUNK)
            known = None if covariates is None else covariates[:, rows]
            parts.append(self._forecast(values[rows], season, horizon, known))
        return _joined(parts)

    def _forecast(
        self, values: FloatArray, season: int, horizon: int, covariates: FloatArray | None
    ) -> StackForecast:
        if self.options.loss == "poisson":
            return self._through(View.INTERMITTENT, values, season, horizon, covariates)
        plain = self._through(View.PLAIN, values, season, horizon, covariates)
        rows = positive(values)
        if not rows.any():
            return plain
        known = None if covariates is None else covariates[:, rows]
        grown = self._through(View.LOGARITHMIC, values[rows], season, horizon, known)
        return _averaged(plain, grown, rows)

    def _through(
        self,
        view: View,
        values: FloatArray,
        season: int,
        horizon: int,
        covariates: FloatArray | None,
    ) -> StackForecast:
        """Forecast through one view; without a learner for it the local one."""
        logarithm = take_logarithm(values) if view is View.LOGARITHMIC else None
        sight = look(logarithm.values if logarithm else values, season, horizon, view)
        local = _local(sight, logarithm)
        learner = next((own for own in self.learners if own.view is view), None)
        if learner is None:
            return StackForecast(local, local, {}, sight.scale)
        features = features_of(sight, covariates)
        flat = features.reshape(-1, features.shape[2])

        def ask(booster: Booster) -> FloatArray:
            target = booster.predict(flat).reshape(local.shape)
            answer = sight.base + sight.scale[:, None] * target
            return logarithm.restore(answer) if logarithm else answer

        quantiles = {level: ask(booster) for level, booster in learner.quantiles.items()}
        return StackForecast(ask(learner.center), local, _uncrossed(quantiles), sight.scale)


def train_stack(
    values: FloatArray,
    season: int,
    horizon: int,
    options: StackOptions,
    covariates: FloatArray | None = None,
) -> Stack:
    """Learn from all series; `values` has shape (series, period).

    `covariates` has shape (feature, series, period + horizon), or more periods. Where there are
    fewer than 200 rows to learn from the stack is not `learnt`, and forecasts are the local ones.
    """
    origins = origins_of(values.shape[1], season, options.origins)
    order = canonical_order(values, covariates)
    order = order[sample(len(order), options, len(origins) * horizon)]
    values = values[order]
    covariates = None if covariates is None else covariates[:, order]
    learners, rows_of_first = [], 0
    for view in _views(options):
        chosen = positive(values) if view is View.LOGARITHMIC else np.ones(len(values), np.bool_)
        seen = values[chosen]
        if view is View.LOGARITHMIC:
            seen = take_logarithm(seen).values
        known = None if covariates is None else covariates[:, chosen]
        rows = training_rows(seen, season, horizon, view, origins, known)
        rows_of_first = rows_of_first or len(rows.targets)
        if _enough(rows.targets, options):
            quantiles = {level: train_booster(rows, options, level) for level in options.quantiles}
            learners.append(Learner(view, train_booster(rows, options), quantiles))
    return Stack(options, tuple(learners), rows_of_first)


def _views(options: StackOptions) -> tuple[View, ...]:
    if options.loss == "poisson":
        return (View.INTERMITTENT,)
    return (View.PLAIN, View.LOGARITHMIC)


def _enough(targets: FloatArray, options: StackOptions) -> bool:
    """Whether a booster can learn; the Poisson loss also needs some demand."""
    return len(targets) >= ROWS_LEAST and (options.loss != "poisson" or bool(targets.any()))


def _local(sight: Sight, logarithm: Logarithm | None) -> FloatArray:
    """Each series from its own history, currency, shape (series, horizon)."""
    if sight.view is View.INTERMITTENT:
        return sight.expected_demand
    local = sight.smoothers.mean
    return logarithm.restore(local) if logarithm else local


def _averaged(plain: StackForecast, grown: StackForecast, rows: BoolArray) -> StackForecast:
    """Mean of both views where a series has a logarithm; the scale is that of the values."""

    def mean(whole: FloatArray, part: FloatArray) -> FloatArray:
        result = whole.copy()
        result[rows] = (whole[rows] + part) / 2
        return result

    quantiles = {
        level: mean(whole, grown.quantiles.get(level, whole[rows]))
        for level, whole in plain.quantiles.items()
    }
    return StackForecast(
        mean(plain.center, grown.center), mean(plain.local, grown.local), quantiles, plain.scale
    )


def _uncrossed(quantiles: dict[float, FloatArray]) -> dict[float, FloatArray]:
    """Quantiles in order (Chernozhukov, Fernández-Val and Galichon 2010: rearrangement)."""
    levels = sorted(quantiles)
    if not levels:
        return {}
    ordered = np.sort(np.stack([quantiles[level] for level in levels]), axis=0)
    return dict(zip(levels, ordered, strict=True))


def _joined(parts: list[StackForecast]) -> StackForecast:
    levels = parts[0].quantiles
    return StackForecast(
        center=join([part.center for part in parts]),
        local=join([part.local for part in parts]),
        quantiles={level: join([part.quantiles[level] for part in parts]) for level in levels},
        scale=join([part.scale for part in parts]),
    )
