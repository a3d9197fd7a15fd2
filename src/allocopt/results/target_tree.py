"""Target tree: what is asked from above meets what is expected from below, at every node and time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.calendar import Calendar, PeriodName
from allocopt.config.scope import Scope, parse_scope
from allocopt.plan import OPTIONAL_TABLES
from allocopt.territory_tree import TerritoryTree

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

COMPANY = str(Scope("company"))
WORKING_DAYS = 5  # Monday to Friday
SWEEPS = 300
CLOSE = 1e-12


@dataclass(frozen=True)
class Asked:
    """An amount that a part of the cells must add up to: flags of leaves and of periods."""

    leaves: Flags
    periods: Flags
    amount: float


@dataclass(frozen=True)
class Leaves:
    """The cells of a tree: one row per leaf, arrays (leaf, period) [currency/period].

    `keys` has the columns that scopes ask for (territory, segment, rep; product; channel).
    """

    keys: pd.DataFrame
    quota: Floats
    bottom_up: Floats


def split_targets(start: Floats, asked: Sequence[Asked]) -> Floats:
    """Cells (leaf, period) that add up to every amount asked, as near to `start` as may be.

    Iterative proportional fitting (Deming and Stephan, 1940): each amount in turn scales its cells, until
    nothing moves; the result is the one with the least relative entropy to `start` (Csiszár, 1975).
    Cells that have nothing share what is asked of them evenly. Where amounts contradict each other the
    last ones hold.
    """
    cells = start.astype(float).copy()
    for _ in range(SWEEPS):
        moved = 0.0
        for one in asked:
            block = np.ix_(one.leaves, one.periods)
            total = float(cells[block].sum())
            if total > 0:
                cells[block] *= one.amount / total
            elif cells[block].size:
                cells[block] = one.amount / cells[block].size
            moved = max(moved, abs(total - one.amount) / max(one.amount, 1.0))
        if moved < CLOSE:
            break
    return cells


def asked_of(
    targets: pd.DataFrame, keys: pd.DataFrame, tree: TerritoryTree, calendar: Calendar
) -> list[Asked]:
    """Sales targets that speak of these leaves and of whole planned periods; the widest come last."""
    sales = targets["measure"].fillna("sales").isin(["sales", ""])
    found = []
    for row in targets[sales].fillna({"scope": ""}).to_dict("records"):
        first, last = row["start"], row["end"]
        leaves = leaves_in(parse_scope(row["scope"]), keys, tree)
        periods = np.asarray((calendar.starts >= first) & (calendar.ends <= last))
        # A target that reaches beyond the plan is not one of the planned periods alone.
        whole = first >= calendar.plan_start and last <= calendar.plan_end
        if whole and leaves is not None and leaves.any() and periods.any():
            found.append(Asked(leaves, periods, float(row["amount"])))
    return sorted(found, key=lambda one: int(one.leaves.sum() * one.periods.sum()))


def leaves_in(scope: Scope, keys: pd.DataFrame, tree: TerritoryTree) -> Flags | None:
    """Which leaves lie in a scope; None where these leaves do not know its kind."""
    if scope.kind == "company":
        return np.ones(len(keys), dtype=bool)
    if scope.kind not in keys:
        return None
    names = tree.within([scope.value]) if scope.kind == "territory" else [scope.value]
    return np.asarray(keys[scope.kind].isin(names))


def time_shares(calendar: Calendar, grain: PeriodName) -> pd.DataFrame:
    """Share of each planned period that lies in each period of a grain; rows add up to 1.

    Period × label of the grain. A period that is longer than the grain is split by working days, Monday to
    Friday; a label at the edge of the plan has only the plan's part.
    """
    days = pd.Series(pd.date_range(calendar.plan_start, calendar.plan_end, freq="D"))
    days = days[days.dt.day_of_week < WORKING_DAYS]
    labels = replace(calendar, period=grain).label_of(days)
    counts = pd.crosstab(calendar.label_of(days), labels)
    order = list(dict.fromkeys(labels))
    counts = counts.reindex(index=list(calendar.labels), columns=order).astype(float)
    return counts.div(counts.sum(axis=1), axis=0)


def tree_table(
    name: str,
    leaves: Leaves,
    top_down: Floats,
    nodes: Sequence[tuple[str, str, Flags]],
    shares: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """Rows of `quota_tree` for one tree: each node in each period of each grain. [currency]

    `nodes` are (parent, node, its leaves); `shares` by grain, as `time_shares` gives them. Every figure is
    a sum of cells, so that sums agree at every level.
    """
    cells = {"top_down": top_down, "quota": leaves.quota, "bottom_up": leaves.bottom_up}
    parts = []
    for parent, node, own in nodes:
        sums = {column: amounts[own].sum(axis=0) for column, amounts in cells.items()}
        for grain, share in shares.items():
            figures = {column: amount @ share.to_numpy() for column, amount in sums.items()}
            rows = pd.DataFrame({"period": list(share.columns), **figures})
            parts.append(rows.assign(tree=name, parent=parent, node=node, grain=grain))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(gap=table["top_down"] - table["bottom_up"])[
        list(OPTIONAL_TABLES["quota_tree"])
    ]


def territory_nodes(keys: pd.DataFrame, tree: TerritoryTree) -> Iterator[tuple[str, str, Flags]]:
    """The company, its territories from the top, and below each the reps who have units in it."""
    yield "", COMPANY, np.ones(len(keys), dtype=bool)
    for node in tree.nodes:
        below = np.asarray(keys["territory"].isin(tree.within([node])))
        if below.any():
            above = tree.parents[node]
            yield str(Scope("territory", above)) if above else COMPANY, f"territory={node}", below
    pairs = keys[["territory", "rep"]]
    for territory, rep in pairs.drop_duplicates().itertuples(index=False, name=None):
        parent = str(Scope("territory", territory)) if territory else COMPANY
        yield parent, str(Scope("rep", rep)), np.asarray((pairs == [territory, rep]).all(axis=1))


def item_nodes(keys: pd.DataFrame, kind: str) -> Iterator[tuple[str, str, Flags]]:
    """The company, and below it each segment, product or channel."""
    yield "", COMPANY, np.ones(len(keys), dtype=bool)
    for item in dict.fromkeys(keys[kind]):
        yield COMPANY, str(Scope(kind, str(item))), np.asarray(keys[kind] == item)
