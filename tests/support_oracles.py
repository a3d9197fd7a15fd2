"""Oracles: other people's implementations that ours are compared with, in development only."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

import pytest


def require_oracle(name: str) -> ModuleType:
    """The module `name`, such as `statsforecast.models`.

    A missing oracle skips the test on a developer's machine and fails it in CI (`CI=true`).
    """
    try:
        return import_module(name)
    except ImportError as error:
        message = f"oracle {name} is not installed: {error}"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message)
    pytest.skip(message)
