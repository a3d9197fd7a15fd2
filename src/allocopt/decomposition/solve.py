"""Solve in regions: a plan of a problem that is too large for one model, with a valid bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from threading import Event

import numpy as np

from allocopt.decomposition.borders import worth_of_stints
from allocopt.decomposition.executors import Crew, Kind, Workers
from allocopt.decomposition.plans import Planner
from allocopt.decomposition.prices import Prices, Pricing, find_prices
from allocopt.decomposition.regions import MOST_COLUMNS, Regions, cut, drawn_by_prices
from allocopt.decomposition.tasks import compile_part
from allocopt.decomposition.whole import Part, Whole, put_together
from allocopt.problem import Problem
from allocopt.problem.restriction import Restrictions
from allocopt.scenario import Scenario
from allocopt.solver import Limits, Solution, Watch, solve
from allocopt.solver.compiled import Floats
from allocopt.territory_tree import TerritoryTree

# Until which shares of the time prices are looked for, regions are planned, and borders improved.
PRICES_UNTIL = 0.35
REGIONS_UNTIL = 0.75
BORDERS_UNTIL = 0.92

# The most stints × periods that are solved as one model: some minutes, and about 2 GiB.
ONE_MODEL = 300_000

Tell = Callable[[float, str], None]


def solve_as_asked(
    scenario: Scenario,
    problem: Problem,
    limits: Limits,
    watch: Watch | None = None,
    tell: Tell | None = None,
) -> Solution:
    """The best plan within the limits: as one model, or in regions where `solver.regions` asks for it.

    `auto` asks for it beyond `ONE_MODEL`. Raises what `solve` and `solve_in_regions` raise.
    """
    section, levels = scenario.config.solver, scenario.config.levels
    is_large = len(problem.stints) * len(problem.periods) > ONE_MODEL
    if section.regions == "off" or (section.regions == "auto" and not is_large):
        return solve(problem, limits, watch)
    depth = None
    if section.regions != "auto":
        asked = section.regions
        depth = levels.index(asked) if isinstance(asked, str) else asked
    kind: Kind = "cluster" if section.cluster else "processes"
    workers = Workers(section.jobs, kind, section.cluster)
    how = Division(scenario.territory_tree, depth)
    return solve_in_regions(problem, how, limits, workers, watch, tell)


@dataclass(frozen=True)
class Division:
    """How a problem is divided: the tree, at which depth (None = as deep as is needed), how large."""

    tree: TerritoryTree
    depth: int | None = None
    most: int = MOST_COLUMNS


def solve_in_regions(
    problem: Problem,
    how: Division,
    limits: Limits,
    workers: Workers,
    watch: Watch | None = None,
    tell: Tell | None = None,
) -> Solution:
    """The best plan that the regions find by themselves and around their borders.

    `tell(share of the time, what is done)`. Raises NoPlanInTime where a region finds none,
    KeyboardInterrupt when it is stopped before each has one; else what `solve` raises.
    """
    watch = watch or Watch(Event())
    restrictions = Restrictions(problem)
    regions = cut(restrictions, how.tree, how.depth, how.most)
    if len(regions.names) == 1:
        return solve(problem, limits, watch)
    with Crew(workers, watch.stop) as crew:
        return _Run(
            restrictions, regions, limits, crew, tell or (lambda _share, _note: None)
        ).plan()


@dataclass(frozen=True)
class _Run:
    """One solve in regions."""

    restrictions: Restrictions
    regions: Regions
    limits: Limits
    crew: Crew
    tell: Tell

    def plan(self) -> Solution:
        began = time.monotonic()
        inside = replace(self.limits, threads=1)
        planner = Planner(self.restrictions, self.crew, inside, self._teller(began))
        whole = self._compiled()
        prices = self._priced(whole, began, planner)
        stints = len(self.restrictions.stint_unit)
        chosen = whole.by_stint(prices.x, stints)
        worth = worth_of_stints(whole, prices.row_dual, stints)
        del whole
        drawn = drawn_by_prices(self.restrictions, self.regions, chosen)
        last = self._moment(began, BORDERS_UNTIL)
        held = planner.plan_regions(drawn, self._moment(began, REGIONS_UNTIL), last)
        if held is None:
            return solve(self.restrictions.problem, self._rest(began), Watch(self.crew.stop))
        held = planner.improve_borders(drawn, held, worth, last)
        return self._settled(held, prices, began)

    def _moment(self, began: float, share: float) -> float:
        return began + share * self.limits.time_limit

    def _rest(self, began: float) -> Limits:
        """The limits with the time that is left, of a twentieth of all at least: each step can answer."""
        left = began + self.limits.time_limit - time.monotonic()
        return replace(self.limits, time_limit=max(left, 0.05 * self.limits.time_limit))

    def _teller(self, began: float) -> Callable[[str], None]:
        def tell(note: str) -> None:
            self.tell((time.monotonic() - began) / self.limits.time_limit, note)

        return tell

    def _compiled(self) -> Whole:
        """The compiled model of the whole, region by region."""
        problem, regions = self.restrictions.problem, range(len(self.regions.names))
        own = [frozenset(problem.reps.index[self.regions.reps(k)]) for k in regions]
        parts = [
            self.restrictions.with_guests(self.regions.units(k), self.regions.reps(k))
            for k in regions
        ]
        guests = [frozenset(part.reps.index) - own[k] for k, part in enumerate(parts)]
        found = dict(self.crew.run([partial(compile_part, part) for part in parts]))
        if len(found) < len(parts):
            raise KeyboardInterrupt
        places = [
            np.flatnonzero(self.regions.units(k)[self.restrictions.stint_unit]) for k in regions
        ]
        return put_together(problem, [Part(found[k], places[k], guests[k]) for k in regions])

    def _priced(self, whole: Whole, began: float, planner: Planner) -> Prices:
        pricing = Pricing.of(whole, len(self.regions.names))
        until = self._moment(began, PRICES_UNTIL)
        return find_prices(pricing, self.crew, planner.limits, until, planner.tell)

    def _settled(self, held: Floats, prices: Prices, began: float) -> Solution:
        """All other decisions of the whole once it is decided who covers what."""
        fixed = self.restrictions.to_stints(held > 0)
        found = solve(fixed, self._rest(began))
        bound = max(prices.bound, found.objective)
        return replace(
            found,
            bound=bound,
            gap=found.compiled.gap(found.objective, bound),
            seconds=time.monotonic() - began,
        )
