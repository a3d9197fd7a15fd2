"""Ground: what changes are made to, as the person who makes them may see and change it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from allocopt.config.sections import Reader
from allocopt.documents.edits.locks import Held
from allocopt.documents.edits.names import Names
from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice
from allocopt.review.drafts.change import Change
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class Basis:
    """The whole scenario that changes are laid over, and the changes that hold."""

    scenario: Scenario
    changes: tuple[Change, ...] = ()

    @cached_property
    def held(self) -> Held:
        """Owners and locks of its units."""
        return Held(self.scenario)


@dataclass(frozen=True)
class Ground:
    """A plan that changes are made to.

    `facts` hold what the person may see, who reads as `reader`. `territories` are the nodes of the tree
    that the person may change; none = all. `changes` are those that are made already.
    """

    facts: Facts
    voice: Voice
    reader: Reader
    territories: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def scenario(self) -> Scenario:
        """The scenario of the plan, as the person may see it."""
        return self.facts.scenario

    @property
    def is_whole(self) -> bool:
        """Whether the whole plan is the person's to change."""
        return not self.territories

    @cached_property
    def inside(self) -> frozenset[str]:
        """The territories that are the person's to change."""
        tree = self.scenario.territory_tree
        return frozenset(tree.nodes) if self.is_whole else tree.within(self.territories)

    @cached_property
    def units(self) -> pd.DataFrame:
        """Rows of `units` that are the person's to change."""
        return self._own(self.scenario.table("units"))

    @cached_property
    def reps(self) -> pd.DataFrame:
        """Rows of `reps` that are the person's to change: of a part, who is at home there.

        Somebody without a home belongs where all of the own units are.
        """
        rows = self.scenario.table("reps")
        if self.is_whole:
            return rows
        held = (self.facts.whole or self.facts).table("assignments")
        own, home = set(self.units["unit"]), rows["territory"]
        elsewhere = set(held.loc[~held["unit"].isin(own), "rep"])
        holders = set(held.loc[held["unit"].isin(own), "rep"]) - elsewhere
        return rows[home.isin(self.inside) | (home.isna() & rows["rep"].isin(holders))]

    @cached_property
    def added_reps(self) -> tuple[str, ...]:
        """Names of the reps that earlier changes add."""
        return tuple(change["name"] for change in self.changes if change.kind == "add_rep")

    @cached_property
    def rep_names(self) -> Names:
        """What the reps that may be changed are called."""
        return Names(self.reps, "rep")

    @cached_property
    def holder_names(self) -> Names:
        """What the reps who may get a unit are called, those that are added among them."""
        added = pd.DataFrame({"rep": list(self.added_reps)}, dtype="str")
        return Names(pd.concat([self.reps, added], ignore_index=True), "rep")

    @cached_property
    def unit_names(self) -> Names:
        """What the units that may be changed are called."""
        return Names(self.units, "unit")

    @cached_property
    def held(self) -> Held:
        """Owners and locks of the plan's units."""
        held: Held = self.facts.once("held", lambda: Held(self.scenario))
        return held

    @cached_property
    def locked(self) -> Names:
        """What the units that are locked are called."""
        units = {*self.held.locks, *self._locked_by_change()}
        return Names(self.units[self.units["unit"].isin(units)], "unit")

    @cached_property
    def holders(self) -> dict[str, str]:
        """The rep whom the plan gives each unit first; "" where it stays open."""
        rows = self.facts.table("assignments").sort_values("start", kind="stable")
        rows = rows.drop_duplicates("unit")
        return dict(zip(rows["unit"], rows["rep"].fillna(""), strict=True))

    def places(self) -> list[tuple[str, str]]:
        """Territories to choose from, the highest first, and what they are called."""
        tree = self.scenario.territory_tree
        return [
            (node, self.facts.name_of("territories", node))
            for node in tree.nodes
            if node in self.inside
        ]

    def scopes(self, kinds: Sequence[str]) -> list[tuple[str, str]]:
        """Parts of the business to choose from: the company where all is the person's, then those named."""
        say = self.voice.say
        found = [("company", say("review.change.company"))] if self.is_whole else []
        for kind in kinds:
            if kind == "territory":
                found += [(f"territory={node}", name) for node, name in self.places()]
            elif self.is_whole:
                found += [(f"{kind}={key}", name) for key, name in self._named(kind)]
        return found

    def row(self, table: str, key: str, value: str) -> dict[str, Any]:
        """The first row of a table with a key; none = no such row."""
        rows = self.scenario.table(table)
        found = rows[rows[key] == value].head(1).to_dict("records")
        return {str(name): cell for name, cell in found[0].items()} if found else {}

    def _own(self, table: pd.DataFrame) -> pd.DataFrame:
        return table if self.is_whole else table[table["territory"].isin(self.inside)]

    def _locked_by_change(self) -> Iterator[str]:
        return (change["unit"] for change in self.changes if change.kind == "lock")

    def _named(self, kind: str) -> list[tuple[str, str]]:
        """Segments, or what levers are grouped by, and what they are called."""
        if kind == "segment":
            keys = self.scenario.table("units")["segment"].dropna().unique()
            return [(str(key), self.facts.name_of("segments", str(key))) for key in keys]
        rows = self.scenario.table("levers")
        return [(str(key), str(key)) for key in rows[kind].dropna().unique()]
