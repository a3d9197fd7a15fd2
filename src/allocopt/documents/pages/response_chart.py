"""Response chart: one SVG with every response curve, what it was drawn through and today's spend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from allocopt.documents.charts.palette import BLUE, DARK, ORANGE
from allocopt.documents.charts.scales import WIDTH, Scale, round_ticks
from allocopt.documents.language.voice import Voice, voice_of
from allocopt.documents.templates import template_environment
from allocopt.response.report import CurveReport

# One curve above the other; margins leave room for a title, tick texts and the name of the axis.
PANEL, TOP, LEFT, RIGHT, BOTTOM = 260.0, 34.0, 84.0, 24.0, 48.0
POINTS_OF_LINE = 121
# A curve is drawn to this multiple of the largest spend that is known.
BEYOND = 1.25


def render_response_chart(
    reports: Sequence[CurveReport], *, language: str = "zh-CN", currency: str = ""
) -> str:
    """One SVG: lift against spend per period, the same in every period; dots are what is known.

    Raises:
        AllocoptError: there are no texts for the language.
    """
    voice = voice_of(language, currency)
    panels = [_panel(report, number * PANEL, voice) for number, report in enumerate(reports)]
    template = template_environment().get_template("response_chart.svg.j2")
    words = {
        name: voice.say(f"response_chart.{name}", currency=currency)
        for name in ("title", "desc", "across", "upwards")
    }
    size = {"width": WIDTH, "height": max(len(panels), 1) * PANEL, "colour": BLUE}
    return template.render(panels=panels, words=words, dark=DARK, dot_colour=ORANGE, **size)


def _panel(report: CurveReport, top: float, voice: Voice) -> dict[str, Any]:
    """Geometry of one curve."""
    spends, lifts = report.seen
    reach = _reach(report)
    line = np.linspace(0.0, reach, POINTS_OF_LINE)
    heights = report.lift_max * np.array([report.term.steady_lift(x) for x in line])
    across = round_ticks(reach)
    upwards = round_ticks(max([*heights, *lifts]), 4, min([0.0, *lifts]))
    along = Scale(0.0, across[-1], LEFT, WIDTH - RIGHT)
    rise = Scale(upwards[0], upwards[-1], top + PANEL - BOTTOM, top + TOP)
    today = report.spend_today
    return {
        "title": " · ".join(
            filter(None, (report.lever, report.place.territory, report.place.segment))
        ),
        "title_y": top + 20,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "top": top + TOP,
        "bottom": top + PANEL - BOTTOM,
        "y_ticks": [{"y": rise(tick), "text": voice.show.tick(tick)} for tick in upwards],
        "x_ticks": [{"x": along(tick), "text": voice.show.tick(tick)} for tick in across],
        "path": "M"
        + " L".join(f"{along(x)},{rise(y)}" for x, y in zip(line, heights, strict=True)),
        "dots": [
            {"x": along(x), "y": rise(y)}
            for x, y in zip(spends, lifts, strict=True)
            if x <= across[-1]
        ],
        "today": along(today) if 0 < today <= across[-1] else None,
        "today_text": voice.say("response_chart.today", spend=voice.show.tick(today)),
    }


def _reach(report: CurveReport) -> float:
    """How far the axis of spend goes."""
    spends, _ = report.seen
    known = max([0.0, *spends, float(np.nan_to_num(report.spend_today))])
    return BEYOND * known if known > 0 else 3.0 * report.term.half
