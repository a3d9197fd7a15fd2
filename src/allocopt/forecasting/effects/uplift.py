"""Uplift: a multiplicative layer of events, stripped from the history and put on the forecast.

Sales are a baseline times exp(Σ intensity · effect). Effects are learnt from all series at once in
the log ratios of sales to a robust baseline, and shrunk (see `shrinkage`). An event also takes part in
the seasonal indices that the baseline is free of, so they are found again in stripped sales.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.effects.baseline import measure_residuals
from allocopt.forecasting.effects.events import NEVER_AHEAD
from allocopt.forecasting.effects.occurrences import Occurrences
from allocopt.forecasting.effects.shrinkage import (
    Effects,
    gather,
    shrunk_effects,
    usual_variance,
)

COLUMNS = ["event", "kind", "scope", "n", "measured", "uplift", "error"]
EVERYWHERE = ""
# The faint ends of a spread-out event do not disturb a baseline.
FAINT = 0.05
# Sales of a period with a day or two of stock-out can be scaled up, those without any supply cannot.
MOSTLY = 0.5


@dataclass(frozen=True)
class UpliftOptions:
    """`shrinkage` [full periods of evidence] is what the pooled effect weighs; `passes` at least 1."""

    shrinkage: float = 4.0
    passes: int = 3


@dataclass(frozen=True)
class Uplift:
    """Effects of events on sales.

    `group` (series,) numbers each series' group, named in `scopes`; `effects.own` (event, group)
    holds the log factors at full intensity.
    """

    occurrences: Occurrences
    effects: Effects
    group: IntArray
    scopes: tuple[str, ...]

    def factor(self, occurrences: Occurrences | None = None) -> FloatArray:
        """Factor on sales (series, past and future period); exactly 1 where nothing happens.

        Other `occurrences` of the same events, such as those of a what-if, may be asked for.
        """
        happening = occurrences or self.occurrences
        pairs = np.stack([happening.place, self.group])
        (place, group), cell = np.unique(pairs, axis=1, return_inverse=True)
        logs = np.einsum("ect,ec->ct", happening.intensity[:, place], self.effects.own[:, group])
        return np.asarray(np.exp(logs)[np.asarray(cell).reshape(-1)])

    def strip(self, values: FloatArray) -> FloatArray:
        """History (series, period) as it would have been without events.

        What a series that sold nothing for want of supply would have sold is unknown: NaN.
        """
        past = values.shape[1]
        stripped = values / self.factor()[:, :past]
        unsupplied = self._unsupplied()[:, :past] & (values <= 0)
        tells = (~unsupplied & ~np.isnan(values)).any(axis=1, keepdims=True)
        return np.where(unsupplied & tells, np.nan, stripped)

    def apply(self, forecast: FloatArray, occurrences: Occurrences | None = None) -> FloatArray:
        """Forecast (series, horizon) of stripped history with the events known ahead put back."""
        happening = occurrences or self.occurrences
        future = slice(happening.past, happening.past + forecast.shape[1])
        return np.asarray(forecast * self.factor(happening)[:, future])

    def table(self) -> pd.DataFrame:
        """Effects for people [event, kind, scope, n, measured, uplift, error].

        `n` is the evidence in full periods of independent series, `measured` the plain mean,
        `uplift` what is used after shrinkage, `error` its standard error; the last three as shares
        of sales. A blank scope is all series.
        """
        used = np.column_stack([self.effects.pooled, self.effects.own])
        scopes = (EVERYWHERE, *self.scopes)
        rows = [
            (event, kind, scopes[column], *self._figures(used, row, column))
            for row, (event, kind) in enumerate(
                zip(self.occurrences.events, self.occurrences.kinds, strict=True)
            )
            for column in range(len(scopes) if len(self.scopes) > 1 else 1)
            if column == 0 or self.effects.count[row, column] > 0
        ]
        return pd.DataFrame(rows, columns=COLUMNS)

    def _figures(self, used: FloatArray, row: int, column: int) -> tuple[float, ...]:
        factor = float(np.exp(used[row, column]))
        return (
            float(self.effects.count[row, column]),
            float(np.expm1(self.effects.measured[row, column])),
            factor - 1,
            factor * float(self.effects.error[row, column]),
        )

    def _unsupplied(self) -> BoolArray:
        """Periods (series, period) with little or no supply."""
        short = [kind == NEVER_AHEAD for kind in self.occurrences.kinds]
        intensity = self.occurrences.intensity[short].sum(axis=0)
        return np.asarray(intensity[self.occurrences.place] >= MOSTLY)


def fit_uplift(
    values: FloatArray,
    season: int,
    occurrences: Occurrences,
    groups: NDArray[Any] | None = None,
    options: UpliftOptions | None = None,
) -> Uplift:
    """Effects of events in a history (series, period), NaN where unknown.

    `groups` (series,) are labels, such as territories, whose series may differ from the others.
    Series that sell in fewer than about half of their periods have no baseline: they tell nothing,
    and are stripped by what the others tell.
    """
    options = options or UpliftOptions()
    labels = np.full(len(values), EVERYWHERE) if groups is None else np.asarray(groups)
    names, group = np.unique(labels, return_inverse=True)
    acting = np.abs(occurrences.intensity[:, :, : values.shape[1]])
    touched = np.flatnonzero(np.asarray(acting.any(axis=(0, 2)))[occurrences.place])
    uplift = Uplift(
        occurrences,
        _no_effects(len(occurrences.events), len(names)),
        group,
        tuple(str(name) for name in names),
    )
    quiet = (acting.sum(axis=0) <= FAINT)[occurrences.place[touched]]
    for _ in range(options.passes if len(touched) else 0):
        effects = _learn(uplift, values, season, touched, quiet, options.shrinkage)
        uplift = replace(uplift, effects=effects)
    return uplift


def _learn(
    uplift: Uplift,
    values: FloatArray,
    season: int,
    touched: IntArray,
    quiet: BoolArray,
    shrinkage: float,
) -> Effects:
    """Effects by the series that have events, seen against their sales stripped as known so far."""
    own = replace(
        uplift,
        occurrences=uplift.occurrences.of_series(touched),
        group=uplift.group[touched],
    )
    history, past = values[touched], values.shape[1]
    residuals = measure_residuals(history, own.strip(history), quiet, season)
    happening = own.occurrences
    evidence = gather(residuals, happening.intensity[:, :, :past], happening.place, own.group)
    pools = _pools(happening.kinds)
    groups = len(uplift.scopes)
    effects = shrunk_effects(evidence, pools, groups, shrinkage, usual_variance(residuals))
    short = np.array([kind == NEVER_AHEAD for kind in happening.kinds])
    return replace(
        effects,
        pooled=np.where(short, np.minimum(effects.pooled, 0.0), effects.pooled),
        own=np.where(short[:, None], np.minimum(effects.own, 0.0), effects.own),
    )


def _pools(kinds: tuple[str, ...]) -> FloatArray:
    """Which kind each event is of, (kind, event)."""
    names, kind = np.unique(np.array(kinds, dtype=object), return_inverse=True)
    return np.asarray(np.arange(len(names))[:, None] == kind, dtype=float)


def _no_effects(events: int, groups: int) -> Effects:
    every = np.zeros((events, 1 + groups))
    return Effects(np.zeros(events), np.zeros((events, groups)), every, every, every)
