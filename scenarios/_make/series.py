"""Invented monthly sales: a level with growth, a season and noise."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """How the monthly sales of one account or cell come about.

    `level` is the expected sales of a month at the start [currency/month], `growth` the change in a year
    [share], `season` the amplitude of the year's wave [share], `peak` its best month (1–12), `noise` the
    standard deviation of a month's logarithm.
    """

    level: float
    growth: float
    season: float
    peak: int
    noise: float

    def expected(self, month: int) -> float:
        """Expected sales of the month with this number, counted from 0 = a January."""
        wave = math.cos(2 * math.pi * (month + 1 - self.peak) / 12)
        return self.level * math.pow(1 + self.growth, month / 12) * (1 + self.season * wave)

    def drawn(self, month: int, rng: random.Random) -> float:
        """Sales of a month with noise; the noise does not move the expectation."""
        return self.expected(month) * math.exp(rng.gauss(-(self.noise**2) / 2, self.noise))


def seeded(seed: int) -> random.Random:
    """A source of random numbers that repeats; Python promises the same ones in every version."""
    return random.Random(seed)  # noqa: S311 - invented data, no secret
