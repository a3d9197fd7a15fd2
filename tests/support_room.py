"""Browsers that are let into a room."""

from __future__ import annotations

from starlette.testclient import TestClient

from allocopt.review.access import Access
from allocopt.review.application import application
from allocopt.review.room import Room

# Where the screens of the version are that the room of the tests opens with.
ADDRESS = "/plans/valley/1"


def browser_in(room: Room, name: str = "ann", **cookies: str) -> TestClient:
    """A browser of somebody who came in by a link; what it sends carries the mark of the room's forms."""
    access = Access.by_link(room.folder)
    client = TestClient(application(room, access), base_url="http://127.0.0.1", cookies=cookies)
    client.get(access.link(name, is_host=True))
    visitor = access.sessions.visitor(client.cookies[access.cookie.name])
    assert visitor is not None
    client.headers["x-csrf-token"] = visitor.csrf
    return client
