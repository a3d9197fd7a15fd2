"""Classes of the values that colour a map: where they begin, their colours and their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from allocopt.documents.charts.palette import DIVERGING, SEQUENTIAL
from allocopt.documents.charts.tiles import Paint
from allocopt.documents.figures.texts import Write
from allocopt.documents.language.voice import Voice

GROWTH_BREAKS = (-0.15, -0.05, -0.01, 0.01, 0.05, 0.15)


@dataclass(frozen=True)
class Classes:
    """The paint of a map, and the names of its classes, that of unknown values last."""

    paint: Paint
    key: Sequence[str]


def growth_classes(voice: Voice) -> Classes:
    """Classes of growth, the same in every document."""
    ends = [voice.show.change(value, 0) for value in GROWTH_BREAKS]
    return Classes(Paint(GROWTH_BREAKS, DIVERGING), _key(ends, voice))


def fifths(values: pd.Series[float], write: Write, voice: Voice) -> Classes:
    """Classes that begin at the fifths of the values; equal breaks are one."""
    least = values.min()
    breaks = values.quantile([0.2, 0.4, 0.6, 0.8]).dropna()
    kept = [float(value) for value in sorted(set(breaks)) if value > least]
    return Classes(Paint(kept, SEQUENTIAL), _key([write(value) for value in kept], voice))


def _key(ends: Sequence[str], voice: Voice) -> list[str]:
    """Names of the classes between breaks, unknown last."""
    if not ends:
        return [voice.say("chart.all"), voice.say("general.unknown")]
    between = [voice.say("chart.between", low=a, high=b) for a, b in pairwise(ends)]
    below, above = voice.say("chart.below", high=ends[0]), voice.say("chart.above", low=ends[-1])
    return [below, *between, above, voice.say("general.unknown")]
