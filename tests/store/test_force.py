"""Savers that are killed and savers that save at once lose nothing: the benchmark, in small."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from support import needs
from support_cases import REPOSITORY


@pytest.mark.skipif(sys.platform == "win32", reason="needs a system that forks")
def test_nothing_is_lost_by_kills_or_by_saving_at_once() -> None:
    command = [sys.executable, REPOSITORY / "benchmarks" / "store.py"]
    done = subprocess.run(
        [*command, "--kills", "8", "--saves", "6"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    at_once = [row for row in rows if "once" in row]
    # Four savers, six plans each: all are there, and some were told of each other on the way.
    assert [row[5:8] for row in at_once] == [["24", "24", "24"]] * len(at_once)
    assert all(int(row[10]) > 0 for row in at_once)
    needs("a PostgreSQL server", os.environ.get("ALLOCOPT_TEST_POSTGRES"))
    assert [row[0] for row in rows] == ["SQLite", "SQLite", "PostgreSQL", "PostgreSQL"]
