"""Ticket: a job that was handed in, and what has been heard of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from allocopt.review.desk.job import LAST, Job

Event = dict[str, Any]


@dataclass(eq=False)
class Ticket:
    """A job with its present state, which the desk changes.

    told: the present state; first: the quick answer, once there is one; last: what became of it, a moment
    before it is told. tries: workers that it was given to; came: when it was handed in [s].
    """

    job: Job
    id: str = field(default_factory=lambda: uuid4().hex)
    told: Event = field(default_factory=lambda: {"state": "queued"})
    first: Event | None = None
    last: Event | None = None
    tries: int = 0
    came: float = field(default_factory=time.monotonic)
    stopping: bool = False
    _listeners: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long ago it was handed in. [s]"""
        return time.monotonic() - self.came

    @property
    def is_over(self) -> bool:
        """Whether the last has been heard of it."""
        return self.told["state"] in LAST

    def tell(self, event: Event) -> None:
        """Take over what is new, and wake those who listen; may be called from any thread."""
        self.told = event
        if event["state"] == "first":
            self.first = event
        self.wake()

    def wake(self) -> None:
        """Wake those who listen."""
        for loop, news in list(self._listeners):
            if not loop.is_closed():
                loop.call_soon_threadsafe(news.set)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set with all that is new; in the loop of whoever listens."""
        listener = (asyncio.get_running_loop(), asyncio.Event())
        self._listeners.append(listener)
        try:
            yield listener[1]
        finally:
            self._listeners.remove(listener)
