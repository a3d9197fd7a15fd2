"""Runs the command line inside the test's own process, which saves a start-up per run."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import pytest


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
    with redirect_stdout(stdout), redirect_stderr(stderr), pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return Run(int(end.value.code or 0), stdout.getvalue(), stderr.getvalue())
