"""Subject: what business checks look at, and how they say what they found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.config import Config
from allocopt.config.validation import place_of
from allocopt.decided import decided
from allocopt.errors import Finding, Severity
from allocopt.locks import locks
from allocopt.tables import among, empty_table
from allocopt.territory_tree import TerritoryTree
from allocopt.yaml_source import KeyPath, Place, YamlSource

MOST_NAMED = 5


@dataclass(frozen=True)
class Subject:
    """A scenario whose tables are sound one by one; `source` knows where each setting stands."""

    config: Config
    tables: Mapping[str, pd.DataFrame]
    tree: TerritoryTree
    calendar: Calendar
    files: Mapping[str, str] = field(default_factory=dict)
    source: YamlSource = field(default_factory=lambda: YamlSource({}))

    def table(self, name: str) -> pd.DataFrame:
        """A canonical frame; one without rows when there is no such table."""
        frame = self.tables.get(name)
        return empty_table(name) if frame is None else frame

    def decided(self, kind: str) -> pd.DataFrame:
        """Overrides of a kind that hold, as `decided.decided` has them, which many checks ask for."""
        if kind not in self._decided:
            self._decided[kind] = decided(self, kind)
        return self._decided[kind]

    @cached_property
    def _decided(self) -> dict[str, pd.DataFrame]:
        return {}

    @cached_property
    def locks(self) -> pd.DataFrame:
        """Locks that hold at the plan's start, by unit, which many checks ask for."""
        return locks(self)

    @cached_property
    def never_filled(self) -> pd.Series[bool]:
        """Rows of `reps`: open positions that cannot be filled before the plan ends."""
        reps, calendar = self.table("reps"), self.calendar
        ends = reps.drop_duplicates("rep").set_index("rep")["end"]
        vacated = ends.reindex(reps["replaces"]).set_axis(reps.index)
        waits = reps["lead_time"] >= len(calendar.labels)
        waits |= reps["start"].isna() & (vacated >= calendar.plan_end)
        return (reps["status"] == "open") & (waits | (reps["start"] > calendar.plan_end))

    @cached_property
    def locked_units(self) -> pd.DataFrame:
        """Rows of units whose lock holds at the plan's start; rep, lock, lock_until are the lock's own."""
        held, units = self.locks, self.table("units")
        units = units[among(units["unit"], held.index)]
        own = held.loc[units["unit"]].set_axis(units.index)
        return units.assign(rep=own["rep"], lock=own["reason"], lock_until=own["until"])

    def say(
        self, severity: Severity, table: str, message: str, column: str = "", **more: Any
    ) -> Finding:
        """A finding about a table."""
        file = self.files.get(table, f"{table}.csv")
        return Finding(severity, message, file=file, column=column, **more)

    def place(self, *path: str | int) -> Place:
        """Where a setting stands."""
        key_path: KeyPath = tuple(path)
        return place_of(self.source, key_path, key=True)


def about(names: Sequence[object]) -> dict[str, Any]:
    """Fields of a finding about several things: how many, and the first of them."""
    return {"count": len(names), "names": tuple(str(name) for name in names[:MOST_NAMED])}


def named(names: Iterable[object], most: int = MOST_NAMED) -> str:
    """The first names of several, and how many more there are."""
    every = [str(name) for name in names]
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


def plural(names: Sequence[object], one: str, many: str) -> str:
    """`unit u1` or `12 units (u1, u2, u3, u4, u5 and 7 more)`."""
    return f"{one} {names[0]}" if len(names) == 1 else f"{len(names)} {many} ({named(names)})"
