"""Chunks: a fit over many series in parts that stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from allocopt.forecasting.arrays import FloatArray

Fitted = TypeVar("Fitted")


def in_chunks(fit: Callable[[FloatArray], Fitted], values: FloatArray, chunk: int = 4000) -> Fitted:
    """What `fit` gives for all series, from `chunk` series at a time.

    `fit` returns an array or a dataclass of arrays whose first axis is the series.
    """
    # Sums run in the order of memory, and must not depend on the caller's.
    values = np.ascontiguousarray(values)
    starts = range(0, max(len(values), 1), chunk)
    whole: Fitted = join([fit(values[start : start + chunk]) for start in starts])
    return whole


def join(parts: Sequence[Any]) -> Any:
    """Arrays, or dataclasses of arrays, put together along the first axis."""
    first = parts[0]
    if len(parts) == 1:
        return first
    if isinstance(first, np.ndarray):
        return np.concatenate(parts)
    joined = {
        field.name: join([getattr(part, field.name) for part in parts]) for field in fields(first)
    }
    return type(first)(**joined)
