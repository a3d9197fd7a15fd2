"""Word: the document as a Word file (.docx), written into a template that a company can replace."""

from __future__ import annotations

from pathlib import Path

from allocopt.documents.rendering import Rendering
from allocopt.documents.writers.libraries import office_module


def write(rendering: Rendering, path: Path) -> None:
    """Write the Word file.

    Raises:
        AllocoptError: the libraries for office files are not installed, or the template cannot be used.
    """
    office_module("word_file").write_word(rendering, path)
