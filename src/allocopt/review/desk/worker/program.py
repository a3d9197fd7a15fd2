"""The program: one job after the other, while a thread hears what is asked meanwhile."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, BinaryIO

from allocopt.review.desk.worker.failures import failure_of
from allocopt.review.desk.worker.memory import limit, resident
from allocopt.review.desk.worker.next_rep import next_rep
from allocopt.review.desk.worker.rendering import render
from allocopt.review.desk.worker.sessions import Sessions
from allocopt.review.desk.worker.what_if import what_if
from allocopt.review.desk.worker.work import Dropped, Told, Work

# What is asked of the job that is being done.
INTERRUPTS = ("stop", "drop", "hurry")


def run(options: str) -> None:
    """Work until there is nothing more to be read. `options`: JSON of `threads` and `memory` [bytes]."""
    given = json.loads(options)
    limit(int(given["memory"]))
    Program(int(given["threads"]), _own_output()).run()


def _own_output() -> BinaryIO:
    """Where the desk listens. What libraries print goes to the file for troubles."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return output


class Program:
    """A worker: the jobs that came, the one it is doing, and the plans that it holds."""

    def __init__(self, threads: int, output: BinaryIO) -> None:
        self._threads, self._output, self._lock = threads, output, Lock()
        self._jobs: SimpleQueue[Work] = SimpleQueue()
        self._sessions = Sessions(threads)

    def run(self) -> None:
        """Say that it is ready, then do what comes."""
        Thread(target=self._listen, daemon=True).start()
        self._rest(None)
        while True:
            self._rest(self._done(self._jobs.get()))

    def _listen(self) -> None:
        """Hear what is asked. Once nothing can be heard any more the desk is gone, and so is this."""
        latest: Work | None = None
        for line in sys.stdin.buffer:
            message = json.loads(line)
            if message["do"] not in INTERRUPTS:
                latest = Work(message, self._tell, self._threads)
                self._jobs.put(latest)
            elif latest is not None:
                latest.interrupt(message["do"])
        os._exit(0)

    def _done(self, work: Work) -> Told:
        """The last that is told of a job, whatever becomes of it."""
        try:
            return self._answer(work)
        except (Dropped, KeyboardInterrupt):
            return {"state": "stopped", "code": "no_plan", "seconds": work.seconds}
        except Exception as error:
            traceback.print_exc()
            return {**failure_of(error), "seconds": work.seconds}

    def _answer(self, work: Work) -> Told:
        if work.job["do"] == "render":
            return render(work)
        plan = Path(work.job["plan"])
        held = self._sessions.of(plan)
        if work.job["do"] == "what-if":
            return what_if(work, held)
        if work.job["do"] == "next-rep":
            return next_rep(work, held)
        return {"state": "done"}

    def _tell(self, event: Told) -> None:
        self._write({"say": "event", "event": event})

    def _rest(self, event: Told | None) -> None:
        plans = [str(plan) for plan in self._sessions.plans]
        self._write({"say": "free", "event": event, "plans": plans, "memory": resident()})

    def _write(self, message: Mapping[str, Any]) -> None:
        with self._lock:
            self._output.write(json.dumps(message, allow_nan=False).encode() + b"\n")
            self._output.flush()
