"""Session: a plan that stays in memory, and is asked one what-if after the other.

The compiled arrays, the basis of the relaxation and the plan itself are kept; a change touches of them what
it must. Each answer has its own valid bound, and becomes a full, audited plan when that is asked for.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Event, Lock

import pandas as pd

from allocopt.audit import audit
from allocopt.audit.evidence import Evidence
from allocopt.config import parse_settings
from allocopt.errors import Infeasible
from allocopt.forecasting import Forecast
from allocopt.plan import Plan
from allocopt.planning import limits_of, plan_scenario, problem_of
from allocopt.problem import Problem
from allocopt.results import assemble_plan
from allocopt.scenario import Scenario, change_scenario
from allocopt.solver import Limits, Watch
from allocopt.solver.conflict.conflicts import unreachable
from allocopt.solver.warm.restored import solution_of
from allocopt.solver.warm.standing import (
    Chosen,
    NotCarried,
    Standing,
    changed_standing,
    first_standing,
)
from allocopt.stages import stages_of
from allocopt.whatif.changes import Basis
from allocopt.whatif.difference import NOBODY, Difference, difference_of, holders_of

# How long an answer may be searched for, unless a caller says otherwise. [s]
SECONDS = 2.0
# An answer is near enough when its gap is at most this much wider than that of the plan before.
WIDER = 1e-3
# An objective that the tables add up differs from that of the arrays by less than this share.
ROUNDING = 1e-6


@dataclass(frozen=True)
class World:
    """A scenario with its forecast and problem, and how that stands.

    Where units must hang together, decisions are kept or measures are evened out in order there is no
    standing: such a problem is solved in rounds or in stages, and `plan` is its plan. `seconds` is what
    the search took.
    """

    scenario: Scenario
    forecast: Forecast
    problem: Problem
    standing: Standing | None
    plan: Plan | None = None
    seconds: float = 0.0

    @cached_property
    def audited(self) -> Plan:
        """Its plan with all tables, audited.

        A plan that does not survive its audit, or whose tables add up to another objective than its
        arrays, is not shown: the scenario is solved again from nothing.
        """
        if self.plan is not None or self.standing is None:
            assert self.plan is not None  # noqa: S101 - one of the two is there
            return self.plan
        solution = solution_of(self.standing, self.seconds)
        plan = assemble_plan(self.scenario, self.forecast, self.problem, solution)
        scale = max(abs(solution.objective), 1e-9 * self.standing.model.scale)
        same = abs(solution.objective - self.standing.objective) <= ROUNDING * scale
        if same and not audit(self.problem, plan):
            return plan
        return plan_scenario(self.scenario, forecast=self.forecast)

    @property
    def objective(self) -> float:
        """Objective of its plan. [currency]"""
        return float(self._told("objective"))

    @property
    def bound(self) -> float:
        """What no plan exceeds. [currency]"""
        return float(self._told("bound"))

    @property
    def gap(self) -> float:
        """(bound − objective) / |objective|."""
        return float(self._told("gap"))

    def _told(self, name: str) -> float:
        if self.standing is not None:
            return float(getattr(self.standing, name))
        assert self.plan is not None  # noqa: S101 - one of the two is there
        return float(self.plan.summary[name])


@dataclass(frozen=True)
class Answer:
    """The answer to a what-if: the world before, the changed one, and how long it took. [s]"""

    before: World
    after: World
    seconds: float

    @property
    def objective(self) -> float:
        """Objective of the new plan. [currency]"""
        return self.after.objective

    @property
    def bound(self) -> float:
        """What no plan of the changed scenario exceeds. [currency]"""
        return self.after.bound

    @property
    def gap(self) -> float:
        """The new plan's own gap."""
        return self.after.gap

    @property
    def change(self) -> float:
        """What the change brings, or costs where it is negative. [currency]"""
        return self.after.objective - self.before.objective

    @cached_property
    def plan(self) -> Plan:
        """The new plan with all its tables, audited; its parent is the plan before, where that is known."""
        return Basis(self.before.scenario, self.before.plan).parent_of(self.after.audited)

    @cached_property
    def difference(self) -> Difference:
        """Who moves, which quotas and money change, and the objective part by part."""
        return difference_of(self.before.audited, self.plan)

    @cached_property
    def moves(self) -> pd.DataFrame:
        """Units that somebody else covers: unit, before, after."""
        holders = {"before": _holders(self.before), "after": _holders(self.after)}
        both = pd.DataFrame(holders).fillna(NOBODY)
        moved = both[both["before"] != both["after"]]
        return moved.rename_axis("unit").reset_index()

    @cached_property
    def hires(self) -> pd.DataFrame:
        """Open positions that are filled otherwise: rep, before, after: first days, "" = not filled."""
        hired = {"before": _hired(self.before), "after": _hired(self.after)}
        both = pd.DataFrame(hired, dtype="str").fillna("")
        return both[both["before"] != both["after"]].rename_axis("rep").reset_index()


