"""Hours: what the desk does when the server starts, and when it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from allocopt.review.desk.asked import ask_again
from allocopt.review.desk.desk import Desk


@asynccontextmanager
async def at_work(app: Starlette) -> AsyncIterator[None]:
    """What was asked before the server ended is asked again; the workers end with the server."""
    desk: Desk = app.state.desk
    await run_in_threadpool(ask_again, app.state.room, desk)
    yield
    await run_in_threadpool(desk.close)
