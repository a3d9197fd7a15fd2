"""Course: what happened in a meeting, in the order in which minutes tell it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from allocopt.config.approval import SignOff
from allocopt.plan import SUMMARY
from allocopt.review.drafts import Draft
from allocopt.review.marks import is_own
from allocopt.review.minutes.meeting import Meeting, meetings_of
from allocopt.review.minutes.told import ToldWhatIf, kept_what_if, told_what_if
from allocopt.review.view import View
from allocopt.store import Action, Event, History, Kind, State, Version
from allocopt.store.actions import actions_in
from allocopt.store.approval import missing_signatures
from allocopt.store.states import state_after

# What leads to another state, or to a signature.
STEPS = (
    *(Kind.SUBMITTED, Kind.SIGNED_OFF, Kind.APPROVED),
    *(Kind.RETURNED, Kind.PUBLISHED, Kind.SUPERSEDED),
)


@dataclass(frozen=True)
class Followed:
    """An action that was open when a meeting began: what stood then, what stands now, what was noted."""

    before: Action
    now: Action
    note: str


@dataclass(frozen=True)
class Course:
    """What happened in one of the meetings about a version and all that belong together with it."""

    view: View
    history: History
    meetings: tuple[Meeting, ...]
    meeting: Meeting

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """What was told in it."""
        return tuple(event for event in self.history.events if self.meeting.has(event))

    @property
    def comments(self) -> tuple[Event, ...]:
        """What was remarked, on the plan and on what the reader sees of it."""
        told = self.told(Kind.COMMENT)
        return tuple(event for event in told if is_own(event.details.get("about", ""), self.view))

    def told(self, *kinds: Kind) -> tuple[Event, ...]:
        """Events of some kinds."""
        return tuple(event for event in self.events if event.kind in kinds)

    @cached_property
    def followed(self) -> tuple[Followed, ...]:
        """Actions that were open when it began, and what became of them."""
        events = self.history.events
        then = actions_in(event for event in events if self.meeting.is_before(event))
        now = actions_in(event for event in events if not self.meeting.is_over(event))
        return tuple(
            Followed(action, now[key], self._note(key))
            for key, action in then.items()
            if action.is_open
        )

    def _note(self, key: str) -> str:
        """What was said of an action in the meeting beside what is to be done."""
        own = [event for event in self.told(Kind.ACTION) if event.details["key"] == key]
        noted = [event.text for event in own if event.text != event.details["what"]]
        return noted[-1] if noted else ""

    @cached_property
    def agreed(self) -> tuple[Action, ...]:
        """Actions that were agreed in it, as they stood at its end."""
        before = {event.details["key"] for event in self._actions if self.meeting.is_before(event)}
        now = actions_in(event for event in self._actions if not self.meeting.is_over(event))
        return tuple(action for key, action in now.items() if key not in before)

    @property
    def _actions(self) -> Iterator[Event]:
        return (event for event in self.history.events if event.kind == Kind.ACTION)

    @property
    def saved(self) -> tuple[Version, ...]:
        """Versions that were saved in it."""
        return self.meeting.saved(self.history.versions)

    @cached_property
    def asked(self) -> tuple[ToldWhatIf, ...]:
        """What-ifs that were answered in it; who sees a part is told of the own ones alone."""
        known = {version.id for version in self.history.versions}
        drafts = [
            draft
            for draft in self.view.archive.drafts()
            if draft.version in known and self._is_told(draft.owner)
        ]
        moments = [answered_at(draft, self.view) for draft in drafts]
        return tuple(
            self._seen(told_what_if(draft, self.view.archive))
            for draft, moment in zip(drafts, moments, strict=True)
            if moment and self.meeting.is_during(moment)
        )

    def decided_from(self, event: Event) -> ToldWhatIf | None:
        """The what-if that a decision was made from, as it was then."""
        told = kept_what_if(event.details)
        return self._seen(told) if told is not None and self._is_told(told.owner) else None

    def _is_told(self, owner: str) -> bool:
        """Whether the reader is told of somebody's what-ifs: of a part they may say more than one sees."""
        return self.view.sees_whole or owner == self.view.person.name

    def _seen(self, told: ToldWhatIf) -> ToldWhatIf:
        """A what-if as the reader may see it; its effect is that on the whole."""
        visibility = self.view.facts.scenario.config.visibility
        seen = told.seen_by(self.view.person.reader, visibility)
        return seen if self.view.sees_whole else replace(seen, effect={})

    @cached_property
    def state(self) -> State:
        """The state of the version at its end."""
        return state_after(self._own)

    @property
    def missing(self) -> tuple[SignOff, ...]:
        """Signatures that were missing at its end."""
        return missing_signatures(self.view.record.rules, self._own)

    @property
    def _own(self) -> tuple[Event, ...]:
        """Events of the version on the table until it was over."""
        own = self.view.record.events
        return tuple(event for event in own if not self.meeting.is_over(event))


def course_of(view: View) -> Course:
    """The meeting that the address asks for, else the latest."""
    history = view.archive.history(view.record.version.id)
    meetings = meetings_of(history.events)
    asked = view.options.get("meeting", "")
    meeting = next((one for one in meetings if one.key == asked), meetings[0])
    return Course(view, history, meetings, meeting)


def answered_at(draft: Draft, view: View) -> str:
    """When a what-if was answered, in UTC; "" for one that waits for its answer."""
    answer = draft.answer
    if answer is None:
        return ""
    if answer.folder is not None and (answer.folder / SUMMARY).is_file():
        summary = json.loads((answer.folder / SUMMARY).read_text(encoding="utf-8"))
        return str(summary.get("created") or "")
    file = view.archive.room.drafts.folder / f"{draft.id}.json"
    if not file.is_file():
        return ""
    return datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat()
