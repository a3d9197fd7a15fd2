"""LibreOffice opens every office file without repair, and prints the same rows."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from support import needs

from allocopt.documents.rendering import Material, Rendering, Request, Solved, rendering_of
from allocopt.documents.writers import office

from .conftest import Case
from .office_parts import all_kinds, bars, small_table, waterfall, with_sections

ROWS = [[f"销售代表{k}", f"{1000 + k}", f"2026年{k + 1}月1日"] for k in range(14)]


@pytest.fixture(scope="module")
def printed(case: Case, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Text of both files as LibreOffice prints them, by ending, without blanks."""
    program = shutil.which("soffice")
    needs("LibreOffice (libreoffice-writer, libreoffice-impress)", program)
    needs("pdftotext (poppler-utils)", shutil.which("pdftotext"))
    folder = tmp_path_factory.mktemp("office")
    solved = Solved(case.plan, case.scenario)  # type: ignore[arg-type]
    made = small(rendering_of(Material(solved), Request(language="zh-CN")))
    files = {"docx": folder / "word.docx", "pptx": folder / "slides.pptx"}
    office.write_word(made, files["docx"])
    office.write_slides(made, files["pptx"])
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
    subprocess.run(
        [*map(str, (*convert, *files.values()))], check=True, capture_output=True, timeout=240
    )
    return {ending: printed_text(file.with_suffix(".pdf")) for ending, file in files.items()}


def small(rendering: Rendering) -> Rendering:
    """A document with one block of each kind, so that it is printed at once."""
    first = all_kinds("贡献 <b>&", ROWS[:2])
    second = {
        "id": "x",
        "title": "图表",
        "blocks": [bars(3), waterfall([-300.0]), small_table(ROWS)],
    }
    return with_sections(rendering, first, second)


def printed_text(file: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True)
    return re.sub(r"\s", "", done.stdout.decode())


@pytest.mark.parametrize("ending", ["docx", "pptx"])
def test_office_file_is_printed_with_all_its_rows(printed: dict[str, str], ending: str) -> None:
    for row in ROWS:
        assert "".join(row) in printed[ending]


@pytest.mark.parametrize("ending", ["docx", "pptx"])
def test_names_and_charts_are_printed_as_text(printed: dict[str, str], ending: str) -> None:
    assert "贡献<b>&" in printed[ending]
    assert all(word in printed[ending] for word in ("Row0", "Row2", "Cause0"))
