"""Similarity: how alike a successor is to the rep who gives a unit away.

When a sales rep leaves a business-to-business firm, 13.2 % to 17.6 % of the annual sales of the rep's
customers are lost. Reps who are like the one before in past industry experience lose less of it, and new
hires more (Shi, Sridhar, Grewal and Lilien, 2017, Journal of Marketing 81(2), 25–44). The paper gives the
direction; that traits count alike, and the threshold of a newcomer, are ours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.problem.eligibility import names_in
from allocopt.scenario import Scenario
from allocopt.territory_tree import TerritoryTree

# A rep is a newcomer for this long, and an account is remembered for as long. [years]
NEWCOMER_YEARS = 1
MEMORY_YEARS = 2

Matrix = npt.NDArray[np.float64]


def alike(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, pairs: pd.Index
) -> pd.Series[float]:
    """How alike each rep is to today's owner of the unit [0–1]; by `pairs` (unit, rep).

    1 for a rep who sold to the unit in the two years before the plan; otherwise that of the two reps.
    0 where the unit is vacant or its owner is not known.
    """
    unit, rep = pairs.get_level_values("unit"), pairs.get_level_values("rep")
    matrix = alike_reps(scenario, units, reps)
    rows = matrix.index.get_indexer(pd.Index(units["owner"].reindex(unit)))
    columns = matrix.columns.get_indexer(rep)
    found = np.where(rows >= 0, matrix.to_numpy()[rows, columns], 0.0)
    return pd.Series(np.where(_knows(scenario, reps, pairs), 1.0, found), pairs)


def alike_reps(scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame) -> pd.DataFrame:
    """How alike two reps are [0–1]; the one before (all of the table, leavers too) × successor.

    The mean of four traits: the experience that their units give, their role, the way that their home
    territories share from the top of the tree, and the segments that they may serve. A trait that is
    not known of both counts as different. A newcomer, in an open position or in the first year of a
    position, is like nobody.
    """
    before = scenario.table("reps").drop_duplicates("rep").set_index("rep")
    traits = [
        _experience(units, before.index, reps.index),
        _same_role(before["role"], reps["role"]),
        _shared_way(scenario.territory_tree, before["territory"], reps["territory"]),
        _shared_segments(before["segments"], reps["segments"]),
    ]
    mean = np.mean(traits, axis=0)
    mean[:, newcomers(reps, scenario.calendar).to_numpy()] = 0.0
    return pd.DataFrame(mean, before.index, reps.index)


def newcomers(reps: pd.DataFrame, calendar: Calendar) -> pd.Series[bool]:
    """Reps in open positions, and those who start within a year before the plan or later."""
    recent = calendar.plan_start - pd.DateOffset(years=NEWCOMER_YEARS)
    return (reps["status"] == "open") | (reps["start"] > recent)


def _experience(units: pd.DataFrame, before: pd.Index, after: pd.Index) -> Matrix:
    """Overlap of two reps' units by industry, where it is known, else by segment: Σ min of the shares.

    0 for a rep who has no units today.
    """
    owned = units[units["owner"] != ""]
    kind = owned["industry"].fillna(owned["segment"])
    counts = pd.crosstab(owned["owner"], kind)
    shares = counts.div(counts.sum(axis=1), axis=0)
    a, b = (shares.reindex(names).fillna(0.0).to_numpy() for names in (before, after))
    return np.asarray(np.minimum(a[:, None, :], b[None, :, :]).sum(axis=2))


def _same_role(before: pd.Series[str], after: pd.Series[str]) -> Matrix:
    same = before.fillna("").to_numpy()[:, None] == after.fillna("").to_numpy()[None, :]
    return np.asarray(same & before.notna().to_numpy()[:, None], dtype=float)


def _shared_way(tree: TerritoryTree, before: pd.Series[str], after: pd.Series[str]) -> Matrix:
    """Nodes that both ways from the top to the home territory have, over those that either has."""
    ways = {
        home: frozenset({home, *tree.ancestors(home)})
        for home in {*before.dropna(), *after.dropna()}
    }
    return _overlap(*[[ways.get(home, frozenset()) for home in homes] for homes in (before, after)])


def _shared_segments(before: pd.Series[str], after: pd.Series[str]) -> Matrix:
    """Segments that both are named for, over those that either is; a blank names nothing."""
    return _overlap(*[[frozenset(names_in(cell)) for cell in cells] for cells in (before, after)])


def _overlap(before: list[frozenset[str]], after: list[frozenset[str]]) -> Matrix:
    """Members of both sets over members of either (Jaccard, 1912); 0 where one is empty."""
    # Many reps share a few sets: each two of them are compared once.
    kinds = list(dict.fromkeys([*before, *after]))
    table = np.array([[len(a & b) / max(len(a | b), 1) for b in kinds] for a in kinds])
    row, column = ([kinds.index(members) for members in side] for side in (before, after))
    return np.asarray(table[np.ix_(row, column)])


def _knows(scenario: Scenario, reps: pd.DataFrame, pairs: pd.Index) -> npt.NDArray[np.bool_]:
    """Which pairs are of a rep, or a person in the position, who sold to the unit of late."""
    history, start = scenario.table("history"), scenario.calendar.plan_start
    recent = history["date"].between(
        start - pd.DateOffset(years=MEMORY_YEARS), start, inclusive="left"
    )
    sold = history[recent & history["unit"].notna() & (history["sales"] > 0)]
    person = reps["person"].dropna()
    by_person = pd.DataFrame({"person": person, "position": person.index})
    known = [
        sold.loc[sold["person"].isna(), ["unit", "rep"]].dropna(),
        sold.merge(by_person, on="person")[["unit", "position"]].set_axis(["unit", "rep"], axis=1),
    ]
    return pairs.isin(pd.MultiIndex.from_frame(pd.concat(known).drop_duplicates()))
