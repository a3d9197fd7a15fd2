"""What holds for every test."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import settings

# In CI the same examples every time: a new find is for whoever runs the tests, not for who merges.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans that tests make are not stored beside the sources; a test of the store names its own."""
    monkeypatch.setenv("ALLOCOPT_STORE", "off")


def pytest_collection_finish() -> None:
    """Keeps the collector off what is imported: it takes a tenth of the time of small plans."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
