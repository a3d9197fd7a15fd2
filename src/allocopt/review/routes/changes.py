"""The addresses at which changes are made to a what-if, and what helps to make them."""

from __future__ import annotations

from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from allocopt.config import parse_settings
from allocopt.errors import InputError
from allocopt.review.address import inside
from allocopt.review.asking import Asking, asking_of
from allocopt.review.desk.asked import settings_in
from allocopt.review.desk.job import Job
from allocopt.review.drafts import Change, TooMany
from allocopt.review.drafts.kinds import KINDS
from allocopt.review.drafts.settings import settings_of
from allocopt.review.drawing import draw
from allocopt.review.found import found_in_words
from allocopt.review.what_if.answering import (
    Given,
    asking_here,
    by_script,
    fragment,
    refused,
    refused_many,
    sent,
    shown,
)
from allocopt.review.what_if.panel import ground_of
from allocopt.review.what_if.suggestion import NEXT_REP
from allocopt.review.what_if.typed import Typed
from allocopt.scenario import change_scenario

# Names that are offered while one is typed.
MOST_FOUND = 20


async def panel(request: Request) -> Response:
    """The panel by itself, as it is now, or with the fields of a kind of change."""
    return await run_in_threadpool(_panel, request)


def _panel(request: Request) -> Response:
    here = inside(request.query_params.get("back", ""))
    return fragment(replace(asking_of(request), here=here))


async def names(request: Request) -> Response:
    """Names that contain what is typed, for a field that has too many to list."""
    return await run_in_threadpool(_names, request)


def _names(request: Request) -> Response:
    asking, told = asking_of(request), request.query_params
    ground = ground_of(asking, asking.view())
    kind, name = KINDS.get(told.get("kind", "")), told.get("field", "")
    offered = kind is not None and kind.is_offered(ground)
    fields = kind.fields(ground) if kind is not None and offered else ()
    typed = told.get(name, "").strip().casefold()
    found = [
        label
        for field in fields
        if field.name == name and field.names is not None
        for label in field.names.labels
        if typed in label.casefold()
    ]
    return HTMLResponse(draw("review/names.html.j2", {"names": found[:MOST_FOUND]}))


def add(request: Request, given: Given) -> Response:
    """Add a change of a kind, with its values as they were entered."""
    return _add(request, given.get("kind", ""), given)


def lock(request: Request, given: Given) -> Response:
    """Lock a unit to a rep, by one click."""
    return _add(request, "lock", given)


def unlock(request: Request, given: Given) -> Response:
    """Free a unit of its lock, by one click."""
    return _add(request, "unlock", given)


def _add(request: Request, name: str, given: Given) -> Response:
    asking = asking_here(request, given)
    ground, kind = ground_of(asking, asking.view()), KINDS.get(name)
    if kind is None or not kind.is_offered(ground):
        said = asking.voice.say("review.what_if.not_offered")
        return refused(request, asking, Typed(said=said))
    change, wrong = kind.read(given, ground)
    if change is None:
        return refused(request, asking, Typed(name, given, wrong))
    if said := _unsound(asking, change):
        return refused(request, asking, Typed(name, given, said=said))
    drafts = asking.room.drafts
    try:
        draft = drafts.open(asking.visitor, asking.record.version.id)
        drafts.update(draft.id, lambda one: one.with_change(change))
    except TooMany as error:
        return refused_many(request, asking, error, Typed(name, given))
    return shown(request, asking)


def _unsound(asking: Asking, change: Change) -> str:
    """Why the scenario is not sound with one change more; "" where it is."""
    folder = asking.room.folder_of(asking.record.version.id)
    scenario = asking.room.shelf.plan(folder)[1]
    before = () if asking.draft is None else asking.draft.changes
    try:
        change_scenario(scenario, parse_settings(settings_of((*before, change), scenario)))
    except InputError as error:
        if not asking.view().sees_everything:
            return asking.voice.say("review.what_if.unsound")
        return "\n".join(found_in_words(one.as_dict(), asking.voice) for one in error.findings)
    return ""


def next_rep(request: Request, given: Given) -> Response:
    """Ask where one more rep would go, beside the changes that are made."""
    asking = asking_here(request, given)
    room, version = asking.room, asking.record.version.id
    try:
        draft = room.drafts.open(asking.visitor, version)
    except TooMany as error:
        return refused_many(request, asking, error, Typed())
    folder, settings = room.folder_of(version), settings_in(room, draft)
    request.app.state.desk.submit(Job(NEXT_REP, folder, draft.browser, draft.id, settings))
    if not by_script(request):
        return RedirectResponse(f"/what-ifs/{draft.id}/running", 303)
    return shown(request, asking)


AT = "/what-ifs/at/{scenario:path}/{number:int}"
PLAN = "/plans/{scenario:path}/{number:int}"
ROUTES = (
    Route(f"{AT}/names", names),
    Route(AT, panel),
    Route(f"{PLAN}/changes", sent(add), methods=["POST"]),
    Route(f"{PLAN}/lock", sent(lock), methods=["POST"]),
    Route(f"{PLAN}/unlock", sent(unlock), methods=["POST"]),
    Route(f"{PLAN}/next-rep", sent(next_rep), methods=["POST"]),
)
