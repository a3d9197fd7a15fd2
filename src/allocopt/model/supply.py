"""Supply: no more is sold than can be delivered."""

from __future__ import annotations

import pyomo.environ as pyo

from allocopt.problem import Problem


def limit_supply(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Σ share of the product · sales ≤ what can be delivered, by product, place and period. [currency]"""
    rules = {(rule.item, period): rule for rule in problem.supply for period in rule.most}

    @m.Constraint(list(rules), doc="No more of a product is sold than can be delivered.")
    def supply_limit(m, item, period):
        rule = rules[item, period]
        sold = sum(share * m.planned_sales[unit, period] for unit, share in rule.shares.items())
        return sold <= rule.most[period]
