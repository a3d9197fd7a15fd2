"""The slides: nothing runs over, tables are divided, charts keep their numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Pt

from allocopt.documents.blocks import bullets, cards, heading, notice, prose
from allocopt.documents.charts.panels import Panel, panel_chart
from allocopt.documents.office.pages import BODY_HEIGHT, WIDTH, Piece, pages_of
from allocopt.documents.office.slices import slices_of
from allocopt.documents.office.vector import Words
from allocopt.documents.rendering import Rendering
from allocopt.documents.writers import office

from .office_parts import bars, section, small_table, waterfall, with_sections


@pytest.fixture(scope="module")
def file(rendering: Rendering, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("slides") / "plan.pptx"
    office.write_slides(rendering, path)
    return path


@pytest.fixture(scope="module")
def deck(file: Path) -> Any:
    return Presentation(str(file))


@pytest.fixture(scope="module")
def charts(rendering: Rendering, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Slides of a few charts."""
    path = tmp_path_factory.mktemp("charts") / "charts.pptx"
    blocks = (bars(4), waterfall([30.0, -20.0]), waterfall([-200.0]), bars(36))
    office.write_slides(with_sections(rendering, section("Charts", *blocks)), path)
    return list(Presentation(str(path)).slides)[1:]


def table_rows(slide: Any) -> list[list[list[str]]]:
    frames = [shape for shape in slide.shapes if shape.has_table]
    return [[[cell.text for cell in row.cells] for row in one.table.rows] for one in frames]


def test_every_row_of_every_table_is_there_in_order(rendering: Rendering, deck: Any) -> None:
    found = [row for slide in deck.slides for table in table_rows(slide) for row in table[1:]]
    blocks = [one for part in rendering.content["sections"] for one in part["blocks"]]
    wanted = [
        list(row)
        for block in blocks
        if block["kind"] == "table"
        for row in [*block["rows"], *([block["total"]] if block["total"] else [])]
    ]
    assert wanted
    assert found == wanted


def test_tables_have_at_most_twelve_rows_and_letters_of_twelve_points(deck: Any) -> None:
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    for table in tables:
        assert len(table.rows) <= 1 + 12 + 1  # head and total
        runs = [
            r for cell in table.iter_cells() for p in cell.text_frame.paragraphs for r in p.runs
        ]
        assert min(run.font.size for run in runs) >= Pt(12)


def test_no_shape_leaves_the_slide(deck: Any) -> None:
    assert deck.slide_width * 9 == deck.slide_height * 16
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height


def test_every_slide_has_a_title_a_number_and_the_plan_at_its_foot(
    rendering: Rendering, deck: Any
) -> None:
    for slide in deck.slides:
        assert slide.shapes.title.text.strip()
        assert slide.element.findall(".//" + qn("a:fld"))
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert any(text.startswith(rendering.facts.summary["id"]) for text in texts)


def test_every_run_has_a_face_for_chinese(deck: Any) -> None:
    styles = [one for slide in deck.slides for one in slide.element.iter(qn("a:rPr"))]
    assert styles
    assert {one.find(qn("a:ea")).get("typeface") for one in styles} == {"Microsoft YaHei"}


def test_same_document_is_the_same_file(rendering: Rendering, file: Path, tmp_path: Path) -> None:
    office.write_slides(rendering, tmp_path / "again.pptx")
    assert (tmp_path / "again.pptx").read_bytes() == file.read_bytes()


def test_bars_keep_their_numbers(charts: Any) -> None:
    chart = next(shape.chart for shape in charts[0].shapes if shape.has_chart)
    assert list(chart.plots[0].categories) == ["Row 0", "Row 1", "Row 2", "Row 3"]
    assert [(one.name, one.values) for one in chart.plots[0].series] == [
        ("Sales", (1.0, 2.0, 3.0, 4.0))
    ]


def test_waterfall_stands_on_a_part_that_is_not_seen(charts: Any) -> None:
    chart = next(shape.chart for shape in charts[1].shapes if shape.has_chart)
    series = {one.name: one.values for one in chart.plots[0].series}
    # 100, then 30 more, then 20 less: the steps hang at 100 and at 110.
    assert series == {
        " ": (0.0, 100.0, 110.0),
        "Total": (100.0, 0.0, 0.0),
        "More": (0.0, 30.0, 0.0),
        "Less": (0.0, 0.0, 20.0),
    }


