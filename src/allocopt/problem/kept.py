"""Kept: decisions of an earlier plan that a problem does not decide again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class KeptDecisions:
    """Who covers what, who is hired, what is spent, and hours that are agreed.

    shares: by stint (unit, rep, window) > 0; every other stint is nobody's. hired: by open position that is
    filled, its first day. spend: (lever, territory, segment) × period [currency]; curves that it does not
    name are decided anew. hours: by name (`overtime`, `overload`, `support`) what is agreed of them, rep or
    (specialist, unit) × period [h]; those that are not named are decided anew.
    """

    shares: pd.Series[float]
    hired: Mapping[str, str]
    spend: pd.DataFrame
    hours: Mapping[str, pd.DataFrame] = field(default_factory=dict)
