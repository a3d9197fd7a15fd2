"""Travel: the hours that all reps are on the way, which cost money and may be limited.

Time on the way takes selling time as well (workload); here stand the mileage and the ceiling, as in sales
territory alignment (Zoltners and Sinha, 1983).
"""

from __future__ import annotations

import pyomo.environ as pyo

from allocopt.problem import Problem


def limit_travel(m: pyo.ConcreteModel, problem: Problem) -> None:
    """travel_cost = cost · travel_hours [currency], and travel_hours ≤ most."""
    rule = problem.travel
    assert rule is not None  # noqa: S101 - the family is asked for by its rule
    hours = problem.stint_travel.sum(axis=1).to_dict()

    @m.Expression(doc="Travel of all reps over the horizon. [h]")
    def travel_hours(m):
        return sum(hours[stint] * m.assign[stint] for stint in m.STINTS if hours[stint])

    @m.Expression(doc="Cost of travel. [currency]")
    def travel_cost(m):
        return rule.cost * m.travel_hours

    @m.Constraint(
        ["company"] if rule.most is not None and any(hours.values()) else [],
        doc="All reps together travel no more than is allowed.",
    )
    def travel_limit(m, scope):
        return m.travel_hours <= rule.most
