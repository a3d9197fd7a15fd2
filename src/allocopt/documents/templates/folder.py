"""Folder: the templates of a company over those of the installation, by name."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jinja2

from allocopt.documents.templates.engine import make_environment
from allocopt.documents.templates.references import outside_references
from allocopt.documents.templates.sandbox import Sandbox
from allocopt.errors import AllocoptError
from allocopt.resources import resource_folder

ENDINGS = (".j2", ".css", ".html")
COMPANY_STYLE = "company.css"  # added after the style of documents
LOGOS = {"logo.svg": "image/svg+xml", "logo.png": "image/png"}
# What a folder of templates may hold: files, and bytes of one.
MOST_FILES, MOST_BYTES = 200, 2**20


@dataclass(frozen=True)
class Templates:
    """Templates by name, those of a company's `folder` before ours; without a folder ours alone.

    Ours are drawn here; as soon as there is a company's folder, all are drawn in the sandbox.
    """

    folder: Path | None = None

    def draw(self, name: str, content: Mapping[str, Any]) -> str:
        """The text of a template; `content` is texts, numbers, lists and mappings.

        Raises:
            AllocoptError: the folder cannot be used; a template of it fails, says file, line and
                variable, takes more than it may, or makes a page that asks for something outside.
        """
        if self.folder is None:
            return template_environment().get_template(name).render(content)
        text = self.sandbox().draw(name, content)
        outside = outside_references(text)
        if outside:
            raise AllocoptError(f"{self.folder}: a document would {outside[0]}")
        return text

    def sandbox(self) -> Sandbox:
        """The process that draws with this folder."""
        return _sandbox(tuple(self.sources().items()), self.logo(), self.folder)

    def sources(self) -> Mapping[str, str]:
        """The text of each template by its name."""
        own = company_sources(self.folder) if self.folder is not None else {}
        return MappingProxyType({**our_sources(), **own})

    def logo(self) -> str:
        """The company's logo as a `data:` address; empty without one.

        A picture in an address runs no script and asks for nothing, whatever it holds.
        """
        for name, kind in LOGOS.items() if self.folder is not None else ():
            file = Path(str(self.folder), name)
            if file.is_file():
                return (
                    f"data:{kind};base64,{base64.b64encode(_picture(self.folder, file)).decode()}"
                )
        return ""


def template_environment() -> jinja2.Environment:
    """Our templates; everything is escaped, and a missing value is an error."""
    return _our_environment()


@lru_cache
def _our_environment() -> jinja2.Environment:
    environment = make_environment(our_sources().get)
    environment.globals["logo"] = ""
    return environment


@lru_cache(maxsize=4)
def _sandbox(sources: tuple[tuple[str, str], ...], logo: str, folder: Path | None) -> Sandbox:
    ours = our_sources()
    own = {name: str(Path(str(folder), name)) for name, text in sources if ours.get(name) != text}
    return Sandbox(dict(sources), {"logo": logo}, own)


@lru_cache
def our_sources() -> Mapping[str, str]:
    """The templates of this installation."""
    return MappingProxyType(
        {
            name: file.read_text(encoding="utf-8")
            for name, file in _walk(resource_folder("templates"))
            if name.endswith(ENDINGS)
        }
    )


def _walk(folder: Traversable, start: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _walk(entry, f"{start}{entry.name}/")
        else:
            yield start + entry.name, entry


def company_sources(folder: Path) -> dict[str, str]:
    """The templates of a company's folder.

    Raises:
        AllocoptError: there is no such folder, a file leads out of it or is no text, or it holds too much.
    """
    return {
        file.relative_to(folder).as_posix(): _text(folder, file)
        for file in company_files(folder)
        if file.name.endswith(ENDINGS)
    }


def company_files(folder: Path) -> list[Path]:
    """The files of a company's folder and of the folders in it; hidden ones are passed by."""
    if not folder.is_dir():
        raise AllocoptError(f"{folder}: no such folder of templates")
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(place, name) for name in sorted(names) if not name.startswith(".")]
        if len(found) > MOST_FILES:
            raise AllocoptError(
                f"{folder}: more than {MOST_FILES} files; is it a folder of templates?"
            )
    return found


def read_inside(folder: Path, file: Path) -> bytes:
    """What a file holds, when it lies in the folder itself and is not too large.

    Raises:
        AllocoptError: it leads out of the folder, is too large or cannot be read.
    """
    if not file.resolve().is_relative_to(folder.resolve()):
        raise AllocoptError(f"{file}: leads out of the folder of templates, and is not read")
    if not file.is_file():
        raise AllocoptError(f"{file}: is not a file")
    try:
        with file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise AllocoptError(f"{file}: cannot be read: {error.strerror or error}") from error
    if len(data) > MOST_BYTES:
        raise AllocoptError(f"{file}: is larger than {MOST_BYTES // 2**20} MiB")
    return data


def _text(folder: Path, file: Path) -> str:
    try:
        return read_inside(folder, file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AllocoptError(f"{file}: is not UTF-8 text: {error.reason}") from error


def _picture(folder: Path | None, file: Path) -> bytes:
    data = read_inside(folder or file.parent, file)
    right = data.startswith(b"\x89PNG\r\n") if file.suffix == ".png" else b"<svg" in data
    if not right:
        raise AllocoptError(f"{file}: is not the picture that its name says")
    return data