class Session:
    """A plan in memory. Whoever asks while another question is under way waits for it."""

    def __init__(self, world: World) -> None:
        self._worlds = [world]
        self._lock = Lock()

    @property
    def world(self) -> World:
        """What the next question starts from."""
        return self._worlds[-1]

    def ask(
        self,
        change: Scenario | Sequence[str],
        *,
        limits: Limits | None = None,
        watch: Watch | None = None,
    ) -> Answer:
        """The answer to a change: another scenario, or settings such as `tables.reps.Ann.hours=0`.

        Raises ConfigError or DataError for a change that cannot be read, Infeasible with the rules in
        conflict, NoPlanInTime.
        """
        watch = watch or Watch(Event())
        with self._lock:
            began, before = time.monotonic(), self.world
            scenario = (
                change
                if isinstance(change, Scenario)
                else change_scenario(before.scenario, parse_settings(change))
            )
            basis = Basis(before.scenario, given=before.forecast)
            forecast = basis.forecast_for(scenario)
            after = _changed(before, scenario, forecast, limits, watch)
            seconds = time.monotonic() - began
            return Answer(before, replace(after, seconds=seconds), seconds)

    def keep(self, answer: Answer) -> None:
        """Makes the changed world of an answer the one that the next question starts from."""
        with self._lock:
            self._worlds.append(answer.after)

    def undo(self) -> None:
        """Goes back to the world before the last one that was kept. Raises LookupError at the first."""
        with self._lock:
            if len(self._worlds) == 1:
                raise LookupError("nothing has been kept that could be undone")
            self._worlds.pop()


def open_session(
    basis: Basis, *, limits: Limits | None = None, watch: Watch | None = None
) -> Session:
    """A session on a plan, or on a scenario, which is solved first.

    `limits` are those of the work that opening takes, of which a plan's own search is no part. Raises
    what `planning.plan_scenario` raises.
    """
    scenario, forecast, plan = basis.scenario, basis.forecast, basis.plan
    if plan is None:
        stop = None if watch is None else watch.stop
        plan = plan_scenario(scenario, forecast=forecast, stop=stop)
    problem = without_order(problem_of(scenario, forecast))
    if not stands(problem):
        return Session(World(scenario, forecast, problem, None, plan))
    evidence = Evidence(problem, plan)
    chosen = Chosen(held_in(evidence), evidence.hired)
    limits = limits or limits_of(scenario)
    try:
        near = float(plan.summary["gap"]) + (WIDER if limits.gap > 0 else 0.0)
        standing = first_standing(problem, chosen, limits, watch, near)
    except NotCarried:
        return Session(World(scenario, forecast, problem, None, plan))
    return Session(World(scenario, forecast, problem, standing, plan))


def held_in(evidence: Evidence) -> dict[tuple[str, str, str], float]:
    """Share of each stint that a plan has."""
    shares = evidence.shares
    return {(unit, rep, day): x for (unit, rep, day), x in zip(shares.index, shares, strict=True)}


def _quick(scenario: Scenario) -> Limits:
    return replace(limits_of(scenario), time_limit=SECONDS)


def without_order(problem: Problem) -> Problem:
    """Reps who are alike need no order where a plan with their names is there already."""
    return replace(problem, interchangeable=())


def stands(problem: Problem) -> bool:
    """Whether the model of a problem is solved as a whole."""
    return not (problem.contiguity.hard or problem.kept is not None or stages_of(problem))


def _changed(
    before: World, scenario: Scenario, forecast: Forecast, limits: Limits | None, watch: Watch
) -> World:
    """The changed world, searched for until it is near enough where no limits are asked for.

    Raises Infeasible, and KeyboardInterrupt where the search was stopped before there was a plan.
    """
    scenario.need("units", "reps")
    problem = without_order(problem_of(scenario, forecast))
    if conflicts := unreachable(problem):
        raise Infeasible("No plan can keep all hard rules.", conflicts)
    if before.standing is not None and stands(problem):
        near = before.standing.near if limits is None else 0.0
        limits = limits or _quick(scenario)
        try:
            standing = changed_standing(before.standing, problem, limits, watch, near)
        except NotCarried:
            if watch.stop.is_set():
                raise KeyboardInterrupt from None
        else:
            standing = replace(standing, near=before.standing.near)
            return World(scenario, forecast, problem, standing)
    plan = plan_scenario(scenario, forecast=forecast, stop=watch.stop)
    return World(scenario, forecast, problem, None, plan)


def _holders(world: World) -> pd.Series[str]:
    """Who covers each unit, one after the other."""
    if world.standing is None:
        return holders_of(world.audited)
    chosen = world.standing.chosen
    names: dict[tuple[str, str], list[str]] = {}
    for unit, rep, window in chosen.shares:
        names.setdefault((unit, window), []).append(rep)
    found: dict[str, list[str]] = {}
    for unit, window in world.problem.windows.days.index:
        told = " + ".join(sorted(names.get((unit, window), [NOBODY])))
        if found.setdefault(unit, [told])[-1] != told:
            found[unit].append(told)
    return pd.Series({unit: " → ".join(told) for unit, told in found.items()}, dtype="str")


def _hired(world: World) -> dict[str, str]:
    if world.standing is not None:
        return dict(world.standing.chosen.hired)
    return Evidence(world.problem, world.audited).hired
