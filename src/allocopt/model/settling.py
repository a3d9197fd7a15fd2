"""Settling: of equally good values the plainest."""

from __future__ import annotations

from typing import Any


def settle(variable: Any, value: float, least: float = 0.0) -> None:
    """Gives a variable a value within its bounds; what is not above `least` is rounding and becomes 0."""
    within = min(max(value, variable.lb), variable.ub)
    # Rounding may leave a bound by a hair, which is no reason for a warning.
    variable.set_value(within if within > least else 0.0, skip_validation=True)
