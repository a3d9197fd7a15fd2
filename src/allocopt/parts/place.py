"""Place: which part of the business a plan is for, and which rows of a table lie in it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from allocopt.config.scope import Scope, parse_scope
from allocopt.scenario import Scenario
from allocopt.tables import CONTRACT, Kind

KINDS = ("territory", "segment", "account", "parent_account")


@dataclass(frozen=True)
class Place:
    """A kind of thing and which one: `territory=East` with all below it, or `account=Acme`."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}={self.value}"

    def holds(self, scenario: Scenario, scope: object) -> bool:
        """Whether the scope of a target or bound lies in the place: is it, or is a territory below it."""
        inner = _scope(scope)
        if inner is None or inner.kind != self.kind:
            return False
        if self.kind == "territory":
            return inner.value in scenario.territory_tree.within([self.value])
        return inner.value == self.value

    def is_scope(self, scope: object) -> bool:
        """Whether a scope is exactly this place."""
        return _scope(scope) == Scope(self.kind, self.value)

    def units(self, scenario: Scenario) -> pd.Series[bool]:
        """Which rows of `units` lie in the place."""
        units = scenario.table("units")
        if self.kind == "territory":
            return units["territory"].isin(scenario.territory_tree.within([self.value]))
        return units[self.kind] == self.value


def parse_place(text: str) -> Place:
    """The place that `territory=East` names. Raises ValueError."""
    kind, _, value = (part.strip() for part in text.partition("="))
    if kind not in KINDS or not value:
        raise ValueError(f"expected one of {', '.join(f'{kind}=…' for kind in KINDS)}")
    return Place(kind, value)


def _scope(text: object) -> Scope | None:
    if isinstance(text, Scope):
        return text
    try:
        return parse_scope(text if isinstance(text, str) else "company")
    except ValueError:
        return None


def rows_inside(
    name: str, frame: pd.DataFrame, units: frozenset[str], reps: frozenset[str], cells: pd.DataFrame
) -> pd.DataFrame:
    """Rows of a table that name nothing outside: no other unit, rep, territory or segment.

    `cells` has the territories and segments of the units inside. A column that names none of these, or
    lists several, does not count, and a blank cell names all.
    """
    inside = {"units": units, "reps": reps}
    inside |= {f"{place}s": frozenset(cells[place]) for place in ("segment",)}
    inside["territories"] = frozenset(cells["territory"])
    kept = pd.Series(data=True, index=frame.index)
    for column in CONTRACT[name].columns:
        known = [inside[table] for table in column.refers if table in inside]
        if column.kind is Kind.TEXT and known and not column.former:
            named = frame[column.name]
            kept &= named.isna() | named.isin(frozenset().union(*known))
    return frame[kept].reset_index(drop=True)
