"""Frame: what every slide has: title, topic, foot, and text in faces that Chinese has letters in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml.builder import ElementMaker
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from allocopt.documents.office.drawing import EAST_ASIAN, LATIN, A
from allocopt.documents.office.outline import Identity
from allocopt.documents.office.pages import (
    MARGIN,
    SLIDE_HEIGHT,
    SLIDE_WIDTH,
    TITLE_SIZES,
    WIDTH,
)

INK, SOFT, ACCENT, WASH, RULE = "14202B", "55636F", "0B4F7D", "F3F6F9", "D5DBE1"
BADGE = "8A4B00"
FOOT_SIZE = 10.0
TITLE_ONLY = 5  # of the layouts that python-pptx brings
_a = ElementMaker(namespace=A, nsmap={"a": A})


@dataclass(frozen=True)
class Style:
    """Size [pt], colour and weight of letters."""

    size: float
    colour: str = INK
    bold: bool = False


@dataclass(frozen=True)
class Box:
    """Left, top, width and height [pt]."""

    left: float
    top: float
    width: float
    height: float


def widen(deck: Any) -> None:
    """Make the slides 16:9, with the layouts that python-pptx brings for 4:3."""
    factor = Pt(SLIDE_WIDTH) / deck.slide_width
    deck.slide_width, deck.slide_height = Pt(SLIDE_WIDTH), Pt(SLIDE_HEIGHT)
    for part in (deck.slide_master, *deck.slide_layouts):
        for name, side in (("a:off", "x"), ("a:ext", "cx"), ("a:chOff", "x"), ("a:chExt", "cx")):
            for element in part.element.iter(qn(name)):
                if element.get(side) is not None:
                    element.set(side, str(round(int(element.get(side)) * factor)))


def new_slide(
    deck: Any, identity: Identity, topic: str, title: str, size: float = TITLE_SIZES[0]
) -> Any:
    """A slide with its title, the topic over it and the foot."""
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    shape = slide.shapes.title
    place(shape, Box(MARGIN, 46, WIDTH, 66))
    write_text(shape.text_frame, title, Style(size, INK, bold=True), identity.language)
    shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    tight(shape.text_frame)
    if topic:
        add_text(slide, Box(MARGIN, 24, WIDTH, 20), topic, Style(12, ACCENT, bold=True), identity)
    add_foot(slide, identity)
    return slide


def add_foot(slide: Any, identity: Identity) -> None:
    """Plan and fingerprint, and the number of the slide."""
    rule = slide.shapes.add_connector(1, Pt(MARGIN), Pt(504), Pt(MARGIN + WIDTH), Pt(504))
    rule.line.color.rgb, rule.line.width = RGBColor.from_string(RULE), Pt(0.75)
    style = Style(FOOT_SIZE, SOFT)
    add_text(slide, Box(MARGIN, 508, WIDTH - 80, 16), identity.footer, style, identity)
    box = add_text(slide, Box(MARGIN + WIDTH - 80, 508, 80, 16), "", style, identity)
    paragraph = box.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    field = _a.fld(_a.rPr(lang=identity.language, sz=str(int(FOOT_SIZE * 100))), _a.t("‹#›"))
    field.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    field.set("type", "slidenum")
    _dress(field[0], style)
    paragraph._p.append(field)


def add_text(slide: Any, box: Box, text: str, style: Style, identity: Identity) -> Any:
    """A text box."""
    shape = slide.shapes.add_textbox(0, 0, 0, 0)
    place(shape, box)
    tight(shape.text_frame)
    write_text(shape.text_frame, text, style, identity.language)
    return shape


def write_text(frame: Any, text: str, style: Style, language: str) -> Any:
    """The text as the first paragraph of a frame."""
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    add_run(paragraph, text, style, language)
    return paragraph


def add_run(paragraph: Any, text: str, style: Style, language: str) -> None:
    """Text in one style; a line feed begins a new line."""
    for number, line in enumerate(text.split("\n")):
        if number:
            paragraph.add_line_break()
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.bold = Pt(style.size), style.bold
        properties = run._r.get_or_add_rPr()
        properties.set("lang", language)
        _dress(properties, style)


def _dress(properties: Any, style: Style) -> None:
    """Colour and faces of a run, in the order that the schema asks for."""
    properties.append(_a.solidFill(_a.srgbClr(val=style.colour)))
    properties.append(_a.latin(typeface=LATIN))
    properties.append(_a.ea(typeface=EAST_ASIAN))


def place(shape: Any, box: Box) -> None:
    """Put a shape in its box."""
    shape.left, shape.top = Pt(box.left), Pt(box.top)
    shape.width, shape.height = Pt(box.width), Pt(box.height)


def tight(frame: Any) -> None:
    """A frame without room beside its letters, that breaks lines."""
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.word_wrap = True
