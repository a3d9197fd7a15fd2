"""Quota tree: the table `quota_tree` of a plan, one tree by territory and one per further dimension."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.horizon import company_targets
from allocopt.problem import Problem
from allocopt.results.quota_parts import cut, mix_of
from allocopt.results.target_tree import (
    Asked,
    Leaves,
    asked_of,
    item_nodes,
    split_targets,
    territory_nodes,
    time_shares,
    tree_table,
)
from allocopt.scenario import Scenario


def quota_tree(
    scenario: Scenario,
    products: pd.DataFrame,
    problem: Problem,
    quota: pd.DataFrame,
    credited: pd.DataFrame,
) -> pd.DataFrame:
    """Rows of `quota_tree`: what is asked, given as quota and expected, by node and time. [currency]

    `quota`, `credited`: (unit, rep) × period, quotas on units and expected sales. What targets ask of
    territories and reps is split first; segments add up the same cells, products and channels split what
    the company is asked for in each period.
    """
    shares: dict[str, pd.DataFrame] = {
        grain: time_shares(scenario.calendar, grain) for grain in scenario.config.quota.tree
    }
    index = quota.index.union(credited.index, sort=False)
    leaves = Leaves(
        keys=_places(index, problem.units),
        quota=quota.reindex(index).fillna(0.0).to_numpy(),
        bottom_up=credited.reindex(index).fillna(0.0).to_numpy(),
    )
    tree = scenario.territory_tree
    asked = [*_targets(scenario, leaves.keys), *_whole(scenario, leaves)]
    top_down = split_targets(leaves.bottom_up, asked)
    nodes = list(territory_nodes(leaves.keys, tree))
    tables = [
        tree_table("territory", leaves, top_down, nodes, shares),
        tree_table("segment", leaves, top_down, list(item_nodes(leaves.keys, "segment")), shares),
    ]
    amounts = [pd.DataFrame(a, index, quota.columns) for a in (leaves.quota, leaves.bottom_up)]
    for kind in ("product", "channel"):
        mix = mix_of(kind, scenario, products, problem.units)
        if len(mix):
            by_item = [_by_item(amount, mix) for amount in amounts]
            below = _item_leaves(kind, *by_item)
            asked = [*_targets(scenario, below.keys), *_same_periods(below.keys, top_down)]
            split = split_targets(below.bottom_up, asked)
            nodes = list(item_nodes(below.keys, kind))
            tables.append(tree_table(kind, below, split, nodes, shares))
    return pd.concat(tables, ignore_index=True)


def _places(index: pd.Index, units: pd.DataFrame) -> pd.DataFrame:
    """territory, segment and rep of each (unit, rep); unit "" has neither place nor segment."""
    unit = index.get_level_values("unit")
    places = units[["territory", "segment"]].reindex(unit).fillna("")
    return places.assign(rep=index.get_level_values("rep")).reset_index(drop=True)


def _targets(scenario: Scenario, keys: pd.DataFrame) -> list[Asked]:
    """What the table of targets asks of these leaves."""
    table, tree = scenario.table("targets"), scenario.territory_tree
    return asked_of(table, keys, tree, scenario.calendar)


def _whole(scenario: Scenario, leaves: Leaves) -> list[Asked]:
    """`quota.target`, where it stands in the configuration and not in the table."""
    target, calendar = scenario.config.quota.target, scenario.calendar
    if target is None or len(company_targets(scenario.table("targets"), calendar)):
        return []
    shape = leaves.bottom_up.shape
    return [Asked(np.ones(shape[0], dtype=bool), np.ones(shape[1], dtype=bool), target)]


def _by_item(amounts: pd.DataFrame, mix: pd.DataFrame) -> pd.DataFrame:
    """Amounts on units by a mix; item × period."""
    return cut(amounts, mix).groupby(level="item", sort=False).sum()


def _item_leaves(kind: str, quota: pd.DataFrame, expected: pd.DataFrame) -> Leaves:
    """The items of a dimension as leaves."""
    keys = pd.DataFrame({kind: expected.index.to_numpy()})
    quotas = quota.reindex(expected.index).fillna(0.0)
    return Leaves(keys, quotas.to_numpy(), expected.to_numpy())


def _same_periods(keys: pd.DataFrame, top_down: np.ndarray) -> list[Asked]:
    """The items are together asked for what the company is, in every period."""
    every = np.ones(len(keys), dtype=bool)
    periods = np.eye(top_down.shape[1], dtype=bool)
    return [
        Asked(every, period, float(total))
        for period, total in zip(periods, top_down.sum(axis=0), strict=True)
    ]
