"""File formats: what a document can be written as, and the writer of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from allocopt.documents.language.text import nearest
from allocopt.documents.rendering import Rendering
from allocopt.errors import AllocoptError


@dataclass(frozen=True)
class Format:
    """The ending of a file, and the module that writes it; big libraries are loaded with it only."""

    suffix: str
    module: str
    writes: str = "write"

    def write(self, rendering: Rendering, path: Path) -> None:
        """Write a document to a path whose folder is there."""
        module = import_module(f"allocopt.documents.writers.{self.module}")
        getattr(module, self.writes)(rendering, path)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "html": Format(".html", "page"),
        "fragment": Format(".fragment.html", "page", "write_fragment"),
        "pdf": Format(".pdf", "pdf"),
        "xlsx": Format(".xlsx", "workbook"),
        "docx": Format(".docx", "office", "write_word"),
        "pptx": Format(".pptx", "office", "write_slides"),
        "md": Format(".md", "markdown"),
        "csv": Format(".zip", "pack"),
        "eml": Format(".eml", "mail"),
    }
)


def format_of(name: str) -> Format:
    """The format of a name.

    Raises:
        AllocoptError: there is no such format; says which there are.
    """
    if name not in FORMATS:
        raise AllocoptError(
            f"no file format {name!r}; there are {', '.join(FORMATS)}" + nearest(name, FORMATS)
        )
    return FORMATS[name]
