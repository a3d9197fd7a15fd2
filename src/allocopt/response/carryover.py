"""Carryover: what past spend still does."""

from __future__ import annotations

from allocopt.response.forms import Values


def effective_spend(spend: Values, carryover: float) -> Values:
    """e[t] = spend[t] + carryover · e[t−1] along the last axis (Koyck, 1954); nothing works before it."""
    if carryover <= 0:
        return spend
    from scipy.signal import lfilter  # noqa: PLC0415 - 60 MB that few plans need

    effective: Values = lfilter([1.0], [1.0, -carryover], spend, axis=-1)
    return effective
