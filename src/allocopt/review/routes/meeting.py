"""The addresses at which a meeting is led: begun, decided, agreed, remarked; and its minutes."""

from __future__ import annotations

import datetime as dt
import secrets

from allocopt.review.address import inside, version_address
from allocopt.review.asking import Asking
from allocopt.review.following import STATUSES
from allocopt.review.marks import is_mark, is_own
from allocopt.review.minutes.told import told_what_if
from allocopt.review.routes.versions import draft_of
from allocopt.review.sending import Form, Given, Wrong, limited, needed, routes_of
from allocopt.store import Action, Move, act, make_move, tell_action

SCREEN = "meeting"
# Where the actions of last time are told of, too.
OPENING = "opening"
MOST_LINE, MOST_NAMES = 200, 4000


def meet(asking: Asking, given: Given) -> str:
    """Begin a meeting, or say of one when it is and who is there."""
    title = needed(given, "title", asking, MOST_LINE)
    detail = {
        "key": given.get("key") or secrets.token_hex(4),
        "day": _day(asking, given, "day") or dt.datetime.now().astimezone().date().isoformat(),
        "attendees": limited(given, "attendees", asking, MOST_NAMES),
    }
    _kept(asking, Move.MEET, title, detail)
    return _shown(asking, "head")


def decide(asking: Asking, given: Given) -> str:
    """Keep a decision, with what the what-if behind it says and does now."""
    text = needed(given, "text", asking)
    detail = {
        "by": limited(given, "by", asking, MOST_LINE),
        "why": limited(given, "why", asking),
    }
    if given.get("draft"):
        told = told_what_if(draft_of(asking, given, "draft"), asking.view().archive)
        detail |= told.detail()
    _kept(asking, Move.DECIDE, text, detail)
    return _shown(asking, "decisions")


def comment(asking: Asking, given: Given) -> str:
    """Keep a remark on the plan, or on something in it."""
    text, about = needed(given, "text", asking), given.get("about", "")
    if not is_mark(about, asking.view()):
        raise Wrong("about", asking.voice.say("review.meeting.wrong.about"))
    if not is_own(about, asking.view()):
        raise Wrong("about", asking.voice.say("review.documents.wrong.part"))
    _kept(asking, Move.COMMENT, text, {"about": about})
    return f"{inside(given['back'])}#remarks" if "back" in given else _shown(asking, "comments")


def agree(asking: Asking, given: Given) -> str:
    """Keep a new action."""
    action = Action(
        key="",
        what=needed(given, "what", asking, 1000),
        owner=needed(given, "owner", asking, MOST_LINE),
        due=_day(asking, given, "due"),
        goal=limited(given, "goal", asking, MOST_LINE),
    )
    act(asking.room.store, asking.record.version.id, user=asking.visitor.name, action=action)
    return _shown(asking, "agreed")


def follow(asking: Asking, given: Given) -> str:
    """Tell what became of an action."""
    status = given.get("status", "")
    if status not in STATUSES:
        raise Wrong("status", asking.voice.say("review.meeting.wrong.status"))
    known = {action.key for action in asking.record.actions}
    key = given.get("key", "")
    if key not in known:
        raise Wrong("key", asking.voice.say("review.meeting.wrong.action"))
    tell_action(
        asking.room.store,
        asking.record.version.id,
        key,
        user=asking.visitor.name,
        changes={"status": status},
        note=limited(given, "note", asking),
    )
    if given.get("screen") == OPENING:
        return _shown(asking, "actions", OPENING)
    return _shown(asking, "agenda")


def _kept(asking: Asking, move: Move, text: str, detail: dict[str, str]) -> None:
    store, version = asking.room.store, asking.record.version
    make_move(store, version.id, move, user=asking.visitor.name, text=text, detail=detail)


def _day(asking: Asking, given: Given, name: str) -> str:
    """Raises: Wrong for what is no day."""
    text = given.get(name, "").strip()
    try:
        return dt.date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise Wrong(name, asking.voice.say("review.meeting.wrong.day")) from None


def _shown(asking: Asking, panel: str, screen: str = SCREEN) -> str:
    return f"{version_address(asking.record.version.id)}/{screen}#{panel}"


FORMS = (
    Form("meet", SCREEN, "title", meet),
    Form("decide", SCREEN, "text", decide),
    Form("comment", SCREEN, "text", comment),
    Form("agree", SCREEN, "what", agree),
    Form("follow", SCREEN, "note", follow),
)
ROUTES = routes_of(FORMS)
