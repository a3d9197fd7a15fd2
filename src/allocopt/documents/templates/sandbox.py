"""Sandbox: the process in which a company's templates are drawn, with limits on time, memory and output."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import jinja2

from allocopt.documents.templates import engine
from allocopt.errors import AllocoptError, Finding, Severity

# What Python itself asks of its environment on Windows; nothing else is handed on.
NEEDED = ("SYSTEMROOT",)
OUT_OF_TIME = -getattr(signal, "SIGXCPU", 0)


@dataclass(frozen=True)
class Limits:
    """What drawing one document may take."""

    seconds: int = 30  # of processor time; twice that on the clock
    memory: int = 512 * 2**20  # bytes, the 100 MB of Python and Jinja2 within
    letters: int = 32 * 10**6  # of a document


class Sandbox:
    """Draws one document after the other in a process of its own; a process that fails is replaced.

    The process gets texts, numbers, lists and mappings as JSON, no variable of the environment, and once it
    has started no file, as far as the system has such limits (Windows limits the time alone).
    """

    def __init__(
        self,
        sources: Mapping[str, str],
        fixed: Mapping[str, Any],
        files: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Templates by name, values that all of them have, and what file a template stands in."""
        self.limits = limits or Limits()
        self._files = files or {}
        self._start = {
            "sources": dict(sources),
            "fixed": dict(fixed),
            "seconds": self.limits.seconds,
            "memory": self.limits.memory,
            "most": self.limits.letters,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = Lock()

    def draw(self, name: str, content: Mapping[str, Any]) -> str:
        """The text of a template.

        Raises:
            AllocoptError: the template fails, says file and line; or it takes more than it may.
        """
        answer = self._ask({"ask": "draw", "name": name, "content": content})
        if "problems" in answer:
            raise AllocoptError(self._finding(answer["problems"][0]).sentence())
        return str(answer["text"])

    def check(self, contents: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[Finding, ...]:
        """All that is wrong with the templates; those named in `contents` are drawn with theirs."""
        answer = self._ask({"ask": "check", "contents": contents})
        return tuple(self._finding(problem) for problem in answer["problems"])

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            end(self._process)
            self._process = None

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Ask within the limits; the request is judged by its answer alone."""
        with self._lock:
            process = self._running() or self._begin()
            answers: list[bytes] = []
            talk = Thread(target=self._talk, args=(process, request, answers), daemon=True)
            talk.start()
            talk.join(2 * self.limits.seconds)
            late = talk.is_alive()
            if late or not answers or not answers[0].endswith(b"\n"):
                self.close()
                talk.join()
                raise AllocoptError(self._failure(process, late=late))
        return dict(json.loads(answers[0]))

    def _running(self) -> subprocess.Popen[bytes] | None:
        """The process of this program; a fork of the program must not talk into its parent's."""
        return self._process if self._owner == os.getpid() else None

    def _begin(self) -> subprocess.Popen[bytes]:
        """A new process that knows the templates."""
        library = str(Path(jinja2.__file__).parents[1])
        command = [sys.executable, "-I", "-X", "utf8", engine.__file__, library]
        process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},
        )
        weakref.finalize(self, end, process)
        self._process, self._owner = process, os.getpid()
        _send(process, self._start)
        return process

    def _talk(
        self, process: subprocess.Popen[bytes], request: Mapping[str, Any], answers: list[bytes]
    ) -> None:
        """Send a request and read its answer: at most what a document of the longest kind takes."""
        _send(process, request)
        if process.stdout is not None:  # JSON writes a letter in at most 12 bytes
            answers.append(process.stdout.readline(12 * self.limits.letters + 10_000))

    def _finding(self, problem: Mapping[str, Any]) -> Finding:
        name, line = problem["file"], problem["line"] or None
        return Finding(
            Severity.PROBLEM, problem["message"], file=self._files.get(name, name), line=line
        )

    def _failure(self, process: subprocess.Popen[bytes], *, late: bool) -> str:
        """Why there is no answer; processor time that is used up ends the process by a signal."""
        if late or process.returncode == OUT_OF_TIME:
            return f"the templates need more than {self.limits.seconds} s for one document"
        return (
            "the templates need more memory than a document may, or end the process that draws them"
        )


def _send(process: subprocess.Popen[bytes], message: Mapping[str, Any]) -> None:
    """One line of JSON; a process that has ended shows by the answer that is missing."""
    if process.stdin is None:
        return
    with suppress(OSError):
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and close what leads to it."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        # What was not sent yet cannot be sent any more, and closing tries to.
        with suppress(OSError):
            if pipe is not None:
                pipe.close()
