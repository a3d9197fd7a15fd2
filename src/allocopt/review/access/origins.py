"""Origins: what another site makes a browser send changes nothing and shows nothing.

Browsers say which site a request comes from: `Sec-Fetch-Site`, and `Origin` with all that changes
something (Fetch standard, W3C Fetch Metadata). A link of another site that is followed is answered with a
page that asks again from here: only then the browser sends the cookies of the room, which are
`SameSite=Strict`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from allocopt.review.access.refused import Followed, Refused

READING = ("GET", "HEAD")
ALLOWED = (*READING, "POST")
OWN_SITES = ("same-origin", "none")


class OwnOrigin:
    """Lets through what comes from the room's own pages; `address` is its name behind a proxy."""

    def __init__(self, app: ASGIApp, address: str = "") -> None:
        self._app, self._address = app, urlsplit(address).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, refuse it, or have it asked again."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if scope["method"] not in ALLOWED:
                raise Refused(405, "method")
            if scope["method"] in READING:
                _judge_reading(headers)
            else:
                self._judge_change(headers)
        await self._app(scope, receive, send)

    def _judge_change(self, headers: Headers) -> None:
        """Who sends neither is no browser; the mark of the form is asked for of everybody."""
        if headers.get("sec-fetch-site", "same-origin") not in OWN_SITES:
            raise Refused(403, "origin")
        origin = headers.get("origin")
        own = {headers.get("host", ""), self._address} - {""}
        if origin is not None and _host_of(origin) not in own:
            raise Refused(403, "origin")


def _host_of(origin: str) -> str:
    """The host and port of an origin; blank for what is none, such as `null`."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _judge_reading(headers: Headers) -> None:
    if headers.get("sec-fetch-site", "none") in OWN_SITES:
        return
    is_followed = headers.get("sec-fetch-mode") == "navigate"
    if is_followed and headers.get("sec-fetch-dest") == "document":
        raise Followed
    raise Refused(403, "origin")
