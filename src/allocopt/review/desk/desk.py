"""Desk: hands what people ask to worker processes, and what is heard of it back.

All of it may be called from any thread and never waits for a worker.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import fmean
from threading import Event as Flag
from threading import RLock, Thread
from typing import Any

from allocopt.errors import AllocoptError
from allocopt.review.desk.bench import Bench
from allocopt.review.desk.bounds import Bounds
from allocopt.review.desk.crew import Begin, Crew
from allocopt.review.desk.job import Job, Kind
from allocopt.review.desk.line import Line
from allocopt.review.desk.process import Process
from allocopt.review.desk.ticket import Event, Ticket
from allocopt.review.desk.tickets import Then, Tickets

# A job is given to so many workers, one after the other, before it is said to end them; so is a plan, and
# so many workers are started that end before they are ready.
TRIES = 2
# How often the desk looks after its workers. [s]
LOOK = 0.5


class Busy(AllocoptError):  # noqa: N818 - reads like its siblings
    """A browser has as many jobs in the line as it may have."""


class Desk:
    """Workers, the line before them, and the tickets of what was asked."""

    def __init__(self, log: Path, bounds: Bounds | None = None, begin: Begin = Process) -> None:
        """`log` is the file for what workers say of their troubles; `begin` starts a worker."""
        self.bounds = bounds or Bounds()
        options = {"threads": self.bounds.threads, "memory": self.bounds.memory}
        self._lock, self._closed = RLock(), Flag()
        self._crew = Crew(self.bounds, lambda: begin(self._heard, log, options))
        self._line, self._tickets = Line(), Tickets()
        self._wanted: deque[Path] = deque()
        self._crashes: Counter[Path] = Counter()
        self._stillborn = 0
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
            ticket = self._tickets.new(job, then)
            self._line.put(ticket)
            self._hand_out()
            return ticket

    def open(self, plan: Path) -> None:
        """Have a plan ready in a worker, so that the first question need not wait for that."""
        with self._lock:
            if plan not in self._wanted and not self._crew.holds(plan):
                self._wanted.append(plan)
                self._hand_out()

    def expect(self, plan: Path) -> None:
        """Have a plan ready that somebody looks at, where there are workers already."""
        if len(self._crew):
            self.open(plan)

    def ticket(self, name: str) -> Ticket:
        """A ticket by its id.

        Raises:
            KeyError: it is not known, or over for long.
        """
        with self._lock:
            return self._tickets[name]

    def latest(self, subject: str, kind: Kind | None = None) -> Ticket | None:
        """The newest ticket about a subject, of a kind where that is said; first those not over yet."""
        with self._lock:
            return self._tickets.latest(subject, kind)

    def stop(self, name: str) -> None:
        """Ask a job to end with the best that it has so far.

        Raises:
            KeyError: the ticket is not known.
        """
        with self._lock:
            ticket = self._tickets[name]
            ticket.stopping = True
            if ticket in self._line or not ticket.job.is_stopped_with_an_answer:
                self._give_up(ticket, "not_begun")
                self._tell_line()
            elif bench := self._crew.at(ticket):
                bench.stop()

    def give_up(self, subject: str) -> None:
        """End whatever is asked about a subject, as nobody waits for it any more."""
        with self._lock:
            for ticket in self.queue():
                if ticket.job.subject == subject:
                    self._give_up(ticket, "replaced")
            self._tell_line()

    def told(self, ticket: Ticket) -> Event:
        """The present state of a ticket; of one that waits also its place in the line and the wait [s]."""
        with self._lock:
            if ticket not in self._line:
                return ticket.told
            waiting = list(self._line)
            place = waiting.index(ticket) + 1
            if place <= self._crew.coming(ticket.job):
                return {"state": "opening"}
            rounds = (place + len(self._crew.tickets) - 1) // self.bounds.workers
            wait = rounds * fmean(self._lasted) if self._lasted else None
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
        # Handing it in may start a process.
        ticket = await asyncio.to_thread(self.submit, job)
        async for _ in self.events(ticket.id):
            pass
        return ticket.told

    def queue(self) -> list[Ticket]:
        """What is worked on, then what waits, in the order in which it is served."""
        with self._lock:
            return [*self._crew.tickets, *self._line]

    def workers(self) -> list[dict[str, Any]]:
        """What each worker does and takes: pid, job, plans that are open, memory [bytes]."""
        with self._lock:
            return [bench.report() for bench in self._crew]

    def close(self) -> None:
        """End all workers. Tickets that are not over stay so."""
        self._closed.set()
        with self._lock:
            processes = [bench.process for bench in self._crew]
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
            bench = self._crew.free_for(ticket.job)
            if bench is not None:
                self._give(bench, ticket)
            elif ticket.job.needs_session:
                self._have_open(ticket.job.plan)
            elif self._crew.free is None:
                self._start()
        for plan in list(self._wanted):
            if self._have_open(plan):
                self._wanted.remove(plan)
        if self._stillborn >= TRIES and not len(self._crew):
            self._give_all_up()
        if self._line:
            for bench in self._crew:
                bench.hurry()
        self._tell_line()

    def _give_all_up(self) -> None:
        """End what waits, as no worker can be started; the next who asks has it tried again."""
        self._stillborn = 0
        self._wanted.clear()
        for ticket in list(self._line):
            self._line.drop(ticket)
            self._tickets.over(ticket, {"state": "failed", "code": "crashed", "message": ""})

    def _have_open(self, plan: Path) -> bool:
        """Let a free worker open a plan, where not enough do so; whether enough do."""
        wanted = sum(t.job.plan == plan and t.job.needs_session for t in self._line)
        if self._crew.opening(plan) >= max(wanted, 1):
            return True
        bench = self._crew.free
        if bench is None:
            self._start()
            return False
        bench.open(plan)
        return True

    def _start(self) -> None:
        """A further worker where there is room for one, and somebody who looks after them."""
        if self._stillborn >= TRIES:
            return
        if self._keeper is None:
            self._keeper = Thread(target=self._keep_house, name="desk", daemon=True)
            self._keeper.start()
        try:
            self._crew.start()
        except OSError:
            self._stillborn = TRIES

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
        if bench := self._crew.at(ticket):
            bench.drop(self.bounds.grace)
        self._tickets.over(ticket, {"state": "stopped", "code": why})

    # What is heard -----------------------------------------------------------------------------------

    def _heard(self, process: Process, message: dict[str, Any] | None) -> None:
        """A message of a worker, or its end; called from a thread of its own."""
        with self._lock:
            bench = self._crew.bench_of(process)
            if bench is None or self._closed.is_set():
                return
            if message is None:
                self._crew.leave(bench)
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
        self._stillborn = 0
        if ticket is not None:
            self._lasted.append(bench.lasted)
            self._tickets.over(ticket, event)
        bench.rest(message)
        if opened is not None:
            del self._crashes[opened]
            if event["state"] == "failed":
                self._refuse(opened, event)
        if bench.memory > self.bounds.memory:
            if opened is not None and bench.plans == (opened,):
                self._refuse(opened, {"state": "failed", "code": "memory", "message": ""})
            bench.end("memory")

    def _lost(self, bench: Bench) -> None:
        """A worker ended by itself: its job is given to another one, but not for ever."""
        ticket = bench.ticket
        failed = {"state": "failed", "code": bench.ended or "crashed", "message": ""}
        if ticket is not None and ticket.last is None:
            if ticket.stopping or bench.ended or ticket.tries >= TRIES:
                self._tickets.over(ticket, failed)
            else:
                self._line.put_back(ticket)
        if bench.opening is not None:
            self._crashes[bench.opening] += 1
            if self._crashes[bench.opening] >= TRIES:
                del self._crashes[bench.opening]
                self._refuse(bench.opening, failed)
        if not bench.is_ready:
            self._stillborn += 1

    def _refuse(self, plan: Path, event: Event) -> None:
        """End what waits for a plan that cannot be opened."""
        for ticket in [t for t in self._line if t.job.plan == plan and t.job.needs_session]:
            self._line.drop(ticket)
            self._tickets.over(ticket, event)

    def _tell_line(self) -> None:
        for ticket in self._line:
            ticket.wake()

    def _keep_house(self) -> None:
        while not self._closed.wait(LOOK):
            with self._lock:
                self._crew.look_after()
