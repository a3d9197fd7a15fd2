"""Curve chart: a page with one curve of two figures, such as contribution against handovers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allocopt.documents.charts.palette import BLUE, ORANGE
from allocopt.documents.charts.points import Point, point_chart
from allocopt.documents.language.text import nearest
from allocopt.documents.language.voice import Voice, voice_of
from allocopt.documents.templates import template_environment
from allocopt.errors import AllocoptError


@dataclass(frozen=True)
class Curve:
    """Points (x, y) in order, what each is called, and which figures they are.

    `across` and `upwards` are names of figures that the catalogue knows (`curve_chart.figures`).
    `marked` is the place of a point that stands out.
    """

    across: str
    upwards: str
    points: Sequence[tuple[float, float]]
    labels: Sequence[str]
    marked: int | None = None


def render_curve(curve: Curve, *, language: str = "zh-CN", currency: str = "") -> str:
    """One HTML page with the curve, without scripts and without requests.

    Raises:
        AllocoptError: there is nothing to draw, or no text for the language or for a figure.
    """
    if not curve.points:
        raise AllocoptError("there is no plan to draw: every point of the curve failed")
    voice = voice_of(language, currency)
    axes = (_figure(curve.across, voice), _figure(curve.upwards, voice))
    title = voice.say("curve_chart.title", across=axes[0], upwards=axes[1])
    desc = voice.say("curve_chart.desc", count=len(curve.points), across=axes[0], upwards=axes[1])
    points = [
        Point(x, y, label, ORANGE if place == curve.marked else BLUE)
        for place, ((x, y), label) in enumerate(zip(curve.points, curve.labels, strict=True))
    ]
    words = {"id": "curve", "title": title, "desc": desc}
    chart = point_chart(points, (voice.show.tick, voice.show.tick), axes, words)
    made_by = voice.say("curve_chart.made_by")
    template = template_environment().get_template("curve_chart.html.j2")
    return template.render(language=language, chart=chart, made_by=made_by)


def _figure(name: str, voice: Voice) -> str:
    """A figure as the language calls it, with its unit."""
    known = voice.say.texts
    key = f"curve_chart.figures.{name}"
    if key not in known:
        names = [
            text.rpartition(".")[2] for text in known if text.startswith("curve_chart.figures.")
        ]
        raise AllocoptError(f"no figure {name!r} to draw" + nearest(name, names))
    return voice.say(key, currency=voice.show.currency)
