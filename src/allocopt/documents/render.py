"""Render: a plan and its scenario become one self-contained page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from allocopt.documents.content import KINDS, document_content
from allocopt.documents.facts import Facts
from allocopt.documents.text import nearest
from allocopt.documents.voice import voice_of
from allocopt.errors import AllocoptError
from allocopt.files import write_atomic
from allocopt.plan import Plan
from allocopt.resources import resource_folder

if TYPE_CHECKING:
    from allocopt.scenario import Scenario

FORMATS = ("html",)


def render_document(
    plan: Plan, scenario: Scenario, *, kind: str = "annual", language: str = "zh-CN"
) -> str:
    """One HTML page with its style and charts inside, without scripts and without requests.

    Raises:
        AllocoptError: there is no such kind of document, or no texts for the language.
    """
    if kind not in KINDS:
        raise AllocoptError(
            f"no document {kind!r}; there are {', '.join(sorted(KINDS))}" + nearest(kind, KINDS)
        )
    voice = voice_of(language, scenario.config.scenario.currency)
    content = document_content(Facts(plan, scenario), voice, kind)
    return template_environment().get_template("document.html.j2").render(content)


def render_to_file(
    plan: Plan,
    scenario: Scenario,
    path: Path,
    *,
    kind: str = "annual",
    format: str = "html",  # noqa: A002 - the word of the command line
    language: str = "zh-CN",
) -> Path:
    """Write a document; the file is complete or not there.

    Raises:
        AllocoptError: no such kind, language or format, or the file cannot be written.
    """
    if format not in FORMATS:
        raise AllocoptError(
            f"this version writes {', '.join(FORMATS)}, not {format!r}: "
            "open the page in a browser and print it to get a PDF"
        )
    text = render_document(plan, scenario, kind=kind, language=language)
    try:
        write_atomic(path, text.encode())
    except OSError as error:
        raise AllocoptError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path


def template_environment() -> jinja2.Environment:
    """Templates of this installation; everything is escaped, and a missing value is an error."""
    folder = resource_folder("templates")

    def load(name: str) -> str | None:
        file = folder.joinpath(*name.split("/"))
        return file.read_text(encoding="utf-8") if file.is_file() else None

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(load),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
