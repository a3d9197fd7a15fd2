"""Reading: a room for presenting, in which nothing can be changed."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from allocopt.review.access.origins import READING
from allocopt.review.access.refused import Refused

# What changes nothing but how the room looks to one browser, and who comes in.
HARMLESS = ("/looks", "/invitations", "/leave")


class OnlyReading:
    """Refuses every change."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        changes = scope["type"] == "http" and scope["method"] not in READING
        if changes and scope["path"] not in HARMLESS:
            raise Refused(403, "read_only")
        await self._app(scope, receive, send)
