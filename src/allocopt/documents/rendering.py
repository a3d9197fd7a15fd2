"""Rendering: what is asked for, and a document that is ready to be written in any format."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from allocopt.config.sections import Reader
from allocopt.documents.content import document_content
from allocopt.documents.facts import Facts
from allocopt.documents.facts.progress import is_reviewed
from allocopt.documents.facts.subject import COMPANY, Subject, subjects_of
from allocopt.documents.facts.visibility import hidden_from, seen_by
from allocopt.documents.kinds import KINDS, Kind, kind_of
from allocopt.documents.language.voice import Voice, voice_of
from allocopt.documents.pack import seen_rows
from allocopt.errors import AllocoptError
from allocopt.plan import Plan
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class Solved:
    """A plan, its scenario, and what people call it beside others."""

    plan: Plan
    scenario: Scenario
    name: str = ""


@dataclass(frozen=True)
class Material:
    """What a document is made from: a plan, the version before it, and other plans beside it.

    `pack` are the rows of a contingency pack (`pack.py`), whose plans stand beside.
    """

    solved: Solved
    before: Solved | None = None
    beside: tuple[Solved, ...] = ()
    pack: pd.DataFrame | None = None


@dataclass(frozen=True)
class Request:
    """Which document is asked for; `reader` is the kind's usual one where it is None.

    `templates` is the company's own folder of templates.
    """

    kind: str = "annual"
    language: str = "zh-CN"
    subject: Subject = COMPANY
    reader: Reader | None = None
    templates: Path | None = None


@dataclass(frozen=True)
class Rendering:
    """A document before it has a format: its content, and where its numbers came from."""

    request: Request
    content: dict[str, Any]
    facts: Facts
    voice: Voice


def rendering_of(material: Material, request: Request) -> Rendering:
    """The document that is asked for.

    Raises:
        AllocoptError: there is no such kind, subject or language, or the kind needs other plans.
    """
    reader = request.reader or kind_of(request.kind).reader
    return rendering_within(facts_of(material, reader), request)


def rendering_within(company: Facts, request: Request) -> Rendering:
    """The document that is asked for, from facts of the company as its reader may see them.

    Raises:
        AllocoptError: as `rendering_of`.
    """
    _refuse_unfit(kind_of(request.kind), company, request)
    voice = voice_of(request.language, company.scenario.config.scenario.currency, request.templates)
    facts = company.within(request.subject)
    return Rendering(request, document_content(facts, voice, request.kind), facts, voice)


def facts_of(material: Material, reader: Reader) -> Facts:
    """The facts of the company as a reader may see them, with those of other plans."""
    own = _seen(material.solved, reader)
    before = None if material.before is None else _seen(material.before, reader)
    beside = tuple(_seen(other, reader) for other in material.beside)
    hidden = hidden_from(reader, material.solved.scenario.config.visibility)
    pack = None if material.pack is None else seen_rows(material.pack, hidden)
    return replace(own, before=before, beside=beside, pack=pack)


def subjects_for(kind: str, solved: Solved) -> tuple[Subject, ...]:
    """Everything that one document of the kind can be about each, for `--all`."""
    return subjects_of(kind_of(kind).subjects[0], solved.plan, solved.scenario)


def _seen(solved: Solved, reader: Reader) -> Facts:
    return Facts(*seen_by(reader, solved.plan, solved.scenario), name=solved.name)


def _refuse_unfit(kind: Kind, company: Facts, request: Request) -> None:
    if request.subject.kind not in kind.subjects:
        raise AllocoptError(_unfit_subject(kind, request))
    if kind.needs_others and not company.beside:
        raise AllocoptError(
            f"the document {request.kind} puts plans side by side: name the others with --beside"
        )
    if kind.needs_pack and company.pack is None:
        raise AllocoptError(
            f"the document {request.kind} tells of plans that are prepared for what may come: make them "
            "with allocopt contingency PLAN --out DIR, and name that folder with --pack DIR"
        )
    if kind.needs_actuals and not is_reviewed(company.plan):
        raise AllocoptError(
            f"the document {request.kind} sets actuals against the plan, and nothing came of this plan "
            "yet: enter what came with allocopt replan PLAN --actuals FILE, and render the new plan"
        )


def _unfit_subject(kind: Kind, request: Request) -> str:
    """Why a document cannot be about a subject, and which can, or what else it can be about."""
    fitting = [name for name, other in KINDS.items() if request.subject.kind in other.subjects]
    wanted = " or ".join(f"{one}=…" if one != "company" else one for one in kind.subjects)
    mend = f"leave --scope out, or write another --document: {', '.join(fitting)}"
    if "company" not in kind.subjects:
        mend = "say which with --scope, or ask for --all"
    return f"the document {request.kind} is about {wanted}, not {request.subject}; {mend}"
