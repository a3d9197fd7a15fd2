"""Doors: how the room knows who asks, and what it says to who is not let in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Protocol
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from allocopt.review.access.cookie import Cookie
from allocopt.review.access.origins import READING
from allocopt.review.access.refused import Elsewhere, Refused
from allocopt.review.access.sessions import Sessions, visitor_of
from allocopt.review.access.settings import TrustedHeader
from allocopt.review.visitor import Visitor

# What anybody may ask for: how to come in, and how the pages that say no look.
OPEN = ("/enter", "/sign-in", "/signed-in", "/static/")
LONGEST_NAME = 200


@dataclass(frozen=True)
class Entry:
    """Who asks; `secret` is one that the browser is to keep from now on, blank where it has one."""

    visitor: Visitor
    secret: str = ""


class Door(Protocol):
    """A way to know who asks."""

    def entry(self, asked: HTTPConnection) -> Entry:
        """Who asks.

        Raises:
            Refused: nobody who is known.
            Elsewhere: somebody who can come in at another address.
        """


@dataclass(frozen=True)
class LinkDoor:
    """Lets in whoever came by a link that the room handed out."""

    sessions: Sessions
    cookie: Cookie

    def entry(self, asked: HTTPConnection) -> Entry:
        """Who came by a link.

        Raises:
            Refused: the browser did not, or long ago.
        """
        visitor = self.sessions.visitor(self.cookie.of(asked))
        if visitor is None:
            raise Refused(403, "stranger")
        return Entry(visitor)


@dataclass(frozen=True)
class SignInDoor:
    """Lets in whoever signed in, and sends all others to do so."""

    sessions: Sessions
    cookie: Cookie

    def entry(self, asked: HTTPConnection) -> Entry:
        """Who signed in.

        Raises:
            Elsewhere: a page was asked for without that.
            Refused: something else was.
        """
        visitor = self.sessions.visitor(self.cookie.of(asked))
        if visitor is not None:
            return Entry(visitor)
        if asked.scope["method"] in READING and "hx-request" not in asked.headers:
            raise Elsewhere(f"/sign-in?to={quote(here(asked), safe='')}")
        raise Refused(401, "signed_out")


class HeaderDoor:
    """Lets in whoever a proxy names; its word is taken by the address of the connection alone."""

    def __init__(self, trusted: TrustedHeader, cookie: Cookie) -> None:
        self._header, self._cookie = trusted.name, cookie
        self._proxies = [ip_network(name, strict=False) for name in trusted.proxies]

    def entry(self, asked: HTTPConnection) -> Entry:
        """Whom the proxy names; the browser is told apart from others of the same name by a cookie.

        Raises:
            Refused: no trusted proxy asks, or it names nobody.
        """
        if asked.client is None or not _is_in(asked.client.host, self._proxies):
            raise Refused(403, "proxy")
        named = [_decoded(text) for text in asked.headers.getlist(self._header)]
        if len(named) != 1 or not _is_name(named[0]):
            raise Refused(403, "unnamed")
        secret = self._cookie.of(asked)
        new = "" if secret else secrets.token_urlsafe(32)
        return Entry(visitor_of(secret or new, named[0]), new)


class Known:
    """Tells all that follows who asks, as `request.state.visitor`."""

    def __init__(self, app: ASGIApp, door: Door, cookie: Cookie) -> None:
        self._app, self._door, self._cookie = app, door, cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its visitor, or refuse it."""
        if scope["type"] != "http" or scope["path"].startswith(OPEN):
            await self._app(scope, receive, send)
            return
        entry = self._door.entry(HTTPConnection(scope))
        scope.setdefault("state", {})["visitor"] = entry.visitor

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.append("set-cookie", self._cookie.header(entry.secret))
            await send(message)

        await self._app(scope, receive, with_cookie if entry.secret else send)


def here(asked: HTTPConnection) -> str:
    """The path that was asked for, with its query."""
    return asked.url.path + (f"?{asked.url.query}" if asked.url.query else "")


def _is_in(peer: str, networks: list[IPv4Network | IPv6Network]) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    known = getattr(address, "ipv4_mapped", None) or address
    return any(known in network for network in networks)


def _decoded(text: str) -> str:
    """A header as people mean it: proxies send UTF-8, which ASGI hands on as Latin-1."""
    try:
        return text.encode("latin-1").decode().strip()
    except UnicodeDecodeError:
        return text.strip()


def _is_name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and text.isprintable()
