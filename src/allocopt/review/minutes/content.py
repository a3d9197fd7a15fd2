"""Content of minutes: what a template of the documents shows, as plain text and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allocopt.documents.blocks import Section
from allocopt.documents.language.text import visible_content
from allocopt.documents.sections.head import fingerprint
from allocopt.review.minutes.blocks import (
    agreed_table,
    asked_table,
    comments_table,
    decisions_table,
    followed_table,
    state_block,
)
from allocopt.review.minutes.course import Course
from allocopt.review.minutes.steps import steps_table
from allocopt.review.moments import day_of_moment

KIND = "minutes"
# In the order in which they are printed.
SECTIONS = {
    "followed": followed_table,
    "asked": asked_table,
    "decisions": decisions_table,
    "agreed": agreed_table,
    "comments": comments_table,
    "steps": steps_table,
    "end": state_block,
}


def minutes_content(course: Course) -> dict[str, Any]:
    """All that templates and writers of documents ask for; empty sections are left out."""
    say = course.view.voice.say
    content = {
        "language": say.language,
        "kind": KIND,
        "words": {**say.branch("frame"), "made_by": say("review.minutes.made_by")},
        "head": _head(course),
        "sections": list(_sections(course)),
    }
    return dict(visible_content(content))


def _head(course: Course) -> dict[str, Any]:
    view, meeting = course.view, course.meeting
    say, show, summary = view.voice.say, view.voice.show, view.facts.summary
    title = view.facts.scenario.config.scenario.title or view.facts.scenario.name
    entries = {
        "plan": title,
        "version": view.record.version.id,
        "state": say(f"review.state.{course.state}"),
        "attendees": show.join(list(meeting.attendees)),
        "solve": str(summary.get("id", "")),
        "inputs": fingerprint(summary.get("hashes", {})),
    }
    return {
        "title": meeting.title or title,
        "subtitle": say("review.minutes.subtitle", day=show.date(meeting_day(course))),
        "imprint": " · ".join((view.record.version.id, entries["inputs"])),
        "entries": [
            {"label": say(f"review.minutes.head.{name}"), "value": value}
            for name, value in entries.items()
            if value
        ],
    }


def meeting_day(course: Course) -> str:
    """The day of the meeting; without one that of the last thing that happened."""
    last = [*(event.happened_at for event in course.events), course.view.record.version.saved_at]
    return course.meeting.day or day_of_moment(max(last))


def _sections(course: Course) -> Iterator[Section]:
    for name, make in SECTIONS.items():
        block = make(course)
        if block is not None:
            title = course.view.voice.say(f"review.minutes.{name}")
            yield {"id": name, "title": title, "blocks": [block]}
