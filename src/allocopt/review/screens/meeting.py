"""The screen `meeting`: what was agreed last time, what is asked, decided and agreed now, its minutes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from allocopt.documents.blocks import Block, notice, prose
from allocopt.documents.facts.goals import given_goals
from allocopt.documents.language.text import shorten
from allocopt.review.following import follow_form
from allocopt.review.marks import mark_options
from allocopt.review.minutes.blocks import (
    agreed_table,
    asked_table,
    comments_table,
    decisions_table,
    followed_table,
    state_block,
)
from allocopt.review.minutes.content import meeting_day
from allocopt.review.minutes.course import Course, course_of
from allocopt.review.minutes.meeting import Meeting
from allocopt.review.minutes.steps import steps_table
from allocopt.review.panels import Field, Panel, Screen, actions, choice, fold, form, panel, screen
from allocopt.review.refusals import refusal
from allocopt.review.view import View
from allocopt.store import Move

# Width of a choice in a list [em].
WIDTH = 60.0
# What minutes can be loaded down as.
FORMATS = ("html", "pdf", "docx", "md")


def meeting_screen(view: View) -> Screen:
    """The agenda, what was asked, decided, agreed and remarked, and how it ended."""
    course = course_of(view)
    latest = course.meeting == course.meetings[0]
    forms = view if latest and not view.presenting else None
    panels = [
        _panel(course, "head", _head(course, forms), half=True),
        _panel(
            course,
            "agenda",
            [followed_table(course) or _nothing(view, "agenda"), *_follow(forms)],
            half=True,
        ),
        _panel(course, "asked", [asked_table(course) or _nothing(view, "asked")]),
        _panel(
            course,
            "decisions",
            [decisions_table(course) or _nothing(view, "decisions"), *_decide(course, forms)],
        ),
        _panel(
            course,
            "agreed",
            [agreed_table(course) or _nothing(view, "agreed"), *_agree(forms)],
            half=True,
        ),
        _panel(
            course,
            "comments",
            [comments_table(course) or _nothing(view, "comments"), *_comment(forms)],
            half=True,
        ),
        _panel(course, "steps", [state_block(course), steps_table(course)]),
    ]
    return screen("meeting", view.voice, panels, _choice(course))


def _panel(
    course: Course, name: str, blocks: list[Block | None], *, half: bool = False
) -> Panel | None:
    title = course.view.voice.say(f"review.meeting.panel.{name}")
    return panel(name, title, blocks, width="half" if half else "full")


def _nothing(view: View, name: str) -> Block:
    return notice(view.voice.say(f"review.meeting.nothing.{name}"))


def _choice(course: Course) -> list[Block]:
    """Which meeting, where there were several."""
    view = course.view
    options = [(one.key, _called(one, view)) for one in course.meetings]
    if len(options) < 2:
        return []
    return [choice("meeting", view.voice.say("review.meeting.which"), options, course.meeting.key)]


def _called(meeting: Meeting, view: View) -> str:
    named = view.voice.show.join([view.voice.show.date(meeting.day), meeting.title])
    return shorten(named, WIDTH)


def _head(course: Course, forms: View | None) -> list[Block | None]:
    """What the meeting is called, who is there, its minutes to load down; and the forms for it."""
    view, meeting = course.view, course.meeting
    say, show = view.voice.say, view.voice.show
    told = [say("review.meeting.none")]
    if meeting.key:
        told = [say("review.meeting.told", title=meeting.title, day=show.date(meeting.day))]
        if meeting.attendees:
            told.append(say("review.meeting.there", names=show.join(list(meeting.attendees))))
    blocks: list[Block | None] = [prose(told), actions(_minutes(course))]
    if forms is not None:
        blocks += _meet(course)
    return blocks


def _minutes(course: Course) -> Iterator[tuple[str, str]]:
    view = course.view
    asked = f"?{urlencode({'meeting': course.meeting.key})}" if course.meeting.key else ""
    for name in FORMATS:
        text = view.voice.say(f"review.meeting.minutes.{name}")
        yield text, f"{view.address}/minutes/{name}{asked}"


def _meet(course: Course) -> list[Block | None]:
    """The form of the meeting that goes on, and a line that begins the next one."""
    view, meeting, say = course.view, course.meeting, course.view.voice.say
    refused = _refused(view, Move.MEET)
    if refused is not None:
        return [refused]
    target = f"{view.address}/meet"
    if not meeting.key:
        return [form("meet", target, _meet_fields(course), say("review.meeting.begin"))]
    known = [
        Field("title", say("review.meeting.title"), required=True),
        Field("attendees", value="\n".join(meeting.attendees), kind="hidden"),
    ]
    changed = form("meet", target, _meet_fields(course), say("review.meeting.change"))
    begun = form("next", target, known, say("review.meeting.begin_next"))
    return [
        fold(say("review.meeting.change_told"), [changed], is_open=view.entered.form == "meet"),
        fold(say("review.meeting.next"), [begun]),
    ]


def _meet_fields(course: Course) -> list[Field]:
    view, meeting = course.view, course.meeting
    say, entered = view.voice.say, view.entered
    day = meeting.day or meeting_day(course)
    return [
        Field("key", value=meeting.key, kind="hidden"),
        Field(
            "title",
            say("review.meeting.title"),
            entered.value("meet", "title", meeting.title),
            error=entered.error("meet", "title"),
            required=True,
        ),
        Field(
            "day",
            say("review.meeting.day"),
            entered.value("meet", "day", day),
            "date",
            error=entered.error("meet", "day"),
        ),
        Field(
            "attendees",
            say("review.meeting.attendees"),
            entered.value("meet", "attendees", "\n".join(meeting.attendees)),
            "area",
            hint=say("review.meeting.attendees_hint"),
            error=entered.error("meet", "attendees"),
        ),
    ]


def _refused(view: View, move: Move) -> Block | None:
    """Why somebody may not do something; None where he may."""
    error = view.archive.refusals(view.record.version.id).get(move)
    return None if error is None else notice(refusal(error, view.record, view.facts, view.voice))


def _follow(view: View | None) -> list[Block | None]:
    """What became of an action."""
    if view is None or not view.record.actions or _refused(view, Move.ACT):
        return []
    return [follow_form(view, "meeting")]


def _decide(course: Course, view: View | None) -> list[Block | None]:
    """A decision: what, who, why, and from which what-if."""
    if view is None:
        return []
    refused = _refused(view, Move.DECIDE)
    if refused is not None:
        return [refused]
    say, entered = view.voice.say, view.entered
    fields = [
        _text(view, "decide", "text", kind="area", required=True),
        _text(view, "decide", "why"),
        _text(view, "decide", "by", view.person.name),
        Field(
            "draft",
            say("review.meeting.decide.draft"),
            entered.value("decide", "draft", _current(view)),
            "select",
            _what_ifs(course),
            error=entered.error("decide", "draft"),
        ),
    ]
    return [form("decide", f"{view.address}/decide", fields, say("review.meeting.decide.do"))]


def _current(view: View) -> str:
    """The what-if that the address names, else that of this browser."""
    asked = view.options.get("draft", "")
    return asked or ("" if view.draft is None or view.after is None else view.draft.id)


def _what_ifs(course: Course) -> tuple[tuple[str, str], ...]:
    voice = course.view.voice
    named = [
        (
            one.draft,
            shorten(
                voice.say("general.with", name=one.title or one.in_words(voice), value=one.owner),
                WIDTH,
            ),
        )
        for one in reversed(course.asked)
    ]
    return (("", voice.say("review.meeting.decide.none")), *named)


def _agree(view: View | None) -> list[Block | None]:
    """A new action: what, who, until when, for which goal."""
    if view is None or _refused(view, Move.ACT):
        return []
    say, entered = view.voice.say, view.entered
    names = dict.fromkeys(goal.name for goal in given_goals(view.facts))
    goals = (
        ("", say("review.meeting.agree.no_goal")),
        *((name, shorten(name, WIDTH)) for name in names),
    )
    fields = [
        _text(view, "agree", "what", required=True),
        _text(view, "agree", "owner", required=True),
        _text(view, "agree", "due", kind="date"),
        Field(
            "goal",
            say("review.meeting.agree.goal"),
            entered.value("agree", "goal"),
            "select",
            goals,
        ),
    ]
    return [form("agree", f"{view.address}/agree", fields, say("review.meeting.agree.do"))]


def _comment(view: View | None) -> list[Block | None]:
    """A remark on the plan, or on something in it."""
    if view is None or _refused(view, Move.COMMENT):
        return []
    say, entered = view.voice.say, view.entered
    about = entered.value("comment", "about", view.options.get("about", ""))
    fields = [
        Field(
            "about",
            say("review.meeting.comment.about"),
            about,
            "select",
            tuple(mark_options(view, about)),
            error=entered.error("comment", "about"),
        ),
        _text(view, "comment", "text", kind="area", required=True),
    ]
    return [form("comment", f"{view.address}/comment", fields, say("review.meeting.comment.do"))]


def _text(
    view: View,
    owner: str,
    name: str,
    otherwise: str = "",
    *,
    kind: str = "text",
    required: bool = False,
) -> Field:
    """A field of a form with what was typed there."""
    return Field(
        name,
        view.voice.say(f"review.meeting.{owner}.{name}"),
        view.entered.value(owner, name, otherwise),
        kind,
        error=view.entered.error(owner, name),
        required=required,
    )
