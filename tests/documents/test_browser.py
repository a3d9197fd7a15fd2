"""The page as a real browser shows and prints it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from support import needs

from allocopt.documents import render_document

# Nothing of the browser's own goes to the network; a sandbox is refused to root.
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture
def browser(tmp_path):
    """Runs Chromium on a page and gives back what it printed."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    needs("Chromium", program)

    def run(*arguments: str) -> str:
        command = [program, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=120
        ).stdout

    return run


def has_chinese_font() -> bool:
    """Whether the system has a font with Chinese letters."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.check_output(["fc-list", ":lang=zh", "family"], text=True).strip())


def page(case, folder: Path, language: str) -> str:
    """The address of a page of the made-up plan."""
    path = folder / f"plan.{language}.html"
    html = render_document(case.plan, case.scenario, language=language)
    path.write_text(html, encoding="utf-8")
    return path.as_uri()


def test_browser_shows_every_section_of_the_page(case, browser, tmp_path):
    shown = browser("--dump-dom", page(case, tmp_path, "en"))
    assert len(re.findall(r"<h2", shown)) >= 9
    assert shown.count("<svg") >= 4


def test_chinese_page_prints_to_several_sheets(case, browser, tmp_path):
    needs("a Chinese font (fonts-noto-cjk)", has_chinese_font())
    target = tmp_path / "plan.pdf"
    browser(f"--print-to-pdf={target}", page(case, tmp_path, "zh-CN"))
    pdf = target.read_bytes()
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 3
