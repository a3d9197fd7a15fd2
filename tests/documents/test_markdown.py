"""Markdown: parsed by another library, every name is still text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from allocopt.documents.rendering import Rendering
from allocopt.documents.writers import markdown
from allocopt.documents.writers.markdown import inline, line

from .office_parts import all_kinds, bars, section, small_table, with_sections

CELL_LEVEL = 4  # table, body, row, cell
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def written(rendering: Rendering, folder: Path) -> tuple[dict[str, Any], str]:
    """Front matter and text of the file."""
    markdown.write(rendering, folder / "plan.md")
    text = (folder / "plan.md").read_text(encoding="utf-8")
    _, front, body = text.split("---\n", 2)
    return yaml.safe_load(front), body


def tables(body: str) -> list[list[list[str]]]:
    """Cells of every table, as a reader sees them."""
    found: list[list[list[str]]] = []
    for token in PARSER.parse(body):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in ("th_open", "td_open"):
            found[-1][-1].append("")
        elif token.type == "inline" and token.level == CELL_LEVEL:
            found[-1][-1][-1] = seen(token)
    return found


def seen(token: Any) -> str:
    return "".join("\n" if one.type == "html_inline" else one.content for one in token.children)


def test_every_table_holds_the_rows_of_its_block(rendering: Rendering, tmp_path: Path) -> None:
    _, body = written(rendering, tmp_path)
    blocks = [b for part in rendering.content["sections"] for b in part["blocks"]]
    wanted = [
        [[c["label"] for c in b["columns"]], *b["rows"], *([b["total"]] if b["total"] else [])]
        for b in blocks
        if b["kind"] == "table"
    ]
    assert tables(body) == wanted


def test_front_matter_names_plan_fingerprint_and_language(
    rendering: Rendering, tmp_path: Path
) -> None:
    front, _ = written(rendering, tmp_path)
    assert front["plan"] == rendering.facts.summary["id"]
    assert front["language"] == "zh-CN"
    assert front["fingerprint"] in str(rendering.content["head"]["entries"])


def test_numbers_are_aligned_to_the_right_and_charts_are_told(
    rendering: Rendering, tmp_path: Path
) -> None:
    rows = section("One", small_table([["a", "1", "2026"]], ["all", "1", ""]), bars(2))
    _, body = written(with_sections(rendering, rows), tmp_path)
    assert "| :--- | ---: | :--- |" in body
    assert "| **all** | **1** |  |" in body
    assert "What bars shows." in body


@pytest.mark.parametrize(
    "name",
    [
        "a|b\\|c",
        "`code` ``x``",
        "<b>&amp;</b><script>",
        "[x](http://y) ![z](w) [^1]",
        "*a* _b_ __c__ ~~d~~",
        "# head",
        "1. one",
        "2) two",
        "- item",
        "+ item",
        "===",
        "---",
        "> said",
        "https://example.org www.example.org a@b.org",
        ":smile: @name #12 $x$",
        "trailing \\",
        "    code",
        "\\*",
    ],
)
def test_markup_in_a_name_stays_text(name: str) -> None:
    for text, markup in ((line(name), "paragraph_open"), (f"- {line(name)}", "bullet_list_open")):
        tokens = PARSER.parse(text)
        assert tokens[0].type == markup
        inlines = [one for one in tokens if one.type == "inline"]
        assert [seen(one) for one in inlines] == [name.strip()]
        kinds = {child.type for one in inlines for child in one.children or ()}
        assert kinds <= {"text", "text_special"}


def test_line_ends_are_breaks_and_not_paragraphs() -> None:
    assert inline("a\r\nb\n- c") == "a<br>b<br>- c"


def test_markup_in_a_cell_stays_in_its_cell(rendering: Rendering, tmp_path: Path) -> None:
    rows = [["a|b", "\\|", "`|`"], ["<td>", "x\ny", "| --- |"]]
    _, body = written(with_sections(rendering, all_kinds("| a |", rows)), tmp_path)
    assert tables(body) == [[["Name", "Amount", "Day"], *rows, ["| a |"] * 3]]
