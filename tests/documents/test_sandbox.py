"""The sandbox: what a hostile template tries, and what it gets."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from allocopt.documents.templates import Templates, template_environment
from allocopt.documents.templates.folder import our_sources
from allocopt.documents.templates.sample import sample_content
from allocopt.documents.templates.sandbox import Limits, Sandbox
from allocopt.errors import AllocoptError

CONTENT: Mapping[str, Any] = {
    "head": {"title": "Plan", "script": "<script>alert(1)</script>"},
    "sections": [{"title": "One"}],
}
HAS_LIMITS = pytest.mark.skipif(sys.platform == "win32", reason="limits of Unix")


def sandbox_of(limits: Limits | None = None, **texts: str) -> Sandbox:
    """A sandbox with templates `page`, and what else is given."""
    return Sandbox(texts, {"logo": ""}, limits=limits)


def refusal(page: str, limits: Limits | None = None, **texts: str) -> str:
    """Why a template is not drawn."""
    sandbox = sandbox_of(limits, page=page, **texts)
    with pytest.raises(AllocoptError) as caught:
        sandbox.draw("page", CONTENT)
    sandbox.close()
    return str(caught.value)


@pytest.fixture(scope="module")
def small() -> Limits:
    """One second, so that the tests of the limits end soon."""
    return Limits(seconds=1, memory=256 * 2**20, letters=100_000)


BEHIND = (
    "{{ ''.__class__.__mro__ }}",
    "{{ head.__class__.__base__.__subclasses__() }}",
    "{{ head|attr('__class__') }}",
    "{{ head['__class__']() }}",
    "{{ '{0.__class__}'.format(head) }}",
    "{{ '{0.__class__}'.format_map({'0': head}) }}",
    "{{ ('{0.__class__}'|safe).format(head) }}",
    "{{ lipsum.__globals__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ sections.append(1) }}",
    "{{ head.update({'title': 'x'}) }}",
    "{{ head.keys|attr('__self__') }}",
    "{% set f = head.items %}{{ f.__self__ }}",
    "{% for x in range(10**9) %}{% endfor %}",
)
ELSEWHERE = tuple(
    f"{{% {way} {name!r}{' as x' if way == 'import' else ''} %}}"
    for way in ("include", "import", "extends")
    for name in (
        "../../../etc/passwd",
        "/etc/passwd",
        "..\\secret",
        "file:///etc/passwd",
        "./end0",
        "os",
    )
)
ENDLESS = (
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% include 'end1' %}",
    "{% include 'end3' %}",
    "{% include 'end2' %}",
    "{% extends 'end4' %}",
    "{{ " + "(" * 5000 + ")" * 5000 + " }}",
)


@pytest.fixture(scope="module")
def hostile() -> Iterator[Sandbox]:
    """One sandbox with every attack that it survives."""
    named = {"behind": BEHIND, "else": ELSEWHERE, "end": ENDLESS}
    texts = {f"{name}{k}": text for name, many in named.items() for k, text in enumerate(many)}
    sandbox = sandbox_of(**{name: f"first line\n{text}" for name, text in texts.items()})
    yield sandbox
    sandbox.close()


def told_of(sandbox: Sandbox, name: str) -> str:
    """Why a template of a sandbox is not drawn."""
    with pytest.raises(AllocoptError) as caught:
        sandbox.draw(name, CONTENT)
    return str(caught.value)


@pytest.mark.parametrize("number", range(len(BEHIND)), ids=BEHIND)
def test_objects_behind_the_content_cannot_be_reached_or_changed(
    hostile: Sandbox, number: int
) -> None:
    told = told_of(hostile, f"behind{number}")
    assert told.startswith(f"behind{number}:2:1: ")
    assert "class '" not in told, "nothing of the interpreter is told"


@pytest.mark.parametrize("number", range(len(ELSEWHERE)), ids=ELSEWHERE)
def test_only_templates_of_the_folder_are_found(hostile: Sandbox, number: int) -> None:
    assert "no template" in told_of(hostile, f"else{number}")


@pytest.mark.parametrize("number", range(len(ENDLESS)))
def test_templates_that_never_end_are_ended(hostile: Sandbox, number: int) -> None:
    assert "without end" in told_of(hostile, f"end{number}")


def test_time_is_limited_within_one_operation(small: Limits) -> None:
    assert "need more than 1 s" in refusal("{{ (99999 ** 99999) ** 9999 }}", small)


@HAS_LIMITS
@pytest.mark.parametrize(
    "page",
    [
        "{{ 'a' * 10**9 }}",
        "{{ 'a'|center(10**9) }}",
        "{{ '%999999999d' % 1 }}",
        "{% set n = namespace(s='aaaa') %}{% for i in range(40) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
    ],
)
def test_memory_is_limited(page: str, small: Limits) -> None:
    assert "more memory" in (told := refusal(page, small)) or "more than a document may" in told


def test_the_length_of_a_document_is_limited(small: Limits) -> None:
    page = "{% for i in range(99999) %}{{ 'a' * 100 }}{% endfor %}"
    assert "a document of more than 100,000 letters" in refusal(page, small)


@HAS_LIMITS
def test_no_file_can_be_opened_once_drawing_begins() -> None:
    # The filter imports a module of Jinja2 when it is first used.
    assert "Too many open files" in refusal("{{ lipsum() }}")


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_no_variable_of_the_environment_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOCOPT_SECRET", "hush")
    sandbox = sandbox_of(page="{{ head.title }}")
    assert sandbox.draw("page", CONTENT) == "Plan"
    process = sandbox._process
    assert process is not None
    told = Path(f"/proc/{process.pid}/environ").read_bytes()
    assert b"hush" not in told
    assert b"PATH=" not in told
    sandbox.close()


def test_markup_in_the_content_stays_text() -> None:
    sandbox = sandbox_of(page="{{ head.script }}{{ head.script|e }}", style="")
    assert sandbox.draw("page", CONTENT) == "&lt;script&gt;alert(1)&lt;/script&gt;" * 2
    sandbox.close()


def test_text_in_a_style_cannot_end_it() -> None:
    sandbox = sandbox_of(page="a { content: {{ head.script | css_text }} }")
    drawn = sandbox.draw("page", {"head": {"script": '"</style>\n\\} <b> 计划'}})
    assert drawn == 'a { content: "\\22 \\3c \\2f style\\3e \\a \\5c \\7d  \\3c b\\3e  计划" }'
    sandbox.close()


def test_a_document_leaves_nothing_behind_for_the_next() -> None:
    keep = "{% set seen = namespace(text='nothing') %}"
    page = "{% import 'keep' as keep %}{% set s = keep.seen %}{{ s.text }}{% set s.text = head.title %}"
    sandbox = sandbox_of(page=page, keep=keep)
    drawn = [sandbox.draw("page", {"head": {"title": name}}) for name in ("Ann", "Ben")]
    assert drawn == ["nothing", "nothing"]
    sandbox.close()


def test_a_process_that_has_ended_is_replaced() -> None:
    sandbox = sandbox_of(page="{{ head.title }}")
    assert sandbox.draw("page", {"head": {"title": "one"}}) == "one"
    assert sandbox._process is not None
    sandbox._process.kill()
    sandbox._process.wait()
    with pytest.raises(AllocoptError, match="end the process that draws them"):
        sandbox.draw("page", {"head": {"title": "lost"}})
    assert sandbox.draw("page", {"head": {"title": "two"}}) == "two"
    sandbox.close()


def test_a_fork_of_the_program_does_not_talk_into_its_process() -> None:
    sandbox = sandbox_of(page="{{ head.title }}")
    sandbox.draw("page", CONTENT)
    first = sandbox._process
    sandbox._owner = os.getpid() + 1  # as a fork would find it
    assert sandbox.draw("page", CONTENT) == "Plan"
    assert sandbox._process is not first
    sandbox.close()
    if first is not None:
        first.kill()
        first.communicate()


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A company's folder with a style of its own."""
    (tmp_path / "company.css").write_text(".document { --accent: #7a1f3d; }", encoding="utf-8")
    return tmp_path


