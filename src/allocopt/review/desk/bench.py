"""Bench: a worker's place at the desk: what it does, what it has at hand and how long it may take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allocopt.review.desk.process import Process
from allocopt.review.desk.ticket import Ticket

# How long opening a plan may take: large ones are modelled, and relaxed where their gap is wide. [s]
OPENING = 600.0
NEVER = float("inf")


@dataclass(eq=False)
class Bench:
    """A worker process with its work.

    opening: the plan that it is opening; plans: those it has open; memory [bytes]; since: when it began to
    do what it does; until: when it is ended for taking too long; ended: why it was, if it was.
    """

    process: Process
    ticket: Ticket | None = None
    opening: Path | None = None
    plans: tuple[Path, ...] = ()
    memory: int = 0
    is_ready: bool = False
    since: float = field(default_factory=time.monotonic)
    until: float = NEVER
    ended: str = ""

    @property
    def is_free(self) -> bool:
        """Whether it waits for work."""
        return self.is_ready and self.ticket is None and self.opening is None and not self.ended

    @property
    def lasted(self) -> float:
        """How long it has been doing what it does. [s]"""
        return time.monotonic() - self.since

    @property
    def is_late(self) -> bool:
        """Whether it takes longer than it may."""
        return not self.ended and time.monotonic() > self.until

    def give(self, ticket: Ticket, seconds: float) -> None:
        """Let it do a job, for so long at most. [s]"""
        self.ticket, self.since, self.until = ticket, time.monotonic(), time.monotonic() + seconds
        self.process.send(ticket.job.message())

    def open(self, plan: Path) -> None:
        """Let it open a plan."""
        self.opening, self.since, self.until = plan, time.monotonic(), time.monotonic() + OPENING
        self.process.send({"do": "open", "plan": str(plan)})

    def hurry(self) -> None:
        """Somebody else waits: what is good enough is improved no further."""
        if self.ticket is not None:
            self.process.send({"do": "hurry"})

    def stop(self) -> None:
        """Let it end with the best that it has so far."""
        self.process.send({"do": "stop"})

    def drop(self, grace: float) -> None:
        """Let it give up what it does, and be ended where that takes longer. [s]"""
        self.until = min(self.until, time.monotonic() + grace)
        self.process.send({"do": "drop"})

    def rest(self, message: dict[str, Any]) -> None:
        """It has done what it did, and says what it has at hand."""
        self.ticket = self.opening = None
        self.plans = tuple(Path(plan) for plan in message["plans"])
        self.memory, self.is_ready = int(message["memory"]), True
        self.since, self.until = time.monotonic(), NEVER

    def end(self, why: str) -> None:
        """End the process; its end is heard as any other."""
        self.ended = why
        self.process.end()

    def report(self) -> dict[str, Any]:
        """What it does and takes: process, work, plans that are open, memory [bytes]."""
        work = "open" if self.opening else self.ticket.job.kind if self.ticket else ""
        return {
            "process": self.process.pid,
            "work": work,
            "plans": [str(plan) for plan in self.plans],
            "memory": self.memory,
        }
