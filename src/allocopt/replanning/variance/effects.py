"""Effects: the difference of each item and period, taken apart into its causes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from allocopt.replanning.course import Course
from allocopt.replanning.variance.coverage import Coverage, coverage
from allocopt.replanning.variance.items import Flags, Floats, Items
from allocopt.replanning.variance.market import market
from allocopt.replanning.variance.prices import Prices, prices
from allocopt.replanning.variance.shapley import shapley
from allocopt.replanning.variance.spend import Lift, lift
from allocopt.replanning.variance.timing import timing

DEMAND = "demand"
# Demand beyond this many times the planned one is counted apart from coverage: little time given could
# otherwise make any demand of a sale.
MOST_DEMAND = 2.0
COVERED = ("vacancy", "ramp", "coverage")
FACTORS = (*COVERED, "spend", "price", "mix", DEMAND)


@dataclass(frozen=True)
class Effects:
    """The causes of each item's difference; `amounts` by cause item × period, NaN where unknown."""

    amounts: dict[str, Floats]
    prices: Prices
    coverage: Coverage


@dataclass(frozen=True)
class World:
    """Planned and actual sales as (covered demand · coverage + lift) · price · mix; item × period.

    `more` is demand that coverage does not scale, `grown` the ratio of demand that it does.
    """

    base: Floats
    grown: Floats
    more: Floats
    lift: Lift
    coverage: Coverage
    prices: Prices

    @property
    def moved(self) -> tuple[str, ...]:
        """Factors that came otherwise than planned anywhere; the others have no effect."""
        covered, lift = self.coverage, self.lift
        moves = {
            "vacancy": covered.vacant,
            "ramp": covered.ramping,
            "coverage": np.nan_to_num(covered.other),
            "spend": lift.came - lift.planned,
            "price": self.prices.price - 1.0,
            "mix": self.prices.mix - 1.0,
            DEMAND: np.ones(1),
        }
        return tuple(name for name in FACTORS if np.any(moves[name] != 0.0))

    @cached_property
    def _covered(self) -> dict[frozenset[str], Floats]:
        """The factor of coverage for each set of its parts that are as they came."""
        sizes = range(len(COVERED) + 1)
        sets = (frozenset(parts) for k in sizes for parts in combinations(COVERED, k))
        return {parts: self.coverage.factor(parts) for parts in sets}

    def sales(self, came: frozenset[str]) -> Floats:
        """Sales when the named factors are as they came and the others as planned."""
        sold = self.base * self._covered[came & frozenset(COVERED)]
        if DEMAND in came:
            sold = sold * self.grown + self.more
        sold = sold + (self.lift.came if "spend" in came else self.lift.planned)
        if "price" in came:
            sold = sold * self.prices.price
        return sold * self.prices.mix if "mix" in came else sold


def world(course: Course, items: Items) -> World:
    """The two states of the closed periods; demand is what makes actual sales what they are."""
    lifts, covered, priced = lift(course, items), coverage(course, items), prices(course, items)
    base = items.plan - lifts.planned
    came = items.actual / (priced.price * priced.mix) - lifts.came
    reached = base * covered.factor(frozenset(COVERED))
    ratio = np.divide(came, reached, out=np.ones(items.shape), where=reached > 0)
    grown = np.clip(ratio, 0.0, MOST_DEMAND)
    return World(base, grown, came - reached * grown, lifts, covered, priced)


def effects(course: Course, items: Items) -> Effects:
    """Every cause of `variance.CAUSES` but those of reps, for each item and period."""
    both = world(course, items)
    nothing = np.zeros(items.shape)
    found = dict.fromkeys(FACTORS, nothing) | shapley(both.sales, both.moved)
    demand = found.pop(DEMAND)
    known = _known(both)
    amounts = {name: np.where(known[name], amount, np.nan) for name, amount in found.items()}
    amounts["timing"] = timing(course, items)
    left = demand - np.nan_to_num(amounts["timing"])
    amounts["market"] = market(course, items, left)
    remains = left - np.nan_to_num(amounts["market"])
    pieces = known["mix"]
    amounts["volume"] = np.where(pieces, remains, np.nan)
    amounts["rest"] = np.where(pieces, 0.0, remains)
    told = {name: np.where(items.quiet, 0.0, amount) for name, amount in amounts.items()}
    told["unreported"] = np.where(items.quiet, -items.plan, 0.0)
    return Effects(told, both.prices, both.coverage)


def _known(both: World) -> dict[str, Flags]:
    """Where the effect of each factor is known."""
    return {
        **both.coverage.known,
        "spend": both.lift.known,
        "price": both.prices.knows_price,
        "mix": both.prices.knows_mix,
    }
