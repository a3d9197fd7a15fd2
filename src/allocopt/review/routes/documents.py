"""The addresses at which documents are ordered, waited for and loaded down."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from allocopt.documents.facts.subject import COMPANY, Subject, parse_subject
from allocopt.documents.file_names import file_names
from allocopt.documents.kinds import kind_of
from allocopt.documents.language.messages import languages
from allocopt.documents.rendering import Request as Wanted
from allocopt.errors import AllocoptError
from allocopt.review.archive import ORDERS
from allocopt.review.asking import Asking, asking_of
from allocopt.review.desk import Busy, Desk, Job, Ticket
from allocopt.review.drawing import draw
from allocopt.review.frame import frame_of
from allocopt.review.offers import FORMS, is_inside, kinds_for, readers_for
from allocopt.review.orders import LOST, Order, Orders, failure_told
from allocopt.review.screens.documents import documents_screen
from allocopt.review.sending import Form, Given, Wrong
from allocopt.review.view import View

SCREEN = "documents"
# How long a page waits for a document before it says that it is being written, and asks again. [s]
PATIENCE, AGAIN = 2.5, 2
# What no name of a file has.
UNSAFE = re.compile(r"[^\w.+-]+")


def order(asking: Asking, given: Given, desk: Desk) -> str:
    """Have a document written, and go to where it is waited for."""
    view = asking.view()
    subject, kind = _about(view, given), _one_of(view, given, "kind", kinds_for(view))
    if subject.kind not in kind_of(kind).subjects:
        raise Wrong("about", view.voice.say("review.documents.wrong.about"))
    made = _order(view, given, kind, subject)
    orders = _orders(asking)
    orders.make_room()
    orders.keep(made)
    job = _job(asking, view, made, orders.file(made), from_answer=bool(given.get("plan")))
    try:
        desk.submit(job, _kept(orders, made))
    except Busy as error:
        orders.keep(made.failed(str(error)))
        raise
    return f"{view.address}/{SCREEN}/{made.id}"


def _orders(asking: Asking) -> Orders:
    return Orders(asking.room.folder / ORDERS)


def _about(view: View, given: Given) -> Subject:
    """Raises: Wrong for what the plan has not, or is not for the person."""
    try:
        subject = parse_subject(given.get("about", ""))
        view.facts.within(subject)
    except (ValueError, AllocoptError):
        raise Wrong("about", view.voice.say("review.documents.wrong.nothing")) from None
    if not is_inside(subject, view):
        raise Wrong("about", view.voice.say("review.documents.wrong.part"))
    return subject


def _one_of(view: View, given: Given, name: str, allowed: Sequence[str]) -> str:
    """Raises: Wrong for what is not offered."""
    asked = given.get(name, "")
    if asked not in allowed:
        raise Wrong(name, view.voice.say("review.documents.wrong.choice"))
    return asked


def _order(view: View, given: Given, kind: str, subject: Subject) -> Order:
    language = _one_of(view, given, "language", languages())
    form = _one_of(view, given, "form", FORMS)
    asked = _one_of(view, given, "reader", ("", *readers_for(view)))
    wanted = Wanted(kind, language, subject)
    version = view.record.version
    stem = UNSAFE.sub("_", version.scenario).strip("._") or "plan"
    return Order(
        id=secrets.token_hex(8),
        owner=view.person.name,
        sight=view.person.reader,
        version=version.id,
        kind=kind,
        about=str(subject) if subject.key else "",
        language=language,
        form=form,
        reader=asked or _usual_reader(view, kind),
        name=f"{stem}-{version.version}.{file_names([wanted], form)[0]}",
        ordered_at=datetime.now(UTC).isoformat(),
    )


def _usual_reader(view: View, kind: str) -> str:
    """Whoever usually reads such a document, where the person may see as much; else the person."""
    usual = kind_of(kind).reader
    return usual if usual in readers_for(view) else view.person.reader


def _job(asking: Asking, view: View, made: Order, out: Path, *, from_answer: bool) -> Job:
    """The work: of the version with the one that it follows, or of the answer with the version before."""
    room, version = asking.room, asking.record.version
    own = {"folder": str(room.folder_of(version.id)), "name": version.id}
    answer = None if view.draft is None or view.draft.answer is None else view.draft.answer.folder
    told = None
    if view.after is not None and answer is not None:
        told = {"folder": str(answer), "name": view.voice.say("review.versions.answer")}
    plan, before = (told, own) if from_answer and told else (own, _parent(asking))
    beside = [told] if made.kind == "options" and told and not from_answer else []
    asked: dict[str, Any] = {
        "document": made.kind,
        "format": made.form,
        "language": made.language,
        "reader": made.reader,
        "scope": made.about,
        "part": "" if view.sees_whole else view.facts.subject.key,
        "name": plan["name"],
        "beside": beside,
        "before": before,
    }
    return Job(
        "render", Path(plan["folder"]), asking.visitor.browser, made.id, out=out, asked=asked
    )


def _parent(asking: Asking) -> dict[str, str] | None:
    """The version that this one follows, where it is there."""
    lineage = asking.record.lineage
    if not lineage:
        return None
    return {"folder": str(asking.room.folder_of(lineage[0].id)), "name": lineage[0].id}


def _kept(orders: Orders, made: Order) -> Callable[[Ticket], None]:
    """What became of an order is on the disk before anybody hears of it."""

    def keep(ticket: Ticket) -> None:
        told = ticket.last or {}
        is_done = told.get("state") == "done"
        orders.keep(made.ready() if is_done else made.failed(failure_told(told)))

    return keep


async def ordered(request: Request) -> Response:
    """Have a document written; see `order`."""
    desk: Desk = request.app.state.desk
    return await Form("order", SCREEN, "kind", partial(order, desk=desk)).answer(request)


async def wait(request: Request) -> Response:
    """The screen with a document that is being written; it asks again until that is over."""
    asking, made = await run_in_threadpool(_own, request)
    desk: Desk = request.app.state.desk
    if made.state == "waiting" and desk.latest(made.id) is None:
        await run_in_threadpool(_orders(asking).keep, made.failed(LOST))
    await _patiently(desk, made)
    page = await run_in_threadpool(_page, asking)
    still = (await run_in_threadpool(_own, request))[1].state == "waiting"
    return HTMLResponse(page, headers={"Refresh": str(AGAIN)} if still else {})


async def _patiently(desk: Desk, made: Order) -> None:
    """Wait a moment for an order that is being worked on."""
    ticket = desk.latest(made.id)
    if ticket is None or made.state != "waiting":
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            async for _ in desk.events(ticket.id):
                pass


def _page(asking: Asking) -> str:
    view = asking.view()
    asking = replace(asking, here=f"{view.address}/{SCREEN}")
    frame = frame_of(asking, view, SCREEN)
    return draw("review/screen.html.j2", {**frame, "screen": documents_screen(view)})


def _own(request: Request) -> tuple[Asking, Order]:
    """Raises: HTTPException for an order of somebody else, of another role, or about another part."""
    asking = asking_of(request)
    try:
        made = _orders(asking).get(request.path_params["order"])
    except KeyError:
        raise HTTPException(404) from None
    about = parse_subject(made.about) if made.about else COMPANY
    own = (asking.record.version.id, asking.person.name, asking.person.reader)
    if (made.version, made.owner, made.sight) != own or not is_inside(about, asking.view()):
        raise HTTPException(404)
    return asking, made


async def load(request: Request) -> Response:
    """The document, as a file."""
    asking, made = await run_in_threadpool(_own, request)
    file = _orders(asking).file(made)
    if made.state != "ready" or not file.is_file():
        raise HTTPException(404)
    return FileResponse(file, filename=made.name)


_BASE = "/plans/{scenario:path}/{number:int}/documents"
ROUTES = (
    Route(_BASE, ordered, methods=["POST"]),
    Route(f"{_BASE}/{{order}}", wait),
    Route(f"{_BASE}/{{order}}/file", load),
)
