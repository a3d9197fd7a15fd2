"""Executors: where tasks run, and what becomes of a task whose worker dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from threading import Event
from types import TracebackType
from typing import Any, Literal

from allocopt.errors import ConfigError, Finding, Severity
from allocopt.solver import Watch

# A task whose worker died is given to another one so often, and is then done here.
MOST_REPEATS = 2
# A stop is heard of within this time. [s]
PATIENCE = 0.2
# How long to look for a cluster. [s]
CONNECT_SECONDS = 20

Task = Callable[[Watch], Any]
Kind = Literal["threads", "processes", "cluster"]

# What a worker process knows of the one that started it.
_here: dict[str, Any] = {"stop": Event()}


@dataclass(frozen=True)
class Workers:
    """Who does the tasks: `jobs` at a time (None = one per processor), or those of a dask `cluster`.

    `cluster` is the address of its scheduler, such as tcp://10.0.0.5:8786.
    """

    jobs: int | None = None
    kind: Kind = "processes"
    cluster: str = ""

    @property
    def count(self) -> int:
        """How many tasks are under way at a time on this machine."""
        return self.jobs or os.cpu_count() or 1


class Crew(AbstractContextManager["Crew"]):
    """Workers at work: they start with the first task and end with the block.

    A task is a partial of a function of a module; it is called with the watch of its worker.
    """

    def __init__(self, workers: Workers, stop: Event) -> None:
        self.workers, self.stop = workers, stop
        # A process hears only of an event that it was given when it started.
        self._asked: Any = get_context("spawn").Event() if workers.kind == "processes" else stop
        self._executor: Executor | None = None
        self._client: Any = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._asked.set()
        self._end()
        if self._client is not None:
            self._client.close()

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[int, Any]]:
        """The number and the result of each task, as they come.

        After a stop no task begins, and those under way answer with what they have. Raises what a task
        raises.
        """
        waiting, lost = list(reversed(range(len(tasks)))), [0] * len(tasks)
        under_way: dict[Future[Any], int] = {}
        while waiting or under_way:
            if self.stop.is_set():
                self._asked.set()
                waiting.clear()
                if self.workers.kind == "cluster":
                    return
            while waiting and len(under_way) < self.places():
                number = waiting.pop()
                if lost[number] > MOST_REPEATS:
                    yield number, tasks[number](Watch(self.stop))
                else:
                    under_way[self._submit(tasks[number])] = number
            for future in self._finished(under_way):
                number = under_way.pop(future)
                if _is_lost(future):
                    lost[number] += 1
                    waiting.append(number)
                else:
                    yield number, future.result()

    def _finished(self, under_way: Collection[Future[Any]]) -> Collection[Future[Any]]:
        """Those that are done within some time."""
        done, _ = wait(under_way, PATIENCE, FIRST_COMPLETED)
        if not any(_is_broken(future) for future in done):
            return done
        # A pool of processes falls with any one of them.
        wait(under_way)
        self._end()
        return tuple(under_way)

    def _submit(self, task: Task) -> Future[Any]:
        if self.workers.kind == "threads":
            return self._started().submit(task, Watch(self.stop))
        try:
            return self._started().submit(perform, task)
        except BrokenExecutor:
            # A worker died while nobody looked.
            self._end()
            return self._started().submit(perform, task)

    def places(self) -> int:
        """How many tasks are worth having under way."""
        if self.workers.kind != "cluster":
            return self.workers.count
        self._started()
        return max(int(sum(self._client.nthreads().values())), 1)

    def _started(self) -> Executor:
        if self._executor is None:
            self._executor = self._start()
        return self._executor

    def _start(self) -> Executor:
        if self.workers.kind == "threads":
            return ThreadPoolExecutor(self.workers.count)
        if self.workers.kind == "cluster":
            self._client = self._client or connect(self.workers.cluster)
            executor: Executor = self._client.get_executor(pure=False, retries=1)
            return executor
        # A solver's threads do not survive a fork.
        return ProcessPoolExecutor(
            self.workers.count,
            mp_context=get_context("spawn"),
            initializer=_enter,
            initargs=(self._asked,),
        )

    def _end(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=self.workers.kind != "cluster")
        self._executor = None


def perform(task: Task) -> Any:
    """A task with the watch of the worker that it runs in."""
    return task(Watch(_here["stop"]))


def _enter(stop: Any) -> None:
    """Ctrl-C is heard by the program that started the workers, which then asks them to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _here["stop"] = stop


def _is_broken(future: Future[Any]) -> bool:
    return not future.cancelled() and isinstance(future.exception(), BrokenExecutor)


def _is_lost(future: Future[Any]) -> bool:
    """Whether the worker died, not the task failed."""
    if future.cancelled():
        return True
    error = future.exception()
    # dask's names for it; the library may be missing here.
    names = {kind.__name__ for kind in type(error).__mro__}
    return isinstance(error, BrokenExecutor | CancelledError) or bool(
        names & {"KilledWorker", "FutureCancelledError", "CommClosedError"}
    )


def connect(address: str) -> Any:
    """A client of the dask scheduler at an address.

    Raises ConfigError where the library is missing or nobody answers.
    """
    try:
        distributed = import_module("distributed")
        return distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except ImportError:
        message, mend = (
            "needs dask, which is not installed",
            "python -m pip install 'allocopt[cluster]'",
        )
    except (OSError, ValueError, TimeoutError) as error:
        message, mend = (
            f"finds no dask scheduler there: {error}",
            "start one with `dask scheduler`, or leave --cluster out",
        )
    found = Finding(Severity.PROBLEM, message, file="solver.cluster", value=address, mend=mend)
    raise ConfigError([found])
