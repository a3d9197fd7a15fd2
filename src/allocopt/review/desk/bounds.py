"""Bounds: what the workers of a desk may take."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """What the workers may take.

    jobs: workers at a time, None = one per processor, two at most. idle: a worker beyond the first ends
    after so long without work [s]; patience: so long a job may run beyond its own time before its worker is
    ended [s]; grace: and so long after nobody waits for it any more [s]. memory: of one worker [bytes];
    waiting: jobs of one browser in the line.
    """

    jobs: int | None = None
    idle: float = 300.0
    patience: float = 600.0
    grace: float = 5.0
    memory: int = 3 * 2**30
    waiting: int = 20

    @property
    def workers(self) -> int:
        """How many workers there are at most."""
        return self.jobs or min(os.cpu_count() or 1, 2)

    @property
    def threads(self) -> int:
        """How many threads each of them may use."""
        return max((os.cpu_count() or 1) // self.workers, 1)
