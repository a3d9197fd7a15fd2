"""Colours that people with a colour vision deficiency can tell apart, and the ink that is readable on them.

Categories: Okabe and Ito (2008), "Color Universal Design". Classes: ColorBrewer's Blues, and an orange to
blue scale put together from PuOr and RdBu (Harrower and Brewer 2003, doi:10.1179/000870403235002042).
"""

from __future__ import annotations

from collections.abc import Sequence

CATEGORIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
# One meaning keeps one colour in all figures.
BLUE, ORANGE, GREEN, PINK = CATEGORIES[:4]
RED = CATEGORIES[5]
OTHERS = "#9aa3ad"
UNKNOWN = "#e3e6ea"
SEQUENTIAL = ("#eff3ff", "#bdd7e7", "#6baed6", "#2171b5", "#08519c")
DIVERGING = ("#b35806", "#f1a340", "#fee0b6", "#f4f4f4", "#d1e5f0", "#67a9cf", "#2166ac")
DARK, LIGHT = "#14202b", "#ffffff"
# The rim of what is otherwise than before.
RIM = "#b33c00"
# What lies behind lines: how far a value may be off.
INTERVAL = "#c6dcec"


def category(index: int) -> str:
    """Colour of the category at `index`; grey once the palette is used up."""
    return CATEGORIES[index] if index < len(CATEGORIES) else OTHERS


def class_of(value: float, breaks: Sequence[float]) -> int:
    """Index of the class that a value falls in; `breaks` are the lower ends of classes 1, 2, …."""
    return sum(value >= limit for limit in breaks)


def ink(colour: str) -> str:
    """The text colour with the higher contrast on a background (WCAG 2.1, relative luminance)."""
    ours = luminance(colour)
    dark, light = luminance(DARK), luminance(LIGHT)
    return DARK if (ours + 0.05) / (dark + 0.05) >= (light + 0.05) / (ours + 0.05) else LIGHT


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.1)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