def test_the_sandbox_draws_what_is_drawn_without_it(company: Path) -> None:
    (company / "company.css").write_text("", encoding="utf-8")
    for name in ("document.html.j2", "fragment.html.j2", "mail.html.j2"):
        content = sample_content("annual", "zh-CN")
        ours = template_environment().get_template(name).render(content)
        drawn = Templates(company).draw(name, content)
        assert drawn.replace("\n", "") == ours.replace("\n", "")
        assert "<h1" in drawn


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        ("<script>1</script>", "use <script>"),
        ('<img src="https://example.org/a.png">', "load https://example.org/a.png"),
        ('<img srcset="//example.org/a.png 2x">', "load //example.org/a.png 2x"),
        ('<p onclick="x()">', "run onclick"),
        ('<p style="background:url(https://example.org/a)">', "load https://example.org/a"),
        ("<style>@import 'https://example.org/a.css';</style>", "load 'https://example.org/a.css'"),
        (r"<style>a{background:u\72l(//example.org/a)}</style>", "load //example.org/a"),
        ("<style>a{background:u/**/rl(//a)} b{src:url(http://b)}</style>", "load http://b"),
        ('<svg><use xlink:href="https://example.org/a#b"/></svg>', "load https://example.org/a#b"),
        ('<svg><rect fill="url(https://example.org/a#b)"/></svg>', "load https://example.org/a#b"),
        ('<meta http-equiv="refresh" content="0;url=https://example.org">', "go to another page"),
        ('<a href="javascript:x()">', "lead to javascript:x()"),
        ('<form action="#">', "use <form>"),
        ('<link rel="stylesheet" href="a.css">', "use <link>"),
    ],
)
def test_a_page_that_asks_for_something_outside_is_refused(
    company: Path, markup: str, told: str
) -> None:
    (company / "mail.html.j2").write_text("<p>" + markup, encoding="utf-8")
    with pytest.raises(AllocoptError) as caught:
        Templates(company).draw("mail.html.j2", {})
    assert told in str(caught.value)


