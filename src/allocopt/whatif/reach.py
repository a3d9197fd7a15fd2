"""Reach: the cheapest mix of people, money and overtime that reaches a target, as a bridge to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from allocopt.config import Setting
from allocopt.errors import DataError, Finding, PlanError, Severity
from allocopt.horizon import company_targets
from allocopt.plan import Plan
from allocopt.scenario import Scenario, change_scenario
from allocopt.whatif.batch import Effort, Outcome, solve_each
from allocopt.whatif.changes import Basis
from allocopt.whatif.difference import Difference, difference_of
from allocopt.whatif.origin import setting_maker
from allocopt.whatif.positions import open_positions

# Price of a unit that is missing, where as much as possible is to be reached: no means costs as much.
# [currency/currency]
PRICE_OF_MISSING = 100.0
# A target that is missed by less than this share of it is missed by rounding.
ROUNDING = 1e-6
NAME = "what-if"


@dataclass(frozen=True)
class Aim:
    """What is to be reached: `amount` of sales or contribution over the horizon [currency]."""

    measure: str
    amount: float

    @property
    def origin(self) -> str:
        """The aim as the option that asks for it."""
        return f"--reach {self.measure}={self.amount:g}"

    def of(self, plan: Plan) -> float:
        """What a plan has of it [currency]."""
        if self.measure == "contribution":
            return float(plan.summary["contribution"])
        return float(plan["sales"]["sales"].sum())


@dataclass(frozen=True)
class Reach:
    """The cheapest plan that reaches an aim, or the one that comes nearest.

    `bridge` [step, amount, total]: from the forecast (for contribution: from the plan before) to the
    aim, each step what its means adds when the means are allowed in this order. `difference` is
    against the plan before.
    """

    aim: Aim
    plan: Plan
    scenario: Scenario
    bridge: pd.DataFrame
    difference: Difference
    notes: tuple[str, ...]

    @property
    def most(self) -> float:
        """What the plan has of the aim [currency]."""
        return self.aim.of(self.plan)

    @property
    def is_reached(self) -> bool:
        """Whether the aim is reached."""
        return self.most >= self.aim.amount * (1 - ROUNDING)


def reach(basis: Basis, aim: Aim, effort: Effort | None = None) -> Reach:
    """The cheapest way to an aim.

    The plan keeps a floor at the aim, and of all plans that do it is the one whose objective is highest:
    whatever is given up for the aim is the least. Where no plan reaches it, the one that comes nearest.
    Raises DataError when the basis has no plan, PlanError when not even that can be solved.
    """
    if basis.plan is None:
        raise DataError([_problem(aim, "there is no plan to compare with")])
    effort = effort or Effort()
    wall = _hours_are_a_wall(basis.plan)
    search = _Search(basis, aim, effort, wall)
    scenario, plan, notes = search.cheapest()
    bridge = (
        search.bridge(scenario, plan) if aim.measure == "sales" else _account(basis.plan, plan, aim)
    )
    if aim.of(basis.plan) >= aim.amount:
        notes = (*notes, "The plan before reaches it already.")
    if not wall:
        notes = (
            *notes,
            "The plan before needs hours beyond selling time, so this one may do so too.",
        )
    return Reach(aim, plan, scenario, bridge, difference_of(basis.plan, plan), notes)


def _hours_are_a_wall(plan: Plan) -> bool:
    """Whether hours beyond selling time and overtime are no means: not where the plan needs them now."""
    return not (plan["shortfalls"]["rule"] == "selling_time_limit").any()


def _problem(aim: Aim, message: str) -> Finding:
    return Finding(Severity.PROBLEM, message, file=aim.origin, code="aim-not-possible")


@dataclass(frozen=True)
class _Search:
    basis: Basis
    aim: Aim
    effort: Effort
    wall: bool

    def cheapest(self) -> tuple[Scenario, Plan, tuple[str, ...]]:
        """The cheapest plan at the aim, else at the most that can be reached, and what was met."""
        floor = self._with_target(self.basis.scenario, self.aim.amount, hard=True)
        found = self._solve(floor)
        if found.plan is not None:
            return floor, found.plan, ()
        why = self._why_not(found)
        near = self._with_target(self.basis.scenario, self.aim.amount, hard=False)
        nearest = self._solve(near)
        if nearest.plan is None:
            raise PlanError(nearest.reason)
        most = self.aim.of(nearest.plan)
        if most >= self.aim.amount:
            return near, nearest.plan, ("Quotas add up to what is to be reached.",)
        there = self._with_target(self.basis.scenario, most * (1 - ROUNDING / 2), hard=True)
        again = self._solve(there)
        if again.plan is None:
            return near, nearest.plan, (why,)
        return there, again.plan, (why,)

    def _why_not(self, found: Outcome) -> str:
        aim = f"{self.aim.measure} of {self.aim.amount:,.0f}"
        if found.impossible:
            return f"{aim} cannot be reached. {found.reason}"
        return f"{aim} was not reached in time, which does not prove that it cannot be."

    def bridge(self, scenario: Scenario, plan: Plan) -> pd.DataFrame:
        """From the forecast to the aim: time, then money, then hires, then overtime."""
        hires = plan["reps"]["hired"] == "yes"
        overtime = plan["reps"]["overtime"].sum() > 0
        wanted = min(self.aim.amount, self.aim.of(plan))
        without_overtime = self._limited(scenario, plan, wanted, hires=True) if overtime else plan
        without_hires = self._limited(scenario, plan, wanted, hires=False) if hires.any() else None
        people = without_hires or without_overtime
        demand, lift = people["sales"]["demand"].sum(), people["sales"]["lift"].sum()
        sold, hired, all_means = (self.aim.of(each) for each in (people, without_overtime, plan))
        steps = [
            ("forecast", demand),
            ("coverage and time", sold - lift - demand),
            ("lift from spend", lift),
            ("hires", hired - sold),
            ("overtime", all_means - hired),
        ]
        return _bridge(steps, self.aim.amount)

    def _limited(self, scenario: Scenario, plan: Plan, wanted: float, *, hires: bool) -> Plan:
        """As much of the aim as there is without overtime, with no more money and hires than the plan."""
        limits = [*_spend_as(plan, self.aim), *_hires_as(scenario, plan, self.aim, hires=hires)]
        limits.append(setting_maker(self.aim.origin)(("workload", "overtime_max"), 0.0))
        target = self._with_target(self.basis.scenario, wanted, hard=False)
        found = self._solve(change_scenario(target, limits))
        if found.impossible:
            # A floor may need the very means that this step does without.
            found = self._solve(
                change_scenario(target, [*limits, *_without_floors(target, self.aim)])
            )
        if found.plan is None:
            raise PlanError(f"The bridge to the aim cannot be built: {found.reason}")
        return found.plan

    def _solve(self, scenario: Scenario) -> Outcome:
        return solve_each(self.basis, [scenario], self.effort)[0]

    def _with_target(self, scenario: Scenario, amount: float, *, hard: bool) -> Scenario:
        """The scenario with the aim as a floor, or as a goal that is worth more than any means costs."""
        return change_scenario(scenario, [*self._settings(scenario, amount, hard=hard)])

    def _settings(self, scenario: Scenario, amount: float, *, hard: bool) -> Iterator[Setting]:
        make = setting_maker(self.aim.origin)
        row = {
            "name": _free_name(scenario),
            "amount": amount,
            "start": scenario.calendar.plan_start.date().isoformat(),
            "end": scenario.calendar.plan_end.date().isoformat(),
            "measure": self.aim.measure,
            "scope": "company",
            "kind": "floor" if hard else "goal",
        }
        yield make(
            ("override", "targets", "add"), [row if hard else {**row, "price": PRICE_OF_MISSING}]
        )
        if self.wall:
            yield make(("workload", "hard"), True)
        if self.aim.measure == "sales" and not hard:
            # Quotas add up to the company's goal, and there is one of it; a floor leaves them as they are.
            yield make(("quota", "target"), None)
            for name in company_targets(scenario.table("targets"), scenario.calendar)["name"]:
                yield make(("override", "targets", name), "remove")


def _free_name(scenario: Scenario) -> str:
    """A name that no target has."""
    taken = set(scenario.table("targets")["name"])
    names = (NAME, *(f"{NAME} {number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _spend_as(plan: Plan, aim: Aim) -> Iterator[Setting]:
    """No more on any lever than the plan spends."""
    make = setting_maker(aim.origin)
    for lever, spend in plan["budget"].groupby("lever")["spend"].sum().items():
        yield make(("override", "levers", str(lever), "total_max"), float(spend) * (1 + ROUNDING))


def _hires_as(scenario: Scenario, plan: Plan, aim: Aim, *, hires: bool) -> Iterator[Setting]:
    """No open position is filled but those that the plan fills, or none at all."""
    make = setting_maker(aim.origin)
    reps = plan["reps"]
    filled = set(reps.loc[reps["hired"] == "yes", "rep"]) if hires else set()
    closed = [rep for rep in open_positions(scenario) if rep not in filled]
    yield make(("headcount", "min"), 0)
    yield make(("headcount", "by"), [{"scope": f"rep={rep}", "max": 0} for rep in closed])


def _without_floors(scenario: Scenario, aim: Aim) -> Iterator[Setting]:
    """No target is a wall."""
    make = setting_maker(aim.origin)
    targets = scenario.table("targets")
    for name in targets.loc[targets["kind"] == "floor", "name"]:
        yield make(("override", "targets", str(name)), "remove")


def _account(before: Plan, after: Plan, aim: Aim) -> pd.DataFrame:
    """From the contribution of the plan before to the aim, part by part."""
    parts = difference_of(before, after).parts
    own = parts[(parts["contributes"] == "yes") & (parts["change"] != 0)]
    steps = [("the plan before", aim.of(before)), *zip(own["part"], own["change"], strict=True)]
    return _bridge(steps, aim.amount)


def _bridge(steps: Sequence[tuple[str, float]], aim: float) -> pd.DataFrame:
    """Steps and what has been reached after each; the last rows are what is missing, and the aim."""
    table = pd.DataFrame(steps, columns=["step", "amount"])
    table["total"] = table["amount"].cumsum()
    reached = float(table["total"].iloc[-1])
    missing = max(aim - reached, 0.0)
    end = [("reached", 0.0, reached), ("not reached", missing, reached + missing)]
    return pd.concat([table, pd.DataFrame(end, columns=table.columns)], ignore_index=True)
