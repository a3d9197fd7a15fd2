"""Memory: garbage is not looked for while a model is made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collections() -> Iterator[None]:
    """A model has many small parts and none is garbage, yet each collection would go through them.

    Not Pyomo's PauseGC, which two threads cannot have at once.
    """
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()
