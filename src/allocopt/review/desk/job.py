"""Job: one thing that a worker process is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Kind = Literal["what-if", "next-rep", "render"]
# States after which nothing more comes of a job.
LAST = frozenset({"done", "stopped", "infeasible", "failed"})


@dataclass(frozen=True)
class Job:
    """What is asked of a plan, and who waits for it.

    kind: `what-if`, the plan of `settings` (syntax of `--set`) over those of `plan`, saved in `out`;
    `next-rep`, where one rep more would go; `render`, a document written to `out`. plan: the folder of the
    plan that is asked about. browser: whose turn it uses. subject: what it is about; a newer job of the
    same kind and subject takes the place of an older one. seconds: how long an answer may be improved; None
    = as long as `worker.what_if` finds right. asked: what one kind alone needs (`worker.rendering`).
    """

    kind: Kind
    plan: Path
    browser: str = ""
    subject: str = ""
    settings: tuple[str, ...] = ()
    out: Path | None = None
    seconds: float | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def needs_session(self) -> bool:
        """Whether it is answered from a plan that is held in memory."""
        return self.kind != "render"

    @property
    def is_stopped_with_an_answer(self) -> bool:
        """Whether stopping it leaves the best that it has so far."""
        return self.kind == "what-if"

    def message(self) -> dict[str, Any]:
        """The job in plain values, as a worker reads it."""
        return {
            "do": self.kind,
            "plan": str(self.plan),
            "subject": self.subject,
            "settings": list(self.settings),
            "out": None if self.out is None else str(self.out),
            "seconds": self.seconds,
            "asked": dict(self.asked),
        }
