"""People in a meeting: what-ifs that have an answer, and forms that are sent."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from allocopt.errors import AllocoptError
from allocopt.review.access import Access
from allocopt.review.desk import Job, Ticket
from allocopt.review.desk.worker.failures import failure_of
from allocopt.review.desk.worker.rendering import render
from allocopt.review.desk.worker.work import Work
from allocopt.review.drafts import Answer, Change, Draft
from allocopt.review.room import Room
from allocopt.review.visitor import Visitor


def visitor_of(client: TestClient) -> Visitor:
    """Who a browser is to the room."""
    access: Access = client.app.state.access  # type: ignore[attr-defined]
    visitor = access.sessions.visitor(client.cookies[access.cookie.name])
    assert visitor is not None
    return visitor


def ask(room: Room, client: TestClient, answer: Path, version: str = "valley/1") -> Draft:
    """A what-if of a browser, whose answer is the plan in a folder."""
    draft = room.drafts.open(visitor_of(client), version)
    change = Change("setting", {"setting": "budget.total_max=3000"})
    draft = room.drafts.update(draft.id, lambda one: one.with_change(change))
    own = shutil.copytree(answer, room.folder / "answers" / draft.id)
    summary = json.loads((own / "plan.json").read_text(encoding="utf-8"))
    summary["created"] = datetime.now(UTC).isoformat()
    (own / "plan.json").write_text(json.dumps(summary), encoding="utf-8")
    told = Answer(draft.revision, "solved", own, {"state": "done"})
    return room.drafts.update(draft.id, lambda one: replace(one, answer=told))


def send(client: TestClient, form: str, address: str = "/plans/valley/1", /, **given: str) -> Any:
    """Send a form, and see what the browser is told; it does not go on by itself."""
    return client.post(f"{address}/{form}", data=given, follow_redirects=False)


def errors(page: Any) -> list[str]:
    """The sentences at the fields of a page."""
    found = re.findall(r'<span id="[^"]+" class="error">(.*?)</span>', page.text, re.DOTALL)
    return [html.unescape(one) for one in found]


def values(page: Any, form: str) -> dict[str, str]:
    """What stands in the fields of a form."""
    own = re.search(rf'<form id="form-{form}".*?</form>', page.text, re.DOTALL)
    assert own is not None, form
    inputs = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', own[0])
    areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', own[0], re.DOTALL)
    return {name: html.unescape(value) for name, value in (*inputs, *areas)}


class OwnDesk:
    """A desk that does the work of `render` itself, at once."""

    def submit(self, job: Job, then: Callable[[Ticket], None] | None = None) -> Ticket:
        """Do a job."""
        ticket = Ticket(job)
        try:
            ticket.last = render(Work(job.message(), lambda told: None, 1))
        except AllocoptError as error:
            ticket.last = failure_of(error)
        if then is not None:
            then(ticket)
        return ticket

    async def run(self, job: Job) -> dict[str, Any]:
        """What comes of a job."""
        return self.submit(job).last or {}

    def expect(self, plan: Path) -> None:
        """Nothing has to be made ready."""

    def latest(self, subject: str, kind: str | None = None) -> None:
        """Nothing is under way any more."""

    def close(self) -> None:
        """Nothing has to end."""
