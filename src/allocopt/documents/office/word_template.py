"""Word template: the frame that a document is written into, ours or a company's, filled in the sandbox."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate

from allocopt.documents.templates.sandbox import Sandbox
from allocopt.errors import AllocoptError
from allocopt.resources import resource_folder

NAME = "document.docx"
# What a template may hold, packed and unpacked [bytes].
MOST_PACKED, MOST_UNPACKED = 20 * 2**20, 100 * 2**20
# Fields that fetch or start something when they are updated (ECMA-376, part 1, § 17.16.5).
_FETCHING = re.compile(rb"\b(?:INCLUDEPICTURE|INCLUDETEXT|LINK|DDE|DDEAUTO|IMPORT|DATABASE|RD)\b")
_FIELD = re.compile(rb"<w:instrText[^>]*>([^<]*)<|w:instr=\"([^\"]*)\"")


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
    if entry.endswith(".rels"):
        for link in re.findall(rb"<Relationship\b[^>]*>", data):
            if b'"External"' in link and b"/hyperlink" not in link:
                raise AllocoptError(f"{name}: would load something from outside ({entry})")
    for simple, complex_ in _FIELD.findall(data) if entry.endswith(".xml") else ():
        if _FETCHING.search(simple or complex_):
            raise AllocoptError(f"{name}: has a field that fetches something ({entry})")
