"""The process that serves pages stays small: solving and forecasting are for other processes."""

from __future__ import annotations

import subprocess
import sys

# What the pages never need, and what only some of them do: maps and curves from history.
NEVER = ("pyomo", "highspy", "sklearn", "rich")
NEVER_OURS = ("forecasting", "model", "solver", "decomposition", "planning")
LATER = (
    "scipy.optimize",
    "scipy.stats",
    "scipy.signal",
    "xlsxwriter",
    "weasyprint",
    "docx",
    "pptx",
)

PROBE = """
import sys
import allocopt.review.application, allocopt.review.opening, allocopt.review.server
print(*sorted(sys.modules))
"""


def test_room_imports_neither_solver_nor_forecasting() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    imported = set(done.stdout.split())
    assert "allocopt.review.screens" in imported
    ours = {f"allocopt.{name}" for name in NEVER_OURS}
    assert imported & {*NEVER, *LATER, *ours} == set()
