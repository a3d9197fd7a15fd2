"""The Word file: real tables in the template's styles, and templates that a company may hand in."""

from __future__ import annotations

import importlib.util
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from allocopt.documents.office.drawing import A
from allocopt.documents.rendering import Rendering
from allocopt.documents.writers import office
from allocopt.errors import AllocoptError

from .office_parts import section, small_table, waterfall, with_sections

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture(scope="module")
def file(rendering: Rendering, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("word") / "plan.docx"
    office.write_word(rendering, path)
    return path


@pytest.fixture(scope="module")
def document(file: Path) -> Any:
    return Document(str(file))


def blocks(rendering: Rendering, kind: str) -> list[dict[str, Any]]:
    sections = rendering.content["sections"]
    return [one for section in sections for one in section["blocks"] if one["kind"] == kind]


def tables(document: Any) -> list[Any]:
    """Tables of numbers, which have a head that is repeated."""
    return [one for one in document.tables if one._tbl.findall(".//" + qn("w:tblHeader"))]


def test_sections_are_headings_in_order(rendering: Rendering, document: Any) -> None:
    found = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert found == [section["title"] for section in rendering.content["sections"]]


def test_every_table_holds_the_rows_of_its_block(rendering: Rendering, document: Any) -> None:
    expected = [
        [
            [c["label"] for c in block["columns"]],
            *block["rows"],
            *([block["total"]] if block["total"] else []),
        ]
        for block in blocks(rendering, "table")
    ]
    found = [
        [[cell.text for cell in row.cells] for row in table.rows] for table in tables(document)
    ]
    assert found == expected


def test_heads_are_repeated_rows_stay_whole_and_numbers_stand_at_the_right(
    rendering: Rendering, document: Any
) -> None:
    for table, block in zip(tables(document), blocks(rendering, "table"), strict=True):
        heads = [row for row in table.rows if row._tr.trPr.find(qn("w:tblHeader")) is not None]
        assert [row._tr for row in heads] == [table.rows[0]._tr]
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        right = [
            cell.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT for cell in table.rows[1].cells
        ]
        assert right == [column["holds"] == "number" for column in block["columns"]]


def test_tables_fit_between_the_margins(document: Any) -> None:
    page = document.sections[0]
    room = page.page_width - page.left_margin - page.right_margin
    for table in document.tables:
        assert sum(column.width for column in table.columns) <= room + 635 * len(table.columns)


def test_charts_are_shapes_with_a_text_alternative(rendering: Rendering, document: Any) -> None:
    charts = [block["chart"] for block in blocks(rendering, "chart")]
    told = [one.get("descr") for one in document.element.body.iter(qn("wp:docPr"))]
    assert charts
    assert told == [chart["desc"] for chart in charts]
    assert not [one for one in document.part.package.iter_parts() if "image" in one.content_type]


def test_list_of_contents_leads_to_the_sections(rendering: Rendering, document: Any) -> None:
    marks = {one.get(qn("w:name")) for one in document.element.body.iter(qn("w:bookmarkStart"))}
    links = [one.get(qn("w:anchor")) for one in document.element.body.iter(qn("w:hyperlink"))]
    assert len(links) == len(rendering.content["sections"])
    assert set(links) == marks


def test_file_says_what_it_is(rendering: Rendering, document: Any) -> None:
    about, head = document.core_properties, rendering.content["head"]
    foot = document.sections[0].footer.paragraphs[0].text
    assert about.title == head["title"]
    assert about.language == "zh-CN"
    assert about.identifier == rendering.facts.summary["id"]
    assert foot.startswith(f"{about.identifier} · {about.keywords}")


def test_chinese_is_set_in_a_chinese_face(document: Any) -> None:
    faces = document.styles["Normal"].element.rPr.rFonts
    assert faces.get(qn("w:eastAsia")) == "Microsoft YaHei"


def test_same_document_is_the_same_file(rendering: Rendering, file: Path, tmp_path: Path) -> None:
    office.write_word(rendering, tmp_path / "again.docx")
    assert (tmp_path / "again.docx").read_bytes() == file.read_bytes()


def test_our_template_is_what_its_script_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # nothing beside the templates
    script = importlib.util.spec_from_file_location("maker", TEMPLATES / "make_word_template.py")
    assert script is not None
    assert script.loader is not None
    maker = importlib.util.module_from_spec(script)
    script.loader.exec_module(maker)
    maker.make_template(tmp_path / "document.docx")
    made, kept = (
        {name: archive.read(name) for name in archive.namelist()}
        for path in (tmp_path / "document.docx", TEMPLATES / "document.docx")
        for archive in [zipfile.ZipFile(path)]
    )
    assert made == kept


def company(rendering: Rendering, folder: Path, change: Any) -> Rendering:
    """The document in a company's template: ours with a change."""
    template = Document(str(TEMPLATES / "document.docx"))
    change(template)
    template.save(str(folder / "document.docx"))
    small = with_sections(
        rendering, section("One", small_table([["a", "1", "b"]]), waterfall([-3.0]))
    )
    return replace(small, request=replace(rendering.request, templates=folder))


def test_company_template_comes_first_and_lends_the_styles_that_it_lacks(
    rendering: Rendering, tmp_path: Path
) -> None:
    def change(template: Any) -> None:
        template.add_paragraph("Calder {{ head.title }}")
        template.styles["Heading 1"].font.name = "Georgia"
        template.styles["Plan Table"].delete()

    office.write_word(company(rendering, tmp_path, change), tmp_path / "own.docx")
    made = Document(str(tmp_path / "own.docx"))
    assert made.paragraphs[-1].text == f"Calder {rendering.content['head']['title']}"
    assert made.styles["Heading 1"].font.name == "Georgia"
    assert tables(made)[0].style.name == "Plan Table"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ head.titel }}", r"document\.docx:.*'titel'; did you mean 'title'\?"),
        ("{% for x in %}", "document.docx"),
        ("{{ ''.__class__ }}", "not allowed in a template|no '__class__'"),
    ],
)
def test_a_wrong_placeholder_is_named(
    rendering: Rendering, tmp_path: Path, text: str, told: str
) -> None:
    wrong = company(rendering, tmp_path, lambda template: template.add_paragraph(text))
    with pytest.raises(AllocoptError, match=told):
        office.write_word(wrong, tmp_path / "x.docx")


