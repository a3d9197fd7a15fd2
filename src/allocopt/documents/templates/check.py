"""Check: all that is wrong with a company's folder of templates, found before a document is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from allocopt.documents.kinds import KINDS
from allocopt.documents.language.messages import languages
from allocopt.documents.language.text import nearest
from allocopt.documents.templates.catalogues import missing, read_catalogue, unknown, unusable
from allocopt.documents.templates.copies import PURPOSES
from allocopt.documents.templates.folder import (
    ENDINGS,
    LOGOS,
    Templates,
    company_files,
    our_sources,
)
from allocopt.documents.templates.sample import sample_content
from allocopt.errors import AllocoptError, Finding, InputError, Severity, problems

# Templates that are drawn whole; the others are parts of them.
WHOLE = ("document.html.j2", "fragment.html.j2", "mail.html.j2")


def check_folder(folder: Path) -> tuple[Finding, ...]:
    """Everything that is wrong with a folder, and what in it no document uses.

    Every template is parsed; documents of every kind are drawn with made-up content; texts are compared
    with ours.

    Raises:
        AllocoptError: there is no such folder, or a file of it cannot be read.
    """
    templates = Templates(folder)
    sources = templates.sources()
    found = [*_unused(folder, sources), *_texts(folder)]
    found += templates.sandbox().check(list(_contents()))
    if not problems(found):
        found += _drawn(templates)
    return tuple(found)


def _contents() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in WHOLE:
        yield from ((name, sample_content(kind)) for kind in KINDS)


def _unused(folder: Path, sources: Mapping[str, str]) -> Iterator[Finding]:
    """Files that nothing asks for, such as one with a slip in its name."""
    ours = [*our_sources(), *PURPOSES, *LOGOS]
    for file in company_files(folder):
        name = file.relative_to(folder).as_posix()
        if name in ours or file.suffix == ".md" or _is_catalogue(name):
            continue
        asked = name.endswith(ENDINGS) and any(name in text for text in sources.values())
        if not asked:
            message = "no document uses this file" + nearest(name, ours)
            yield Finding(Severity.WARNING, message, file=str(file))


def _is_catalogue(name: str) -> bool:
    return name.startswith("messages/") and name.endswith(".yaml") and name.count("/") == 1


def _texts(folder: Path) -> Iterator[Finding]:
    for file in sorted((folder / "messages").glob("*.yaml")):
        try:
            catalogue = read_catalogue(file.stem, folder)
        except InputError as error:
            yield from error.findings
            continue
        if catalogue is not None:
            yield from unusable(catalogue)
            yield from unknown(catalogue)
            yield from missing(catalogue) if file.stem not in languages() else ()


def _drawn(templates: Templates) -> Iterator[Finding]:
    """Each whole template drawn as documents are: a page that asks for something outside is refused."""
    for name in WHOLE:
        try:
            templates.draw(name, sample_content("annual"))
        except AllocoptError as error:
            yield Finding(Severity.PROBLEM, str(error))
