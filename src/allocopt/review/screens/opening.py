"""The screen `opening`: what a meeting begins with: last time's actions, and how the year goes."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.facts.progress import is_reviewed
from allocopt.review.agenda.actions import actions_panel, tell_panel
from allocopt.review.agenda.alerts import alerts_panel
from allocopt.review.agenda.decisions import asked_panel, decisions_panel
from allocopt.review.agenda.first import assumed_panel, first_panel
from allocopt.review.agenda.progress import by_choice, progress_panels
from allocopt.review.agenda.signatures import signatures_panel
from allocopt.review.agenda.since import sights_panel, since_panel
from allocopt.review.panels import Panel, Screen, screen
from allocopt.review.view import View


def opening_screen(view: View) -> Screen:
    """Last time's actions first; then how the year goes, or what the plan is while nothing has come."""
    if not is_reviewed(view.facts.plan):
        return screen("opening", view.voice, _first(view))
    return screen("opening", view.voice, _reviewed(view), [by_choice(view)])


def _reviewed(view: View) -> Iterator[Panel | None]:
    yield actions_panel(view)
    yield tell_panel(view)
    yield decisions_panel(view)
    yield asked_panel(view)
    yield from progress_panels(view)
    yield alerts_panel(view)
    yield since_panel(view)
    yield sights_panel(view)
    yield signatures_panel(view)


def _first(view: View) -> Iterator[Panel | None]:
    if view.record.actions or view.record.lineage:
        yield actions_panel(view)
    yield tell_panel(view)
    yield decisions_panel(view)
    yield first_panel(view)
    yield assumed_panel(view)
    yield since_panel(view)
    yield signatures_panel(view)
