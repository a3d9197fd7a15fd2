"""Slide drawing: a chart as a group of shapes, which stay sharp and can be edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml.builder import ElementMaker
from pptx.util import Pt

from allocopt.documents.office.drawing import (
    ALIGNED,
    EAST_ASIAN,
    EMU_PER_POINT,
    LATIN,
    A,
    Scale,
    a,
    properties,
    solid,
    text_place,
)
from allocopt.documents.office.frame import Box
from allocopt.documents.office.vector import Outline, Shape, Words

P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_p = ElementMaker(namespace=P, nsmap={"p": P, "a": A})


def add_drawing(
    slide: Any,
    shapes: Sequence[Shape],
    size: tuple[float, float],
    box: Box,
    told: tuple[str, str, str],
) -> float:
    """Draw shapes of a chart of `size` px into a box; where they end [pt].

    `told` are its title, its text alternative and its language.
    """
    title, alternative, language = told
    scale = min(box.width / size[0], box.height / size[1])
    width, height = size[0] * scale, size[1] * scale
    left = box.left + (box.width - width) / 2
    group = slide.shapes.add_group_shape()
    group.name = title
    group._element.nvGrpSpPr.cNvPr.set("descr", alternative)
    drawn = Scale(scale * EMU_PER_POINT, Pt(left), Pt(box.top))
    first = max(shape.shape_id for shape in slide.shapes) + 1
    for number, shape in enumerate(shapes):
        group._element.append(_shape(shape, drawn, first + number, language))
    extent = a.xfrm(*(a(name, **sides) for name, sides in _extent(left, box.top, width, height)))
    group._element.grpSpPr.insert(0, extent)
    return box.top + height


def _extent(left: float, top: float, width: float, height: float) -> list[tuple[str, Any]]:
    """Place and size of the group, in which its shapes are placed as on the slide."""
    corner = {"x": str(Pt(left)), "y": str(Pt(top))}
    size = {"cx": str(Pt(width)), "cy": str(Pt(height))}
    return [("off", corner), ("ext", size), ("chOff", corner), ("chExt", size)]


def _shape(shape: Shape, scale: Scale, number: int, language: str) -> Any:
    head = _p.nvSpPr(
        _p.cNvPr(id=str(number), name=f"{number}"),
        _p.cNvSpPr({"txBox": "1"} if isinstance(shape, Words) else {}),
        _p.nvPr(),
    )
    if isinstance(shape, Outline):
        return _p.sp(head, _p.spPr(*properties(shape, scale)))
    box = _p.spPr(text_place(shape, scale), a.prstGeom(a.avLst(), prst="rect"), a.noFill())
    return _p.sp(head, box, _text(shape, scale, language))


def _text(words: Words, scale: Scale, language: str) -> Any:
    size = str(round(scale.points(words.size) * 100))
    style = a.rPr(
        solid(words.colour),
        a.latin(typeface=LATIN),
        a.ea(typeface=EAST_ASIAN),
        {"lang": language, "sz": size, "b": str(int(words.bold))},
    )
    frame = {"wrap": "none", "lIns": "0", "tIns": "0", "rIns": "0", "bIns": "0", "anchor": "ctr"}
    return _p.txBody(
        a.bodyPr(frame),
        a.lstStyle(),
        a.p(a.pPr(algn=ALIGNED[words.anchor]), a.r(style, a.t(words.text))),
    )
