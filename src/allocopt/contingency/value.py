"""Value: what planning for many outcomes brings, and what knowing the outcome would bring.

The value of the stochastic solution is what the plan is expected to bring more than one that minds the
expected outcome alone; the expected value of perfect information is what plans made for each outcome once
it is known would bring more (Birge and Louveaux, 2011, ch. 4). Both are told for expectations: risk has no
price here. Targets and quotas are left out, as they measure a plan and not an outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from allocopt.model import Decisions
from allocopt.plan import load_plan
from allocopt.problem import Problem
from allocopt.problem.keeping import keep
from allocopt.problem.kept import KeptDecisions
from allocopt.problem.risk import EXPECTED, RiskRule
from allocopt.problem.sampled import in_outcome
from allocopt.solver import Limits, Solution, solve
from allocopt.tables import write_table


@dataclass(frozen=True)
class Range:
    """A figure that solving has found, between bounds that hold whatever was not proven. [currency]"""

    value: float
    lower: float
    upper: float

    def less(self, other: Range) -> Range:
        """What this is more than the other, at least nothing."""
        return Range(
            max(self.value - other.value, 0.0),
            max(self.lower - other.upper, 0.0),
            max(self.upper - other.lower, 0.0),
        )


@dataclass(frozen=True)
class InformationValue:
    """Objective over all outcomes of three ways to plan, and what lies between them. [currency]

    here_and_now: one plan for all outcomes. expected_only: the plan for the expected outcome, met by all of
    them. wait_and_see: a plan of its own for each outcome.
    """

    here_and_now: Range
    expected_only: Range
    wait_and_see: Range

    @property
    def stochastic_solution(self) -> Range:
        """VSS: what is lost by planning for the expected outcome alone."""
        return self.here_and_now.less(self.expected_only)

    @property
    def perfect_information(self) -> Range:
        """EVPI: the most that knowing demand in advance is worth."""
        return self.wait_and_see.less(self.here_and_now)


def value_of_information(
    problem: Problem, limits: Limits, tell: Callable[[float, str], None] | None = None
) -> InformationValue | None:
    """Both values by solving again, each run within the limits; None where there is one outcome only.

    Raises Infeasible, NoPlanInTime or SolverFailed as solving does.
    """
    rule = problem.risk
    if rule is None or rule.weight.empty:
        return None
    told = tell or (lambda done, message: None)
    runs = len(rule.weights) + 2
    bare = _without_targets(replace(problem, risk=replace(rule, price=0.0)))
    told(0.0, "Planning for all outcomes")
    here_and_now = _range(solve(bare, limits))
    each = {}
    for number, outcome in enumerate(rule.weights, start=1):
        told(number / runs, f"Planning for outcome {number} of {len(rule.weights)}")
        each[outcome] = solve(replace(in_outcome(bare, outcome), risk=None), limits)
    told(1 - 1 / runs, "Meeting all outcomes with the plan for the expected one")
    kept = first_stage(each[EXPECTED].decisions, rule)
    met = solve(keep(bare, kept), limits)
    return InformationValue(here_and_now, _range(met), _mean(each, rule))


def _without_targets(problem: Problem) -> Problem:
    quota = problem.quota
    free = replace(
        quota,
        target=None,
        lower=quota.lower * 0.0,
        upper=quota.upper * 0.0 + np.inf,
        decided=quota.decided.astype(float) * np.nan,
        attainable=None,
    )
    return replace(problem, quota=free, targets=())


def first_stage(decisions: Decisions, rule: RiskRule) -> KeptDecisions:
    """What a plan decides before demand is known: who covers what, hires, committed spend, and hours
    of overtime and support."""
    levers = decisions.spend.index.get_level_values("lever")
    spend = decisions.spend[~levers.isin(list(rule.reactive))]
    hours = {name: getattr(decisions, name) for name in ("overtime", "overload", "support")}
    return KeptDecisions(decisions.shares, decisions.hired, spend, hours)


def _range(solution: Solution) -> Range:
    return Range(solution.objective, solution.objective, solution.bound)


def _mean(each: dict[str, Solution], rule: RiskRule) -> Range:
    """Mean over outcomes of what each one's own plan brings."""
    weights = rule.weights
    value = sum(weights[name] * solution.objective for name, solution in each.items())
    upper = sum(weights[name] * solution.bound for name, solution in each.items())
    return Range(value, value, upper)


def keep_value(folder: Path, value: InformationValue) -> None:
    """Puts both values and their upper bounds among the kpis of a plan folder, in place of older ones.

    Raises DataError when the folder is not a whole plan.
    """
    figures = {
        "stochastic_solution": value.stochastic_solution.value,
        "stochastic_solution_bound": value.stochastic_solution.upper,
        "perfect_information": value.perfect_information.value,
        "perfect_information_bound": value.perfect_information.upper,
    }
    kpis = load_plan(folder)["kpis"]
    rows = [(name, "company", "", amount) for name, amount in figures.items()]
    table = pd.concat(
        [kpis[~kpis["kpi"].isin(figures)], pd.DataFrame(rows, columns=list(kpis.columns))]
    )
    write_table(table.replace("", None), Path(folder) / "kpis.csv")
