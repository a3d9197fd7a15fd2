"""Messages: small pages and notices that say why there is no other answer."""

from __future__ import annotations

import logging

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from allocopt.documents.language.messages import languages
from allocopt.errors import NotAllowed, NotStored, StoreConflict
from allocopt.review.access.doors import here
from allocopt.review.access.refused import Elsewhere, Followed, Refused
from allocopt.review.asking import LANGUAGE
from allocopt.review.desk.desk import Busy
from allocopt.review.drawing import draw
from allocopt.review.voice import room_voice

LOG = logging.getLogger(__name__)
# What Starlette raises, and the sentence for it.
KNOWN = {400: "form", 404: "nowhere", 405: "method", 413: "size"}


class Told:
    """Answers what goes wrong further in with a page in words; what was unforeseen goes to the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and answer it where that fails."""
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if begun or scope["type"] != "http":
                LOG.exception("%s broke off", scope.get("path", ""))
                raise
            answer = _answer(HTTPConnection(scope), error)
            await answer(scope, receive, send)


def _answer(asked: HTTPConnection, error: Exception) -> Response:
    match error:
        case Followed():
            return go_on(asked, here(asked))
        case Elsewhere():
            return RedirectResponse(error.address, 303)
        case Refused():
            return refusal(asked, error.status, error.reason)
    LOG.error("%s failed", asked.url.path, exc_info=error)
    if isinstance(error, OSError) and asked.scope["method"] == "POST":
        return refusal(asked, 507, "disk")
    return refusal(asked, 500, "fault")


async def tell_status(request: Request, error: Exception) -> Response:
    """The answer to what Starlette raises: nothing is there, or a form is none."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these
    return refusal(request, error.status_code, KNOWN.get(error.status_code, "form"))


async def tell_discarded(request: Request, _error: Exception) -> Response:
    """The answer where a what-if was put away while something was done with it."""
    return refusal(request, 404, "nowhere")


async def tell_error(request: Request, error: Exception) -> Response:
    """The answer to what allocopt refuses: its sentence, where there is none of the room's own."""
    match error:
        case NotStored():
            return refusal(request, 404, "nowhere")
        case NotAllowed():
            return refusal(request, 403, "part")
        case Busy():
            return refusal(request, 429, "busy")
    say = room_voice(language_asked(request), "").say
    status = 409 if isinstance(error, StoreConflict) else 400
    return not_done(request, say("review.refused.told", told=str(error)), status)


def not_done(asked: HTTPConnection, text: str, status: int = 400) -> Response:
    """A page, or a notice, that something was not done and why."""
    return _message(asked, status, "not_done", text)


def refusal(asked: HTTPConnection, status: int, reason: str) -> Response:
    """A page with the sentence `review.refused.REASON`."""
    say = room_voice(language_asked(asked), "").say
    return _message(asked, status, f"status_{status}", say(f"review.refused.{reason}"))


def go_on(asked: HTTPConnection, address: str) -> Response:
    """A page that leads on by itself.

    Where another site or program led the browser here, its next step is one of the room's own.
    """
    return page(asked, "go_on", onward=address)


def page(
    asked: HTTPConnection,
    title: str,
    *,
    status: int = 200,
    template: str = "message",
    onward: str = "",
    **told: str,
) -> Response:
    """A small page; `review.message.TITLE` is its head, `onward` where it leads by itself.

    `told` is what the template shows; `text` and `link` of `message`.
    """
    say = room_voice(language_asked(asked), "").say
    content = {
        "text": "",
        "link": "",
        **told,
        "language": say.language,
        "title": say(f"review.message.{title}"),
        "onward": onward,
        "words": say.branch("review.message"),
    }
    return HTMLResponse(draw(f"review/{template}.html.j2", content), status)


def _message(asked: HTTPConnection, status: int, title: str, text: str) -> Response:
    if asked.headers.get("hx-request") != "true":
        return page(asked, title, status=status, text=text)
    drawn = draw("review/notice.html.j2", {"text": text})
    into = {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML", "HX-Push-Url": "false"}
    return HTMLResponse(drawn, status, into)


def language_asked(asked: HTTPConnection) -> str:
    """What the browser chose in the room, else the room's language, else the first it prefers."""
    wanted = asked.headers.get("accept-language", "").split(",")
    named = [one.split(";")[0].strip().casefold() for one in wanted]
    told = [asked.cookies.get(LANGUAGE, ""), asked.app.state.room.language]
    known = languages()
    near = [own for name in named for own in known if own.split("-")[0].casefold() == name[:2]]
    return next((one for one in (*told, *near) if one in known), "en")
