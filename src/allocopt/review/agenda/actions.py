"""Actions of last time: who does what until when, and what has become of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allocopt.documents.blocks import columns, notice
from allocopt.documents.facts.progress import review_of
from allocopt.documents.language.text import known_text
from allocopt.review.following import FOLLOW, STATUSES, follow_form, status_text
from allocopt.review.panels import Panel, button, grid, panel, row
from allocopt.review.view import View
from allocopt.store import Action, Move


def actions_panel(view: View, today: dt.date | None = None) -> Panel | None:
    """Open actions, those first that are overdue, with what can be told of each."""
    say = view.voice.say
    actions = sorted(view.record.actions, key=lambda one: (one.due or "9999", one.key))
    day = _day(view, today)
    rows = [_row(action, view, day) for action in actions]
    heads = [*columns("action owner @due status goal", view.voice)]
    heads.append((say("review.opening.from"), "text"))
    listed = grid(say("review.opening.open_actions"), heads, rows)
    shown = listed or notice(say("review.opening.no_actions"))
    return panel("actions", say("review.opening.actions"), [shown])


def tell_panel(view: View) -> Panel | None:
    """A form to say more of what became of an action."""
    if not view.record.actions or not _may_tell(view):
        return None
    more = follow_form(view, "opening")
    return panel("tell", view.voice.say("review.opening.say_more"), [more], width="third")


def _may_tell(view: View) -> bool:
    return not view.presenting and view.person.may(Move.ACT)


def _day(view: View, today: dt.date | None) -> str:
    """The day of the meeting: today, or the last day that was reviewed where that is later."""
    closed = known_text(review_of(view.facts).get("through"))[:10]
    return max(closed, (today or dt.datetime.now().astimezone().date()).isoformat())


def _row(action: Action, view: View, day: str) -> dict[str, Any]:
    say = view.voice.say
    late = bool(action.due) and action.due <= day
    state = say("actions.overdue") if late else status_text(action.status, view.voice)
    cells = [
        action.what,
        action.owner,
        view.voice.show.date(action.due or None) if action.due else "",
        state,
        action.goal,
        action.key.rpartition("#")[0],
    ]
    return row(cells, act=_buttons(action, view))


def _buttons(action: Action, view: View) -> list[dict[str, Any]]:
    """One for each thing that can be told without words."""
    if not _may_tell(view):
        return []
    target = f"{view.address}/{FOLLOW}"
    return [
        button(
            view.voice.say(f"review.opening.tell.{status}"),
            target,
            {"key": action.key, "status": status, "screen": "opening"},
            swap="",
        )
        for status in STATUSES
    ]
