"""Explain: the variance of a course."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from allocopt.replanning.course import Course
from allocopt.replanning.variance.effects import effects
from allocopt.replanning.variance.intervals import allowed
from allocopt.replanning.variance.items import Ints, base_items
from allocopt.replanning.variance.levels import paths
from allocopt.replanning.variance.parts import of_items, of_reps
from allocopt.replanning.variance.products import by_product
from allocopt.replanning.variance.scopes import Parts, added_up
from allocopt.replanning.variance.variance import COMPANY, Variance

ITEMS = ""
Groups = Sequence[tuple[str, Ints]]


def explain_variance(course: Course) -> Variance:
    """Why actual sales of the closed periods differ from planned ones; see docs/variance.md.

    Needs at least one closed period.
    """
    items = base_items(course)
    found = effects(course, items)
    parts = {ITEMS: of_items(items, found)}
    parts["rep"] = of_reps(course, items, found, parts[ITEMS])
    products = by_product(course, items, found, parts[ITEMS])
    if products is not None:
        parts["product"] = products
    nodes = paths(course, items)
    scopes = {name: added_up(own, groups) for name, own, groups in _groups(parts, nodes)}
    return Variance(
        periods=items.periods,
        scopes=scopes,
        parts=parts,
        noise=allowed(course, items, scopes),
        tree=course.scenario.territory_tree,
        interval=float(course.plan.summary["forecast"]["interval"]),
    )


def variance_table(course: Course) -> pd.DataFrame:
    """The table `variance` of a plan; columns as in `Variance.table`."""
    return explain_variance(course).table


def _groups(
    parts: dict[str, Parts], nodes: Sequence[pd.Series[str]]
) -> Iterator[tuple[str, Parts, Groups]]:
    """Each scope with what it adds up, and the rows of its items."""
    own = parts[ITEMS]
    count = len(own.names)
    yield "company", own, [(COMPANY, np.arange(count))]
    yield "territory", own, _of_nodes(nodes)
    yield "segment", own, _of(own.names["segment"])
    named = own.names["unit"][own.names["unit"] != ""]
    if len(named):
        yield "unit", own, _of(named)
    for name, divided in parts.items():
        if name != ITEMS:
            yield name, divided, _of(divided.names[name])


def _of(names: pd.Series[str]) -> Groups:
    codes, found = pd.factorize(names)
    order = np.argsort(codes, kind="stable")
    own = names.index.to_numpy(dtype=np.int64)[order]
    rows = np.split(own, np.cumsum(np.bincount(codes))[:-1])
    return [(str(name), members) for name, members in zip(found, rows, strict=True)]


def _of_nodes(nodes: Sequence[pd.Series[str]]) -> Groups:
    """Every node of the tree with the items in it, once each; the company is left out."""
    long = pd.concat(nodes[1:]).rename("node")
    rows = long.reset_index().drop_duplicates()
    return _of(rows.set_index("index")["node"])
