"""The charts of the plan document: which of the plan's numbers go into which chart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import nan

import pandas as pd

from allocopt.documents.blocks import Block, chart
from allocopt.documents.changes import compared_words
from allocopt.documents.charts import (
    Bar,
    BarRow,
    Line,
    Mark,
    Tile,
    bar_chart,
    line_chart,
    tile_chart,
)
from allocopt.documents.charts.bars import MOST_ROWS
from allocopt.documents.charts.line import Band
from allocopt.documents.charts.palette import CATEGORIES, DARK, DIVERGING, SEQUENTIAL, category
from allocopt.documents.charts.tiles import MOST_TILES
from allocopt.documents.facts import Facts, numbers, records
from allocopt.documents.formats import known
from allocopt.documents.text import known_text
from allocopt.documents.voice import Voice

BLUE, ORANGE, GREEN = CATEGORIES[:3]
BAND = "#c6dcec"
# Seasons of history in the chart: enough to see the season, few enough to see the plan.
PAST_YEARS = 3
GROWTH_BREAKS = (-0.15, -0.05, -0.01, 0.01, 0.05, 0.15)
# More segments than this are not told apart by colour.
MOST_PARTS = 6


def forecast_chart(facts: Facts, voice: Voice) -> Block | None:
    """Company sales: the past, the forecast with its interval where it is known, and the plan."""
    nodes = _forecast_nodes(facts)
    planned = facts.unit_sales.groupby("period")["sales"].sum(min_count=1)
    past = facts.past.groupby("period")["sales"].sum(min_count=1)
    if planned.empty and past.empty:
        return None
    labels = _axis(facts, past)
    lines = [
        Line(voice.say("chart.past"), _values(past, labels), DARK),
        Line(voice.say("chart.demand"), _values(nodes["mean"], labels), BLUE),
        Line(voice.say("chart.planned"), _values(planned, labels), ORANGE, dashed=True),
    ]
    band = None
    if nodes["upper"].notna().any():
        lower, upper = (_values(nodes[column], labels) for column in ("lower", "upper"))
        band = Band(voice.say("chart.interval", share=_interval(facts, voice)), lower, upper, BAND)
    return chart(
        line_chart(
            [voice.show.short_period(label) for label in labels],
            [line for line in lines if any(known(value) for value in line.values)],
            band,
            voice.show.tick,
            _words(
                "forecast",
                voice,
                first=voice.show.period(labels[0]),
                last=voice.show.period(labels[-1]),
            ),
        ),
        _currency_note(facts, voice) if band else voice.say("chart.no_interval"),
    )


def quota_chart(facts: Facts, voice: Voice) -> Block | None:
    """Quota per rep against what the rep is expected to sell and what the quota was before."""
    quotas = facts.rep_quotas[facts.rep_quotas["quota"].fillna(0) > 0]
    if quotas.empty:
        return None
    quotas = quotas.sort_values("quota", ascending=False, kind="stable")
    rows = [
        BarRow(
            facts.name_of("reps", rep),
            [Bar(row["quota"], BLUE)],
            voice.show.compact(row["quota"]),
            [Mark("tick", row["before"], DARK), Mark("diamond", row["expected"], ORANGE)],
        )
        for rep, row in records(quotas)
    ]
    key = [("box", BLUE, "quota"), ("diamond", ORANGE, "expected"), ("tick", DARK, "before")]
    legend = [(shape, colour, voice.say(f"chart.{name}")) for shape, colour, name in key]
    geometry = bar_chart(rows, legend, voice.show.tick, _words("quota", voice))
    return chart(geometry, _more(len(rows) - MOST_ROWS, voice))


def load_chart(facts: Facts, voice: Voice) -> Block | None:
    """Planned share of each rep's selling time, the fullest first."""
    reps = facts.reps[facts.reps["utilisation"].notna()]
    if reps.empty:
        return None
    reps = reps.sort_values("utilisation", ascending=False, kind="stable")
    rows = [
        BarRow(
            facts.name_of("reps", rep),
            [Bar(min(used, 1.0), BLUE), Bar(used - 1.0, CATEGORIES[5])],
            voice.show.percent(used, 0),
        )
        for rep, used in numbers(reps["utilisation"]).items()
    ]
    legend = [("box", BLUE, voice.say("chart.used"))]
    if reps["utilisation"].max() > 1:
        legend.append(("box", CATEGORIES[5], voice.say("chart.overtime")))
    geometry = bar_chart(
        rows, legend, lambda share: voice.show.percent(share, 0), _words("load", voice), 1.0
    )
    return chart(geometry, _more(len(rows) - MOST_ROWS, voice))


def budget_chart(facts: Facts, voice: Voice) -> Block | None:
    """Spend per lever; the bars show segments when there are few enough of them."""
    levers = facts.lever_spend[facts.lever_spend["spend"] > 0]
    if levers.empty:
        return None
    budget = facts.table("budget")
    segments = [known_text(name) for name in facts.by("segment").index]
    segments = [name for name in segments if name in set(budget["segment"])]
    if not 2 <= len(segments) <= MOST_PARTS or set(budget["segment"].map(known_text)) - set(
        segments
    ):
        segments = []
    parts = budget.groupby(["lever", "segment"])["spend"].sum() if segments else pd.Series()
    rows = [
        BarRow(
            facts.name_of("levers", lever),
            [Bar(parts.get((lever, name), 0.0), category(k)) for k, name in enumerate(segments)]
            or [Bar(spend, BLUE)],
            voice.show.compact(spend),
        )
        for lever, spend in numbers(levers["spend"]).items()
    ]
    legend = [
        ("box", category(k), facts.name_of("segments", name)) for k, name in enumerate(segments)
    ]
    legend = legend or [("box", BLUE, voice.say("chart.spend"))]
    geometry = bar_chart(rows, legend, voice.show.tick, _words("budget", voice))
    return chart(geometry, _more(len(rows) - MOST_ROWS, voice))


