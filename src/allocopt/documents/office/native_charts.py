"""Native charts: lines, bars and waterfalls as charts of the presentation, with their numbers to edit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.util import Pt

from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.documents.office.drawing import EAST_ASIAN, LATIN, A
from allocopt.documents.office.frame import INK, RULE, Box

# More bars than this are too thin on a slide.
MOST_BARS = 14
LABEL_SIZE = 12.0
Chart = dict[str, Any]


def has_numbers(chart: Chart) -> bool:
    """Whether the presentation can draw the chart itself."""
    data = chart.get("data")
    if not data:
        return False
    return "band" in data or len(data["labels"]) <= MOST_BARS


def add_chart(slide: Any, chart: Chart, box: Box, voice: Voice) -> None:
    """Add a chart of the presentation's own.

    Raises:
        KeyError: the geometry has no data.
    """
    data = chart["data"]
    series = _line_series(data, voice) if "band" in data else _bar_series(data)
    numbers = CategoryChartData(number_format="#,##0.##")
    numbers.categories = data["labels"]
    for entry in series:
        numbers.add_series(entry["name"], [v if known(v) else None for v in entry["values"]])
    kind = XL_CHART_TYPE.LINE if "band" in data else XL_CHART_TYPE.BAR_STACKED
    places = (Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
    frame = slide.shapes.add_chart(kind, *places, numbers)
    frame.name = chart["title"]
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart["desc"])
    _dress(frame.chart, series, voice)
    _axes(frame.chart, chart, voice)


def _line_series(data: Chart, voice: Voice) -> list[Chart]:
    """Lines, and the ends of the band as thin ones."""
    ends = [
        {
            "name": voice.say(f"slides.{end}", name=data["band"]),
            "values": values,
            "colour": "#9AA3AD",
            "thin": True,
        }
        for end, values in zip(("lower", "upper"), data["ends"], strict=False)
    ]
    return [*data["series"], *ends]


def _bar_series(data: Chart) -> list[Chart]:
    """Parts of bars; those of a waterfall stand on a part that is not seen."""
    foot = [{"name": " ", "values": data["foot"], "colour": ""}] if "foot" in data else []
    return [*foot, *data["series"]]


def _dress(chart: Any, series: Sequence[Chart], voice: Voice) -> None:
    """Colours, strokes and letters."""
    chart.font.size = Pt(LABEL_SIZE)
    chart.font.color.rgb = RGBColor.from_string(INK)
    chart.font.name = LATIN
    face = chart.font._rPr
    face.append(etree.SubElement(face, f"{{{A}}}ea", typeface=EAST_ASIAN))
    face.set("lang", voice.say.language)
    for drawn, entry in zip(chart.plots[0].series, series, strict=True):
        (_stroke if hasattr(drawn, "smooth") else _fill)(drawn, entry)
    seen = [entry for entry in series if entry["colour"]]
    chart.has_legend = len(seen) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.TOP
        chart.legend.include_in_layout = False


def _stroke(drawn: Any, entry: Chart) -> None:
    """A line of a series, without marks."""
    drawn.smooth = False
    line = drawn.format.line
    line.color.rgb = RGBColor.from_string(entry["colour"].lstrip("#").upper())
    line.width = Pt(1.0 if entry.get("thin") else 2.25)
    if entry.get("dashed"):
        line.dash_style = MSO_LINE.DASH
    drawn.marker.format.fill.background()
    drawn.marker.format.line.fill.background()
    drawn.marker.size = 2


def _fill(drawn: Any, entry: Chart) -> None:
    """The fill of a part of the bars; strokes tell it from its neighbour without colour."""
    drawn.invert_if_negative = False
    if not entry["colour"]:
        drawn.format.fill.background()
        return
    colour = RGBColor.from_string(entry["colour"].lstrip("#").upper())
    if entry.get("hatched"):
        drawn.format.fill.patterned()
        drawn.format.fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        drawn.format.fill.fore_color.rgb = RGBColor(255, 255, 255)
        drawn.format.fill.back_color.rgb = colour
        return
    drawn.format.fill.solid()
    drawn.format.fill.fore_color.rgb = colour


def _axes(drawn: Any, chart: Chart, voice: Voice) -> None:
    """Light lines behind, numbers as short as in the document, and names from the top."""
    values, names = drawn.value_axis, drawn.category_axis
    values.major_gridlines.format.line.color.rgb = RGBColor.from_string(RULE)
    values.format.line.fill.background()
    values.tick_labels.number_format = _number_format(chart, voice)
    values.tick_labels.number_format_is_linked = False
    values.minimum_scale = chart["data"].get("first")
    values.maximum_scale = chart["data"].get("last")
    names.format.line.color.rgb = RGBColor.from_string(INK)
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.has_major_gridlines = False
    if "band" not in chart["data"]:
        drawn.plots[0].gap_width, drawn.plots[0].overlap = 60, 100
        names.reverse_order = True
        values.tick_label_position = XL_TICK_LABEL_POSITION.HIGH


def _number_format(chart: Chart, voice: Voice) -> str:
    """The code by which the program writes large numbers with the language's words for them."""
    if any("%" in str(tick["text"]) for tick in chart.get("x_ticks", ())):
        return "0%"
    scales = [(float(scale), word) for scale, word in voice.say.texts["format.scales"]]
    reached = [
        abs(value) for entry in chart["data"]["series"] for value in entry["values"] if known(value)
    ]
    most = max(reached, default=0.0)
    fitting = [(scale, word) for scale, word in scales if scale <= most][:2]
    codes = [
        f"[>={scale:.0f}]{_scaled(scale, word, fine=k == 0 and most < 10 * scale)};"
        for k, (scale, word) in enumerate(fitting)
    ]
    return "".join(codes) + "#,##0"


def _scaled(scale: float, word: str, *, fine: bool) -> str:
    """One comma divides by a thousand; what is left of a power of ten is a point that is only written."""
    thousands, left = divmod(round(math.log10(scale)), 3)
    point = "0\\." + "0" * left if left else "0.0" if fine else "0"
    return f'{point}{"," * thousands}"{word}"'
