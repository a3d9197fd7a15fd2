"""What holds for every test."""

from __future__ import annotations

import gc
import os

import pandas as pd
import pytest
from hypothesis import settings

# In CI the same examples every time, and few where a test does not say how many: a new find is for whoever
# runs the tests, not for who merges.
settings.register_profile("ci", derandomize=True, max_examples=25)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")

# Text as pandas keeps it without pyarrow, as allocopt is installed by itself: small tables take a quarter
# less time. Programs that tests start have what is installed; tests/test_texts.py compares the two.
pd.set_option("mode.string_storage", "python")


@pytest.fixture(autouse=True)
def _no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans that tests make are not stored beside the sources; a test of the store names its own."""
    monkeypatch.setenv("ALLOCOPT_STORE", "off")


def pytest_collection_finish() -> None:
    """Keeps the collector off what is imported: it takes a tenth of the time of small plans."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
