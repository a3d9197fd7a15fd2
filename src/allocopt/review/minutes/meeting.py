"""Meeting: when people sat together, and which of the events of the store belong to it.

A meeting begins with an event of its own, which says what it is called, on which day it is and who is
there. All that is told until the next one begins belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from allocopt.store import Event, Kind, Version


@dataclass(frozen=True)
class Meeting:
    """A meeting, told apart by its `key`, from the event `first` on until `next`, that of the next one.

    The one without a key is all that was told before anybody began one. `begun` and `ended` are moments in
    UTC, "" for one that has no begin or goes on.
    """

    key: str = ""
    title: str = ""
    day: str = ""
    attendees: tuple[str, ...] = ()
    first: int = 0
    next: int | None = None
    begun: str = ""
    ended: str = ""

    def has(self, event: Event) -> bool:
        """Whether an event belongs to it."""
        return self.first <= event.number and (self.next is None or event.number < self.next)

    def is_before(self, event: Event) -> bool:
        """Whether an event had happened when it began."""
        return event.number < self.first

    def is_over(self, event: Event) -> bool:
        """Whether it was over when an event happened."""
        return self.next is not None and event.number >= self.next

    def is_during(self, moment: str) -> bool:
        """Whether a moment lies in it."""
        return self.begun <= moment and (not self.ended or moment < self.ended)

    def saved(self, versions: Iterable[Version]) -> tuple[Version, ...]:
        """The versions that were saved in it."""
        return tuple(version for version in versions if self.is_during(version.saved_at))


def meetings_of(events: Sequence[Event]) -> tuple[Meeting, ...]:
    """All meetings, the latest first; at least one."""
    begun: dict[str, Meeting] = {}
    for event in events:
        if event.kind == Kind.MEETING:
            key = event.details["key"]
            known = begun.get(key, Meeting(key, first=event.number, begun=event.happened_at))
            begun[key] = _told(known, event)
    ordered = sorted(begun.values(), key=lambda meeting: meeting.first)
    ended = [replace(one, next=after.first, ended=after.begun) for one, after in pairwise(ordered)]
    return tuple(reversed([*ended, *ordered[-1:]])) or (Meeting(),)


def _told(meeting: Meeting, event: Event) -> Meeting:
    """The meeting as its latest event says it is."""
    detail = event.details
    names = tuple(name for line in detail["attendees"].splitlines() if (name := line.strip()))
    return replace(meeting, title=event.text, day=detail["day"], attendees=names)
