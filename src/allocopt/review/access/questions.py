"""Questions: sign-ins that were begun, each for one browser and one answer."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from allocopt.review.access.provider import Question

# [s] that somebody has to sign in at the provider; sign-ins under way at a time.
LASTS, MOST = 600.0, 1_000


class Questions:
    """Sign-ins under way, by the mark that the browser keeps."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, Lock()
        self._open: OrderedDict[str, tuple[float, Question]] = OrderedDict()

    def begin(self, to: str) -> Question:
        """A new sign-in, after which the browser goes on at `to`."""
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        question = Question(state, nonce, verifier, to)
        with self._lock:
            self._open[question.state] = (self._now() + LASTS, question)
            while len(self._open) > MOST:
                self._open.popitem(last=False)
        return question

    def end(self, state: str, kept: str) -> Question | None:
        """The sign-in of a state, once, when the browser kept the same one; None else."""
        if not state or not secrets.compare_digest(state.encode(), kept.encode()):
            return None
        with self._lock:
            until, question = self._open.pop(state, (0.0, None))
        return question if self._now() < until else None
