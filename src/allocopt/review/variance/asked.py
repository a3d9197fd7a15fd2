"""Asked: of what the screen `variance` shows the difference between plan and actual sales."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from allocopt.documents.facts import Facts
from allocopt.documents.figures.variance import WHOLE
from allocopt.documents.language.text import known_text
from allocopt.review.view import View

COMPANY = "company"
# Scopes that people choose from a list, in its order; units are reached through what they lie in.
LISTED = ("territory", "segment", "rep", "product")


@dataclass(frozen=True)
class Differing:
    """An item of a scope, such as `territory` and `East`, in a period, "" = to date."""

    scope: str
    item: str
    period: str

    @property
    def about(self) -> tuple[str, str]:
        """Scope and item; the company's item is ""."""
        return self.scope, self.item

    @property
    def key(self) -> str:
        """What stands in the address: `company`, `territory=East`."""
        return key_of(*self.about)


def key_of(scope: str, item: str) -> str:
    """What stands in the address for a scope's item."""
    return COMPANY if (scope, item) == WHOLE else f"{scope}={item}"


def differing_of(view: View) -> Differing:
    """What the address asks for, of what the plan has a variance of; else the whole to date."""
    asked = view.option("scope", tuple(_items(view.facts)))
    period = view.option("period", ("", *periods(view.facts)))
    scope, _, item = asked.partition("=")
    return Differing(scope, item, period)


def periods(facts: Facts) -> tuple[str, ...]:
    """Closed periods that the plan has a variance of."""
    labels = facts.table("variance")["period"].dropna().unique()
    return tuple(str(label) for label in labels if label)


def listed(facts: Facts) -> list[tuple[str, str]]:
    """Scopes and items that people choose from: the whole first, territories as they lie in the tree."""
    known = _items(facts)
    tree = facts.scenario.territory_tree
    places = [("territory", node) for node in tree.nodes]
    others = [pair for pair in known.values() if pair[0] in LISTED[1:]]
    others.sort(key=lambda pair: LISTED.index(pair[0]))
    return [pair for pair in (WHOLE, *places, *others) if key_of(*pair) in known]


def _items(facts: Facts) -> dict[str, tuple[str, str]]:
    """All that the plan has a variance of, by what stands in the address; the whole first."""
    found: dict[str, tuple[str, str]] = facts.once("differing", lambda: _found(facts))
    return found


def _found(facts: Facts) -> dict[str, tuple[str, str]]:
    rows = facts.table("variance")[["scope", "item"]].drop_duplicates()
    pairs = [(str(row["scope"]), known_text(row["item"])) for row in rows.to_dict("records")]
    return {key_of(*pair): pair for pair in (WHOLE, *pairs)}


def below(facts: Facts, differing: Differing) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a difference can be followed into: scopes, and the keys of their items."""
    known = _items(facts)
    for scope, items in _below(facts, differing):
        own = tuple(item for item in items if key_of(scope, item) in known)
        if own:
            yield scope, own


def _below(facts: Facts, differing: Differing) -> Iterator[tuple[str, Iterable[str]]]:
    scope, item = differing.about
    if scope == COMPANY:
        yield from _of_whole(facts)
    elif scope == "territory":
        yield from _of_place(facts, item)
    elif scope == "segment":
        yield "unit", _keys(facts, "segment", item)
    elif scope == "rep":
        yield "unit", _covered(facts, "rep", {item}, "unit")


def _of_whole(facts: Facts) -> Iterator[tuple[str, Iterable[str]]]:
    """The places right below, else units; segments and reps."""
    tree, own = facts.scenario.territory_tree, facts.subject.key
    if facts.subject.kind == "territory":
        nodes = tree.children(own)
    else:
        nodes = tree.roots if len(tree.roots) > 1 else tree.children(tree.roots[0])
    yield ("territory", nodes) if nodes else ("unit", list(facts.units.index))
    for scope in ("segment", "rep"):
        yield scope, [item for kind, item in _items(facts).values() if kind == scope]


def _of_place(facts: Facts, territory: str) -> Iterator[tuple[str, Iterable[str]]]:
    """The places right below, else units; and who covers them."""
    tree = facts.scenario.territory_tree
    if nodes := tree.children(territory):
        yield "territory", nodes
        return
    units = _keys(facts, "territory", territory)
    yield "unit", units
    yield "rep", _covered(facts, "unit", set(units), "rep")


def _keys(facts: Facts, column: str, key: str) -> list[str]:
    """Units of a territory or segment."""
    units = facts.units
    return [str(unit) for unit in units.index[units[column].map(known_text) == key]]


def _covered(facts: Facts, by: str, keys: set[str], what: str) -> list[str]:
    """Units of reps or reps of units, by the assignments of all periods."""
    rows = facts.course("assignments")
    found = rows.loc[rows[by].isin(list(keys)), what].map(known_text)
    return [key for key in dict.fromkeys(found) if key]
