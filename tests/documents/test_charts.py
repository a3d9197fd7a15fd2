"""Chart geometry that can be worked out in the head."""

from __future__ import annotations

from itertools import pairwise
from math import nan
from pathlib import Path

import pytest

from allocopt.documents.charts import (
    Bar,
    BarRow,
    Flow,
    Line,
    Mark,
    Step,
    Tile,
    bar_chart,
    flow_chart,
    line_chart,
    step_chart,
    tile_chart,
)
from allocopt.documents.charts.bars import MOST_ROWS, stack
from allocopt.documents.charts.line import Band, line_path
from allocopt.documents.charts.palette import (
    DARK,
    DIVERGING,
    LIGHT,
    SEQUENTIAL,
    class_of,
    ink,
    luminance,
)
from allocopt.documents.charts.points import Point, point_chart
from allocopt.documents.charts.scales import WIDTH, Scale, legend, round_ticks, spaced
from allocopt.documents.charts.tiles import group_rows, map_places
from allocopt.documents.language.text import short_place, shorten, text_width
from allocopt.documents.language.voice import voice_of
from allocopt.resources import resource_folder

WORDS = {"id": "c", "title": "t", "desc": "d"}


def test_scale_maps_ends_and_middle() -> None:
    across = Scale(0, 10, 100, 200)
    assert [across(value) for value in (0, 5, 10)] == [100, 150, 200]


