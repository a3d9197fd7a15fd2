"""Hosts: a request must name a host that is the room's.

A page of another site whose name was made to lead here (DNS rebinding) still names its own host.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from allocopt.review.access.refused import Refused

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class KnownHosts:
    """Lets through what names one of `hosts`, whatever the port."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app, self._hosts = app, frozenset(host.casefold() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http":
            named = Headers(scope=scope).getlist("host")
            if len(named) != 1 or host_in(named[0]) not in self._hosts:
                raise Refused(421, "host")
        await self._app(scope, receive, send)


def host_in(authority: str) -> str:
    """The host of `name:port`, in small letters; blank for what cannot be one."""
    if set(authority) & set("/?#@\\ \t"):
        return ""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""
