"""The user's own map: read from the scenario's folder, kept with the plan, drawn or refused in words."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_charts import draw

from allocopt.documents.charts.regions import simplify
from allocopt.documents.facts import Facts
from allocopt.documents.facts.geography import Geography, NoMap, read_geography
from allocopt.documents.figures import territory_chart
from allocopt.documents.language.voice import voice_of
from allocopt.inputs import GEOGRAPHY
from allocopt.plan import load_plan_scenario, save_plan
from allocopt.scenario import load_scenario
from allocopt.scenario_folder import write_scenario

EN, ZH = voice_of("en", "CNY"), voice_of("zh-CN", "CNY")
SQUARE = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0], [0.0, 0.0]]


def moved(east, north=0.0):
    return [[x + east, y + north] for x, y in SQUARE]


def feature(coordinates, kind="Polygon", identity=None, **properties):
    geometry = {"type": kind, "coordinates": coordinates}
    body = {"type": "Feature", "properties": properties, "geometry": geometry}
    return body if identity is None else {**body, "id": identity}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def of_case(case, data):
    return Facts(case.plan, replace(case.scenario, geography=data))


def ten(case, **properties):
    """A square for each territory of the made-up plan, side by side."""
    return collection(*(feature([moved(3 * k)], territory=f"T{k}") for k in range(10)))


def test_features_are_found_by_territory_name_or_id():
    data = collection(
        feature([SQUARE], territory="E"),
        feature([SQUARE], name=" 广西壮族自治区 "),
        feature([SQUARE], id="w"),
        feature([SQUARE], identity="N"),
        feature([SQUARE], name="Elsewhere"),
    )
    names = {"E": "East", "gx": "广西", "W": "West", "N": "North"}
    found = read_geography(data, names)
    assert isinstance(found, Geography)
    assert set(found.rings) == {"E", "gx", "W", "N"}


def test_parts_and_holes_of_a_territory_are_its_rings():
    islands = [[moved(0)], [moved(5), moved(5.5)]]
    data = collection(feature(islands, "MultiPolygon", name="A"), feature([moved(9)], name="A"))
    found = read_geography(data, {"A": "A"})
    assert isinstance(found, Geography)
    assert [len(ring) for ring in found.rings["A"]] == [5, 5, 5, 5]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "none"),
        (b"not json", "broken"),
        (b"[]", "broken"),
        (b'{"features": 3}', "broken"),
        (b"[" * 100_000, "broken"),
        (collection(feature([[[0, 0], [1, 1]]], name="A")), "broken"),
        (collection(feature([[["x", 0]] * 5], name="A")), "broken"),
        (collection(feature([[[10**400, 0]] * 5], name="A")), "broken"),
        (collection(feature([[[float("nan"), 0]] * 5], name="A")), "broken"),
        (collection(feature([SQUARE], name="Elsewhere")), "names"),
        (collection(feature([moved(500_000)], name="A")), "degrees"),
    ],
)
def test_a_file_that_is_no_map_is_refused_with_its_reason(data, why):
    assert read_geography(data, {"A": "A"}) == NoMap(why)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["features", "geometry", "type", "coordinates", "properties"]),
                inner,
            )
        ),
        max_leaves=12,
    )
)
@settings(max_examples=60, deadline=None)
def test_no_file_of_any_shape_ends_in_a_traceback(tree):
    assert isinstance(read_geography(json.dumps(tree).encode(), {"A": "A"}), NoMap | Geography)


def test_a_map_takes_the_place_of_the_tiles(case):
    block = territory_chart(of_case(case, ten(case)), EN)
    assert "tiles" not in block["chart"]
    drawn = draw(block["chart"])
    assert drawn.outside() == []
    shown = {title for title in drawn.titles if title.startswith("Territory")}
    assert len(shown) == 10
    growth = Facts(case.plan, case.scenario).by("territory")["growth"]
    assert all(any(EN.show.change(v, 0) in title for title in shown) for v in growth)


def test_territories_keep_their_place_on_the_map(case):
    # Two squares: T1 lies east of T0 and north of it.
    data = collection(
        *(feature([moved(3 * (k == 1), 3 * (k == 1))], territory=f"T{k}") for k in range(10))
    )
    chart = territory_chart(of_case(case, data), EN)["chart"]
    corners = {
        group["title"].split()[1]: np.array(
            [
                [float(number) for number in corner.split(",")]
                for corner in group["shapes"][0]["d"].replace("M", "").replace(" Z", "").split(" L")
            ]
        )
        for group in chart["shapes"]
        if group["draw"] == "group"
    }
    (west, south), (east, north) = corners["0"].mean(axis=0), corners["1"].mean(axis=0)
    assert east > west
    assert north < south


def test_a_broken_map_is_told_and_tiles_are_drawn(case):
    for voice in (EN, ZH):
        block = territory_chart(of_case(case, b"{"), voice)
        assert block["note"] == voice.say("chart.no_map.broken")
        assert len(block["chart"]["tiles"]) == 10


def test_territories_that_the_map_lacks_are_named(case):
    data = collection(*(feature([moved(3 * k)], territory=f"T{k}") for k in range(8)))
    note = territory_chart(of_case(case, data), EN)["note"]
    assert {"Territory 8", "Territory 9"} <= set(note.rstrip(".").replace(",", ":").split(": "))


def test_what_cannot_be_seen_is_left_out_of_an_outline():
    # A side of 1,000 corners that leave the straight line by less than what is seen is one line.
    side = np.column_stack([np.linspace(0, 100, 1000), 0.01 * np.sin(np.arange(1000))])
    ring = np.vstack([side, [[100.0, 50.0], [0.0, 50.0], side[0]]])
    assert len(simplify(ring, 0.6)) == 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A scenario with a map, and a child of it without one of its own."""
    root = tmp_path_factory.mktemp("maps")
    base = root / "base"
    base.mkdir()
    (base / "scenario.yaml").write_text("calendar: {plan_start: 2026-01-01, plan_periods: 2}\n")
    (base / "units.csv").write_text("unit,territory,segment,hours,demand\nu,East,s,1,10\n")
    (base / "reps.csv").write_text("rep,hours\nAnn,100\n")
    (base / GEOGRAPHY).write_bytes(collection(feature([SQUARE], territory="East")))
    child = root / "child"
    child.mkdir()
    (child / "scenario.yaml").write_text("scenario: {base: ../base}\n")
    return root


def test_a_scenario_has_the_map_of_its_folder_or_of_its_base(folder):
    own = (folder / "base" / GEOGRAPHY).read_bytes()
    assert load_scenario(folder / "base").geography == own
    assert load_scenario(folder / "child").geography == own


def test_a_stored_plan_and_a_written_scenario_keep_the_map(folder, case, tmp_path):
    scenario = load_scenario(folder / "child")
    saved = save_plan(case.plan, scenario, tmp_path / "plan")
    assert load_plan_scenario(saved).geography == scenario.geography
    written = write_scenario(scenario, tmp_path / "written", {})
    assert load_scenario(written).geography == scenario.geography


def test_a_map_beyond_all_measure_is_not_read(folder, monkeypatch):
    monkeypatch.setattr("allocopt.inputs.MOST_GEOGRAPHY", 10)
    scenario = load_scenario(folder / "base")
    assert scenario.geography == b""
    assert [finding.code for finding in scenario.findings if finding.file == GEOGRAPHY] == [
        "large-map"
    ]
