"""The PDF: printed by the real programs, searchable, and refused where letters have no font."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from support import needs

from allocopt.documents.printing import browser, fonts
from allocopt.documents.printing.browser import find_browser, print_page
from allocopt.documents.printing.fonts import (
    Font,
    installed_fonts,
    refuse_unprintable,
    without_font,
)
from allocopt.documents.rendering import Rendering
from allocopt.documents.writers import mail, pdf
from allocopt.documents.writers.page import page_of
from allocopt.documents.writers.pdf import (
    LONG,
    estimated_pages,
    load_weasyprint,
    print_pdf,
    print_with_weasyprint,
    whole,
)
from allocopt.errors import AllocoptError

EVERYTHING = ((0x2E80, 0x3FFFF),)
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="a stand-in for a browser is a script")


@pytest.fixture(scope="module")
def page(rendering: Rendering) -> str:
    """Its page."""
    return page_of(rendering)


@pytest.fixture(scope="module")
def chromium() -> Path:
    """The installed browser."""
    program = find_browser()
    needs("Chromium", program)
    needs("a Chinese font (fonts-noto-cjk)", not without_font("中文", installed_fonts()))
    assert program is not None
    return program


@pytest.fixture(scope="module")
def printed(page: str, chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as the browser prints it."""
    path = tmp_path_factory.mktemp("pdf") / "plan.pdf"
    path.write_bytes(whole(print_page(page, chromium)))
    return path


def tell(program: str, *arguments: object) -> str:
    """What a program of poppler-utils says."""
    needs(f"{program} (poppler-utils)", shutil.which(program))
    return subprocess.check_output([program, *map(str, arguments)], text=True)


def test_chinese_can_be_searched_in_the_pdf_of_a_browser(printed: Path, page: str) -> None:
    text = tell("pdftotext", "-layout", printed, "-")
    assert all(
        f"<h2>{word}</h2>" in page and word in text for word in ("执行摘要", "资源配置", "附录")
    )
    assert "made_up-2026-0001 · " in text, "the foot of each page names the plan"
    assert f"1 / {text.count(chr(12))}" in text


def test_pdf_of_a_browser_has_title_tags_and_bookmarks(printed: Path) -> None:
    facts = tell("pdfinfo", printed)
    assert "Plan 2026" in facts
    assert "Tagged:          yes" in facts
    assert "A4" in facts
    assert b"/Outlines" in printed.read_bytes()
    assert b"/Lang" in printed.read_bytes()


def test_chinese_can_be_searched_in_the_pdf_of_weasyprint(tmp_path: Path) -> None:
    weasyprint = load_weasyprint()
    needs("WeasyPrint (allocopt[pdf] and Pango)", weasyprint)
    html = (
        '<html lang="zh-CN"><head><title>计划书</title></head><body><h1>执行摘要</h1>'
        '<img src="file:///etc/hostname"><img src="http://127.0.0.1:9/x.png"><p>完成率</p></body></html>'
    )
    path = tmp_path / "plan.pdf"
    path.write_bytes(print_with_weasyprint(html, weasyprint))
    text = tell("pdftotext", path, "-")
    assert "执行摘要" in text
    assert "完成率" in text
    assert "计划书" in tell("pdfinfo", path)


class Proxy:
    """Listens where a browser asks for pages, and writes down what it asks for."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.asked.append(connection.recv(200).splitlines()[0])
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    made = Proxy()
    yield made
    made.close()


ASKING = '<html><body><p>one</p><img src="http://example.org/a.png"></body></html>'
# Whom the browser asks for itself, whatever it shows.
MAKER = (b"google.com", b"googleapis.com", b"gvt1.com")


def test_a_document_asks_for_nothing(
    page: str, chromium: Path, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "OFFLINE", (f"--proxy-server=http://127.0.0.1:{proxy.port}",))
    print_page(ASKING, chromium)
    assert b"GET http://example.org/a.png HTTP/1.1" in proxy.asked, "the proxy sees what is asked"
    proxy.asked.clear()
    print_page(page, chromium)
    assert [one for one in proxy.asked if not any(name in one for name in MAKER)] == []


def test_a_browser_reaches_nobody(
    chromium: Path, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    print_page(ASKING, chromium)
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("installed", "told"),
    [
        ([], "no font on this machine has 2 of the letters (中文), and a PDF would show boxes"),
        ([Font("Latin", False, ((0x20, 0x7E),))], "2 of the letters"),
        ([Font("Half", False, ((0x4E2D, 0x4E2D),))], "1 of the letters (文)"),
        ([Font("Moves", True, EVERYTHING)], "only variable fonts have the letters (Moves)"),
    ],
)
def test_letters_without_a_font_are_refused_with_the_remedy(
    installed: list[Font], told: str
) -> None:
    with pytest.raises(AllocoptError) as caught:
        refuse_unprintable("<p>Plan 中文</p>", installed)
    assert told in str(caught.value)
    assert "apt install fonts-noto-cjk" in str(caught.value)


def test_several_fonts_can_have_the_letters_together() -> None:
    parts = [Font("A", False, ((0x4E2D, 0x4E2D),)), Font("B", False, ((0x6587, 0x6587),))]
    refuse_unprintable("中文", parts)
    refuse_unprintable("中文", [Font("Moves", True, EVERYTHING), Font("Still", False, EVERYTHING)])
    refuse_unprintable("no such letters – “quotes”, ½, €", [])


@pytest.mark.skipif(not shutil.which("fc-list"), reason="fontconfig is not here")
def test_a_machine_without_chinese_fonts_writes_no_pdf(
    rendering: Rendering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text("<fontconfig></fontconfig>", encoding="utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    with pytest.raises(AllocoptError, match="a PDF would show boxes"):
        pdf.write(rendering, tmp_path / "plan.pdf")
    assert not (tmp_path / "plan.pdf").exists()


def test_fonts_are_known_by_their_files_where_fontconfig_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts.shutil, "which", lambda _: None)
    monkeypatch.setattr(fonts, "font_folders", lambda: [tmp_path])
    (tmp_path / "arial.ttf").touch()
    assert installed_fonts() == []
    (tmp_path / "NotoSansCJK-VF.otf.ttc").touch()
    (tmp_path / "msyh.ttc").touch()
    assert {(font.family, font.variable) for font in installed_fonts()} == {
        ("NotoSansCJK-VF.otf", True),
        ("msyh", False),
    }


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stand-ins for both programs; what is None is not there."""
    there: dict[str, Any] = {"browser": Path("browser"), "weasyprint": object()}
    monkeypatch.setattr(pdf, "find_browser", lambda: there["browser"])
    monkeypatch.setattr(pdf, "load_weasyprint", lambda: there["weasyprint"])
    monkeypatch.setattr(pdf, "print_page", lambda *_: b"%PDF browser /Type /Page %%EOF")
    monkeypatch.setattr(pdf, "print_with_weasyprint", lambda *_: b"%PDF weasyprint")
    return there


