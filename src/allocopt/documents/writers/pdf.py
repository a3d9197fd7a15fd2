"""PDF: the page printed by WeasyPrint or by an installed browser."""

from __future__ import annotations

import contextlib
import io
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from allocopt.documents.printing.browser import VARIABLE, find_browser, print_page
from allocopt.documents.printing.fonts import refuse_unprintable
from allocopt.documents.rendering import Rendering
from allocopt.documents.writers.page import page_of
from allocopt.errors import AllocoptError

# From this many pages on a browser prints, where there is one: WeasyPrint takes over a second a page.
LONG = 20
# What fills a page, in lines: found from documents in both languages, of about 45 lines a page.
LINES = {"<tr": 1.3, "<p": 1.2, "<li": 1.2, "<h2": 4.0, "<h3": 2.5, "<svg": 17.0, "<caption": 2.5}
LINES_OF_PAGE = 45.0
REMEDY = (
    'a PDF is printed by WeasyPrint (python -m pip install "allocopt[pdf]"; it needs Pango: '
    "`apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`, `brew install pango`) or by "
    f"Chromium, Chrome or Edge ({VARIABLE} names one that is not found). None is on this machine; "
    "--format html gives a page that any browser prints"
)
_PAGE = re.compile(rb"/Type\s*/Page\b")


def write(rendering: Rendering, path: Path) -> None:
    """Write the document as PDF.

    Raises:
        AllocoptError: there is nothing that prints, no font for the letters, or printing fails.
    """
    path.write_bytes(print_pdf(page_of(rendering)))


def can_print(html: str) -> bool:
    """Whether this machine prints a page: there is a program, and a font for its letters."""
    try:
        refuse_unprintable(html)
        return find_browser() is not None or load_weasyprint() is not None
    except AllocoptError:
        return False


def print_pdf(html: str) -> bytes:
    """A page as PDF, with its title, language, headings and pages numbered.

    Raises:
        AllocoptError: there is nothing that prints, no font for the letters, or printing fails.
    """
    refuse_unprintable(html)
    browser = find_browser()
    weasyprint = None if browser and estimated_pages(html) > LONG else load_weasyprint()
    if weasyprint is not None:
        return print_with_weasyprint(html, weasyprint)
    if browser is None:
        raise AllocoptError(REMEDY)
    return whole(print_page(html, browser))


def estimated_pages(html: str) -> float:
    """About how many pages a document takes."""
    return sum(html.count(tag) * lines for tag, lines in LINES.items()) / LINES_OF_PAGE


def load_weasyprint() -> Any | None:
    """WeasyPrint, or None where it or the libraries it stands on are not installed."""
    if find_spec("weasyprint") is None:
        return None
    # Without Pango it prints advice of its own and raises an OSError.
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            import weasyprint  # noqa: PLC0415 - an extra
        except OSError:
            return None
    return weasyprint


def print_with_weasyprint(html: str, weasyprint: Any) -> bytes:
    """The page as PDF; nothing but what it holds itself is loaded.

    Raises:
        AllocoptError: WeasyPrint fails.
    """
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
    try:
        pdf = weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_tags=True)
    except Exception as error:
        raise AllocoptError(f"WeasyPrint failed: {type(error).__name__}: {error}") from error
    return bytes(pdf)


def whole(pdf: bytes) -> bytes:
    """The PDF of a browser, when it has pages and an end."""
    if not _PAGE.search(pdf) or b"%%EOF" not in pdf[-1024:]:
        raise AllocoptError("the browser made a PDF without pages: try again, or --format html")
    return pdf
