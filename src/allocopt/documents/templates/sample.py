"""Sample: a small made-up document with every kind of block and chart, for trying templates on."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan
from typing import Any

from allocopt.documents import blocks
from allocopt.documents.charts import (
    Band,
    Bar,
    BarRow,
    Line,
    Mark,
    Point,
    Step,
    Tile,
    bar_chart,
    line_chart,
    point_chart,
    step_chart,
    tile_chart,
)
from allocopt.documents.charts.palette import BLUE, ORANGE
from allocopt.documents.language.messages import load_messages
from allocopt.documents.language.voice import Voice, voice_of

# A text as people write it, and signs that markup, style and formulas are made of.
TEXT = "Ann & Bob’s <East> “key” accounts, {amount}; 华东大区"


def sample_content(kind: str, language: str = "en") -> dict[str, Any]:
    """What a template of documents gets, filled with made-up texts and numbers."""
    voice = voice_of(language, "CNY")
    return {
        "language": language,
        "kind": kind,
        "words": load_messages(language).branch("frame"),
        "head": {
            "title": f"Sales plan 2027 – {TEXT}",
            "subtitle": "A made-up document",
            "imprint": "sample-2027-1 · 0123456789ab",
            "entries": [
                {"label": "Plan", "value": "sample-2027-1"},
                {"label": "By", "value": TEXT},
            ],
        },
        "sections": [
            {"id": "texts", "title": "Texts", "blocks": list(_texts())},
            {"id": "tables", "title": "Tables", "blocks": list(_tables(voice))},
            {"id": "charts", "title": "Charts", "blocks": list(_charts(voice))},
        ],
    }


def _texts() -> Iterator[blocks.Block | None]:
    yield blocks.heading("A heading")
    yield blocks.prose(f"One paragraph about {TEXT}.\n\nAnother paragraph.")
    yield blocks.bullets([TEXT, "A second item"], "A list", "proposed")
    yield blocks.bullets(["An item of a list without a title"])
    yield blocks.notice("What is said where something is missing.")
    yield blocks.cards(
        [("Sales", "¥12.9M", "6 % more than in 2026"), ("Contribution", "¥1.2M", "")]
    )


def _tables(voice: Voice) -> Iterator[blocks.Block | None]:
    heads = [("Name", "text"), ("Start", "date"), ("Sales", "number")]
    rows = [[TEXT, "3 March 2027", "1,234"]] * 3
    yield blocks.table("A table with a total", heads, rows, voice, ["Total", "", "3,702"], most=2)
    yield blocks.table("A table without a total", heads, rows, voice)


def _charts(voice: Voice) -> Iterator[blocks.Block]:
    write = voice.show.tick
    lines = [
        Line("Sales", [3.0, nan, 5.0], BLUE, dotted=True),
        Line("Plan", [2.0, 4.0, 6.0], ORANGE, True),
    ]
    band = Band("Interval", [1.0, 2.0, 3.0], [4.0, 5.0, 7.0], BLUE)
    yield blocks.chart(
        line_chart(["2024", "2025", "2026"], lines, band, write, _words("lines")), TEXT
    )
    bars = [Bar(3.0, BLUE), Bar(2.0, ORANGE, hatched=True)]
    row = BarRow(TEXT, bars, "5.0", [Mark("tick", 4.0, ORANGE)], band=(1.0, 6.0), link=(2.0, 5.0))
    yield blocks.chart(bar_chart([row], [("box", BLUE, "part")], write, _words("bars"), guide=1.0))
    tile = Tile("East", 3.0, "3.0", 31.0, 121.0, "Coast", "1.0 to 3.0")
    key = ["to 2", "from 2", "unknown"]
    yield blocks.chart(tile_chart([tile], [2.0], [BLUE, ORANGE], key, _words("tiles")))
    points = [Point(1.0, 2.0, "first", BLUE), Point(3.0, 4.0, "second", ORANGE)]
    yield blocks.chart(point_chart(points, (write, write), ("across", "up"), _words("points")))
    steps = [
        Step("Plan", 3.0, "3.0", total=True),
        Step("More", 1.0, "+1.0"),
        Step("Less", nan, "–"),
    ]
    signs = ("total", "more", "less")
    yield blocks.chart(step_chart(steps, signs, write, _words("steps")))


def _words(name: str) -> dict[str, str]:
    return {
        "id": f"sample-{name}",
        "title": f"A chart of {name}",
        "desc": "What it shows in words.",
    }
