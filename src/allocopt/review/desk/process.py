"""Process: a worker as the server sees it: a program that is written to, and whose lines are heard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Any

PROGRAM = "allocopt.review.desk.worker"
# What is known of earlier troubles is kept up to this size. [bytes]
LOG_SIZE = 1_000_000

Heard = Callable[["Process", dict[str, Any] | None], None]


class Process:
    """A worker process. `heard` is called with each of its messages, and with None once it has ended.

    It is called from a thread of the process. What the program says of its troubles goes to the file `log`.
    """

    def __init__(self, heard: Heard, log: Path, options: Mapping[str, Any]) -> None:
        self._heard, self._lock = heard, Lock()
        log.parent.mkdir(parents=True, exist_ok=True)
        started_anew = not log.exists() or log.stat().st_size > LOG_SIZE
        with log.open("wb" if started_anew else "ab") as file:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", "-X", "utf8", "-m", PROGRAM, json.dumps(dict(options))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                # Numerical libraries must not take the processors of the other workers.
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                # Ctrl-C is for the server, which ends its workers itself.
                start_new_session=os.name != "nt",
            )
        self._reader = Thread(target=self._read, name="desk-worker", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def send(self, message: Mapping[str, Any]) -> None:
        """One line of JSON; a process that has ended shows by what is heard last."""
        pipe = self._process.stdin
        with self._lock, suppress(OSError, ValueError):
            if pipe is not None:
                pipe.write(json.dumps(message).encode() + b"\n")
                pipe.flush()

    def end(self) -> None:
        """Kill the process; its end is heard as any other."""
        self._process.kill()

    def join(self) -> None:
        """Wait until its end has been heard."""
        self._reader.join()

    def _read(self) -> None:
        pipe = self._process.stdout
        if pipe is None:
            return
        for line in pipe:
            with suppress(json.JSONDecodeError):  # the last line of a process that was killed
                self._heard(self, json.loads(line))
        self._process.wait()
        with self._lock, suppress(OSError):
            pipe.close()
            if self._process.stdin is not None:
                self._process.stdin.close()
        self._heard(self, None)
