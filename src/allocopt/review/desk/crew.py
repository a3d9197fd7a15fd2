"""Crew: the workers of a desk, each at its bench."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from allocopt.review.desk.bench import Bench
from allocopt.review.desk.bounds import Bounds
from allocopt.review.desk.job import Job
from allocopt.review.desk.process import Heard, Process
from allocopt.review.desk.ticket import Ticket

Begin = Callable[[Heard, Path, Mapping[str, Any]], Process]


class Crew:
    """The workers that there are. Whoever asks holds the lock of the desk."""

    def __init__(self, bounds: Bounds, begin: Callable[[], Process]) -> None:
        """`begin` starts a worker."""
        self._bounds, self._begin = bounds, begin
        self._benches: list[Bench] = []

    def __iter__(self) -> Iterator[Bench]:
        """The benches, in the order in which they were set up; one may be left meanwhile."""
        return iter(tuple(self._benches))

    def __len__(self) -> int:
        return len(self._benches)

    def start(self) -> None:
        """A further worker, which is free once it says so; not where there are as many as there may be.

        Raises:
            OSError: the machine starts no further process.
        """
        if not self._starting and len(self._benches) < self._bounds.workers:
            self._benches.append(Bench(self._begin()))

    def leave(self, bench: Bench) -> None:
        """The worker of a bench has ended."""
        self._benches.remove(bench)

    def bench_of(self, process: Process) -> Bench | None:
        """The bench of a worker; None of one that has left."""
        return next((bench for bench in self._benches if bench.process is process), None)

    def at(self, ticket: Ticket) -> Bench | None:
        """The bench at which a ticket is worked on; None where it is not."""
        return next((bench for bench in self._benches if bench.ticket is ticket), None)

    @property
    def free(self) -> Bench | None:
        """A worker without work."""
        return next((bench for bench in self._benches if bench.is_free), None)

    def free_for(self, job: Job) -> Bench | None:
        """A worker without work, and with the plan ready where that is needed."""
        free = (bench for bench in self._benches if bench.is_free)
        return next((b for b in free if not job.needs_session or job.plan in b.plans), None)

    @property
    def tickets(self) -> list[Ticket]:
        """What is worked on."""
        return [bench.ticket for bench in self._benches if bench.ticket is not None]

    def opening(self, plan: Path) -> int:
        """How many workers are opening a plan."""
        return sum(bench.opening == plan for bench in self._benches)

    def holds(self, plan: Path) -> bool:
        """Whether a worker has a plan open."""
        return any(plan in bench.plans for bench in self._benches)

    def coming(self, job: Job) -> int:
        """How many workers will soon be ready for a job."""
        return self._starting + (self.opening(job.plan) if job.needs_session else 0)

    def look_after(self) -> None:
        """End what takes too long, and a worker beyond the first that has been without work for long."""
        for bench in self:
            if bench.is_late:
                bench.end("too_long")
        idle = [b for b in self if b.is_free and b.lasted > self._bounds.idle]
        if idle and len(self._benches) > 1:
            idle[0].end("idle")

    @property
    def _starting(self) -> int:
        return sum(not bench.is_ready for bench in self._benches)
