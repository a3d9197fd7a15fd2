"""A store for each test, of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support_store import KINDS, place_of

from allocopt.store import Store, open_store


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a store may be made."""
    yield from place_of(request.param, tmp_path)


@pytest.fixture
def store(place: str) -> Store:
    """A new store."""
    return open_store(place)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Where a store may be made on a server."""
    yield from place_of("postgresql", tmp_path)