def remove_body(template: Any) -> None:
    for paragraph in template.paragraphs:
        if "body" in paragraph.text:
            paragraph._p.getparent().remove(paragraph._p)


def load_picture(template: Any) -> None:
    template.part.relate_to(
        "https://example.org/x.png", "http://x/relationships/image", is_external=True
    )


def fetch_field(template: Any) -> None:
    field = template.add_paragraph()._p.makeelement(
        qn("w:fldSimple"), {qn("w:instr"): " INCLUDEPICTURE https://example.org/x.png "}
    )
    template.paragraphs[-1]._p.append(field)


def fetch_in_pieces(template: Any) -> None:
    paragraph = template.add_paragraph()
    for piece in (" include", "Picture x.png "):
        code = paragraph.add_run()._r.makeelement(qn("w:instrText"), {})
        code.text = piece
        paragraph.runs[-1]._r.append(code)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (remove_body, r"no paragraph \{\{ body \}\}"),
        (load_picture, "would load something from outside"),
        (fetch_field, "field that fetches"),
        (fetch_in_pieces, "field that fetches"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(
    rendering: Rendering, tmp_path: Path, change: Any, told: str
) -> None:
    wrong = company(rendering, tmp_path, change)
    with pytest.raises(AllocoptError, match=told):
        office.write_word(wrong, tmp_path / "x.docx")
    assert not (tmp_path / "x.docx").exists()


def test_a_file_that_is_no_word_file_is_refused(rendering: Rendering, tmp_path: Path) -> None:
    (tmp_path / "document.docx").write_bytes(b"no archive")
    asked = replace(rendering, request=replace(rendering.request, templates=tmp_path))
    with pytest.raises(AllocoptError, match="is not a Word file"):
        office.write_word(asked, tmp_path / "x.docx")


def test_missing_libraries_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "allocopt.documents.office.word_file", raising=False)
    monkeypatch.setitem(sys.modules, "docx", None)
    monkeypatch.setitem(sys.modules, "docx.oxml.ns", None)
    with pytest.raises(AllocoptError, match=r"pip install 'allocopt\[office\]'"):
        office.office_module("word_file")


def test_what_a_chart_is_drawn_of_stays_inside_the_chart(document: Any) -> None:
    # A program that grows a drawing around its shapes moves one that begins left of zero off the page.
    drawings = list(document.element.body.iter(f"{{{A}}}graphicData"))
    assert drawings
    for drawn in drawings:
        wide = int(next(drawn.iter(f"{{{A}}}chExt")).get("cx"))
        for place in list(drawn.iter(f"{{{A}}}xfrm"))[1:]:
            left, width = int(place[0].get("x")), int(place[1].get("cx"))
            assert left >= -1
            assert left + width <= wide + 1 + wide // 50
