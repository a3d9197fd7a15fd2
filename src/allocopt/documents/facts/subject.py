"""Subject: what a document is about, and which units, reps and territories belong to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from allocopt.documents.language.text import nearest
from allocopt.errors import AllocoptError

if TYPE_CHECKING:
    from allocopt.plan import Plan
    from allocopt.scenario import Scenario

SubjectKind = Literal["company", "territory", "account", "rep"]
# Columns of `units` that name an account, the narrowest first; a unit may be an account of its own.
ACCOUNT_COLUMNS = ("unit", "account", "parent_account")


@dataclass(frozen=True)
class Subject:
    """A kind of thing and which one: `territory=East`. The company has no key."""

    kind: SubjectKind = "company"
    key: str = ""

    def __str__(self) -> str:
        return f"{self.kind}={self.key}" if self.key else self.kind


COMPANY = Subject()


@dataclass(frozen=True)
class Extent:
    """The keys that belong to a subject."""

    units: frozenset[str]
    reps: frozenset[str]
    territories: frozenset[str]


def parse_subject(text: str) -> Subject:
    """The subject that `rep=Ann` or `company` names.

    Raises:
        ValueError: with what is expected.
    """
    kind, _, key = (part.strip() for part in text.partition("="))
    if kind == "company" and not key:
        return COMPANY
    for known in ("territory", "account", "rep"):
        if kind == known and key:
            return Subject(known, key)
    raise ValueError("expected company, or territory=…, account=… or rep=…")


def subjects_of(kind: SubjectKind, plan: Plan, scenario: Scenario) -> tuple[Subject, ...]:
    """All subjects of a kind that have a place in the plan, in the order of their tables."""
    if kind == "company":
        return (COMPANY,)
    return tuple(Subject(kind, key) for key in _keys(kind, plan, scenario))


def _keys(kind: SubjectKind, plan: Plan, scenario: Scenario) -> Iterable[str]:
    units = scenario.table("units")
    if kind == "rep":
        return sorted(_named(plan["assignments"]["rep"]) | _active(plan))
    if kind == "territory":
        held = _named(units["territory"])
        tree = scenario.territory_tree
        return [node for node in tree.nodes if held & set(tree.within([node]))]
    if kind == "account":
        column = next((name for name in ACCOUNT_COLUMNS[1:] if units[name].notna().any()), "unit")
        return dict.fromkeys(units[column].dropna().astype(str))
    return ()


def _active(plan: Plan) -> set[str]:
    """Reps of the plan, without positions that stay open."""
    reps = plan["reps"]
    return _named(reps.loc[reps["hired"] != "no", "rep"])


def extent_of(subject: Subject, plan: Plan, scenario: Scenario) -> Extent:
    """What belongs to a subject: a territory has those below it and all who cover its units.

    Raises:
        AllocoptError: the plan knows no such subject; says which is near.
    """
    units, held = scenario.table("units"), plan["assignments"]
    if subject.kind == "rep":
        listed = scenario.table("reps")["rep"]
        if not (listed == subject.key).any():
            _need(subject, {*_keys("rep", plan, scenario), *_named(listed)})
        own = _named(held.loc[held["rep"] == subject.key, "unit"])
        helped = plan.tables.get("support", held.iloc[:0])
        own |= _named(helped.loc[helped["rep"] == subject.key, "unit"])
        inside = units[units["unit"].isin(own)]
        return Extent(frozenset(own), frozenset({subject.key}), _set(inside["territory"]))
    if subject.kind == "territory":
        tree = scenario.territory_tree
        _need(subject, tree.nodes)
        territories = frozenset(tree.within([subject.key]))
        inside = units[units["territory"].isin(territories)]
    else:
        inside = units[_of_account(units, subject)]
        territories = _set(inside["territory"])
    own = _named(inside["unit"])
    return Extent(frozenset(own), _set(held.loc[held["unit"].isin(own), "rep"]), territories)


def _of_account(units: pd.DataFrame, subject: Subject) -> pd.Series[bool]:
    """Rows of `units` that are the account, or lie in it."""
    columns = [units[name].astype("str") for name in ACCOUNT_COLUMNS if name in units]
    _need(subject, {key for column in columns for key in _named(column)})
    return pd.concat([column == subject.key for column in columns], axis=1).any(axis=1)


def _need(subject: Subject, known: Iterable[str]) -> None:
    if subject.key not in set(known):
        raise AllocoptError(
            f"the plan has no {subject.kind} {subject.key!r}" + nearest(subject.key, known)
        )


def _named(keys: pd.Series[str]) -> set[str]:
    """The keys of a column that are not blank."""
    return {str(key) for key in keys.dropna().unique() if str(key)}


def _set(keys: pd.Series[str]) -> frozenset[str]:
    return frozenset(_named(keys))
