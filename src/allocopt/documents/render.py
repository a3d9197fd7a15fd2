"""Render: a plan and its scenario become a document."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from allocopt.documents.file_formats import format_of
from allocopt.documents.rendering import Material, Rendering, Request, Solved, rendering_of
from allocopt.documents.writers.page import page_of
from allocopt.errors import AllocoptError
from allocopt.files import replace_atomic
from allocopt.plan import Plan
from allocopt.scenario import Scenario


def render_document(plan: Plan, scenario: Scenario, **asked: Any) -> str:
    """One HTML page with its style and charts inside, without scripts and without requests.

    `asked` are the fields of `Request`: kind, language, subject, reader, templates.

    Raises:
        AllocoptError: there is no such kind, subject or language, or a template is wrong.
    """
    return page_of(rendering_of(Material(Solved(plan, scenario)), Request(**asked)))


def render_to_file(
    plan: Plan,
    scenario: Scenario,
    path: Path,
    *,
    format: str = "html",  # noqa: A002 - the word of the command line
    **asked: Any,
) -> Path:
    """Write a document; the file is complete or not there. `asked` are the fields of `Request`.

    Raises:
        AllocoptError: no such kind, language or format, or the file cannot be written.
    """
    format_of(format)
    rendering = rendering_of(Material(Solved(plan, scenario)), Request(**asked))
    return write_rendering(rendering, path, format)


def write_rendering(rendering: Rendering, path: Path, form: str) -> Path:
    """Write a document that is ready in a format; the file is complete or not there.

    Raises:
        AllocoptError: the format needs something that is not installed, or the file cannot be written.
    """
    if path.is_dir():
        raise AllocoptError(
            f"{path}: is a folder; name a file, such as {path / 'plan'}{format_of(form).suffix}"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name[:60]}.") as folder:
            made = Path(folder, path.name)
            format_of(form).write(rendering, made)
            replace_atomic(made, path)
    except OSError as error:
        raise AllocoptError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path
