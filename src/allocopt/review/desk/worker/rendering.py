"""Rendering: a document of a plan, written to a file by a worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allocopt.documents.facts import Facts
from allocopt.documents.facts.part import part_of
from allocopt.documents.facts.subject import COMPANY, parse_subject
from allocopt.documents.file_formats import format_of
from allocopt.documents.language.voice import voice_of
from allocopt.documents.render import write_rendering
from allocopt.documents.rendering import (
    Material,
    Rendering,
    Request,
    Solved,
    facts_of,
    rendering_of,
)
from allocopt.plan import load_plan, load_plan_scenario
from allocopt.review.desk.worker.work import Told, Work


def render(work: Work) -> Told:
    """Write the document that a job asks for; `file` is where it is.

    `asked` has `document` (its kind), `format`, `language`, `reader`, and where wanted `scope`
    (`territory=East`), `part` (the node that is all the reader sees), `name` of the plan, `before` and
    `beside`: folders of other plans and their names. Where it has `content`, as minutes do, that is
    written as it is.

    Raises AllocoptError: there is no such kind, subject, language or format, or it cannot be written.
    """
    asked, path = work.job["asked"], Path(work.job["out"])
    format_of(asked["format"])
    work.tell("working")
    before, part = asked.get("before"), asked.get("part", "")
    material = Material(
        _solved({"folder": work.job["plan"], "name": asked.get("name", "")}, part),
        None if before is None else _solved(before, part),
        tuple(_solved(other, part) for other in asked.get("beside", ())),
    )
    subject = parse_subject(asked["scope"]) if asked.get("scope") else COMPANY
    request = Request(asked["document"], asked["language"], subject, asked["reader"])
    content = asked.get("content")
    made = rendering_of(material, request) if content is None else _told(material, request, content)
    written = write_rendering(made, path, asked["format"])
    return {"state": "done", "file": str(written), "seconds": work.seconds}


def _told(material: Material, request: Request, content: dict[str, Any]) -> Rendering:
    """A document whose content is made already; its numbers came from the plan."""
    reader = request.reader or "viewer"
    facts = facts_of(material, reader)
    voice = voice_of(request.language, facts.scenario.config.scenario.currency)
    return Rendering(request, content, facts, voice)


def _solved(told: dict[str, Any], part: str) -> Solved:
    """A plan as it is stored; of somebody who sees a part, with nothing in it but that."""
    folder = Path(told["folder"])
    plan, scenario = load_plan(folder), load_plan_scenario(folder)
    if part:
        facts = part_of(Facts(plan, scenario), part)
        plan, scenario = facts.plan, facts.scenario
    return Solved(plan, scenario, told["name"])
