"""Office: the document as a Word file (.docx), in a template that a company can replace, or slides (.pptx).

The libraries for them are not always installed: `allocopt.documents.office` is imported when it is used.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from allocopt.documents.rendering import Rendering
from allocopt.errors import AllocoptError

LIBRARIES = {"docx", "docxtpl", "lxml", "pptx"}


def write_word(rendering: Rendering, path: Path) -> None:
    """Write the Word file.

    Raises:
        AllocoptError: the libraries for office files are not installed, or the template cannot be used.
    """
    office_module("word_file").write_word(rendering, path)


def write_slides(rendering: Rendering, path: Path) -> None:
    """Write the presentation.

    Raises:
        AllocoptError: the libraries for office files are not installed.
    """
    office_module("deck").write_deck(rendering, path)


def office_module(name: str) -> Any:
    """A module of `allocopt.documents.office`.

    Raises:
        AllocoptError: the libraries for office files are not installed.
    """
    try:
        return import_module(f"allocopt.documents.office.{name}")
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in LIBRARIES:
            raise
        raise AllocoptError(
            "Word files and slides need libraries that are not installed: "
            "python -m pip install 'allocopt[office]'"
        ) from error
