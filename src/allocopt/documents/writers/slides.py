"""Slides: the document as a presentation (.pptx)."""

from __future__ import annotations

from pathlib import Path

from allocopt.documents.rendering import Rendering
from allocopt.documents.writers.libraries import office_module


def write(rendering: Rendering, path: Path) -> None:
    """Write the presentation.

    Raises:
        AllocoptError: the libraries for office files are not installed.
    """
    office_module("deck").write_deck(rendering, path)
