"""Decisions: what was decided last time, and what the figures ask this meeting to decide."""

from __future__ import annotations

from allocopt.documents.blocks import bullets
from allocopt.documents.facts.progress import is_reviewed
from allocopt.documents.sections.actions import decisions_asked
from allocopt.review.moments import moment
from allocopt.review.panels import Panel, panel
from allocopt.review.view import View
from allocopt.store import Event

# Decisions of earlier meetings that are told, the latest first.
MOST = 10


def decisions_panel(view: View) -> Panel | None:
    """What was decided of the versions that this one follows."""
    own = view.record.version
    earlier = [
        event
        for event in view.record.decisions
        if (event.scenario, event.version) != (own.scenario, own.version)
    ]
    told = [_told(event, view) for event in reversed(earlier[-MOST:])]
    return panel("decided", view.voice.say("review.opening.decided"), [bullets(told)], width="half")


def _told(event: Event, view: View) -> str:
    """What was decided, of which version, and when."""
    return view.voice.say(
        "review.opening.decision",
        text=event.text,
        version=f"{event.scenario}/{event.version}",
        when=moment(event.happened_at, view.voice),
    )


def asked_panel(view: View) -> Panel | None:
    """What somebody has to agree to, as the figures say."""
    if not is_reviewed(view.facts.plan):
        return None
    say = view.voice.say
    asked = bullets(list(decisions_asked(view.facts, view.voice)), "", say("actions.proposed"))
    return panel("to-decide", say("actions.decisions"), [asked], width="half")
