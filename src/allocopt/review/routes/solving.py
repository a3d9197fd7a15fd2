"""The addresses at which a what-if is solved, watched and stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from allocopt.review.access.refused import Refused
from allocopt.review.asking import asking_about
from allocopt.review.desk import Desk, Ticket
from allocopt.review.desk.asked import ask
from allocopt.review.desk.progress import ANSWERED, progress_of
from allocopt.review.desk.ticket import Event
from allocopt.review.drafts import Draft
from allocopt.review.drawing import draw
from allocopt.review.screens import SCREENS
from allocopt.review.view import View
from allocopt.review.visitor import Visitor

# A stream that says nothing is held to be dead by what lies between, such as a proxy. [s]
HEARTBEAT = 10.0
# A page without a script asks again after so long. [s]
AGAIN = 2
STREAM = "text/event-stream"
END: Event = {}


async def solve(request: Request) -> Response:
    """Have the draft solved as it is now."""
    draft, shown = await run_in_threadpool(_own_search, request)
    if not draft.changes:
        raise Refused(400, "no_changes")
    await run_in_threadpool(ask, request.app.state.room, shown.desk, draft.id)
    return _followed(request, draft, shown)


async def stop(request: Request) -> Response:
    """End the search for a draft with the best plan so far."""
    draft, shown = await run_in_threadpool(_own_search, request)
    ticket = shown.desk.latest(draft.id)
    if ticket is not None and not ticket.is_over:
        shown.desk.stop(ticket.id)
    return _followed(request, draft, shown)


async def progress(request: Request) -> Response:
    """What is heard of the search for a draft, as events that carry pieces of the page."""
    draft, shown = await run_in_threadpool(_own_search, request)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_heard(shown, draft), media_type=STREAM, headers=headers)


async def running(request: Request) -> Response:
    """The same for a browser without a script: a page that asks again, and leads back at the end."""
    draft, shown = await run_in_threadpool(_own_search, request)
    ticket = shown.desk.latest(draft.id)
    if ticket is None or ticket.is_over:
        return RedirectResponse(f"{shown.view.address}/{next(iter(SCREENS))}", 303)
    headers = {"Refresh": str(AGAIN), "Cache-Control": "no-store"}
    return HTMLResponse(shown.drawn("review/waiting.html.j2", ticket), headers=headers)


async def queue(request: Request) -> Response:
    """What is worked on and what waits, without saying whose it is; and what the workers take."""
    desk: Desk = request.app.state.desk
    own = request.state.visitor.browser
    told = [
        {"kind": one.job.kind, "mine": one.job.browser == own, **_plain(desk, one)}
        for one in desk.queue()
    ]
    return JSONResponse(
        {"queue": told, "workers": len(desk.workers()), "most": desk.bounds.workers}
    )


def _plain(desk: Desk, ticket: Ticket) -> dict[str, object]:
    return {"state": desk.told(ticket)["state"], "seconds": round(ticket.seconds, 1)}


async def _heard(shown: _Shown, draft: Draft) -> AsyncIterator[str]:
    """Events of the search as pieces of a page, a sign of life where none come, and the end."""
    ticket = shown.desk.latest(draft.id)
    if ticket is not None:
        async for event in _beating(shown.desk.events(ticket.id)):
            if event is None:
                yield ": still there\n\n"
            elif not ticket.is_over:
                yield _event(shown.drawn("review/progress.html.j2", ticket))
    yield _event("", ANSWERED)


async def _beating(events: AsyncIterator[Event]) -> AsyncIterator[Event | None]:
    """The same events, and None whenever none has come for a while."""
    following = asyncio.ensure_future(anext(events, END))
    try:
        while True:
            done, _ = await asyncio.wait({following}, timeout=HEARTBEAT)
            if not done:
                yield None
                continue
            if following.result() is END:
                return
            yield following.result()
            following = asyncio.ensure_future(anext(events, END))
    finally:
        following.cancel()


def _event(data: str, name: str = "") -> str:
    """An event as it goes over the line."""
    head = f"event: {name}\n" if name else ""
    return head + "".join(f"data: {line}\n" for line in data.splitlines() or [""]) + "\n"


@dataclass(frozen=True)
class _Shown:
    """Whom a search is shown to."""

    desk: Desk
    view: View
    csrf: str

    def drawn(self, template: str, ticket: Ticket) -> str:
        """A template with the present state of the search."""
        told = progress_of(self.desk, ticket, self.view)
        language = self.view.voice.say.language
        return draw(template, {"running": told, "csrf": self.csrf, "language": language})


def _own_search(request: Request) -> tuple[Draft, _Shown]:
    """The draft that the address names, for its own browser, and whom its search is shown to."""
    try:
        draft: Draft = request.app.state.room.drafts.get(request.path_params["name"])
    except KeyError:
        raise HTTPException(404) from None
    visitor: Visitor = request.state.visitor
    if draft.browser != visitor.browser:
        raise HTTPException(404)
    asking = asking_about(request, draft.version)
    if not asking.person.may_ask or asking.presenting:
        raise Refused(403, "asking")
    return draft, _Shown(request.app.state.desk, asking.view(), visitor.csrf)


def _followed(request: Request, draft: Draft, shown: _Shown) -> Response:
    """What is shown after a click: the search where a script puts it, else the page that follows it."""
    if request.headers.get("hx-request") != "true":
        return RedirectResponse(f"/what-ifs/{draft.id}/running", 303)
    ticket = shown.desk.latest(draft.id)
    if ticket is None or ticket.is_over:
        return Response(status_code=204, headers={"HX-Trigger": ANSWERED})
    return HTMLResponse(shown.drawn("review/running.html.j2", ticket))


ROUTES = (
    Route("/what-ifs/{name}/solve", solve, methods=["POST"]),
    Route("/what-ifs/{name}/stop", stop, methods=["POST"]),
    Route("/what-ifs/{name}/progress", progress),
    Route("/what-ifs/{name}/running", running),
    Route("/queue", queue),
)
