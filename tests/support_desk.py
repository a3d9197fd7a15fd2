"""A desk whose workers are actors: what they are told is kept, and what they say is up to the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from allocopt.review.desk import Bounds, Desk, Job

PLAN = Path("plans/valley")


def job(browser: str, subject: str = "", kind: str = "what-if", plan: Path = PLAN) -> Job:
    return Job(kind, plan, browser, subject)  # type: ignore[arg-type]


class Actor:
    """Takes the place of a worker process: what it is told is kept, what it says is up to the test."""

    def __init__(self, heard: Callable[[Any, Any], None], log: Path, options: dict[str, Any]):
        self._heard, self.told, self.pid = heard, [], 7
        self.plans: list[str] = []

    def send(self, message: dict[str, Any]) -> None:
        self.told.append(message)
        if message["do"] == "open":
            self.plans.append(message["plan"])

    def free(self, event: dict[str, Any] | None = None, memory: int = 0) -> None:
        """It says that it is ready for the next, and what became of the last."""
        self._heard(self, {"say": "free", "event": event, "plans": self.plans, "memory": memory})

    def say(self, event: dict[str, Any]) -> None:
        self._heard(self, {"say": "event", "event": event})

    def end(self) -> None:
        self._heard(self, None)

    def join(self) -> None:
        """Nothing is to be waited for."""

    @property
    def doing(self) -> list[str]:
        return [message["do"] for message in self.told]


class Stage:
    """A desk whose workers are actors."""

    def __init__(self, **bounds: Any) -> None:
        self.actors: list[Actor] = []
        self.desk = Desk(Path("desk.log"), Bounds(**bounds), begin=self._begin)

    def _begin(self, *given: Any) -> Actor:
        self.actors.append(Actor(*given))
        return self.actors[-1]

    def ready(self) -> Actor:
        """The last worker that was started, once it has the plan open."""
        actor = self.actors[-1]
        actor.free()
        if actor.doing == ["open"]:
            actor.free({"state": "done"})
        return actor
