"""Names stay text: whatever they hold, every format reads them back as they are."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from docx import Document
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pptx import Presentation

from allocopt.documents.facts import Facts
from allocopt.documents.language.text import visible_text
from allocopt.documents.rendering import Material, Rendering, Request, Solved, rendering_of
from allocopt.documents.writers import markdown, office, pack
from allocopt.plan import Plan
from allocopt.tables.cells import guarded

from .conftest import Case
from .office_parts import all_kinds, with_sections
from .test_markdown import tables as markdown_tables

NASTY = (
    "<b>&amp;</b> ]]> <!-- {{ 7*7 }} {% raw %}",
    '=cmd|"/c calc"!A1',
    "+1", "-1", "@SUM(A1)", "\t=1",
    "'quoted' \"twice\" «»",
    "bell \x07 null \x00 escape \x1b delete \x7f",
    "half \ud800 pair \udfff \ufffe\uffff",
    "right \u202eto\u202c left \u200f mark",
    "👩‍👩‍👧‍👦 🎯",
    "上海分公司【重点】",
    "longword" * 30,
    "two\nlines\r\nand\rthree",
    "_x0041_ {_{ }_}",
)  # fmt: skip
NAMES = st.one_of(st.sampled_from(NASTY), st.text(min_size=1, max_size=30)).filter(
    lambda name: bool(visible_text(name).strip())
)


@pytest.fixture(scope="module")
def rendering(case: Case) -> Rendering:
    solved = Solved(case.plan, case.scenario)  # type: ignore[arg-type]
    return rendering_of(Material(solved), Request(language="en"))


def in_one_line(text: str) -> str:
    """A text without the ends of its lines, which formats keep in different ways."""
    return " ".join(text.split())


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(NAMES, min_size=6, max_size=6))
@example(list(NASTY[:6]))
@example(list(NASTY[6:12]))
@example(list(NASTY[-6:]))
def test_names_are_read_back_from_every_format(
    rendering: Rendering, tmp_path: Path, names: list[str]
) -> None:
    rows = [names[:3], names[3:]]
    made = with_sections(rendering, all_kinds(names[0], rows))
    wanted = [[in_one_line(visible_text(cell)) for cell in row] for row in rows]
    found = {
        "word": word_rows(made, tmp_path),
        "slides": slide_rows(made, tmp_path),
        "markdown": markdown_rows(made, tmp_path),
    }
    read = {name: [[in_one_line(c) for c in row] for row in rows] for name, rows in found.items()}
    assert read == dict.fromkeys(found, wanted)


def word_rows(made: Rendering, folder: Path) -> list[list[str]]:
    office.write_word(made, folder / "x.docx")
    document = Document(str(folder / "x.docx"))
    title = visible_text(made.content["sections"][0]["title"])
    texts = [in_one_line(paragraph.text) for paragraph in document.paragraphs]
    assert in_one_line(title) in texts
    return [[cell.text for cell in row.cells] for row in document.tables[-1].rows[1:3]]


def slide_rows(made: Rendering, folder: Path) -> list[list[str]]:
    office.write_slides(made, folder / "x.pptx")
    deck: Any = Presentation(str(folder / "x.pptx"))
    frames = [shape for slide in deck.slides for shape in slide.shapes if shape.has_table]
    rows = [row for frame in frames for row in list(frame.table.rows)[1:]]
    return [[cell.text_frame.text for cell in row.cells] for row in rows[:2]]


def markdown_rows(made: Rendering, folder: Path) -> list[list[str]]:
    markdown.write(made, folder / "x.md")
    body = (folder / "x.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    return markdown_tables(body)[-1][1:3]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(NAMES, min_size=30, max_size=30))
def test_names_are_read_back_from_the_pack(
    case: Case, rendering: Rendering, tmp_path: Path, names: list[str]
) -> None:
    table = case.plan["assignments"].assign(reason=pd.Series(names, dtype=object))
    facts = Facts(Plan(case.plan.summary, {"assignments": table}), rendering.facts.scenario)
    pack.write(replace(rendering, facts=facts), tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        text = archive.read("assignments.csv").decode("utf-8-sig")
    found = [row["reason"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert found == [guarded(visible_text(name)) for name in names]