def test_links_for_readers_and_pictures_in_the_page_are_no_such_thing(company: Path) -> None:
    page = (
        '<a href="https://example.org">a</a><a href="mailto:a@example.org">b</a><a href="#c">c</a>'
        '<img src="data:image/png;base64,AA"><p style="background:url(data:image/png;base64,AA)">'
    )
    (company / "mail.html.j2").write_text(page, encoding="utf-8")
    assert Templates(company).draw("mail.html.j2", {}) == page


def test_a_link_out_of_the_folder_is_not_followed(company: Path, tmp_path_factory: Any) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.html"
    secret.write_text("hush", encoding="utf-8")
    (company / "secret.html").symlink_to(secret)
    with pytest.raises(AllocoptError, match=r"secret.html: leads out of the folder"):
        Templates(company).draw("document.html.j2", {})


def test_a_folder_that_is_too_much_for_templates_is_refused(company: Path) -> None:
    (company / "large.css").write_bytes(b" " * (2**20 + 1))
    with pytest.raises(AllocoptError, match=r"large.css: is larger than 1 MiB"):
        Templates(company).draw("document.html.j2", {})
    (company / "large.css").write_bytes(b"\xff\xfe")
    with pytest.raises(AllocoptError, match=r"large.css: is not UTF-8 text"):
        Templates(company).draw("document.html.j2", {})


def test_our_own_templates_ask_for_nothing_outside() -> None:
    assert our_sources()
    assert not any("http:" in text or "https:" in text for text in _without_names().values())


def _without_names() -> dict[str, str]:
    """Our templates without the address that names SVG, which nobody asks."""
    return {
        name: text.replace("http://www.w3.org/2000/svg", "") for name, text in our_sources().items()
    }
