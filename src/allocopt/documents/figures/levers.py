"""Levers: the response curve of each, and where the plan and today's spend lie on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Panel, panel_chart
from allocopt.documents.charts.palette import BLUE, DARK, ORANGE
from allocopt.documents.charts.panels import MOST_PANELS, Place
from allocopt.documents.facts import Facts
from allocopt.documents.figures.texts import ends_in_words, more, words
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.errors import DataError
from allocopt.response.report import CurveReport, report_responses

POINTS_OF_LINE = 61
# A curve is drawn to this multiple of the largest spend on it, else of what brings half of its lift.
BEYOND, HALVES = 1.4, 3.0


@dataclass(frozen=True)
class _Spend:
    """A curve, and what the plan spends in its place per period on average."""

    report: CurveReport
    planned: float

    @property
    def lift(self) -> float:
        """Lift of the planned spend, the same in every period."""
        return self.report.lift_max * self.report.term.steady_lift(self.planned)


def lever_chart(facts: Facts, voice: Voice) -> Block | None:
    """A small chart per response curve: the lift of spend, where the plan is, where today is."""
    spends = sorted(_spends(facts), key=lambda spend: -spend.planned)
    if not spends:
        return None
    panels = [_panel(spend, facts, voice) for spend in spends]
    key = [("line", BLUE, voice.say("chart.lift")), ("dot", ORANGE, voice.say("chart.in_plan"))]
    if any(spend.report.spend_today > 0 for spend in spends):
        key.append(("ring", DARK, voice.say("chart.today")))
    entries = [(panel.title, spend.planned) for panel, spend in zip(panels, spends, strict=True)]
    total = voice.show.money(sum(spend.planned for spend in spends))
    said = ends_in_words(entries, voice.show.compact, voice, total)
    geometry = panel_chart(panels, key, voice.show.tick, words("levers", facts, voice, said))
    hidden = more(len(panels) - MOST_PANELS, voice)
    currency = facts.summary.get("scenario", {}).get("currency", "")
    period = voice.say(f"general.period.{facts.scenario.calendar.period}")
    unit = voice.say("chart.spend_and_lift", currency=currency, period=period)
    return chart(geometry, voice.show.join([unit, hidden]) if hidden else unit)


def _spends(facts: Facts) -> Iterator[_Spend]:
    """Curves that money is planned on or was spent on, where their lift is known.

    A part of the plan has the curves that hold nowhere else.
    """
    if facts.scenario.table("responses").empty:
        return
    try:
        reports = report_responses(facts.scenario)
    except DataError:
        # Curves from a history that the reader may not see.
        return
    planned = _planned(facts, reports)
    for number, report in enumerate(reports):
        spend = planned.get(number, 0.0)
        own = facts.extent is None or report.place.territory in facts.extent.territories
        if own and known(report.lift_max) and (spend > 0 or report.spend_today > 0):
            yield _Spend(report, spend)


def _planned(facts: Facts, reports: tuple[CurveReport, ...]) -> dict[int, float]:
    """Planned spend per period by the number of the curve that holds in its cell."""
    keys = ["lever", "territory", "segment"]
    spend = facts.table("budget").groupby(keys, as_index=False)[["spend"]].sum()
    sums: dict[int, float] = {}
    for row in spend.to_dict("records"):
        lever, *cell = (known_text(row[key]) for key in keys)
        number = _curve_of(facts, reports, lever, (cell[0], cell[1]))
        sums[number] = sums.get(number, 0.0) + float(row["spend"]) / max(len(facts.periods), 1)
    return sums


def _curve_of(
    facts: Facts, reports: tuple[CurveReport, ...], lever: str, cell: tuple[str, str]
) -> int:
    """The curve that names a cell most closely, the last of equals; -1 where none does."""
    tree = facts.scenario.territory_tree
    chain = ["", *reversed(tree.ancestors(cell[0])), cell[0]]
    fits = [
        (chain.index(report.place.territory), bool(report.place.segment), number)
        for number, report in enumerate(reports)
        if report.lever == lever
        and report.place.territory in chain
        and report.place.segment in ("", cell[1])
    ]
    return max(fits)[2] if fits else -1


def _panel(spend: _Spend, facts: Facts, voice: Voice) -> Panel:
    """The curve of one lever in its place."""
    report = spend.report
    today = report.spend_today if report.spend_today > 0 else float("nan")
    largest = max([spend.planned, today if known(today) else 0.0])
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
    said = voice.say("chart.spends", spend=voice.show.compact(spend.planned))
    places = [Place("dot", spend.planned, spend.lift, ORANGE, said)]
    if known(today):
        text = voice.say("chart.spends_today", spend=voice.show.compact(today))
        places.insert(0, Place("ring", today, report.lift_today, DARK, text))
    note = voice.show.join([place.text for place in reversed(places)])
    return Panel(" · ".join(filter(None, names)), curve, places, note)
