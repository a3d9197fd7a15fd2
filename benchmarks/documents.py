"""Seconds and sizes of documents: one sheet per rep, a long book in each printer, and every format.

    python benchmarks/documents.py [PLAN] [--reps N] [--pages N]

Without a plan, an instance of `instances.py` with ten accounts a rep is solved first. The rep sheets are
written by one process and by several; the book is the annual plan of `scenarios/national_zh`, in Chinese,
its sections repeated until it has the pages.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from instances import MAKERS

from allocopt.documents import (
    FORMATS,
    Material,
    Order,
    Request,
    Solved,
    render_all,
    rendering_of,
    subjects_for,
    write_rendering,
)
from allocopt.documents.file_names import file_names
from allocopt.documents.printing.browser import find_browser, print_page
from allocopt.documents.writers.page import page_of
from allocopt.documents.writers.pdf import load_weasyprint, print_with_weasyprint
from allocopt.plan import load_plan, load_plan_scenario

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
ROW = "{:<40}{:>10}{:>12}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("plan", nargs="?", type=Path)
    parser.add_argument("--reps", type=int, default=500)
    parser.add_argument("--pages", type=int, default=112)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = asked.plan or solved(folder / "many", 10 * asked.reps, asked.reps)
        book = solved_scenario(SCENARIOS / "national_zh", folder / "book")
        print(ROW.format("", "seconds", "kB"))
        rep_sheets(plan, folder)
        formats(plan, folder)
        printers(book, folder, asked.pages)


def solved(folder: Path, units: int, reps: int) -> Path:
    """The folder of a plan for made-up accounts and reps."""
    MAKERS["hard_workload"](folder / "scenario", units, reps, seed=0)
    return solved_scenario(folder / "scenario", folder / "plan")


def solved_scenario(scenario: Path, plan: Path) -> Path:
    """The folder of the plan of a scenario."""
    command = [sys.executable, "-m", "allocopt", "solve", str(scenario), "--out", str(plan)]
    done = subprocess.run(
        [*command, "--time-limit", "30"], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 4):
        sys.exit(done.stderr)
    return plan


def material_of(plan: Path) -> Material:
    """A plan alone."""
    return Material(Solved(load_plan(plan), load_plan_scenario(plan)))


def rep_sheets(plan: Path, folder: Path) -> None:
    """One page for each rep, by one process and by as many as there are processors."""
    material = material_of(plan)
    requests = [Request("rep", "en", one) for one in subjects_for("rep", material.solved)]
    for jobs in (1, None):
        place = folder / f"sheets-{jobs}"
        orders = [
            Order(request, "html", place / file)
            for request, file in zip(requests, file_names(requests, "html"), strict=True)
        ]
        what = f"{len(orders)} rep sheets, {'1 process' if jobs else 'all processors'}"
        timed(what, partial(render_all, material, orders, lambda *_: None, jobs), size_of(place))


def formats(plan: Path, folder: Path) -> None:
    """The annual plan in each format."""
    rendering = rendering_of(material_of(plan), Request("annual", "en"))
    for name in FORMATS:
        path = folder / f"annual{FORMATS[name].suffix}"
        timed(
            f"annual plan as {name}", partial(write_rendering, rendering, path, name), size_of(path)
        )


def print_to(path: Path, print_: Callable[[str], bytes], html: str) -> None:
    """Write what a printer makes of a page."""
    path.write_bytes(print_(html))


def pages_of(path: Path) -> str:
    """The pages of a PDF, where poppler is here to count them."""
    if shutil.which("pdfinfo") is None:
        return "?"
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    return next(line.split()[-1] for line in told.splitlines() if line.startswith("Pages"))


def printers(plan: Path, folder: Path, pages: int) -> None:
    """A long book, printed by each of the programs that are here."""
    rendering = rendering_of(material_of(plan), Request("annual", "zh-CN"))
    # An annual plan of this scenario has some 20 pages.
    rendering.content["sections"] *= max(1, -(-pages // 20))
    for printer in ("browser", "WeasyPrint"):
        print_ = printer_of(printer)
        if print_ is None:
            print(ROW.format(f"book, {printer}", "not here", ""))
            continue
        html, path = page_of(rendering), folder / f"{printer}.pdf"
        timed(f"book, {printer}", partial(print_to, path, print_, html), size_of(path))
        print(f"  {pages_of(path)} pages", flush=True)


def printer_of(name: str) -> Callable[[str], bytes] | None:
    """What prints a page; None where it is not installed."""
    if name == "browser":
        browser = find_browser()
        return None if browser is None else (lambda html: print_page(html, browser))
    library = load_weasyprint()
    return None if library is None else (lambda html: print_with_weasyprint(html, library))


def timed(what: str, step: Callable[[], Any], size: Callable[[], str]) -> None:
    """Print a line about a step."""
    began = time.perf_counter()
    step()
    print(ROW.format(what, f"{time.perf_counter() - began:.1f}", size()), flush=True)


def size_of(path: Path) -> Callable[[], str]:
    """The size of a file, or of all in a folder, once it is there. [kB]"""

    def measure() -> str:
        files = [path] if path.is_file() else list(path.iterdir())
        return f"{sum(file.stat().st_size for file in files) / 1024:,.0f}"

    return measure


if __name__ == "__main__":
    main()
