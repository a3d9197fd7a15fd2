"""The web application: its addresses, behind what keeps others out."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount

from allocopt.errors import AllocoptError
from allocopt.review.access import Access
from allocopt.review.access.headers import SafeHeaders
from allocopt.review.assets import Assets
from allocopt.review.desk import Desk
from allocopt.review.desk.hours import at_work
from allocopt.review.drafts import Discarded
from allocopt.review.gallery import Gallery
from allocopt.review.messages import Told, tell_discarded, tell_error, tell_status
from allocopt.review.room import Room
from allocopt.review.routes import (
    changes,
    documents,
    entry,
    looks,
    meeting,
    minutes,
    screens,
    solving,
    versions,
    what_ifs,
)


def application(room: Room, access: Access | None = None, desk: Desk | None = None) -> Starlette:
    """The application of a room; without `access` it is the room of this machine, entered by a link."""
    inside = access or Access.by_link(room.folder)
    app = Starlette(
        routes=[
            *entry.ROUTES,
            *looks.ROUTES,
            *versions.ROUTES,
            *meeting.ROUTES,
            *minutes.ROUTES,
            *documents.ROUTES,
            *screens.ROUTES,
            *solving.ROUTES,
            *changes.ROUTES,
            *what_ifs.ROUTES,
            Mount("/static", Assets()),
        ],
        middleware=[
            Middleware(GZipMiddleware, minimum_size=1000),
            Middleware(SafeHeaders),
            Middleware(Told),
            *inside.guards,
        ],
        lifespan=at_work,
        exception_handlers={
            HTTPException: tell_status,
            AllocoptError: tell_error,
            Discarded: tell_discarded,
        },
    )
    app.state.room, app.state.access, app.state.gallery = room, inside, Gallery()
    app.state.desk = desk or Desk(room.folder / "desk.log")
    return app
