"""Overlays: hours that specialists give to the units of the reps whom they serve.

They are agreed before demand is known, and what they add follows the demand that comes.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from allocopt.model.outcomes import outcomes
from allocopt.model.settling import settle
from allocopt.problem import Problem
from allocopt.problem.keys import by_key

# Hours below this are rounding, not support. [h]
NO_HOURS = 1e-7

Key = tuple[str, str, str]  # specialist, unit, period


def support_units(m: pyo.ConcreteModel, problem: Problem) -> None:
    """support[specialist, unit, period] ≤ full support · share of the unit with reps who are served."""
    full, worth = by_key(problem.support.full), by_key(problem.support.worth)
    weight = by_key(problem.windows.weight)
    serves = {overlay.rep: set(overlay.serves) for overlay in problem.overlays}
    there = by_key(problem.most_presence)
    m.SUPPORTS = pyo.Set(
        dimen=3,
        initialize=[key for key, value in worth.items() if value > 0],
        doc="A specialist, a unit that gains by support, and a period.",
    )
    m.support = pyo.Var(
        m.SUPPORTS,
        bounds=lambda _, *key: (0, full[key] * there[key[0], key[2]]),
        doc="Time of a specialist, in full support for the days that the specialist is there. [h]",
    )
    of_positions = [key for key in m.SUPPORTS if key[0] in m.OPEN_REPS]

    @m.Constraint(m.SUPPORTS, doc="Specialists support the units of the reps whom they serve.")
    def support_of_served(m, specialist, unit, period):
        served = sum(
            weight[unit, window, period] * m.share[unit, rep, window]
            for window in m.WINDOWS_OF[unit]
            for rep in m.REPS_OF[unit, window]
            if rep in serves[specialist] and weight[unit, window, period]
        )
        key = specialist, unit, period
        return m.support[key] <= full[key] * served

    @m.Constraint(of_positions, doc="Only a position that is filled gives support.")
    def support_of_filled_positions(m, *key):
        return m.support[key] <= full[key] * m.present[key[0], key[2]]

    gain_by_support(m, problem)


def gain_by_support(m: pyo.ConcreteModel, problem: Problem) -> None:
    """support_lift[unit, period]: what an hour adds, times the hours that are given."""
    worth = by_key(problem.support.worth)
    m.SUPPORTED_BY = _keys_by(m, 0)
    m.SUPPORT_FOR = _keys_by(m, 1)

    @m.Expression(list(m.SUPPORT_FOR), doc="Sales that support adds to a unit. [currency]")
    def support_lift(m, *unit_and_period):
        keys = m.SUPPORT_FOR[unit_and_period]
        return sum(worth.get(key, 0.0) * m.support[key] for key in keys)


def _keys_by(m: pyo.ConcreteModel, place: int) -> dict[tuple[str, str], list[Key]]:
    """Keys of support by specialist (place 0) or unit (1), and period."""
    keys: dict[tuple[str, str], list[Key]] = {}
    for key in m.support:
        keys.setdefault((key[place], key[2]), []).append(key)
    return keys


def hours_of_support(m: pyo.ConcreteModel, rep: str, period: str) -> Any:
    """Hours of support that a rep gives; 0 for one who is no specialist. [h]"""
    if m.component("support") is None:
        return 0
    return sum(m.support[key] for key in m.SUPPORTED_BY.get((rep, period), []))


def lift_of_support(m: pyo.ConcreteModel, unit: str, period: str) -> Any:
    """Sales that support adds to a unit; 0 where there is none. [currency]"""
    supported = m.component("support") is not None and (unit, period) in m.SUPPORT_FOR
    return m.support_lift[unit, period] if supported else 0


def settle_support(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Takes the support back that a solved model gives to units that sell no more by it."""
    for unit, period in m.SUPPORT_FOR:
        spare = min(_spare_share(stage, unit, period) for stage in outcomes(m).values())
        for key in m.SUPPORT_FOR[unit, period]:
            settle(m.support[key], m.support[key].value * (1.0 - spare), NO_HOURS)


def _spare_share(m: Any, unit: str, period: str) -> float:
    """Share of a unit's support whose lift is not sold."""
    added = pyo.value(m.support_lift[unit, period])
    earned = pyo.value(m.covered_sales[unit, period] + m.unit_lift[unit, period]) + added
    unsold = earned - m.sales[unit, period].value
    return min(max(unsold / added, 0.0), 1.0) if added > 0 else 0.0
