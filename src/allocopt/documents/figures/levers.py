"""Levers: the response curve of each, and where the plan and today's spend lie on it."""

from __future__ import annotations

import numpy as np

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Panel, panel_chart
from allocopt.documents.charts.palette import BLUE, DARK, ORANGE
from allocopt.documents.charts.panels import MOST_PANELS, Place
from allocopt.documents.facts import Facts
from allocopt.documents.facts.curves import PlacedCurve, placed_curves
from allocopt.documents.figures.texts import ends_in_words, more, words
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice

POINTS_OF_LINE = 61
# A curve is drawn to this multiple of the largest spend on it, else of what brings half of its lift.
BEYOND, HALVES = 1.4, 3.0


def lever_chart(facts: Facts, voice: Voice) -> Block | None:
    """A small chart per response curve: the lift of spend, where the plan is, where today is.

    Curves whose lift is not known, for want of sales, are left out.
    """
    curves = [one for one in placed_curves(facts) if known(one.report.lift_max)]
    if not curves:
        return None
    panels = [_panel(curve, facts, voice) for curve in curves]
    key = [("line", BLUE, voice.say("chart.lift")), ("dot", ORANGE, voice.say("chart.in_plan"))]
    if any(curve.report.spend_today > 0 for curve in curves):
        key.append(("ring", DARK, voice.say("chart.today")))
    entries = [(panel.title, curve.planned) for panel, curve in zip(panels, curves, strict=True)]
    total = voice.show.money(sum(curve.planned for curve in curves))
    said = ends_in_words(entries, voice.show.compact, voice, total)
    geometry = panel_chart(panels, key, voice.show.tick, words("levers", facts, voice, said))
    hidden = more(len(panels) - MOST_PANELS, voice)
    currency = facts.summary.get("scenario", {}).get("currency", "")
    period = voice.say(f"general.period.{facts.scenario.calendar.period}")
    unit = voice.say("chart.spend_and_lift", currency=currency, period=period)
    return chart(geometry, voice.show.join([unit, hidden]) if hidden else unit)


def _panel(placed: PlacedCurve, facts: Facts, voice: Voice) -> Panel:
    """The curve of one lever in its place."""
    report = placed.report
    today = report.spend_today if report.spend_today > 0 else float("nan")
    largest = max([placed.planned, today if known(today) else 0.0])
    reach = BEYOND * largest if largest > 0 else HALVES * report.term.half
    curve = [
        (float(x), report.lift_max * report.term.steady_lift(float(x)))
        for x in np.linspace(0.0, reach, POINTS_OF_LINE)
    ]
    names = [
        facts.name_of("levers", report.lever),
        facts.name_of("territories", report.place.territory),
        facts.name_of("segments", report.place.segment),
    ]
    said = voice.say("chart.spends", spend=voice.show.compact(placed.planned))
    places = [Place("dot", placed.planned, placed.lift, ORANGE, said)]
    if known(today):
        text = voice.say("chart.spends_today", spend=voice.show.compact(today))
        places.insert(0, Place("ring", today, report.lift_today, DARK, text))
    note = voice.show.join([place.text for place in reversed(places)])
    title = " · ".join(filter(None, names))
    return Panel(title, curve, places, note, tag=f"lever:{report.lever}")
