"""Where the published cases lie: public data that is never part of this repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


def cases_folder() -> Path:
    """`$ALLOCOPT_CASES`, or `../shared/cases` beside the repository."""
    named = os.environ.get("ALLOCOPT_CASES")
    return Path(named) if named else REPOSITORY.parent / "shared" / "cases"


def require_cases(*parts: str) -> Path:
    """A folder or file of the published cases.

    Missing cases skip the test on a developer's machine and fail it in CI (`CI=true`).
    """
    path = cases_folder().joinpath(*parts)
    if path.exists():
        return path
    message = f"published case {'/'.join(parts)} is missing; set ALLOCOPT_CASES to the cases folder"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message)
    pytest.skip(message)
