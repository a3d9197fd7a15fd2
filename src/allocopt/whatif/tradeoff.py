"""Trade-off: two objectives against each other, as plans of which none is worse in both than another.

The ε-constraint method: one objective is optimised while the other may not pass a limit, and the limit
moves (Haimes, Lasdon and Wismer, 1971). So that no plan is worse in the limited objective than it need be,
that one breaks ties, as in the augmented method (Mavrotas, 2009).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.config import Setting
from allocopt.errors import DataError, Finding, PlanError, Severity
from allocopt.plan import Plan
from allocopt.scenario import Scenario, change_scenario
from allocopt.whatif.batch import Effort, Outcome, solve_each
from allocopt.whatif.changes import Basis
from allocopt.whatif.objectives import NAMES, Limited, Objective, Optimised, objective_named

DEFAULT_POINTS = 6
# Two values of an objective that differ by less than this share are the same.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Tradeoff:
    """The curve of two objectives.

    `table` has a row per plan, by the limited objective: `limit`, a column for each of `limited` and
    `optimised`, `contribution` [currency], `gap`, `status`. `plans` are those of the rows.
    """

    limited: str
    optimised: str
    table: pd.DataFrame
    plans: tuple[Plan, ...]
    notes: tuple[str, ...]


def trade_off(
    basis: Basis, names: Sequence[str], points: int = DEFAULT_POINTS, effort: Effort | None = None
) -> Tradeoff:
    """The curve of two objectives in at most `points` plans.

    Raises DataError for objectives that the scenario does not have, PlanError when not even the ends of
    the curve can be solved.
    """
    limited, optimised = _roles(names, basis.scenario)
    search = _Search(basis, limited, optimised, effort or Effort())
    return search.curve(points)


def _roles(names: Sequence[str], scenario: Scenario) -> tuple[Limited, Optimised]:
    """Which objective is limited and which is optimised."""
    named = [objective_named(name, scenario) for name in names]
    if len(named) != 2 or named[0] == named[1] or named[0].name == named[1].name != "balance":
        message = "two different objectives are traded, such as --of contribution,handovers"
        file = f"--of {','.join(names)}"
        raise DataError([Finding(Severity.PROBLEM, message, file=file, code="no-objective")])
    first, second = sorted(named, key=lambda objective: NAMES.index(objective.name))
    # By the order of NAMES: handovers come first, contribution last, and the others can be both.
    assert isinstance(first, Limited)  # noqa: S101
    assert isinstance(second, Optimised)  # noqa: S101
    return first, second


@dataclass(frozen=True)
class _Search:
    basis: Basis
    limited: Limited
    optimised: Optimised
    effort: Effort

    def curve(self, points: int) -> Tradeoff:
        """Plans at limits between the least and what there is of it without a limit."""
        start = self.basis.plan or self._plan(self.basis.scenario)
        scenario = self._aimed(start)
        free = self._plan(scenario)
        highest = self.limited.of(free, scenario)
        limits = self._limits(self._least(start, highest), highest, points)
        scenarios = [self._with(scenario, self.limited.limited(scenario, most)) for most in limits]
        outcomes = [*solve_each(self.basis, scenarios, self.effort), Outcome(free)]
        return self._result([*limits, highest], outcomes, scenario)

    def _aimed(self, start: Plan) -> Scenario:
        """The scenario that optimises one objective and breaks ties by the other."""
        scenario, scale = self.basis.scenario, start.summary["objective"]
        own, other = (
            objective.whole(start, scenario) for objective in (self.optimised, self.limited)
        )
        first = self.optimised.favoured(scenario, scale, own)
        last = self.limited.counted(scenario, scale, other)
        return self._with(scenario, [*first, *last])

    def _least(self, start: Plan, highest: float) -> float:
        """The least of the limited objective that any plan can have, as far as it is found."""
        if not isinstance(self.limited, Optimised) or highest == 0:
            return 0.0
        scenario, scale = self.basis.scenario, start.summary["objective"]
        favoured = self._with(scenario, self.limited.favoured(scenario, scale, highest))
        return min(self.limited.of(self._plan(favoured), favoured), highest)

    def _limits(self, least: float, highest: float, points: int) -> list[float]:
        """Limits below the highest, evenly spaced; whole ones close together near the least."""
        if highest <= least * (1 + ROUNDING):
            return []
        if not self.limited.is_whole:
            return list(np.linspace(least, highest, points)[:-1])
        steps = np.linspace(0, 1, points) ** 2  # the first handovers bring the most
        return sorted({float(round(least + (highest - least) * s)) for s in steps} - {highest})

    def _result(
        self, limits: Sequence[float], outcomes: Sequence[Outcome], scenario: Scenario
    ) -> Tradeoff:
        found = [(limit, o.plan) for limit, o in zip(limits, outcomes, strict=True) if o.plan]
        rows = [self._row(limit, plan, scenario) for limit, plan in found]
        table = pd.DataFrame(rows)
        kept = _efficient(table, self.limited, self.optimised)
        failed = [o.reason for o in outcomes if o.plan is None]
        notes = [f"{len(failed)} limits leave no plan: {failed[0]}"] if failed else []
        if dropped := len(table) - len(kept):
            notes.append(f"{dropped} plans are left out: another is as good in both objectives.")
        plans = tuple(found[place][1] for place in kept)
        kept_rows = table.iloc[kept].reset_index(drop=True)
        return Tradeoff(self.limited.figure, self.optimised.figure, kept_rows, plans, tuple(notes))

    def _row(self, limit: float, plan: Plan, scenario: Scenario) -> dict[str, object]:
        return {
            "limit": limit,
            self.limited.figure: self.limited.of(plan, scenario),
            self.optimised.figure: self.optimised.of(plan, scenario),
            "contribution": plan.summary["contribution"],
            "gap": plan.summary["gap"],
            "status": plan.summary["status"],
        }

    def _plan(self, scenario: Scenario) -> Plan:
        outcome = solve_each(self.basis, [scenario], self.effort)[0]
        if outcome.plan is None:
            raise PlanError(outcome.reason)
        return outcome.plan

    def _with(self, scenario: Scenario, settings: Iterable[Setting]) -> Scenario:
        given = list(settings)
        return change_scenario(scenario, given) if given else scenario


def _efficient(table: pd.DataFrame, limited: Objective, optimised: Objective) -> list[int]:
    """Places of the rows that no other row is at least as good as in both objectives.

    Rows come by their limit; of two that are the same the first is kept.
    """
    cost = table[limited.figure].to_numpy(float)
    sign = -1.0 if optimised.higher_is_better else 1.0
    other = sign * table[optimised.figure].to_numpy(float)
    slack = ROUNDING * max(np.abs(other).max(), 1e-300)
    kept: list[int] = []
    for place in np.lexsort((other, cost)):
        if all(other[place] < other[better] - slack for better in kept):
            kept.append(int(place))
    return kept