def test_waterfall_below_zero_is_drawn_as_shapes(charts: Any) -> None:
    assert not any(shape.has_chart for shape in charts[2].shapes)
    assert "Cause 0" in drawn_texts(charts[2])


def test_tall_chart_is_divided_with_every_row_once(charts: Any) -> None:
    rows = [text for slide in charts[3:] for text in drawn_texts(slide) if text.startswith("Row ")]
    assert len(charts[3:]) > 1
    assert rows == [f"Row {k}" for k in range(36)]
    assert all("Sales" in drawn_texts(slide) for slide in charts[3:])  # the legend


def drawn_texts(slide: Any) -> list[str]:
    groups = [shape for shape in slide.shapes if shape.shape_type == 6]
    return [one.text for group in groups for one in group.element.iter(qn("a:t"))]


def test_text_alternative_is_said_in_the_notes_and_at_the_chart(charts: Any) -> None:
    for slide, told in zip(charts, ("bars", "steps", "steps", "bars"), strict=False):
        assert slide.notes_slide.notes_text_frame.text == f"What {told} shows."
        names = [one.get("descr") for one in slide.element.iter(qn("p:cNvPr"))]
        assert f"What {told} shows." in names


def test_the_first_sentence_is_the_title_and_is_not_said_twice() -> None:
    pages = pages_of(section("Summary", prose(["Sales grow by 3.5 %. The rest follows."])))
    assert [page.title for page in pages] == ["Sales grow by 3.5 %."]
    assert pages[0].topic == "Summary"
    assert pages[0].shows == (Piece("prose", "The rest follows."),)


def test_a_lone_sentence_leads_to_the_chart_that_it_speaks_of() -> None:
    pages = pages_of(section("Why", bullets(["Costs fell."]), bars(3)))
    assert [(page.title, page.topic) for page in pages] == [("Costs fell.", "Why · Chart bars")]


def test_heading_over_a_table_stands_over_its_title() -> None:
    long = small_table([[f"n{k}", "1", "d"] for k in range(30)])
    pages = pages_of(section("Money", heading("Levers"), long, notice("As assumed.")))
    assert [page.topic for page in pages] == ["Money · Levers"] * 3
    assert [len(page.shows.rows) for page in pages] == [10, 10, 10]  # type: ignore[union-attr]
    assert pages[-1].after == (Piece("notice", "As assumed."),)


def test_text_is_divided_before_it_runs_over() -> None:
    many = bullets([f"Sentence number {k} " + "goes on and on " * 12 for k in range(20)])
    endless = prose(["长" * 3000])
    figures = cards([(f"Label {k}", "1", "note") for k in range(20)])
    for page in pages_of(section("Text", many, endless, figures)):
        assert isinstance(page.shows, tuple)
        assert sum(piece.height(page.size) for piece in page.shows) <= BODY_HEIGHT


def test_many_columns_are_divided_and_each_part_begins_with_the_name() -> None:
    labels = ["Rep", *(f"{k} January" for k in range(30))]
    columns = [
        {"label": label, "holds": "number" if k else "text"} for k, label in enumerate(labels)
    ]
    row = ["Ann", *(["1,000,000"] * 30)]
    block = {"kind": "table", "caption": "Wide", "columns": columns, "rows": [row]}
    pages = pages_of(section("Wide", {**block, "total": [], "more": ""}))
    heads = [page.shows.heads for page in pages]  # type: ignore[union-attr]
    assert len(heads) > 1
    assert [head[0] for head in heads] == ["Rep"] * len(heads)
    assert [label for head in heads for label in head[1:]] == labels[1:]


def test_panels_that_are_too_many_for_a_slide_are_divided_by_rows() -> None:
    panels = [Panel(f"Lever {k}", [(0.0, 0.0), (2.0, 1.0)], []) for k in range(6)]
    chart = panel_chart(panels, [], str, {"id": "panels", "title": "Panels", "desc": "Six."})
    parts = slices_of(chart, WIDTH, BODY_HEIGHT)
    told = [{shape.text for shape in shapes if isinstance(shape, Words)} for shapes, _ in parts]
    assert [{text for text in texts if text.startswith("Lever")} for texts in told] == [
        {"Lever 0", "Lever 1", "Lever 2", "Lever 3"},
        {"Lever 4", "Lever 5"},
    ]
