"""Opinion: what a source other than statistics expects, and how it fared before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.evaluation.metrics import bias, wape
from allocopt.notes import Note

VALUE_ADDED = ["scope", "kind", "n", "wape", "statistical_wape", "value_added", "bias"]


@dataclass(frozen=True)
class TrackRecord:
    """What was said at earlier origins and what came, arrays (origin, scope, target), NaN unknown.

    `scopes` [scope, kind] names the scopes; `said` is the opinion as it was given, `opinion` as it
    would have been used then.
    """

    scopes: pd.DataFrame
    statistical: FloatArray
    said: FloatArray
    opinion: FloatArray
    actual: FloatArray

    @property
    def compared(self) -> BoolArray:
        """Where all three are known."""
        return ~np.isnan(self.statistical + self.opinion + self.actual)

    def value_added(self) -> pd.DataFrame:
        """Forecast value added per scope: `VALUE_ADDED` columns, in the order of the scopes.

        `value_added` is the statistical WAPE less that of the opinion as it was given, both over
        the periods that the opinion spoke of; positive: people knew more (Gilliland 2010, "The
        Business Forecasting Deal", ch. 4). `n` counts origins.
        """
        known = ~np.isnan(self.statistical + self.said + self.actual)
        actual = np.where(known, self.actual, np.nan)
        said, mean = wape(actual, self.said), wape(actual, self.statistical)
        off = bias(actual, self.said)
        size = np.asarray(said.denominator.sum(axis=0))
        unit = np.where(size > 0, size, np.nan)
        table = self.scopes[["scope", "kind"]].assign(
            n=known.any(axis=2).sum(axis=0),
            wape=said.numerator.sum(axis=0) / unit,
            statistical_wape=mean.numerator.sum(axis=0) / unit,
            bias=off.numerator.sum(axis=0) / unit,
        )
        table["value_added"] = table["statistical_wape"] - table["wape"]
        return table.loc[table["n"] > 0, VALUE_ADDED].reset_index(drop=True)


@dataclass(frozen=True)
class Opinion:
    """Expected sales by one source.

    `mean` [currency/period] has shape (series, target), NaN where the source says nothing; `kind`
    (series, target) numbers the kind of scope, one of `kinds`, that spoke: each has a weight of
    its own. `notes` are sentences for people.
    """

    source: str
    mean: FloatArray
    kinds: tuple[str, ...]
    kind: IntArray
    record: TrackRecord
    notes: tuple[Note, ...] = ()
