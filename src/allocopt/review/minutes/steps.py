"""Steps: what was done with versions in a meeting, in its order: saved, submitted, signed, approved …"""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.config.approval import SignOff
from allocopt.documents.blocks import Block
from allocopt.documents.lean_table import lean_table
from allocopt.review.minutes.course import STEPS, Course
from allocopt.review.moments import moment
from allocopt.review.reasons import reason_of
from allocopt.review.refusals import signature
from allocopt.store import Event, Kind

Line = tuple[str, str, str, str, str]
COLUMNS = ("when", "version", "step", "who", "why")


def steps_table(course: Course) -> Block | None:
    """What was done with versions, the first thing first."""
    say = course.view.voice.say
    columns = [(say(f"review.minutes.column.{name}"), "text") for name in COLUMNS]
    rows = [
        [moment(at, course.view.voice), *rest]
        for at, *rest in sorted((*_saved(course), *_moved(course)))
    ]
    return lean_table(say("review.minutes.caption.steps"), columns, rows, course.view.voice)


def _saved(course: Course) -> Iterator[Line]:
    step = course.view.voice.say("review.minutes.step.saved")
    for version in course.saved:
        yield (
            version.saved_at,
            version.id,
            step,
            version.author,
            reason_of(version, course.view.voice),
        )


def _moved(course: Course) -> Iterator[Line]:
    for event in course.told(*STEPS):
        version = f"{event.scenario}/{event.version}"
        yield event.happened_at, version, step_name(event, course), event.author, event.text


def step_name(event: Event, course: Course) -> str:
    """What was done in words; of a signature, for what."""
    say, detail = course.view.voice.say, event.details
    name = say(f"review.minutes.step.{event.kind}")
    if event.kind != Kind.SIGNED_OFF:
        return name
    one = SignOff.model_validate(detail)
    return say(
        "general.with", name=name, value=signature(one, course.view.facts, course.view.voice)
    )
