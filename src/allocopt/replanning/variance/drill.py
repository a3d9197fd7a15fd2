"""Drill: what an item's difference consists of - its parts in order of weight, and its causes as steps."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.replanning.variance.cents import CENTS
from allocopt.replanning.variance.scopes import CAUSES, TO_DATE
from allocopt.replanning.variance.variance import COMPANY, Variance

CHILD = ("scope", "item")
STEPS = ("step", "amount", "start", "end")


def drill(
    variance: Variance, scope: str, item: str = COMPANY, period: str = TO_DATE
) -> pd.DataFrame:
    """Children of an item: scope, item, plan, actual, amount, cause and of_cause [currency].

    The largest difference comes first; `cause` is the one that did most to it, with `of_cause` of it.
    The company has the roots of the tree, a node the nodes right below it and what lies in itself (units,
    else segments), a segment territories, a rep and a product units, else territories. Children add up
    to the item. Raises KeyError where there is no such item or period.
    """
    _, column = variance.place(scope, item, period)
    parts = variance.parts[scope if scope in variance.parts else ""]
    rows = _members(variance, parts.names, scope, item)
    children = _children(variance, parts.names.iloc[rows], scope, item)
    which, names = pd.factorize(pd.MultiIndex.from_frame(children))
    plan, actual, causes = (
        _added(_of_period(amounts[rows], column), which, len(names))
        for amounts in (parts.plan, parts.actual, parts.causes)
    )
    first = np.abs(causes).argmax(axis=1)
    most = causes[np.arange(len(names)), first]
    table = pd.DataFrame(list(names), columns=list(CHILD)).assign(
        plan=plan / CENTS,
        actual=actual / CENTS,
        amount=(actual - plan) / CENTS,
        cause=np.where(most != 0, np.array(CAUSES, dtype=object)[first], ""),
        of_cause=most / CENTS,
    )
    order = np.argsort(-np.abs(actual - plan), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def waterfall(
    variance: Variance, scope: str, item: str = COMPANY, period: str = TO_DATE
) -> pd.DataFrame:
    """step, amount, start and end [currency]: from the plan over its causes to what came.

    Causes that are known to have done nothing are left out; one that is not known has no amount, and
    leaves the height as it is. Raises KeyError where there is no such item or period.
    """
    row, column = variance.place(scope, item, period)
    own = variance.scopes[scope]
    causes, known = own.causes[row, column], own.known[row, column]
    shown = np.flatnonzero((causes != 0) | (known < 1))
    plan, actual = int(own.plan[row, column]), int(own.actual[row, column])
    ends = plan + np.cumsum(causes[shown])
    steps = pd.DataFrame(
        {
            "step": ["plan", *(CAUSES[k] for k in shown), "actual"],
            "amount": np.array([plan, *causes[shown], actual]) / CENTS,
            "start": np.array([0, *(ends - causes[shown]), 0]) / CENTS,
            "end": np.array([plan, *ends, actual]) / CENTS,
        }
    )
    unknown = np.array([False, *(causes[shown] == 0), False])
    return steps.assign(amount=steps["amount"].mask(unknown))[list(STEPS)]


def _members(variance: Variance, names: pd.DataFrame, scope: str, item: str) -> np.ndarray:
    """Numbers of the rows that belong to an item."""
    if scope == "company":
        return np.arange(len(names))
    if scope == "territory":
        inside = names["territory"].isin(variance.tree.within([item]))
        return np.flatnonzero(inside.to_numpy())
    return np.flatnonzero((names[scope] == item).to_numpy())


def _children(variance: Variance, names: pd.DataFrame, scope: str, item: str) -> pd.DataFrame:
    """Scope and item of the child that each row belongs to."""
    if scope in ("company", "territory"):
        below = {name: _below(variance, name, item) for name in names["territory"].unique()}
        child = names["territory"].map(below)
        own = (child == item) & (scope == "territory")
        leaf = _leaf(names, "segment")
        return pd.DataFrame(
            {
                "scope": leaf["scope"].where(own, "territory"),
                "item": leaf["item"].where(own, child),
            }
        )
    if scope in ("segment", "unit"):
        return pd.DataFrame({"scope": "territory", "item": names["territory"]}, names.index)
    return _leaf(names, "territory")


def _leaf(names: pd.DataFrame, otherwise: str) -> pd.DataFrame:
    """The unit of each row, else what else names it."""
    named = names["unit"] != ""
    return pd.DataFrame(
        {
            "scope": pd.Series("unit", names.index).where(named, otherwise),
            "item": names["unit"].where(named, names[otherwise]),
        }
    )


def _below(variance: Variance, territory: str, item: str) -> str:
    """The node right below `item` on the way to a territory; the territory where it is the item."""
    chain = [*reversed(variance.tree.ancestors(territory)), territory]
    if item == COMPANY:
        return chain[0]
    return chain[min(chain.index(item) + 1, len(chain) - 1)]


def _of_period(amounts: np.ndarray, column: int) -> np.ndarray:
    """The amounts of a period, or of all where the column is the one after the last."""
    return np.asarray(amounts.sum(axis=1) if column == amounts.shape[1] else amounts[:, column])


def _added(amounts: np.ndarray, which: np.ndarray, count: int) -> np.ndarray:
    result = np.zeros((count, *amounts.shape[1:]), dtype=np.int64)
    np.add.at(result, which, amounts)
    return result
