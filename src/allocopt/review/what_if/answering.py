"""Answering: what is sent to the panel is done, and the panel shown again, or the page it stands on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from allocopt.review.access.refused import Refused
from allocopt.review.address import inside
from allocopt.review.asking import Asking, asking_about, asking_of
from allocopt.review.desk.progress import ANSWERED
from allocopt.review.drafts import Draft, TooMany
from allocopt.review.drawing import draw
from allocopt.review.frame import content_of, frame_of
from allocopt.review.screens import SCREENS
from allocopt.review.what_if.panel import panel_content
from allocopt.review.what_if.typed import NOTHING, Typed

Given = Mapping[str, str]
Endpoint = Callable[[Request], Awaitable[Response]]
WRONG = 422


def sent(act: Callable[[Request, Given], Response]) -> Endpoint:
    """What answers an address to which a form is sent."""

    async def endpoint(request: Request) -> Response:
        async with request.form() as form:
            given = {name: str(value) for name, value in form.items()}
        return await run_in_threadpool(act, request, given)

    return endpoint


def asking_here(request: Request, given: Given) -> Asking:
    """What somebody who may ask what-ifs asks of the version in the address.

    Raises:
        StoreError: there is no such version.
        Refused: the person asks no what-ifs, or is presenting.
    """
    return _own(asking_of(request), given)


def asking_of_draft(request: Request, given: Given) -> tuple[Asking, Draft]:
    """The draft in the address, which is the browser's own, and what is asked about its version.

    Raises what `asking_here` raises, and HTTPException where the browser has no such draft.
    """
    draft = draft_named(request)
    if draft.browser != request.state.visitor.browser:
        raise HTTPException(404)
    return _own(asking_about(request, draft.version), given), draft


def asking_beside(request: Request, given: Given) -> tuple[Asking, Draft]:
    """The draft in the address, whosever it is. Raises what `asking_of_draft` raises."""
    draft = draft_named(request)
    return _own(asking_about(request, draft.version), given), draft


def draft_named(request: Request) -> Draft:
    """The draft in the address.

    Raises:
        HTTPException: there is none.
    """
    try:
        draft: Draft = request.app.state.room.drafts.get(request.path_params["name"])
    except KeyError:
        raise HTTPException(404) from None
    return draft


def shown(request: Request, asking: Asking, *, answers: bool = False) -> Response:
    """The panel where a script puts it, else the page that it was asked from.

    `answers`: another answer is on the table now, which the screen shows as well.
    """
    if not by_script(request):
        return RedirectResponse(asking.here, 303)
    response = fragment(_with_own_draft(asking))
    if answers:
        response.headers["HX-Trigger"] = ANSWERED
    return response


def refused(request: Request, asking: Asking, typed: Typed) -> Response:
    """The panel, or the page that it stands on, with all that was typed and the reasons."""
    asking = _with_own_draft(asking)
    if by_script(request):
        return fragment(asking, typed, WRONG)
    view = asking.view()
    name = urlsplit(asking.here).path.rpartition("/")[2]
    name = name if name in SCREENS else next(iter(SCREENS))
    frame = frame_of(asking, view, name)
    again = {"what_if": panel_content(asking, view, typed), "screen": SCREENS[name](view)}
    return HTMLResponse(draw("review/screen.html.j2", {**frame, **again}), WRONG)


def refused_many(request: Request, asking: Asking, error: TooMany, typed: Typed) -> Response:
    """The same where there would be more than there may be."""
    most = asking.voice.show.number(error.most)
    said = asking.voice.say(f"review.what_if.too_many.{error.what}", most=most)
    return refused(request, asking, replace(typed, said=said))


def fragment(asking: Asking, typed: Typed = NOTHING, status: int = 200) -> Response:
    """The panel by itself."""
    view = asking.view()
    content = {**content_of(asking, view), "what_if": panel_content(asking, view, typed)}
    return HTMLResponse(draw("review/what_if.html.j2", content), status)


def by_script(request: Request) -> bool:
    """Whether a script sent it, which puts the answer into the page."""
    return request.headers.get("hx-request") == "true"


def _own(asking: Asking, given: Given) -> Asking:
    if not asking.person.may_ask or asking.presenting:
        raise Refused(403, "asking")
    return _with_own_draft(replace(asking, here=inside(given.get("back", ""))))


def _with_own_draft(asking: Asking) -> Asking:
    """The same with what this browser asks itself, as it is now."""
    drafts, version = asking.room.drafts, asking.record.version.id
    return replace(asking, draft=drafts.current(asking.visitor.browser, version))
