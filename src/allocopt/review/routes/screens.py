"""The addresses of the screens."""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from allocopt.review.asking import asking_of
from allocopt.review.drawing import draw
from allocopt.review.frame import FOLDED, content_of, frame_of
from allocopt.review.screens import SCREENS
from allocopt.store.version import parse_id

# What htmx says where only the screen is wanted, without its frame.
PART = "main#content"


async def start(request: Request) -> Response:
    """The first screen of the version that the room opens with."""
    scenario, number = parse_id(request.app.state.room.start) or ("", 0)
    first = next(iter(SCREENS))
    return RedirectResponse(f"/plans/{quote(scenario, safe='')}/{number}/{first}", 303)


async def show(request: Request) -> Response:
    """A screen of a version: a page, or the part of it that a control replaces."""
    # One address has two answers, so that no cache may keep one for the other.
    return HTMLResponse(await run_in_threadpool(_page, request), headers={"Vary": "HX-Target"})


def _page(request: Request) -> str:
    name = request.path_params["screen"]
    if name not in SCREENS:
        raise HTTPException(404)
    asking = asking_of(request)
    if asking.desk is not None and asking.person.may_ask:
        asking.desk.expect(asking.room.folder_of(asking.record.version.id))
    view = asking.view()
    made = request.app.state.gallery.screen(name, view, SCREENS[name])
    if request.headers.get("hx-target") == PART:
        return draw("review/content.html.j2", {**content_of(asking, view), "screen": made})
    frame = frame_of(asking, view, name, folded=request.cookies.get(FOLDED) == "yes")
    return draw("review/screen.html.j2", {**frame, "screen": made})


ROUTES = (
    Route("/", start),
    Route("/plans/{scenario:path}/{number:int}/{screen}", show),
)
