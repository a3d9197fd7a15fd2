"""Eligible pairs: which rep may cover which unit, and how far apart they are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.scenario import Scenario
from allocopt.territory_tree import TerritoryTree

EARTH_RADIUS = 6371.0088  # [km], mean radius (IUGG)
# Farther than any known place, and still nearer than a rep who may not cover the unit. [km]
UNKNOWN_DISTANCE = 1e9


def eligible_pairs(scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame) -> pd.DataFrame:
    """Eligible (unit, rep) with what `pairs` says of them.

    Index (unit, rep) in the order of the tables; columns hours [h/input period, NaN = the unit's],
    distance [km, NaN = unknown], value, fit. The rep that a unit is locked to is always eligible.
    """
    listed = scenario.table("pairs").set_index(["unit", "rep"])
    allowed = _allowed(scenario, units, reps, listed)
    distance = _distances(scenario, units, reps, listed)
    locked = _locked_pairs(units, reps)
    if not scenario.config.pairs.complete:
        allowed &= _near(scenario, units, reps, distance, allowed)
    allowed = (allowed | locked) & _same_for_families(units, allowed | locked)
    rows, columns = np.nonzero(allowed)
    index = pd.MultiIndex.from_arrays(
        [units.index[rows], reps.index[columns]], names=["unit", "rep"]
    )
    pairs = listed[["hours", "value", "fit"]].reindex(index)
    return pairs.assign(distance=distance[rows, columns])


def _allowed(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, listed: pd.DataFrame
) -> np.ndarray:
    """Territories, segments and `pairs.allowed`, before distance; unit × rep."""
    matrix = np.zeros((len(units), len(reps)), dtype=bool)
    flags = listed["allowed"]
    if scenario.config.pairs.complete:
        chosen = flags[flags.fillna(value=True)].index
        _mark(matrix, chosen, units, reps, value=True)
        return matrix
    tree = scenario.territory_tree
    scopes = zip(reps["territories"], reps["segments"], strict=True)
    for column, (territories, segments) in enumerate(scopes):
        matrix[:, column] = _covers(tree, units, territories, segments)
    matrix &= _same_branch(scenario, units, reps)
    # Specialists support the units of others: they own those that `pairs` names, and no more.
    matrix[:, reps.index.isin(scenario.table("overlays")["rep"])] = False
    _mark(matrix, flags[flags.fillna(value=False)].index, units, reps, value=True)
    _mark(matrix, flags[~flags.fillna(value=True)].index, units, reps, value=False)
    return matrix


def _mark(
    matrix: np.ndarray,
    pairs: pd.Index,
    units: pd.DataFrame,
    reps: pd.DataFrame,
    *,
    value: bool,
) -> None:
    rows = units.index.get_indexer(pairs.get_level_values(0))
    columns = reps.index.get_indexer(pairs.get_level_values(1))
    known = (rows >= 0) & (columns >= 0)
    matrix[rows[known], columns[known]] = value


def names_in(cell: object) -> list[str]:
    """The names in a cell that lists several, separated by `;`; none for an unknown cell."""
    if not isinstance(cell, str):
        return []
    return [name.strip() for name in cell.replace("；", ";").split(";") if name.strip()]


def _covers(
    tree: TerritoryTree, units: pd.DataFrame, territories: object, segments: object
) -> np.ndarray:
    mask = np.ones(len(units), dtype=bool)
    if nodes := names_in(territories):
        below = set(nodes).union(*(tree.descendants(node) for node in nodes))
        mask &= units["territory"].isin(below).to_numpy()
    if kinds := names_in(segments):
        mask &= units["segment"].isin(kinds).to_numpy()
    return mask


def _same_branch(scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame) -> np.ndarray:
    """With `coverage.within`, unit and rep have the same ancestor at that level of the tree."""
    within = scenario.config.coverage.within
    if within is None:
        return np.ones((len(units), len(reps)), dtype=bool)
    levels = scenario.config.levels
    depth = levels.index(within) if within in levels else int(within)
    tree = scenario.territory_tree
    unit_node = [_ancestor_at(tree, node, depth) for node in units["territory"]]
    rep_node = [_ancestor_at(tree, node, depth) for node in reps["territory"]]
    return np.array([[b in (a, "") for b in rep_node] for a in unit_node], dtype=bool)


def _ancestor_at(tree: TerritoryTree, node: object, depth: int) -> str:
    """The node's ancestor at a depth (0 = a root); "" when it lies higher or is unknown."""
    if not isinstance(node, str):
        return ""
    path = [*reversed(tree.ancestors(node)), node]
    return path[depth] if depth < len(path) else ""


def _locked_pairs(units: pd.DataFrame, reps: pd.DataFrame) -> np.ndarray:
    matrix = np.zeros((len(units), len(reps)), dtype=bool)
    locked = units.index[units["locked"]]
    _mark(
        matrix,
        pd.MultiIndex.from_arrays([locked, units.loc[locked, "locked_to"]]),
        units,
        reps,
        value=True,
    )
    return matrix


def _same_for_families(units: pd.DataFrame, allowed: np.ndarray) -> np.ndarray:
    """A family is kept with one rep, so only reps that may serve all of it are eligible."""
    mask = np.ones_like(allowed)
    for members in units.groupby("family").indices.values():
        mask[members] = allowed[members].all(axis=0)
    return mask


def _distances(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, listed: pd.DataFrame
) -> np.ndarray:
    """Kilometres between unit and rep: as listed, else along the great circle; NaN = unknown."""
    unit_at, rep_at = _coordinates(scenario, units), _coordinates(scenario, reps)
    matrix = great_circle(unit_at[:, None, :], rep_at[None, :, :])
    known = listed["distance"].dropna()
    rows = units.index.get_indexer(known.index.get_level_values(0))
    columns = reps.index.get_indexer(known.index.get_level_values(1))
    found = (rows >= 0) & (columns >= 0)
    matrix[rows[found], columns[found]] = known.to_numpy()[found]
    return matrix


def _coordinates(scenario: Scenario, things: pd.DataFrame) -> np.ndarray:
    """Latitude and longitude: the thing's own, else those of its territory."""
    columns = [
        things[name].fillna(scenario.look_up("territories", name, things["territory"]))
        for name in ("latitude", "longitude")
    ]
    return np.column_stack([c.to_numpy(dtype=float) for c in columns])


def great_circle(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distance [km] between (latitude, longitude) in degrees; haversine (Sinnott, 1984)."""
    lat_a, lon_a = np.radians(a[..., 0]), np.radians(a[..., 1])
    lat_b, lon_b = np.radians(b[..., 0]), np.radians(b[..., 1])
    chord = (
        np.sin((lat_b - lat_a) / 2) ** 2
        + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0))))


def _near(
    scenario: Scenario,
    units: pd.DataFrame,
    reps: pd.DataFrame,
    distance: np.ndarray,
    allowed: np.ndarray,
) -> np.ndarray:
    """`coverage.max_distance` and `coverage.candidates`; today's owner is always a candidate.

    A family has the candidates that are nearest on average, as one rep is to serve all of it.
    """
    rules = scenario.config.coverage
    owner = (units["owner"].to_numpy()[:, None] == reps.index.to_numpy()[None, :]).astype(bool)
    near = np.ones_like(allowed)
    if rules.max_distance is not None:
        near &= ~(distance > rules.max_distance)
    if rules.candidates is not None:
        far = np.where(allowed & near, np.nan_to_num(distance, nan=UNKNOWN_DISTANCE), np.inf)
        for members in units.groupby("family").indices.values():
            far[members] = far[members].mean(axis=0)
        rank = far.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        near &= (rank < rules.candidates) | (owner & near)
    return near
