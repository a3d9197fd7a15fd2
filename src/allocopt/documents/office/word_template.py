"""Word template: the frame that a document is written into, ours or a company's, filled in the sandbox."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from lxml import etree

from allocopt.documents.templates.sandbox import Sandbox
from allocopt.errors import AllocoptError
from allocopt.resources import resource_folder

NAME = "document.docx"
# What a template may hold, packed and unpacked [bytes].
MOST_PACKED, MOST_UNPACKED = 20 * 2**20, 100 * 2**20
# Fields that fetch or start something when they are updated (ECMA-376, part 1, § 17.16.5).
_FETCHING = re.compile(
    r"\b(?:INCLUDEPICTURE|INCLUDETEXT|LINK|DDE|DDEAUTO|IMPORT|DATABASE|RD)\b", re.I
)


def filled_template(folder: Path | None, context: Mapping[str, Any]) -> Any:
    """The template as a python-docx document with its placeholders filled, text as text.

    Raises:
        AllocoptError: the template cannot be read, asks for something outside, or a placeholder is wrong.
    """
    own = None if folder is None else Path(folder, NAME)
    name = str(own) if own is not None and own.is_file() else NAME
    data = own.read_bytes() if own is not None and own.is_file() else _our_template()
    _refuse_unsafe(data, name)
    try:
        template = DocxTemplate(BytesIO(data))
        template.render(dict(context), _Environment(name), autoescape=True)
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise AllocoptError(f"{name}: is not a Word file that can be used: {error}") from error
    return template.docx


@lru_cache
def _our_template() -> bytes:
    with resources.as_file(resource_folder("templates") / NAME) as file:
        return file.read_bytes()


class _Environment:
    """What docxtpl takes for a Jinja2 environment: every part of the file is drawn in the sandbox."""

    autoescape = True

    def __init__(self, name: str) -> None:
        self.name = name

    def from_string(self, source: str) -> _Part:
        """A part of the file as a template."""
        return _Part(source, self.name)


class _Part:
    """One part of a Word file, with placeholders."""

    def __init__(self, source: str, name: str) -> None:
        self.source, self.name = source, name

    def render(self, context: Mapping[str, Any]) -> str:
        """The part with its placeholders filled; a part without any is as it was."""
        if "{{" not in self.source and "{%" not in self.source and "{#" not in self.source:
            return self.source
        return _sandbox(self.source, self.name).draw(NAME, context)


@lru_cache(maxsize=8)
def _sandbox(source: str, name: str) -> Sandbox:
    return Sandbox({NAME: source}, {}, {NAME: name})


def _refuse_unsafe(data: bytes, name: str) -> None:
    """Refuse a file that is too large, runs macros, or makes Word ask for something outside."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            sizes = [entry.file_size for entry in archive.infolist()]
            if len(data) > MOST_PACKED or sum(sizes) > MOST_UNPACKED:
                raise AllocoptError(f"{name}: is too large for a template")
            for entry in archive.namelist():
                _refuse_part(entry, archive.read(entry), name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise AllocoptError(f"{name}: is not a Word file: {error}") from error


def _refuse_part(entry: str, data: bytes, name: str) -> None:
    if "vbaProject" in entry or "/embeddings/" in entry or "/activeX/" in entry:
        raise AllocoptError(f"{name}: holds a macro or an embedded object ({entry})")
    if not entry.endswith((".rels", ".xml")):
        return
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise AllocoptError(f"{name}: is not a Word file: {entry}: {error}") from error
    if entry.endswith(".rels") and any(map(_leads_out, root)):
        raise AllocoptError(f"{name}: would load something from outside ({entry})")
    if any(_FETCHING.search(code) for code in _field_codes(root)):
        raise AllocoptError(f"{name}: has a field that fetches something ({entry})")


def _leads_out(link: Any) -> bool:
    """Whether a part is somewhere else; a hyperlink is followed by its reader alone."""
    outside = str(link.get("TargetMode")).casefold() == "external"
    return outside and not str(link.get("Type")).endswith("/hyperlink")


def _field_codes(root: Any) -> Iterator[str]:
    """What the fields of a part say; Word joins the pieces of a code that stands in several runs."""
    yield "".join(root.itertext(qn("w:instrText"), with_tail=False))
    for field in root.iter(qn("w:fldSimple")):
        yield field.get(qn("w:instr"), "")
