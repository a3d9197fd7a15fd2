"""Eligible pairs: which rep may cover which unit, and how far apart they are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.scenario import Scenario
from allocopt.territory_tree import TerritoryTree

EARTH_RADIUS = 6371.0088  # [km], mean radius (IUGG)
# Rows and columns of pairs in a matrix of unit × rep.
Places = tuple[np.ndarray, np.ndarray]
# Farther than any known place, and still nearer than a rep who may not cover the unit. [km]
UNKNOWN_DISTANCE = 1e9


def eligible_pairs(scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame) -> pd.DataFrame:
    """Eligible (unit, rep) with what `pairs` says of them.

    Index (unit, rep) in the order of the tables; columns hours [h/input period, NaN = the unit's],
    distance [km, NaN = unknown], value, fit. The rep that a unit is locked to is always eligible.
    """
    listed = scenario.table("pairs").set_index(["unit", "rep"])
    places = _places(listed.index, units, reps)
    allowed = _allowed(scenario, units, reps, listed, places)
    locked = _locked_pairs(units, reps)
    distance = _distances(scenario, units, reps, allowed | locked)
    _mark(distance, places, listed["distance"].notna().to_numpy(), listed["distance"].to_numpy())
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
    scenario: Scenario,
    units: pd.DataFrame,
    reps: pd.DataFrame,
    listed: pd.DataFrame,
    places: Places,
) -> np.ndarray:
    """Territories, segments and `pairs.allowed`, before distance; unit × rep."""
    matrix = np.zeros((len(units), len(reps)), dtype=bool)
    stated = listed["allowed"].notna().to_numpy()
    flags = listed["allowed"].fillna(value=True).to_numpy(dtype=bool)
    if scenario.config.pairs.complete:
        _mark(matrix, places, flags, flags)
        return matrix
    tree = scenario.territory_tree
    scopes = zip(reps["territories"], reps["segments"], strict=True)
    for column, (territories, segments) in enumerate(scopes):
        matrix[:, column] = _covers(tree, units, territories, segments)
    matrix &= _same_branch(scenario, units, reps)
    # Specialists support the units of others: they own those that `pairs` names, and no more.
    matrix[:, reps.index.isin(scenario.table("overlays")["rep"])] = False
    _mark(matrix, places, stated & flags, flags)
    _mark(matrix, places, stated & ~flags, flags)
    return matrix


def _places(pairs: pd.Index, units: pd.DataFrame, reps: pd.DataFrame) -> Places:
    """Row and column of each pair in a matrix of unit × rep, −1 where it has none."""
    rows = units.index.get_indexer(pairs.get_level_values(0))
    return rows, reps.index.get_indexer(pairs.get_level_values(1))


def _mark(matrix: np.ndarray, places: Places, chosen: np.ndarray, values: np.ndarray) -> None:
    """Puts the values of the chosen pairs into a matrix of unit × rep."""
    rows, columns = places
    known = chosen & (rows >= 0) & (columns >= 0)
    matrix[rows[known], columns[known]] = values[known]


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
    rows = np.flatnonzero(units["locked"])
    columns = reps.index.get_indexer(pd.Index(units["locked_to"].iloc[rows]))
    matrix[rows[columns >= 0], columns[columns >= 0]] = True
    return matrix


def _same_for_families(units: pd.DataFrame, allowed: np.ndarray) -> np.ndarray:
    """A family is kept with one rep, so only reps that may serve all of it are eligible."""
    mask = np.ones_like(allowed)
    for members in units.groupby("family").indices.values():
        mask[members] = allowed[members].all(axis=0)
    return mask


def _distances(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, asked: np.ndarray
) -> np.ndarray:
    """Kilometres along the great circle between unit and rep where that is asked; NaN = unknown."""
    unit_at, rep_at = _coordinates(scenario, units), _coordinates(scenario, reps)
    matrix = np.full(asked.shape, np.nan)
    rows, columns = np.nonzero(asked)
    matrix[rows, columns] = great_circle(unit_at[rows], rep_at[columns])
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
