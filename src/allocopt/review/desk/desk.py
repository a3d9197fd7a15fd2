"""Desk: hands what people ask to worker processes, and what is heard of it back.

All of it may be called from any thread and never waits for a worker.
"""

from __future__ import annotations

import os
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from threading import Event as Flag
from threading import RLock, Thread
from typing import Any

from allocopt.errors import AllocoptError
from allocopt.review.desk.bench import Bench
from allocopt.review.desk.job import Job
from allocopt.review.desk.line import Line
from allocopt.review.desk.process import Heard, Process
from allocopt.review.desk.ticket import Event, Ticket

# A job is given to so many workers, one after the other, before it is said to end them.
TRIES = 2
# Tickets that are over stay known, the latest so many.
KEPT = 500
# How often the desk looks after its workers. [s]
LOOK = 0.5

Then = Callable[[Ticket], None]
Begin = Callable[[Heard, Path, Mapping[str, Any]], Process]


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


class Busy(AllocoptError):  # noqa: N818 - reads like its siblings
    """A browser has as many jobs in the line as it may have."""


class Desk:
    """Workers, the line before them, and the tickets of what was asked."""

    def __init__(self, log: Path, bounds: Bounds | None = None, begin: Begin = Process) -> None:
        """`log` is the file for what workers say of their troubles; `begin` starts a worker."""
        self.bounds = bounds or Bounds()
        self._log, self._lock, self._closed, self._begin = log, RLock(), Flag(), begin
        self._benches: list[Bench] = []
        self._line = Line()
        self._tickets: OrderedDict[str, Ticket] = OrderedDict()
        self._then: dict[str, Then] = {}
        self._wanted: deque[Path] = deque()
        self._crashes: dict[Path, int] = {}
        self._lasted: deque[float] = deque(maxlen=20)
        self._keeper: Thread | None = None

    # What people ask ---------------------------------------------------------------------------------

    def submit(self, job: Job, then: Then | None = None) -> Ticket:
        """Hand in a job; `then` is called with its ticket when it is over, in a thread of the desk.

        A job of the same browser, kind and subject that is not over yet is given up for it.

        Raises:
            Busy: the browser has too many jobs in the line.
        """
        with self._lock:
            self._give_up_older(job)
            if len(self._line.of(job.browser)) >= self.bounds.waiting:
                raise Busy("too much is waiting already; stop some of it, or wait a moment")
            ticket = Ticket(job)
            self._keep(ticket)
            if then is not None:
                self._then[ticket.id] = then
            self._line.put(ticket)
            self._hand_out()
            return ticket

    def open(self, plan: Path) -> None:
        """Have a plan ready in a worker, so that the first question need not wait for that."""
        with self._lock:
            if plan not in self._wanted and not any(plan in b.plans for b in self._benches):
                self._wanted.append(plan)
                self._hand_out()

    def expect(self, plan: Path) -> None:
        """Have a plan ready that somebody looks at, where there are workers already."""
        if self._benches:
            self.open(plan)

    def ticket(self, name: str) -> Ticket:
        """A ticket by its id.

        Raises:
            KeyError: it is not known, or over for long.
        """
        with self._lock:
            return self._tickets[name]

    def latest(self, subject: str) -> Ticket | None:
        """The newest ticket about a subject; None where there is none."""
        with self._lock:
            found = (t for t in reversed(self._tickets.values()) if t.job.subject == subject)
            return next(found, None)

    def stop(self, name: str) -> None:
        """Ask a job to end with the best that it has so far.

        Raises:
            KeyError: the ticket is not known.
        """
        with self._lock:
            ticket = self.ticket(name)
            ticket.stopping = True
            if ticket in self._line or not ticket.job.is_stopped_with_an_answer:
                self._give_up(ticket, "not_begun")
                self._tell_line()
            for bench in self._benches_of(ticket):
                bench.process.send({"do": "stop"})

    def told(self, ticket: Ticket) -> Event:
        """The present state of a ticket; of one that waits also its place in the line and the wait [s]."""
        with self._lock:
            if ticket not in self._line:
                return ticket.told
            waiting = list(self._line)
            place = waiting.index(ticket) + 1
            workers = self.bounds.workers
            rounds = (place + self._busy - 1) // workers
            wait = rounds * fmean(self._lasted) if self._lasted else None
            if place <= self._coming(ticket.job):
                return {"state": "opening"}
            return {"state": "queued", "place": place, "of": len(waiting), "wait": wait}

    async def events(self, name: str) -> AsyncIterator[Event]:
        """The present state of a ticket, and whatever comes after it until it is over.

        Raises:
            KeyError: the ticket is not known.
        """
        ticket, last = self.ticket(name), None
        with ticket.listening() as news:
            while last is None or not ticket.is_over or last is not ticket.told:
                news.clear()
                told = self.told(ticket)
                if told != last:
                    yield told
                last = told
                if not ticket.is_over:
                    await news.wait()

    async def run(self, job: Job) -> Event:
        """The last that is heard of a job. Raises what `submit` raises."""
        ticket = self.submit(job)
        async for _ in self.events(ticket.id):
            pass
        return ticket.told

    def queue(self) -> list[Ticket]:
        """What is worked on, then what waits, in the order in which it is served."""
        with self._lock:
            working = [bench.ticket for bench in self._benches if bench.ticket is not None]
            return [*working, *self._line]

    def workers(self) -> list[dict[str, Any]]:
        """What each worker does and takes: pid, job, plans that are open, memory [bytes]."""
        with self._lock:
            return [bench.report() for bench in self._benches]

    def close(self) -> None:
        """End all workers. Tickets that are not over stay so."""
        self._closed.set()
        with self._lock:
            processes = [bench.process for bench in self._benches]
        for process in processes:
            process.end()
        for process in processes:
            process.join()
        if self._keeper is not None:
            self._keeper.join()

    # How it is handed out ----------------------------------------------------------------------------

    def _hand_out(self) -> None:
        """Give what waits to workers that are free, and start workers where they are missing."""
        if self._closed.is_set():
            return
        for ticket in list(self._line):
            bench = self._free_for(ticket.job)
            if bench is not None:
                self._give(bench, ticket)
            elif ticket.job.needs_session:
                self._have_open(ticket.job.plan)
            elif self._free is None:
                self._start()
        for plan in list(self._wanted):
            if self._have_open(plan):
                self._wanted.remove(plan)
        if self._line:
            for bench in self._benches:
                bench.hurry()
        self._tell_line()

    def _free_for(self, job: Job) -> Bench | None:
        """A worker without work, and with the plan ready where that is needed."""
        free = [bench for bench in self._benches if bench.is_free]
        ready = (bench for bench in free if not job.needs_session or job.plan in bench.plans)
        return next(ready, None)

    @property
    def _free(self) -> Bench | None:
        return next((bench for bench in self._benches if bench.is_free), None)

    @property
    def _busy(self) -> int:
        return sum(bench.ticket is not None for bench in self._benches)

    def _opening(self, plan: Path) -> int:
        """How many workers are opening a plan."""
        return sum(bench.opening == plan for bench in self._benches)

    def _coming(self, job: Job) -> int:
        """How many workers will soon be ready for a job."""
        starting = sum(not bench.is_ready for bench in self._benches)
        return starting + (self._opening(job.plan) if job.needs_session else 0)

    def _have_open(self, plan: Path) -> bool:
        """Let a free worker open a plan, where not enough do so; whether enough do."""
        wanted = sum(t.job.plan == plan and t.job.needs_session for t in self._line)
        if self._opening(plan) >= max(wanted, 1):
            return True
        bench = self._free
        if bench is None:
            self._start()
            return False
        bench.open(plan)
        return True

    def _start(self) -> None:
        """A further worker, which is free once it says so; not where there are as many as there may be."""
        is_starting = any(not bench.is_ready for bench in self._benches)
        if is_starting or len(self._benches) >= self.bounds.workers:
            return
        if self._keeper is None:
            self._keeper = Thread(target=self._keep_house, name="desk", daemon=True)
            self._keeper.start()
        threads = max((os.cpu_count() or 1) // self.bounds.workers, 1)
        options = {"threads": threads, "memory": self.bounds.memory}
        self._benches.append(Bench(self._begin(self._heard, self._log, options)))

    def _give(self, bench: Bench, ticket: Ticket) -> None:
        self._line.take(ticket)
        ticket.tries += 1
        bench.give(ticket, (ticket.job.seconds or 0.0) + self.bounds.patience)
        ticket.tell({"state": "searching" if ticket.job.kind == "what-if" else "working"})

    def _give_up_older(self, job: Job) -> None:
        """Give up what the same browser asked of the same thing, as nobody waits for it any more."""
        if not job.subject:
            return
        for ticket in self.queue():
            other = ticket.job
            same = (other.browser, other.kind, other.subject)
            if same == (job.browser, job.kind, job.subject):
                self._give_up(ticket, "replaced")

    def _give_up(self, ticket: Ticket, why: str) -> None:
        if ticket in self._line:
            self._line.drop(ticket)
        for bench in self._benches_of(ticket):
            bench.drop(self.bounds.grace)
        self._over(ticket, {"state": "stopped", "code": why})

    def _benches_of(self, ticket: Ticket) -> list[Bench]:
        return [bench for bench in self._benches if bench.ticket is ticket]

    # What is heard -----------------------------------------------------------------------------------

    def _heard(self, process: Process, message: dict[str, Any] | None) -> None:
        """A message of a worker, or its end; called from a thread of its own."""
        with self._lock:
            bench = next((b for b in self._benches if b.process is process), None)
            if bench is None or self._closed.is_set():
                return
            if message is None:
                self._benches.remove(bench)
                self._lost(bench)
            elif message["say"] == "event":
                if bench.ticket is not None and bench.ticket.last is None:
                    bench.ticket.tell(message["event"])
            else:
                self._free_again(bench, message)
            self._hand_out()

    def _free_again(self, bench: Bench, message: dict[str, Any]) -> None:
        """A worker says that it is ready for the next, and what became of the last."""
        ticket, opened, event = bench.ticket, bench.opening, message["event"]
        if ticket is not None:
            self._lasted.append(bench.lasted)
            self._over(ticket, event)
        if opened is not None:
            self._crashes.pop(opened, None)
            if event["state"] == "failed":
                self._refuse(opened, event)
        bench.rest(message)
        if bench.memory > self.bounds.memory:
            bench.end("memory")

    def _lost(self, bench: Bench) -> None:
        """A worker ended by itself: its job is given to another one, but not for ever."""
        ticket = bench.ticket
        failed = {"state": "failed", "code": bench.ended or "crashed", "message": ""}
        if ticket is not None and ticket.last is None:
            if ticket.stopping or bench.ended or ticket.tries >= TRIES:
                self._over(ticket, failed)
            else:
                self._line.put_back(ticket)
        if bench.opening is not None:
            self._crashes[bench.opening] = self._crashes.get(bench.opening, 0) + 1
            if self._crashes[bench.opening] >= TRIES:
                del self._crashes[bench.opening]
                self._refuse(bench.opening, failed)

    def _refuse(self, plan: Path, event: Event) -> None:
        """End what waits for a plan that cannot be opened."""
        for ticket in [t for t in self._line if t.job.plan == plan and t.job.needs_session]:
            self._line.drop(ticket)
            self._over(ticket, event)

    def _over(self, ticket: Ticket, event: Event) -> None:
        """The last of a ticket. Whoever handed it in hears of it outside the lock."""
        if ticket.last is not None:
            return
        ticket.last = event
        then = self._then.pop(ticket.id, None)
        if then is None:
            ticket.tell(event)
            return
        Thread(target=self._tell_last, args=(ticket, event, then), daemon=True).start()

    def _tell_last(self, ticket: Ticket, event: Event, then: Then) -> None:
        """What is to be done with the answer is done before anybody hears of it."""
        try:
            then(ticket)
        finally:
            ticket.tell(event)

    def _tell_line(self) -> None:
        for ticket in self._line:
            ticket.wake()

    def _keep(self, ticket: Ticket) -> None:
        self._tickets[ticket.id] = ticket
        over = [name for name, old in self._tickets.items() if old.is_over]
        for name in over[: max(len(self._tickets) - KEPT, 0)]:
            del self._tickets[name]

    # Its workers -------------------------------------------------------------------------------------

    def _keep_house(self) -> None:
        while not self._closed.wait(LOOK):
            with self._lock:
                for bench in self._benches:
                    if bench.is_late:
                        bench.end("too_long")
                idle = [b for b in self._benches if b.is_free and b.lasted > self.bounds.idle]
                if idle and len(self._benches) > 1:
                    idle[0].end("idle")
