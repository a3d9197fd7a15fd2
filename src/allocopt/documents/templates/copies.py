"""Copies: what a company can put in the place of ours, and how it gets a first version of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from allocopt.documents.language.messages import languages
from allocopt.documents.language.text import nearest
from allocopt.documents.templates.folder import (
    COMPANY_STYLE,
    LOGOS,
    Templates,
    our_sources,
)
from allocopt.errors import AllocoptError
from allocopt.files import write_atomic
from allocopt.resources import resource_folder

# What each file draws; a test compares the names with those that there are.
PURPOSES = {
    "document.html.j2": "the whole page: an HTML file, and what is printed to PDF",
    "body.html.j2": "head, contents and sections, as page and fragment show them",
    "fragment.html.j2": "the document as a part of another web page",
    "mail.html.j2": "what a message says above its attachment",
    "macros/blocks.html.j2": "headings, texts, lists, cards, tables and notices",
    "macros/charts.svg.j2": "charts",
    "document.css": "the style of documents on the screen and in print",
    "sheet.css": "the style of a rep's sheet, one page in print",
    COMPANY_STYLE: "style that is added to the others",
    "document.docx": "the Word document: open it in Word, change its styles and its frame",
    "logo.svg": "a logo in the head of documents; logo.png as well",
}
CATALOGUE = "messages/{language}.yaml"


@dataclass(frozen=True)
class Entry:
    """One file that documents are drawn with: `origin` is the folder it comes from, or `allocopt`.

    A file that nobody has put there has no origin.
    """

    name: str
    origin: str
    purpose: str


def template_entries(folder: Path | None) -> tuple[Entry, ...]:
    """Every file that a company's folder can hold, and where each comes from."""
    from_company = set(Templates(folder).sources()) - set(our_sources()) if folder else set()
    extra = dict.fromkeys(sorted(from_company - {*PURPOSES}), "a template of the company's own")
    texts = {CATALOGUE.format(language=one): f"all texts in {one}" for one in languages()}
    if folder is not None:
        own = (f"messages/{file.name}" for file in sorted((folder / "messages").glob("*.yaml")))
        texts |= {name: texts.get(name, f"all texts in {Path(name).stem}") for name in own}
    named = {**PURPOSES, **extra, **texts}
    return tuple(Entry(name, _origin(name, folder), named[name]) for name in named)


def _origin(name: str, folder: Path | None) -> str:
    if folder is not None and (folder / name).exists():
        return str(folder)
    return "" if name == COMPANY_STYLE or name in LOGOS else "allocopt"


def copy_templates(names: Sequence[str], into: Path, *, force: bool = False) -> list[Path]:
    """Copy files of ours into a company's folder; all of them or none.

    Raises:
        AllocoptError: there is no such file, or one is there already and not to be replaced.
    """
    data = {name: _ours(name) for name in names}
    taken = [name for name in data if (into / name).exists()]
    if taken and not force:
        raise AllocoptError(
            f"{', '.join(str(into / name) for name in taken)}: there already; --force replaces it"
        )
    for name, content in data.items():
        write_atomic(into / name, content)
    return [into / name for name in data]


def _ours(name: str) -> bytes:
    known = [entry.name for entry in template_entries(None) if entry.origin]
    if name not in known:
        raise AllocoptError(
            f"no template {name!r}; there are {', '.join(known)}" + nearest(name, known)
        )
    return resource_folder("templates").joinpath(*name.split("/")).read_bytes()
