"""Streams: UTF-8 whatever the locale, no colours or progress off a terminal, quiet pipes."""

from __future__ import annotations

import subprocess
import sys

import pytest

PATH = ":".join(filter(None, sys.path))


def run(arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "allocopt", *arguments.split()],
        capture_output=True,
        check=False,
        env={"PYTHONPATH": PATH, **environment},
    )


@pytest.mark.parametrize("encoding", ["ascii", "gb18030"])
def test_output_is_utf8_whatever_the_locale(encoding: str) -> None:
    environment = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = run("compare --help", PYTHONIOENCODING=encoding, **environment)
    assert done.returncode == 0
    assert "PLAN PLAN…" in done.stdout.decode("utf-8")


def test_no_escape_codes_and_no_progress_off_a_terminal() -> None:
    done = run("schema", FORCE_COLOR="0")
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout + done.stderr


def test_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "allocopt", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": PATH},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
