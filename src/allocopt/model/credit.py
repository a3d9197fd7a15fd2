"""Credit: planned sales of a unit belong to the reps who cover it, each by the part that is theirs."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from allocopt.model.coverage import covered
from allocopt.problem import Problem
from allocopt.problem.keys import by_key

# Shares of credit are counted in tenths where sales depend on time or spend: 1 + 2 + 4 + 3 of them.
TENTHS = (1, 2, 4, 3)


def credit_sales(m: pyo.ConcreteModel, problem: Problem) -> None:
    """expected[rep, period]: planned sales, credited to the reps who cover the unit."""
    sales = by_key(problem.stint_sales)
    _credit_flexible_units(m, problem)
    _credit_by_parts(m, problem)
    flexible = set(m.FLEXIBLE_UNITS)

    @m.Expression(m.REPS, m.PERIODS, doc="Expected sales of a rep. [currency]")
    def expected(m, rep, period):
        keys = ((unit, rep, window, period) for unit, window in m.STINTS_OF[rep])
        return sum(
            m.credit[key] if key[0] in flexible else sales[key] * m.share[key[:3]]
            for key in keys
            if key in m.credit or (key[0] not in flexible and sales[key])
        )


def _credit_flexible_units(m: pyo.ConcreteModel, problem: Problem) -> None:
    """credit[unit, rep, window, period]: the window's share of sales, to whom the unit belongs then."""
    weight = {key: part for key, part in by_key(problem.windows.weight).items() if part > 0}
    windows = [key for key in weight if key[0] in m.FLEXIBLE_UNITS]
    slots = [
        (unit, rep, window, period)
        for unit, window, period in windows
        for rep in m.REPS_OF[unit, window]
    ]

    def most(key: tuple[str, str, str]) -> float:
        return float(weight[key] * m.sales[key[0], key[2]].ub)

    def credited(unit: str, window: str, period: str) -> Any:
        return sum(m.credit[unit, rep, window, period] for rep in m.REPS_OF[unit, window])

    m.credit = pyo.Var(
        slots,
        bounds=lambda _, unit, rep, window, period: (0, most((unit, window, period))),
        doc="Sales credited to a rep of the unit. [currency]",
    )

    @m.Constraint(slots, doc="Only a unit's own rep is credited.")
    def credit_of_own_rep(m, *slot):
        return m.credit[slot] <= m.credit[slot].ub * m.assign[slot[:3]]

    @m.Constraint(windows, doc="No more is credited than is sold.")
    def credit_at_most_sales(m, unit, window, period):
        sold = weight[unit, window, period] * m.sales[unit, period]
        return credited(unit, window, period) <= sold

    @m.Constraint(windows, doc="All sales of a covered unit are credited.")
    def credit_all_sales(m, *key):
        unit, window, period = key
        uncovered = most(key) * (1 - covered(m, unit, window))
        return credited(*key) >= weight[key] * m.sales[unit, period] - uncovered


def _credit_by_parts(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Of a shared unit each rep is credited by the part that is the rep's, which is a number of tenths.

    part = Σ tenths/10 · digit, and a digit times sales is linear (McCormick, 1976).
    """
    slots = [slot for slot in m.credit if slot[:3] in m.part]
    stints = dict.fromkeys(slot[:3] for slot in slots)
    digits = [(*stint, n) for stint in stints for n in range(len(TENTHS))]
    m.part_digit = pyo.Var(digits, domain=pyo.Binary, doc="The part has these tenths in it.")
    m.part_credit = pyo.Var(
        [(*slot, n) for slot in slots for n in range(len(TENTHS))],
        bounds=lambda m, *key: (0, m.credit[key[:4]].ub),
        doc="Sales of the window, where the part has these tenths in it. [currency]",
    )
    weight = by_key(problem.windows.weight)

    def sold(slot: tuple[str, str, str, str]) -> Any:
        unit, _, window, period = slot
        return weight[unit, window, period] * m.sales[unit, period]

    @m.Constraint(list(stints), doc="A part is a number of tenths.")
    def part_in_tenths(m, *stint):
        return m.part[stint] == sum(
            k / 10 * m.part_digit[(*stint, n)] for n, k in enumerate(TENTHS)
        )

    @m.Constraint(slots, doc="A rep is credited by the part of the unit that is the rep's.")
    def credit_by_part(m, *slot):
        parts = (k / 10 * m.part_credit[(*slot, n)] for n, k in enumerate(TENTHS))
        return m.credit[slot] == sum(parts)

    @m.Constraint(m.part_credit.index_set(), doc="Tenths that a part lacks bring no credit.")
    def credit_of_tenths(m, *key):
        return m.part_credit[key] <= m.part_credit[key].ub * m.part_digit[(*key[:3], key[4])]

    @m.Constraint(m.part_credit.index_set(), doc="Tenths bring no more credit than is sold.")
    def credit_tenths_at_most_sales(m, *key):
        return m.part_credit[key] <= sold(key[:4])

    @m.Constraint(m.part_credit.index_set(), doc="Tenths that a part has bring their credit.")
    def credit_tenths_in_full(m, *key):
        missing = m.part_credit[key].ub * (1 - m.part_digit[(*key[:3], key[4])])
        return m.part_credit[key] >= sold(key[:4]) - missing
