"""Concern: whether what people wrote is about a part of the plan, by its scope or the names in it."""

from __future__ import annotations

import re

from allocopt.documents.facts import Facts
from allocopt.documents.language.text import known_text


def concerns(facts: Facts, text: str, owner: str = "", scope: str = "") -> bool:
    """Whether something is for the readers of a document.

    Nothing is left out of the company's. In a part, a scope decides; without one, a text that names
    places or people is for those it names, and all other text is for everybody.
    """
    if facts.extent is None:
        return True
    if scope:
        return _scope_meets(scope, facts)
    if owner and owner in {facts.subject_name, facts.subject.key}:
        return True
    named = names_in(text, facts)
    return not named or bool(named & own_things(facts))


def names_in(text: str, facts: Facts) -> set[tuple[str, str]]:
    """The territories, reps and units that a text names: table and key of each."""
    company = facts.whole or facts

    def found() -> set[tuple[str, str]]:
        things = company.once("things", lambda: _things(company))
        return {thing for name, thing in things if _is_named(name, text)}

    named: set[tuple[str, str]] = company.once(f"names in {text}", found)
    return named


def _things(company: Facts) -> tuple[tuple[str, tuple[str, str]], ...]:
    """What a text can name: key and name of each territory, rep and unit, with its table and its key."""
    keys = {"territories": company.scenario.territory_tree.nodes}
    for table, column in (("reps", "rep"), ("units", "unit")):
        keys[table] = tuple(company.scenario.table(table)[column])
    return tuple(
        (name, (table, key))
        for table, found in keys.items()
        for key in map(known_text, found)
        for name in {key, company.name_of(table, key)}
        if len(name) > 1
    )


def own_things(facts: Facts) -> set[tuple[str, str]]:
    """The places, people and units of a part, and the places that it lies in."""
    if facts.extent is None:
        return set()
    tree = facts.scenario.territory_tree
    places = set(facts.extent.territories)
    places |= {above for place in facts.extent.territories for above in tree.ancestors(place)}
    things = {"territories": places, "reps": facts.extent.reps, "units": facts.extent.units}
    return {(table, key) for table, keys in things.items() for key in keys}


def segments_of(facts: Facts) -> frozenset[str]:
    """The segments of a part's units."""
    return frozenset(map(known_text, facts.units["segment"].unique()))


def _scope_meets(scope: str, facts: Facts) -> bool:
    """Whether a scope such as `territory=East` and the part have something in common."""
    kind, _, key = scope.partition("=")
    if kind == "segment":
        return key in segments_of(facts)
    if kind == "territory":
        below = {("territories", place) for place in facts.scenario.territory_tree.within([key])}
        return bool((below | {("territories", key)}) & own_things(facts))
    tables = {"rep": "reps", "unit": "units", "account": "units"}
    return scope == "company" or (tables.get(kind, kind), key) in own_things(facts)


def _is_named(name: str, text: str) -> bool:
    """Whether a text names something; letters right beside the name make it another word."""
    if name not in text:
        return False
    if not name.isascii():
        return True
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", text) is not None
