"""Every chart stays inside its drawing, whatever its numbers and however long its names."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support_charts import draw

from allocopt.documents.charts import (
    Band,
    Bar,
    BarRow,
    Event,
    Flow,
    Lane,
    Line,
    Mark,
    Panel,
    Point,
    Region,
    Step,
    Tile,
    bar_chart,
    flow_chart,
    lane_chart,
    line_chart,
    panel_chart,
    point_chart,
    region_chart,
    step_chart,
    tile_chart,
)
from allocopt.documents.charts.palette import SEQUENTIAL
from allocopt.documents.charts.panels import Place
from allocopt.documents.charts.tiles import Paint
from allocopt.documents.language.voice import voice_of

WORDS = {"id": "c", "title": "t & t", "desc": "d < d"}
BLUE = SEQUENTIAL[2]
FINITE = st.floats(allow_nan=False, allow_infinity=False)
# What amounts of money are like; a negative one is a loss.
MONEY = st.one_of(st.just(0.0), st.just(math.nan), st.floats(-1e13, 1e13))
NAMES = st.text(st.sampled_from("广西壮族自治区销售代表Wm IlAa<&\"'€é"), min_size=0, max_size=60)
FEW = settings(max_examples=25, deadline=None)
SHOW = voice_of("zh-CN", "CNY").show


def charts(values, names, write):
    """One chart of each kind from the same numbers and names."""
    pairs = list(zip(names, values, strict=True))
    rows = [
        BarRow(n, [Bar(v, BLUE), Bar(-v, BLUE, hatched=True)], write(v), [Mark("tick", v, BLUE)])
        for n, v in pairs
    ]
    rows.append(BarRow("range", [], "", [], (values[0], values[-1]), (values[-1], values[0])))
    known = [(n, v) for n, v in pairs if math.isfinite(v)] or [("", 0.0)]
    series = [values, values[::-1]]
    band = Band("b", *series, BLUE)
    yield bar_chart(rows, [("box", BLUE, names[0])], write, WORDS, known[0][1])
    yield line_chart(
        names, [Line(names[0], v, BLUE, dotted=True) for v in series], band, write, WORDS
    )
    steps = [Step(n, v, write(v), total=k == 0) for k, (n, v) in enumerate(pairs)]
    yield step_chart(steps, ("total", "more", "less"), write, WORDS)
    flows = [Flow(n, names[0], abs(v)) for n, v in known]
    yield flow_chart(flows, ("gives", "takes"), write, WORDS)
    events = [Event(n, min(abs(v), 1e4), min(abs(v), 1e4)) for n, v in known]
    yield lane_chart([Lane(names[0], events)], (0.0, 365.0), [(0.0, "1"), (90.0, "4")], WORDS)
    curve = [(0.0, 0.0), *((abs(v), v) for _, v in known)]
    places = [Place("dot", abs(v), v, BLUE, n) for n, v in known[:1]]
    yield panel_chart([Panel(n, curve, places, n) for n, _ in known], [], write, WORDS)
    points = [Point(v, -v, n, BLUE) for n, v in known]
    yield point_chart(points, (write, write), ("x", "y"), WORDS)
    tiles = [Tile(n, v, write(v), math.nan, math.nan, "", write(v)) for n, v in pairs]
    yield tile_chart(tiles, [0.0], SEQUENTIAL, ["a", "b", "?"], WORDS)
    tiles = [Tile(n, v, write(v), k, k) for k, (n, v) in enumerate(pairs)]
    yield tile_chart(tiles, [0.0], SEQUENTIAL, ["a", "b", "?"], WORDS)


@given(st.lists(FINITE, min_size=1, max_size=6))
@example([1.7e308, -1e291])
@FEW
def test_any_finite_numbers_are_drawn_inside_the_drawing(values):
    names = [f"N{k}" for k in range(len(values))]
    for chart in charts(values, names, lambda _: "1"):
        drawn = draw(chart)
        assert all(math.isfinite(x) and math.isfinite(y) for x, y in drawn.points)
        assert drawn.outside() == [], chart["kind"]


@given(st.lists(st.tuples(NAMES, MONEY), min_size=1, max_size=8))
@FEW
def test_names_of_any_length_neither_stick_out_nor_lie_on_each_other(entries):
    names, values = [name for name, _ in entries], [value for _, value in entries]
    for chart in charts(values, names, SHOW.compact):
        drawn = draw(chart)
        assert drawn.outside() == [], chart["kind"]
        assert drawn.collisions() == [], chart["kind"]


@given(
    st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-85, 85), st.floats(1e-6, 40), NAMES),
        min_size=1,
        max_size=6,
    )
)
@FEW
def test_any_map_is_drawn_inside_the_drawing(places):
    regions = [
        Region(name, east, "1.2万", (square(east, north, size),), "+3%")
        for east, north, size, name in places
    ]
    chart = region_chart(regions, Paint([0.0], SEQUENTIAL), ["a", "b", "?"], WORDS)
    drawn = draw(chart)
    assert drawn.outside() == []
    assert drawn.collisions() == []
    # Its number is on the map or under it.
    told = sum(label == "1.2万" for label in drawn.texts) + len(chart["unlabelled"])
    assert told == len(regions)


def square(east, north, size):
    """A square as a closed ring of longitudes and latitudes."""
    sides = [(0, 0), (size, 0), (size, size), (0, size), (0, 0)]
    return np.array([(east + x, north + y) for x, y in sides])


@pytest.mark.parametrize("count", [1, 36, 60])
def test_charts_of_many_rows_fit_a_printed_page(count):
    # An A4 page with margins of 16 and 18 mm is 178 mm wide and 261 mm high; a title needs 15 mm of it.
    page = 720 / 178 * (261 - 15)
    names = [f"Rep {k} with a long name" for k in range(count)]
    for chart in charts([float(k - 5) for k in range(count)], names, SHOW.compact):
        assert draw(chart).size[1] <= page or chart["kind"] == "drawing"
