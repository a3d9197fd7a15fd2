"""Draft: a what-if of one browser, with the changes it collects and the answer it got."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from allocopt.review.drafts.change import Change

# Steps that can be undone.
MOST_STEPS = 100


@dataclass(frozen=True)
class Answer:
    """The plan that answers a draft, and which of its lists of changes that plan knows.

    `asked` is the `revision` that was asked. `state` is what became of the search: `solved`, `stopped` with
    a plan, `infeasible` or `failed`. `told` is what the desk said with it (`desk.progress`).
    """

    asked: int
    state: str
    folder: Path | None = None
    told: dict[str, Any] | None = None


@dataclass(frozen=True)
class Step:
    """A list of changes as it was at some time, and its revision."""

    revision: int
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Draft:
    """What a browser asks of a version: `changes` in the order in which they were made.

    Each list of changes has a `revision` of its own, and has it again when somebody goes back to it: an
    answer to it is one again. `latest` is the highest that was given, `asked` the one that the desk was
    asked for and has not answered yet. Of the drafts of a browser to one version the one with the highest
    `turn` is on the table.
    """

    id: str
    version: str
    owner: str
    browser: str
    title: str = ""
    changes: tuple[Change, ...] = ()
    past: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()
    revision: int = 0
    latest: int = 0
    turn: int = 0
    answer: Answer | None = None
    asked: int | None = None

    @property
    def is_answered(self) -> bool:
        """Whether the answer is one to the changes as they are now."""
        return self.answer is not None and self.answer.asked == self.revision

    @property
    def shown_answer(self) -> Answer | None:
        """The answer that stands beside the plan: none where nothing is asked any more."""
        return self.answer if self.changes else None

    def with_change(self, change: Change) -> Draft:
        """The draft with one more change; what was undone is gone."""
        return self._with((*self.changes, change))

    def without(self, place: int) -> Draft:
        """The draft without the change at a place, counted from 0; the same where there is none."""
        if not 0 <= place < len(self.changes):
            return self
        return self._with((*self.changes[:place], *self.changes[place + 1 :]))

    def cleared(self) -> Draft:
        """The draft without any change."""
        return self._with(()) if self.changes else self

    def undo(self) -> Draft:
        """The draft as it was one step ago; the same where nothing can be undone."""
        if not self.past:
            return self
        step, undone = self.past[-1], (*self.undone, self._step)
        return replace(self._at(step), past=self.past[:-1], undone=undone)

    def redo(self) -> Draft:
        """The draft as it was before it was undone; the same where nothing was."""
        if not self.undone:
            return self
        step, past = self.undone[-1], (*self.past, self._step)
        return replace(self._at(step), past=past, undone=self.undone[:-1])

    @property
    def _step(self) -> Step:
        return Step(self.revision, self.changes)

    def _at(self, step: Step) -> Draft:
        return replace(self, revision=step.revision, changes=step.changes)

    def _with(self, changes: tuple[Change, ...]) -> Draft:
        past, number = (*self.past, self._step)[-MOST_STEPS:], self.latest + 1
        return replace(self, changes=changes, past=past, undone=(), revision=number, latest=number)
