"""Runs the command line inside the test's own process, which saves a start-up per run."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Run:
    """What one call of the command line gave back."""

    exit_code: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """The data on stdout, which is all that `--json` may write there."""
        return json.loads(self.stdout)


def allocopt(*arguments: object) -> Run:
    """`allocopt ARGUMENTS…`; an unexpected exception passes through."""
    from allocopt.cli import main

    stdout, stderr = io.StringIO(), io.StringIO()
    code: object = 0
    with redirect_stdout(stdout), redirect_stderr(stderr):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code
    return Run(int(str(code or 0)), stdout.getvalue(), stderr.getvalue())
