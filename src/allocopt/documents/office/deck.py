"""Deck: a presentation from the pages of a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Pt

from allocopt.documents.language.text import shorten
from allocopt.documents.language.voice import Voice
from allocopt.documents.office.columns import Grid
from allocopt.documents.office.frame import (
    ACCENT,
    INK,
    SOFT,
    Box,
    Style,
    add_foot,
    add_run,
    add_text,
    new_slide,
    place,
    tight,
    widen,
    write_text,
)
from allocopt.documents.office.native_charts import add_chart, has_numbers
from allocopt.documents.office.outline import Identity, identity_of, tell_identity
from allocopt.documents.office.pages import (
    AFTER_TABLE,
    BODY_HEIGHT,
    MARGIN,
    WIDTH,
    Page,
    pages_of,
)
from allocopt.documents.office.slices import slices_of
from allocopt.documents.office.slide_drawing import add_drawing
from allocopt.documents.office.slide_parts import add_notes, add_pieces, add_table
from allocopt.documents.rendering import Rendering
from allocopt.documents.zipped import save_without_times

TITLE_SLIDE = 0  # of the layouts that python-pptx brings


def write_deck(rendering: Rendering, path: Path) -> None:
    """Write the presentation."""
    deck = Presentation()
    widen(deck)
    identity = identity_of(rendering)
    tell_identity(deck, identity)
    _title_slide(deck, rendering, identity)
    for section in rendering.content["sections"]:
        for page in pages_of(section):
            _add_page(deck, page, identity, rendering.voice)
    save_without_times(deck, path)


def _title_slide(deck: Any, rendering: Rendering, identity: Identity) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_SLIDE])
    bar = slide.shapes.add_shape(1, 0, 0, Pt(960), Pt(10))
    bar.fill.solid()
    bar.fill.fore_color.rgb = RGBColor.from_string(ACCENT)
    bar.line.fill.background()
    title, subtitle = slide.shapes.title, slide.placeholders[1]
    for shape, box, text, style in (
        (title, Box(MARGIN, 130, WIDTH, 110), identity.title, Style(38, INK, bold=True)),
        (subtitle, Box(MARGIN, 250, WIDTH, 60), identity.subtitle, Style(20, ACCENT)),
    ):
        place(shape, box)
        tight(shape.text_frame)
        room = box.width * 2 / style.size / 1.15
        write_text(shape.text_frame, shorten(text, room), style, identity.language)
    _head_entries(slide, rendering.content["head"]["entries"], identity)
    add_foot(slide, identity)


def _head_entries(slide: Any, entries: list[dict[str, str]], identity: Identity) -> None:
    """The identification of the plan in three columns."""
    width = WIDTH / 3
    for number, entry in enumerate(entries):
        box = Box(MARGIN + number % 3 * width, 336 + number // 3 * 46, width - 16, 40)
        shape = add_text(slide, box, entry["label"], Style(12, SOFT), identity)
        value = shorten(entry["value"], box.width / 14 / 1.1)
        add_run(shape.text_frame.add_paragraph(), value, Style(14), identity.language)


def _add_page(deck: Any, page: Page, identity: Identity, voice: Voice) -> None:
    """A slide; a chart that is taller than a slide takes several."""
    if isinstance(page.shows, dict) and not has_numbers(page.shows):
        _add_drawings(deck, page, identity)
        return
    slide = new_slide(
        deck, identity, page.topic, _numbered(page.title, page.number), page.title_size
    )
    if isinstance(page.shows, Grid):
        end = add_table(slide, page.shows, page.top, identity)
        add_notes(slide, page.notes, end + 6, identity)
        below = end + page.notes_height + AFTER_TABLE
        add_pieces(slide, page, page.after, below, identity)
    elif isinstance(page.shows, dict):
        height = BODY_HEIGHT - page.notes_height
        add_chart(slide, page.shows, Box(MARGIN, page.top, WIDTH, height), voice)
        add_notes(slide, page.notes, page.top + height + 4, identity)
        _say(slide, page.shows["desc"])
    else:
        add_pieces(slide, page, page.shows, page.top, identity)


def _add_drawings(deck: Any, page: Page, identity: Identity) -> None:
    chart: dict[str, Any] = page.shows  # type: ignore[assignment]
    parts = slices_of(chart, WIDTH, BODY_HEIGHT - page.notes_height)
    for number, (shapes, size) in enumerate(parts, start=1):
        title = _numbered(page.title, (number, len(parts)))
        slide = new_slide(deck, identity, page.topic, title, page.title_size)
        box = Box(MARGIN, page.top, WIDTH, BODY_HEIGHT - page.notes_height)
        told = (chart["title"], chart["desc"], identity.language)
        end = add_drawing(slide, shapes, size, box, told)
        if number == len(parts):
            add_notes(slide, page.notes, end + 4, identity)
        _say(slide, chart["desc"])


def _say(slide: Any, words: str) -> None:
    """The text alternative as the speaker's notes."""
    slide.notes_slide.notes_text_frame.text = words


def _numbered(title: str, number: tuple[int, int]) -> str:
    """The title, with which part of how many where there are several."""
    return title if number[1] == 1 else f"{title} ({number[0]}/{number[1]})"
