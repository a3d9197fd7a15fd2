"""Word drawing: a chart in a line of text, as a group of shapes; readers of old files see its description.

A group of shapes came with Word 2010 (MS-DOCX, § 2.3.2 wordprocessingGroup); programs that do not know it
take the fallback, which is the text alternative.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.oxml.ns import qn
from lxml.builder import ElementMaker

from allocopt.documents.office.drawing import (
    EAST_ASIAN,
    EMU_PER_POINT,
    LATIN,
    A,
    Scale,
    a,
    properties,
    text_place,
)
from allocopt.documents.office.vector import Outline, Shape, Words
from allocopt.documents.office.word_text import W, attributes, w

MICROSOFT = "http://schemas.microsoft.com/office/word/2010"
SPACES = {
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "wpg": f"{MICROSOFT}/wordprocessingGroup",
    "wps": f"{MICROSOFT}/wordprocessingShape",
    "a": A,
    "w": W,
}
_mc, _wp, _wpg, _wps = (
    ElementMaker(namespace=SPACES[name], nsmap=SPACES) for name in ("mc", "wp", "wpg", "wps")
)
ALIGNED = {"start": "left", "middle": "center", "end": "right"}
# Numbers of drawings begin here; those of a template's pictures are smaller.
FIRST_NUMBER = 5_000


def inline_drawing(
    shapes: Sequence[Shape],
    size: tuple[float, float],
    scale: float,
    told: tuple[str, str],
    number: int,
) -> Any:
    """A run with a chart of `size` px, `scale` points per px; `told` are title and text alternative."""
    drawn = Scale(scale * EMU_PER_POINT)
    extent = {"cx": drawn.length(size[0]), "cy": drawn.length(size[1])}
    whole = a.xfrm(
        *(a.off(x="0", y="0"), a.ext(extent)),
        *(a.chOff(x="0", y="0"), a.chExt(extent)),
    )
    group = _wpg.wgp(_wpg.cNvGrpSpPr(), _wpg.grpSpPr(whole))
    for place, shape in enumerate(shapes, start=1):
        group.append(_shape(shape, drawn, FIRST_NUMBER + 1_000 * number + place))
    inline = _wp.inline(
        _wp.extent(extent),
        _wp.docPr(id=str(FIRST_NUMBER + 1_000 * number), name=told[0], descr=told[1]),
        _wp.cNvGraphicFramePr(),
        a.graphic(a.graphicData(group, uri=SPACES["wpg"])),
        distT="0",
        distB="0",
        distL="0",
        distR="0",
    )
    choice = _mc.Choice(w.drawing(inline), Requires="wpg")
    return w.r(_mc.AlternateContent(choice, _mc.Fallback(w.t(told[1]))))


def _shape(shape: Shape, scale: Scale, number: int) -> Any:
    name = _wps.cNvPr(id=str(number), name=str(number))
    if isinstance(shape, Outline):
        place = _wps.spPr(*properties(shape, scale))
        return _wps.wsp(name, _wps.cNvSpPr(), place, _wps.bodyPr())
    box = _wps.spPr(
        text_place(shape, scale), a.prstGeom(a.avLst(), prst="rect"), a.noFill(), a.ln(a.noFill())
    )
    text = _wps.txbx(w.txbxContent(_line(shape, scale)))
    frame = {"wrap": "none", "lIns": "0", "tIns": "0", "rIns": "0", "bIns": "0", "anchor": "ctr"}
    return _wps.wsp(name, _wps.cNvSpPr(txBox="1"), box, text, _wps.bodyPr(frame))


def _line(words: Words, scale: Scale) -> Any:
    """A line of text as a paragraph without room around it."""
    faces = attributes(ascii=LATIN, hAnsi=LATIN, cs=LATIN, eastAsia=EAST_ASIAN)
    size = attributes(val=str(round(2 * scale.points(words.size))))
    style = w.rPr(w.rFonts(faces))
    if words.bold:
        style.append(w.b())
    style.extend(
        [w.color(attributes(val=words.colour.lstrip("#").upper())), w.sz(size), w.szCs(size)]
    )
    text = w.t(words.text)
    text.set(qn("xml:space"), "preserve")
    room = attributes(before="0", after="0", line="240", lineRule="auto")
    place = w.pPr(w.spacing(room), w.jc(attributes(val=ALIGNED[words.anchor])))
    return w.p(place, w.r(style, text))