@pytest.mark.parametrize(
    ("high", "ticks"),
    [
        (10, [0, 2, 4, 6, 8, 10]),
        (9.1, [0, 2, 4, 6, 8, 10]),
        (1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (120, [0, 25, 50, 75, 100, 125]),
    ],
)
def test_ticks_are_round_and_enclose(high: float, ticks: list[float]) -> None:
    assert round_ticks(high) == pytest.approx(ticks)


def test_ticks_of_nothing_and_of_losses() -> None:
    assert round_ticks(0.0)[0] == 0
    assert len(round_ticks(0.0)) > 1
    assert round_ticks(10, low=-10)[0] <= -10


def test_labels_are_thinned_evenly() -> None:
    assert spaced(5, 9) == [0, 1, 2, 3, 4]
    assert spaced(36, 9) == [0, 4, 8, 12, 16, 20, 24, 28, 32]


def test_bars_are_stacked_end_to_end() -> None:
    # 10 px per unit: 2 units, then 3; the unknown part has no length, the negative one no place here.
    bars = [Bar(2, "a"), Bar(nan, "b"), Bar(-1, "c"), Bar(3, "d")]
    placed = stack(bars, 0, Scale(0, 10, 0, 100))
    assert [(bar["x"], bar["width"], bar["colour"]) for bar in placed] == [
        (0, 20, "a"),
        (20, 30, "d"),
    ]


def test_marks_lie_where_a_bar_of_their_value_ends() -> None:
    row = BarRow("A", [Bar(40, "a")], "40", [Mark("tick", 40, "b"), Mark("diamond", nan, "b")])
    drawn = bar_chart([row], [], str, WORDS)["rows"][0]
    (mark,) = drawn["marks"]
    assert mark["x"] == pytest.approx(drawn["bars"][0]["x"] + drawn["bars"][0]["width"])


@pytest.mark.parametrize("count", [1, 5, 36, 60])
def test_rows_do_not_overlap_and_stay_inside(count: int) -> None:
    rows = [BarRow(f"销售代表{k}" * 6, [Bar(k + 1, "a")], "1") for k in range(count)]
    chart = bar_chart(rows, [], str, WORDS)
    heights = [row["y"] for row in chart["rows"]]
    assert len(heights) == min(count, MOST_ROWS)
    assert all(b - a >= 12 for a, b in pairwise(heights))
    assert all(row["y"] < chart["height"] for row in chart["rows"])
    assert all(text_width(row["label"]) * 12 <= row["label_x"] for row in chart["rows"])
    assert all(bar["x"] + bar["width"] < WIDTH - 60 for row in chart["rows"] for bar in row["bars"])


def test_a_line_breaks_at_unknown_values() -> None:
    across, rise = Scale(0, 4, 0, 40), Scale(0, 10, 100, 0)
    assert (
        line_path([0, 10, nan, 5, 5], across, rise) == "M0.0,100.0 L10.0,0.0 M30.0,50.0 L40.0,50.0"
    )


def test_the_band_goes_along_the_top_and_back_along_the_bottom() -> None:
    band = Band("80 %", [0, 0], [10, 10], "b")
    chart = line_chart(["1", "2"], [Line("x", [5, 5], "a")], band, str, WORDS)
    top, bottom = (tick["y"] for tick in (chart["y_ticks"][-1], chart["y_ticks"][0]))
    left, right = chart["left"] + 6, chart["right"]
    assert chart["band"] == f"M{left},{top} L{right},{top} L{right},{bottom} L{left},{bottom} Z"


def test_the_value_axis_begins_at_zero() -> None:
    chart = line_chart(["1", "2"], [Line("x", [90, 100], "a")], None, lambda v: f"{v:g}", WORDS)
    assert chart["y_ticks"][0]["text"] == "0"


def test_four_corners_keep_their_corners() -> None:
    # North-west, north-east, south-west, south-east.
    places = map_places([50, 50, 20, 20], [80, 120, 80, 120])
    assert places == [(0, 0), (1, 0), (0, 1), (1, 1)]


def test_places_in_one_spot_get_tiles_of_their_own() -> None:
    places = map_places([30.0] * 12, [110.0] * 12)
    assert len(set(places)) == 12


def test_groups_begin_on_rows_of_their_own() -> None:
    # North has 7 members: one row of 6 and one of 1; South starts on the third row.
    places, begins = group_rows(["South", *["North"] * 7])
    assert begins == [(0, "North"), (2, "South")]
    assert places[0] == (0, 2)
    assert places[7] == (0, 1)


def test_tiles_without_coordinates_lie_under_the_map() -> None:
    spots = [(50, 80), (50, 120), (20, 80), (20, 120), (nan, nan)]
    tiles = [Tile(f"T{k}", 1.0, "1", lat, lon) for k, (lat, lon) in enumerate(spots)]
    drawn = tile_chart(tiles, [0.0], SEQUENTIAL, ["a", "b", "?"], WORDS)["tiles"]
    assert drawn[4]["y"] > max(tile["y"] for tile in drawn[:4])


def test_tiles_do_not_overlap_and_unknown_is_grey() -> None:
    tiles = [Tile(f"T{k}", nan if k else 1.0, "1", nan, nan) for k in range(60)]
    chart = tile_chart(tiles, [0.0], SEQUENTIAL, ["a", "b", "unknown"], WORDS)
    assert len({(tile["x"], tile["y"]) for tile in chart["tiles"]}) == 60
    assert chart["tiles"][0]["colour"] == SEQUENTIAL[1]
    assert {tile["colour"] for tile in chart["tiles"][1:]} == {"#e3e6ea"}
    assert "unknown" in [entry["text"] for entry in chart["legend"]]
    assert all(tile["x"] + tile["width"] <= WIDTH for tile in chart["tiles"])


def test_classes_begin_at_their_breaks() -> None:
    assert [class_of(value, (0, 10)) for value in (-1, 0, 9, 10)] == [0, 1, 1, 2]


@pytest.mark.parametrize("colour", [*SEQUENTIAL, *DIVERGING])
def test_text_on_a_tile_has_enough_contrast(colour: str) -> None:
    assert ink(colour) in {DARK, LIGHT}
    low, high = sorted([luminance(colour), luminance(ink(colour))])
    assert (high + 0.05) / (low + 0.05) >= 4.5, "WCAG 2.1 AA"


def test_the_legend_wraps_before_the_edge() -> None:
    placed = legend([("box", "a", "一二三四五六七八九十" * 2)] * 4, 10, 12)
    assert len({entry["y"] for entry in placed}) == 2 + (len(placed) > 4)
    assert placed[0]["y"] != placed[-1]["y"]


def test_names_are_shortened_sensibly() -> None:
    names = ["广西壮族自治区", "内蒙古自治区", "黑龙江省", "北京市", "海西", "香港特别行政区"]
    assert [short_place(name, 10) for name in names] == [
        "广西",
        "内蒙古",
        "黑龙江",
        "北京",
        "海西",
        "香港",
    ]
    assert shorten("short", 10) == "short"
    cut = shorten("中华人民共和国有限责任公司", 6)
    assert cut.endswith("…")
    assert text_width(cut) <= 6


def test_resource_folders_are_found() -> None:
    assert (resource_folder("templates") / "document.html.j2").is_file()
    assert isinstance(resource_folder("templates"), Path)


def test_labels_at_the_edges_of_a_curve_run_inwards() -> None:
    long = "First, one in South, one in Coast"
    points = [Point(x, x, long, DARK) for x in (1.0, 2.0, 3.0)]
    chart = point_chart(points, (str, str), ("x", "y"), WORDS)
    assert [point["anchor"] for point in chart["points"]] == ["start", "middle", "end"]


def test_no_two_ticks_of_an_axis_say_the_same() -> None:
    # To three digits 8.325 and 8.33 million are the same.
    write = voice_of("en", "USD").show.tick
    points = [Point(0, 8_325_400.0, "a", DARK), Point(12, 8_344_900.0, "b", DARK)]
    chart = point_chart(points, (write, write), ("x", "y"), WORDS)
    texts = [tick["text"] for tick in chart["y_ticks"]]
    assert len(set(texts)) == len(texts) > 1


def test_a_waterfall_of_small_changes_is_cut_and_one_of_large_ones_is_not() -> None:
    def waterfall(change: float) -> dict[str, object]:
        steps = [Step("a", 100.0, "", total=True), Step("b", change, "")]
        steps.append(Step("c", 100.0 + change, "", total=True))
        return step_chart(steps, ("t", "m", "l"), str, WORDS)

    assert [waterfall(change)["cut"] for change in (-1.0, 5.0, -60.0, 40.0)] == [
        *(True, True, False, False)
    ]


def test_steps_begin_where_the_step_before_ends() -> None:
    # 100, less 60, more 20 is 60: in a drawing that begins at zero a bar is as wide as its amount.
    steps = [
        Step("a", 100.0, "", total=True),
        Step("b", -60.0, ""),
        Step("c", 20.0, ""),
        Step("d", nan, "unknown"),
        Step("e", 60.0, "", total=True),
    ]
    rows = [
        [shape for shape in row["shapes"] if shape["draw"] == "rect"]
        for row in step_chart(steps, ("t", "m", "l"), str, WORDS)["shapes"]
        if row["draw"] == "group"
    ]
    assert [len(row) for row in rows] == [1, 1, 1, 0, 1]
    whole, less, more, last = (row[0] for row in rows if row)
    unit = whole["width"] / 100
    ends = [(bar["x"], bar["x"] + bar["width"]) for bar in (less, more, last)]
    expected = [(40, 100), (40, 60), (0, 60)]
    for (start, end), (low, high) in zip(ends, expected, strict=True):
        assert start == pytest.approx(whole["x"] + low * unit, abs=0.3)
        assert end == pytest.approx(whole["x"] + high * unit, abs=0.3)


def test_flows_are_as_wide_as_what_is_given_and_fill_their_bars() -> None:
    flows = [Flow("a", "x", 3.0), Flow("a", "y", 1.0), Flow("b", "y", 4.0)]
    chart = flow_chart(flows, ("gives", "takes"), str, WORDS)
    bars = [shape["height"] for shape in chart["shapes"] if shape["draw"] == "rect"]
    # Givers a and b, takers x and y: 4, 4, 3 and 5 of 8.
    assert [round(8 * height / (bars[0] + bars[1]), 2) for height in bars] == [4, 4, 3, 5]


def test_negative_bars_run_to_the_left_of_zero() -> None:
    chart = bar_chart([BarRow("a", [Bar(-4, "a"), Bar(6, "b")], "")], [], str, WORDS)
    loss, gain = chart["rows"][0]["bars"]
    (zero,) = chart["zero"]
    assert loss["x"] + loss["width"] == pytest.approx(zero, abs=0.2)
    assert gain["x"] == pytest.approx(zero, abs=0.2)
    assert gain["width"] / loss["width"] == pytest.approx(1.5, abs=0.01)
