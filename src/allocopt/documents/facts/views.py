"""View: the rows of a plan's tables that belong to a part of the plan.

The figures of the part itself, which the plan keeps under the part's scope, stand in a view where those
of the company stand in the whole, so that the same sections show both. What the plan knows only of the
company is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pandas as pd

from allocopt.documents.facts.indexed import Indexed
from allocopt.documents.facts.subject import Extent, Subject
from allocopt.documents.language.text import known_text

Choose = Callable[[Indexed, Subject, Extent], pd.DataFrame]


def view_of(name: str, table: Indexed, subject: Subject, extent: Extent) -> pd.DataFrame:
    """The rows of a plan's table that belong to a part; a table that cannot be divided has none.

    The `sales` of a rep are taken from a table with a column `rep`, what each rep is credited with.
    """
    choose = CHOICES.get(name, _nothing)
    return choose(table, subject, extent).reset_index(drop=True)


def _nothing(table: Indexed, _subject: Subject, _extent: Extent) -> pd.DataFrame:
    return table.frame.iloc[:0]


def _by_unit(table: Indexed, subject: Subject, extent: Extent) -> pd.DataFrame:
    # A rep's share of a unit is not the share of whoever had it before or has the rest.
    if subject.kind == "rep" and "rep" in table.frame:
        return table.of("rep", {subject.key})
    return table.of("unit", extent.units)


def _by_place(table: Indexed, subject: Subject, extent: Extent) -> pd.DataFrame:
    """Cells of the territory; an account or a rep has a part of a cell, which the table does not say."""
    if subject.kind == "territory":
        return table.of("territory", extent.territories)
    if "unit" in table.frame:
        return table.of("unit", extent.units)
    return table.frame.iloc[:0]


def _by_rep(table: Indexed, _subject: Subject, extent: Extent) -> pd.DataFrame:
    return table.of("rep", extent.reps)


def _nodes(table: Indexed, subject: Subject, _extent: Extent) -> pd.DataFrame:
    keys = {subject.key} if subject.kind == "territory" else set()
    return table.of("node", keys).assign(node="")


def _by_item(table: Indexed, _subject: Subject, extent: Extent) -> pd.DataFrame:
    """Rules about a unit, rep or territory of the part; `measure/rep` is about the rep."""
    return table.about("item", extent.units | extent.reps | extent.territories)


def _by_scope(table: Indexed, subject: Subject, extent: Extent) -> pd.DataFrame:
    """Scopes such as `rep=Ann` that lie in the part; the part's own is the whole here."""
    rows = table.of("scope", _scopes(extent) | {str(subject)})
    own = rows["scope"].map(known_text) == str(subject)
    return rows.assign(scope=rows["scope"].where(~own, "company"))


def _scopes(extent: Extent) -> frozenset[str]:
    kinds = {"rep": extent.reps, "territory": extent.territories, "unit": extent.units}
    return frozenset(f"{kind}={key}" for kind, keys in kinds.items() for key in keys)


def _by_scope_and_item(table: Indexed, subject: Subject, extent: Extent) -> pd.DataFrame:
    """Scope and item in columns of their own."""
    items = extent.units | extent.reps | extent.territories | {subject.key}
    rows = table.of("item", items)
    scope, item = rows["scope"].map(known_text), rows["item"].map(known_text)
    own = (scope == subject.kind) & (item == subject.key)
    inside = (scope + "=" + item).isin(_scopes(extent))
    blank = rows["item"].where(~own, "")
    named = rows.assign(scope=rows["scope"].where(~own, "company"), item=blank)
    return named[own | inside]


CHOICES: Mapping[str, Choose] = MappingProxyType(
    {
        **dict.fromkeys(("assignments", "time", "sales", "support", "moves"), _by_unit),
        **dict.fromkeys(("budget", "forecast", "past", "reforecast", "reported"), _by_place),
        **dict.fromkeys(("reps", "quotas", "attainment"), _by_rep),
        **dict.fromkeys(("limits", "shortfalls"), _by_item),
        **dict.fromkeys(("kpis", "alerts", "results"), _by_scope),
        **dict.fromkeys(("performance", "variance"), _by_scope_and_item),
        "forecast_nodes": _nodes,
    }
)
