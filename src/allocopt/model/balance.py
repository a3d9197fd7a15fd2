"""Balance: a measure spread over the reps in proportion to their hours, within a band.

The band is a share of the whole and so a constant (Hess and Samuels, 1971, balance activity in this way).
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from allocopt.model.settling import settle
from allocopt.model.sums import weighted, worth
from allocopt.problem import Problem
from allocopt.problem.balance import BalanceRule
from allocopt.problem.keys import by_index


def balance_measures(m: pyo.ConcreteModel, problem: Problem) -> None:
    """lower ≤ Σ amount · share ≤ upper per measure and rep, hard or at a price."""
    rules = {rule.measure: rule for rule in problem.balance}
    shares = {
        rep: [m.share[unit, rep, window] for unit, window in m.STINTS_OF[rep]] for rep in m.REPS
    }
    keys = [(rule.measure, rep) for rule in problem.balance for rep in rule.reps]
    amounts = {name: by_index(rule.amounts) for name, rule in rules.items()}
    totals = {name: float(rule.amounts.abs().sum()) for name, rule in rules.items()}
    reach = {name: 0.0 if rule.hard else 2 * totals[name] for name, rule in rules.items()}
    m.below_band = pyo.Var(
        keys, bounds=lambda _, measure, rep: (0, reach[measure]), doc="Measure missing."
    )
    m.above_band = pyo.Var(
        keys, bounds=lambda _, measure, rep: (0, reach[measure]), doc="Measure too much."
    )

    @m.Expression(keys, doc="What a rep carries of a measure. [measure]")
    def carried(m, measure, rep):
        weights = (amounts[measure][stint] for stint in m.STINTS_OF[rep])
        return weighted(zip(weights, shares[rep], strict=True))

    @m.Constraint(keys, doc="A rep carries no less than the band of a measure.")
    def balance_floor(m, measure, rep):
        floor = _of_tenure(m, rules[measure].lower, rep)
        return m.carried[measure, rep] + m.below_band[measure, rep] >= floor

    @m.Constraint(keys, doc="A rep carries no more than the band of a measure.")
    def balance_ceiling(m, measure, rep):
        ceiling = _of_tenure(m, rules[measure].upper, rep)
        return m.carried[measure, rep] - m.above_band[measure, rep] <= ceiling


def limit_outside(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Σ below and above the bands ≤ most_outside, for each measure that has such a limit."""
    limited = {rule.measure: rule for rule in problem.balance if rule.most_outside is not None}

    @m.Constraint(list(limited), doc="Little enough of a measure lies outside its bands.")
    def outside_limit(m, measure):
        rule = limited[measure]
        sides = (m.below_band[measure, rep] + m.above_band[measure, rep] for rep in rule.reps)
        return sum(sides) <= rule.most_outside


def _of_tenure(m: pyo.ConcreteModel, side: Any, rep: str) -> Any:
    """One side of the band of the tenure that is taken, 0 for none."""
    return sum(side[rep, first] * m.taken[rep, first] for first in m.FIRST_DAYS[rep])


def settle_bands(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Gives a solved model shortfalls that are no more than what lies outside the bands."""
    for rule in problem.balance:
        for rep in rule.reps:
            _settle_band(m, rule, rep)


def _settle_band(m: pyo.ConcreteModel, rule: BalanceRule, rep: str) -> None:
    carried = worth(m.carried[rule.measure, rep])
    lower, upper = (worth(_of_tenure(m, side, rep)) for side in (rule.lower, rule.upper))
    settle(m.below_band[rule.measure, rep], lower - carried)
    settle(m.above_band[rule.measure, rep], carried - upper)
