"""The address of the minutes: one page, as a file of the format that is asked for."""

from __future__ import annotations

import secrets
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from allocopt.documents.file_formats import format_of
from allocopt.review.asking import Asking, asking_of
from allocopt.review.desk import Desk, Job
from allocopt.review.messages import not_done
from allocopt.review.minutes.content import KIND, meeting_day, minutes_content
from allocopt.review.minutes.course import course_of
from allocopt.review.orders import failure_in_words, failure_told
from allocopt.review.routes.documents import UNSAFE
from allocopt.review.screens.meeting import FORMATS


async def minutes(request: Request) -> Response:
    """The minutes of a meeting, as the person may see them; written by a worker."""
    form = request.path_params["form"]
    if form not in FORMATS:
        raise HTTPException(404)
    asking = await run_in_threadpool(asking_of, request)
    job, name = await run_in_threadpool(_job, asking, form)
    desk: Desk = request.app.state.desk
    told = await desk.run(job)
    if told["state"] != "done" or job.out is None:
        reason = failure_in_words(failure_told(told), form, asking.voice)
        return not_done(request, reason)
    done = BackgroundTask(job.out.unlink, missing_ok=True)
    return FileResponse(job.out, filename=name, background=done)


def _job(asking: Asking, form: str) -> tuple[Job, str]:
    """The work, and what the file is called."""
    view = asking.view()
    course = course_of(view)
    language, version = asking.voice.say.language, asking.record.version
    suffix = format_of(form).suffix
    key = secrets.token_hex(8)
    asked = {
        "document": KIND,
        "format": form,
        "language": language,
        "reader": asking.person.reader,
        "part": "" if view.sees_whole else view.facts.subject.key,
        "content": minutes_content(course),
    }
    out = _folder(asking) / f"{key}{suffix}"
    plan = asking.room.folder_of(version.id)
    stem = UNSAFE.sub("_", version.scenario).strip("._") or "plan"
    name = f"{stem}-{version.version}.{KIND}.{meeting_day(course)}.{language}{suffix}"
    return Job("render", plan, asking.visitor.browser, key, out=out, asked=asked), name


def _folder(asking: Asking) -> Path:
    return asking.room.folder / KIND


ROUTES = (Route("/plans/{scenario:path}/{number:int}/minutes/{form}", minutes),)
