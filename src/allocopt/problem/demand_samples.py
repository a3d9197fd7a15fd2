"""Demand samples: joint outcomes of demand with their probabilities, as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

KEYS = ["territory", "segment", "unit"]
COLUMNS = ["sample", "weight", *KEYS, "period", "demand"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class DemandSamples:
    """Outcomes of demand that happen together over all keys and periods.

    `keys` [territory, segment, unit]: a row per cell (unit "") and one per unit with a forecast of its
    own. `weight` (sample,) adds up to 1. `demand` (sample, key, period) [currency/period].
    """

    keys: pd.DataFrame
    periods: tuple[str, ...]
    weight: Floats
    demand: Floats

    def __len__(self) -> int:
        """Number of outcomes."""
        return len(self.weight)

    @cached_property
    def relative(self) -> Floats:
        """Demand over its mean, shape (sample, key, period); 1 where nothing is expected."""
        mean = np.einsum("s,skt->kt", self.weight, self.demand)
        relative = np.ones_like(self.demand)
        np.divide(self.demand, mean, out=relative, where=(mean > 0)[None])
        return relative

    def outcomes(self, units: pd.DataFrame) -> Iterator[tuple[float, Floats]]:
        """Weight of each outcome, and demand over its mean of each unit, shape (unit, period).

        `units` has territory and segment by unit. A unit without samples of its own moves with its
        cell; one whose cell has none does not move.
        """
        rows = self._rows_of(units)
        known = (rows >= 0)[:, None]
        for weight, relative in zip(self.weight, self.relative, strict=True):
            yield float(weight), np.where(known, relative[rows], 1.0)

    def _rows_of(self, units: pd.DataFrame) -> Ints:
        """Row of `keys` that speaks for each unit, -1 where none does."""
        places = pd.MultiIndex.from_frame(self.keys[KEYS])
        whole = units[["territory", "segment"]].assign(unit="")
        own = places.get_indexer(pd.MultiIndex.from_frame(whole.assign(unit=units.index)))
        cell = places.get_indexer(pd.MultiIndex.from_frame(whole))
        return np.where(own >= 0, own, cell)

    def table(self) -> pd.DataFrame:
        """Rows of the plan table `samples`: sample, weight, territory, segment, unit, period, demand."""
        samples, keys, periods = self.demand.shape
        key = np.tile(np.repeat(np.arange(keys), periods), samples)
        rows = self.keys[KEYS].iloc[key].reset_index(drop=True)
        rows["sample"] = np.repeat([str(n) for n in range(1, samples + 1)], keys * periods)
        rows["weight"] = np.repeat(self.weight, keys * periods)
        rows["period"] = np.tile(np.array(self.periods), samples * keys)
        return rows.assign(demand=self.demand.ravel())[COLUMNS]


def samples_of_table(table: pd.DataFrame, periods: Sequence[str]) -> DemandSamples | None:
    """The samples that a plan has kept; None where it has none."""
    if table.empty:
        return None
    wide = table.pivot_table(
        index=["sample", *KEYS], columns="period", values="demand", aggfunc="sum", sort=False
    )[list(periods)]
    weight = table.drop_duplicates("sample").set_index("sample")["weight"]
    keys = table[KEYS].drop_duplicates(ignore_index=True)
    order = pd.MultiIndex.from_tuples(
        [(sample, *key) for sample in weight.index for key in keys.itertuples(index=False)]
    )
    demand = wide.reindex(order).to_numpy().reshape(len(weight), len(keys), len(periods))
    return DemandSamples(keys, tuple(periods), weight.to_numpy(dtype=float), demand)
