"""Series charts: a page with a chart per series, for people who want to see what was forecast.

Each shows the history, the forecast with its interval, what the back-test would have forecast
earlier, and the periods that were flagged: outliers, shifts of the level, events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import nan
from typing import Any

import pandas as pd

from allocopt.documents.charts.line import line_path
from allocopt.documents.charts.palette import BLUE, DARK, GREEN, INTERVAL, ORANGE, PINK, RED
from allocopt.documents.charts.scales import (
    WIDTH,
    Scale,
    legend,
    legend_height,
    round_ticks,
    spaced,
)
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text, nearest
from allocopt.documents.language.voice import Voice, voice_of
from allocopt.documents.templates import template_environment
from allocopt.errors import AllocoptError

HEIGHT, LEFT, RIGHT, BOTTOM, EVENT_STRIP = 240.0, 74.0, 18.0, 30.0, 6.0
MOST_LABELS = 9
# Periods of history in a chart, and charts on a page when none is asked for by name.
MOST_PERIODS, MOST_SERIES = 72, 12
# Flags that are told in words under a chart.
MOST_FLAGS = 6

FORECAST = ["series", "period", "mean", "lower", "upper"]
PAST = ["series", "period", "sales"]
BACKTEST = ["series", "origin", "period", "mean"]
FLAGS = ["series", "period", "kind", "text"]
PROVENANCE = ["series", "forecaster", "why"]
OUTLIER, SHIFT, EVENT = "outlier", "shift", "event"
# Legend sign and colour of each kind of flag.
SIGNS = {OUTLIER: ("diamond", RED), SHIFT: ("tick", PINK), EVENT: ("box", GREEN)}
COMPANY = ""


def _nothing(columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))


@dataclass(frozen=True)
class SeriesTables:
    """What charts are drawn from; each table is long and names its `series` (see `series_key`).

    `forecast` has the columns `FORECAST`, `past` `PAST`, `backtest` `BACKTEST` (origin: any text
    that tells origins apart), `flags` `FLAGS` (kind: outlier, shift or event), `provenance`
    `PROVENANCE`. Periods are calendar labels, amounts [currency/period]; NaN is unknown. `interval`
    is the share of outcomes that should lie inside the bounds.
    """

    forecast: pd.DataFrame
    past: pd.DataFrame
    backtest: pd.DataFrame = field(default_factory=lambda: _nothing(BACKTEST))
    flags: pd.DataFrame = field(default_factory=lambda: _nothing(FLAGS))
    provenance: pd.DataFrame = field(default_factory=lambda: _nothing(PROVENANCE))
    interval: float = nan

    def of(self, series: str) -> SeriesTables:
        """The rows of one series."""

        def own(table: pd.DataFrame) -> pd.DataFrame:
            return table[table["series"] == series]

        return SeriesTables(
            own(self.forecast),
            own(self.past),
            own(self.backtest),
            own(self.flags),
            own(self.provenance),
            self.interval,
        )


def series_key(*names: object) -> str:
    """How a series is asked for: its names joined by `/`, blanks left out; "" is the company."""
    return "/".join(text for name in names if (text := known_text(name)))


def render_series_charts(
    tables: SeriesTables,
    series: Sequence[str] = (),
    *,
    language: str = "zh-CN",
    currency: str = "",
) -> str:
    """One HTML page with a chart per series, without scripts and without requests.

    Without `series` the ones with the largest forecasts are drawn, the company first.

    Raises:
        AllocoptError: there is no such series, or there are no texts for the language.
    """
    voice = voice_of(language, currency)
    chosen = choose_series(tables, series)
    figures = [_figure(tables.of(key), key, number, voice) for number, key in enumerate(chosen)]
    words = {name: voice.say(f"series_chart.{name}") for name in ("title", "made_by")}
    template = template_environment().get_template("series_chart.html.j2")
    return template.render(language=language, words=words, figures=figures)


def choose_series(tables: SeriesTables, asked: Sequence[str]) -> list[str]:
    """Series to draw: those that were asked for, each once, else the largest, the company first.

    Raises:
        AllocoptError: there is no such series.
    """
    size = tables.forecast.groupby("series")["mean"].sum()
    size = size.reindex(tables.past["series"].drop_duplicates(), fill_value=0.0).combine_first(size)
    for key in asked:
        if key not in size.index:
            raise AllocoptError(f"no series {key!r} in the forecast" + nearest(key, size.index))
    if asked:
        return list(dict.fromkeys(asked))
    ordered = size.sort_values(ascending=False, kind="stable").index
    return sorted(ordered, key=lambda key: key != COMPANY)[:MOST_SERIES]


def _figure(tables: SeriesTables, key: str, number: int, voice: Voice) -> dict[str, Any]:
    """Title, geometry and sentences of one chart."""
    name = key.replace("/", " / ") or voice.say("series_chart.company")
    labels = _axis(tables)
    chart = _geometry(tables, labels, voice)
    ahead = sorted(tables.forecast["period"])
    words = {
        "id": f"series-{number}",
        "title": name,
        "desc": voice.say(
            "series_chart.desc",
            name=name,
            last=voice.show.period(max(tables.past["period"], default="")),
            first=voice.show.period(ahead[0] if ahead else ""),
        ),
    }
    made = [
        voice.say("series_chart.made", forecaster=row["forecaster"], why=row["why"])
        for row in tables.provenance.head(1).to_dict("records")
    ]
    return {**chart, **words, "notes": [*made, *_flag_notes(tables.flags, voice)]}


def _axis(tables: SeriesTables) -> list[str]:
    """Labels of the last periods of history and of all of the forecast; labels sort as text."""
    ahead = set(tables.forecast["period"])
    past = sorted(set(tables.past["period"]) - ahead)
    return sorted([*past[-MOST_PERIODS:], *ahead])


def _geometry(tables: SeriesTables, labels: list[str], voice: Voice) -> dict[str, Any]:
    """Coordinates of everything that is drawn."""
    past = _values(tables.past, "sales", labels)
    lower, mean, upper = (
        _values(tables.forecast, name, labels) for name in ("lower", "mean", "upper")
    )
    earlier = [
        _values(own, "mean", labels) for _, own in tables.backtest.groupby("origin", sort=True)
    ]
    placed = legend(_entries(tables, bool(earlier), any(map(known, upper)), voice), LEFT, 12)
    top = 12 + legend_height(placed, 12)
    bottom = top + HEIGHT
    everything = [v for line in (past, lower, mean, upper, *earlier) for v in line if known(v)]
    ticks = round_ticks(max([0.0, *everything]), 5, min([0.0, *everything]))
    rise = Scale(ticks[0], ticks[-1], bottom, top)
    along = Scale(0, max(len(labels) - 1, 1), LEFT + 6, WIDTH - RIGHT)
    return {
        "width": WIDTH,
        "height": bottom + BOTTOM,
        "legend": placed,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "top": top,
        "bottom": bottom,
        "y_ticks": [{"y": rise(tick), "text": voice.show.tick(tick)} for tick in ticks],
        "x_ticks": [
            {"x": along(k), "y": bottom + 18, "text": voice.show.short_period(labels[k])}
            for k in spaced(len(labels), MOST_LABELS)
        ],
        "band": _band(lower, upper, along, rise),
        "band_colour": INTERVAL,
        "lines": [
            *(
                {"path": line_path(v, along, rise), "colour": ORANGE, "dashed": True}
                for v in earlier
            ),
            {"path": line_path(past, along, rise), "colour": DARK, "dashed": False},
            {"path": line_path(mean, along, rise), "colour": BLUE, "dashed": False},
        ],
        "flags": _flags(tables.flags, labels, past, along, rise),
        "strip": EVENT_STRIP,
    }


def _entries(
    tables: SeriesTables, earlier: bool, bounds: bool, voice: Voice
) -> list[tuple[str, str, str]]:
    """Legend of what the chart shows: (shape, colour, text)."""
    entries = [
        ("line", DARK, voice.say("series_chart.past")),
        ("line", BLUE, voice.say("series_chart.forecast")),
    ]
    if bounds:
        share = voice.show.percent(tables.interval, 0)
        text = voice.say("series_chart.interval", share=share)
        entries.append(
            ("box", INTERVAL, text if known(tables.interval) else voice.say("series_chart.bounds"))
        )
    if earlier:
        entries.append(("dash", ORANGE, voice.say("series_chart.backtest")))
    there = set(tables.flags["kind"])
    entries += [
        (*sign, voice.say(f"series_chart.{kind}")) for kind, sign in SIGNS.items() if kind in there
    ]
    return entries


def _values(table: pd.DataFrame, column: str, labels: list[str]) -> list[float]:
    """A value per label, NaN where the table has none; the last row of a period counts."""
    by_period = table.drop_duplicates("period", keep="last").set_index("period")[column]
    return [float(value) for value in pd.to_numeric(by_period).reindex(labels)]


def _band(lower: list[float], upper: list[float], along: Scale, rise: Scale) -> str:
    """Closed SVG path around the known intervals, "" where there are none."""
    inside = [k for k in range(len(lower)) if known(lower[k]) and known(upper[k])]
    if not inside:
        return ""
    there = [f"{along(k)},{rise(upper[k])}" for k in inside]
    back = [f"{along(k)},{rise(lower[k])}" for k in reversed(inside)]
    return "M" + " L".join(there + back) + " Z"


def _flags(
    flags: pd.DataFrame, labels: list[str], past: list[float], along: Scale, rise: Scale
) -> list[dict[str, Any]]:
    """Place of each flag: outliers lie on the line, shifts cross the chart, events on its floor."""
    number = {label: k for k, label in enumerate(labels)}
    half = (along(1) - along(0)) / 2
    return [
        {
            "kind": row["kind"],
            "shape": SIGNS[row["kind"]][0],
            "colour": SIGNS[row["kind"]][1],
            "x": along(k),
            "y": rise(past[k]) if known(past[k]) else rise(0.0),
            "half": round(half, 1),
            "text": known_text(row["text"]),
        }
        for row in flags.to_dict("records")
        if row["kind"] in SIGNS and (k := number.get(row["period"], -1)) >= 0
    ]


def _flag_notes(flags: pd.DataFrame, voice: Voice) -> list[str]:
    """The newest flags in words, the oldest of them first, and how many more there are."""
    told = flags[flags["kind"].isin(list(SIGNS))].sort_values("period", kind="stable")
    notes = [
        voice.say(
            "series_chart.flag",
            period=voice.show.period(row["period"]),
            kind=voice.say(f"series_chart.{row['kind']}"),
            text=known_text(row["text"]),
        ).strip()
        for row in told.tail(MOST_FLAGS).to_dict("records")
    ]
    hidden = len(told) - MOST_FLAGS
    return [*notes, voice.say.count("general.more", hidden)] if hidden > 0 else notes