def territory_chart(facts: Facts, voice: Voice) -> Block | None:
    """A tile per territory with its planned sales, coloured by growth, or by sales without a past."""
    table = facts.by("territory")
    if table.empty:
        return None
    by_growth = bool(table["growth"].notna().any())
    values = table["growth"] if by_growth else table["sales"]
    breaks, colours, key = _growth_key(voice) if by_growth else _sales_key(values, voice)
    known_places = facts.scenario.table("territories").drop_duplicates("territory")
    places = known_places.set_index("territory").reindex(table.index)
    tiles = [
        Tile(
            facts.name_of("territories", name),
            float(values[name]),
            voice.show.compact(float(table["sales"][name])),
            float(places["latitude"][name]) if "latitude" in places else nan,
            float(places["longitude"][name]) if "longitude" in places else nan,
            facts.name_of("territories", known_text(places["parent"][name])),
        )
        for name in table.index
    ]
    words = _tile_words(by_growth, facts, voice)
    geometry = tile_chart(tiles, breaks, colours, key, words)
    return chart(geometry, _more(len(tiles) - MOST_TILES, voice))


def _tile_words(by_growth: bool, facts: Facts, voice: Voice) -> dict[str, str]:
    """Words of the tile map: what the colours say, and on which past."""
    if by_growth and not facts.on_year_before:
        return _words("tiles_change", voice, **compared_words(facts, voice))
    return _words("tiles_growth" if by_growth else "tiles_sales", voice)


def _forecast_nodes(facts: Facts) -> pd.DataFrame:
    """Company forecast per period: mean, lower, upper; without bounds when no table adds them up.

    Bounds of cells do not add up to the company's bounds, so they are never summed here.
    """
    if "forecast_nodes" in facts.plan.tables:
        nodes = facts.table("forecast_nodes")
        company = nodes[nodes["node"].map(known_text) == ""]
        return company.set_index("period")[["mean", "lower", "upper"]]
    table = facts.table("forecast")
    cells = table[table["unit"].map(known_text) == ""]
    mean = cells.groupby("period")[["mean"]].sum(min_count=1)
    return mean.reindex(columns=["mean", "lower", "upper"])


def _axis(facts: Facts, past: pd.Series[float]) -> list[str]:
    """Labels from the past that is shown to the end of the plan, without holes."""
    calendar = facts.scenario.calendar
    labels: list[str] = []
    reach = PAST_YEARS * calendar.season
    for step in range(-reach, 0):
        label = calendar.label(calendar.shift(calendar.plan_start, step))
        if labels or label in past.index:
            labels.append(label)
    return [*labels, *facts.periods]


def _values(series: pd.Series[float], labels: list[str]) -> list[float]:
    return [float(value) for value in series.reindex(labels)]


def _interval(facts: Facts, voice: Voice) -> str:
    """The forecast's interval as a percentage, where the plan says it."""
    interval = facts.summary.get("forecast", {}).get("interval")
    return voice.show.percent(float(interval), 0) if isinstance(interval, int | float) else ""


def _growth_key(voice: Voice) -> tuple[Sequence[float], Sequence[str], list[str]]:
    """Breaks, colours and legend of classes of growth."""
    ends = [voice.show.change(value, 0) for value in GROWTH_BREAKS]
    between = [voice.say("chart.between", low=a, high=b) for a, b in pairwise(ends)]
    key = [voice.say("chart.below", high=ends[0]), *between, voice.say("chart.above", low=ends[-1])]
    return GROWTH_BREAKS, DIVERGING, [*key, voice.say("general.unknown")]


def _sales_key(
    values: pd.Series[float], voice: Voice
) -> tuple[Sequence[float], Sequence[str], list[str]]:
    """Breaks at the fifths of the values, colours and legend; equal breaks are one."""
    fifths = values.quantile([0.2, 0.4, 0.6, 0.8]).dropna()
    low = values.min()
    breaks = [float(value) for value in sorted(set(fifths)) if value > low]
    ends = [voice.show.compact(value) for value in breaks]
    between = [voice.say("chart.between", low=a, high=b) for a, b in pairwise(ends)]
    edges = [voice.say("chart.below", high=ends[0]), *between] if ends else []
    above = [voice.say("chart.above", low=ends[-1])] if ends else [voice.say("chart.all")]
    return breaks, SEQUENTIAL, [*edges, *above, voice.say("general.unknown")]


def _more(hidden: int, voice: Voice) -> str:
    return voice.say.count("general.more", hidden) if hidden > 0 else ""


def _currency_note(facts: Facts, voice: Voice) -> str:
    currency = facts.summary.get("scenario", {}).get("currency", "")
    return voice.say("chart.per_period", currency=currency) if currency else ""


def _words(name: str, voice: Voice, **values: str) -> dict[str, str]:
    """Id, title and description of a chart."""
    return {
        "id": f"chart-{name.replace('_', '-')}",
        "title": voice.say(f"figure.{name}.title", **values),
        "desc": voice.say(f"figure.{name}.desc", **values),
    }
