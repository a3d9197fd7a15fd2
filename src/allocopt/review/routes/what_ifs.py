"""The addresses at which what-ifs are kept: undo and redo, one beside the other, shared and put away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allocopt.review.asking import Asking
from allocopt.review.desk import Desk
from allocopt.review.drafts import Change, Draft, TooMany
from allocopt.review.drafts.kinds import may_make
from allocopt.review.what_if.answering import (
    Endpoint,
    Given,
    asking_beside,
    asking_here,
    asking_of_draft,
    refused,
    refused_many,
    sent,
    shown,
)
from allocopt.review.what_if.conflict import relaxations_of, relaxed_values
from allocopt.review.what_if.panel import ground_of
from allocopt.review.what_if.typed import NOTHING, Typed

# A what-if is called by at most so many letters.
MOST_TITLE = 120


def _changed(act: Callable[[Draft, Given], Draft]) -> Endpoint:
    """What answers an address that changes a draft of one's own."""

    def change(request: Request, given: Given) -> Response:
        asking, draft = asking_of_draft(request, given)
        try:
            after = asking.room.drafts.update(draft.id, lambda one: act(one, given))
        except TooMany as error:
            return refused_many(request, asking, error, NOTHING)
        return shown(request, asking, answers=_shows(after) != _shows(draft))

    return sent(change)


def _shows(draft: Draft) -> bool:
    """Whether the screens show the answer of a draft."""
    return draft.answer is not None and bool(draft.changes)


def _undo(draft: Draft, _given: Given) -> Draft:
    return draft.undo()


def _redo(draft: Draft, _given: Given) -> Draft:
    return draft.redo()


def _clear(draft: Draft, _given: Given) -> Draft:
    return draft.cleared()


def _remove(draft: Draft, given: Given) -> Draft:
    return draft.without(_place(given))


def _title(draft: Draft, given: Given) -> Draft:
    return replace(draft, title=given.get("title", "").strip()[:MOST_TITLE])


def _place(given: Given) -> int:
    """A place in a list, counted from 0; -1 where none is said."""
    text = given.get("place", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def relax(request: Request, given: Given) -> Response:
    """Take a way out of what no plan can keep; nothing where none such is offered to the person."""
    asking, draft = asking_of_draft(request, given)
    place, view = _place(given), asking.view()

    def relaxed(one: Draft) -> Draft:
        told = {} if one.answer is None else one.answer.told or {}
        offered = {way["place"] for way in relaxations_of(told, view)}
        if str(place) not in offered:
            return one
        return one.with_change(Change("relaxed", relaxed_values(told, place)))

    try:
        after = asking.room.drafts.update(draft.id, relaxed)
    except TooMany as error:
        return refused_many(request, asking, error, NOTHING)
    return shown(request, asking, answers=_shows(after) != _shows(draft))


def new(request: Request, given: Given) -> Response:
    """Begin a further what-if beside those that there are."""
    return _begun(request, asking_here(request, given), None)


def copy(request: Request, given: Given) -> Response:
    """Begin one of one's own like another, which may be somebody else's."""
    asking, draft = asking_beside(request, given)
    if not may_make(draft.changes, ground_of(asking, asking.view())):
        said = asking.voice.say("review.what_if.not_yours")
        return refused(request, asking, Typed(said=said))
    return _begun(request, asking, draft)


def _begun(request: Request, asking: Asking, like: Draft | None) -> Response:
    try:
        asking.room.drafts.new(asking.visitor, asking.record.version.id, like)
    except TooMany as error:
        return refused_many(request, asking, error, NOTHING)
    return shown(request, asking, answers=True)


def choose(request: Request, given: Given) -> Response:
    """Put another of one's own what-ifs on the table."""
    asking, draft = asking_of_draft(request, given)
    drafts, wanted = asking.room.drafts, given.get("draft", draft.id)
    if wanted not in {one.id for one in drafts.of(draft.browser, draft.version)}:
        raise HTTPException(404)
    drafts.choose(wanted)
    return shown(request, asking, answers=True)


def discard(request: Request, given: Given) -> Response:
    """Put a what-if away; nobody waits for its search any more."""
    asking, draft = asking_of_draft(request, given)
    asking.room.drafts.discard(draft.id)
    desk: Desk = request.app.state.desk
    ticket = desk.latest(draft.id)
    if ticket is not None and not ticket.is_over:
        desk.stop(ticket.id)
    request.app.state.desk.give_up(draft.id)
    return shown(request, asking, answers=True)


ONE = "/what-ifs/{name}"
ROUTES = (
    Route("/plans/{scenario:path}/{number:int}/what-ifs", sent(new), methods=["POST"]),
    Route(f"{ONE}/undo", _changed(_undo), methods=["POST"]),
    Route(f"{ONE}/redo", _changed(_redo), methods=["POST"]),
    Route(f"{ONE}/clear", _changed(_clear), methods=["POST"]),
    Route(f"{ONE}/remove", _changed(_remove), methods=["POST"]),
    Route(f"{ONE}/title", _changed(_title), methods=["POST"]),
    Route(f"{ONE}/relax", sent(relax), methods=["POST"]),
    Route(f"{ONE}/copy", sent(copy), methods=["POST"]),
    Route(f"{ONE}/choose", sent(choose), methods=["POST"]),
    Route(f"{ONE}/discard", sent(discard), methods=["POST"]),
)
