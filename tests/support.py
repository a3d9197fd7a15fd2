"""What tests of several parts share."""

from __future__ import annotations

import os

import pytest


def needs(component: str, present: object) -> None:
    """Skip where a real component is missing, saying which; in CI that is a failure."""
    if present:
        return
    message = f"{component} is missing"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
