"""Sales over time: the past, the forecast with its interval, the plan, and what came."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Band, Line, line_chart
from allocopt.documents.charts.line import is_cut
from allocopt.documents.charts.palette import BLUE, DARK, INTERVAL, ORANGE
from allocopt.documents.charts.scales import WIDTH
from allocopt.documents.facts import Facts
from allocopt.documents.figures.texts import subject_name, words
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.plan import ACTUAL

# Seasons of history in the chart: enough to see the season, few enough to see the plan.
PAST_YEARS = 3


def forecast_chart(facts: Facts, voice: Voice, wide: float = WIDTH) -> Block | None:
    """Sales: the past, the forecast with its interval where it is known, the plan and what came.

    The chart is `wide` px.
    """
    sales = facts.course("sales")
    planned = sales.groupby("period")["sales"].sum(min_count=1)
    past = facts.past.groupby("period")["sales"].sum(min_count=1)
    if planned.dropna().empty and past.dropna().empty:
        return None
    labels = _axis(facts, past)
    nodes = _nodes(facts)
    lines = [
        Line(voice.say("chart.past"), _values(past, labels), DARK),
        Line(voice.say("chart.demand"), _values(nodes["mean"], labels), BLUE),
        Line(voice.say("chart.planned"), _values(planned, labels), ORANGE, dashed=True),
        Line(voice.say("chart.actual"), _values(_actual(sales), labels), DARK, dotted=True),
    ]
    band = None
    if nodes["upper"].notna().any():
        lower, upper = (_values(nodes[column], labels) for column in ("lower", "upper"))
        band = Band(
            voice.say("chart.interval", share=_interval(facts, voice)), lower, upper, INTERVAL
        )
    geometry = line_chart(
        [voice.show.short_period(label) for label in labels],
        [line for line in lines if any(known(value) for value in line.values)],
        band,
        voice.show.tick,
        _words(facts, voice, labels),
        wide,
    )
    return chart(geometry, _note(facts, voice, band, lines))


def _nodes(facts: Facts) -> pd.DataFrame:
    """Forecast per period: mean, lower, upper; without bounds where no table adds them up.

    Bounds of cells do not add up to those of the whole, so they are never summed here.
    """
    nodes = facts.course("forecast_nodes")
    own = nodes[nodes["node"].map(known_text) == ""]
    if len(own):
        return own.drop_duplicates("period").set_index("period")[["mean", "lower", "upper"]]
    table = facts.course("forecast")
    cells = table[table["unit"].map(known_text) == ""]
    mean = cells.groupby("period")[["mean"]].sum(min_count=1)
    return mean.reindex(columns=["mean", "lower", "upper"])


def _actual(sales: pd.DataFrame) -> pd.Series[float]:
    """What came in the periods that were over when the plan was made again."""
    if ACTUAL not in sales:
        return pd.Series(dtype=float)
    return sales.groupby("period")[ACTUAL].sum(min_count=1)


def _axis(facts: Facts, past: pd.Series[float]) -> list[str]:
    """Labels from the past that is shown to the end of the plan, without holes."""
    calendar = facts.scenario.calendar
    labels: list[str] = []
    recorded = set(past.index) | set(facts.plan.frozen_periods)
    for step in range(-PAST_YEARS * calendar.season, 0):
        label = calendar.label(calendar.shift(calendar.plan_start, step))
        if labels or label in recorded:
            labels.append(label)
    return [*labels, *facts.periods]


def _values(series: pd.Series[float], labels: list[str]) -> list[float]:
    return [float(value) for value in series.reindex(labels)]


def _interval(facts: Facts, voice: Voice) -> str:
    """The forecast's interval as a percentage, where the plan says it."""
    interval = facts.summary.get("forecast", {}).get("interval")
    return voice.show.percent(float(interval), 0) if isinstance(interval, int | float) else ""


def _words(facts: Facts, voice: Voice, labels: list[str]) -> dict[str, str]:
    ends = {"first": voice.show.period(labels[0]), "last": voice.show.period(labels[-1])}
    numbers = voice.say("figure.forecast.planned", sales=voice.show.money(facts.sales()))
    part = subject_name(facts)
    if part:
        return words("forecast_part", facts, voice, numbers, part=part, **ends)
    return words("forecast", facts, voice, numbers, **ends)


def _note(facts: Facts, voice: Voice, band: Band | None, lines: list[Line]) -> str:
    """In which currency, how far an interval goes that is cut, or why none is shown."""
    currency = facts.summary.get("scenario", {}).get("currency", "")
    if band is None and not subject_name(facts):
        return voice.say("chart.no_interval")
    period = voice.say(f"general.period.{facts.scenario.calendar.period}")
    unit = voice.say("chart.per_period", currency=currency, period=period)
    notes = [unit] if currency else []
    if band is not None and is_cut(lines, band):
        highest = max(value for value in band.upper if known(value))
        notes.append(voice.say("chart.cut_interval", highest=voice.show.money(highest)))
    return voice.say("figure.space").join(notes)
