"""Person: who is in the room, what they may do, and which part of the tree is theirs."""

from __future__ import annotations

from dataclasses import dataclass

from allocopt.config.sections import Reader
from allocopt.errors import NotAllowed
from allocopt.scenario import Scenario
from allocopt.store import Move
from allocopt.store.states import RULES
from allocopt.territory_tree import TerritoryTree

# Roles of `approval` from the one that sees most to the one that sees least.
BY_SIGHT: tuple[Reader, ...] = ("analyst", "manager", "finance", "marketing", "viewer")


@dataclass(frozen=True)
class Person:
    """A name with the roles that it has for a plan.

    `territories` are the nodes of the tree that the person sees and changes, with all below; none = all.
    """

    name: str
    roles: tuple[str, ...]
    territories: tuple[str, ...] = ()

    @property
    def reader(self) -> Reader:
        """The role by whose eyes the person reads: the one that sees most."""
        return next((role for role in BY_SIGHT if role in self.roles), "viewer")

    def may(self, move: Move) -> bool:
        """Whether one of the person's roles makes this move; the state of the plan is another matter."""
        return not set(self.roles).isdisjoint(RULES[move].roles)

    def part(self, tree: TerritoryTree, asked: str = "") -> str:
        """The node of the tree that the person looks at: the one asked for, else the first; blank = all.

        Raises:
            NotAllowed: the tree has none of the person's nodes.
        """
        if not self.territories:
            return ""
        own = [node for node in self.territories if node in tree]
        if not own:
            raise NotAllowed(
                f"this plan has no {' or '.join(self.territories)}, {self.name}'s part"
            )
        return asked if asked in own else own[0]

    def within(
        self, scenario: Scenario, *, unit: str = "", rep: str = "", territory: str = ""
    ) -> bool:
        """Whether a unit, a rep or a territory lies in the person's part, and is theirs to change.

        A rep belongs where the home is, without one where all of today's units are. What is about no
        place, such as the budget of the whole, is in nobody's part but the whole.
        """
        if not self.territories:
            return True
        inside = scenario.territory_tree.within(self.territories)
        units, reps = scenario.table("units"), scenario.table("reps")
        if rep:
            home = reps.loc[reps["rep"] == rep, "territory"].dropna()
            places = set(home) or set(units.loc[units["rep"] == rep, "territory"])
        else:
            places = set(units.loc[units["unit"] == unit, "territory"]) if unit else {territory}
        return bool(places) and places <= inside

    @property
    def may_ask(self) -> bool:
        """Whether the person asks what-ifs: those who may save a plan."""
        return self.may(Move.SAVE)
