"""A company's folder of templates: what comes from it, what is told about it, and what is documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support_command import allocopt

from allocopt.documents.language.messages import languages, load_messages
from allocopt.documents.language.voice import voice_of
from allocopt.documents.rendering import Material, Rendering, Request, Solved, rendering_of
from allocopt.documents.templates import outside_references
from allocopt.documents.templates.catalogues import company_messages
from allocopt.documents.templates.check import WHOLE, check_folder
from allocopt.documents.templates.copies import PURPOSES, template_entries
from allocopt.documents.templates.folder import COMPANY_STYLE, LOGOS, our_sources
from allocopt.documents.templates.sample import sample_content
from allocopt.documents.writers.page import fragment_of, page_of
from allocopt.errors import AllocoptError, Severity

from .conftest import Case

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "templates.md"
# Blocks and charts by their `kind`; what else a chart has is geometry, which the page does not promise.
CHART = ("kind", "id", "title", "desc", "width", "height", "legend")


def put(folder: Path, **texts: str) -> Path:
    """Files of a folder; `body` is body.html.j2, `en` the catalogue."""
    names = {"body": "body.html.j2", "page": "document.html.j2", "style": "document.css"}
    for name, text in texts.items():
        file = folder / names.get(name, f"messages/{name.replace('_', '-')}.yaml")
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text(text, encoding="utf-8")
    return folder


def request(case: Case, **asked: Any) -> Rendering:
    """A rendering of the made-up plan."""
    solved = Solved(case.plan, case.scenario)  # type: ignore[arg-type]
    return rendering_of(Material(solved), Request(**{"language": "en", **asked}))


@pytest.fixture(scope="module")
def ours(case: Case) -> dict[str, Rendering]:
    """The made-up plan in each language, without a company's folder."""
    return {language: request(case, language=language) for language in languages()}


def with_folder(rendering: Rendering, folder: Path) -> Rendering:
    """The same document, drawn with a company's templates."""
    return replace(rendering, request=replace(rendering.request, templates=folder))


def told(folder: Path, severity: Severity = Severity.PROBLEM) -> list[str]:
    """What the check of a folder tells, without the name of the folder."""
    found = [one for one in check_folder(folder) if one.severity is severity]
    return [one.sentence().replace(f"{folder}/", "") for one in found]


def test_files_of_the_company_come_before_ours(case: Case, tmp_path: Path) -> None:
    put(tmp_path, en="summary: {title: In short}\n", style=".document { color: black; }")
    (tmp_path / COMPANY_STYLE).write_text("h1 { color: #7a1f3d; }", encoding="utf-8")
    page = page_of(request(case, templates=tmp_path))
    assert "<h2>In short</h2>" in page
    assert "<h2>Goals</h2>" in page, "texts that the company has not changed are ours"
    style = page[page.index("<style>") : page.index("</style>")]
    assert ".document { color: black; }" in style
    assert "--accent" not in style
    assert style.index("color: black") < style.index("h1 { color: #7a1f3d; }")


def test_a_logo_stands_in_the_head_as_a_picture_that_runs_nothing(
    ours: dict[str, Rendering], tmp_path: Path
) -> None:
    logo = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    (tmp_path / "logo.svg").write_bytes(logo)
    page = page_of(with_folder(ours["en"], tmp_path))
    assert '<img class="logo" src="data:image/svg+xml;base64,' in page
    assert "<script" not in page
    assert "img-src data:" in page
    (tmp_path / "logo.svg").write_bytes(b"GIF89a")
    with pytest.raises(AllocoptError, match=r"logo.svg: is not the picture that its name says"):
        page_of(with_folder(ours["en"], tmp_path))


