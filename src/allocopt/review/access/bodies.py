"""Bodies: what is sent to the room is small, arrives soon, and carries the mark of the room's own forms.

A body is read whole before anything is done with it. So nobody holds up more than his own request, and
what reads the form afterwards finds it in memory.
"""

from __future__ import annotations

import asyncio
from secrets import compare_digest

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from allocopt.review.access.origins import READING
from allocopt.review.access.refused import Refused
from allocopt.review.visitor import Visitor

FIELD, HEADER = "csrf", "x-csrf-token"
# [bytes] of a form, and of a form that brings a file.
FORM, UPLOAD = 1 << 20, 10 << 20
SECONDS = 30.0


class SmallBodies:
    """Reads the body of what changes something, and passes it on with a body of at most so many bytes."""

    def __init__(
        self, app: ASGIApp, form: int = FORM, upload: int = UPLOAD, seconds: float = SECONDS
    ) -> None:
        self._app, self._form, self._upload, self._seconds = app, form, upload, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its whole body, or refuse it."""
        if scope["type"] != "http" or scope["method"] in READING:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        brings_file = headers.get("content-type", "").startswith("multipart/form-data")
        most = self._upload if brings_file else self._form
        if _length(headers) > most:
            raise Refused(413, "size")
        try:
            body = await asyncio.wait_for(_whole(receive, most), self._seconds)
        except TimeoutError:
            raise Refused(408, "time") from None
        await self._app(scope, _again(body, receive), send)


class OwnForms:
    """Lets a change through that carries the mark of its visitor: in a field of the form, or a header."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and scope["method"] not in READING:
            visitor: Visitor = scope["state"]["visitor"]
            body = await _whole(receive, UPLOAD)
            mark = await _mark(scope, body)
            if not compare_digest(mark.encode(), visitor.csrf.encode()):
                raise Refused(403, "form")
            receive = _again(body, receive)
        await self._app(scope, receive, send)


def _length(headers: Headers) -> int:
    told = headers.get("content-length", "0")
    return int(told) if told.isascii() and told.isdigit() else 0


async def _whole(receive: Receive, most: int) -> bytes:
    parts, size = list[bytes](), 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "gone")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise Refused(413, "size")
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """What hands out a body that was read already, and then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def given() -> Message:
        return waiting.pop() if waiting else await receive()

    return given


async def _mark(scope: Scope, body: bytes) -> str:
    told = Headers(scope=scope).get(HEADER)
    if told is not None:
        return told
    try:
        async with Request(scope, _again(body, _nothing)).form() as form:
            mark = form.get(FIELD, "")
            return mark if isinstance(mark, str) else ""
    except HTTPException:
        raise Refused(400, "form") from None


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
