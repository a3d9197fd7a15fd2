"""Occurrences: how strongly each event acts in each period, past and future, as data.

A what-if is another `Occurrences`: an event called off or moved changes the future alone, the past
stays as it happened.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from allocopt.forecasting.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Occurrences:
    """Intensity of events over `past` known periods and the horizon after them.

    `events` and `kinds` name them; `planned` and `surprise` have shape (event, place, period) and
    hold the intensity of what is known beforehand and of what is not: 1 for an event that lasts
    the whole period. `place` (series,) says where each series lies; series of one place share all
    events. Surprises after the past are nobody's knowledge and are never used.
    """

    events: tuple[str, ...]
    kinds: tuple[str, ...]
    planned: FloatArray
    surprise: FloatArray
    place: IntArray
    past: int

    @property
    def intensity(self) -> FloatArray:
        """Intensity as known at the end of the past, shape (event, place, period)."""
        known = self.planned.copy()
        known[:, :, : self.past] += self.surprise[:, :, : self.past]
        return known

    @property
    def horizon(self) -> int:
        """Periods after the past."""
        return int(self.planned.shape[2]) - self.past

    def seen_from(self, past: int) -> Occurrences:
        """The same events as known when only the first `past` periods were over, for a back-test."""
        return replace(self, past=past)

    def without(self, names: Collection[str]) -> Occurrences:
        """The future without events of these names or kinds."""
        planned = self.planned.copy()
        planned[self._called(names), :, self.past :] = 0.0
        return replace(self, planned=planned)

    def moved(self, name: str, periods: int) -> Occurrences:
        """The future with an event (or kind) `periods` later; what leaves the horizon is lost."""
        planned = self.planned.copy()
        for event in np.flatnonzero(self._called([name])):
            future = planned[event, :, self.past :]
            planned[event, :, self.past :] = _shifted(future, periods)
        return replace(self, planned=planned)

    def joined(self, other: Occurrences) -> Occurrences:
        """Events of both, over the same series and periods."""
        pairs = np.stack([self.place, other.place])
        kept, place = np.unique(pairs, axis=1, return_inverse=True)
        mine, theirs = kept
        return Occurrences(
            self.events + other.events,
            self.kinds + other.kinds,
            np.concatenate([self.planned[:, mine], other.planned[:, theirs]]),
            np.concatenate([self.surprise[:, mine], other.surprise[:, theirs]]),
            np.asarray(place).reshape(-1),
            self.past,
        )

    def of_series(self, series: IntArray) -> Occurrences:
        """The same events for some of the series, or for others that lie in the same places."""
        return replace(self, place=self.place[series])

    def _called(self, names: Collection[str]) -> list[bool]:
        return [
            event in names or kind in names
            for event, kind in zip(self.events, self.kinds, strict=True)
        ]


def _shifted(future: FloatArray, periods: int) -> FloatArray:
    """Columns moved to the right (left when negative), zeros coming in."""
    moved = np.zeros_like(future)
    length = future.shape[1]
    source = np.arange(length) - periods
    inside = (source >= 0) & (source < length)
    moved[:, inside] = future[:, source[inside]]
    return moved


def no_events(series: int, past: int, horizon: int) -> Occurrences:
    """Nothing happens: the neutral element of `joined`."""
    nothing = np.zeros((0, 1, past + horizon))
    return Occurrences((), (), nothing, nothing, np.zeros(series, dtype=np.intp), past)