def test_long_documents_are_printed_by_a_browser_where_there_is_one(
    engines: dict[str, Any],
) -> None:
    short, long = "<p>one</p>", "<tr><td>one</td></tr>" * 45 * LONG
    assert estimated_pages(short) < 1
    assert b"weasyprint" in print_pdf(short)
    assert b"browser" in print_pdf(long)
    engines["browser"] = None
    assert b"weasyprint" in print_pdf(long)
    engines.update(browser=Path("browser"), weasyprint=None)
    assert b"browser" in print_pdf(short)


def test_a_machine_without_either_program_says_how_to_get_one(engines: dict[str, Any]) -> None:
    engines.update(browser=None, weasyprint=None)
    with pytest.raises(AllocoptError) as caught:
        print_pdf("<p>one</p>")
    assert 'pip install "allocopt[pdf]"' in str(caught.value)
    assert "ALLOCOPT_BROWSER" in str(caught.value)
    assert "--format html" in str(caught.value)


def stand_in(folder: Path, script: str) -> Path:
    """A program in a browser's place."""
    program = folder / "browser"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


@UNIX
@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo no display >&2; exit 1", "made no PDF: no display"),
        ("exit 0", "made no PDF: it said nothing"),
        ("sleep 60", "did not print the document within 1 s"),
        (
            'for a; do case $a in --print-to-pdf=*) echo half > "${a#*=}";; esac; done; echo ok >&2',
            "made no PDF: ok",
        ),
    ],
)
def test_a_browser_that_fails_is_one_message(tmp_path: Path, script: str, told: str) -> None:
    with pytest.raises(AllocoptError, match=told):
        print_page("<p>", stand_in(tmp_path, script), seconds=1)


def test_a_pdf_without_pages_or_without_its_end_is_refused() -> None:
    for data in (b"%PDF-1.4 %%EOF", b"%PDF-1.4 /Type /Page", b"%PDF-1.4 /Type /Pages %%EOF"):
        with pytest.raises(AllocoptError, match="a PDF without pages"):
            whole(data)


@UNIX
def test_the_variable_names_the_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = stand_in(tmp_path, "exit 0")
    monkeypatch.setenv(browser.VARIABLE, str(program))
    assert find_browser() == program
    monkeypatch.setenv(browser.VARIABLE, "no-such-browser")
    with pytest.raises(AllocoptError, match="ALLOCOPT_BROWSER names 'no-such-browser'"):
        find_browser()


def read_mail(rendering: Rendering, folder: Path) -> EmailMessage:
    """The draft as a program for mail reads it."""
    mail.write(rendering, folder / "plan.eml")
    message = message_from_bytes((folder / "plan.eml").read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_draft_says_the_summary_and_carries_the_document(
    rendering: Rendering, page: str, tmp_path: Path, engines: dict[str, Any]
) -> None:
    message = read_mail(rendering, tmp_path)
    assert {name.lower() for name in message.keys()}.isdisjoint({"from", "to", "cc", "bcc"})  # noqa: SIM118
    assert message["Subject"] == "Plan 2026 – 年度销售计划（2026年1月至2026年12月）"
    plain, shown = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert shown is not None
    for text in (plain.get_content(), shown.get_content()):
        assert "执行摘要" in text
        assert "¥1290万" in text or "1,287万" in text or "万" in text
        assert "made_up-2026-0001" in text
    assert "<svg" not in shown.get_content(), "programs for mail do not draw it"
    attached = list(message.iter_attachments())
    assert [one.get_filename() for one in attached] == ["plan.pdf"]
    engines.update(browser=None, weasyprint=None)
    (attachment,) = read_mail(rendering, tmp_path).iter_attachments()
    assert attachment.get_filename() == "plan.html"
    assert attachment.get_content().replace("\r\n", "\n").strip() == page.strip()
