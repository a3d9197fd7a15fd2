"""Scopes: which series a deal or a judgement is about, and how its amount is shared among them.

A scope names any of rep, territory, segment, unit and product; blank means all. It holds the
series that agree with everything it names: those below a node of the territory tree, and those of
the units that a rep owns today.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from allocopt.forecasting.arrays import FloatArray, IntArray
from allocopt.forecasting.levels import CELL
from allocopt.territory_tree import TerritoryTree

NAMES = ["rep", "territory", "segment", "unit", "product"]
COMPANY = "company"


@dataclass(frozen=True)
class Places:
    """What scopes are looked up in.

    `series` [territory, segment, …], `tree` of the territories, `units` [unit, territory, segment,
    rep] with today's owners.
    """

    series: pd.DataFrame
    tree: TerritoryTree
    units: pd.DataFrame

    @cached_property
    def named(self) -> pd.DataFrame:
        """A row per series and node above it: `NAMES`, and the series' number."""
        known = names_of(self.series)
        known["rep"] = self._owners(known)
        known["series"] = np.arange(len(known))
        leaves = known["territory"].unique()
        pairs = [(leaf, node) for leaf in leaves for node in (leaf, *self.tree.ancestors(leaf))]
        above = pd.DataFrame(pairs, columns=["territory", "node"], dtype="str")
        rows = known.merge(above, on="territory").drop(columns="territory")
        return rows.rename(columns={"node": "territory"})[[*NAMES, "series"]]

    @cached_property
    def unit_cells(self) -> pd.DataFrame:
        """Cell `CELL` and rep of each unit, "" where unknown; index unit."""
        return names_of(self.units).drop_duplicates("unit").set_index("unit")

    def _owners(self, series: pd.DataFrame) -> pd.Series[str]:
        """Owner of each series' unit; of a series without a unit, who owns all of its cell."""
        own = series["unit"].map(self.unit_cells["rep"])
        by_cell = self.unit_cells.groupby(CELL)["rep"]
        sole = by_cell.first().where(by_cell.nunique() == 1, "")
        of_cell = sole.reindex(pd.MultiIndex.from_frame(series[CELL])).to_numpy()
        owners = own.where(series["unit"] != "", pd.Series(of_cell, index=series.index))
        return owners.astype("object").where(owners.notna(), "").astype("str")


@dataclass(frozen=True)
class Members:
    """Series of each scope, as a 0/1 matrix (scope, series); a scope may have none."""

    matrix: sparse.csr_array

    @classmethod
    def of_groups(cls, groups: IntArray, count: int) -> Members:
        """Scopes that share out all series; `groups` (series,) numbers the scope of each."""
        series = len(groups)
        places = (groups, np.arange(series))
        return cls(sparse.csr_array((np.ones(series), places), shape=(count, series)))

    @cached_property
    def sizes(self) -> IntArray:
        """Number of series of each scope."""
        return np.asarray(np.diff(self.matrix.indptr))

    @cached_property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """(scope, series) of each membership."""
        scope = np.repeat(np.arange(len(self.sizes)), self.sizes)
        return scope, self.matrix.indices

    def total(self, values: FloatArray) -> FloatArray:
        """Sums of values (series, target) per scope; NaN where no member's value is known."""
        known = ~np.isnan(values)
        sums = self.matrix @ np.where(known, values, 0.0)
        return np.where(self.matrix @ known.astype(float) > 0, sums, np.nan)

    def share_down(self, amounts: FloatArray, base: FloatArray) -> FloatArray:
        """Amounts (scope, target) shared among members by `base` (series, target), summed.

        Amounts of a scope without members are lost.
        """
        by_base, even = self.rates(amounts, base)
        back = self.matrix.T
        return np.asarray(np.maximum(base, 0.0) * (back @ by_base) + back @ even)

    def rates(self, amounts: FloatArray, base: FloatArray) -> tuple[FloatArray, FloatArray]:
        """How amounts reach members: per unit of `base`, and evenly where no member has any."""
        total = self.matrix @ np.maximum(base, 0.0)
        has_base = total > 0
        by_base = np.where(has_base, amounts, 0.0) / np.where(has_base, total, 1.0)
        even = np.where(has_base, 0.0, amounts) / np.maximum(self.sizes, 1)[:, None]
        return by_base, even


def find_members(scopes: pd.DataFrame, places: Places) -> Members:
    """Series of each scope; `scopes` has the columns `NAMES`, "" where nothing is named."""
    pairs: list[IntArray] = [np.empty((0, 2), dtype=np.intp)]
    numbered = scopes[NAMES].assign(scope=np.arange(len(scopes)))
    given = numbered[NAMES] != ""
    for pattern, rows in numbered.groupby([given[name] for name in NAMES], sort=True):
        keys = [name for name, is_named in zip(NAMES, pattern, strict=True) if is_named]
        pairs.append(_pairs(rows, places.named, keys))
    scope, series = np.unique(np.vstack(pairs), axis=0).T
    shape = (len(scopes), len(places.series))
    return Members(sparse.csr_array((np.ones(len(scope)), (scope, series)), shape=shape))


def _pairs(scopes: pd.DataFrame, named: pd.DataFrame, keys: list[str]) -> IntArray:
    """(scope, series) of scopes that all name the same keys."""
    there = named[[*keys, "series"]].drop_duplicates()
    joined = {"on": keys, "how": "inner"} if keys else {"how": "cross"}
    found = scopes[[*keys, "scope"]].merge(there, **joined)
    return np.asarray(found[["scope", "series"]], dtype=np.intp)


def names_of(table: pd.DataFrame) -> pd.DataFrame:
    """Columns `NAMES` of a table as text, "" where blank or missing."""
    named = table.reindex(columns=NAMES)
    return named.astype("object").where(named.notna(), "").astype("str")


def label_of(scopes: pd.DataFrame) -> pd.Series[str]:
    """Each scope as people read it: its names, or `company`."""
    labels = pd.Series("", index=scopes.index, dtype="str")
    for name in NAMES:
        between = np.where((labels != "") & (scopes[name] != ""), " / ", "")
        labels = labels + pd.Series(between, index=scopes.index, dtype="str") + scopes[name]
    return labels.where(labels != "", COMPANY)
