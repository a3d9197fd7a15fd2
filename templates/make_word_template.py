"""Makes `document.docx`, the Word template of the plan documents: `python templates/make_word_template.py`.

A company makes its own by changing `document.docx` in Word: `allocopt templates` says where it is put.
What is in double braces is filled; the paragraph `{{ body }}` gives way to the sections.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from allocopt.documents.office.drawing import EAST_ASIAN, LATIN
from allocopt.documents.zipped import save_without_times

INK, SOFT, ACCENT, WASH, RULE = "14202B", "55636F", "0B4F7D", "F3F6F9", "D5DBE1"
PAGE, SIDE, TOP = (Mm(210), Mm(297)), Mm(16), Mm(18)
FACES = {"ascii": LATIN, "hAnsi": LATIN, "cs": LATIN, "eastAsia": EAST_ASIAN}
# Name, what it is based on, size [pt], colour, bold, room before and after [pt].
PARAGRAPHS = (
    ("Title", "Normal", 24, INK, True, 2, 10),
    ("Subtitle", "Normal", 11, ACCENT, True, 0, 2),
    ("Heading 1", "Normal", 16, ACCENT, True, 22, 8),
    ("Heading 2", "Normal", 12, INK, True, 14, 4),
    ("Heading 3", "Normal", 10.5, INK, True, 10, 3),
    ("List Bullet", "Normal", 10, INK, False, 0, 3),
    ("Caption", "Normal", 10, INK, True, 12, 4),
    ("toc 1", "Normal", 10, ACCENT, False, 0, 2),
    ("Contents Title", "Normal", 11, INK, True, 14, 4),
    ("Footer", "Normal", 8, SOFT, False, 0, 0),
    ("Table Text", "Normal", 9, INK, False, 1.5, 1.5),
    ("Table Head", "Table Text", 8.5, SOFT, True, 1.5, 1.5),
    ("Entry Label", "Normal", 8.5, SOFT, False, 1, 1),
    ("Entry Value", "Normal", 10, INK, False, 1, 1),
    ("Card Label", "Normal", 8.5, SOFT, False, 5, 0),
    ("Card Value", "Normal", 16, INK, True, 0, 0),
    ("Card Note", "Normal", 8.5, SOFT, False, 0, 5),
    ("Notice", "Normal", 9.5, SOFT, False, 4, 6),
    ("Note", "Normal", 8.5, SOFT, False, 3, 6),
)
KEEP_WITH_NEXT = {
    "Title",
    "Subtitle",
    "Heading 1",
    "Heading 2",
    "Heading 3",
    "Caption",
    "Contents Title",
}
TABLE_STYLE = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="PlanTable">
  <w:name w:val="Plan Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>
  <w:tblPr><w:tblBorders>
    <w:bottom w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/>
    <w:insideH w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/>
  </w:tblBorders></w:tblPr>
  <w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>
    <w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>
  </w:tcBorders></w:tcPr></w:tblStylePr>
  <w:tblStylePr w:type="lastRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
    <w:top w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>
  </w:tcBorders></w:tcPr></w:tblStylePr>
</w:style>"""


def make_template(path: Path) -> None:
    """Write the template; the same bytes every time."""
    document = Document()
    _set_page(document.sections[0])
    _set_styles(document)
    document.add_paragraph("{{ head.subtitle }}", "Subtitle")
    document.add_paragraph("{{ head.title }}", "Title")
    _add_entries(document)
    document.add_paragraph("{{ words.contents }}", "Contents Title")
    document.add_paragraph("{{ contents }}", "toc 1")
    document.add_paragraph("{{ body }}")
    document.add_paragraph("{{ words.made_by }}", "Note")
    _add_footer(document.sections[0])
    _drop_unused(document.part)
    _drop_unused(document.part.package)
    about = document.core_properties
    about.title, about.author, about.comments = "", "", ""
    about.created = about.modified = datetime(2026, 1, 1)  # noqa: DTZ001 - Word's are without a zone
    save_without_times(document, path)


def _drop_unused(part: Any) -> None:
    """Leave out what python-docx's own template carries along."""
    for key, link in list(part.rels.items()):
        if link.reltype.rpartition("/")[2] in ("stylesWithEffects", "customXml", "thumbnail"):
            del part.rels[key]


