"""Page: the document as one self-contained HTML page, or as a part of another page."""

from __future__ import annotations

from pathlib import Path

from allocopt.documents.rendering import Rendering
from allocopt.documents.templates import Templates


def page_of(rendering: Rendering) -> str:
    """The text of the page.

    Raises:
        AllocoptError: a template of the company's folder is wrong.
    """
    return _drawn("document.html.j2", rendering)


def fragment_of(rendering: Rendering) -> str:
    """The text of an element that another page holds; its style leaves the rest of that page alone."""
    return _drawn("fragment.html.j2", rendering)


def write(rendering: Rendering, path: Path) -> None:
    """Write the page."""
    path.write_bytes(page_of(rendering).encode())


def write_fragment(rendering: Rendering, path: Path) -> None:
    """Write the element."""
    path.write_bytes(fragment_of(rendering).encode())


def _drawn(template: str, rendering: Rendering) -> str:
    return Templates(rendering.request.templates).draw(template, rendering.content)
