"""Boxes: what a label takes on the page, so that no two labels lie on each other."""

from __future__ import annotations

from collections.abc import Iterable

# Left, top, right, bottom [px].
Box = tuple[float, float, float, float]


def touches(box: Box, others: Iterable[Box]) -> bool:
    """Whether a box overlaps one of the others."""
    left, top, right, bottom = box
    return any(
        left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
        for other in others
    )