def _set_page(section: Any) -> None:
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = SIDE
    section.top_margin = section.bottom_margin = TOP
    section.footer_distance = Mm(9)


def _set_styles(document: Any) -> None:
    """The styles that documents use; the many table styles that python-docx brings are left out."""
    styles = document.styles
    for style in list(styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name != "Normal Table":
            style.delete()
    _set_faces(styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))[0])
    normal = styles["Normal"]
    _set_faces(normal.element.get_or_add_rPr())
    normal.font.size, normal.font.color.rgb = Pt(10), RGBColor.from_string(INK)
    normal.paragraph_format.space_after = Pt(5)
    normal.paragraph_format.line_spacing = 1.15
    normal.paragraph_format.widow_control = True
    for entry in PARAGRAPHS:
        _set_style(styles, *entry)
    _shade(styles["Notice"])
    _underline(styles["Heading 1"])
    badge = styles.add_style("Badge", WD_STYLE_TYPE.CHARACTER)
    badge.font.size, badge.font.bold = Pt(8.5), False
    badge.font.color.rgb = RGBColor.from_string("8A4B00")
    styles.element.append(parse_xml(TABLE_STYLE))


def _set_style(
    styles: Any, name: str, base: str, size: float, colour: str, bold: bool, *room: float
) -> None:
    known = {style.name for style in styles}
    style = styles[name] if name in known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles[base]
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    _set_faces(properties)
    style.font.size, style.font.bold = Pt(size), bold
    style.font.color.rgb = RGBColor.from_string(colour)
    style.paragraph_format.space_before, style.paragraph_format.space_after = map(Pt, room)
    style.paragraph_format.keep_with_next = name in KEEP_WITH_NEXT
    style.quick_style = True
    if name in ("Title", "Heading 1"):
        _remove(style.element.get_or_add_pPr(), "w:pBdr")


def _set_faces(properties: Any) -> None:
    """Faces by name: those of a theme depend on the language that Word runs in."""
    _remove(properties, "w:rFonts")
    faces = OxmlElement("w:rFonts", attrs={qn(f"w:{key}"): face for key, face in FACES.items()})
    properties.insert(0, faces)


def _remove(parent: Any, name: str) -> None:
    for element in parent.findall(qn(name)):
        parent.remove(element)


def _shade(style: Any) -> None:
    shade = {"val": "clear", "color": "auto", "fill": WASH}
    properties = style.element.get_or_add_pPr()
    element = OxmlElement("w:shd", attrs={qn(f"w:{key}"): value for key, value in shade.items()})
    properties.insert_element_before(
        element, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def _underline(style: Any) -> None:
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="12" w:space="3"'
        f' w:color="{ACCENT}"/></w:pBdr>'
    )
    style.element.get_or_add_pPr().insert_element_before(
        border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def _add_entries(document: Any) -> None:
    """Label and value of each entry of the head."""
    table = document.add_table(3, 2)
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    texts = (
        ("{%tr for entry in head.entries %}", ""),
        ("{{ entry.label }}", "{{ entry.value }}"),
        ("{%tr endfor %}", ""),
    )
    for row, cells in zip(table.rows, texts, strict=True):
        for cell, text, style, width in zip(
            row.cells, cells, ("Entry Label", "Entry Value"), (Mm(48), Mm(130)), strict=True
        ):
            cell.width = width
            cell.paragraphs[0].style = document.styles[style]
            cell.paragraphs[0].add_run(text)


def _add_footer(section: Any) -> None:
    """Plan and fingerprint at the left, the page and how many there are at the right."""
    paragraph = section.footer.paragraphs[0]
    stops = paragraph.paragraph_format.tab_stops
    for stop in list(paragraph.style.paragraph_format.tab_stops):
        stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
    stops.add_tab_stop(PAGE[0] - 2 * SIDE, WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run("{{ footer }}\t")
    _add_field(paragraph, "PAGE")
    paragraph.add_run(" / ")
    _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple", attrs={qn("w:instr"): f" {code} "})
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


if __name__ == "__main__":
    make_template(
        Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("document.docx"))
    )
