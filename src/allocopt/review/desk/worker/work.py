"""Work: the job that a worker is doing, how it is told of, and whether it is still wanted."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

# What is heard of a search is told this often at most. [s]
TELL_SECONDS = 0.2
# Solvers write a number that they do not know yet as one beyond this.
UNKNOWN = 1e100

Told = dict[str, Any]


class Dropped(Exception):  # noqa: N818 - raised and caught inside the worker
    """Nobody waits for the job any more."""


@dataclass
class Work:
    """A job as it came, with the threads that it may use.

    `end` asks its search to end with the best so far: because somebody stopped it, because nobody waits for
    it any more (`dropped`), or because somebody waits for the worker while an answer is only improved.
    """

    job: Mapping[str, Any]
    say: Callable[[Told], None]
    threads: int
    end: Event = field(default_factory=Event)
    began: float = field(default_factory=time.monotonic)
    stopped: bool = False
    dropped: bool = False
    hurried: bool = False
    _improves: bool = False
    _told: float = -TELL_SECONDS

    @property
    def enough(self) -> bool:
        """Whether an answer that is there is not to be improved."""
        return self.stopped or self.dropped or self.hurried

    def improve(self) -> None:
        """From now on an answer is there, and only improved."""
        self._improves = True
        if self.enough:
            self.end.set()

    def interrupt(self, how: str) -> None:
        """What the desk asks meanwhile: `stop`, `drop` or `hurry`. Called from another thread."""
        self.stopped = self.stopped or how == "stop"
        self.dropped = self.dropped or how == "drop"
        self.hurried = self.hurried or how == "hurry"
        if how != "hurry" or self._improves:
            self.end.set()

    @property
    def seconds(self) -> float:
        """How long it has been worked on. [s]"""
        return time.monotonic() - self.began

    def tell(self, state: str, **what: Any) -> None:
        """Tell where the job is. Raises Dropped when nobody waits for it any more."""
        if self.dropped:
            raise Dropped
        self.say({"state": state, "seconds": self.seconds, **what})

    def heard(self, _seconds: float, objective: float, bound: float) -> None:
        """What a search reports of itself, told now and then; its seconds are only those of a step."""
        if self.seconds - self._told < TELL_SECONDS or self.end.is_set():
            return
        self._told = self.seconds
        best, most = known(objective), known(bound)
        gap = None
        if best is not None and most is not None:
            gap = max(most - best, 0.0) / max(abs(best), 1e-9)
        self.tell("searching", objective=best, bound=most, gap=gap)


def known(value: float) -> float | None:
    """A number that JSON can say; None for one that is not known."""
    return float(value) if math.isfinite(value) and abs(value) < UNKNOWN else None
