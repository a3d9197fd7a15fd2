"""Hours: what the desk does when the server starts, and when it ends."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from allocopt.review.answers import tidy
from allocopt.review.desk.asked import ask_again
from allocopt.review.desk.desk import Desk
from allocopt.review.minutes.content import KIND
from allocopt.review.room import Room


@asynccontextmanager
async def at_work(app: Starlette) -> AsyncIterator[None]:
    """What was asked before the server ended is asked again; the workers end with the server."""
    room: Room = app.state.room
    desk: Desk = app.state.desk
    await run_in_threadpool(_clear, room)
    await run_in_threadpool(ask_again, room, desk)
    yield
    await run_in_threadpool(desk.close)


def _clear(room: Room) -> None:
    """Answers that nobody holds, and minutes that were written for browsers that had gone."""
    tidy(room)
    shutil.rmtree(room.folder / KIND, ignore_errors=True)
