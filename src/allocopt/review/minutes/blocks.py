"""Blocks of minutes: tables that the page and the document both show."""

from __future__ import annotations

from collections.abc import Sequence

from allocopt.documents.blocks import Block, Column, prose
from allocopt.documents.lean_table import lean_table
from allocopt.review.following import status_text
from allocopt.review.headline import effect_in_words
from allocopt.review.marks import mark_name
from allocopt.review.minutes.course import Course
from allocopt.review.minutes.told import ToldWhatIf
from allocopt.review.moments import moment
from allocopt.review.refusals import signature, signers
from allocopt.store import Action, Event, Kind

# Rows of a table of the page; a document has all of them.
ALL = 10_000


def followed_table(course: Course, most: int = ALL) -> Block | None:
    """Last time's actions, and what became of them."""
    rows = [
        [
            one.now.what,
            one.now.goal,
            one.now.owner,
            due(one.now, course),
            status_text(one.now.status, course.view.voice),
            one.note,
        ]
        for one in course.followed
    ]
    return _table(course, "followed", "what goal owner @due status note", rows, most)


def asked_table(course: Course, most: int = ALL) -> Block | None:
    """What was asked: changes, and what they would do."""
    rows = [
        [
            one.title or one.in_words(course.view.voice),
            one.in_words(course.view.voice) if one.title else "",
            one.owner,
            effect(one, course),
        ]
        for one in course.asked
    ]
    return _table(course, "asked", "what_if changes asked_by effect", rows, most)


def decisions_table(course: Course, most: int = ALL) -> Block | None:
    """What was decided, by whom, why, from which what-if, and what that does."""
    rows = [_decision(event, course) for event in course.told(Kind.DECISION)]
    return _table(course, "decisions", "decision why by from effect", rows, most)


def _decision(event: Event, course: Course) -> list[str]:
    told, detail = course.decided_from(event), event.details
    from_what = "" if told is None else told.title or told.in_words(course.view.voice)
    by = detail.get("by", "") or event.author
    worth = "" if told is None else effect(told, course)
    return [event.text, detail.get("why", ""), by, from_what, worth]


def agreed_table(course: Course, most: int = ALL) -> Block | None:
    """New actions."""
    rows = [
        [
            one.what,
            one.owner,
            due(one, course),
            one.goal,
            status_text(one.status, course.view.voice),
        ]
        for one in course.agreed
    ]
    return _table(course, "agreed", "what owner @due goal status", rows, most)


def comments_table(course: Course, most: int = ALL) -> Block | None:
    """What was remarked, and on what."""
    rows = [
        [
            mark_name(event.details.get("about", ""), course.view),
            event.text,
            event.author,
            moment(event.happened_at, course.view.voice),
        ]
        for event in course.comments
    ]
    return _table(course, "comments", "about comment who when", rows, most)


def state_block(course: Course) -> Block | None:
    """How far the version had come at the end of the meeting, and who had still to sign."""
    say, view = course.view.voice.say, course.view
    state = say(f"review.state.{course.state}")
    told = [say("review.minutes.state", version=view.record.version.id, state=state)]
    for one in course.missing:
        who = signers(one, view.record.rules, view.voice)
        told.append(
            say("review.minutes.missing", signature=signature(one, view.facts, view.voice), who=who)
        )
    return prose(told)


def effect(told: ToldWhatIf, course: Course) -> str:
    """What a what-if does; what became of its search where there is no plan."""
    if not told.effect:
        return course.view.voice.say(f"review.minutes.came.{told.state or 'failed'}")
    return effect_in_words(told.effect, course.view.voice)


def due(action: Action, course: Course) -> str:
    """The day on which an action is due; blank for none."""
    return course.view.voice.show.date(action.due) if action.due else ""


def _table(
    course: Course, name: str, keys: str, rows: Sequence[Sequence[str]], most: int
) -> Block | None:
    say = course.view.voice.say
    columns: list[Column] = [
        (say(f"review.minutes.column.{key.lstrip('@')}"), "date" if key[0] == "@" else "text")
        for key in keys.split()
    ]
    return lean_table(
        say(f"review.minutes.caption.{name}"), columns, rows, course.view.voice, most=most
    )
