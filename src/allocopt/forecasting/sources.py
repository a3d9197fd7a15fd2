"""Sources: the tables that a forecast is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from allocopt.tables import empty_table

if TYPE_CHECKING:
    from allocopt.scenario import Scenario

NAMES = (
    *("history", "units", "territories", "demand", "recast", "products", "segments"),
    *("events", "drivers", "pipeline", "judgement"),
)


@dataclass(frozen=True)
class Sources:
    """Canonical tables by name; `table` gives an empty one for what is not there."""

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """A canonical frame, without rows when it is not given."""
        frame = self.tables.get(name)
        return empty_table(name) if frame is None else frame

    def before(self, day: pd.Timestamp) -> Sources:
        """Without outside figures from a day on; events keep what was known beforehand."""
        drivers = self.table("drivers")
        return Sources({**self.tables, "drivers": drivers[drivers["date"] < day]})


def sources_of(scenario: Scenario) -> Sources:
    """The tables of a scenario that forecasting reads."""
    return Sources({name: scenario.table(name) for name in NAMES})
