"""Colours of the figures: one meaning keeps one colour in all of them."""

from __future__ import annotations

from allocopt.documents.charts.palette import CATEGORIES

BLUE, ORANGE, GREEN, PINK = CATEGORIES[:4]
RED = CATEGORIES[5]
BAND = "#c6dcec"