def test_one_file_is_a_further_language(case: Case, tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "templates" / "messages" / "en.yaml"
    text = source.read_text(encoding="utf-8").replace("title: Executive summary", "title: Résumé")
    put(tmp_path, fr=text)
    page = page_of(request(case, templates=tmp_path, language="fr"))
    assert '<html lang="fr">' in page
    assert "<h2>Résumé</h2>" in page
    with pytest.raises(AllocoptError, match="there are en, fr, zh-CN"):
        voice_of("de", "EUR", tmp_path)


def test_a_language_that_lacks_texts_is_refused_with_their_names(tmp_path: Path) -> None:
    put(tmp_path, de="frame: {contents: Inhalt, made_by: x}\n")
    with pytest.raises(AllocoptError, match=r"frame: 1 texts are missing: frame.attached"):
        company_messages("de", tmp_path)


UNUSABLE = (
    ("general: {total: 5}", "1:11: general.total: expected a text, found 5"),
    ("general: {with: '{nam} ({value})'}", "no placeholder {nam}; there are name, value; did"),
    ("general: {with: '{name.__class__}'}", "no placeholder {name.__class__}"),
    ("general: {with: '{name[0]}'}", "no placeholder {name[0]}"),
    ("general: {with: '{0}'}", "no placeholder {0}"),
    ("general: {with: '{name:>999999999}'}", "{name:>999999999} is no way to write a value"),
    ("general: {with: '{name!r}'}", "{name:!r} is no way to write a value"),
    ("general: {with: '{name'}", "braces that are no placeholder"),
    ("general: {with: '{name:{value}}'}", "is no way to write a value"),
    ("format: {months: [January]}", "format.months: expected a list of 12, found a list of 1"),
    ("format: {scales: [[-1, k]]}", "format.scales: expected a list of 3, found a list of 1"),
    ("general: {totl: Sum}", "no document has such a text; did you mean 'general.total'"),
    ("general: [", "1:11"),
)


@pytest.fixture(scope="module")
def unusable(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is told of catalogues that each hold one slip: l0, l1 and so on."""
    folder = tmp_path_factory.mktemp("unusable")
    return told(put(folder, **{f"l{k}": text for k, (text, _) in enumerate(UNUSABLE)}))


@pytest.mark.parametrize("number", range(len(UNUSABLE)), ids=[text for text, _ in UNUSABLE])
def test_texts_that_cannot_stand_in_a_document_are_told(unusable: list[str], number: int) -> None:
    mine = [one for one in unusable if one.startswith(f"messages/l{number}.yaml:")]
    assert any(UNUSABLE[number][1] in one for one in mine)


def test_texts_may_leave_out_placeholders_and_turn_them_round(tmp_path: Path) -> None:
    put(tmp_path, en="general: {with: '{value}: {name}', from_to: 'to {last}'}\n")
    say = company_messages("en", tmp_path)
    assert say("general.with", name="a", value="b") == "b: a"
    assert say("general.from_to", first="1", last="2") == "to 2"
    assert say("general.total") == load_messages("en")("general.total")
    assert told(tmp_path) == []


def test_an_error_of_a_template_names_file_line_and_variable(
    ours: dict[str, Rendering], tmp_path: Path
) -> None:
    put(tmp_path, body="<h1>\n{{ head.titel }}</h1>")
    with pytest.raises(AllocoptError) as caught:
        page_of(with_folder(ours["en"], tmp_path))
    place = f"{tmp_path / 'body.html.j2'}:2:1"
    assert str(caught.value) == f"{place}: no entry 'titel'; did you mean 'title'?"


def test_check_tells_all_problems_at_once_with_their_lines(tmp_path: Path) -> None:
    body = "{{ head.titel }}\n{{ haed.title }}\n{% for one in sections %}{{ one.nam }}{% endfor %}"
    put(tmp_path, body=body, en="frame: {contens: x}")
    unknown = "no document has such a text"
    assert told(tmp_path) == [
        f"messages/en.yaml:1:9: frame.contens: {unknown}; did you mean 'frame.contents'?",
        "body.html.j2:1:1: no entry 'titel'; did you mean 'title'?",
        "body.html.j2:2:1: no variable 'haed'; did you mean 'head'?",
        "body.html.j2:3:1: no entry 'nam'",
    ]


def test_check_tells_what_shows_without_content(tmp_path: Path) -> None:
    put(tmp_path, body="{% if x %}", page='{% include "bdy.html.j2" %}\n{{ kind | uper }}')
    found = told(tmp_path)
    assert "document.html.j2:2:1: no filter 'uper'; did you mean 'upper'?" in found
    assert any(one.startswith("body.html.j2:1:1: Unexpected end of template") for one in found)
    put(tmp_path, body="", page='{% include "bdy.html.j2" %}')
    assert told(tmp_path) == [
        "document.html.j2:1:1: no template 'bdy.html.j2'; did you mean 'body.html.j2'?"
    ]


def test_check_warns_of_files_that_nothing_asks_for(tmp_path: Path) -> None:
    put(tmp_path, page='{% include "part.html" %}')
    for name in ("documnet.css", "part.html", "notes.txt", "README.md", ".hidden"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert told(tmp_path, Severity.WARNING) == [
        "documnet.css: no document uses this file; did you mean 'document.css'?",
        "notes.txt: no document uses this file",
    ]


def test_check_refuses_a_page_that_asks_for_something_outside(tmp_path: Path) -> None:
    put(tmp_path, style="@font-face { src: url(https://example.org/font.woff); }")
    assert any("load https://example.org/font.woff" in one for one in told(tmp_path))


def test_commands_copy_list_and_check(tmp_path: Path) -> None:
    names = [entry.name for entry in template_entries(None) if entry.origin]
    folder = tmp_path / "company"
    copied = allocopt("templates", "copy", *names, "--into", folder)
    assert copied.exit_code == 0
    assert copied.stdout.split() == [str(folder / name) for name in names]
    assert (folder / "document.css").read_text("utf-8") == our_sources()["document.css"]
    checked = allocopt("templates", "check", folder, "--json")
    assert checked.exit_code == 0
    assert checked.json()["findings"] == [], "what is shipped is right"
    listed = allocopt("templates", "list", "--templates", folder, "--json").json()
    assert {one["name"] for one in listed if one["origin"] == str(folder)} == {*names}


def test_copy_replaces_nothing_unless_it_is_told_to(tmp_path: Path) -> None:
    put(tmp_path, style="mine")
    refused = allocopt("templates", "copy", "body.html.j2", "document.css", "--into", tmp_path)
    assert refused.exit_code == 1
    assert "document.css: there already; --force replaces it" in refused.stderr
    assert not (tmp_path / "body.html.j2").exists(), "all of them or none"
    assert (tmp_path / "document.css").read_text("utf-8") == "mine"
    assert (
        allocopt("templates", "copy", "document.css", "--into", tmp_path, "--force").exit_code == 0
    )
    assert (tmp_path / "document.css").read_text("utf-8") != "mine"


def test_copy_knows_only_files_of_documents(tmp_path: Path) -> None:
    for name in ("documnet.css", "../pyproject.toml", "logo.svg"):
        refused = allocopt("templates", "copy", name, "--into", tmp_path)
        assert refused.exit_code == 1
        assert "no template" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_check_ends_with_the_exit_codes_of_the_contract(tmp_path: Path) -> None:
    put(tmp_path, body="{{ nothing }}")
    failed = allocopt("templates", "check", tmp_path)
    assert failed.exit_code == 1
    assert "body.html.j2:1:1: no variable 'nothing'" in failed.stdout
    assert allocopt("templates", "check", tmp_path / "nowhere").exit_code == 2


def test_list_names_every_template_that_documents_are_drawn_with() -> None:
    asked = set(WHOLE)
    for _ in range(3):
        texts = [our_sources()[name] for name in asked if name in our_sources()]
        asked |= {
            one for text in texts for one in re.findall(r'(?:include|import) "([^"]+)"', text)
        }
    assert asked | {"logo.svg", "document.docx"} == set(PURPOSES)
    assert "logo.png" in LOGOS


def test_a_fragment_styles_itself_alone(ours: dict[str, Rendering]) -> None:
    fragment = fragment_of(ours["en"])
    assert fragment.startswith('<div class="allocopt"')
    assert "@scope (.allocopt) {" in fragment
    assert not re.search(r"<(html|head|body|meta)\b", fragment)
    style = fragment[fragment.index("<style>") : fragment.index("</style>")]
    assert style.count("{") == style.count("}")
    assert not re.search(r"(^|[\s,}])(html|body|:root)\b", style), "nothing outside the element"


@pytest.mark.parametrize("language", languages())
def test_no_document_asks_for_anything_outside(ours: dict[str, Rendering], language: str) -> None:
    rendering = ours[language]
    for text in (page_of(rendering), fragment_of(rendering)):
        assert outside_references(text) == []
        addresses = re.findall(r'\s(?:src|href|xlink:href)="([^"]*)"', text)
        assert addresses
        assert all(address.startswith(("#", "data:")) for address in addresses)
        assert "url(" not in text


def keys_of(value: object, path: str = "") -> Iterator[str]:
    """Paths of everything that a template gets; lists are `[]`, blocks and charts go by their kind."""
    if isinstance(value, list):
        for item in value:
            yield from keys_of(item, f"{path}[]")
    elif isinstance(value, dict) and path == "sections[].blocks[]":
        yield "sections[].blocks[].kind"
        for key, inner in value.items():
            if key != "kind":
                yield from keys_of(inner, f"{value['kind']}.{key}")
    elif isinstance(value, dict) and path == "chart.chart":
        yield "chart.chart"
        for key in CHART:
            yield from keys_of(value[key], f"chart.{key}")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from keys_of(inner, f"{path}.{key}".lstrip("."))
    else:
        yield path


def documented() -> set[str]:
    """Variables in the tables of the page."""
    found: set[str] = set()
    page = DOCUMENTATION.read_text(encoding="utf-8")
    for line in page[page.index("## Variables") : page.index("## Texts")].splitlines():
        if not line.startswith("| `"):
            continue
        names = re.findall(r"`([^`]+)`", line.split("|")[1])
        stem = names[0].rpartition(".")[0]
        found |= {stem + name if name.startswith(".") else name for name in names}
    return found


def test_every_variable_is_documented_and_every_documented_one_is_there(
    ours: dict[str, Rendering],
) -> None:
    contents = [sample_content("annual"), ours["en"].content]
    there = {"logo", *(key for content in contents for key in keys_of(content))}
    assert there == documented()


def test_the_sample_has_every_kind_of_block_and_chart_that_is_drawn() -> None:
    blocks = [one for section in sample_content("annual")["sections"] for one in section["blocks"]]
    for macros, kinds in (
        ("macros/blocks.html.j2", {one["kind"] for one in blocks}),
        ("macros/charts.svg.j2", {one["chart"]["kind"] for one in blocks if "chart" in one}),
    ):
        line = re.search(r"set macros = \{(.*?)\}", our_sources()[macros])
        assert line is not None
        assert kinds == set(re.findall(r'"(\w+)":', line[1]))
